//! An evaluation as a page of Markdown, which reads well on a terminal too.

mod again;

use std::fmt::Write as _;

use super::accounts::{PRECISION_MIN, PpvFigure};
use super::groups::{Agreement, NetworkFigures};
use super::{Estimate, Evaluated, Evaluation, RankingFigures, RuleFigures};
use crate::explain::visible;

/// What is said where a figure does not exist.
const NONE: &str = "–";

/// One line of a table: what it is about, and its figure for each result folder.
struct Line<'a> {
    name: String,
    of: Box<dyn Fn(&Evaluated) -> String + 'a>,
}

/// What is compared in networks, and where it is.
type Compared = (&'static str, fn(&NetworkFigures) -> Option<Agreement>);

/// A measure of agreement, by name.
type Measure = (&'static str, fn(Agreement) -> f64);

fn line<'a>(name: impl Into<String>, of: impl Fn(&Evaluated) -> String + 'a) -> Line<'a> {
    Line { name: name.into(), of: Box::new(of) }
}

/// See the [module documentation](self).
pub(super) fn page(evaluation: &Evaluation) -> String {
    let mut out = String::new();
    let truth = evaluation.truth;
    let share = 100.0 * truth.coordinated as f64 / truth.accounts.max(1) as f64;
    let _ = writeln!(
        out,
        "# Evaluation\n\n{} accounts in the truth, {} of them coordinated ({share:.3} %) in {} \
         planted groups.",
        truth.accounts, truth.coordinated, truth.planted_groups,
    );
    if !evaluation.results.is_empty() {
        of_results(evaluation, &mut out);
    }
    again::replay(evaluation, &mut out);
    again::stability(evaluation, &mut out);
    out
}

fn of_results(evaluation: &Evaluation, out: &mut String) {
    let _ = writeln!(
        out,
        "Ranked by {}. In brackets: 95 % intervals, {} resamples for rankings, Wilson's for \
         shares.\n",
        code(&evaluation.score),
        evaluation.draws,
    );
    across(evaluation, "accounts", &account_lines(evaluation), out);
    rules(evaluation, out);
    worth(evaluation, out);
    if evaluation.results.iter().any(|one| one.networks.is_some()) {
        out.push_str("\n## Networks\n\n");
        across(evaluation, "networks", &network_lines(), out);
    }
    planted_groups(evaluation, out);
    roles(evaluation, out);
    paired(evaluation, out);
}

/// A table with one column per result folder.
fn across(evaluation: &Evaluation, what: &str, lines: &[Line<'_>], out: &mut String) {
    let names: Vec<String> = evaluation.results.iter().map(|one| code(&one.results)).collect();
    row([what.to_owned()].into_iter().chain(names.iter().cloned()), out);
    row(std::iter::once("---".to_owned()).chain(names.iter().map(|_| "---".to_owned())), out);
    for line in lines {
        let cells = evaluation.results.iter().map(|one| (line.of)(one));
        row(std::iter::once(line.name.clone()).chain(cells), out);
    }
}

fn account_lines(evaluation: &Evaluation) -> Vec<Line<'_>> {
    let accounts = evaluation.truth.accounts;
    let ranking = |name: String, of: fn(&RankingFigures) -> Estimate| {
        line(name, move |one| one.ranking.as_ref().map_or(NONE.to_owned(), |r| estimate(of(r))))
    };
    let mut lines = vec![
        line("in the results", move |one| {
            format!("{} of {accounts}; the others rank lowest", accounts - one.missing)
        }),
        line("unknown to the truth", |one| format!("{}; left out", one.not_in_truth)),
        line("with evidence", |one| one.with_evidence.to_string()),
        ranking("AUPRC".to_owned(), |r| r.auprc),
        ranking("ROC AUC".to_owned(), |r| r.roc_auc),
        ranking(format!("recall at precision ≥ {PRECISION_MIN}"), |r| r.recall_at_precision),
    ];
    let first = evaluation.results.iter().find_map(|one| one.ranking.as_ref());
    for (place, at) in first.iter().flat_map(|r| &r.precision_at).enumerate() {
        let all = if at.first == evaluation.truth.coordinated { ", all coordinated" } else { "" };
        lines.push(line(format!("precision among the first {}{all}", at.first), move |one| {
            let ranking = one.ranking.as_ref();
            ranking.map_or(NONE.to_owned(), |r| estimate(r.precision_at[place].precision))
        }));
    }
    lines
}

fn rules(evaluation: &Evaluation, out: &mut String) {
    out.push_str("\n## Rules\n\n");
    table(&["results", "rule", "flagged", "precision", "recall", "Macro-F1"], out);
    for one in &evaluation.results {
        for rule in &one.rules {
            let RuleFigures { flagged, coordinated, precision, recall, macro_f1, .. } = rule;
            row(
                [
                    code(&one.results),
                    rule.rule.clone(),
                    format!("{flagged}, {coordinated} coordinated"),
                    precision.map_or(NONE.to_owned(), estimate),
                    recall.map_or(NONE.to_owned(), estimate),
                    decimal(*macro_f1),
                ],
                out,
            );
        }
    }
}

/// What a flag is worth at each prevalence.
fn worth(evaluation: &Evaluation, out: &mut String) {
    let all = || evaluation.results.iter().flat_map(|one| one.rules.iter().map(move |r| (one, r)));
    let Some((_, widest)) = all().max_by_key(|(_, rule)| rule.ppv.len()) else { return };
    if widest.ppv.is_empty() {
        return;
    }
    out.push_str(
        "\n## Share of flags that would be right, by prevalence\n\nRecall and false positive rate \
         of the rule, carried over. ≥: no account was flagged wrongly, so the rate is taken at its \
         95 % upper bound.\nA cut is chosen by the truth itself and looks better than it would \
         elsewhere; a tier is not.\n\n",
    );
    let percents = widest.ppv.iter().map(|ppv| format!("{} %", 100.0 * ppv.prevalence));
    let headers: Vec<String> =
        ["results", "rule"].map(str::to_owned).into_iter().chain(percents).collect();
    table(&headers, out);
    for (one, rule) in all().filter(|(_, rule)| !rule.ppv.is_empty()) {
        let names = [code(&one.results), rule.rule.clone()];
        row(names.into_iter().chain(rule.ppv.iter().map(ppv)), out);
    }
}

fn ppv(figure: &PpvFigure) -> String {
    let bound = if figure.is_lower_bound { "≥ " } else { "" };
    format!("{bound}{} {}", decimal(figure.value), brackets(figure.interval))
}

fn network_lines() -> Vec<Line<'static>> {
    let of = |name: &str, of: fn(&NetworkFigures) -> String| {
        line(name, move |one| one.networks.as_ref().map_or(NONE.to_owned(), of))
    };
    let mut lines = vec![
        of("networks", |n| n.networks.to_string()),
        of("accounts in them", |n| format!("{}, {} coordinated", n.members, n.members_coordinated)),
        of("share coordinated", |n| optional(n.purity)),
        of("weighted precision (WP)", |n| optional(n.weighted_precision)),
        of("best Jaccard, mean over planted groups", |n| optional(n.jaccard_mean)),
    ];
    let agreements: [Compared; 2] = [
        ("all planted accounts", |n| n.all_planted),
        ("planted accounts in networks", |n| n.in_networks),
    ];
    let measures: [Measure; 7] = [
        ("ARI", |a| a.ari),
        ("NMI", |a| a.nmi),
        ("AMI", |a| a.ami),
        ("homogeneity", |a| a.homogeneity),
        ("precision of pairs", |a| a.pair_precision),
        ("recall of pairs", |a| a.pair_recall),
        ("F1 of pairs", |a| a.pair_f1),
    ];
    for (whose, agreement) in agreements {
        lines.push(line(whose, move |one| {
            let found = one.networks.as_ref().and_then(agreement);
            found.map_or(NONE.to_owned(), |a| {
                format!("{} of {} groups in {} networks", a.accounts, a.planted_groups, a.networks)
            })
        }));
        for (name, measure) in measures {
            lines.push(line(format!("… {name}"), move |one| {
                optional(one.networks.as_ref().and_then(agreement).map(measure))
            }));
        }
    }
    lines
}

fn planted_groups(evaluation: &Evaluation, out: &mut String) {
    if evaluation.truth.planted_groups == 0 {
        return;
    }
    out.push_str("\n## Planted groups\n\n");
    let headers = [
        "results",
        "planted group",
        "role",
        "accounts",
        "discovery",
        "strict",
        "best network",
        "shared",
        "Jaccard",
        "its tier",
    ];
    table(&headers, out);
    for one in &evaluation.results {
        for group in &one.planted_groups {
            let best = group.best.as_ref();
            let of_best =
                |of: &dyn Fn(&super::BestNetwork) -> String| best.map_or(NONE.to_owned(), of);
            row(
                [
                    code(&one.results),
                    code(&group.group),
                    group.role.as_deref().map_or(NONE.to_owned(), code),
                    group.accounts.to_string(),
                    count(group.discovery),
                    count(group.strict),
                    of_best(&|b| code(&b.network_id)),
                    of_best(&|b| format!("{} of its {}", b.shared, b.accounts)),
                    of_best(&|b| format!("{:.2}", b.jaccard)),
                    of_best(&|b| b.tier.name().to_owned()),
                ],
                out,
            );
        }
    }
}

fn roles(evaluation: &Evaluation, out: &mut String) {
    if evaluation.results.iter().all(|one| one.roles.is_empty()) {
        return;
    }
    out.push_str("\n## Roles\n\n");
    table(&["results", "role", "accounts", "discovery", "strict", "in networks"], out);
    for one in &evaluation.results {
        for role in &one.roles {
            row(
                [
                    code(&one.results),
                    code(&role.role),
                    role.accounts.to_string(),
                    count(role.discovery),
                    count(role.strict),
                    count(role.in_networks),
                ],
                out,
            );
        }
    }
}

fn paired(evaluation: &Evaluation, out: &mut String) {
    if evaluation.paired.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "\n## Pairs of results\n\nBoth on the same {} resamples.\n",
        evaluation.draws
    );
    table(&["first", "other", "difference in AUPRC", "first above", "equal"], out);
    for pair in &evaluation.paired {
        let percent = |share: f64| format!("{:.1} % of draws", 100.0 * share);
        row(
            [
                code(&pair.first),
                code(&pair.other),
                estimate(pair.auprc_difference),
                percent(pair.first_above),
                percent(pair.equal),
            ],
            out,
        );
    }
}

fn table<S: AsRef<str>>(headers: &[S], out: &mut String) {
    row(headers.iter().map(|header| header.as_ref().to_owned()), out);
    row(headers.iter().map(|_| "---".to_owned()), out);
}

fn row(cells: impl IntoIterator<Item = String>, out: &mut String) {
    for cell in cells {
        let _ = write!(out, "| {cell} ");
    }
    out.push_str("|\n");
}

fn estimate(figure: Estimate) -> String {
    match figure.interval {
        Some(interval) => format!("{} {}", decimal(figure.value), brackets(interval)),
        None => decimal(figure.value),
    }
}

fn brackets((low, high): (f64, f64)) -> String {
    format!("[{}, {}]", decimal(low), decimal(high))
}

/// Three decimals; what rounds to zero has no sign.
fn decimal(figure: f64) -> String {
    let shown = format!("{figure:.3}");
    if shown == "-0.000" { "0.000".to_owned() } else { shown }
}

fn optional(figure: Option<f64>) -> String {
    figure.map_or(NONE.to_owned(), decimal)
}

fn count(figure: Option<u64>) -> String {
    figure.map_or(NONE.to_owned(), |count| count.to_string())
}

/// A name that others chose, in a cell of a table: shown as it is, and no markup in it works.
fn code(name: &str) -> String {
    if name.is_empty() {
        return NONE.to_owned();
    }
    let mut shown = String::new();
    for c in name.chars().flat_map(visible) {
        match c {
            // Code has no escape for these; a bar would end the cell.
            '`' => shown.push('\''),
            '|' => shown.push_str("\\|"),
            c => shown.push(c),
        }
    }
    format!("`{shown}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_cell() {
        assert_eq!(code("a|b`<c>"), "`a\\|b'<c>`");
        assert_eq!(code("a\n\u{202e}b"), "`a\\u{a}\\u{202e}b`");
        assert_eq!(code(""), NONE);
    }

    #[test]
    fn a_figure_without_draws_has_no_brackets() {
        assert_eq!(estimate(Estimate { value: 0.5, interval: None }), "0.500");
        let with = Estimate { value: 0.5, interval: Some((0.25, 0.75)) };
        assert_eq!(estimate(with), "0.500 [0.250, 0.750]");
        let zero = Estimate { value: -0.0001, interval: Some((-0.5, -0.0)) };
        assert_eq!(estimate(zero), "0.000 [-0.500, 0.000]");
    }
}

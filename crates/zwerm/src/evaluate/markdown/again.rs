//! What scans of parts of the posts said: a replay and subsampling.

use std::fmt::Write as _;

use super::{NONE, code, count, decimal, row, table};
use crate::evaluate::{Detection, Evaluation, Spread, Unit};

/// How soon planted groups are found.
pub(super) fn replay(evaluation: &Evaluation, out: &mut String) {
    let Some(replay) = &evaluation.replay else { return };
    let failed = replay.scans.iter().filter(|scan| !scan.null_check_passed).count();
    let _ = writeln!(
        out,
        "\n## Time to detection\n\n{} scans, each of all posts up to the end of a day (UTC), {} \
         apart; the null check failed in {failed} of them.\nSignificant: at least half of the \
         group has tier discovery or better. In a network: one holds at least half of the group, \
         and at least half of its members that the truth knows are the group's.\nDays are counted \
         from the group's first post, and from the day by which half of it had posted, before \
         which no rule can be met. Held: the share of later scans that meet the rule too.\n",
        replay.scans.len(),
        match replay.every_days {
            1 => "one day".to_owned(),
            days => format!("{days} days"),
        },
    );
    let headers = [
        "planted group",
        "accounts",
        "posts",
        "first post",
        "half had posted",
        "significant",
        "days, days from half",
        "its posts by then",
        "held",
        "in a network",
        "days, days from half",
        "its posts by then",
        "held",
    ];
    table(&headers, out);
    for group in &replay.planted_groups {
        let day = |day: &Option<String>| day.clone().unwrap_or_else(|| NONE.to_owned());
        let facts = [
            code(&group.group),
            group.accounts.to_string(),
            group.posts.to_string(),
            day(&group.first_post),
            day(&group.half_posted),
        ];
        let found = [&group.significant, &group.in_network].into_iter().flat_map(detection);
        row(facts.into_iter().chain(found), out);
    }
    let last = replay.scans.last();
    if let Some(scan) = last {
        let _ = writeln!(
            out,
            "\nThe last scan: {} significant accounts of the truth, {} of them coordinated.",
            scan.significant, scan.significant_coordinated,
        );
    }
}

fn detection(found: &Option<Detection>) -> [String; 4] {
    match found {
        None => ["not by the last day".to_owned(), NONE.into(), NONE.into(), NONE.into()],
        Some(found) => [
            found.day.clone(),
            format!("{}, {}", found.days_after_first_post, found.days_after_half_posted),
            percent(found.share_of_posts),
            percent(found.held),
        ],
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// What stays of the findings when posts are missing.
pub(super) fn stability(evaluation: &Evaluation, out: &mut String) {
    let Some(stability) = &evaluation.stability else { return };
    let how = stability.subsampling;
    let unit = match how.of {
        Unit::Posts => "posts, each",
        Unit::Accounts => "accounts with all their posts, each",
    };
    let _ = writeln!(
        out,
        "\n## Stability\n\n{} subsamples of {unit} kept with probability {}, seed {}, against a \
         scan of everything. The null check failed in {} of them.\n",
        how.draws, how.share, stability.seed, stability.null_checks_failed,
    );
    table(&["", "everything", "mean", "smallest", "largest"], out);
    let mut line = |what: &str, whole: Option<u64>, spread: Option<Spread>| {
        let of = |figure: fn(Spread) -> f64| spread.map_or(NONE.to_owned(), |s| decimal(figure(s)));
        let whole = whole.map_or(String::new(), |n| count(Some(n)));
        row([what.to_owned(), whole, of(|s| s.mean), of(|s| s.min), of(|s| s.max)], out);
    };
    let s = stability;
    line("networks: best Jaccard, mean over networks", Some(s.networks), s.networks_jaccard);
    line("significant accounts: Jaccard", Some(s.significant), s.significant_jaccard);
    line("… share of them that stays", None, s.kept);
    line("… share of the subsample's that is new", None, s.new);
    line("evidence: rank correlation (Spearman)", None, s.evidence_spearman);
}

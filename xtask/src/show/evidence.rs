//! Real posts: how accounts are ranked, and whether what is called significant holds.
//!
//! One configuration, the default, for all sets. Accounts that the truth does not know as planted
//! are unlabelled, not innocent: shares of planted ones are lower bounds.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use super::figure::Figure;
use super::{ablation, again, evaluation, exact_text, explained, german, results};
use crate::place::Place;
use crate::scan;

/// A labelled set and what is asked of its ranking.
struct Labelled {
    name: &'static str,
    auprc_min: f64,
    recall_min: f64,
    in_networks_min: Option<f64>,
}

const LABELLED: [Labelled; 2] = [
    Labelled {
        name: "brexit_topic",
        auprc_min: 0.80,
        recall_min: 0.78,
        in_networks_min: Some(110.0),
    },
    Labelled { name: "brexit", auprc_min: 0.80, recall_min: 0.76, in_networks_min: None },
];

/// How accounts of both labelled sets are ranked, what is significant, and what each step adds.
pub(super) fn labelled(place: &Place, shared: &Path) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for set in &LABELLED {
        figures.extend(of_set(place, shared, set)?);
    }
    Ok(figures)
}

/// An ordinary election, and what its strict accounts share.
pub(super) fn german(place: &Place, shared: &Path) -> Result<Vec<Figure>> {
    let mut figures = german::figures(place, shared)?;
    figures.extend(german::strict(place)?);
    Ok(figures)
}

/// How soon planted groups are found, and what stays of the findings without a fifth of the posts.
pub(super) fn replay(place: &Place, shared: &Path) -> Result<Vec<Figure>> {
    let data = shared.join("data/semi-real/brexit_topic");
    let posts = data.join("posts.parquet");
    again::figures(place, ("brexit_topic", &posts), &data.join("truth.csv"))
}

fn of_set(place: &Place, shared: &Path, set: &Labelled) -> Result<Vec<Figure>> {
    let name = set.name;
    let data = shared.join("data/semi-real").join(name);
    let truth_file = data.join("truth.csv");
    let scanned = scan::scan(place, name, &data.join("posts.parquet"), &[])?;
    let evaluated = evaluation::of(place, &scanned.results, &truth_file)?;
    let figure = |path: &str| evaluation::number(&evaluated, path);
    let auprc = figure("/ranking/auprc/value")?;
    let recall = figure("/ranking/recall_at_precision/value")?;
    let mut figures = vec![
        Figure::at_least(&format!("{name}: AUPRC"), auprc, set.auprc_min),
        Figure::at_least(&format!("{name}: recall at precision ≥ 0.9"), recall, set.recall_min),
    ];
    let peer = exact_text::ranked(place, name, &data.join("posts.parquet"))?;
    let above = evaluation::share_above(place, (&scanned.results, &peer), &truth_file)?;
    let what = format!("{name}: AUPRC above exact text within an hour, share of resamples");
    figures.push(Figure::at_least(&what, above, 0.95));
    let in_networks = figure("/networks/members_coordinated")?;
    let purity = figure("/networks/purity")?;
    let what = format!("{name}: planted in networks");
    figures.push(match set.in_networks_min {
        Some(goal) => Figure::at_least(&what, in_networks, goal),
        None => Figure::plain(what, in_networks.to_string()),
    });
    figures.push(Figure::at_least(&format!("{name}: purity of networks"), purity, 0.9));
    let accounts = results::accounts(&scanned.results)?;
    let truth: BTreeMap<String, results::TruthRow> =
        results::truth(&truth_file)?.into_iter().map(|row| (row.id.clone(), row)).collect();
    let planted = |id: &str| truth.get(id).is_some_and(|row| row.coordinated);
    let share = |what: &str, rule: &str, goal: f64| -> Result<Figure> {
        let (found, right) = evaluation::flagged(&evaluated, rule)?;
        Ok(Figure::share_at_least(&format!("{name}: {what}, planted"), right, found, goal))
    };
    figures.push(share("accounts with q ≤ 0.05", "q ≤ 0.05", 0.8)?);
    figures.push(share("strict accounts", "tier strict", 0.9)?);
    let unplanted: Vec<(f64, f64)> = accounts
        .iter()
        .filter(|account| !planted(&account.id))
        .map(|account| (account.evidence, account.posts as f64))
        .collect();
    let what = format!("{name}: unplanted accounts, evidence with posts (Spearman)");
    figures.push(Figure::at_most(&what, spearman(&unplanted), 0.3));
    let whole = (name, scanned.results.as_path(), data.join("posts.parquet"));
    figures.extend(explained::figures(place, (whole.0, whole.1, &whole.2), &accounts, planted)?);
    figures.extend(ablation::figures(place, name, &scanned.results, &truth_file)?);
    Ok(figures)
}

/// The correlation of ranks; equal values share their mean rank.
fn spearman(pairs: &[(f64, f64)]) -> f64 {
    let first = ranks(pairs.iter().map(|pair| pair.0));
    let second = ranks(pairs.iter().map(|pair| pair.1));
    let mean = (pairs.len() as f64 - 1.0) / 2.0;
    let covariance = |a: &[f64], b: &[f64]| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum()
    };
    covariance(&first, &second)
        / (covariance(&first, &first) * covariance(&second, &second)).sqrt().max(f64::MIN_POSITIVE)
}

fn ranks(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<(f64, usize)> = values.zip(0..).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0.0; sorted.len()];
    let mut before = 0;
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let rank = before as f64 + (tied.len() as f64 - 1.0) / 2.0;
        tied.iter().for_each(|&(_, place)| ranks[place] = rank);
        before += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spearman_is_the_correlation_of_ranks() {
        assert!((spearman(&[(1.0, 10.0), (2.0, 20.0), (9.0, 21.0)]) - 1.0).abs() < 1e-12);
        assert!((spearman(&[(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)]) + 1.0).abs() < 1e-12);
        // Ranks 0.5, 0.5, 2 against 0, 1, 2: covariance 1.5, variances 1.5 and 2.
        let tied = spearman(&[(5.0, 1.0), (5.0, 2.0), (6.0, 3.0)]);
        assert!((tied - 1.5 / 3.0_f64.sqrt()).abs() < 1e-12, "{tied}");
    }
}

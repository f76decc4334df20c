//! `account_stats` and `group_stats`: the network summed up by account and by object.

use zwerm_model::hash::{Map, Set};
use zwerm_model::{NONE, Strings};

use super::network::CompatEdge;
use super::{COMMA_SPLIT, DISTINCT_MEANS, FROM_ONLY, Pair, Shares};
use crate::compat::Quirks;

/// How the peer writes a missing object.
pub const MISSING_NAME: &str = "NA";

/// One account's edges summed up.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountStats {
    /// The account.
    pub account: u32,
    /// The mean of its edges' mean gaps, in seconds.
    pub avg_time_delta: f64,
    /// The mean of its edges' symmetry.
    pub avg_edge_symmetry_score: f64,
    /// Its distinct contents among all pairs.
    pub unique_shares_count: u64,
}

/// Sums up by account, sorted by name; contents are counted over all pairs, whichever edges stand.
#[must_use]
pub fn account_stats(
    shares: &Shares,
    pairs: &[Pair],
    edges: &[CompatEdge],
    quirks: &Quirks,
) -> Vec<AccountStats> {
    let mut of_account: Vec<Vec<(f64, f64)>> = vec![Vec::new(); shares.accounts.len()];
    for edge in edges {
        let figures = (edge.counts.avg_time_delta, edge.counts.edge_symmetry_score());
        of_account[edge.from as usize].push(figures);
        of_account[edge.to as usize].push(figures);
    }
    let mut contents: Vec<(u32, u32)> = pairs
        .iter()
        .flat_map(|pair| [(pair.account, pair.content), (pair.account_y, pair.content_y)])
        .collect();
    contents.sort_unstable();
    contents.dedup();
    let mut shares_of = vec![0_u64; shares.accounts.len()];
    contents.iter().for_each(|&(account, _)| shares_of[account as usize] += 1);
    let mut stats: Vec<AccountStats> = (0_u32..)
        .zip(of_account)
        .filter(|(_, figures)| !figures.is_empty())
        .map(|(account, mut figures)| {
            if quirks.has(DISTINCT_MEANS) {
                let mut seen: Set<(u64, u64)> = Set::default();
                figures.retain(|(delta, score)| seen.insert((delta.to_bits(), score.to_bits())));
            }
            let mean = |of: fn(&(f64, f64)) -> f64| {
                figures.iter().map(of).fold(0.0, |sum, x| sum + x) / figures.len() as f64
            };
            AccountStats {
                account,
                avg_time_delta: mean(|figures| figures.0),
                avg_edge_symmetry_score: mean(|figures| figures.1),
                unique_shares_count: shares_of[account as usize],
            }
        })
        .collect();
    let name = |stats: &AccountStats| shares.accounts.get(stats.account as usize);
    stats.sort_by(|a, b| name(a).cmp(name(b)));
    stats
}

/// How many accounts share each object, most first; ties in the order of the edges.
///
/// Edges come in the peer's order, as [`network`](super::network::network) gives them.
#[must_use]
pub fn group_stats(objects: &Strings, edges: &[CompatEdge], quirks: &Quirks) -> Vec<(String, u64)> {
    let splits = quirks.has(COMMA_SPLIT);
    let mut places: Map<String, usize> = Map::default();
    let mut groups: Vec<(String, Set<u32>)> = Vec::new();
    for edge in edges {
        let names = edge.objects.iter().map(|&object| name_of(objects, object));
        for name in names.flat_map(|name| parts(name, splits)) {
            let place = *places.entry(name.to_owned()).or_insert(groups.len());
            if place == groups.len() {
                groups.push((name.to_owned(), Set::default()));
            }
            groups[place].1.insert(edge.from);
            if !quirks.has(FROM_ONLY) {
                groups[place].1.insert(edge.to);
            }
        }
    }
    let mut counts: Vec<(String, u64)> =
        groups.into_iter().map(|(name, accounts)| (name, accounts.len() as u64)).collect();
    counts.sort_by_key(|&(_, accounts)| std::cmp::Reverse(accounts));
    counts
}

/// The objects of an edge as the peer writes them: joined by commas.
#[must_use]
pub fn object_ids(objects: &Strings, edge: &CompatEdge) -> String {
    let names: Vec<&str> = edge.objects.iter().map(|&object| name_of(objects, object)).collect();
    names.join(",")
}

fn name_of(objects: &Strings, object: u32) -> &str {
    if object == NONE { MISSING_NAME } else { objects.get(object as usize) }
}

fn parts(name: &str, splits: bool) -> Vec<&str> {
    if splits { name.split(',').collect() } else { vec![name] }
}

//! `generate_coordinated_network`: pairs of rows added up by pair of accounts, with the edges above
//! a quantile of the weights marked.
//!
//! The result is the peer's edge table sorted by (`from`, `to`). Which of two accounts is `from`
//! follows the peer's graph: accounts are numbered in the order in which they first stand as the
//! smaller name of an edge, then in which they first stand as the larger, and the smaller number is
//! `from`.

use zwerm_model::hash::{Map, Set};
use zwerm_model::{NONE, Strings};

use super::detect::passing;
use super::{CONTENTS_BY_AGE, FAST_WITHOUT_OBJECT, Pair, Shares};
use crate::compat::Quirks;

/// One edge.
#[derive(Clone, Debug, PartialEq)]
pub struct CompatEdge {
    /// An account.
    pub from: u32,
    /// The other one; the same for a loop.
    pub to: u32,
    /// What its pairs come to.
    pub counts: Counts,
    /// Its distinct objects in the order of the pairs; [`NONE`] is the missing one.
    pub objects: Vec<u32>,
    /// Whether its weight is above the cut.
    pub is_above: bool,
    /// What its fast pairs come to, and whether that is above the cut of the fast edges; none
    /// without a fast window or a fast pair.
    pub fast: Option<(Counts, bool)>,
}

/// What some pairs of two accounts come to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// How many pairs of rows.
    pub weight: u64,
    /// The mean time between the two, in seconds.
    pub avg_time_delta: f64,
    /// Distinct older contents, or the first account's.
    pub n_content_id: u64,
    /// Distinct newer contents, or the second account's.
    pub n_content_id_y: u64,
}

impl Counts {
    /// The smaller count of contents as a share of the larger.
    #[must_use]
    pub fn edge_symmetry_score(&self) -> f64 {
        let (x, y) = (self.n_content_id, self.n_content_id_y);
        x.min(y) as f64 / x.max(y) as f64
    }
}

/// What edges are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkConfig {
    /// Edges of more weight than this quantile of all weights are marked.
    pub quantile: f64,
    /// The peer's surprises.
    pub quirks: Quirks,
    /// A narrower window in seconds, and how many rows an account needs there.
    pub fast: Option<(f64, u64)>,
}

/// The edges of some pairs, in the order of the pairs.
#[must_use]
pub fn network(shares: &Shares, pairs: &[Pair], config: &NetworkConfig) -> Vec<CompatEdge> {
    let is_fast = config.fast.map(|(window_s, participation_min)| {
        fast_pairs(shares, pairs, window_s, participation_min, &config.quirks)
    });
    let mut order: Vec<u32> = (0..pairs.len() as u32).collect();
    if is_fast.is_some() {
        // The peer sorts its table when it marks what is fast.
        let contents = |&row: &u32| {
            let pair = &pairs[row as usize];
            let name = |content: u32| shares.contents.get(content as usize);
            (name(pair.content), name(pair.content_y))
        };
        order.sort_by(|a, b| contents(a).cmp(&contents(b)));
    }
    let by_age = config.quirks.has(CONTENTS_BY_AGE);
    let mut edges: Vec<CompatEdge> = Vec::new();
    for ((from, to), rows) in grouped(&shares.accounts, pairs, &order) {
        let rows = || rows.iter().map(|&row| row as usize);
        let fast: Vec<&Pair> = match &is_fast {
            Some(is_fast) => rows().filter(|&row| is_fast[row]).map(|row| &pairs[row]).collect(),
            None => Vec::new(),
        };
        let mut seen: Set<u32> = Set::default();
        let all: Vec<&Pair> = rows().map(|row| &pairs[row]).collect();
        edges.push(CompatEdge {
            from,
            to,
            counts: counts(&all, from, by_age),
            objects: all.iter().map(|pair| pair.object).filter(|&o| seen.insert(o)).collect(),
            is_above: false,
            fast: (!fast.is_empty()).then(|| (counts(&fast, from, by_age), false)),
        });
    }
    mark(&mut edges, config.quantile);
    orient(&mut edges, shares.accounts.len());
    edges
}

/// Edges by the names of their accounts, as the peer's table is compared.
pub fn sort_by_name(edges: &mut [CompatEdge], accounts: &Strings) {
    let ranks = accounts.ranks();
    let rank = |account: u32| ranks[account as usize];
    edges.sort_by_key(|edge| (rank(edge.from), rank(edge.to)));
}

/// The pairs of each two accounts, the smaller name first; groups and pairs in the order given.
fn grouped(accounts: &Strings, pairs: &[Pair], order: &[u32]) -> Vec<((u32, u32), Vec<u32>)> {
    let mut places: Map<(u32, u32), usize> = Map::default();
    let mut groups: Vec<((u32, u32), Vec<u32>)> = Vec::new();
    for &row in order {
        let pair = &pairs[row as usize];
        let (a, b) = (pair.account, pair.account_y);
        let is_sorted = accounts.get(a as usize) <= accounts.get(b as usize);
        let key = if is_sorted { (a, b) } else { (b, a) };
        let place = *places.entry(key).or_insert(groups.len());
        if place == groups.len() {
            groups.push((key, Vec::new()));
        }
        groups[place].1.push(row);
    }
    groups
}

fn counts(pairs: &[&Pair], from: u32, by_age: bool) -> Counts {
    let distinct = |of: &dyn Fn(&Pair) -> u32| {
        let mut contents: Vec<u32> = pairs.iter().map(|pair| of(pair)).collect();
        contents.sort_unstable();
        contents.dedup();
        contents.len() as u64
    };
    let is_older = |pair: &Pair| by_age || pair.account == from;
    let older = |pair: &Pair| if is_older(pair) { pair.content } else { pair.content_y };
    let newer = |pair: &Pair| if is_older(pair) { pair.content_y } else { pair.content };
    let sum = pairs.iter().fold(0.0, |sum, pair| sum + pair.time_delta);
    Counts {
        weight: pairs.len() as u64,
        avg_time_delta: sum / pairs.len() as f64,
        n_content_id: distinct(&older),
        n_content_id_y: distinct(&newer),
    }
}

/// Which pairs are fast: those whose contents stand in a pair within the narrow window that passes
/// the rule of participation over all rows.
fn fast_pairs(
    shares: &Shares,
    pairs: &[Pair],
    window_s: f64,
    participation_min: u64,
    quirks: &Quirks,
) -> Vec<bool> {
    let mut fast: Vec<Pair> =
        pairs.iter().filter(|pair| pair.time_delta <= window_s).copied().collect();
    let rows: Vec<u32> = (0..shares.account.len() as u32).collect();
    let passing = passing(shares, &rows, &fast, participation_min);
    fast.retain(|pair| passing[pair.content as usize] || passing[pair.content_y as usize]);
    let without_object = quirks.has(FAST_WITHOUT_OBJECT);
    let key = |pair: &Pair| {
        let object = if without_object { NONE } else { pair.object };
        (object, pair.content, pair.content_y)
    };
    let marked: Set<(u32, u32, u32)> = fast.iter().map(key).collect();
    pairs.iter().map(|pair| marked.contains(&key(pair))).collect()
}

/// Marks the edges above the quantile of their weights, and the fast edges above that of theirs.
fn mark(edges: &mut [CompatEdge], share: f64) {
    let cut = quantile(edges.iter().map(|edge| edge.counts.weight).collect(), share);
    let fast = edges.iter().filter_map(|edge| edge.fast);
    let fast_cut = quantile(fast.map(|(counts, _)| counts.weight).collect(), share);
    for edge in edges {
        edge.is_above = cut.is_some_and(|cut| edge.counts.weight as f64 > cut);
        if let Some((counts, is_above)) = &mut edge.fast {
            *is_above = fast_cut.is_some_and(|cut| counts.weight as f64 > cut);
        }
    }
}

/// A quantile by linear interpolation (type 7 of Hyndman and Fan 1996,
/// <https://doi.org/10.1080/00031305.1996.10473566>).
fn quantile(mut values: Vec<u64>, share: f64) -> Option<f64> {
    values.sort_unstable();
    let place = share * (values.len().checked_sub(1)?) as f64;
    let (below, rest) = (place.floor(), place - place.floor());
    let low = values[below as usize] as f64;
    let high = values[(below as usize + 1).min(values.len() - 1)] as f64;
    Some(low + rest * (high - low))
}

/// Turns edges round as the peer's graph does, see the [module documentation](self).
fn orient(edges: &mut [CompatEdge], accounts: usize) {
    let mut number = vec![NONE; accounts];
    let mut next = 0;
    for account in edges.iter().map(|e| e.from).chain(edges.iter().map(|e| e.to)) {
        if number[account as usize] == NONE {
            number[account as usize] = next;
            next += 1;
        }
    }
    for edge in edges {
        if number[edge.from as usize] > number[edge.to as usize] {
            std::mem::swap(&mut edge.from, &mut edge.to);
        }
    }
}

/// Only the edges above the cut, as `subgraph = 1` of the peer: above the fast cut with a fast
/// window, as `subgraph = 2`.
#[must_use]
pub fn above(edges: Vec<CompatEdge>, config: &NetworkConfig) -> Vec<CompatEdge> {
    let is_above = |edge: &CompatEdge| match config.fast {
        Some(_) => edge.fast.is_some_and(|(_, is_above)| is_above),
        None => edge.is_above,
    };
    edges.into_iter().filter(is_above).collect()
}

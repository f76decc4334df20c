//! Weights, account by account: distinct messages of one that match a message of another.

use std::ops::Range;

use rayon::prelude::*;
use zwerm_model::NONE;

use super::acts::{Act, Acts};
use super::{CntConfig, DirectedEdge, Network, SAME_MESSAGE};

/// Accounts per unit of work.
const UNIT_ACCOUNTS: usize = 1 << 10;

/// All edges of enough weight, by (from, to).
pub(super) fn weights(acts: &Acts, accounts: usize, config: &CntConfig) -> Vec<DirectedEdge> {
    let near = near(&acts.acts, config.window_s);
    let mut by_account: Vec<u32> = (0..acts.acts.len() as u32).collect();
    by_account.par_sort_unstable_by_key(|&place| {
        let act = &acts.acts[place as usize];
        (act.account, act.message, place)
    });
    let account_of = |place: u32| acts.acts[place as usize].account;
    let rows: Vec<&[u32]> = by_account.chunk_by(|&a, &b| account_of(a) == account_of(b)).collect();
    let units: Vec<Vec<DirectedEdge>> = rows
        .par_chunks(UNIT_ACCOUNTS)
        .map_init(
            || Row { count: vec![(0, NONE); accounts], touched: Vec::new() },
            |row, unit| {
                let mut edges = Vec::new();
                unit.iter().for_each(|places| row.count(acts, &near, places, config, &mut edges));
                edges
            },
        )
        .collect();
    units.concat()
}

/// Of each act, the acts of its key within the window. The bounds are added to the moment, as the
/// tool's query does: in double precision that is not the same as subtracting two moments.
fn near(acts: &[Act], window_s: f64) -> Vec<Range<u32>> {
    let mut near = Vec::with_capacity(acts.len());
    let mut first = 0;
    for of_key in acts.chunk_by(|a, b| a.key == b.key) {
        let (mut from, mut to) = (0, 0);
        for act in of_key {
            while of_key[from].at_s < act.at_s - window_s {
                from += 1;
            }
            while to < of_key.len() && of_key[to].at_s <= act.at_s + window_s {
                to += 1;
            }
            near.push((first + from) as u32..(first + to) as u32);
        }
        first += of_key.len();
    }
    near
}

/// The counters of one account's row.
struct Row {
    /// Of each other account, the messages that match it, and the last of them.
    count: Vec<(u32, u32)>,
    touched: Vec<u32>,
}

impl Row {
    fn count(
        &mut self,
        acts: &Acts,
        near: &[Range<u32>],
        places: &[u32],
        config: &CntConfig,
        edges: &mut Vec<DirectedEdge>,
    ) {
        let matches_itself = config.quirks.has(SAME_MESSAGE);
        for &place in places {
            let act = acts.acts[place as usize];
            let range = &near[place as usize];
            for other in &acts.acts[range.start as usize..range.end as usize] {
                let count = &mut self.count[other.account as usize];
                let is_counted = count.1 == act.message && count.0 > 0;
                if is_counted || (other.message == act.message && !matches_itself) {
                    continue;
                }
                if config.network == Network::SimilarText && !alike(acts, act, *other, config) {
                    continue;
                }
                if count.0 == 0 {
                    self.touched.push(other.account);
                }
                *count = (count.0 + 1, act.message);
            }
        }
        let Some(&first) = places.first() else { return };
        let from = acts.acts[first as usize].account;
        self.touched.sort_unstable();
        for to in self.touched.drain(..) {
            let (weight, _) = std::mem::replace(&mut self.count[to as usize], (0, NONE));
            let weight = u64::from(weight);
            if weight >= config.weight_min && (from != to || config.keep_loops) {
                edges.push(DirectedEdge { from, to, weight });
            }
        }
    }
}

/// Whether two messages share enough of their words.
fn alike(acts: &Acts, a: Act, b: Act, config: &CntConfig) -> bool {
    let (a, b) = (&acts.words[a.message as usize], &acts.words[b.message as usize]);
    if a.len().min(b.len()) < config.words_min.max(1) {
        return false;
    }
    let shared = shared(a, b);
    shared as f64 / (a.len() + b.len() - shared) as f64 >= config.similarity_min
}

/// How many numbers two sorted lists share.
fn shared(a: &[u32], b: &[u32]) -> usize {
    let (mut at_a, mut at_b, mut shared) = (0, 0, 0);
    while at_a < a.len() && at_b < b.len() {
        let order = a[at_a].cmp(&b[at_b]);
        shared += usize::from(order.is_eq());
        at_a += usize::from(order.is_le());
        at_b += usize::from(order.is_ge());
    }
    shared
}

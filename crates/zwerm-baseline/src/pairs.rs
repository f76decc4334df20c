//! Pairs of accounts that met on an object within a window, and what pairs make: components.
//!
//! # Cost
//!
//! Objects are walked with two pointers: `O(n + p)` for `n` traces and `p` pairs of posts within
//! the window, and a sort of these.
//!
//! # Memory
//!
//! 8 bytes a pair of posts, at most [`PAIRS_MAX`] of them.

use zwerm_graph::{Graph, components};
use zwerm_model::{NONE, TraceTable};

use crate::TooManyPairs;

/// More pairs are refused: they would take some two gigabytes.
pub const PAIRS_MAX: usize = 1 << 27;

/// Appends (a, b), a < b, for every two posts of two accounts on one object at most `window_ms`
/// apart.
///
/// # Errors
///
/// If `pairs` would hold more than [`PAIRS_MAX`].
pub fn push_met_within(
    table: &TraceTable,
    window_ms: i64,
    pairs: &mut Vec<(u32, u32)>,
) -> Result<(), TooManyPairs> {
    for object in 0..table.object_count() {
        let range = table.range(object);
        let (at, account) = (&table.at[range.clone()], &table.account[range]);
        let mut oldest = 0;
        for newest in 0..at.len() {
            while at[newest].saturating_sub(at[oldest]) > window_ms {
                oldest += 1;
            }
            let others = account[oldest..newest].iter().filter(|&&a| a != account[newest]);
            pairs.extend(others.map(|&a| (a.min(account[newest]), a.max(account[newest]))));
            if pairs.len() > PAIRS_MAX {
                return Err(TooManyPairs { max: PAIRS_MAX });
            }
        }
    }
    Ok(())
}

/// How often each pair is there: (a, b, times), by (a, b).
#[must_use]
pub fn counted(mut pairs: Vec<(u32, u32)>) -> Vec<(u32, u32, u64)> {
    pairs.sort_unstable();
    pairs.chunk_by(|x, y| x == y).map(|same| (same[0].0, same[0].1, same.len() as u64)).collect()
}

/// The connected group of each account, [`NONE`] for those without an edge; numbered by smallest
/// account. Edges come by (a, b), each once.
#[must_use]
pub fn groups(account_count: usize, edges: &[(u32, u32, u64)]) -> Vec<u32> {
    let graph = Graph::from_sorted_edges(account_count as u32, edges);
    let label = components(&graph);
    let mut number = vec![NONE; account_count];
    let mut next = 0;
    let mut group = vec![NONE; account_count];
    for account in 0..account_count {
        if graph.strength(account as u32) == 0 {
            continue;
        }
        let number = &mut number[label[account] as usize];
        if *number == NONE {
            *number = next;
            next += 1;
        }
        group[account] = *number;
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::table;

    #[test]
    fn pairs_are_posts_of_two_accounts_within_the_window() {
        // On x account 0 posts twice, account 1 in between; account 2 comes too late.
        let table = table("test", &[("x", 0, 0), ("x", 1, 5), ("x", 0, 10), ("x", 2, 99)]);
        let mut pairs = Vec::new();
        push_met_within(&table, 5, &mut pairs).expect("few pairs");
        assert_eq!(counted(pairs), [(0, 1, 2)]);
    }

    #[test]
    fn groups_are_numbered_by_their_smallest_account() {
        let group = groups(6, &[(1, 5, 1), (2, 3, 9), (3, 5, 1)]);
        assert_eq!(group, [NONE, 0, 0, 0, NONE, 0]);
        assert_eq!(groups(5, &[(0, 4, 1), (1, 2, 1)]), [0, 1, 1, NONE, 0]);
    }
}

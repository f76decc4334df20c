//! Connected components.
//!
//! # What it does
//!
//! Labels every node with the smallest node it can reach. The label is
//! canonical: it depends on the graph and on nothing else.
//!
//! # Requirements
//!
//! None; isolated nodes are their own component.
//!
//! # Memory
//!
//! 9 bytes per node.
//!
//! # Cost
//!
//! `O(n + m α(n))`: one union per edge.
//!
//! # Source
//!
//! Tarjan (1975), <https://doi.org/10.1145/321879.321884>; the sets are
//! petgraph's, with union by rank and path splitting.

use crate::Graph;
use petgraph::unionfind::UnionFind;

/// The smallest node in the component of each node.
///
/// ```
/// let graph = zwerm_graph::Graph::from_sorted_edges(5, &[(0, 3, 1), (1, 4, 1)]);
/// assert_eq!(zwerm_graph::components(&graph), [0, 1, 2, 0, 1]);
/// ```
pub fn components(graph: &Graph) -> Vec<u32> {
    components_within(graph, |_, _| true)
}

/// [`components`] of the graph that keeps only the edges that `keep` accepts.
///
/// `keep` sees each edge once, the smaller node first.
pub(crate) fn components_within(graph: &Graph, keep: impl Fn(u32, u32) -> bool) -> Vec<u32> {
    let mut sets = UnionFind::<u32>::new(graph.node_count() as usize);
    for a in 0..graph.node_count() {
        for (b, _) in graph.neighbours(a) {
            if a < b && keep(a, b) {
                sets.union(a, b);
            }
        }
    }
    smallest_members(sets.into_labeling())
}

/// Replaces each set's representative by the set's smallest member.
fn smallest_members(mut label: Vec<u32>) -> Vec<u32> {
    let mut smallest = vec![u32::MAX; label.len()];
    for (node, label) in (0..).zip(&mut label) {
        let first = &mut smallest[*label as usize];
        *first = node.min(*first);
        *label = *first;
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{labelled_graph, peer};
    use proptest::prelude::*;

    #[track_caller]
    fn check(node_count: u32, edges: &[(u32, u32, u64)], expected: &[u32]) {
        assert_eq!(components(&Graph::from_sorted_edges(node_count, edges)), expected);
    }

    #[test]
    fn no_nodes_have_no_component() {
        check(0, &[], &[]);
    }

    #[test]
    fn isolated_nodes_stand_alone() {
        check(3, &[], &[0, 1, 2]);
    }

    #[test]
    fn a_chain_carries_the_smallest_node_to_its_end() {
        check(5, &[(0, 4, 1), (1, 2, 1), (3, 4, 1)], &[0, 1, 1, 0, 0]);
    }

    /// The definition: the smallest of all nodes that a walk can reach.
    fn reference(graph: &Graph, keep: impl Fn(u32, u32) -> bool) -> Vec<u32> {
        let peer = peer(graph, keep);
        (0..graph.node_count())
            .map(|from| {
                let mut walk = petgraph::visit::Dfs::new(&peer, from.into());
                let mut smallest = from;
                while let Some(node) = walk.next(&peer) {
                    smallest = smallest.min(node.index() as u32);
                }
                smallest
            })
            .collect()
    }

    proptest! {
        #[test]
        fn components_agree_with_walks((graph, label) in labelled_graph()) {
            prop_assert_eq!(components(&graph), reference(&graph, |_, _| true));
            let same = |a: u32, b: u32| label[a as usize] % 3 == label[b as usize] % 3;
            prop_assert_eq!(components_within(&graph, same), reference(&graph, same));
        }
    }
}

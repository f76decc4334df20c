//! An undirected weighted graph in compressed sparse rows.
//!
//! # What it is
//!
//! For every node the row of its neighbours and the weights of the edges to
//! them, all rows behind one another in two arrays. Each edge stands in two
//! rows. A node can also hold weight inside itself, its loop: [`Graph`]s made
//! of edges have none, aggregated ones (inside Leiden) do.
//!
//! # Requirements
//!
//! Edges `(a, b, weight)` with `a < b`, strictly ascending by `(a, b)`, and
//! weights of at least 1. Weights are fixed point: the unit is the caller's.
//! All weights together stay within [`Graph::TOTAL_WEIGHT_MAX`].
//!
//! # Memory
//!
//! 24 bytes per edge and 24 per node.
//!
//! # Cost
//!
//! `O(n + m)` to build: one pass counts, one fills. No sort is needed: in the
//! given order, a node meets first the edges on which it is `b`, by ascending
//! `a`, then those on which it is `a`, by ascending `b`. Rows come out sorted.
//!
//! # Source
//!
//! The layout is folklore; see Saad (2003), *Iterative Methods for Sparse
//! Linear Systems*, §3.4, <https://doi.org/10.1137/1.9780898718003>.

/// See the [module documentation](self).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// Where each node's row begins; one more than there are nodes.
    pub(crate) row_start: Vec<usize>,
    pub(crate) neighbour: Vec<u32>,
    pub(crate) weight: Vec<u64>,
    /// Weight inside each node; an undirected edge counts once.
    pub(crate) loop_weight: Vec<u64>,
    /// Row sum plus twice the loop.
    pub(crate) strength: Vec<u64>,
    pub(crate) total_weight: u64,
}

impl Graph {
    /// The largest sum of all weights, `2⁶² − 1`: above it a product of two
    /// strengths no longer fits the 128 bits in which gains are compared.
    pub const TOTAL_WEIGHT_MAX: u64 = u64::MAX >> 2;

    /// Builds the rows from edges that are sorted already.
    ///
    /// `O(n + m)` time.
    ///
    /// # Panics
    ///
    /// Panics if an edge breaks the requirements of the [module](self).
    pub fn from_sorted_edges(node_count: u32, edges: &[(u32, u32, u64)]) -> Graph {
        check_edges(node_count, edges);
        let nodes = node_count as usize;

        let mut row_start = vec![0_usize; nodes + 1];
        for &(a, b, _) in edges {
            row_start[a as usize + 1] += 1;
            row_start[b as usize + 1] += 1;
        }
        for node in 0..nodes {
            row_start[node + 1] += row_start[node];
        }

        let mut next = row_start.clone();
        let mut neighbour = vec![0_u32; edges.len() * 2];
        let mut weight = vec![0_u64; edges.len() * 2];
        let mut strength = vec![0_u64; nodes];
        let mut total_weight = 0;
        for &(a, b, edge_weight) in edges {
            for (from, to) in [(a as usize, b), (b as usize, a)] {
                neighbour[next[from]] = to;
                weight[next[from]] = edge_weight;
                next[from] += 1;
                strength[from] += edge_weight;
            }
            total_weight += edge_weight;
        }
        Graph { row_start, neighbour, weight, loop_weight: vec![0; nodes], strength, total_weight }
    }

    /// The number of nodes, isolated ones included.
    pub fn node_count(&self) -> u32 {
        u32::try_from(self.strength.len()).expect("nodes are numbered in u32")
    }

    /// The number of edges between two different nodes.
    pub fn edge_count(&self) -> usize {
        self.neighbour.len() / 2
    }

    /// The sum of all edge weights, each edge counted once.
    pub fn total_weight(&self) -> u64 {
        self.total_weight
    }

    /// The neighbours of `node` with the weight of the edge to each, in
    /// ascending order.
    pub fn neighbours(&self, node: u32) -> impl Iterator<Item = (u32, u64)> + '_ {
        let row = self.row_start[node as usize]..self.row_start[node as usize + 1];
        self.neighbour[row.clone()].iter().copied().zip(self.weight[row].iter().copied())
    }

    /// The sum of the weights of the edges at `node` (its weighted degree).
    pub fn strength(&self, node: u32) -> u64 {
        self.strength[node as usize]
    }
}

/// Holds the caller to the requirements of the [module](self).
fn check_edges(node_count: u32, edges: &[(u32, u32, u64)]) {
    let mut previous = None;
    let mut total_weight = 0_u64;
    for &(a, b, weight) in edges {
        assert!(a < b, "edge ({a}, {b}): expected the smaller node first");
        assert!(b < node_count, "edge ({a}, {b}): expected nodes below {node_count}");
        assert!(weight > 0, "edge ({a}, {b}): expected a weight of at least 1");
        assert!(previous < Some((a, b)), "edge ({a}, {b}): expected strictly ascending edges");
        previous = Some((a, b));
        total_weight = total_weight.saturating_add(weight);
    }
    assert!(total_weight <= Graph::TOTAL_WEIGHT_MAX, "expected a total weight below 2^62");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{dense, graph_edges};
    use proptest::prelude::*;

    #[track_caller]
    fn check(node_count: u32, edges: &[(u32, u32, u64)], rows: &[&[(u32, u64)]]) {
        let graph = Graph::from_sorted_edges(node_count, edges);
        assert_eq!(graph.node_count() as usize, rows.len());
        assert_eq!(graph.edge_count(), edges.len());
        for (node, &row) in (0..).zip(rows) {
            assert_eq!(graph.neighbours(node).collect::<Vec<_>>(), row, "row of node {node}");
        }
    }

    #[test]
    fn no_nodes_have_no_rows() {
        check(0, &[], &[]);
    }

    #[test]
    fn isolated_nodes_have_empty_rows() {
        check(3, &[(0, 2, 5)], &[&[(2, 5)], &[], &[(0, 5)]]);
    }

    #[test]
    fn rows_come_out_sorted() {
        check(
            3,
            &[(0, 1, 1), (0, 2, 2), (1, 2, 3)],
            &[&[(1, 1), (2, 2)], &[(0, 1), (2, 3)], &[(0, 2), (1, 3)]],
        );
    }

    #[test]
    #[should_panic(expected = "strictly ascending")]
    fn a_repeated_edge_is_refused() {
        Graph::from_sorted_edges(2, &[(0, 1, 1), (0, 1, 1)]);
    }

    #[test]
    #[should_panic(expected = "smaller node first")]
    fn a_loop_is_refused() {
        Graph::from_sorted_edges(2, &[(1, 1, 1)]);
    }

    #[test]
    #[should_panic(expected = "nodes below 2")]
    fn a_node_out_of_range_is_refused() {
        Graph::from_sorted_edges(2, &[(0, 2, 1)]);
    }

    #[test]
    #[should_panic(expected = "at least 1")]
    fn a_weight_of_zero_is_refused() {
        Graph::from_sorted_edges(2, &[(0, 1, 0)]);
    }

    #[test]
    #[should_panic(expected = "below 2^62")]
    fn too_much_weight_is_refused() {
        Graph::from_sorted_edges(3, &[(0, 1, u64::MAX), (0, 2, u64::MAX)]);
    }

    proptest! {
        #[test]
        fn rows_agree_with_the_matrix((node_count, edges) in graph_edges()) {
            let graph = Graph::from_sorted_edges(node_count, &edges);
            let matrix = dense(node_count, &edges);
            for (node, row) in (0..).zip(&matrix) {
                let expected: Vec<_> =
                    (0..).zip(row.iter().copied()).filter(|&(_, weight)| weight > 0).collect();
                prop_assert_eq!(graph.neighbours(node).collect::<Vec<_>>(), expected);
                prop_assert_eq!(graph.strength(node), row.iter().sum::<u64>());
            }
            let twice: u64 = matrix.iter().flatten().sum();
            prop_assert_eq!(graph.total_weight() * 2, twice);
        }
    }
}

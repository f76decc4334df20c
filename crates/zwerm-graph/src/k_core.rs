//! Core numbers: how deep in the dense part of a graph each node lies.
//!
//! # What it does
//!
//! The k-core is what is left when nodes with fewer than k neighbours are taken
//! away until none is left to take. A node's core number is the largest k whose
//! core holds it. Weights play no part.
//!
//! # Requirements
//!
//! None: isolated nodes have core number 0.
//!
//! # Memory
//!
//! 16 bytes a node.
//!
//! # Cost
//!
//! `O(n + m)`: nodes are kept in buckets by what is left of their degree, and
//! move down one bucket at a time.
//!
//! # Source
//!
//! Batagelj and Zaveršnik (2003), <https://arxiv.org/abs/cs/0310049>.

use crate::Graph;

/// The core number of every node; see the [module documentation](self).
#[must_use]
pub fn k_core(graph: &Graph) -> Vec<u32> {
    let nodes = graph.node_count() as usize;
    let degree_of = |node: usize| graph.row_start[node + 1] - graph.row_start[node];
    let mut degree: Vec<usize> = (0..nodes).map(degree_of).collect();
    let degree_max = degree.iter().copied().max().unwrap_or(0);

    // Nodes sorted by degree, and where each degree's nodes start.
    let mut start = vec![0; degree_max + 2];
    for &degree in &degree {
        start[degree + 1] += 1;
    }
    for degree in 0..=degree_max {
        start[degree + 1] += start[degree];
    }
    let mut next = start.clone();
    let (mut order, mut place) = (vec![0; nodes], vec![0; nodes]);
    for (node, &degree) in degree.iter().enumerate() {
        place[node] = next[degree];
        order[next[degree]] = node;
        next[degree] += 1;
    }

    for at in 0..nodes {
        let node = order[at];
        for &neighbour in &graph.neighbour[graph.row_start[node]..graph.row_start[node + 1]] {
            let other = neighbour as usize;
            if degree[other] <= degree[node] {
                continue;
            }
            // It moves to the front of its bucket, and the bucket's front past it.
            let front = start[degree[other]].max(at + 1);
            let first = order[front];
            order.swap(front, place[other]);
            place.swap(first, other);
            start[degree[other]] = front + 1;
            degree[other] -= 1;
        }
    }
    degree.into_iter().map(|core| u32::try_from(core).expect("a degree below 2^32")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::graph_edges;
    use proptest::prelude::*;

    #[test]
    fn a_tail_is_shallower_than_a_triangle() {
        let edges = [(0, 1, 9), (0, 2, 1), (1, 2, 1), (2, 3, 1)];
        assert_eq!(k_core(&Graph::from_sorted_edges(5, &edges)), [2, 2, 2, 1, 0]);
    }

    #[test]
    fn no_nodes_have_no_cores() {
        assert!(k_core(&Graph::from_sorted_edges(0, &[])).is_empty());
    }

    /// The definition: take away until nothing changes.
    fn reference(graph: &Graph) -> Vec<u32> {
        let mut core = vec![0; graph.node_count() as usize];
        for k in 1..=graph.node_count() {
            let mut stays = vec![true; core.len()];
            loop {
                let lonely = (0..graph.node_count()).find(|&node| {
                    let left = graph.neighbours(node).filter(|(to, _)| stays[*to as usize]).count();
                    stays[node as usize] && left < k as usize
                });
                match lonely {
                    Some(node) => stays[node as usize] = false,
                    None => break,
                }
            }
            for (core, _) in core.iter_mut().zip(&stays).filter(|(_, stays)| **stays) {
                *core = k;
            }
        }
        core
    }

    proptest! {
        #[test]
        fn cores_are_their_definition((node_count, edges) in graph_edges()) {
            let graph = Graph::from_sorted_edges(node_count, &edges);
            prop_assert_eq!(k_core(&graph), reference(&graph));
        }
    }
}

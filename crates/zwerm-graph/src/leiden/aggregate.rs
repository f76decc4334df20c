//! Aggregation: the parts of a graph become the nodes of a smaller one.
//!
//! # What it does
//!
//! The weight between two parts becomes one edge, the weight inside a part its
//! loop; masses add up. Strengths and the total weight stay what they were, so
//! a partition of the parts has the same quality on both graphs.
//!
//! # Requirements
//!
//! One part number per node, all numbers below the part count in use.
//!
//! # Memory
//!
//! The new graph, and 20 bytes per part and 4 per node while it is built.
//!
//! # Cost
//!
//! `O(n + m)`. Rows stand in the order their neighbours were met, not sorted:
//! nothing in Leiden depends on the order within a row.
//!
//! # Source
//!
//! `AggregateGraph` of Traag, Waltman and van Eck (2019),
//! <https://doi.org/10.1038/s41598-019-41695-z>, supplement, algorithm A.2.

use super::Level;
use super::pull::Pull;
use crate::{Graph, Partition};
use std::borrow::Cow;

/// The level whose nodes are the parts of `level`.
pub(super) fn aggregate(level: &Level<'_>, parts: &Partition) -> Level<'static> {
    let (graph, label) = (&level.graph, &parts.community);
    let part_count = parts.community_count() as usize;
    let (member_start, member) = members(parts);

    let mut pull = Pull::new(parts.community_count());
    let mut row_start = vec![0];
    let (mut neighbour, mut weight) = (Vec::new(), Vec::new());
    let mut loop_weight = vec![0; part_count];
    let mut strength = vec![0; part_count];
    let mut mass = vec![0; part_count];
    for part in 0..parts.community_count() {
        let at = part as usize;
        pull.clear();
        for &node in &member[member_start[at]..member_start[at + 1]] {
            loop_weight[at] += graph.loop_weight[node as usize];
            strength[at] += graph.strength[node as usize];
            mass[at] += level.mass[node as usize];
            for (other, weight) in graph.neighbours(node) {
                pull.add(label[other as usize], weight);
            }
        }
        // Each edge inside was met from both its ends.
        loop_weight[at] += pull.of(part) / 2;
        for (other, sum) in pull.iter().filter(|&(other, _)| other != part) {
            neighbour.push(other);
            weight.push(sum);
        }
        row_start.push(neighbour.len());
    }
    let total_weight = graph.total_weight;
    let graph = Graph { row_start, neighbour, weight, loop_weight, strength, total_weight };
    Level { graph: Cow::Owned(graph), mass }
}

/// The nodes of each part, by a counting sort: where each part begins, and all
/// nodes part after part.
fn members(parts: &Partition) -> (Vec<usize>, Vec<u32>) {
    let mut start = vec![0; parts.community_count() as usize + 1];
    for &part in &parts.community {
        start[part as usize + 1] += 1;
    }
    for part in 1..start.len() {
        start[part] += start[part - 1];
    }
    let mut next = start.clone();
    let mut member = vec![0; parts.community.len()];
    for (node, &part) in (0..).zip(&parts.community) {
        member[next[part as usize]] = node;
        next[part as usize] += 1;
    }
    (start, member)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::labelled_graph;
    use proptest::prelude::*;

    /// The full matrix; the diagonal is what lies inside a node, counted once.
    fn matrix(graph: &Graph) -> Vec<Vec<u64>> {
        let size = graph.node_count() as usize;
        let mut matrix = vec![vec![0; size]; size];
        for node in 0..graph.node_count() {
            matrix[node as usize][node as usize] = graph.loop_weight[node as usize];
            for (other, weight) in graph.neighbours(node) {
                matrix[node as usize][other as usize] += weight;
            }
        }
        matrix
    }

    /// The definition: every entry added to the entry of its two parts.
    fn reference(matrix: &[Vec<u64>], parts: &Partition) -> Vec<Vec<u64>> {
        let count = parts.community_count() as usize;
        let mut sums = vec![vec![0; count]; count];
        for (a, row) in matrix.iter().enumerate() {
            for (b, &weight) in row.iter().enumerate() {
                let (from, to) = (parts.community[a] as usize, parts.community[b] as usize);
                if from != to || a <= b {
                    sums[from][to] += weight;
                }
            }
        }
        sums
    }

    proptest! {
        #[test]
        fn aggregates_agree_with_the_matrix((graph, label) in labelled_graph()) {
            let level = Level { graph: Cow::Borrowed(&graph), mass: graph.strength.clone() };
            let parts = Partition::from_labels(&label);
            let once = aggregate(&level, &parts);
            prop_assert_eq!(matrix(&once.graph), reference(&matrix(&level.graph), &parts));
            prop_assert_eq!(&once.mass, &once.graph.strength);

            let halves: Vec<u32> = (0..parts.community_count()).map(|part| part / 2).collect();
            let halves = Partition::from_labels(&halves);
            let twice = aggregate(&once, &halves);
            prop_assert_eq!(matrix(&twice.graph), reference(&matrix(&once.graph), &halves));
            for (node, row) in (0..).zip(matrix(&twice.graph)) {
                let sum = row.iter().sum::<u64>() + row[node as usize];
                prop_assert_eq!(twice.graph.strength(node), sum);
            }
        }
    }
}

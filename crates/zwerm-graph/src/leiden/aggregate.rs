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
//! The new graph twice while it is built, and 4 bytes per node.
//!
//! # Cost
//!
//! `O(n + m)`, rows in parallel. They stand in the order their neighbours were met, not sorted:
//! nothing in Leiden depends on the order within a row.
//!
//! # Source
//!
//! `AggregateGraph` of Traag, Waltman and van Eck (2019),
//! <https://doi.org/10.1038/s41598-019-41695-z>, supplement, algorithm A.2.

use super::Level;
use super::pull::Pull;
use crate::{Graph, Partition};
use rayon::prelude::*;
use std::borrow::Cow;

/// Parts per unit of parallel work.
const PARTS: usize = 1 << 12;

/// The level whose nodes are the parts of `level`.
pub(super) fn aggregate(level: &Level<'_>, parts: &Partition) -> Level<'static> {
    let (member_start, member) = members(parts);
    let part_count = parts.community_count() as usize;
    let blocks: Vec<Rows> = (0..part_count.div_ceil(PARTS))
        .into_par_iter()
        .map_init(
            || Pull::new(parts.community_count()),
            |pull, block| {
                let mut rows = Rows::default();
                for part in block * PARTS..part_count.min((block + 1) * PARTS) {
                    let members = &member[member_start[part]..member_start[part + 1]];
                    rows.push(level, &parts.community, part as u32, members, pull);
                }
                rows
            },
        )
        .collect();
    let mut row_start = Vec::with_capacity(part_count + 1);
    row_start.push(0);
    let mut all = Rows::default();
    for block in blocks {
        let before = all.neighbour.len();
        row_start.extend(block.end.iter().map(|end| before + end));
        all.append(block);
    }
    let Rows { neighbour, weight, loop_weight, strength, mass, .. } = all;
    let total_weight = level.graph.total_weight;
    let graph = Graph { row_start, neighbour, weight, loop_weight, strength, total_weight };
    Level { graph: Cow::Owned(graph), mass }
}

/// Some consecutive rows of the new graph.
#[derive(Debug, Default)]
struct Rows {
    /// Where each row ends, counted from the first of these.
    end: Vec<usize>,
    neighbour: Vec<u32>,
    weight: Vec<u64>,
    loop_weight: Vec<u64>,
    strength: Vec<u64>,
    mass: Vec<u64>,
}

impl Rows {
    /// Appends the row of one part.
    fn push(
        &mut self,
        level: &Level<'_>,
        label: &[u32],
        part: u32,
        members: &[u32],
        pull: &mut Pull,
    ) {
        let graph = &level.graph;
        let (mut inside, mut strength, mut mass) = (0, 0, 0);
        pull.clear();
        for &node in members {
            inside += graph.loop_weight[node as usize];
            strength += graph.strength[node as usize];
            mass += level.mass[node as usize];
            for (other, weight) in graph.neighbours(node) {
                pull.add(label[other as usize], weight);
            }
        }
        // Each edge inside was met from both its ends.
        self.loop_weight.push(inside + pull.of(part) / 2);
        self.strength.push(strength);
        self.mass.push(mass);
        for (other, sum) in pull.iter().filter(|&(other, _)| other != part) {
            self.neighbour.push(other);
            self.weight.push(sum);
        }
        self.end.push(self.neighbour.len());
    }

    /// Appends rows that follow these; where they end is for the caller to say.
    fn append(&mut self, mut rows: Rows) {
        self.neighbour.append(&mut rows.neighbour);
        self.weight.append(&mut rows.weight);
        self.loop_weight.append(&mut rows.loop_weight);
        self.strength.append(&mut rows.strength);
        self.mass.append(&mut rows.mass);
    }
}

/// The nodes of each part, by a counting sort: where each part begins, and all
/// nodes part after part.
pub(super) fn members(parts: &Partition) -> (Vec<usize>, Vec<u32>) {
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

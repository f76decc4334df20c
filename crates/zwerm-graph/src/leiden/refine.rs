//! Refinement: splits each community into well-connected parts.
//!
//! # What it does
//!
//! Every node starts as a part of its own. In ascending order, a node that is
//! still alone and well connected to its community joins the part of the same
//! community that gains most, if that part is well connected too. A set is
//! *well connected* if being joined to the rest of its community costs nothing.
//! Nodes never leave a part that two share, so parts are connected.
//!
//! # Requirements
//!
//! A [`Gain`] that fits the level's graph.
//!
//! # Memory
//!
//! 37 bytes per node.
//!
//! # Cost
//!
//! `O(n + m)`: each node is visited once.
//!
//! # Source
//!
//! `RefinePartition` and `MergeNodesSubset` of Traag, Waltman and van Eck
//! (2019), <https://doi.org/10.1038/s41598-019-41695-z>, supplement, algorithm
//! A.2. The paper draws the part at random among those that gain; we take the
//! best, the smallest number among equals, and stay alone if none gains.

use super::Level;
use super::pull::Pull;
use crate::Partition;
use crate::objective::Gain;

/// The parts of all communities of `partition`.
pub(super) fn refine(level: &Level<'_>, gain: Gain, partition: &Partition) -> Partition {
    let mut parts = Parts::new(level, partition);
    let mut pull = Pull::new(level.graph.node_count());
    for node in 0..level.graph.node_count() {
        if parts.is_shared[node as usize] || !parts.is_well_connected(node, gain) {
            continue;
        }
        pull.clear();
        let community = partition.community[node as usize];
        for (other, weight) in level.graph.neighbours(node) {
            if partition.community[other as usize] == community {
                pull.add(parts.label[other as usize], weight);
            }
        }
        if let Some(part) = parts.best_for(node, &pull, gain) {
            parts.join(node, part, pull.of(part));
        }
    }
    Partition::from_labels(&parts.label)
}

/// The parts while nodes join; a part has the number of its first node.
#[derive(Debug)]
struct Parts {
    label: Vec<u32>,
    mass: Vec<u64>,
    /// Weight from each part to the rest of its community.
    outward: Vec<u64>,
    /// Mass of the whole community around each part.
    community_mass: Vec<u64>,
    /// Whether a node's own part is no longer it alone.
    is_shared: Vec<bool>,
}

impl Parts {
    fn new(level: &Level<'_>, partition: &Partition) -> Parts {
        let community = &partition.community;
        let mut mass_of = vec![0; partition.community_count() as usize];
        for (&its, &mass) in community.iter().zip(&level.mass) {
            mass_of[its as usize] += mass;
        }
        let outward = |node: u32| {
            let inside = |other: u32| community[other as usize] == community[node as usize];
            level.graph.neighbours(node).filter(|&(other, _)| inside(other)).map(|(_, w)| w).sum()
        };
        Parts {
            label: (0..level.graph.node_count()).collect(),
            mass: level.mass.clone(),
            outward: (0..level.graph.node_count()).map(outward).collect(),
            community_mass: community.iter().map(|&its| mass_of[its as usize]).collect(),
            is_shared: vec![false; community.len()],
        }
    }

    /// Whether being joined to the rest of the community costs nothing.
    fn is_well_connected(&self, part: u32, gain: Gain) -> bool {
        let part = part as usize;
        let rest = self.community_mass[part] - self.mass[part];
        gain.of_joining(self.outward[part], self.mass[part], rest) >= 0
    }

    /// The well-connected part whose joining gains most, if one gains.
    fn best_for(&self, node: u32, pull: &Pull, gain: Gain) -> Option<u32> {
        let (mut best, mut best_gain) = (None, 0);
        for (part, weight) in pull.iter() {
            let joined =
                gain.of_joining(weight, self.mass[node as usize], self.mass[part as usize]);
            let is_better =
                joined > best_gain || (joined == best_gain && best.is_some_and(|best| part < best));
            if is_better && self.is_well_connected(part, gain) {
                (best, best_gain) = (Some(part), joined);
            }
        }
        best
    }

    /// Joins `node`, alone so far, to `part`, with `weight` between them.
    fn join(&mut self, node: u32, part: u32, weight: u64) {
        let (node, to) = (node as usize, part as usize);
        self.label[node] = part;
        self.mass[to] += self.mass[node];
        self.outward[to] = self.outward[to] + self.outward[node] - 2 * weight;
        self.is_shared[node] = true;
        self.is_shared[to] = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::masses;
    use crate::testing::{exact_quality, is_connected, labelled_graph, objectives};
    use crate::{Graph, Objective};
    use proptest::prelude::*;
    use std::borrow::Cow;

    /// What joining gains, from two whole qualities.
    fn joining(graph: &Graph, objective: Objective, sets: (&[u32], &[u32])) -> i128 {
        let mut label: Vec<u32> = (0..graph.node_count()).collect();
        let put = |label: &mut [u32], set: &[u32], to| {
            set.iter().for_each(|&node| label[node as usize] = to);
        };
        let unused = graph.node_count();
        put(&mut label, sets.0, unused);
        put(&mut label, sets.1, unused + 1);
        let apart = exact_quality(graph, &label, objective);
        put(&mut label, sets.1, unused);
        exact_quality(graph, &label, objective) - apart
    }

    /// The definition: sets of nodes, every gain from two whole qualities.
    fn reference(graph: &Graph, objective: Objective, community: &[u32]) -> Vec<u32> {
        let mut label: Vec<u32> = (0..graph.node_count()).collect();
        let nodes = |label: &[u32], wanted: u32| -> Vec<u32> {
            (0..).zip(label).filter(|row| *row.1 == wanted).map(|row| row.0).collect()
        };
        let is_well_connected = |set: &[u32]| {
            let mut rest = nodes(community, community[set[0] as usize]);
            rest.retain(|node| !set.contains(node));
            joining(graph, objective, (set, &rest)) >= 0
        };
        for node in 0..graph.node_count() {
            if nodes(&label, node) != [node] || !is_well_connected(&[node]) {
                continue;
            }
            let (mut best, mut best_gain) = (node, 0);
            for part in 0..graph.node_count() {
                let set = nodes(&label, part);
                let touches = graph.neighbours(node).any(|(other, _)| set.contains(&other));
                if !touches || community[set[0] as usize] != community[node as usize] {
                    continue;
                }
                let joined = joining(graph, objective, (&[node], &set));
                if joined > best_gain && is_well_connected(&set) {
                    (best, best_gain) = (part, joined);
                }
            }
            label[node as usize] = best;
        }
        label
    }

    proptest! {
        #[test]
        fn parts_agree_with_the_definition(
            (graph, label) in labelled_graph(),
            objective in objectives(),
            label_count in 1_u32..4,
        ) {
            let few = label_count.min(graph.node_count());
            let label: Vec<u32> = label.iter().map(|label| label % few).collect();
            let partition = Partition::from_labels(&label);
            let level = Level { graph: Cow::Borrowed(&graph), mass: masses(&graph, objective) };
            let parts = refine(&level, Gain::new(&graph, objective), &partition);
            let expected = reference(&graph, objective, &partition.community);
            prop_assert_eq!(&parts, &Partition::from_labels(&expected));
            for part in 0..parts.community_count() {
                let inside = |node: u32| parts.community[node as usize] == part;
                prop_assert!(is_connected(&graph, inside));
            }
        }
    }
}

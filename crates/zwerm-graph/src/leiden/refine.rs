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
//! 16 bytes per node, and 33 per node of the largest community on each thread.
//!
//! # Cost
//!
//! `O(n + m)`: each node is visited once. No community looks at another, so they
//! are refined in parallel, and the result is that of one thread.
//!
//! # Source
//!
//! `RefinePartition` and `MergeNodesSubset` of Traag, Waltman and van Eck
//! (2019), <https://doi.org/10.1038/s41598-019-41695-z>, supplement, algorithm
//! A.2. The paper draws the part at random among those that gain; we take the
//! best, the smallest number among equals, and stay alone if none gains.

use super::Level;
use super::aggregate::members;
use super::pull::Pull;
use crate::Partition;
use crate::objective::Gain;
use rayon::prelude::*;

/// Communities per unit of parallel work, so that small ones are not handed out one by one.
const COMMUNITIES: usize = 64;

/// The parts of all communities of `partition`.
pub(super) fn refine(level: &Level<'_>, gain: Gain, partition: &Partition) -> Partition {
    let (start, member) = members(partition);
    let mut place = vec![0; member.len()];
    for (at, &node) in (0..).zip(&member) {
        place[node as usize] = at;
    }
    // The part of each node by its place, so that a community is one slice.
    let mut part = vec![0; member.len()];
    let mut communities = Vec::with_capacity(start.len());
    let mut rest = &mut part[..];
    for bounds in start.windows(2) {
        let (own, others) = rest.split_at_mut(bounds[1] - bounds[0]);
        communities.push((bounds[0], own));
        rest = others;
    }
    let nodes = Nodes { level, gain, member: &member, place: &place };
    communities.into_par_iter().with_min_len(COMMUNITIES).for_each_init(
        Parts::default,
        |parts, (first, own)| {
            parts.refine(&nodes, first, own.len());
            for (part, &label) in own.iter_mut().zip(&parts.label) {
                *part = member[first + label as usize];
            }
        },
    );
    let mut label = vec![0; member.len()];
    for (&node, &part) in member.iter().zip(&part) {
        label[node as usize] = part;
    }
    Partition::from_labels(&label)
}

/// The nodes of a level, community after community.
struct Nodes<'a> {
    level: &'a Level<'a>,
    gain: Gain,
    /// All nodes by community, ascending within each.
    member: &'a [u32],
    /// Where each node stands there.
    place: &'a [u32],
}

/// The parts of one community while nodes join. Nodes have the numbers in which they stand in the
/// community; a part has the number of its first node.
#[derive(Debug, Default)]
struct Parts {
    label: Vec<u32>,
    mass: Vec<u64>,
    /// Weight from each part to the rest of the community.
    outward: Vec<u64>,
    /// Mass of the whole community.
    community_mass: u64,
    /// Whether a node's own part is no longer it alone.
    is_shared: Vec<bool>,
    pull: Pull,
}

impl Parts {
    /// Finds the parts of the community whose nodes stand from `first` on.
    fn refine(&mut self, nodes: &Nodes<'_>, first: usize, size: usize) {
        let own = &nodes.member[first..first + size];
        // The number of a node within the community, if it belongs there.
        let within = |other: u32| {
            let place = (nodes.place[other as usize] as usize).wrapping_sub(first);
            (place < size).then_some(place as u32)
        };
        let graph = &nodes.level.graph;
        let outward = |&node: &u32| -> u64 {
            let inward = graph.neighbours(node).filter(|&(other, _)| within(other).is_some());
            inward.map(|(_, weight)| weight).sum()
        };
        self.label.clear();
        self.label.extend(0..size as u32);
        self.mass.clear();
        self.mass.extend(own.iter().map(|&node| nodes.level.mass[node as usize]));
        self.community_mass = self.mass.iter().sum();
        self.outward.clear();
        self.outward.extend(own.iter().map(outward));
        self.is_shared.clear();
        self.is_shared.resize(size, false);
        self.pull.fit(size);
        for (number, &node) in (0..).zip(own) {
            if self.is_shared[number as usize] || !self.is_well_connected(number, nodes.gain) {
                continue;
            }
            self.pull.clear();
            for (other, weight) in graph.neighbours(node) {
                if let Some(other) = within(other) {
                    self.pull.add(self.label[other as usize], weight);
                }
            }
            if let Some(part) = self.best_for(number, nodes.gain) {
                self.join(number, part);
            }
        }
    }

    /// Whether being joined to the rest of the community costs nothing.
    fn is_well_connected(&self, part: u32, gain: Gain) -> bool {
        let part = part as usize;
        let rest = self.community_mass - self.mass[part];
        gain.of_joining(self.outward[part], self.mass[part], rest) >= 0
    }

    /// The well-connected part whose joining gains most, if one gains.
    fn best_for(&self, node: u32, gain: Gain) -> Option<u32> {
        let (mut best, mut best_gain) = (None, 0);
        for (part, weight) in self.pull.iter() {
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

    /// Joins `node`, alone so far, to `part`.
    fn join(&mut self, node: u32, part: u32) {
        let weight = self.pull.of(part);
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

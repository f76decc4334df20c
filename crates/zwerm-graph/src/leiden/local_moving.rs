//! Local moving: every node goes to the community around it that gains most.
//!
//! # What it does
//!
//! Visits the nodes in ascending order. A node that can raise the objective
//! moves to the best community among its neighbours', or to an empty one. The
//! neighbours it leaves behind are visited again. Others are not, though a move
//! can change their gains too, by mass: a later round visits everyone.
//!
//! # Requirements
//!
//! A [`Gain`] that fits the level's graph.
//!
//! # Memory
//!
//! 33 bytes per node.
//!
//! # Cost
//!
//! `O(d)` per visit of a node with `d` neighbours. Few nodes are visited more
//! than a few times in practice; there is no bound better than the objective's
//! range.
//!
//! # Source
//!
//! `MoveNodesFast` of Traag, Waltman and van Eck (2019),
//! <https://doi.org/10.1038/s41598-019-41695-z>, supplement, algorithm A.2. The
//! paper fills the queue in random order.

use super::Level;
use super::pull::Pull;
use crate::Partition;
use crate::objective::Gain;
use std::collections::VecDeque;

/// Moves nodes, from the communities of `start`, until no single move gains.
pub(super) fn move_nodes(level: &Level<'_>, gain: Gain, start: Partition) -> Partition {
    let node_count = level.graph.node_count();
    let mut communities = Communities::new(level, start);
    let mut pull = Pull::new(node_count);
    let mut queue: VecDeque<u32> = (0..node_count).collect();
    let mut is_queued = vec![true; node_count as usize];

    while let Some(node) = queue.pop_front() {
        is_queued[node as usize] = false;
        pull.clear();
        for (other, weight) in level.graph.neighbours(node) {
            pull.add(communities.label[other as usize], weight);
        }
        let best = communities.best_for(node, level.mass[node as usize], &pull, gain);
        if best == communities.label[node as usize] {
            continue;
        }
        communities.put(node, level.mass[node as usize], best);
        for (other, _) in level.graph.neighbours(node) {
            if communities.label[other as usize] != best && !is_queued[other as usize] {
                is_queued[other as usize] = true;
                queue.push_back(other);
            }
        }
    }
    Partition::from_labels(&communities.label)
}

/// The communities while nodes move; their labels are below the node count.
#[derive(Debug)]
struct Communities {
    label: Vec<u32>,
    mass: Vec<u64>,
    size: Vec<u32>,
    /// Labels without a node. The one used next is the last.
    free: Vec<u32>,
}

impl Communities {
    fn new(level: &Level<'_>, start: Partition) -> Communities {
        let free = (start.community_count()..level.graph.node_count()).rev().collect();
        let mut mass = vec![0; level.mass.len()];
        let mut size = vec![0; level.mass.len()];
        for (&label, &node_mass) in start.community.iter().zip(&level.mass) {
            mass[label as usize] += node_mass;
            size[label as usize] += 1;
        }
        Communities { label: start.community, mass, size, free }
    }

    /// Where `node` gains most: its own community unless another is better, an
    /// empty one only if all others cost, the smallest label among equals.
    fn best_for(&self, node: u32, mass: u64, pull: &Pull, gain: Gain) -> u32 {
        let own = self.label[node as usize];
        let stay = gain.of_joining(pull.of(own), mass, self.mass[own as usize] - mass);
        let (mut best, mut best_gain) = (own, stay);
        for (label, weight) in pull.iter().filter(|&(label, _)| label != own) {
            let joined = gain.of_joining(weight, mass, self.mass[label as usize]);
            if joined > best_gain || (joined == best_gain && best != own && label < best) {
                (best, best_gain) = (label, joined);
            }
        }
        match self.free.last() {
            Some(&empty) if best_gain < 0 && self.size[own as usize] > 1 => empty,
            _ => best,
        }
    }

    fn put(&mut self, node: u32, mass: u64, to: u32) {
        let from = std::mem::replace(&mut self.label[node as usize], to);
        if self.free.last() == Some(&to) {
            self.free.pop();
        }
        self.mass[from as usize] -= mass;
        self.mass[to as usize] += mass;
        self.size[from as usize] -= 1;
        self.size[to as usize] += 1;
        if self.size[from as usize] == 0 {
            self.free.push(from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::masses;
    use crate::testing::{exact_quality, labelled_graph, objectives};
    use crate::{Graph, Objective};
    use proptest::prelude::*;
    use std::borrow::Cow;

    fn moved(graph: &Graph, objective: Objective, start: Partition) -> Partition {
        let level = Level { graph: Cow::Borrowed(graph), mass: masses(graph, objective) };
        move_nodes(&level, Gain::new(graph, objective), start)
    }

    #[test]
    fn an_emptied_label_is_used_again() {
        let graph = Graph::from_sorted_edges(3, &[(0, 1, 1), (1, 2, 1)]);
        let level = Level { graph: Cow::Borrowed(&graph), mass: vec![1; 3] };
        let mut communities = Communities::new(&level, Partition::singletons(3));
        for (node, to, free) in [(1, 0, vec![1]), (2, 0, vec![1, 2]), (1, 2, vec![1])] {
            communities.put(node, 1, to);
            assert_eq!(communities.free, free);
        }
        assert_eq!((communities.mass, communities.size), (vec![2, 0, 1], vec![2, 0, 1]));
    }

    /// The same visits in the same order; every choice from whole qualities.
    fn reference(graph: &Graph, objective: Objective, start: &[u32]) -> Vec<u32> {
        let mut label = start.to_vec();
        let mut free: Vec<u32> =
            (0..graph.node_count()).rev().filter(|empty| !label.contains(empty)).collect();
        let mut queue: Vec<u32> = (0..graph.node_count()).collect();
        while !queue.is_empty() {
            let node = queue.remove(0);
            let with = |place: u32| {
                let mut label = label.clone();
                label[node as usize] = place;
                exact_quality(graph, &label, objective)
            };
            let own = label[node as usize];
            let mut around: Vec<u32> =
                graph.neighbours(node).map(|(other, _)| label[other as usize]).collect();
            around.sort_unstable();
            let mut best = own;
            for place in around.into_iter().chain(free.last().copied()) {
                best = if with(place) > with(best) { place } else { best };
            }
            label[node as usize] = best;
            free.retain(|&empty| empty != best);
            if !label.contains(&own) {
                free.push(own);
            }
            for (other, _) in graph.neighbours(node).filter(|_| best != own) {
                if label[other as usize] != best && !queue.contains(&other) {
                    queue.push(other);
                }
            }
        }
        label
    }

    proptest! {
        #[test]
        fn moves_agree_with_the_definition(
            (graph, label) in labelled_graph(),
            objective in objectives(),
        ) {
            let start = Partition::from_labels(&label);
            let before = exact_quality(&graph, &start.community, objective);
            let expected = reference(&graph, objective, &start.community);
            let after = moved(&graph, objective, start);
            prop_assert!(exact_quality(&graph, &after.community, objective) >= before);
            prop_assert_eq!(after, Partition::from_labels(&expected));
        }
    }
}

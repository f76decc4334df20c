//! Leiden community detection, deterministic and in exact integers.
//!
//! # What it does
//!
//! Splits a graph into communities that score well on an [`Objective`]. A round
//! repeats three steps until no node has a reason to move:
//!
//! 1. *local moving*: every node goes to the community around it that gains
//!    most (`local_moving`);
//! 2. *refinement*: inside each community the nodes start alone again and join
//!    well-connected parts only (`refine`);
//! 3. *aggregation*: the parts become the nodes of a smaller graph, which
//!    starts from the communities of step 1 (`aggregate`).
//!
//! Rounds repeat, each from the result of the one before, until a round changes
//! nothing or `ROUNDS_MAX` have run. A last check splits any community that
//! is not connected, which never costs quality.
//!
//! # Where the paper leaves a choice
//!
//! - Nodes are visited in ascending order, not in random order.
//! - Equal gains go to the community with the smallest number, which is the
//!   smallest node of the part it grew from; a node stays where it is if that
//!   is as good.
//! - Refinement takes the best join instead of drawing one with a probability
//!   that grows with its gain (the limit θ → 0 of the paper). This gives up the
//!   paper's asymptotic guarantee of subset optimality, which rests on the
//!   draw; connectedness, and separation of the communities, do not rest on it.
//!
//! # Threads
//!
//! Refinement and aggregation run in parallel: communities are refined without
//! a look at each other, rows of the smaller graph are summed apart. What they
//! give is what one thread gives, so any number of threads gives the same
//! partition. Nodes are moved by one thread, since where a node goes depends on
//! where those before it went; deciding for many at once from one old state
//! would be another method.
//!
//! # Requirements
//!
//! None beyond those of [`Graph`]. Numbering the nodes differently may break
//! ties differently; the same input gives the same output.
//!
//! # Memory
//!
//! About 60 bytes per node and 33 per node of the largest community on each
//! thread, and the graphs of two levels of aggregation, each smaller than the
//! one below it.
//!
//! # Cost
//!
//! Near `O(n + m)` per step in practice, no useful bound in theory; every move
//! raises an integer that is bounded, so it ends.
//!
//! # Source
//!
//! Traag, Waltman and van Eck (2019), <https://doi.org/10.1038/s41598-019-41695-z>.

mod aggregate;
mod local_moving;
mod pull;
mod refine;

use crate::components::components_within;
use crate::objective::{Gain, coarsened, masses, modularity_shift};
use crate::{Graph, Objective, Partition};
use aggregate::aggregate;
use local_moving::move_nodes;
use refine::refine;
use std::borrow::Cow;

/// After this many rounds the result stands as it is. It bounds the time: the
/// graphs of our tests settle sooner, and late rounds move few nodes.
const ROUNDS_MAX: u32 = 10;

/// A graph at one level of aggregation.
#[derive(Clone, Debug)]
struct Level<'a> {
    graph: Cow<'a, Graph>,
    /// What the null model counts of each node; see [`Gain`].
    mass: Vec<u64>,
}

/// The communities of `graph`; see the [module documentation](self).
///
/// Every community is connected, and an isolated node is its own.
pub fn leiden(graph: &Graph, objective: Objective) -> Partition {
    leiden_from(graph, objective, &Partition::singletons(graph.node_count()))
}

/// The communities that [`leiden()`] finds when it sets out from those of `start`, which need not
/// be connected.
///
/// # Panics
///
/// Panics if `start` is not a partition of this graph's nodes.
pub fn leiden_from(graph: &Graph, objective: Objective, start: &Partition) -> Partition {
    assert_eq!(start.community.len(), graph.node_count() as usize, "a community for each node");
    let graph = match modularity_shift(graph, objective) {
        0 => Cow::Borrowed(graph),
        shift => Cow::Owned(coarsened(graph, shift)),
    };
    let gain = Gain::new(&graph, objective);
    let mass = masses(&graph, objective);
    let base = Level { graph, mass };

    let mut partition = start.clone();
    for _ in 0..ROUNDS_MAX {
        let next = round(&base, gain, &partition);
        if next == partition {
            break;
        }
        partition = next;
    }
    partition
}

/// Moves, refines and aggregates until nothing is left to aggregate.
fn round(base: &Level<'_>, gain: Gain, start: &Partition) -> Partition {
    let mut level = Cow::Borrowed(base);
    let mut partition = start.clone();
    // The node of the current level that holds each node of the base.
    let mut holder: Vec<u32> = (0..base.graph.node_count()).collect();
    loop {
        partition = move_nodes(&level, gain, partition);
        let node_count = level.graph.node_count();
        if partition.community_count() == node_count {
            break;
        }
        let parts = refine(&level, gain, &partition);
        if parts.community_count() == node_count {
            break;
        }
        partition = lifted(&partition, &parts);
        level = Cow::Owned(aggregate(&level, &parts));
        for holder in &mut holder {
            *holder = parts.community[*holder as usize];
        }
    }
    let label: Vec<u32> =
        holder.iter().map(|&holder| partition.community[holder as usize]).collect();
    connected(&base.graph, &label)
}

/// The communities of the parts, each part lying inside one community.
fn lifted(partition: &Partition, parts: &Partition) -> Partition {
    let mut community = vec![0; parts.community_count() as usize];
    for (&part, &its_community) in parts.community.iter().zip(&partition.community) {
        community[part as usize] = its_community;
    }
    Partition::from_labels(&community)
}

/// The partition by label, each label split into its connected pieces.
fn connected(graph: &Graph, label: &[u32]) -> Partition {
    let same = |a: u32, b: u32| label[a as usize] == label[b as usize];
    Partition::from_labels(&components_within(graph, same))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{exact_quality, graph_edges, is_connected, objectives};
    use crate::{Resolution, quality};
    use proptest::prelude::*;

    const MODULARITY: Objective = Objective::Modularity { resolution: Resolution::ONE };
    const CPM_HALF: Objective = Objective::Cpm { resolution: Resolution::from_fixed(1 << 15) };

    #[track_caller]
    fn check(edges: &[(u32, u32, u64)], objective: Objective, expected: &[u32]) {
        let graph = Graph::from_sorted_edges(expected.len() as u32, edges);
        assert_eq!(leiden(&graph, objective).community, expected);
    }

    /// Cliques in a ring, neighbours joined by one edge; the clique of a node is
    /// its number divided by `size`.
    fn ring_of_cliques(count: u32, size: u32) -> Graph {
        let mut edges = Vec::new();
        for clique in 0..count {
            let first = clique * size;
            for a in first..first + size {
                edges.extend((a + 1..first + size).map(|b| (a, b, 1)));
            }
            let (end, next) = (first + size - 1, (first + size) % (count * size));
            edges.push((end.min(next), end.max(next), 1));
        }
        edges.sort_unstable();
        Graph::from_sorted_edges(count * size, &edges)
    }

    #[test]
    fn no_nodes_have_no_communities() {
        check(&[], MODULARITY, &[]);
        check(&[], CPM_HALF, &[]);
    }

    #[test]
    fn isolated_nodes_stay_alone() {
        check(&[], MODULARITY, &[0, 1, 2]);
        check(&[(0, 2, 1)], CPM_HALF, &[0, 1, 0]);
    }

    #[test]
    fn one_edge_is_a_community() {
        check(&[(0, 1, 1)], MODULARITY, &[0, 0]);
    }

    #[test]
    fn an_edge_at_exactly_the_resolution_does_not_gain() {
        let one = Objective::Cpm { resolution: Resolution::ONE };
        check(&[(0, 1, 1)], one, &[0, 1]);
        check(&[(0, 1, 2)], one, &[0, 0]);
    }

    #[test]
    fn a_star_is_one_community() {
        check(&[(0, 1, 1), (0, 2, 1), (0, 3, 1), (0, 4, 1)], MODULARITY, &[0; 5]);
    }

    #[test]
    fn two_triangles_joined_by_an_edge_stay_two() {
        let edges = [(0, 1, 1), (0, 2, 1), (1, 2, 1), (2, 3, 1), (3, 4, 1), (3, 5, 1), (4, 5, 1)];
        check(&edges, MODULARITY, &[0, 0, 0, 1, 1, 1]);
        check(&edges, CPM_HALF, &[0, 0, 0, 1, 1, 1]);
    }

    #[test]
    fn weight_decides_where_a_node_belongs() {
        check(&[(0, 1, 9), (1, 2, 1), (2, 3, 9)], MODULARITY, &[0, 0, 1, 1]);
        check(&[(0, 1, 1), (0, 3, 9), (1, 2, 9)], MODULARITY, &[0, 1, 1, 0]);
    }

    #[test]
    fn cliques_in_a_ring_are_the_communities() {
        for objective in [MODULARITY, CPM_HALF] {
            let found = leiden(&ring_of_cliques(6, 5), objective);
            let expected: Vec<u32> = (0..30).map(|node| node / 5).collect();
            assert_eq!(found.community, expected);
        }
    }

    /// Fortunato and Barthélemy (2007), <https://doi.org/10.1073/pnas.0605965104>:
    /// in a ring of 30 cliques of 5, modularity prefers pairs of cliques.
    #[test]
    fn modularity_has_its_resolution_limit_and_the_potts_model_has_not() {
        let graph = ring_of_cliques(30, 5);
        assert!(leiden(&graph, MODULARITY).community_count() < 30);
        assert!(quality(&graph, &leiden(&graph, MODULARITY), MODULARITY) > 0.876);
        assert_eq!(leiden(&graph, CPM_HALF).community_count(), 30);
    }

    #[test]
    fn huge_weights_change_nothing() {
        let edges = [(0, 1, 3), (0, 2, 3), (1, 2, 3), (2, 3, 1), (3, 4, 3), (3, 5, 3), (4, 5, 3)];
        let huge = edges.map(|(a, b, weight)| (a, b, weight << 57));
        for fixed in [1 << 16, 52_429, 1 << 17] {
            let resolution = Resolution::from_fixed(fixed);
            check(&huge, Objective::Modularity { resolution }, &[0, 0, 0, 1, 1, 1]);
        }
    }

    #[test]
    fn communities_can_be_carried_on() {
        let graph = ring_of_cliques(6, 5);
        let found = leiden(&graph, MODULARITY);
        assert_eq!(leiden_from(&graph, MODULARITY, &found), found);
        // All in one: cliques leave it, and pieces that do not touch never stay together.
        let all = Partition::from_labels(&[0; 30]);
        assert_eq!(leiden_from(&graph, MODULARITY, &all), found);
        let edges = Graph::from_sorted_edges(4, &[(0, 2, 1), (1, 3, 1)]);
        let all = Partition::from_labels(&[0; 4]);
        assert_eq!(leiden_from(&edges, CPM_HALF, &all).community, [0, 1, 0, 1]);
    }

    #[test]
    fn a_community_in_pieces_is_split() {
        let graph = Graph::from_sorted_edges(5, &[(0, 2, 1), (1, 2, 1), (3, 4, 1)]);
        for (label, expected) in [([0; 5], [0, 0, 0, 1, 1]), ([1, 1, 0, 1, 1], [0, 1, 2, 3, 3])] {
            assert_eq!(connected(&graph, &label).community, expected);
        }
    }

    /// The best quality that one node can reach by a move, tried one by one.
    fn best_single_move(graph: &Graph, objective: Objective, partition: &Partition) -> i128 {
        let mut best = i128::MIN;
        for node in 0..partition.community.len() {
            for place in 0..=partition.community_count() {
                let mut label = partition.community.clone();
                label[node] = place;
                best = best.max(exact_quality(graph, &label, objective));
            }
        }
        best
    }

    proptest! {
        #[test]
        fn communities_are_connected_and_no_single_move_gains(
            (node_count, edges) in graph_edges(),
            objective in objectives(),
        ) {
            let graph = Graph::from_sorted_edges(node_count, &edges);
            let found = leiden(&graph, objective);
            prop_assert_eq!(&found, &Partition::from_labels(&found.community));
            for community in 0..found.community_count() {
                let inside = |node: u32| found.community[node as usize] == community;
                prop_assert!(is_connected(&graph, inside));
            }
            let reached = exact_quality(&graph, &found.community, objective);
            prop_assert_eq!(best_single_move(&graph, objective, &found), reached);
            prop_assert_eq!(leiden(&graph, objective), found);
        }
    }
}

//! What the unit tests share: small random graphs and their slow, plain form.

use crate::{Graph, Objective, Resolution};
use petgraph::graph::UnGraph;
use proptest::prelude::*;

/// A node count and sorted edges, as [`Graph::from_sorted_edges`] takes them.
pub(crate) fn graph_edges() -> impl Strategy<Value = (u32, Vec<(u32, u32, u64)>)> {
    (1_u32..=14).prop_flat_map(|node_count| {
        let edge = (0..node_count, 0..node_count, 1_u64..=4);
        (Just(node_count), prop::collection::vec(edge, 0..40)).prop_map(|(node_count, drawn)| {
            let mut edges: Vec<_> = drawn
                .into_iter()
                .filter(|&(a, b, _)| a != b)
                .map(|(a, b, weight)| (a.min(b), a.max(b), weight))
                .collect();
            edges.sort_unstable();
            edges.dedup_by_key(|edge| (edge.0, edge.1));
            (node_count, edges)
        })
    })
}

/// A small graph with a label below the node count for each node.
pub(crate) fn labelled_graph() -> impl Strategy<Value = (Graph, Vec<u32>)> {
    graph_edges().prop_flat_map(|(node_count, edges)| {
        let labels = prop::collection::vec(0..node_count, node_count as usize);
        (Just(Graph::from_sorted_edges(node_count, &edges)), labels)
    })
}

/// The full symmetric matrix of weights.
pub(crate) fn dense(node_count: u32, edges: &[(u32, u32, u64)]) -> Vec<Vec<u64>> {
    let mut matrix = vec![vec![0; node_count as usize]; node_count as usize];
    for &(a, b, weight) in edges {
        matrix[a as usize][b as usize] = weight;
        matrix[b as usize][a as usize] = weight;
    }
    matrix
}

/// The same graph as petgraph's, with the edges that `keep` accepts.
pub(crate) fn peer(graph: &Graph, keep: impl Fn(u32, u32) -> bool) -> UnGraph<(), (), u32> {
    let mut peer = UnGraph::default();
    for _ in 0..graph.node_count() {
        peer.add_node(());
    }
    for a in 0..graph.node_count() {
        for (b, _) in graph.neighbours(a).filter(|&(b, _)| a < b && keep(a, b)) {
            peer.add_edge(a.into(), b.into(), ());
        }
    }
    peer
}

/// Whether the nodes with `member` true can all reach each other among
/// themselves, by asking petgraph.
pub(crate) fn is_connected(graph: &Graph, member: impl Fn(u32) -> bool) -> bool {
    let inner = peer(graph, |a, b| member(a) && member(b));
    let outside = (0..graph.node_count()).filter(|&node| !member(node)).count();
    petgraph::algo::connected_components(&inner) <= outside + 1
}

/// Both objectives at resolutions on either side of 1, and of no weight.
pub(crate) fn objectives() -> impl Strategy<Value = Objective> {
    let fixed = prop::sample::select(vec![0_u64, 1 << 13, 1 << 15, 52_429, 1 << 16, 3 << 16]);
    (any::<bool>(), fixed.prop_map(Resolution::from_fixed)).prop_map(|(modularity, resolution)| {
        if modularity {
            Objective::Modularity { resolution }
        } else {
            Objective::Cpm { resolution }
        }
    })
}

/// The quality times a positive factor of graph and objective alone, exact: the
/// sum over communities, by the definition.
pub(crate) fn exact_quality(graph: &Graph, label: &[u32], objective: Objective) -> i128 {
    let mut doubled = 0;
    for a in 0..graph.node_count() {
        for b in (0..graph.node_count()).filter(|&b| label[a as usize] == label[b as usize]) {
            let found = graph.neighbours(a).find(|&(other, _)| other == b);
            let weight = i128::from(found.map_or(0, |(_, weight)| weight)) << 16;
            doubled += match objective {
                Objective::Modularity { resolution } => {
                    let strengths = i128::from(graph.strength(a)) * i128::from(graph.strength(b));
                    weight * i128::from(graph.total_weight()) * 2
                        - i128::from(resolution.to_fixed()) * strengths
                }
                Objective::Cpm { .. } if a == b => 0,
                Objective::Cpm { resolution } => weight - i128::from(resolution.to_fixed()),
            };
        }
    }
    doubled
}

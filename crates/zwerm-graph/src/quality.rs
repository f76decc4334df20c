//! The quality of a partition: modularity or the constant Potts model.
//!
//! # What it measures
//!
//! The formulas stand at [`Objective`]. Modularity lies between −½ and 1 at
//! resolution 1 and has no unit. The constant Potts model is in the unit of the
//! edge weights.
//!
//! # Requirements
//!
//! A community for each node of the graph. A graph without weight has quality 0
//! under modularity.
//!
//! # Memory
//!
//! 8 bytes per node and 8 per community.
//!
//! # Cost
//!
//! `O(n + m)`. All sums are integers; what is rounded is the last step.
//!
//! # Source
//!
//! As for [`Objective`]. Traag, Waltman and van Eck (2019) give both forms:
//! <https://doi.org/10.1038/s41598-019-41695-z>, equations 1 and 2.

use crate::objective::masses;
use crate::{Graph, Objective, Partition, Resolution};

/// How well `partition` fits `graph`; see the [module documentation](self).
///
/// # Panics
///
/// Panics if the partition is not one of this graph's nodes.
pub fn quality(graph: &Graph, partition: &Partition, objective: Objective) -> f64 {
    let community = &partition.community;
    assert_eq!(community.len(), graph.node_count() as usize);
    let inside = weight_inside(graph, community);
    let mut mass = vec![0_u64; partition.community_count() as usize];
    for (&its, node_mass) in community.iter().zip(masses(graph, objective)) {
        mass[its as usize] += node_mass;
    }
    match objective {
        Objective::Modularity { resolution } => modularity(graph, inside, &mass, resolution),
        Objective::Cpm { resolution } => constant_potts(inside, &mass, resolution),
    }
}

/// The weight of the edges that stay within one community, each counted once.
fn weight_inside(graph: &Graph, community: &[u32]) -> u64 {
    let mut inside = graph.loop_weight.iter().sum();
    for a in 0..graph.node_count() {
        for (b, weight) in graph.neighbours(a) {
            if a < b && community[a as usize] == community[b as usize] {
                inside += weight;
            }
        }
    }
    inside
}

fn modularity(graph: &Graph, inside: u64, strength: &[u64], resolution: Resolution) -> f64 {
    if graph.total_weight() == 0 {
        return 0.0;
    }
    let twice = u128::from(graph.total_weight()) * 2;
    let squares: u128 = strength.iter().map(|&sum| u128::from(sum) * u128::from(sum)).sum();
    let observed = inside as f64 / graph.total_weight() as f64;
    let expected = squares as f64 / (twice * twice) as f64;
    observed - resolution.to_f64() * expected
}

fn constant_potts(inside: u64, size: &[u64], resolution: Resolution) -> f64 {
    let pairs: u64 = size.iter().map(|&nodes| nodes * (nodes - 1) / 2).sum();
    let expected = u128::from(pairs) * u128::from(resolution.to_fixed());
    let observed = u128::from(inside) << Resolution::FRACTION_BITS;
    (observed as i128 - expected as i128) as f64 / Resolution::ONE.to_fixed() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::labelled_graph;
    use proptest::prelude::*;

    const MODULARITY: Objective = Objective::Modularity { resolution: Resolution::ONE };
    const CPM: Objective = Objective::Cpm { resolution: Resolution::ONE };

    #[track_caller]
    fn check(edges: &[(u32, u32, u64)], label: &[u32], objective: Objective, expected: f64) {
        let graph = Graph::from_sorted_edges(label.len() as u32, edges);
        let found = quality(&graph, &Partition::from_labels(label), objective);
        assert!((found - expected).abs() < 1e-12, "expected {expected}, found {found}");
    }

    #[test]
    fn a_graph_without_weight_has_modularity_0() {
        check(&[], &[0, 1], MODULARITY, 0.0);
        check(&[], &[], MODULARITY, 0.0);
    }

    #[test]
    fn one_community_has_modularity_0() {
        check(&[(0, 1, 3)], &[0, 0], MODULARITY, 0.0);
    }

    #[test]
    fn a_split_edge_has_modularity_minus_a_half() {
        check(&[(0, 1, 3)], &[0, 1], MODULARITY, -0.5);
    }

    #[test]
    fn the_potts_model_charges_each_pair() {
        check(&[(0, 1, 5), (1, 2, 1)], &[0, 0, 0], CPM, 6.0 - 3.0);
        check(&[(0, 1, 5), (1, 2, 1)], &[0, 0, 1], CPM, 5.0 - 1.0);
    }

    /// The definition: a sum over all ordered pairs of nodes.
    fn reference(graph: &Graph, label: &[u32], objective: Objective) -> f64 {
        let twice = graph.total_weight() as f64 * 2.0;
        let mut sum = 0.0;
        for a in 0..graph.node_count() {
            for b in (0..graph.node_count()).filter(|&b| label[a as usize] == label[b as usize]) {
                let found = graph.neighbours(a).find(|&(other, _)| other == b);
                let weight = found.map_or(0.0, |(_, weight)| weight as f64);
                let strengths = (graph.strength(a) as f64) * (graph.strength(b) as f64);
                sum += match objective {
                    Objective::Modularity { resolution } => {
                        (weight - resolution.to_f64() * strengths / twice) / twice
                    }
                    Objective::Cpm { .. } if a == b => 0.0,
                    Objective::Cpm { resolution } => (weight - resolution.to_f64()) / 2.0,
                };
            }
        }
        if sum.is_nan() { 0.0 } else { sum }
    }

    proptest! {
        #[test]
        fn quality_agrees_with_the_sum_over_pairs(
            (graph, label) in labelled_graph(),
            objective in crate::testing::objectives(),
        ) {
            let found = quality(&graph, &Partition::from_labels(&label), objective);
            prop_assert!((found - reference(&graph, &label, objective)).abs() < 1e-9);
        }
    }
}

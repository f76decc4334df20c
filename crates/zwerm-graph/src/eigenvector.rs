//! Eigenvector centrality: nodes are central if central nodes are near them.
//!
//! # What it does
//!
//! The non-negative vector x with A x = λ x for the largest λ of the adjacency
//! matrix A, scaled to length 1, by power iteration on A + I. The shift changes
//! no eigenvector and keeps graphs without odd cycles from swinging between two.
//!
//! # When it misleads
//!
//! On a graph of several components all of it gathers in the component of the
//! largest λ. Members of a clique all have the same value. If the largest λ is
//! not alone, the result depends on the start, which is the same value for all.
//!
//! # Requirements
//!
//! None: without an edge all values are 0, as are those of isolated nodes.
//!
//! # Memory, cost
//!
//! 16 bytes a node; `O(m)` an iteration. Iterations stop when no value moves by
//! more than the tolerance, and are slow where the two largest λ lie close.
//!
//! # Same bytes every time
//!
//! Rows are summed in the order of their neighbours, by one thread.
//!
//! # Source
//!
//! Bonacich (1972), <https://doi.org/10.1080/0022250X.1972.9989806>.

use crate::Graph;

/// How an iteration ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerIteration {
    /// It ends when no value moves by more than this.
    pub tolerance: f64,
    /// It ends after this many rounds at the latest.
    pub rounds_max: u32,
}

impl Default for PowerIteration {
    /// Nine digits, which ranks of thousands of nodes need; graphs of co-actions
    /// take some dozens of rounds.
    fn default() -> Self {
        PowerIteration { tolerance: 1e-12, rounds_max: 10_000 }
    }
}

/// The centrality of every node, of length 1 in all, and whether it settled
/// within the rounds. With `weighted`, an edge counts by its weight.
#[must_use]
pub fn eigenvector(graph: &Graph, weighted: bool, end: PowerIteration) -> (Vec<f64>, bool) {
    let nodes = graph.node_count();
    let mut now: Vec<f64> =
        (0..nodes).map(|node| if graph.strength(node) > 0 { 1.0 } else { 0.0 }).collect();
    if !scale(&mut now) {
        return (now, true);
    }
    let mut next = vec![0.0; now.len()];
    for _ in 0..end.rounds_max {
        for (node, value) in (0..nodes).zip(&mut next) {
            let of_neighbours = graph.neighbours(node).map(|(to, weight)| {
                let weight = if weighted { weight as f64 } else { 1.0 };
                weight * now[to as usize]
            });
            *value = of_neighbours.fold(now[node as usize], |sum, part| sum + part);
        }
        scale(&mut next);
        let moved = now.iter().zip(&next).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        std::mem::swap(&mut now, &mut next);
        if moved <= end.tolerance {
            return (now, true);
        }
    }
    (now, false)
}

/// Scales a vector to length 1; says whether it has a length.
fn scale(values: &mut [f64]) -> bool {
    let length = values.iter().fold(0.0, |sum, value| sum + value * value).sqrt();
    if length > 0.0 {
        values.iter_mut().for_each(|value| *value /= length);
    }
    length > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::graph_edges;
    use proptest::prelude::*;

    fn centrality(node_count: u32, edges: &[(u32, u32, u64)], weighted: bool) -> Vec<f64> {
        let graph = Graph::from_sorted_edges(node_count, edges);
        let (values, settled) = eigenvector(&graph, weighted, PowerIteration::default());
        assert!(settled);
        values
    }

    #[test]
    fn the_middle_of_a_star_is_central() {
        // λ = √3: the middle has 1 / √2, each of three leaves 1 / √6.
        let values = centrality(4, &[(0, 1, 1), (0, 2, 1), (0, 3, 1)], false);
        assert!((values[0] - 0.5_f64.sqrt()).abs() < 1e-9, "{values:?}");
        assert!((values[3] - (1.0_f64 / 6.0).sqrt()).abs() < 1e-9, "{values:?}");
    }

    #[test]
    fn weights_count_only_if_wanted() {
        let edges = [(0, 1, 1), (0, 2, 5), (1, 2, 1)];
        let (plain, weighted) = (centrality(3, &edges, false), centrality(3, &edges, true));
        assert!((plain[0] - plain[1]).abs() < 1e-9);
        assert!(weighted[0] > weighted[1] + 0.1);
    }

    #[test]
    fn without_edges_nobody_is_central() {
        assert_eq!(centrality(3, &[], true), [0.0; 3]);
    }

    proptest! {
        #[test]
        fn the_equation_holds((node_count, edges) in graph_edges(), weighted: bool) {
            let graph = Graph::from_sorted_edges(node_count, &edges);
            let end = PowerIteration { tolerance: 1e-14, rounds_max: 200_000 };
            let (x, settled) = eigenvector(&graph, weighted, end);
            prop_assume!(settled);
            let product: Vec<f64> = (0..node_count)
                .map(|node| {
                    let factor = |weight: u64| if weighted { weight as f64 } else { 1.0 };
                    graph.neighbours(node).map(|(to, w)| factor(w) * x[to as usize]).sum()
                })
                .collect();
            let lambda: f64 = product.iter().zip(&x).map(|(y, x)| y * x).sum();
            let scale = lambda.max(1.0);
            for (y, x) in product.iter().zip(&x) {
                prop_assert!((y - lambda * x).abs() <= 1e-5 * scale, "{} {} {}", y, lambda, x);
                prop_assert!(*x >= 0.0);
            }
        }
    }
}

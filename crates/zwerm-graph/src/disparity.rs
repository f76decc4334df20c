//! The disparity backbone: edges that carry more of a node's weight than chance.
//!
//! # What it does
//!
//! A node of k edges spreads its strength s over them. If it did so at random,
//! an edge would carry at least the share w / s with probability
//! α = (1 − w / s)^(k − 1). An edge is kept if α is below a level at one of its
//! two ends. A node of one edge has nothing to compare: its end never keeps it.
//!
//! # When it misleads
//!
//! It asks about weights only, not about how the edges came to be, and it keeps
//! light edges from small nodes to large ones (Coscia and Neffke 2017,
//! <https://doi.org/10.1109/ICDE.2017.100>).
//!
//! # Requirements
//!
//! None.
//!
//! # Memory, cost
//!
//! 8 bytes an edge; `O(m)`.
//!
//! # Source
//!
//! Serrano, Boguñá and Vespignani (2009), <https://doi.org/10.1073/pnas.0808904106>.

use crate::Graph;

/// The smaller α of its two ends of every edge, edges by (a, b); 1 where
/// neither end has another edge.
#[must_use]
pub fn disparity(graph: &Graph) -> Vec<f64> {
    let alpha_at = |node: u32, weight: u64| {
        let edges = graph.row_start[node as usize + 1] - graph.row_start[node as usize];
        let share = weight as f64 / graph.strength(node) as f64;
        // One edge carries all: 0 to the power of 0.
        if edges < 2 { 1.0 } else { libm::pow(1.0 - share, (edges - 1) as f64) }
    };
    let mut alphas = Vec::with_capacity(graph.edge_count());
    for a in 0..graph.node_count() {
        for (b, weight) in graph.neighbours(a).filter(|&(b, _)| b > a) {
            alphas.push(alpha_at(a, weight).min(alpha_at(b, weight)));
        }
    }
    alphas
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::graph_edges;
    use proptest::prelude::*;

    #[test]
    fn the_heavy_edge_of_a_star_stands_out() {
        let edges = [(0, 1, 98), (0, 2, 1), (0, 3, 1)];
        let alphas = disparity(&Graph::from_sorted_edges(4, &edges));
        assert!((alphas[0] - 0.02 * 0.02).abs() < 1e-15, "{alphas:?}");
        assert!((alphas[1] - 0.99 * 0.99).abs() < 1e-15, "{alphas:?}");
    }

    #[test]
    fn a_lone_edge_has_nothing_to_compare() {
        assert_eq!(disparity(&Graph::from_sorted_edges(2, &[(0, 1, 7)])), [1.0]);
    }

    proptest! {
        #[test]
        fn every_edge_has_a_probability((node_count, edges) in graph_edges()) {
            let graph = Graph::from_sorted_edges(node_count, &edges);
            let alphas = disparity(&graph);
            prop_assert_eq!(alphas.len(), edges.len());
            // The integral of the density (k − 1)(1 − x)^(k − 2) from the share to 1, in steps.
            for (&(a, b, weight), alpha) in edges.iter().zip(alphas) {
                let at = |node: u32| {
                    let k = graph.neighbours(node).count() as f64;
                    let share = weight as f64 / graph.strength(node) as f64;
                    if k < 2.0 {
                        return 1.0;
                    }
                    let steps = 2_000;
                    let width = (1.0 - share) / f64::from(steps);
                    (0..steps)
                        .map(|i| 1.0 - (share + (f64::from(i) + 0.5) * width))
                        .map(|rest| (k - 1.0) * rest.powf(k - 2.0) * width)
                        .sum()
                };
                prop_assert!((at(a).min(at(b)) - alpha).abs() < 1e-4);
            }
        }
    }
}

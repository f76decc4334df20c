//! What a partition is judged by: modularity or the constant Potts model.
//!
//! # What it is
//!
//! Both objectives reward weight inside communities and subtract what a null
//! model expects there. They differ in the mass of a node: its strength for
//! modularity, 1 for the constant Potts model. So one form serves both, and the
//! gain of joining two sets is
//!
//! ```text
//! gain = weight between · edge_factor − mass_factor · mass · other mass
//! ```
//!
//! in `i128` without rounding: the factors are the cleared denominators.
//!
//! # Requirements
//!
//! A resolution is a [`Resolution`], a multiple of 2⁻¹⁶. For modularity it is a
//! pure number. For the constant Potts model it is a weight per pair of nodes,
//! in the unit of the edge weights: with weights in 2⁻³² steps, multiply.
//!
//! # Memory
//!
//! None to speak of; a modularity graph whose products pass 128 bits is copied
//! with coarser weights (see `modularity_shift`).
//!
//! # Cost
//!
//! A gain is four multiplications.
//!
//! # Source
//!
//! Modularity: Newman and Girvan (2004), <https://doi.org/10.1103/PhysRevE.69.026113>,
//! with the resolution of Reichardt and Bornholdt (2006),
//! <https://doi.org/10.1103/PhysRevE.74.016110>. Constant Potts model: Traag,
//! Van Dooren and Nesterov (2011), <https://doi.org/10.1103/PhysRevE.84.016114>.

use crate::Graph;

/// What a partition is judged by; see the [module documentation](self).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// `Σ [inside / m − resolution · (strength / 2m)²]` over the communities.
    Modularity {
        /// Above 1 the communities get smaller, below 1 larger.
        resolution: Resolution,
    },
    /// `Σ [inside − resolution · nodes · (nodes − 1) / 2]` over the communities.
    Cpm {
        /// The weight per pair of nodes that holds a community together.
        resolution: Resolution,
    },
}

/// A resolution in fixed point, so that all machines compare the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resolution(u64);

impl Resolution {
    /// The resolution 1.
    pub const ONE: Resolution = Resolution(1 << Self::FRACTION_BITS);
    /// Bits behind the binary point.
    pub const FRACTION_BITS: u32 = 16;

    /// The resolution `numerator` · 2⁻¹⁶.
    pub const fn from_fixed(numerator: u64) -> Resolution {
        Resolution(numerator)
    }

    /// The multiple of 2⁻¹⁶ nearest to `value`; negative values and NaN give 0.
    pub fn nearest(value: f64) -> Resolution {
        Resolution((value * Self::ONE.0 as f64).round() as u64)
    }

    /// The resolution as a floating point number, for reports.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::ONE.0 as f64
    }

    /// The numerator, a multiple of 2⁻¹⁶.
    pub const fn to_fixed(self) -> u64 {
        self.0
    }

    /// The same number as `(p, q)`, meaning `p / 2^q`, with the smallest `q`.
    fn reduced(self) -> (u64, u32) {
        let shift = self.0.trailing_zeros().min(Self::FRACTION_BITS);
        (self.0 >> shift, Self::FRACTION_BITS - shift)
    }
}

/// `(p, q)` for modularity, capped at a resolution of 65,536 or more: there a
/// join has to gain 65,536 times what is expected, and the cap keeps `p` in 32
/// bits.
fn modularity_fraction(resolution: Resolution) -> (u64, u32) {
    let (p, q) = resolution.reduced();
    (p.min(u64::from(u32::MAX)), q)
}

/// The two factors of the gain; see the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gain {
    edge_factor: i128,
    mass_factor: u64,
}

impl Gain {
    /// The gain of `objective` on `graph`, up to a positive factor.
    ///
    /// The graph's products must fit: [`modularity_shift`] gives 0 for it.
    pub(crate) fn new(graph: &Graph, objective: Objective) -> Gain {
        let (edge_unit, (mass_factor, fraction_bits)) = match objective {
            Objective::Modularity { resolution } => {
                (i128::from(graph.total_weight()) * 2, modularity_fraction(resolution))
            }
            Objective::Cpm { resolution } => (1, resolution.reduced()),
        };
        Gain { edge_factor: edge_unit << fraction_bits, mass_factor }
    }

    /// What joining two sets gains, with `weight` between them.
    pub(crate) fn of_joining(self, weight: u64, mass: u64, other_mass: u64) -> i128 {
        let expected = (u128::from(mass) * u128::from(other_mass)) as i128;
        i128::from(weight) * self.edge_factor - expected * i128::from(self.mass_factor)
    }
}

/// The mass of every node of a graph that is not aggregated yet.
pub(crate) fn masses(graph: &Graph, objective: Objective) -> Vec<u64> {
    match objective {
        Objective::Modularity { .. } => graph.strength.clone(),
        Objective::Cpm { .. } => vec![1; graph.strength.len()],
    }
}

/// How many low bits the weights must lose before every gain fits an `i128`.
///
/// Two sets that share no node have at most `m` weight between them and masses
/// whose product is at most `m²`, where `m` is the total weight. So
/// `m · 2m · 2^q` and `m² · p` have to stay below 2¹²⁵, which leaves two bits
/// for the weights that are rounded up to 1. At resolution 1 nothing is lost
/// up to `m` = 2⁶², at 0.8 up to 2⁵⁴. The constant Potts model always fits:
/// 2⁶² · 2¹⁶ and 2⁶² · 2⁶⁴.
pub(crate) fn modularity_shift(graph: &Graph, objective: Objective) -> u32 {
    let Objective::Modularity { resolution } = objective else { return 0 };
    let (p, q) = modularity_fraction(resolution);
    let factor_bits = (q + 1).max(u64::BITS - p.leading_zeros());
    let weight_bits = u64::BITS - graph.total_weight().leading_zeros();
    weight_bits.saturating_sub((125 - factor_bits) / 2)
}

/// The graph, which has no loops, with all weights divided by `2^shift`, at
/// least 1 each.
pub(crate) fn coarsened(graph: &Graph, shift: u32) -> Graph {
    debug_assert!(graph.loop_weight.iter().all(|&weight| weight == 0));
    let mut coarse = graph.clone();
    for weight in &mut coarse.weight {
        *weight = (*weight >> shift).max(1);
    }
    for node in 0..coarse.strength.len() {
        let row = coarse.row_start[node]..coarse.row_start[node + 1];
        coarse.strength[node] = coarse.weight[row].iter().sum();
    }
    coarse.total_weight = coarse.strength.iter().sum::<u64>() / 2;
    coarse
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Partition;
    use crate::testing::{exact_quality, labelled_graph, objectives};
    use proptest::prelude::*;

    #[test]
    fn a_resolution_is_rounded_to_the_nearest_step() {
        for (value, fixed) in [(1.0, 65_536), (0.8, 52_429), (0.0, 0), (-1.0, 0), (f64::NAN, 0)] {
            assert_eq!(Resolution::nearest(value).to_fixed(), fixed, "{value}");
        }
        assert_eq!(Resolution::ONE.to_f64(), 1.0);
    }

    #[test]
    fn a_resolution_is_reduced() {
        for (fixed, expected) in [(0, (0, 0)), (3 << 16, (3, 0)), (1 << 15, (1, 1)), (5, (5, 16))] {
            assert_eq!(Resolution::from_fixed(fixed).reduced(), expected, "{fixed}");
        }
    }

    /// A pair with all the weight: the shift for it at a resolution in fixed point.
    #[track_caller]
    fn check_shift(weight: u64, fixed: u64, expected: u32) {
        let graph = Graph::from_sorted_edges(2, &[(0, 1, weight)]);
        let resolution = Resolution::from_fixed(fixed);
        assert_eq!(modularity_shift(&graph, Objective::Modularity { resolution }), expected);
        assert_eq!(modularity_shift(&graph, Objective::Cpm { resolution }), 0);
    }

    #[test]
    fn weights_lose_bits_only_where_products_pass_128() {
        check_shift(Graph::TOTAL_WEIGHT_MAX, 1 << 16, 0);
        check_shift((1 << 54) - 1, 52_429, 0);
        check_shift(1 << 54, 52_429, 1);
        check_shift(Graph::TOTAL_WEIGHT_MAX, u64::MAX, 16);
    }

    #[test]
    fn the_largest_products_fit() {
        let graph = Graph::from_sorted_edges(2, &[(0, 1, Graph::TOTAL_WEIGHT_MAX)]);
        for fixed in [0, 1, 1 << 16, 52_429, u64::from(u32::MAX), u64::MAX] {
            let resolution = Resolution::from_fixed(fixed);
            let objective = Objective::Modularity { resolution };
            let fitting = coarsened(&graph, modularity_shift(&graph, objective));
            let (all, gain) = (fitting.total_weight(), Gain::new(&fitting, objective));
            assert!(gain.of_joining(all, 0, 0) > 0);
            assert_eq!(gain.of_joining(0, all, all) < 0, fixed > 0);
            let gain = Gain::new(&graph, Objective::Cpm { resolution });
            assert!(gain.of_joining(graph.total_weight(), 0, 0) > 0);
            assert_eq!(gain.of_joining(0, 1 << 31, 1 << 31) < 0, fixed > 0);
        }
    }

    #[test]
    fn coarse_weights_add_up() {
        let graph = Graph::from_sorted_edges(3, &[(0, 1, 9), (1, 2, 1)]);
        let expected = Graph::from_sorted_edges(3, &[(0, 1, 2), (1, 2, 1)]);
        assert_eq!(coarsened(&graph, 2), expected);
    }

    proptest! {
        /// Joins the communities 0 and 1, by the gain and by two whole qualities.
        #[test]
        fn a_gain_is_a_difference_of_qualities(
            (graph, label) in labelled_graph(),
            objective in objectives(),
        ) {
            let apart = Partition::from_labels(&label).community;
            let join = |&its: &u32| if its == 1 { 0 } else { its };
            let joined: Vec<u32> = apart.iter().map(join).collect();
            let (mut weight, mut mass) = (0, [0, 0]);
            for (node, node_mass) in (0..).zip(masses(&graph, objective)) {
                let its = apart[node as usize];
                let across = |&(other, _): &(u32, u64)| its == 0 && apart[other as usize] == 1;
                weight += graph.neighbours(node).filter(across).map(|row| row.1).sum::<u64>();
                if its < 2 {
                    mass[its as usize] += node_mass;
                }
            }
            let found = Gain::new(&graph, objective).of_joining(weight, mass[0], mass[1]);
            let difference = exact_quality(&graph, &joined, objective)
                - exact_quality(&graph, &apart, objective);
            // The reference counts both directions and does not reduce fractions.
            prop_assert_eq!(found.signum(), difference.signum());
            if found != 0 {
                prop_assert_eq!(difference % found, 0);
            }
        }
    }
}

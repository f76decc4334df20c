//! Many probabilities into one.

use core::f64::consts::PI;

use crate::from_fixed;
use crate::tails::ln_chi_square_tail;

/// The largest probability that enters a combination: a single 1 would swamp all others in
/// Cauchy's.
pub const P_MAX: f64 = 1.0 - 1e-6;

/// Below this, tan((½ − p)π) = 1 / (πp) to the last bit.
const TANGENT_ASYMPTOTE: f64 = 1e-15;

/// ln of Fisher's combined probability of `m` independent ones, given −Σ ln p in fixed point.
///
/// # Source
///
/// Fisher (1925), *Statistical Methods for Research Workers*.
#[must_use]
pub fn ln_fisher(sum_fixed: i64, m: u64) -> f64 {
    ln_chi_square_tail(from_fixed(sum_fixed), m)
}

/// ln of the weighted Cauchy combination of probabilities given by their logarithms.
///
/// Valid under most forms of dependence for small results. Weights need not add to 1. An empty list
/// gives 0 (probability 1).
///
/// # Source
///
/// Liu and Xie (2020), <https://doi.org/10.1080/01621459.2018.1554485>.
#[must_use]
pub fn ln_cauchy(ln_p_and_weight: &[(f64, f64)]) -> f64 {
    let weight: f64 = ln_p_and_weight.iter().map(|&(_, w)| w).sum();
    if weight <= 0.0 {
        return 0.0;
    }
    // Terms below the asymptote may overflow: they are summed relative to the largest of them.
    let smallest = ln_p_and_weight.iter().map(|&(ln_p, _)| ln_p).fold(0.0, f64::min);
    if smallest < libm::log(TANGENT_ASYMPTOTE) {
        let sum: f64 = ln_p_and_weight.iter().map(|&(l, w)| w * libm::exp(smallest - l)).sum();
        return (smallest + libm::log(weight / sum)).min(0.0);
    }
    let sum: f64 = ln_p_and_weight.iter().map(|&(l, w)| w * tangent(libm::exp(l).min(P_MAX))).sum();
    let p = 0.5 - libm::atan(sum / weight) / PI;
    // For a large mean the difference above loses digits: 1 / (πx) does not.
    let mean = sum / weight;
    if mean > 1e6 { -libm::log(PI * mean) } else { libm::log(p.max(f64::MIN_POSITIVE)).min(0.0) }
}

/// tan((½ − p)π), as the cotangent of pπ: the difference would lose the digits of a small p.
fn tangent(p: f64) -> f64 {
    1.0 / libm::tan(p * PI)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ps: &[f64], expected: f64) {
        let pairs: Vec<(f64, f64)> = ps.iter().map(|p| (libm::log(*p), 1.0)).collect();
        let found = libm::exp(ln_cauchy(&pairs));
        assert!((found / expected - 1.0).abs() < 1e-6, "found {found}, expected {expected}");
    }

    #[test]
    fn one_probability_is_itself() {
        check(&[0.3], 0.3);
        check(&[1e-4], 1e-4);
        check(&[1e-12], 1e-12);
        check(&[1e-40], 1e-40);
    }

    #[test]
    fn a_small_one_among_many_is_divided_by_their_number() {
        check(&[1e-9, 0.5, 0.5, 0.5], 4e-9);
        check(&[1e-30, 1e-30], 1e-30);
    }

    #[test]
    fn a_single_one_does_not_swamp_the_others() {
        let pairs = [(libm::log(1e-10), 1.0), (0.0, 1.0)];
        assert!(libm::exp(ln_cauchy(&pairs)) < 1e-9);
    }

    #[test]
    fn no_probability_says_nothing() {
        assert_eq!(ln_cauchy(&[]), 0.0);
    }
}

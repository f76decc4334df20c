//! Upper tails in log space, exact where counts are small and never zero where they are not.
//!
//! All functions return natural logarithms of P(X ≥ k), at most 0. They use `libm`, so that
//! machines agree, and sum terms from the largest down until they no longer matter.

/// Terms smaller than this share of the sum are left out.
const NEGLIGIBLE: f64 = 1e-17;

/// ln P(X ≥ k) for X ~ Poisson(λ).
///
/// `O(k)` near the mean, a few dozen terms far from it.
#[must_use]
pub fn ln_poisson_tail(k: u64, lambda: f64) -> f64 {
    if k == 0 {
        return 0.0;
    }
    if lambda <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let ln_term = |x: f64| x * libm::log(lambda) - lambda - libm::lgamma(x + 1.0);
    if (k as f64) > lambda {
        ln_term(k as f64) + ln_geometric_like(k, u64::MAX, |x| lambda / (x as f64 + 1.0))
    } else {
        let below =
            ln_term((k - 1) as f64) + ln_geometric_like(0, k - 1, |x| (k - 1 - x) as f64 / lambda);
        ln_complement(below)
    }
}

/// ln P(X ≥ k) for X ~ Binomial(n, p).
#[must_use]
pub fn ln_binomial_tail(k: u64, n: u64, p: f64) -> f64 {
    if k == 0 || p >= 1.0 {
        return 0.0;
    }
    if k > n || p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let odds = p / (1.0 - p);
    let ln_term =
        |x: u64| ln_choose(n, x) + x as f64 * libm::log(p) + (n - x) as f64 * libm::log1p(-p);
    if (k as f64) > n as f64 * p {
        let ratio = |x: u64| (n - x) as f64 / (x as f64 + 1.0) * odds;
        ln_term(k) + ln_geometric_like(k, n, ratio)
    } else {
        let ratio = |x: u64| (k - 1 - x) as f64 / ((n - (k - 1 - x)) as f64 + 1.0) / odds;
        ln_complement(ln_term(k - 1) + ln_geometric_like(0, k - 1, ratio))
    }
}

/// ln P(X ≥ k) for X ~ beta-binomial with `n` trials, mean `p` and correlation `rho` in [0, 1).
///
/// With α = p(1/ρ − 1) and β = (1 − p)(1/ρ − 1); ρ = 0 is the binomial. `O(n − k)`.
#[must_use]
pub fn ln_beta_binomial_tail(k: u64, n: u64, p: f64, rho: f64) -> f64 {
    if rho <= 0.0 {
        return ln_binomial_tail(k, n, p);
    }
    if k == 0 || p >= 1.0 {
        return 0.0;
    }
    if k > n || p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let weight = 1.0 / rho - 1.0;
    let (alpha, beta) = (p * weight, (1.0 - p) * weight);
    let first =
        ln_choose(n, k) + ln_beta(k as f64 + alpha, (n - k) as f64 + beta) - ln_beta(alpha, beta);
    // Terms may first grow: the sum starts at the largest from k upwards.
    let ratio = |x: u64| {
        let x = x as f64;
        let left = n as f64 - x;
        left / (x + 1.0) * (x + alpha) / (left - 1.0 + beta)
    };
    let (mut sum, mut term, mut largest) = (1.0_f64, 1.0_f64, 1.0_f64);
    let mut scale = first;
    for x in k..n {
        term *= ratio(x);
        sum += term;
        largest = largest.max(term);
        if term < NEGLIGIBLE * sum && ratio(x) < 1.0 {
            break;
        }
        if sum > 1e200 {
            scale += libm::log(sum);
            term /= sum;
            sum = 1.0;
        }
    }
    (scale + libm::log(sum)).min(0.0)
}

/// ln P(X ≥ x) for X ~ χ² with `2m` degrees of freedom, given y = x / 2.
///
/// The tail of Fisher's combination of `m` probabilities with −Σ ln p = y: e^(−y) Σ_{k<m} y^k / k!,
/// the chance of fewer than `m` events of a Poisson process by y.
#[must_use]
pub fn ln_chi_square_tail(y: f64, m: u64) -> f64 {
    if y <= 0.0 || m == 0 {
        return 0.0;
    }
    let ln_term = |k: f64| k * libm::log(y) - y - libm::lgamma(k + 1.0);
    if (m as f64) <= y {
        // The terms fall from k = m − 1 down.
        let ratio = |step: u64| (m - 1 - step) as f64 / y;
        (ln_term((m - 1) as f64) + ln_geometric_like(0, m - 1, ratio)).min(0.0)
    } else {
        ln_complement(ln_poisson_tail(m, y))
    }
}

/// ln of 1 + r(first) + r(first) r(first + 1) + …, until a term no longer matters or `last` is
/// reached.
fn ln_geometric_like(first: u64, last: u64, ratio: impl Fn(u64) -> f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for x in first..last {
        term *= ratio(x);
        sum += term;
        if term < NEGLIGIBLE * sum {
            break;
        }
    }
    libm::log(sum)
}

/// ln(1 − e^x) for x ≤ 0.
fn ln_complement(x: f64) -> f64 {
    if x >= 0.0 {
        f64::NEG_INFINITY
    } else if x > -core::f64::consts::LN_2 {
        libm::log(-libm::expm1(x))
    } else {
        libm::log1p(-libm::exp(x))
    }
}

fn ln_choose(n: u64, k: u64) -> f64 {
    let (n, k) = (n as f64, k as f64);
    libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0)
}

fn ln_beta(a: f64, b: f64) -> f64 {
    libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: f64, expected: f64) {
        let close = (found - expected).abs() <= 1e-9 * expected.abs().max(1.0);
        assert!(close, "found {found}, expected {expected}");
    }

    /// Values of scipy 1.x (`logsf` at k − 1), where it is accurate.
    #[test]
    fn tails_agree_with_a_table() {
        check(ln_poisson_tail(1, 0.5), -0.9327521295671887);
        check(ln_poisson_tail(10, 2.0), -9.976099643706059);
        check(ln_poisson_tail(3, 10.0), -0.0027732375865730445);
        check(ln_binomial_tail(2, 10, 0.01), -5.457031720786719);
        check(ln_binomial_tail(9, 10, 0.5), -4.533576532801082);
        check(ln_beta_binomial_tail(2, 10, 0.01, 0.1), -3.865197115485662);
        check(ln_chi_square_tail(5.0, 1), -5.0);
        check(ln_chi_square_tail(5.0, 3), -2.0822292679157215);
        check(ln_chi_square_tail(1.0, 3), -0.08370926812584492);
    }

    #[test]
    fn far_tails_stay_finite() {
        assert!(ln_poisson_tail(500, 1e-6) < -9_000.0);
        assert!(ln_binomial_tail(1_000, 1_000, 1e-3) > -6_908.0);
        assert!(ln_chi_square_tail(2_000.0, 5).is_finite());
        assert!(ln_beta_binomial_tail(500, 1_000, 1e-4, 1e-3).is_finite());
    }

    /// The definition, word for word: a sum of probabilities.
    fn beta_binomial_reference(k: u64, n: u64, p: f64, rho: f64) -> f64 {
        let (a, b) = (p * (1.0 / rho - 1.0), (1.0 - p) * (1.0 / rho - 1.0));
        let term =
            |x: u64| ln_choose(n, x) + ln_beta(x as f64 + a, (n - x) as f64 + b) - ln_beta(a, b);
        libm::log((k..=n).map(|x| libm::exp(term(x))).sum())
    }

    #[test]
    fn the_beta_binomial_is_its_definition() {
        for (k, n, p, rho) in [
            (1, 1, 0.3, 0.2),
            (2, 9, 0.4, 0.5),
            (3, 40, 0.02, 0.01),
            (7, 9, 0.9, 0.3),
            (30, 200, 0.05, 0.9),
        ] {
            check(
                ln_beta_binomial_tail(k, n, p, rho),
                beta_binomial_reference(k, n, p, rho).min(0.0),
            );
        }
    }

    #[test]
    fn tails_fall_as_counts_grow() {
        for k in 1..60 {
            assert!(ln_poisson_tail(k + 1, 7.5) < ln_poisson_tail(k, 7.5));
            assert!(ln_binomial_tail(k + 1, 61, 0.3) < ln_binomial_tail(k, 61, 0.3));
            assert!(ln_chi_square_tail(k as f64 + 1.0, 4) < ln_chi_square_tail(k as f64, 4));
        }
    }
}

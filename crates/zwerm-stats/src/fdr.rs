//! Control of the false discovery rate.
//!
//! # Source
//!
//! Benjamini and Hochberg (1995), <https://doi.org/10.1111/j.2517-6161.1995.tb02031.x>.

/// Adjusted probabilities (q-values) of `tests` tests of which those in `ln_p` are known and all
/// others have p = 1.
///
/// Returns ln q in the order of the input. `O(n log n)`.
///
/// # Panics
///
/// If there are more probabilities than tests.
#[must_use]
pub fn ln_q_values(ln_p: &[f64], tests: u64) -> Vec<f64> {
    assert!(ln_p.len() as u64 <= tests, "{} probabilities of {tests} tests", ln_p.len());
    let mut order: Vec<u32> = (0..ln_p.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| ln_p[a as usize].total_cmp(&ln_p[b as usize]).then(a.cmp(&b)));
    let mut ln_q = vec![0.0; ln_p.len()];
    let mut smallest = 0.0_f64;
    for (rank, &test) in order.iter().enumerate().rev() {
        let scaled = ln_p[test as usize] + libm::log(tests as f64 / (rank as f64 + 1.0));
        smallest = smallest.min(scaled);
        ln_q[test as usize] = smallest;
    }
    ln_q
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_textbook_example() {
        // The fifteen probabilities of the 1995 paper: four are rejected at 0.05.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
            0.5719, 0.6528, 0.7590, 1.0,
        ];
        let ln_p: Vec<f64> = p.iter().map(|p: &f64| libm::log(*p)).collect();
        let q: Vec<f64> = ln_q_values(&ln_p, 15).into_iter().map(libm::exp).collect();
        assert_eq!(q.iter().filter(|&&q| q <= 0.05).count(), 4);
        assert!((q[0] - 0.0015).abs() < 1e-12);
    }

    #[test]
    fn unknown_tests_count() {
        let q = ln_q_values(&[libm::log(0.01)], 10);
        assert!((libm::exp(q[0]) - 0.1).abs() < 1e-12);
    }
}

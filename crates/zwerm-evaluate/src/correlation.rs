//! Whether two measurements order the same things alike.

/// Spearman's rank correlation of pairs: Pearson's correlation of ranks, equal values sharing their
/// mean rank; from −1 (turned round) over 0 to 1 (the same order). `None` if either side has only
/// one value, since nothing is then ordered.
///
/// `O(n log n)`.
///
/// # Source
///
/// Spearman (1904), <https://doi.org/10.2307/1412159>.
#[must_use]
pub fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let first = doubled_ranks(pairs.iter().map(|pair| pair.0));
    let second = doubled_ranks(pairs.iter().map(|pair| pair.1));
    let mean = pairs.len() as i128 - 1;
    let covariance = |a: &[i128], b: &[i128]| -> i128 {
        a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum()
    };
    let spread = covariance(&first, &first) as f64 * covariance(&second, &second) as f64;
    (spread > 0.0).then(|| covariance(&first, &second) as f64 / spread.sqrt())
}

/// Twice the rank of each value, from 0 on: whole numbers, though tied ranks are halves.
fn doubled_ranks(values: impl Iterator<Item = f64>) -> Vec<i128> {
    let mut sorted: Vec<(f64, usize)> = values.zip(0..).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0; sorted.len()];
    let mut before = 0;
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let doubled = 2 * before + tied.len() as i128 - 1;
        tied.iter().for_each(|&(_, place)| ranks[place] = doubled);
        before += tied.len() as i128;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(pairs: &[(f64, f64)], expected: Option<f64>) {
        match (spearman(pairs), expected) {
            (Some(found), Some(expected)) => assert!((found - expected).abs() < 1e-12, "{found}"),
            (found, expected) => assert_eq!(found, expected),
        }
    }

    #[test]
    fn it_is_the_correlation_of_ranks() {
        check(&[(1.0, 10.0), (2.0, 20.0), (9.0, 21.0)], Some(1.0));
        check(&[(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)], Some(-1.0));
        // Ranks ½, ½, 2 against 0, 1, 2: covariance 1.5, variances 1.5 and 2.
        check(&[(5.0, 1.0), (5.0, 2.0), (6.0, 3.0)], Some(1.5 / 3.0_f64.sqrt()));
    }

    #[test]
    fn where_nothing_is_ordered_there_is_none() {
        check(&[], None);
        check(&[(1.0, 2.0)], None);
        check(&[(1.0, 2.0), (1.0, 3.0)], None);
    }

    proptest! {
        /// Without ties: 1 − 6 Σd² / (n (n² − 1)), the formula of textbooks.
        #[test]
        fn without_ties_it_is_the_textbook_formula(
            second in Just((0..9).collect::<Vec<i32>>()).prop_shuffle(),
        ) {
            let pairs: Vec<(f64, f64)> =
                second.iter().zip(0..).map(|(&b, a)| (f64::from(a), f64::from(b))).collect();
            let squares: f64 = pairs.iter().map(|(a, b)| (a - b).powi(2)).sum();
            let expected = 1.0 - 6.0 * squares / (9.0 * 80.0);
            prop_assert!((spearman(&pairs).expect("an order") - expected).abs() < 1e-12);
        }
    }
}

//! Sets against sets: how much of a planted group a network holds, and how pure networks are.

/// Shared members over all members of both: |A ∩ B| / |A ∪ B|. Zero if both are empty.
///
/// # Source
///
/// Jaccard (1912), <https://doi.org/10.1111/j.1469-8137.1912.tb05611.x>.
///
/// # Panics
///
/// If more is shared than either has.
#[must_use]
pub fn jaccard(shared: u64, a: u64, b: u64) -> f64 {
    assert!(shared <= a.min(b), "{shared} shared of {a} and {b}");
    let union = a + b - shared;
    if union == 0 { 0.0 } else { shared as f64 / union as f64 }
}

/// Weighted precision, WP = Σ nₖ pₖ² / Σ nₖ pₖ, over classes k with nₖ members, a share pₖ of
/// them positive. `None` if no class has a positive.
///
/// Each class's precision, weighted by its positives: the precision that the class of a random
/// found positive has. Unlike the plain share of positives it does not forgive a large mixed class
/// beside many small pure ones. It says nothing about groups that were torn apart, nor about
/// classes without a positive, which count nowhere: the plain share has them.
///
/// # Source
///
/// Iannucci, Muratore, Matakos and Kivelä (2025), <https://arxiv.org/abs/2512.19677>.
///
/// # Panics
///
/// If a class has more positives than members.
#[must_use]
pub fn weighted_precision(classes: impl IntoIterator<Item = (u64, u64)>) -> Option<f64> {
    let (mut weighted, mut all) = (0.0, 0);
    for (members, positives) in classes {
        assert!(positives <= members, "{positives} positives among {members}");
        if members > 0 {
            weighted += positives as f64 * positives as f64 / members as f64;
            all += positives;
        }
    }
    (all > 0).then(|| weighted / all as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn jaccard_counts_shared_over_all() {
        for (counts, expected) in
            [((2, 3, 4), 0.4), ((3, 3, 3), 1.0), ((0, 3, 4), 0.0), ((0, 0, 0), 0.0)]
        {
            let (shared, a, b) = counts;
            assert!((jaccard(shared, a, b) - expected).abs() < 1e-12, "{counts:?}");
        }
    }

    /// A pure class of ten and a mixed one of forty, half right: (10 · 1 + 40 · ¼) / (10 + 20) = ⅔.
    #[test]
    fn a_large_mixed_class_weighs() {
        let found = weighted_precision([(10, 10), (40, 20), (5, 0)]).expect("positives");
        assert!((found - 2.0 / 3.0).abs() < 1e-12, "{found}");
        assert_eq!(weighted_precision([(5, 0)]), None);
        assert_eq!(weighted_precision([]), None);
    }

    proptest! {
        /// The mean, over all positives, of the precision of the class each is in.
        #[test]
        fn weighted_precision_is_what_a_random_found_positive_sees(
            classes in prop::collection::vec((0_u64..20, 0_u64..20), 1..12),
        ) {
            let classes: Vec<(u64, u64)> =
                classes.into_iter().map(|(right, wrong)| (right + wrong, right)).collect();
            let seen: Vec<f64> = classes
                .iter()
                .flat_map(|&(n, p)| (0..p).map(move |_| p as f64 / n as f64))
                .collect();
            match weighted_precision(classes) {
                Some(found) => {
                    let mean = seen.iter().sum::<f64>() / seen.len() as f64;
                    prop_assert!((found - mean).abs() < 1e-9);
                }
                None => prop_assert!(seen.is_empty()),
            }
        }
    }
}

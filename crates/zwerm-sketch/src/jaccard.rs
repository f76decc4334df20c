//! Jaccard similarity of two sorted sets: what they share over what they have together.
//!
//! # Requirements
//!
//! Both sets sorted and free of repetition.
//!
//! # Memory
//!
//! None.
//!
//! # Cost
//!
//! `O(n + m)`, a merge without branches on the values; [`reaching`] first compares the sizes and
//! gives up when what is left of the sets cannot reach the bound any more.
//!
//! # Source
//!
//! The size bound is that of Bayardo et al. (2007), <https://doi.org/10.1145/1242572.1242591>.

/// Steps of the merge between two looks at the bound.
const STEPS: usize = 32;

/// The similarity of two sets, 0 to 1; two empty sets are equal.
#[must_use]
pub fn similarity(a: &[u32], b: &[u32]) -> f32 {
    reaching(a, b, 0.0).unwrap_or(0.0)
}

/// The similarity of two sets if it is at least `min`.
#[must_use]
pub fn reaching(a: &[u32], b: &[u32], min: f32) -> Option<f32> {
    let total = a.len() + b.len();
    if total == 0 {
        return Some(1.0);
    }
    let needed = shared_at_least(total, min);
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        if shared + (a.len() - i).min(b.len() - j) < needed {
            return None;
        }
        for _ in 0..STEPS {
            if i == a.len() || j == b.len() {
                break;
            }
            let (x, y) = (a[i], b[j]);
            shared += usize::from(x == y);
            i += usize::from(x <= y);
            j += usize::from(y <= x);
        }
    }
    of_shared(shared, total, min)
}

/// The similarity of two sets of `total` elements, those that both have counted twice, if it is at
/// least `min`; two empty sets are equal.
pub(crate) fn of_shared(shared: usize, total: usize, min: f32) -> Option<f32> {
    let similarity = if total == 0 { 1.0 } else { ratio(shared, total - shared) };
    (similarity >= min).then_some(similarity)
}

/// A number of shared elements below which no pair of sets with `total` elements reaches `min`.
fn shared_at_least(total: usize, min: f32) -> usize {
    let min = f64::from(min);
    let shared = (min / (1.0 + min) * total as f64).floor();
    // One less: rounding must never turn a pair away that the division below would let in.
    (shared as usize).saturating_sub(1)
}

/// One division of two whole numbers: the same bits everywhere, and 3/5 equals the literal 0.6.
fn ratio(shared: usize, union: usize) -> f32 {
    shared as f32 / union as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, word for word.
    fn reference(a: &[u32], b: &[u32]) -> f32 {
        let shared = a.iter().filter(|x| b.contains(x)).count();
        if a.is_empty() && b.is_empty() {
            return 1.0;
        }
        shared as f32 / (a.len() + b.len() - shared) as f32
    }

    #[test]
    fn three_fifths_reach_the_literal() {
        assert_eq!(reaching(&[1, 2, 3, 4], &[2, 3, 4, 5], 0.6), Some(0.6));
        assert_eq!(reaching(&[1, 2, 3, 4], &[3, 4, 5, 6], 0.6), None);
        assert_eq!(reaching(&[], &[], 0.6), Some(1.0));
        assert_eq!(reaching(&[], &[1], 0.6), None);
    }

    proptest! {
        #[test]
        fn it_is_the_definition(
            a in prop::collection::btree_set(0_u32..200, 0..150),
            b in prop::collection::btree_set(0_u32..200, 0..150),
            min in 0.0_f32..1.0,
        ) {
            let (a, b): (Vec<_>, Vec<_>) = (a.into_iter().collect(), b.into_iter().collect());
            let expected = reference(&a, &b);
            prop_assert_eq!(similarity(&a, &b), expected);
            prop_assert_eq!(reaching(&a, &b, min), (expected >= min).then_some(expected));
        }
    }
}

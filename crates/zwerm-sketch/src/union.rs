//! Components: what pairs join, directly or through others.
//!
//! # Requirements
//!
//! Numbers below `n`.
//!
//! # Memory
//!
//! 9 bytes per number.
//!
//! # Cost
//!
//! Almost linear in the pairs.
//!
//! # Source
//!
//! Tarjan (1975), <https://doi.org/10.1145/321879.321884>; the forest is `petgraph`'s. Its labels
//! depend on the order of the pairs, so the smallest number of each component takes their place.

use petgraph::unionfind::UnionFind;

/// The smallest number in the component of each number below `n`.
#[must_use]
pub fn components(n: usize, pairs: impl IntoIterator<Item = (u32, u32)>) -> Vec<u32> {
    let mut forest = UnionFind::<u32>::new(n);
    for (a, b) in pairs {
        forest.union(a, b);
    }
    let mut labels = forest.into_labeling();
    // Walking upwards, the first member of a component that is met is its smallest.
    let mut smallest = vec![u32::MAX; n];
    for (number, label) in labels.iter_mut().enumerate() {
        let first = &mut smallest[*label as usize];
        *first = (*first).min(number as u32);
        *label = *first;
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_is_named_by_its_smallest_member() {
        let expected = [0, 1, 0, 1, 0, 5];
        assert_eq!(components(6, [(4, 2), (3, 1), (2, 0)]), expected);
        assert_eq!(components(6, [(2, 0), (1, 3), (4, 2), (0, 4)]), expected);
    }

    #[test]
    fn without_pairs_everyone_is_alone() {
        assert_eq!(components(3, []), [0, 1, 2]);
    }
}

//! Which acts meet: those on one object within the largest window, all of them or a sample.
//!
//! # The sample
//!
//! The acts on a mega-viral object have thousands of neighbours each. Beyond a cap, `k` of an
//! act's `n` neighbours are looked at, evenly spread from a start that follows from the act itself
//! (systematic sampling). Each neighbour is looked at with probability `k / n`, so a meeting that
//! is seen stands for `n / k`, and the sum of these over the pairs seen is an unbiased estimate of
//! their number (Horvitz and Thompson 1952, <https://doi.org/10.1080/01621459.1952.10483446>).

use std::ops::Range;

use zwerm_model::hash::hash128;

use super::row::ONE;

/// Writes the range of acts within the window of each act of one object; `at` is sorted.
pub(super) fn ranges(at: &[i64], first: usize, window_ms: i64, near: &mut [Range<u32>]) {
    debug_assert!(at.is_sorted());
    let (mut from, mut to) = (0, 0);
    for (place, near) in near.iter_mut().enumerate() {
        while at[place].saturating_sub(at[from]) > window_ms {
            from += 1;
        }
        while to < at.len() && at[to].saturating_sub(at[place]) <= window_ms {
            to += 1;
        }
        *near = (first + from) as u32..(first + to) as u32;
    }
}

/// How many neighbours of an act are looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cap(pub(super) Option<u32>);

impl Cap {
    /// How many of `near` acts, the act itself among them, are looked at.
    pub(super) fn visits(self, near: usize) -> usize {
        self.0.map_or(near, |most| near.min(most as usize))
    }

    /// Hands over the places that are looked at, rising, and what a meeting there stands for.
    #[inline]
    pub(super) fn each(
        self,
        near: Range<usize>,
        (account, at): (u32, i64),
        mut visit: impl FnMut(usize, u64),
    ) {
        let (all, some) = (near.len(), self.visits(near.len()));
        if all == some {
            near.for_each(|place| visit(place, ONE));
            return;
        }
        let mut act = [0; 20];
        act[..4].copy_from_slice(&account.to_le_bytes());
        act[4..12].copy_from_slice(&at.to_le_bytes());
        act[12..].copy_from_slice(&(all as u64).to_le_bytes());
        let start = (hash128(&act) as u64 % all as u64) as usize;
        let stands_for = all as u64 * ONE / some as u64;
        (0..some).for_each(|nth| visit(near.start + (start + nth * all) / some, stands_for));
    }
}

/// What an object weighs that so many accounts touched: see
/// [`CoActions::weight`](zwerm_model::CoActions::weight).
pub(super) fn weight(accounts: u32) -> u64 {
    zwerm_model::CoActions::WEIGHT_ONE / u64::from(accounts.saturating_sub(1).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Over all starts each neighbour is looked at equally often.
    #[test]
    fn every_neighbour_has_the_same_chance() {
        let (all, some) = (17, 5);
        let mut seen = vec![0; all];
        for start in 0..all {
            (0..some).for_each(|nth| seen[(start + nth * all) / some] += 1);
        }
        assert_eq!(seen, vec![some; all]);
    }

    #[test]
    fn places_rise_and_stay_in_the_range() {
        for at in 0..200 {
            let mut places = Vec::new();
            Cap(Some(7)).each(100..130, (3, at), |place, stands_for| {
                assert_eq!(stands_for, 30 * ONE / 7);
                places.push(place);
            });
            assert_eq!(places.len(), 7);
            assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
            assert!(places.iter().all(|place| (100..130).contains(place)));
        }
    }

    #[test]
    fn few_neighbours_are_all_looked_at() {
        let mut places = Vec::new();
        Cap(Some(3)).each(4..7, (0, 0), |place, stands_for| places.push((place, stands_for)));
        assert_eq!(places, [(4, ONE), (5, ONE), (6, ONE)]);
    }
}

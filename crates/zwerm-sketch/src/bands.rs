//! Candidates: which sequences agree in a band.
//!
//! # What it computes
//!
//! Sequences with equal keys in a band form a *run*. A run of up to [`RUN_MAX`] yields all of its
//! pairs. A longer one, which would yield n² / 2, yields a *star* around its smallest member and a
//! *chain* of neighbours, at most 2n: whoever belongs together meets at the centre, and the chain
//! helps where the centre itself is the stranger. What a star misses in one band another one finds.
//!
//! # Requirements
//!
//! Fewer than 2³² sequences. Candidates depend on the order of the sequences only inside long runs:
//! number them by content to be free of the order of the input.
//!
//! # Memory
//!
//! 2 bytes per sequence for the filter, 8 bytes per sequence that has company, 8 per candidate.
//!
//! # Cost
//!
//! `O(n)` for the filter, and a sort of what passes it. Most sequences are alone in most bands; a
//! table of two bits per slot, *seen once* and *seen again*, sorts those out before the sort.
//!
//! # Source
//!
//! Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, chapter 3.

use crate::minhash::NO_KEY;

/// The longest run that yields all of its pairs.
pub const RUN_MAX: usize = 8;

/// Slots of the filter per sequence: one in eight lone sequences passes by accident.
const SLOTS_PER_KEY: usize = 8;

/// A pair of sequences, the smaller number first.
pub type Pair = (u32, u32);

/// The candidates of one band, unsorted and with repetition across bands.
///
/// `keyed` yields the band's key and the number of each of `n` sequences, in any order; those with
/// [`NO_KEY`] take no part. Returns the pairs and the number of runs that became stars.
pub fn candidates_unsorted(
    keyed: impl Iterator<Item = (u32, u32)> + Clone,
    n: usize,
) -> (Vec<Pair>, u64) {
    let mut kept = in_company(keyed.filter(|&(key, _)| key != NO_KEY), n);
    kept.sort_unstable();
    let mut pairs = Vec::new();
    let mut stars = 0;
    for run in kept.chunk_by(|a, b| a >> 32 == b >> 32) {
        stars += u64::from(run.len() > RUN_MAX);
        push_run(run, &mut pairs);
    }
    (pairs, stars)
}

/// `key << 32 | number` of every sequence whose slot in the filter was seen more than once.
fn in_company(keyed: impl Iterator<Item = (u32, u32)> + Clone, n: usize) -> Vec<u64> {
    let shift = 32 - (n * SLOTS_PER_KEY).next_power_of_two().trailing_zeros().clamp(6, 32);
    let words = (1_usize << (32 - shift)) / 64;
    let (mut once, mut again) = (vec![0_u64; words], vec![0_u64; words]);
    for (key, _) in keyed.clone() {
        let (word, bit) = slot(key, shift);
        again[word] |= once[word] & bit;
        once[word] |= bit;
    }
    drop(once);
    keyed
        .filter(|&(key, _)| {
            let (word, bit) = slot(key, shift);
            again[word] & bit != 0
        })
        .map(|(key, number)| u64::from(key) << 32 | u64::from(number))
        .collect()
}

fn slot(key: u32, shift: u32) -> (usize, u64) {
    let slot = (key >> shift) as usize;
    (slot / 64, 1 << (slot % 64))
}

/// Appends the pairs of one run, whose members are sorted by number.
fn push_run(run: &[u64], pairs: &mut Vec<Pair>) {
    let number = |place: usize| run[place] as u32;
    if run.len() <= RUN_MAX {
        for a in 0..run.len() {
            pairs.extend((a + 1..run.len()).map(|b| (number(a), number(b))));
        }
    } else {
        pairs.extend((1..run.len()).map(|b| (number(0), number(b))));
        pairs.extend((2..run.len()).map(|b| (number(b - 1), number(b))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs_of(keys: &[u32]) -> (Vec<Pair>, u64) {
        candidates_unsorted(keys.iter().copied().zip(0..), keys.len())
    }

    #[track_caller]
    fn check(keys: &[u32], expected: &[Pair]) {
        let (mut pairs, _) = pairs_of(keys);
        pairs.sort_unstable();
        assert_eq!(pairs, expected);
    }

    #[test]
    fn equal_keys_meet() {
        check(&[], &[]);
        check(&[7, 7], &[(0, 1)]);
        check(&[7, 3, 7, 3, 7], &[(0, 2), (0, 4), (1, 3), (2, 4)]);
    }

    #[test]
    fn no_key_is_no_company() {
        check(&[NO_KEY, NO_KEY, 9], &[]);
    }

    #[test]
    fn a_long_run_is_a_star_and_a_chain() {
        let (pairs, stars) = pairs_of(&[5; 100]);
        assert_eq!((pairs.len(), stars), (99 + 98, 1));
        assert!((1..100).all(|b| pairs.contains(&(0, b))));
    }

    proptest! {
        #[test]
        fn runs_up_to_the_cap_yield_all_pairs_in_any_order(
            keys in prop::collection::vec(0_u32..40, 0..60),
        ) {
            let keys: Vec<u32> = keys.iter().map(|k| k.wrapping_mul(0x9e37_79b1)).collect();
            let (mut pairs, _) = pairs_of(&keys);
            pairs.sort_unstable();
            let backwards = keys.iter().copied().zip(0..keys.len() as u32).rev();
            let (mut same, _) = candidates_unsorted(backwards, keys.len());
            same.sort_unstable();
            prop_assert_eq!(&pairs, &same);
            let mut expected = Vec::new();
            for a in 0..keys.len() {
                let same: Vec<usize> = (0..keys.len()).filter(|&b| keys[b] == keys[a]).collect();
                if keys[a] != NO_KEY && same.len() <= RUN_MAX {
                    let later = same.iter().filter(|&&b| b > a);
                    expected.extend(later.map(|&b| (a as u32, b as u32)));
                }
            }
            prop_assert!(expected.iter().all(|pair| pairs.binary_search(pair).is_ok()));
            prop_assert!(pairs.iter().all(|&(a, b)| a < b && keys[a as usize] == keys[b as usize]));
        }
    }
}

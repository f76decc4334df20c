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
//! Fewer than 2³² sequences. Candidates depend on the numbers of the sequences only inside long
//! runs: number them by content to be free of the order of the input.
//!
//! # Memory
//!
//! 9 bytes per sequence, up to [`PART_MAX`] of them; among more, 8 per sequence, 9 per sequence of
//! a part and 8 per sequence in company. 32 per sequence in company, to sort it and for its digest;
//! 8 per candidate.
//!
//! # Cost
//!
//! `O(n)` for putting sequences into parts by their first bits, if they are many, and for the
//! filters of each part, and a sort of what passes those. Most sequences are alone in most bands; a
//! table of two bits per slot, *seen once* and *seen again*, sorts those out before the sort, and a
//! second one most of those that shared a slot by accident.
//!
//! # Source
//!
//! Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, chapter 3.

use std::cell::Cell;

use crate::minhash::{self, Digest, NO_KEY};
use crate::parts;

/// The longest run that yields all of its pairs.
///
/// Templates make long runs whose members are near their medoid and not near each other: in a star
/// around another text they would not meet it. On the distinct texts of `brexit`
/// (`cargo xtask show text`), of the pairs that an exact join and the same split keep together
/// 0.884 are found with runs up to 8, 0.929 with 32, 0.974 with 64 and 0.990 with 128.
pub const RUN_MAX: usize = 128;

/// Up to so many sequences are one part, whose filter stays in a near cache.
const PART_MAX: usize = 1 << 20;

/// The parts of more, a power of two: so many places can be written to in turn without a miss, and
/// what is done with each of them stays in the nearest cache.
const PARTS: usize = 256;

/// Slots of a filter per sequence: one in five lone sequences passes by accident.
const SLOTS_PER_KEY: usize = 4;

/// Slots of a filter in a word: each has two bits, *seen once* and *seen again*.
const SLOTS_PER_WORD: usize = 32;

/// Spreads keys over the slots of the second filter.
const SPREAD: u32 = 0x9e37_79b1;

/// A pair of sequences, the smaller number first.
pub type Pair = (u32, u32);

/// What one band yields.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// The pairs whose digests agree enough, unsorted and with repetition across bands.
    pub pairs: Vec<Pair>,
    /// How many pairs were tested.
    pub tested: u64,
    /// Runs too long for all of their pairs.
    pub stars: u64,
}

/// Memory that one band leaves to the next.
#[derive(Debug, Default)]
pub struct Room {
    parted: Vec<u64>,
    /// Where what is left of them is sorted.
    sorted: Vec<u64>,
    slots: Vec<u64>,
    company: Vec<u64>,
    /// The digests of the company.
    digests: Vec<Digest>,
}

/// The candidates of one band.
///
/// `keys` holds the band's key of each sequence, `numbers` its number and `digests` its digest;
/// those with [`NO_KEY`] take no part. Pairs whose digests agree in fewer than `agreement_min`
/// minima are never stored.
pub fn candidates(
    keys: &[u32],
    numbers: &[u32],
    digests: &[Digest],
    agreement_min: u32,
    room: &mut Room,
) -> Candidates {
    let mut of_company = std::mem::take(&mut room.digests);
    let keyed = keys.iter().copied().zip(0..).filter(|&(key, _)| key != NO_KEY);
    let company = in_company(keyed, keys.len(), room);
    let mut found = Candidates::default();
    let number = |place: u32| numbers[place as usize];
    for run in company.chunk_by_mut(of_one_key).filter(|run| run.len() > RUN_MAX) {
        found.stars += 1;
        run.sort_unstable_by_key(|&keyed| number(keyed as u32));
    }
    // Digests are far away: fetched one after another, many are under way at a time.
    of_company.clear();
    of_company.extend(company.iter().map(|&keyed| digests[keyed as u32 as usize]));
    let mut digests = &of_company[..];
    for run in company.chunk_by(of_one_key) {
        let (of_run, rest) = digests.split_at(run.len());
        digests = rest;
        for_pairs(run.len(), |a, b| {
            found.tested += 1;
            // Without a branch on the test: which pairs pass cannot be foreseen.
            found.pairs.push((run[a] as u32, run[b] as u32));
            let passes = minhash::agreement(&of_run[a], &of_run[b]) >= agreement_min;
            found.pairs.truncate(found.pairs.len() - usize::from(!passes));
        });
    }
    room.digests = of_company;
    for (a, b) in &mut found.pairs {
        let (one, other) = (number(*a), number(*b));
        (*a, *b) = (one.min(other), one.max(other));
    }
    found
}

/// Whether two members of a company have the same key.
fn of_one_key(a: &u64, b: &u64) -> bool {
    a >> 32 == b >> 32
}

/// `key << 32 | place` of every key that occurs more than once among `n`, sorted, and of a few
/// that do not: those whose slots in two filters were seen more than once. `keyed` yields a key and
/// its place.
pub fn in_company(
    keyed: impl Iterator<Item = (u32, u32)> + Clone,
    n: usize,
    room: &mut Room,
) -> &mut [u64] {
    in_parts(keyed, n, if n <= PART_MAX { 1 } else { PARTS }, room)
}

/// As [`in_company`], in so many parts, a power of two.
fn in_parts(
    keyed: impl Iterator<Item = (u32, u32)> + Clone,
    n: usize,
    parts: usize,
    room: &mut Room,
) -> &mut [u64] {
    let Room { parted, sorted, slots, company, .. } = room;
    let keyed = keyed.map(|(key, place)| u64::from(key) << 32 | u64::from(place));
    let make_room = |company: &mut Vec<u64>, n: usize| company.resize(n.max(company.len()), 0);
    if parts == 1 {
        make_room(company, n);
        let found = of_part(keyed, n, 0, (slots, sorted), company);
        return &mut company[..found];
    }
    let bits = parts.ilog2();
    let ends = parts::part(keyed, 0, bits, parted);
    let (mut start, mut found) = (0, 0);
    for end in ends {
        make_room(company, found + end - start);
        let part = parted[start..end].iter().copied();
        found += of_part(part, end - start, bits, (slots, sorted), &mut company[found..]);
        start = end;
    }
    &mut company[..found]
}

/// Puts what a part of up to `n` holds of company to the start of `company`, sorted; returns how
/// much that is. The part's keys agree in their first `bits` bits.
fn of_part(
    part: impl Iterator<Item = u64> + Clone,
    n: usize,
    bits: u32,
    (slots, sorted): (&mut Vec<u64>, &mut Vec<u64>),
    company: &mut [u64],
) -> usize {
    let kept = Cell::from_mut(&mut *company).as_slice_of_cells();
    let passed = filter(part, n, move |key| key << bits, slots, kept);
    // Whom a stranger kept company by accident is seldom as lucky among fewer of them, for whom
    // there are as many slots.
    let again = kept[..passed].iter().map(Cell::get);
    let passed = filter(again, n, |key| key.wrapping_mul(SPREAD), slots, kept);
    parts::sort(&mut company[..passed], bits, sorted);
    passed
}

/// Puts the sequences of up to `n` whose slot, by the first bits of `spread` of their keys, was
/// seen more than once to the start of `kept`, in the order in which they come; returns how many.
/// They may come from where they are put.
fn filter(
    keyed: impl Iterator<Item = u64> + Clone,
    n: usize,
    spread: impl Fn(u32) -> u32,
    slots: &mut Vec<u64>,
    kept: &[Cell<u64>],
) -> usize {
    let words = (n * SLOTS_PER_KEY).div_ceil(SLOTS_PER_WORD);
    slots.clear();
    slots.resize(words, 0);
    let slots = &mut slots[..];
    let n_slots = (words * SLOTS_PER_WORD) as u64;
    // The two bits of a slot are neighbours, and come with one look: the word, and where its *seen
    // once* is.
    let slot = move |keyed: u64| {
        let slot = ((u64::from(spread((keyed >> 32) as u32)) * n_slots) >> 32) as usize;
        (slot / SLOTS_PER_WORD, 2 * (slot % SLOTS_PER_WORD))
    };
    // Loops and no `for_each`, whose closures would keep what they count in memory.
    for keyed in keyed.clone() {
        let (word, once) = slot(keyed);
        slots[word] |= ((slots[word] >> once & 1) << 1 | 1) << once;
    }
    // Written without a branch: which of them pass cannot be foreseen.
    let mut passed = 0;
    for keyed in keyed {
        let (word, once) = slot(keyed);
        kept[passed].set(keyed);
        passed += (slots[word] >> once) as usize >> 1 & 1;
    }
    passed
}

/// Calls `each` for the pairs of a run of so many members.
fn for_pairs(run: usize, mut each: impl FnMut(usize, usize)) {
    if run <= RUN_MAX {
        (0..run).for_each(|a| (a + 1..run).for_each(|b| each(a, b)));
    } else {
        (1..run).for_each(|b| each(0, b));
        (2..run).for_each(|b| each(b - 1, b));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs_of(keys: &[u32]) -> (Vec<Pair>, u64) {
        let numbers: Vec<u32> = (0..keys.len() as u32).collect();
        let digests = vec![Digest::default(); keys.len()];
        let found = candidates(keys, &numbers, &digests, 1, &mut Room::default());
        assert_eq!(found.tested, found.pairs.len() as u64);
        (found.pairs, found.stars)
    }

    /// The sorted pairs of sequences that come in the opposite order.
    fn backwards(keys: &[u32]) -> Vec<Pair> {
        let keys: Vec<u32> = keys.iter().copied().rev().collect();
        let numbers: Vec<u32> = (0..keys.len() as u32).rev().collect();
        let room = &mut Room { parted: vec![7; 90], ..Room::default() };
        let digests = vec![Digest::default(); keys.len()];
        let mut pairs = candidates(&keys, &numbers, &digests, 1, room).pairs;
        pairs.sort_unstable();
        pairs
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
        let (mut pairs, stars) = pairs_of(&[5; 500]);
        assert_eq!((pairs.len(), stars), (499 + 498, 1));
        assert!((1..500).all(|b| pairs.contains(&(0, b))));
        pairs.sort_unstable();
        assert_eq!(pairs, backwards(&[5; 500]));
        let (pairs, stars) = pairs_of(&[5; RUN_MAX]);
        assert_eq!((pairs.len(), stars), (RUN_MAX * (RUN_MAX - 1) / 2, 0));
    }

    #[test]
    fn a_pair_that_fails_the_test_is_counted_and_not_kept() {
        let digests = [[0; 3], [u64::MAX; 3], [0; 3], [0; 3]];
        let keys = [7, 7, 7, 8];
        let found = candidates(&keys, &[5, 4, 3, 2], &digests, 1, &mut Room::default());
        assert_eq!((found.pairs, found.tested), (vec![(3, 5)], 3));
    }

    proptest! {
        #[test]
        fn company_is_found_in_any_number_of_parts(
            keys in prop::collection::vec(0_u32..80, 0..100),
            parts_log in 0_u32..5,
        ) {
            let keys: Vec<u32> = keys.iter().map(|k| k.wrapping_mul(0x9e37_79b1)).collect();
            let room = &mut Room { company: vec![7; 90], slots: vec![7; 90], ..Room::default() };
            let numbered = keys.iter().copied().zip(0..);
            let found = in_parts(numbered, keys.len(), 1_usize << parts_log, room).to_vec();
            prop_assert!(found.is_sorted());
            for (number, key) in (0..).zip(&keys) {
                let is_alone = keys.iter().filter(|other| *other == key).count() == 1;
                let joined = u64::from(*key) << 32 | number;
                prop_assert!(is_alone || found.binary_search(&joined).is_ok());
            }
            prop_assert!(found.iter().all(|&f| keys[f as u32 as usize] == (f >> 32) as u32));
        }

        #[test]
        fn runs_up_to_the_cap_yield_all_pairs_in_any_order(
            keys in prop::collection::vec(0_u32..40, 0..60),
        ) {
            let keys: Vec<u32> = keys.iter().map(|k| k.wrapping_mul(0x9e37_79b1)).collect();
            let (mut pairs, _) = pairs_of(&keys);
            pairs.sort_unstable();
            prop_assert_eq!(&pairs, &backwards(&keys));
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

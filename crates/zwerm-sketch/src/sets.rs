//! Sets of one group, to be compared with each other many times.
//!
//! # What it computes
//!
//! The Jaccard similarity of any two of them. Sets that are worth comparing share most of what they
//! hold, so a group holds few different elements: they are numbered, each set becomes a row of
//! bits, and what two of them share is a count of the bits that both rows have. A group of too many
//! different elements keeps sorted lists, which are merged ([`jaccard`]). Both give the same bits.
//!
//! # Requirements
//!
//! Elements that are hashes already: every bit looks random.
//!
//! # Memory
//!
//! 4 bytes per element of each list while they are numbered. Rows of up to [`WORDS_MAX`] words, all
//! of them together in [`ROWS_WORDS_MAX`]; else 4 bytes per element.
//!
//! # Cost
//!
//! One look into a hash table per element, or a sort of each list; a comparison takes a vector
//! instruction or two per word, where a merge of two lists of a hundred elements takes two hundred
//! steps.
//!
//! # Source
//!
//! As [`jaccard`].

use hashbrown::HashTable;

use crate::jaccard;

/// The longest rows, in words of 64 elements: a count then has as many steps as a merge of two
/// texts of some hundred shingles.
const WORDS_MAX: usize = 512;

/// The most words of all rows of a group together: 32 MiB.
const ROWS_WORDS_MAX: usize = 1 << 22;

/// Spreads an element over the bits that the table reads.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// See the [module documentation](self).
#[derive(Debug, Default)]
pub struct Sets {
    /// How many elements each set has.
    sizes: Vec<u32>,
    held: Held,
}

#[derive(Debug)]
enum Held {
    /// A row of `words` words per set.
    Rows { words: usize, bits: Vec<u64> },
    /// Sorted lists without repetition, one after another, and where each ends.
    Lists { elements: Vec<u32>, ends: Vec<usize> },
}

impl Default for Held {
    fn default() -> Self {
        Held::Lists { elements: Vec::new(), ends: Vec::new() }
    }
}

impl Sets {
    /// The sets of some lists, which lie one after another; `ends` says where each ends. A list may
    /// hold an element several times.
    #[must_use]
    pub fn of(elements: Vec<u32>, ends: &[usize]) -> Self {
        let words_max = WORDS_MAX.min(ROWS_WORDS_MAX / ends.len().max(1));
        match numbered(&elements, words_max * 64) {
            Some((numbers, count)) => rows(&numbers, ends, count.div_ceil(64)),
            None => lists(elements, ends),
        }
    }

    /// The similarity of two sets if it is at least `min`.
    #[must_use]
    #[inline]
    pub fn reaching(&self, a: usize, b: usize, min: f32) -> Option<f32> {
        match &self.held {
            Held::Rows { words, bits } => {
                let row = |set: usize| &bits[set * words..(set + 1) * words];
                let total = self.sizes[a] as usize + self.sizes[b] as usize;
                jaccard::of_shared(common(row(a), row(b)) as usize, total, min)
            }
            Held::Lists { elements, ends } => {
                let list = |set: usize| &elements[ends[set] - self.sizes[set] as usize..ends[set]];
                jaccard::reaching(list(a), list(b), min)
            }
        }
    }
}

/// A number for each element, in the order in which they first appear, and how many numbers there
/// are; none if there are more than `most`.
fn numbered(elements: &[u32], most: usize) -> Option<(Vec<u32>, usize)> {
    let hash = |element: u32| u64::from(element).wrapping_mul(SPREAD);
    let mut known: HashTable<(u32, u32)> = HashTable::new();
    let mut numbers = Vec::with_capacity(elements.len());
    for &element in elements {
        let count = known.len();
        if count > most {
            return None;
        }
        let entry = known.entry(hash(element), |e| e.0 == element, |e| hash(e.0));
        numbers.push(entry.or_insert((element, count as u32)).get().1);
    }
    (known.len() <= most).then_some((numbers, known.len()))
}

fn rows(numbers: &[u32], ends: &[usize], words: usize) -> Sets {
    let mut bits = vec![0; ends.len() * words];
    let mut sizes = Vec::with_capacity(ends.len());
    let mut start = 0;
    for (set, &end) in ends.iter().enumerate() {
        let row = &mut bits[set * words..(set + 1) * words];
        for &number in &numbers[start..end] {
            row[number as usize / 64] |= 1_u64 << (number % 64);
        }
        sizes.push(common(row, row));
        start = end;
    }
    Sets { sizes, held: Held::Rows { words, bits } }
}

fn lists(mut elements: Vec<u32>, ends: &[usize]) -> Sets {
    let (mut sizes, mut sorted_ends) = (Vec::new(), Vec::with_capacity(ends.len()));
    let (mut start, mut kept) = (0, 0);
    for &end in ends {
        elements[start..end].sort_unstable();
        let first = kept;
        for place in start..end {
            if place == start || elements[place] != elements[place - 1] {
                elements[kept] = elements[place];
                kept += 1;
            }
        }
        sizes.push((kept - first) as u32);
        sorted_ends.push(kept);
        start = end;
    }
    Sets { sizes, held: Held::Lists { elements, ends: sorted_ends } }
}

/// How many bits two rows have in common.
#[multiversion::multiversion(targets("x86_64+avx2+popcnt"))]
fn common(a: &[u64], b: &[u64]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a & b).count_ones()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Checks all pairs of some lists in both ways against the merge of sorted lists.
    fn check(given: &[Vec<u32>], min: f32) {
        let elements = given.concat();
        let ends: Vec<usize> = given
            .iter()
            .scan(0, |end, list| {
                *end += list.len();
                Some(*end)
            })
            .collect();
        let sorted = |list: &Vec<u32>| {
            let mut list = list.clone();
            list.sort_unstable();
            list.dedup();
            list
        };
        let by_lists = lists(elements.clone(), &ends);
        let by_rows = Sets::of(elements, &ends);
        assert!(matches!(by_rows.held, Held::Rows { .. }));
        for (a, of_a) in given.iter().map(sorted).enumerate() {
            for (b, of_b) in given.iter().map(sorted).enumerate() {
                let expected = jaccard::reaching(&of_a, &of_b, min);
                assert_eq!(by_rows.reaching(a, b, min), expected);
                assert_eq!(by_lists.reaching(a, b, min), expected);
            }
        }
    }

    #[test]
    fn empty_sets_are_equal() {
        check(&[vec![], vec![], vec![7]], 0.5);
        check(&[], 0.5);
    }

    #[test]
    fn a_group_of_too_many_elements_keeps_lists() {
        let most = WORDS_MAX as u32 * 64;
        let held = |count: u32| Sets::of((0..count).collect(), &[count as usize]).held;
        assert!(matches!(held(most), Held::Rows { words: WORDS_MAX, .. }));
        assert!(matches!(held(most + 1), Held::Lists { .. }));
    }

    proptest! {
        #[test]
        fn rows_and_lists_say_the_same(
            given in prop::collection::vec(prop::collection::vec(0_u32..300, 0..150), 1..8),
            min in 0.0_f32..1.0,
        ) {
            check(&given, min);
        }
    }
}

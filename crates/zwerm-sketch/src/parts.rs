//! Numbers by their first bits.
//!
//! # What it computes
//!
//! Numbers put into parts that agree in their first bits, and sorted by way of such parts: hashes
//! are spread evenly over them, and a small part is sorted in a near cache and in few steps.
//!
//! # Requirements
//!
//! None; only numbers that start with a hash are sorted faster than by `sort_unstable`.
//!
//! # Memory
//!
//! As much as the numbers, which the caller keeps, and 8 bytes per part.
//!
//! # Cost
//!
//! `O(n)` for parts; `O(n log n)` for sorting, of which all but a few steps fall away for hashes.
//!
//! # Source
//!
//! Knuth, *The Art of Computer Programming*, volume 3, section 5.2.5.

/// About so many numbers are left to a part when they are sorted.
const OF_PART: usize = 32;

/// More parts than these would be written to by turns in too many places.
const BITS_MAX: u32 = 12;

/// Puts numbers side by side that agree in `bits` bits after the first `known`, in ascending order
/// of these and otherwise as they come. Returns where each of the parts ends.
pub fn part(
    numbers: impl Iterator<Item = u64> + Clone,
    known: u32,
    bits: u32,
    parted: &mut Vec<u64>,
) -> Vec<usize> {
    let part_of =
        |number: u64| (number << known).checked_shr(u64::BITS - bits).unwrap_or(0) as usize;
    let mut next = vec![0; 1 << bits];
    numbers.clone().for_each(|number| next[part_of(number)] += 1);
    let mut all = 0;
    for place in &mut next {
        all += std::mem::replace(place, all);
    }
    parted.resize(all, 0);
    for number in numbers {
        let place = &mut next[part_of(number)];
        parted[*place] = number;
        *place += 1;
    }
    next
}

/// How many bits tell the parts apart by which so many numbers are sorted.
#[must_use]
pub fn bits_for(n: usize) -> u32 {
    (n / OF_PART).max(1).ilog2().min(BITS_MAX)
}

/// Sorts numbers that agree in the first `known` bits; `parted` is room.
pub fn sort(numbers: &mut [u64], known: u32, parted: &mut Vec<u64>) {
    let ends = part(numbers.iter().copied(), known, bits_for(numbers.len()), parted);
    let mut start = 0;
    for end in ends {
        parted[start..end].sort_unstable();
        start = end;
    }
    numbers.copy_from_slice(parted);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix64;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_sorted(
            n in 0_u64..3_000,
            mask in prop::sample::select(vec![0, 7, u64::MAX]),
            known in 0_u32..9,
        ) {
            let numbers: Vec<u64> = (0..n).map(|number| (mix64(number) & mask) >> known).collect();
            let (mut sorted, mut expected) = (numbers.clone(), numbers);
            sort(&mut sorted, known, &mut vec![1; 9]);
            expected.sort_unstable();
            prop_assert_eq!(sorted, expected);
        }
    }
}

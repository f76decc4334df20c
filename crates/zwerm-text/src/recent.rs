//! Pairs that came by not long ago: most pairs agree in several bands, and to meet one here costs
//! less than to keep it and sort it out later.
//!
//! # What it computes
//!
//! Whether a pair is known to have come by: each has one slot, which holds the last pair that had
//! it. A pair that was pushed out counts as new again.
//!
//! # Requirements
//!
//! The two numbers of a pair differ.
//!
//! # Memory
//!
//! 512 KiB.
//!
//! # Cost
//!
//! A multiplication and a look per pair.
//!
//! # Source
//!
//! A direct-mapped cache; the multiplier is Knuth, *The Art of Computer Programming*, volume 3,
//! section 6.4.

use zwerm_sketch::bands::Pair;

/// Slots, as a power of two.
const BITS: u32 = 16;

/// Spreads pairs over the slots.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// See the [module documentation](self).
pub(crate) struct Recent(Vec<u64>);

impl Default for Recent {
    fn default() -> Self {
        // No pair is of one number.
        Recent(vec![joined((0, 0)); 1 << BITS])
    }
}

impl Recent {
    /// Whether a pair did not come by, as far as is known.
    pub(crate) fn is_new(&mut self, pair: Pair) -> bool {
        let joined = joined(pair);
        let slot = (joined.wrapping_mul(SPREAD) >> (u64::BITS - BITS)) as usize;
        std::mem::replace(&mut self.0[slot], joined) != joined
    }
}

/// Both numbers of a pair as one, which sorts as the pair does.
pub(crate) fn joined((a, b): Pair) -> u64 {
    u64::from(a) << 32 | u64::from(b)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_pair_is_lost_and_most_come_by_once() {
        let mut recent = Recent::default();
        let once = || (0..300_u32).flat_map(|a| (a + 1..=300).map(move |b| (a, b)));
        let all = || (0..3).flat_map(|_| once());
        let pairs = once().count();
        let kept: Vec<Pair> = all().filter(|&pair| recent.is_new(pair)).collect();
        let distinct: BTreeSet<Pair> = kept.iter().copied().collect();
        assert_eq!(distinct, once().collect());
        assert!(kept.len() < 2 * pairs, "{pairs} pairs, {} kept", kept.len());
    }
}

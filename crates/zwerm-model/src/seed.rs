//! Seeds that depend on what is computed, never on who computes it.

/// The seed of a run, of one of its stages, or of one unit of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// A seed for one unit of work of one stage.
    ///
    /// It depends on what is computed, never on which thread computes it, so a run gives the same
    /// bytes on one core and on sixty-four.
    #[must_use]
    #[inline]
    pub fn for_unit(self, stage: u64, unit: u64) -> Seed {
        Seed(mix(mix(self.0 ^ stage.wrapping_mul(0x9e37_79b9_7f4a_7c15)) ^ unit))
    }

    /// The next value of the sequence that starts at this seed (SplitMix64, Steele et al. 2014,
    /// <https://doi.org/10.1145/2714064.2660195>).
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A whole number below `bound`, by multiplication (the bias is below `bound` / 2⁶⁴).
    ///
    /// # Panics
    ///
    /// If `bound` is zero.
    #[inline]
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "no number is below zero");
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// A number in [0, 1) with 53 bits.
    pub fn unit_f64(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The finaliser of SplitMix64: every input bit reaches every output bit.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        let mut seed = Seed(1_234_567);
        assert_eq!(seed.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(seed.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn units_do_not_share_a_sequence() {
        let seed = Seed(1);
        assert_ne!(seed.for_unit(0, 1), seed.for_unit(1, 0));
        assert_ne!(seed.for_unit(2, 3), seed.for_unit(3, 2));
    }
}

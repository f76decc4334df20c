//! Small integer mixers: constants and finalisers that the kernels share.

/// The finaliser of SplitMix64 (Steele et al. 2014, <https://doi.org/10.1145/2714064.2660195>).
#[must_use]
pub const fn mix64(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A bijection of `u32` after which every input bit reaches every output bit (`lowbias32`, found by
/// search: Wellons 2018, <https://nullprogram.com/blog/2018/07/31/>).
#[inline]
#[must_use]
pub const fn mix32(mut x: u32) -> u32 {
    x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_inputs_differ_in_half_of_their_bits() {
        let flips: u32 = (0..10_000).map(|x| (mix32(x) ^ mix32(x + 1)).count_ones()).sum();
        let mean = f64::from(flips) / 10_000.0;
        assert!((15.5..16.5).contains(&mean), "{mean}");
    }

    #[test]
    fn the_mixer_is_the_published_one() {
        // First output of SplitMix64 with seed 0.
        assert_eq!(mix64(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf);
    }
}

//! MinHash sketches and their band keys.
//!
//! # What it computes
//!
//! [`HASHES`] minima of the shingles under as many permutations. Two sets agree in one minimum with
//! a probability that equals their Jaccard similarity; a *band* of [`ROWS`] minima agrees with its
//! third power, and a pair is a candidate when any of [`BANDS`] bands agrees.
//!
//! # Why sixteen bits
//!
//! The lanes are `i16`, with a wrapping multiply-add and a signed minimum: these three exist as
//! vector instructions on *every* x86-64 (SSE2) and ARM64, where a 32-bit multiply or minimum needs
//! AVX2 or SSE4.1 and would fall back to a dozen instructions in a portable build. Each row of a
//! band reads its own sixteen bits of the shingle, so a band as a whole looks at more than 32 bits.
//! Two unrelated sets of 100 shingles agree in one minimum with probability 0.0008 (in a band:
//! 4·10⁻¹⁰), which only costs a verification.
//!
//! # Requirements
//!
//! Shingles that are hashes already: every bit looks random.
//!
//! # Memory
//!
//! 96 bytes per sketch while it is made; 64 bytes of band keys and 24 of digest to keep.
//!
//! # Cost
//!
//! `O(n)` for `n` shingles: 18 vector instructions per shingle with 128-bit vectors.
//!
//! # The recall curve
//!
//! Chance that a pair of a given similarity becomes a candidate, 1 − (1 − J^rows)^bands; in the
//! last row what these 16-bit lanes really find (20,000 pairs of random sets of about 100 shingles
//! each; `cargo test -p zwerm-sketch recall -- --nocapture` prints it):
//!
//! | bands × rows | J = 0.3 | 0.4 | 0.5 | 0.6 | 0.7 | 0.8 | 0.9 |
//! |---|---|---|---|---|---|---|---|
//! | 8 × 4 | 0.06 | 0.19 | 0.40 | 0.67 | 0.89 | 0.99 | 1.00 |
//! | 16 × 4 | 0.12 | 0.34 | 0.64 | 0.89 | 0.99 | 1.00 | 1.00 |
//! | 16 × 3 | 0.35 | 0.65 | 0.88 | 0.98 | 1.00 | 1.00 | 1.00 |
//! | **16 × 3, measured** | 0.36 | 0.65 | 0.88 | 0.98 | 1.00 | 1.00 | 1.00 |
//!
//! 16 × 3 is the default because verification is cheap beside a missed pair at the bound of 0.6.
//!
//! # Source
//!
//! Broder (1997), <https://doi.org/10.1109/SEQUEN.1997.666900>; linear permutations: Bohman, Cooper
//! and Frieze (2000), <https://doi.org/10.37236/1504>; bands: Leskovec, Rajaraman and Ullman,
//! *Mining of Massive Datasets*, chapter 3.

use crate::hash::{mix32, mix64};

/// Bands of a sketch: any of them may bring a pair together.
pub const BANDS: usize = 16;

/// Minima of a band: all of them must agree.
pub const ROWS: usize = 3;

/// Minima of a sketch.
pub const HASHES: usize = BANDS * ROWS;

/// The key of a sequence that takes no part; no sketch has it.
pub const NO_KEY: u32 = 0;

/// The minima of one set, row by row.
pub type Sketch = [[i16; BANDS]; ROWS];

/// Spreads a shingle over the bits that the third row reads, and a minimum over a key.
const SPREAD: u32 = 0x9e37_79b1;

/// Shingles that are taken apart at a time.
const VIEWED: usize = 64;

/// Shingles between two looks at whether there are more.
const TOGETHER: usize = 4;

const FACTOR: Sketch = constants(1, true);
const OFFSET: Sketch = constants(2, false);

/// Pseudo-random constants of the permutations `x → factor · x + offset`; odd factors are
/// bijections.
const fn constants(stream: u64, odd: bool) -> Sketch {
    let mut lanes = [[0; BANDS]; ROWS];
    let mut row = 0;
    while row < ROWS {
        let mut band = 0;
        while band < BANDS {
            let value = mix64(mix64(stream) ^ ((row * BANDS + band) as u64)) as i16;
            lanes[row][band] = if odd { value | 1 } else { value };
            band += 1;
        }
        row += 1;
    }
    lanes
}

/// The minima of a set of shingles; repetition changes nothing.
#[must_use]
#[multiversion::multiversion(targets("x86_64+avx2"))]
pub fn sketch(shingles: &[u32]) -> Sketch {
    let mut minima = [[i16::MAX; BANDS]; ROWS];
    // What each row reads of some shingles: taken apart for several at once, and then at hand in
    // memory, from where a vector is filled with one of them by one instruction. Twice, since
    // filling it with 32 bits is cheaper than with 16.
    let mut views = [[[0; 2]; VIEWED]; ROWS];
    for some in shingles.chunks(VIEWED) {
        // Repetition changes nothing: one of them fills up what is looked at together.
        let mut filled_up = [some[0]; VIEWED];
        let whole = some.first_chunk().unwrap_or_else(|| {
            filled_up[..some.len()].copy_from_slice(some);
            &filled_up
        });
        for (place, &shingle) in whole.iter().enumerate() {
            views[0][place] = [shingle as i16; 2];
            views[1][place] = [(shingle >> 16) as i16; 2];
            views[2][place] = [(shingle.wrapping_mul(SPREAD) >> 16) as i16; 2];
        }
        let filled = some.len().next_multiple_of(TOGETHER).min(VIEWED);
        for start in (0..filled).step_by(TOGETHER) {
            for place in start..start + TOGETHER {
                for (row, view) in views.iter().enumerate() {
                    let seen: [i16; BANDS] = core::array::from_fn(|band| view[place][band % 2]);
                    for band in 0..BANDS {
                        let value = seen[band]
                            .wrapping_mul(FACTOR[row][band])
                            .wrapping_add(OFFSET[row][band]);
                        minima[row][band] = minima[row][band].min(value);
                    }
                }
            }
        }
    }
    minima
}

/// One key per band: equal where all minima of the band are equal.
///
/// Keys have 32 bits: among a million sketches about a hundred unequal bands share one, which costs
/// as many verifications.
#[must_use]
#[multiversion::multiversion(targets("x86_64+avx2"))]
pub fn keys(sketch: &Sketch) -> [u32; BANDS] {
    core::array::from_fn(|band| {
        let [first, second, third] = sketch.map(|row| u32::from(row[band] as u16));
        let key = mix32((first << 16 | second) ^ third.wrapping_mul(SPREAD));
        if key == NO_KEY { 1 } else { key }
    })
}

/// Four bits of every minimum: enough to tell most strangers from near-duplicates.
pub type Digest = [u64; HASHES / 16];

/// The digest of a sketch.
#[must_use]
pub fn digest(sketch: &Sketch) -> Digest {
    // The rows have 16 lanes and a word has room for 16 times four bits: four lanes at a time.
    sketch.map(|row| {
        let (fours, _) = row.as_chunks::<4>();
        fours.iter().fold(0, |word, four| {
            let lanes =
                four.iter().rev().fold(0, |lanes, &lane| lanes << 16 | u64::from(lane as u16));
            word << 4 | lanes & 0x000f_000f_000f_000f
        })
    })
}

/// How many minima agree in two digests, up to [`HASHES`].
#[must_use]
#[inline]
pub fn agreement(a: &Digest, b: &Digest) -> u32 {
    let differing = |word: usize| {
        let bits = a[word] ^ b[word];
        let halves = bits | bits >> 1;
        (halves | halves >> 2) & 0x1111_1111_1111_1111
    };
    // Four bits count up to three words; a multiplication adds the bytes up.
    let counts = differing(0) + differing(1) + differing(2);
    let bytes = (counts & 0x0f0f_0f0f_0f0f_0f0f) + (counts >> 4 & 0x0f0f_0f0f_0f0f_0f0f);
    HASHES as u32 - (bytes.wrapping_mul(0x0101_0101_0101_0101) >> 56) as u32
}

/// The agreement that all but one in a thousand pairs with similarity `jaccard` have.
///
/// A minimum agrees with probability p = J + (1 − J) / 16; this is the mean of 48 of those, less
/// 3.1 standard deviations: 19 for J = 0.6, where pairs at 0.3 have 16.5 on average and those at
/// 0.2 have 12.
#[must_use]
pub fn agreement_min(jaccard: f32) -> u32 {
    let p = f64::from(jaccard) + (1.0 - f64::from(jaccard)) / 16.0;
    let n = HASHES as f64;
    (n * p - 3.1 * (n * p * (1.0 - p)).sqrt()).max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pair of sets with `shared` common elements out of `union`.
    fn pair(seed: u32, shared: u32, union: u32) -> (Vec<u32>, Vec<u32>) {
        let element = |i: u32| mix32(mix32(seed) ^ i);
        let single = union - shared;
        let a = (0..shared + single / 2).map(element).collect();
        let b = (0..shared).chain(shared + single / 2..union).map(element).collect();
        (a, b)
    }

    fn recall(shared: u32, union: u32, pairs: u32) -> f64 {
        let found = (0..pairs).filter(|&seed| {
            let (a, b) = pair(seed, shared, union);
            let (a, b) = (keys(&sketch(&a)), keys(&sketch(&b)));
            a.iter().zip(&b).any(|(x, y)| x == y)
        });
        found.count() as f64 / f64::from(pairs)
    }

    #[test]
    fn recall_follows_the_curve_of_the_bands() {
        for tenths in 3..=9 {
            let union = 150;
            let similarity = f64::from(tenths) / 10.0;
            let theory = 1.0 - (1.0 - similarity.powi(ROWS as i32)).powi(BANDS as i32);
            let measured = recall(union * tenths / 10, union, 20_000);
            println!("J = {similarity}: theory {theory:.3}, measured {measured:.3}");
            assert!((measured - theory).abs() < 0.02, "J = {similarity}: {measured} {theory}");
        }
    }

    #[test]
    fn small_sets_follow_the_curve_too() {
        let theory = 1.0 - (1.0 - 0.6_f64.powi(ROWS as i32)).powi(BANDS as i32);
        let measured = recall(12, 20, 20_000);
        assert!((measured - theory).abs() < 0.03, "{measured} {theory}");
    }

    #[test]
    fn unrelated_sets_meet_almost_never() {
        assert!(recall(0, 200, 20_000) < 0.001);
    }

    #[test]
    fn digests_pass_those_at_the_bound_and_stop_most_strangers() {
        let passing = |shared| {
            let near = (0..5_000).filter(|&seed| {
                let (a, b) = pair(seed, shared, 150);
                agreement(&digest(&sketch(&a)), &digest(&sketch(&b))) >= agreement_min(0.6)
            });
            near.count() as f64 / 5_000.0
        };
        assert!(passing(90) > 0.998, "{}", passing(90));
        assert!(passing(30) < 0.03, "{}", passing(30));
        assert_eq!(agreement(&[1, 2, 3], &[1, 2, 3]), HASHES as u32);
        assert_eq!(agreement(&[0, 0, 0], &[u64::MAX; 3]), 0);
    }

    #[test]
    fn repetition_and_order_change_nothing() {
        assert_eq!(sketch(&[5, 9, 5, 7]), sketch(&[7, 5, 9]));
        assert!(!keys(&sketch(&[1])).contains(&NO_KEY));
    }
}

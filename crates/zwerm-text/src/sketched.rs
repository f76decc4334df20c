//! Sketching: every text is normalised, hashed and sketched once.
//!
//! # What it computes
//!
//! The hash of each text, and a sketch of each that no text of its partition has before it. Copies
//! across partitions are sketched again, which is cheaper than a second pass over all texts in the
//! order of their hashes.
//!
//! # Requirements
//!
//! None: any texts will do, in any partitions.
//!
//! # Memory
//!
//! 24 bytes per text; 64 bytes of keys and 24 of digest per sketch; what is kept of each beside.
//!
//! # Cost
//!
//! One normalisation and hash per text, and a sketch per distinct one.
//!
//! # Source
//!
//! XXH3, <https://xxhash.com>: among 10⁹ texts the chance of one collision is below 10⁻²⁰.

use zwerm_model::hash::{FixedState, Set, hash_id, hash128};
use zwerm_model::{EvasionMarks, NONE};
use zwerm_sketch::minhash::{self, BANDS, Digest, NO_KEY};
use zwerm_sketch::shingle;

use crate::{TextConfig, codes, evasion, normalise};

/// Bytes for which there is room before texts are kept: as many as most have, since what does not
/// suffice is copied.
const ROOM_PER_TEXT: usize = 256;

/// The two halves of a 128-bit hash.
pub(crate) type Hash = (u64, u64);

/// The hash of a normalised text, a post that has it, and that post's sketch, if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Keyed {
    pub(crate) hash: Hash,
    pub(crate) row: u32,
    /// [`NONE`] if a text before it is the same.
    pub(crate) sketch: u32,
}

/// What one partition of texts yields.
#[derive(Debug, Default)]
pub struct Sketched {
    pub(crate) keyed: Vec<Keyed>,
    pub(crate) digests: Vec<Digest>,
    /// How many texts say nothing.
    pub(crate) empty: u64,
    /// The keys of the first band, then those of the second, …: one per sketch in each.
    pub keys: Vec<u32>,
    /// What [`codes_of`](crate::codes_of) reads of the text of each sketch, end to end, if texts
    /// are kept.
    pub texts: Vec<u8>,
    /// The bytes of each of them.
    pub text_bytes: Vec<u32>,
    /// The evasion marks of each text, if they are kept.
    pub evasion: Vec<EvasionMarks>,
}

/// What is kept of each text beside its hash and its sketch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// [`Sketched::texts`].
    Texts,
    /// [`Sketched::evasion`].
    Evasion,
}

impl Sketched {
    /// How many sketches there are: equal texts of a partition share one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.digests.len()
    }

    /// Whether there is no sketch.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }
}

/// Normalises, hashes and sketches texts, each with the number of its post; an empty text takes no
/// part. Pure: the kernel of one partition.
pub fn sketch_all<'a>(
    texts: impl Iterator<Item = (u32, &'a str)>,
    config: &TextConfig,
    keep: Keep,
) -> Sketched {
    let n = texts.size_hint().0;
    let mut out = Sketched { keyed: Vec::with_capacity(n), ..Sketched::default() };
    out.digests.reserve(n);
    match keep {
        Keep::Texts => out.texts.reserve(n * ROOM_PER_TEXT),
        Keep::Evasion => out.evasion.reserve(n),
    }
    let mut seen = Set::with_capacity_and_hasher(n, FixedState);
    let mut keys: Vec<[u32; BANDS]> = Vec::with_capacity(n);
    let (mut codes, mut shingles) = (Vec::new(), Vec::new());
    for (row, raw) in texts {
        let met = normalise::into_codes(raw, &mut codes);
        if keep == Keep::Evasion {
            out.evasion.push(evasion::found(raw, met));
        }
        if raw.is_empty() {
            continue;
        }
        if codes.is_empty() {
            out.empty += 1;
            continue;
        }
        // Packed where it may be kept: the hash reads it there.
        let start = out.texts.len();
        let hash = hash(&codes, &mut out.texts);
        let (is_new, mut number) = (seen.insert(hash), NONE);
        if is_new {
            number = keys.len() as u32;
            let (of_text, digest) = sketch(&codes, config.chars_min, &mut shingles);
            keys.push(of_text);
            out.digests.push(digest);
        }
        if is_new && keep == Keep::Texts {
            out.text_bytes.push((out.texts.len() - start) as u32);
        } else {
            out.texts.truncate(start);
        }
        out.keyed.push(Keyed { hash, row, sketch: number });
    }
    out.keys = by_band(&keys);
    out
}

/// The band keys and the digest of a text; no keys if it is too short.
fn sketch(codes: &[u32], chars_min: usize, shingles: &mut Vec<u32>) -> ([u32; BANDS], Digest) {
    if codes.len() < chars_min {
        return ([NO_KEY; BANDS], Digest::default());
    }
    shingles.clear();
    shingle::push(codes, shingles);
    let sketch = minhash::sketch(shingles);
    (minhash::keys(&sketch), minhash::digest(&sketch))
}

/// The keys of a partition, band by band.
fn by_band(keys: &[[u32; BANDS]]) -> Vec<u32> {
    /// Texts whose keys stay in the nearest cache while their bands are told apart.
    const SOME: usize = 64;
    let mut of_bands = vec![0; keys.len() * BANDS];
    for (number, some) in keys.chunks(SOME).enumerate() {
        for (band, of_band) in of_bands.chunks_exact_mut(keys.len()).enumerate() {
            let places = of_band[number * SOME..].iter_mut();
            places.zip(some).for_each(|(place, of_text)| *place = of_text[band]);
        }
    }
    of_bands
}

/// The hash behind the text's id, of what [`codes::pack`] appends to `texts`.
///
/// An ASCII text gets the id that `zwerm_model::hash::content_id` would give it.
fn hash(codes: &[u32], texts: &mut Vec<u8>) -> Hash {
    let start = texts.len();
    codes::pack(codes, texts);
    let hash = hash128(&texts[start..]);
    ((hash >> 64) as u64, hash as u64)
}

/// The id that a text of some hash gives its cluster.
pub(crate) fn id((high, low): Hash) -> String {
    hash_id("t", u128::from(high) << 64 | u128::from(low))
}

#[cfg(test)]
mod tests {
    use zwerm_model::hash::content_id;

    use super::*;

    fn hash_of(codes: &[u32]) -> Hash {
        hash(codes, &mut vec![7])
    }

    #[test]
    fn the_hash_of_ascii_is_the_one_behind_content_ids() {
        let codes: Vec<u32> = "hello".chars().map(u32::from).collect();
        assert_eq!(id(hash_of(&codes)), content_id("t", ["hello"]));
    }

    #[test]
    fn texts_of_the_same_packed_bytes_differ() {
        assert_ne!(hash_of(&[0x61, 0x62]), hash_of(&[0x6261]));
        assert_ne!(hash_of(&[0x1_0061, 0x62]), hash_of(&[0x61, 1, 0x62, 0]));
    }
}

//! Reading: every post's text is normalised, hashed and sketched once, and exact copies collapse.
//!
//! # What it computes
//!
//! The distinct normalised texts, numbered by their 128-bit hashes; the posts of each, earliest
//! first; and a sketch of each. The number of a text therefore says nothing about the order of the
//! posts, and clusters in the order of these numbers are in the order of their ids.
//!
//! Copies inside one partition are sketched once. Copies across partitions are sketched again,
//! which is cheaper than a second pass over all texts in the order of their hashes.
//!
//! # Requirements
//!
//! Posts in the order of [`Posts`]: a smaller row is an earlier post.
//!
//! # Memory
//!
//! 24 bytes per post while sorting, 4 afterwards; 68 bytes per sketch and 44 per text.
//!
//! # Cost
//!
//! One normalisation, hash and sketch per post, and a sort of the hashes.
//!
//! # Source
//!
//! XXH3, <https://xxhash.com>: among 10⁹ texts the chance of one collision is below 10⁻²⁰.

use rayon::prelude::*;
use zwerm_model::hash::{Set, hash128};
use zwerm_model::{EvasionMarks, NONE, Posts, Tally};
use zwerm_sketch::minhash::{self, BANDS, Digest, NO_KEY};
use zwerm_sketch::shingle;

use crate::{TextConfig, evasion, normalise};

/// Posts per partition: enough work for a thread, little enough to spread.
const PARTITION: usize = 8_192;

/// The two halves of a 128-bit hash.
type Hash = (u64, u64);

/// The hash of a normalised text, a post that has it, and that post's sketch, if it has one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Keyed {
    hash: Hash,
    row: u32,
    sketch: u32,
}

/// What one partition of posts yields.
#[derive(Default)]
struct Partial {
    keyed: Vec<Keyed>,
    keys: Vec<[u32; BANDS]>,
    digests: Vec<Digest>,
    evasion: Vec<EvasionMarks>,
    empty: u64,
}

/// The distinct texts, the posts and the sketch of each.
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    /// The hash of each text, ascending.
    pub(crate) hash: Vec<Hash>,
    rows: Vec<u32>,
    ends: Vec<u32>,
}

/// Sketches of the distinct texts.
#[derive(Debug, Default)]
pub(crate) struct Sketches {
    /// In the order of the posts, per partition, the keys of the first band, then those of the
    /// second, …
    pub(crate) keys: Vec<Vec<u32>>,
    /// The text of each of those; [`NONE`] if an earlier one has it.
    pub(crate) text: Vec<u32>,
    /// The digest of each text.
    pub(crate) digests: Vec<Digest>,
}

impl Distinct {
    /// How many distinct texts there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The posts with a text, earliest first.
    pub(crate) fn rows(&self, text: usize) -> &[u32] {
        let start = if text == 0 { 0 } else { self.ends[text - 1] as usize };
        &self.rows[start..self.ends[text] as usize]
    }

    /// The earliest post with a text.
    pub(crate) fn first(&self, text: usize) -> u32 {
        self.rows(text)[0]
    }

    /// The id that a text gives its cluster: what `zwerm_model::hash::content_id` makes of it.
    pub(crate) fn id(&self, text: usize) -> String {
        let (high, low) = self.hash[text];
        let hash = u128::from(high) << 64 | u128::from(low);
        format!("t{:020x}", hash >> 48)
    }
}

/// The distinct texts of all posts that are no reposts, their sketches, and the evasion marks
/// of each post.
pub(crate) fn collapse(
    posts: &Posts,
    config: &TextConfig,
    tally: &mut Tally,
) -> (Distinct, Sketches, Vec<EvasionMarks>) {
    let starts: Vec<usize> = (0..posts.len()).step_by(PARTITION).collect();
    let partials: Vec<(Partial, Vec<u32>)> = starts
        .par_iter()
        .map(|&start| {
            let mut partial = partition(posts, start, posts.len().min(start + PARTITION), config);
            let keys = by_band(&core::mem::take(&mut partial.keys));
            (partial, keys)
        })
        .collect();
    let mut sketches = Sketches::default();
    let n_sketches = partials.iter().map(|(partial, _)| partial.digests.len()).sum();
    let mut digests: Vec<Digest> = Vec::with_capacity(n_sketches);
    let mut keyed = Vec::with_capacity(partials.iter().map(|(p, _)| p.keyed.len()).sum());
    let mut evasion = Vec::with_capacity(posts.len());
    for (partial, keys) in partials {
        let base = digests.len() as u32;
        let moved = |k: Keyed| Keyed { sketch: k.sketch.saturating_add(base), ..k };
        keyed.extend(partial.keyed.into_iter().map(moved));
        digests.extend(partial.digests);
        sketches.keys.push(keys);
        evasion.extend(partial.evasion);
        tally.add("text.empty", partial.empty);
    }
    keyed.par_sort_unstable();
    let distinct = distinct(&keyed);
    sketches.text = vec![NONE; digests.len()];
    sketches.digests.reserve_exact(distinct.len());
    for (text, group) in keyed.chunk_by(|a, b| a.hash == b.hash).enumerate() {
        // The earliest post is the first of its partition with this text, so it has a sketch.
        sketches.text[group[0].sketch as usize] = text as u32;
        sketches.digests.push(digests[group[0].sketch as usize]);
    }
    tally.add("text.posts", keyed.len() as u64);
    tally.add("text.distinct", distinct.len() as u64);
    (distinct, sketches, evasion)
}

/// Normalises, hashes and sketches the posts `start..end`.
fn partition(posts: &Posts, start: usize, end: usize, config: &TextConfig) -> Partial {
    let mut out = Partial::default();
    let mut seen = Set::default();
    let (mut codes, mut bytes, mut shingles) = (Vec::new(), Vec::new(), Vec::new());
    for row in start..end {
        let raw = posts.text_of(row);
        if raw.is_empty() || posts.is_repost(row) {
            out.evasion.push(EvasionMarks::NONE);
            continue;
        }
        let met = normalise::into_codes(raw, &mut codes);
        out.evasion.push(evasion::found(raw, met));
        if codes.is_empty() {
            out.empty += 1;
            continue;
        }
        let hash = hash(&codes, &mut bytes);
        let sketch = if seen.insert(hash) {
            let (keys, digest) = sketch(&codes, config.chars_min, &mut shingles);
            out.keys.push(keys);
            out.digests.push(digest);
            out.keys.len() as u32 - 1
        } else {
            NONE
        };
        out.keyed.push(Keyed { hash, row: row as u32, sketch });
    }
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
    (0..BANDS).flat_map(|band| keys.iter().map(move |of_text| of_text[band])).collect()
}

/// The hash behind the text's id: its length in bytes and its UTF-8.
fn hash(codes: &[u32], bytes: &mut Vec<u8>) -> Hash {
    bytes.clear();
    bytes.extend_from_slice(&[0; 8]);
    normalise::push_utf8(codes, bytes);
    let len = (bytes.len() - 8) as u64;
    bytes[..8].copy_from_slice(&len.to_le_bytes());
    let hash = hash128(bytes);
    ((hash >> 64) as u64, hash as u64)
}

fn distinct(keyed: &[Keyed]) -> Distinct {
    let n = keyed.chunk_by(|a, b| a.hash == b.hash).count();
    let mut out =
        Distinct { hash: Vec::with_capacity(n), ends: Vec::with_capacity(n), rows: Vec::new() };
    for group in keyed.chunk_by(|a, b| a.hash == b.hash) {
        out.hash.push(group[0].hash);
        out.ends.push(out.ends.last().copied().unwrap_or(0) + group.len() as u32);
    }
    out.rows = keyed.iter().map(|key| key.row).collect();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use zwerm_model::hash::content_id;

    #[test]
    fn the_hash_is_the_one_behind_content_ids() {
        for text in ["hello", "выборы завтра", "選挙管理委員会", "naïve"] {
            let codes: Vec<u32> = text.chars().map(u32::from).collect();
            let hash = vec![hash(&codes, &mut Vec::new())];
            let distinct = Distinct { hash, ..Distinct::default() };
            assert_eq!(distinct.id(0), content_id("t", [text]));
        }
    }
}

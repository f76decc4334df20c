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
//! When texts collapse, a smaller number is an earlier post: in the order of [`Posts`] from the
//! start, or after [`Collected::renumber`]. Partitions may come in any order.
//!
//! # Memory
//!
//! 56 bytes per post while sorting, 24 afterwards; 64 bytes of keys (the caller's to keep) and 28
//! per sketch, 4 per text.
//!
//! # Cost
//!
//! One normalisation, hash and sketch per post, and a sort of the hashes.
//!
//! # Source
//!
//! XXH3, <https://xxhash.com>: among 10⁹ texts the chance of one collision is below 10⁻²⁰.

use rayon::prelude::*;
use zwerm_model::hash::{FixedState, Set, hash128};
use zwerm_model::{EvasionMarks, NONE, Posts, Tally};
use zwerm_sketch::minhash::{self, BANDS, Digest, NO_KEY};
use zwerm_sketch::parts;
use zwerm_sketch::shingle;

use crate::{TextConfig, codes, evasion, normalise};

/// Bytes for which there is room before texts are kept: as many as most have, since what does not
/// suffice is copied.
const ROOM_PER_TEXT: usize = 256;

/// Posts per partition: enough work for a thread, little enough to spread.
pub(crate) const PARTITION: usize = 8_192;

/// The two halves of a 128-bit hash.
type Hash = (u64, u64);

/// The hash of a normalised text, a post that has it, and that post's sketch, if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Keyed {
    hash: Hash,
    row: u32,
    sketch: u32,
}

/// What one partition of texts yields.
#[derive(Debug, Default)]
pub struct Sketched {
    keyed: Vec<Keyed>,
    digests: Vec<Digest>,
    empty: u64,
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

/// The texts of all partitions together, before copies collapse.
#[derive(Debug, Default)]
pub struct Collected {
    keyed: Vec<Keyed>,
    digests: Vec<Digest>,
    empty: u64,
}

impl Collected {
    /// Adds a partition, whose sketches are numbered on from those that are here. Partitions may
    /// come in any order.
    pub fn push(&mut self, partition: &mut Sketched) {
        let base = self.digests.len() as u32;
        let moved = |k: Keyed| Keyed { sketch: k.sketch.saturating_add(base), ..k };
        self.keyed.extend(partition.keyed.drain(..).map(moved));
        self.digests.append(&mut partition.digests);
        self.empty += partition.empty;
    }

    /// The hash of each post's normalised text, of posts numbered below `posts`; zero where there
    /// is none.
    #[must_use]
    pub fn hashes(&self, posts: usize) -> Vec<(u64, u64)> {
        let mut hashes = vec![(0, 0); posts];
        for keyed in &self.keyed {
            hashes[keyed.row as usize] = keyed.hash;
        }
        hashes
    }

    /// Gives each post another number; posts whose number is [`NONE`] leave.
    pub fn renumber(&mut self, number_of: &[u32]) {
        self.keyed.par_iter_mut().for_each(|keyed| keyed.row = number_of[keyed.row as usize]);
        // The sketch of a post that leaves may serve the others of its partition that say the same.
        self.keyed.retain(|keyed| keyed.row != NONE || keyed.sketch != NONE);
    }

    /// Collapses equal texts.
    pub(crate) fn collapse(self, tally: &mut Tally) -> (Distinct, Sketches) {
        let Collected { keyed, digests, empty } = self;
        let distinct = Distinct::of(keyed);
        let mut text = vec![NONE; digests.len()];
        (0..distinct.len()).for_each(|number| {
            text[distinct.sketch(number) as usize] = number as u32;
        });
        tally.add("text.empty", empty);
        tally.add("text.posts", distinct.keyed.len() as u64);
        tally.add("text.distinct", distinct.len() as u64);
        (distinct, Sketches { text, digests })
    }
}

/// Sketches of texts, without their band keys.
#[derive(Debug, Default)]
pub(crate) struct Sketches {
    /// The text that each of them serves; [`NONE`] if another one does.
    pub(crate) text: Vec<u32>,
    /// The digest of each.
    pub(crate) digests: Vec<Digest>,
}

/// The distinct texts in the order of their hashes, and the posts of each.
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    /// The text of each post: equal ones side by side, earlier posts first. The first one of a text
    /// has its sketch.
    keyed: Vec<Keyed>,
    /// Where each text ends.
    ends: Vec<u32>,
}

impl Distinct {
    /// The texts of some posts; those of posts numbered [`NONE`] only lend their sketches.
    fn of(keyed: Vec<Keyed>) -> Self {
        let mut sorted = in_order(&keyed);
        drop(keyed);
        sorted.retain(|keyed| keyed.row != NONE);
        let mut ends = Vec::with_capacity(sorted.len());
        for (at, pair) in (1..).zip(sorted.windows(2)) {
            if pair[0].hash != pair[1].hash {
                ends.push(at);
            }
        }
        if !sorted.is_empty() {
            ends.push(sorted.len() as u32);
        }
        Distinct { keyed: sorted, ends }
    }

    /// How many distinct texts there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    fn start(&self, text: usize) -> usize {
        if text == 0 { 0 } else { self.ends[text - 1] as usize }
    }

    /// The posts with a text, earliest first.
    pub(crate) fn rows(&self, text: usize) -> impl ExactSizeIterator<Item = u32> {
        self.keyed[self.start(text)..self.ends[text] as usize].iter().map(|keyed| keyed.row)
    }

    /// The earliest post with a text.
    pub(crate) fn first(&self, text: usize) -> u32 {
        self.keyed[self.start(text)].row
    }

    /// The sketch of a text.
    pub(crate) fn sketch(&self, text: usize) -> u32 {
        self.keyed[self.start(text)].sketch
    }

    /// The id that a text gives its cluster.
    pub(crate) fn id(&self, text: usize) -> String {
        let (high, low) = self.keyed[self.start(text)].hash;
        let hash = u128::from(high) << 64 | u128::from(low);
        format!("t{:020x}", hash >> 48)
    }
}

/// Texts in the order of their hashes: equal ones side by side, earlier posts first, the first with
/// a sketch that serves them all.
fn in_order(keyed: &[Keyed]) -> Vec<Keyed> {
    // A single number sorts several times as fast as all of it, and the first half of one hash
    // tells most texts apart.
    let leading = |(place, keyed): (usize, &Keyed)| keyed.hash.0 >> 32 << 32 | place as u64;
    let mut order = Vec::new();
    let bits = parts::bits_for(keyed.len());
    parts::part(keyed.iter().enumerate().map(leading), 0, bits, &mut order);
    order.par_chunk_by_mut(|a, b| (a ^ b).leading_zeros() >= bits).for_each(<[u64]>::sort_unstable);
    let of = |&place: &u64| keyed[place as u32 as usize];
    let mut sorted: Vec<Keyed> = order.par_iter().map(of).collect();
    sorted
        .par_chunk_by_mut(|a, b| a.hash.0 >> 32 == b.hash.0 >> 32)
        .filter(|run| run.len() > 1)
        .for_each(|run| {
            run.sort_unstable();
            for equal in run.chunk_by_mut(|a, b| a.hash == b.hash) {
                // Equal texts have equal sketches: any will do.
                equal[0].sketch = equal.iter().map(|k| k.sketch).min().unwrap_or(NONE);
            }
        });
    sorted
}

/// The texts of all posts that are no reposts, the keys of their sketches per partition, and the
/// evasion marks of each post.
pub(crate) fn collect(
    posts: &Posts,
    config: &TextConfig,
) -> (Collected, Vec<Vec<u32>>, Vec<EvasionMarks>) {
    let starts: Vec<usize> = (0..posts.len()).step_by(PARTITION).collect();
    let partitions: Vec<Sketched> = starts
        .par_iter()
        .map(|&start| {
            let rows = start..posts.len().min(start + PARTITION);
            let own = |row: usize| if posts.is_repost(row) { "" } else { posts.text_of(row) };
            sketch_all(rows.map(|row| (row as u32, own(row))), config, Keep::Evasion)
        })
        .collect();
    let (mut all, mut keys) = (Collected::default(), Vec::new());
    let mut evasion = Vec::with_capacity(posts.len());
    for mut partition in partitions {
        all.push(&mut partition);
        keys.push(partition.keys);
        evasion.append(&mut partition.evasion);
    }
    (all, keys, evasion)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use zwerm_model::hash::content_id;

    use super::*;

    fn id(codes: &[u32]) -> String {
        let hash = hash(codes, &mut vec![7]);
        Distinct { keyed: vec![Keyed { hash, row: 0, sketch: 0 }], ends: vec![1] }.id(0)
    }

    proptest! {
        /// Halves that agree in their first bits, rows that left and texts that come again.
        #[test]
        fn texts_are_numbered_by_all_of_their_hashes(
            entries in prop::collection::vec((0_u64..3, 0_u64..3, 0_u64..2, any::<bool>()), 0..40),
        ) {
            let keyed: Vec<Keyed> = (0..)
                .zip(&entries)
                .map(|(number, &(high, low, other, stays))| Keyed {
                    hash: (high << 62 | low, other),
                    row: if stays { number ^ 21 } else { NONE },
                    sketch: number,
                })
                .collect();
            let found = Distinct::of(keyed.clone());
            let mut expected: BTreeMap<Hash, (Vec<u32>, u32)> = BTreeMap::new();
            for keyed in &keyed {
                let (rows, sketch) = expected.entry(keyed.hash).or_insert((Vec::new(), NONE));
                rows.extend(Some(keyed.row).filter(|&row| row != NONE));
                rows.sort_unstable();
                *sketch = keyed.sketch.min(*sketch);
            }
            expected.retain(|_, (rows, _)| !rows.is_empty());
            prop_assert_eq!(found.len(), expected.len());
            for (text, (hash, (rows, of_text))) in expected.into_iter().enumerate() {
                prop_assert_eq!(found.keyed[found.start(text)].hash, hash);
                prop_assert_eq!(found.rows(text).collect::<Vec<_>>(), rows);
                prop_assert_eq!(found.sketch(text), of_text);
            }
        }
    }

    #[test]
    fn the_hash_of_ascii_is_the_one_behind_content_ids() {
        let codes: Vec<u32> = "hello".chars().map(u32::from).collect();
        assert_eq!(id(&codes), content_id("t", ["hello"]));
    }

    #[test]
    fn texts_of_the_same_packed_bytes_differ() {
        assert_ne!(id(&[0x61, 0x62]), id(&[0x6261]));
        assert_ne!(id(&[0x1_0061, 0x62]), id(&[0x61, 1, 0x62, 0]));
    }
}

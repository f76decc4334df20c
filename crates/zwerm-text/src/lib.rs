//! Which posts say nearly the same: normalisation and near-duplicate clusters.
//!
//! ```text
//! raw text ─ normalise ─ hash, sketch ─ collapse ─ candidates ─ verify ─ split ─ clusters
//! ```
//!
//! - `normalise` takes away what edits cheaply: case, accents, links, look-alike letters, …;
//! - `sketched` hashes and sketches each text;
//! - `collapse` joins posts with equal normalised text, by 128-bit hash;
//! - `near` finds the pairs of distinct texts that share most of their shingles;
//! - `split` cuts what such pairs join into clusters around a medoid, so that nothing is joined by
//!   a chain;
//! - `evasion` tells disguise from decoration.
//!
//! Distinct texts are numbered by the hash of their content and every list is sorted by that, so
//! the result depends on which posts there are, and on neither their order in the input nor on
//! threads.
//!
//! # Memory
//!
//! At most some 200 bytes per distinct text beside the posts themselves. Normalised texts and
//! shingles are not kept: what needs them again computes them again.

mod codes;
mod collapse;
mod evasion;
mod fold;
mod leet;
mod near;
mod normalise;
mod plain;
mod recent;
mod runs;
mod sketched;
mod split;
mod table;
#[cfg(test)]
mod tests;
mod url;

use zwerm_model::{EvasionMarks, NONE, Posts, Strings, Tally, TextClusters};

use core::convert::Infallible;

use collapse::Distinct;
use near::Near;

pub use collapse::Collected;
pub use near::{Keys, Texts};
pub use sketched::{Keep, Sketched, sketch_all};
pub use zwerm_sketch::minhash::BANDS;

/// Two texts with this Jaccard similarity or more are near-duplicates.
///
/// At 0.6 a text of 100 characters survives the change of two of its words: each takes about eleven
/// of its 96 shingles, and 74 / 118 = 0.63.
pub const JACCARD_MIN: f32 = 0.6;

/// Texts of fewer code points match exactly only: short phrases resemble each other by chance.
pub const CHARS_MIN: usize = 20;

/// What counts as nearly the same.
#[derive(Clone, Debug, PartialEq)]
pub struct TextConfig {
    /// The smallest Jaccard similarity of a text to its cluster's medoid, 0 to 1 ([`JACCARD_MIN`]).
    pub jaccard_min: f32,
    /// The shortest text, in code points after normalisation, that is compared by its shingles
    /// ([`CHARS_MIN`]).
    pub chars_min: usize,
}

impl Default for TextConfig {
    fn default() -> Self {
        TextConfig { jaccard_min: JACCARD_MIN, chars_min: CHARS_MIN }
    }
}

/// A text as comparisons see it: without case, accents, links, mentions, emoji and disguises.
///
/// Normalising twice gives what normalising once gives; the result has at most three times the
/// bytes.
#[must_use]
pub fn normalise(raw: &str) -> String {
    let mut codes = Vec::new();
    normalise::into_codes(raw, &mut codes);
    codes::text_of(&codes)
}

/// Clusters the near-duplicate texts of all posts that have text and are no reposts.
///
/// Every post whose text is not empty after normalisation is in one cluster, alone if need be; its
/// similarity to the cluster's medoid is at least `jaccard_min`. Clusters are numbered by their
/// ids.
///
/// The tally gains, under `text.`: `posts` compared, `empty` after normalisation, `distinct` texts,
/// `short` ones among them, `candidates` by band, verified `pairs`, `stars` (runs too long for all
/// of their pairs), `hurried` texts (split without a search for the best medoid), `clusters` of two
/// or more posts, and posts with `evasion` marks.
#[must_use]
pub fn cluster(posts: &Posts, config: &TextConfig, tally: &mut Tally) -> TextClusters {
    let (collected, keys, evasion) = collapse::collect(posts, config);
    let kept = (PartitionKeys(keys), &PostTexts(posts));
    let Ok((distinct, near)) = find(collected, kept, config, 1, tally);
    let clusters = assemble(&distinct, &near, evasion);
    count(&clusters, tally);
    clusters
}

/// Clusters texts whose keys and normalised texts are kept elsewhere: see [`sketch_all`] and
/// [`Collected`]. Posts are numbered below `posts`, an earlier post before a later one; a text that
/// one post alone has is left out, and nothing is said about evasion.
///
/// # Errors
///
/// If a key or a text cannot be read again.
pub fn cluster_collected<T: Texts>(
    collected: Collected,
    kept: (impl Keys<Error = T::Error>, &T),
    posts: usize,
    config: &TextConfig,
    tally: &mut Tally,
) -> Result<TextClusters, T::Error> {
    let (distinct, near) = find(collected, kept, config, 2, tally)?;
    let clusters = assemble(&distinct, &near, vec![EvasionMarks::NONE; posts]);
    count(&clusters, tally);
    Ok(clusters)
}

/// Puts the codes of a text of [`Sketched::texts`] into `codes`, in place of what it held; returns
/// whether it is one.
#[must_use]
pub fn codes_of(kept: &[u8], codes: &mut Vec<u32>) -> bool {
    codes::unpack(kept, codes)
}

fn find<T: Texts>(
    collected: Collected,
    kept: (impl Keys<Error = T::Error>, &T),
    config: &TextConfig,
    posts_min: usize,
    tally: &mut Tally,
) -> Result<(Distinct, Near), T::Error> {
    let (distinct, sketches) = collected.collapse(tally);
    let near = near::find(&distinct, sketches, kept, config, posts_min, tally)?;
    Ok((distinct, near))
}

/// The keys of each partition, band after band.
struct PartitionKeys(Vec<Vec<u32>>);

impl Keys for PartitionKeys {
    type Error = Infallible;

    fn band(&self, band: usize, all: &mut Vec<u32>) -> Result<(), Infallible> {
        all.clear();
        for keys in &self.0 {
            let n = keys.len() / BANDS;
            all.extend_from_slice(&keys[band * n..(band + 1) * n]);
        }
        Ok(())
    }
}

/// The texts of posts, normalised again when they are asked for.
struct PostTexts<'a>(&'a Posts);

impl Texts for PostTexts<'_> {
    type Error = Infallible;

    fn codes(&self, _sketch: u32, post: u32, codes: &mut Vec<u32>) -> Result<(), Infallible> {
        normalise::into_codes(self.0.text_of(post as usize), codes);
        Ok(())
    }
}

fn count(clusters: &TextClusters, tally: &mut Tally) {
    tally.add("text.evasion", clusters.evasion.iter().filter(|marks| marks.any()).count() as u64);
    tally.add("text.clusters", clusters.posts.iter().filter(|&&n| n > 1).count() as u64);
}

/// Names the clusters, numbers them by that and says for each post where it belongs.
fn assemble(distinct: &Distinct, near: &Near, evasion: Vec<EvasionMarks>) -> TextClusters {
    let n_posts = evasion.len();
    let clustered = || (0..distinct.len()).filter(|&text| near.cluster[text] != NONE);
    let mut posts = vec![0_u32; near.medoids.len()];
    let mut earliest = near.medoids.clone();
    for text in clustered() {
        let cluster = near.cluster[text] as usize;
        posts[cluster] += distinct.rows(text).len() as u32;
        if distinct.first(text) < distinct.first(earliest[cluster] as usize) {
            earliest[cluster] = text as u32;
        }
    }
    let mut order: Vec<u32> = (0..near.medoids.len() as u32).collect();
    // Texts are numbered by the hashes behind their ids, so this is the order of the ids.
    order.sort_unstable_by_key(|&cluster| earliest[cluster as usize]);
    let mut number = vec![NONE; near.medoids.len()];
    let mut out = TextClusters {
        ids: Strings::new(),
        posts: order.iter().map(|&cluster| posts[cluster as usize]).collect(),
        cluster: vec![NONE; n_posts],
        similarity: vec![0.0; n_posts],
        medoid: vec![false; n_posts],
        evasion,
    };
    for (new, &old) in order.iter().enumerate() {
        number[old as usize] = new as u32;
        out.ids.push(&distinct.id(earliest[old as usize] as usize));
    }
    for text in clustered() {
        let cluster = near.cluster[text] as usize;
        for row in distinct.rows(text) {
            out.cluster[row as usize] = number[cluster];
            out.similarity[row as usize] = near.similarity[text];
            out.medoid[row as usize] = near.medoids[cluster] as usize == text;
        }
    }
    out
}

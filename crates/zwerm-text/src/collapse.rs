//! Collapsing: posts with equal normalised text become one text.
//!
//! # What it computes
//!
//! The distinct normalised texts, numbered by their 128-bit hashes; the posts of each, earliest
//! first; and a sketch of each. The number of a text therefore says nothing about the order of the
//! posts, and clusters in the order of these numbers are in the order of their ids.
//!
//! # Requirements
//!
//! When texts collapse, a smaller number is an earlier post: in the order of [`Posts`] from the
//! start, or after [`Collected::renumber`]. Partitions may come in any order.
//!
//! # Memory
//!
//! 56 bytes per post while sorting, 24 afterwards; 28 per sketch, 4 per text.
//!
//! # Cost
//!
//! A sort of the hashes.
//!
//! # Source
//!
//! As [`sketched`].

use rayon::prelude::*;
use zwerm_model::{EvasionMarks, NONE, Posts, Tally};
use zwerm_sketch::minhash::Digest;
use zwerm_sketch::parts;

use crate::TextConfig;
use crate::sketched::{self, Keep, Keyed, Sketched};

/// Posts per partition: enough work for a thread, little enough to spread.
pub(crate) const PARTITION: usize = 8_192;

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
        let is_end = |&end: &u32| match sorted.get(end as usize - 1..=end as usize) {
            Some(two) => two[0].hash != two[1].hash,
            None => true,
        };
        let ends_from = |start: usize| -> Vec<u32> {
            let end = sorted.len().min(start + PARTITION);
            (start as u32 + 1..=end as u32).filter(is_end).collect()
        };
        let starts: Vec<usize> = (0..sorted.len()).step_by(PARTITION).collect();
        let ends = starts.into_par_iter().map(ends_from).collect::<Vec<_>>().concat();
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
        sketched::id(self.keyed[self.start(text)].hash)
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
            sketched::sketch_all(rows.map(|row| (row as u32, own(row))), config, Keep::Evasion)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::sketched::Hash;

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
}

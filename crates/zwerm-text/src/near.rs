//! Near copies: which distinct texts share most of their shingles.
//!
//! # What it computes
//!
//! The pairs of distinct texts whose sketches agree in a band; of those that may be near by their
//! digests, the exact Jaccard similarity; and from the pairs that reach the bound the clusters of
//! [`split`]. Pairs are verified component by component of the *candidates*, so that a text's
//! shingles are computed about once and never all at the same time.
//!
//! # Requirements
//!
//! Distinct texts numbered by content.
//!
//! # Memory
//!
//! 8 bytes per candidate, 12 per verified pair, 9 per text, and per thread the shingles of
//! [`PAIRS`] pairs.
//!
//! # Cost
//!
//! A look at two digests per pair that agrees in a band. For each text with a candidate left,
//! normalisation, shingles and a sort of them, twice; one merge per candidate left.
//!
//! # Source
//!
//! As [`zwerm_sketch::minhash`] and [`zwerm_sketch::bands`].

use rayon::prelude::*;
use zwerm_model::{NONE, Posts, Tally};
use zwerm_sketch::bands::{self, Pair};
use zwerm_sketch::minhash::{self, BANDS, NO_KEY};
use zwerm_sketch::{jaccard, shingle, union};

use crate::collapse::{Distinct, Sketches};
use crate::split::{self, Component, Group};
use crate::{TextConfig, normalise};

/// Candidates per partition of the verification.
const PAIRS: usize = 2_048;

/// Bands whose candidates are held before repetitions go.
const BANDS_AT_ONCE: usize = 4;

/// Two texts and their similarity, the smaller number first.
pub(crate) type Edge = (u32, u32, f32);

/// The clusters of the distinct texts.
#[derive(Debug, Default)]
pub(crate) struct Near {
    /// The cluster of each text.
    pub(crate) cluster: Vec<u32>,
    /// The similarity of each text to its cluster's medoid.
    pub(crate) similarity: Vec<f32>,
    /// The medoid of each cluster.
    pub(crate) medoids: Vec<u32>,
}

/// Clusters the distinct texts.
pub(crate) fn find(
    posts: &Posts,
    distinct: &Distinct,
    sketches: Sketches,
    config: &TextConfig,
    tally: &mut Tally,
) -> Near {
    let reader = Reader { posts, distinct };
    let short = keyed(&sketches, 0).filter(|&(key, _)| key == NO_KEY).count();
    tally.add("text.short", short as u64);
    let pairs = candidates(&sketches, config.jaccard_min, tally);
    drop(sketches);
    let edges = verify(&reader, pairs, config.jaccard_min, tally);
    let groups = split_components(&reader, &edges, config.jaccard_min, tally);
    number(distinct.len(), groups)
}

/// Reads the codes of a distinct text.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    posts: &'a Posts,
    distinct: &'a Distinct,
}

impl Reader<'_> {
    fn codes(&self, text: usize, codes: &mut Vec<u32>) {
        normalise::into_codes(self.posts.text_of(self.distinct.first(text) as usize), codes);
    }

    /// How many posts have a text.
    fn weight(&self, text: u32) -> u32 {
        self.distinct.rows(text as usize).len() as u32
    }

    /// The shingle sets of some texts, in their order.
    fn sets(&self, texts: &[u32]) -> Sets {
        let mut sets = Sets::default();
        let (mut codes, mut set) = (Vec::new(), Vec::new());
        for &text in texts {
            self.codes(text as usize, &mut codes);
            shingle::set(&codes, &mut set);
            sets.values.extend_from_slice(&set);
            sets.ends.push(sets.values.len());
        }
        sets
    }
}

/// Shingle sets end to end.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    values: Vec<u32>,
    ends: Vec<usize>,
}

impl Sets {
    /// Set number `index`.
    pub(crate) fn get(&self, index: usize) -> &[u32] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.values[start..self.ends[index]]
    }
}

/// The pairs that agree in a band and, by their digests, may reach the bound; sorted, each once.
fn candidates(sketches: &Sketches, jaccard_min: f32, tally: &mut Tally) -> Vec<Pair> {
    let agreement_min = minhash::agreement_min(jaccard_min);
    let digest = |text: u32| &sketches.digests[text as usize];
    let may_reach = |&(a, b): &Pair| minhash::agreement(digest(a), digest(b)) >= agreement_min;
    let bands: Vec<usize> = (0..BANDS).collect();
    let mut pairs: Vec<Pair> = Vec::new();
    for some in bands.chunks(BANDS_AT_ONCE) {
        let found: Vec<(Vec<Pair>, usize, u64)> = some
            .par_iter()
            .map(|&band| {
                let (mut pairs, stars) = of_band(sketches, band);
                let all = pairs.len();
                pairs.retain(may_reach);
                (pairs, all, stars)
            })
            .collect();
        for (more, all, stars) in found {
            pairs.extend(more);
            tally.add("text.candidates", all as u64);
            tally.add("text.stars", stars);
        }
        pairs.par_sort_unstable();
        pairs.dedup();
    }
    pairs
}

/// The pairs that agree in one band, and how many runs were too long for all of theirs.
fn of_band(sketches: &Sketches, band: usize) -> (Vec<Pair>, u64) {
    bands::candidates_unsorted(keyed(sketches, band), sketches.text.len())
}

/// The key in one band and the number of each text.
fn keyed(sketches: &Sketches, band: usize) -> impl Iterator<Item = (u32, u32)> + Clone {
    let of_part = move |part: &'_ Vec<u32>| {
        let n = part.len() / BANDS;
        band * n..(band + 1) * n
    };
    let keys = sketches.keys.iter().flat_map(move |part| &part[of_part(part)]).copied();
    keys.zip(sketches.text.iter().copied()).filter(|&(_, text)| text != NONE)
}

/// The candidates that reach the bound.
fn verify(reader: &Reader<'_>, mut pairs: Vec<Pair>, min: f32, tally: &mut Tally) -> Vec<Edge> {
    let component = union::components(reader.distinct.len(), pairs.iter().copied());
    pairs.par_sort_unstable_by_key(|&(a, b)| (component[a as usize], a, b));
    let parts: Vec<Vec<Edge>> =
        pairs.par_chunks(PAIRS).map(|some| verify_partition(reader, some, min)).collect();
    let edges = parts.concat();
    tally.add("text.pairs", edges.len() as u64);
    edges
}

/// Verifies some candidates.
fn verify_partition(reader: &Reader<'_>, pairs: &[Pair], min: f32) -> Vec<Edge> {
    let mut texts: Vec<u32> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    texts.sort_unstable();
    texts.dedup();
    let sets = reader.sets(&texts);
    let set = |text: u32| sets.get(texts.binary_search(&text).expect("it was listed above"));
    pairs
        .iter()
        .filter_map(|&(a, b)| Some((a, b, jaccard::reaching(set(a), set(b), min)?)))
        .collect()
}

/// Splits every component of the verified pairs.
fn split_components(
    reader: &Reader<'_>,
    edges: &[Edge],
    min: f32,
    tally: &mut Tally,
) -> Vec<Group> {
    let component = union::components(reader.distinct.len(), edges.iter().map(|e| (e.0, e.1)));
    let mut edges = edges.to_vec();
    edges.par_sort_unstable_by_key(|&(a, b, _)| (component[a as usize], a, b));
    let runs: Vec<&[Edge]> =
        edges.chunk_by(|x, y| component[x.0 as usize] == component[y.0 as usize]).collect();
    let split: Vec<(Vec<Group>, u64)> = runs
        .par_iter()
        .map(|run| {
            let mut texts: Vec<u32> = run.iter().flat_map(|&(a, b, _)| [a, b]).collect();
            texts.sort_unstable();
            texts.dedup();
            let weight = texts.iter().map(|&text| reader.weight(text)).collect();
            let place = |text| texts.binary_search(&text).expect("it was listed above") as u32;
            let edges = run.iter().map(|&(a, b, s)| (place(a), place(b), s)).collect();
            let sets =
                if split::needs_sets(texts.len()) { reader.sets(&texts) } else { Sets::default() };
            split::split(&Component { texts, weight, edges, sets }, min)
        })
        .collect();
    let hurried = split.iter().map(|(_, hurried)| hurried).sum();
    tally.add("text.hurried", hurried);
    split.into_iter().flat_map(|(groups, _)| groups).collect()
}

/// Numbers the clusters: those of several texts first, then every other text alone.
fn number(n: usize, groups: Vec<Group>) -> Near {
    let mut near =
        Near { cluster: vec![NONE; n], similarity: vec![1.0; n], medoids: Vec::with_capacity(n) };
    for group in groups {
        for (text, similarity) in group.members {
            near.cluster[text as usize] = near.medoids.len() as u32;
            near.similarity[text as usize] = similarity;
        }
        near.medoids.push(group.medoid);
    }
    for text in 0..n {
        if near.cluster[text] == NONE {
            near.cluster[text] = near.medoids.len() as u32;
            near.medoids.push(text as u32);
        }
    }
    near
}

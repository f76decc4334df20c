//! Near copies: which distinct texts share most of their shingles.
//!
//! # What it computes
//!
//! The pairs of distinct texts whose sketches agree in a band; of those that may be near by their
//! digests, the exact Jaccard similarity; and from the pairs that reach the bound the clusters of
//! [`split`]. All of that is done component by component of the *candidates*, so that a text is
//! read once and the shingles of all texts are never there at the same time.
//!
//! # Requirements
//!
//! Distinct texts numbered by content.
//!
//! # Memory
//!
//! 8 bytes per candidate, for some of them several times, 12 per verified pair, 9 per text; per
//! thread 13 bytes per text and 24 per text in company for a band, and the [sets](Sets) of a
//! component of up to [`SEARCH_MAX`] texts, of a larger one those of [`PAIRS`] pairs.
//!
//! # Cost
//!
//! A look at two digests per pair that agrees in a band. For each text with a candidate left,
//! normalisation, shingles and a look-up of each; a count of common bits per candidate left.
//!
//! # Source
//!
//! As [`zwerm_sketch::minhash`] and [`zwerm_sketch::bands`].

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use zwerm_model::{NONE, Tally};
use zwerm_sketch::bands::{self, Candidates, Pair, Room};
use zwerm_sketch::minhash::{self, BANDS, NO_KEY};
use zwerm_sketch::sets::Sets;
use zwerm_sketch::{shingle, union};

use crate::TextConfig;
use crate::collapse::{Distinct, Sketches};
use crate::recent::{Recent, joined};
use crate::split::{self, Component, Group, SEARCH_MAX, Split};

/// Candidates per partition of the verification.
const PAIRS: usize = 2_048;

/// Two texts and their similarity, the smaller number first.
pub(crate) type Edge = (u32, u32, f32);

/// The clusters of the distinct texts.
#[derive(Debug, Default)]
pub(crate) struct Near {
    /// The cluster of each text; [`NONE`] if too few posts have it.
    pub(crate) cluster: Vec<u32>,
    /// The similarity of each text to its cluster's medoid.
    pub(crate) similarity: Vec<f32>,
    /// The medoid of each cluster.
    pub(crate) medoids: Vec<u32>,
}

/// Where the band keys of all sketches are kept.
pub trait Keys: Send + Sync {
    /// What can go wrong.
    type Error: Send;

    /// Puts the keys of one band, in the order of the sketches, into `keys`.
    ///
    /// # Errors
    ///
    /// If they cannot be read again.
    fn band(&self, band: usize, keys: &mut Vec<u32>) -> Result<(), Self::Error>;
}

/// Where normalised texts are kept.
pub trait Texts: Sync {
    /// What can go wrong.
    type Error: Send;

    /// Puts the codes of a distinct text into `codes`; one of its sketches and the earliest of its
    /// posts say which it is.
    ///
    /// # Errors
    ///
    /// If it cannot be read again.
    fn codes(&self, sketch: u32, post: u32, codes: &mut Vec<u32>) -> Result<(), Self::Error>;
}

/// Clusters the distinct texts, of those without a near copy the ones that so many posts have.
pub(crate) fn find<T: Texts>(
    distinct: &Distinct,
    sketches: Sketches,
    (keys, texts): (impl Keys<Error = T::Error>, &T),
    config: &TextConfig,
    posts_min: usize,
    tally: &mut Tally,
) -> Result<Near, T::Error> {
    let min = config.jaccard_min;
    let mut pairs = candidates(&sketches, &keys, min, tally)?;
    drop(sketches);
    let reader = Reader { texts, distinct };
    let components = || union::components(distinct.len(), pairs.iter().copied());
    // Large files take their time to go.
    let (component, ()) = rayon::join(components, || drop(keys));
    pairs.par_sort_unstable_by_key(|&(a, b)| (component[a as usize], a, b));
    let components: Vec<&[Pair]> =
        pairs.chunk_by(|x, y| component[x.0 as usize] == component[y.0 as usize]).collect();
    drop(component);
    let linked: Vec<Result<Linked, T::Error>> =
        components.par_iter().map(|pairs| link(&reader, pairs, min)).collect();
    let mut groups = Vec::new();
    for linked in linked {
        let linked = linked?;
        tally.add("text.pairs", linked.pairs);
        tally.add("text.hurried", linked.hurried);
        groups.extend(linked.groups);
    }
    Ok(number(distinct, groups, posts_min))
}

/// Reads the codes of a distinct text.
pub(crate) struct Reader<'a, T> {
    texts: &'a T,
    distinct: &'a Distinct,
}

impl<T: Texts> Reader<'_, T> {
    fn codes(&self, text: usize, codes: &mut Vec<u32>) -> Result<(), T::Error> {
        self.texts.codes(self.distinct.sketch(text), self.distinct.first(text), codes)
    }

    /// How many posts have a text.
    fn weight(&self, text: u32) -> u32 {
        self.distinct.rows(text as usize).len() as u32
    }

    /// The shingle sets of some texts, in their order.
    fn sets(&self, texts: &[u32]) -> Result<Sets, T::Error> {
        let (mut codes, mut shingles) = (Vec::new(), Vec::new());
        let mut ends = Vec::with_capacity(texts.len());
        for &text in texts {
            self.codes(text as usize, &mut codes)?;
            shingle::push(&codes, &mut shingles);
            ends.push(shingles.len());
        }
        Ok(Sets::of(shingles, &ends))
    }
}

/// What became of a component of candidates.
struct Linked {
    /// How many pairs reach the bound.
    pairs: u64,
    /// How many texts were split without a search for the best medoid.
    hurried: u64,
    groups: Vec<Group>,
}

/// Verifies the pairs of one component of candidates and splits what they join.
fn link<T: Texts>(reader: &Reader<'_, T>, pairs: &[Pair], min: f32) -> Result<Linked, T::Error> {
    let texts = texts_of(pairs.iter().copied());
    let sets = match texts.len() <= SEARCH_MAX {
        true => Some(reader.sets(&texts)?),
        false => None,
    };
    let parts: Vec<Result<Vec<Edge>, T::Error>> = pairs
        .par_chunks(PAIRS)
        .map(|some| match &sets {
            Some(sets) => Ok(verify(some, &texts, sets, min)),
            None => {
                let texts = texts_of(some.iter().copied());
                Ok(verify(some, &texts, &reader.sets(&texts)?, min))
            }
        })
        .collect();
    let mut edges = parts.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let place = |text: u32| place_in(&texts, text) as u32;
    let component = union::components(texts.len(), edges.iter().map(|e| (place(e.0), place(e.1))));
    let component = |edge: &Edge| component[place(edge.0) as usize];
    edges.sort_by_key(component);
    let joined: Vec<&[Edge]> = edges.chunk_by(|x, y| component(x) == component(y)).collect();
    let split: Vec<Result<Split, T::Error>> = joined
        .into_par_iter()
        .map(|edges| split_component(reader, edges, (&texts, sets.as_ref()), min))
        .collect();
    let mut linked = Linked { pairs: edges.len() as u64, hurried: 0, groups: Vec::new() };
    for split in split {
        let (groups, hurried) = split?;
        linked.hurried += hurried;
        linked.groups.extend(groups);
    }
    Ok(linked)
}

/// The texts of some pairs, ascending.
fn texts_of(pairs: impl Iterator<Item = Pair>) -> Vec<u32> {
    let mut texts: Vec<u32> = pairs.flat_map(|(a, b)| [a, b]).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// Where a text is among those of its pairs.
fn place_in(texts: &[u32], text: u32) -> usize {
    texts.binary_search(&text).expect("it is of one of the pairs")
}

/// The pairs that reach the bound, whose texts and sets are given.
fn verify(pairs: &[Pair], texts: &[u32], sets: &Sets, min: f32) -> Vec<Edge> {
    let near = |&(a, b): &Pair| {
        let similarity = sets.reaching(place_in(texts, a), place_in(texts, b), min)?;
        Some((a, b, similarity))
    };
    pairs.iter().filter_map(near).collect()
}

/// Splits what verified pairs join; some texts, the pairs' among them, may have their sets here.
fn split_component<T: Texts>(
    reader: &Reader<'_, T>,
    edges: &[Edge],
    (known, sets): (&[u32], Option<&Sets>),
    min: f32,
) -> Result<Split, T::Error> {
    let texts = texts_of(edges.iter().map(|&(a, b, _)| (a, b)));
    let weight = texts.iter().map(|&text| reader.weight(text)).collect();
    let place = |text| place_in(&texts, text) as u32;
    let edges = edges.iter().map(|&(a, b, s)| (place(a), place(b), s)).collect();
    let own = match sets {
        None if split::needs_sets(texts.len()) => Some(reader.sets(&texts)?),
        _ => None,
    };
    let (sets, set) = match (&own, sets) {
        (None, Some(sets)) => (sets, texts.iter().map(|&text| place_in(known, text)).collect()),
        (Some(own), _) => (own, (0..texts.len()).collect()),
        (None, None) => (&Sets::default(), Vec::new()),
    };
    Ok(split::split(&Component { texts, weight, edges, sets, set }, min))
}

/// The pairs that agree in a band and, by their digests, may reach the bound; sorted, each once.
fn candidates<K: Keys>(
    sketches: &Sketches,
    keys: &K,
    jaccard_min: f32,
    tally: &mut Tally,
) -> Result<Vec<Pair>, K::Error> {
    let Sketches { text, digests } = sketches;
    let agreement_min = minhash::agreement_min(jaccard_min);
    // Sketches that serve no text.
    let idle: Vec<usize> = (0..text.len()).filter(|&sketch| text[sketch] == NONE).collect();
    // Memory that a band is done with: fresh memory costs more than what is done in it.
    let rooms: Mutex<Vec<(Vec<u32>, Room, Recent)>> = Mutex::default();
    let rooms = || rooms.lock().unwrap_or_else(PoisonError::into_inner);
    let of_bands: Vec<Result<(Candidates, u64), K::Error>> = (0..BANDS)
        .into_par_iter()
        // A band is much work: no thread takes two while another has none.
        .with_max_len(1)
        .map(|band| {
            let (mut of_sketches, mut room, mut recent) = rooms().pop().unwrap_or_default();
            keys.band(band, &mut of_sketches)?;
            // Texts without a key have none in any band.
            let short = if band == 0 { short_texts(sketches, &of_sketches) } else { 0 };
            idle.iter().for_each(|&sketch| of_sketches[sketch] = NO_KEY);
            let mut found =
                bands::candidates(&of_sketches, text, digests, agreement_min, &mut room);
            found.pairs.retain(|&pair| recent.is_new(pair));
            rooms().push((of_sketches, room, recent));
            Ok((found, short))
        })
        .collect();
    let mut pairs: Vec<Pair> = Vec::new();
    for of_band in of_bands {
        let (found, short) = of_band?;
        tally.add("text.short", short);
        pairs.extend(found.pairs);
        tally.add("text.candidates", found.tested);
        tally.add("text.stars", found.stars);
    }
    // One comparison of both numbers at once.
    pairs.par_sort_unstable_by_key(|&pair| joined(pair));
    pairs.dedup();
    Ok(pairs)
}

/// How many texts are too short for a key.
fn short_texts(sketches: &Sketches, keys: &[u32]) -> u64 {
    let numbered = keys.iter().zip(&sketches.text);
    numbered.filter(|&(&key, &text)| key == NO_KEY && text != NONE).count() as u64
}

/// Numbers the clusters: those of several texts first, then every other text alone that so many
/// posts have.
fn number(distinct: &Distinct, groups: Vec<Group>, posts_min: usize) -> Near {
    let n = distinct.len();
    let mut near = Near { cluster: vec![NONE; n], similarity: vec![1.0; n], medoids: Vec::new() };
    // What is left of a component when the others have found together is alone, too.
    for group in groups.into_iter().filter(|group| group.members.len() > 1) {
        for (text, similarity) in group.members {
            near.cluster[text as usize] = near.medoids.len() as u32;
            near.similarity[text as usize] = similarity;
        }
        near.medoids.push(group.medoid);
    }
    for text in 0..n {
        if near.cluster[text] == NONE && distinct.rows(text).len() >= posts_min {
            near.cluster[text] = near.medoids.len() as u32;
            near.medoids.push(text as u32);
        }
    }
    near
}

//! Which clusters of near-duplicate texts say the same in other words: rewordings, translations.
//!
//! ```text
//! clusters, vectors ─ representatives ─ neighbours ─ relation ─ stars ─ meanings
//! ```
//!
//! - `representatives`: one post for each cluster of texts, with its vector: the post's own, or one
//!   that is made of its text;
//! - `neighbours`: which of these vectors are close: exactly, or by a graph where there are too
//!   many;
//! - `relation`: what a close pair is. Closeness alone is a shared topic: no pair becomes a
//!   relation without a second witness that knows nothing of vectors;
//! - `stars`: related pairs as clusters, none held together by a chain.
//!
//! # When it misleads
//!
//! People who write about one event use the words of the day, link the same article and answer the
//! same post: organic meanings are common. Nothing here is evidence of anything; how often ordinary
//! accounts share a meaning, the tests of accounts find out for themselves.
//!
//! # Determinism
//!
//! Vectors are ordered by a hash of their content, inserted one by one in that order, and compared
//! by sums of a fixed order: equal vectors give equal neighbours, in any order of the rows and on
//! any number of threads.

pub mod cuts;
pub mod neighbours;
pub mod relation;
mod representatives;
mod stars;
mod unit;

use rayon::prelude::*;
use zwerm_model::{Embeddings, Meanings, NONE, Posts, Strings, Tally, TextClusters, TraceTable};

pub use crate::cuts::Cuts;
pub use crate::relation::Relation;
use crate::relation::{Judge, Related};
use crate::representatives::Representatives;

/// What is compared.
pub struct Inputs<'a> {
    /// The posts.
    pub posts: &'a Posts,
    /// Which of them say nearly the same.
    pub clusters: &'a TextClusters,
    /// Their vectors.
    pub vectors: Vectors<'a>,
    /// Traces on objects that are a second witness: URLs, media, posts answered.
    pub witnesses: &'a [TraceTable],
    /// The normalised text of a post.
    pub text: &'a (dyn Fn(usize) -> String + Sync),
}

/// Where vectors come from.
#[derive(Clone, Copy)]
pub enum Vectors<'a> {
    /// Posts have them.
    OfPosts(&'a Embeddings),
    /// They are made of the normalised texts of representatives, and of no others.
    OfTexts {
        /// The length of each.
        dimension: usize,
        /// The vector of a text; nothing where the model knows none of its words.
        embed: &'a (dyn Fn(&str) -> Option<Vec<f32>> + Sync),
    },
}

impl Vectors<'_> {
    /// The length of each.
    #[must_use]
    pub fn dimension(self) -> usize {
        match self {
            Vectors::OfPosts(embeddings) => embeddings.dimension,
            Vectors::OfTexts { dimension, .. } => dimension,
        }
    }
}

/// How it is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct MeaningConfig {
    /// From which cosine on two texts may say the same.
    pub cuts: Cuts,
    /// The memory for vectors and their graph, in bytes; what does not fit is left out.
    pub memory: u64,
}

/// Joins clusters of texts that say the same in other words.
///
/// The tally gains, under `meaning.`: `representatives` compared; clusters `without_vector`,
/// `short`, or `left_out` for want of memory; `candidates` by cosine; those `unwitnessed`;
/// relations by name; and `clusters` of two or more representatives.
///
/// # Cost
///
/// Up to [`neighbours::EXACT_MAX`] vectors all pairs are compared, a multiplication per number;
/// beyond, one insertion into a graph per vector on one thread, some milliseconds each.
#[must_use]
pub fn relate(inputs: &Inputs<'_>, config: &MeaningConfig, tally: &mut Tally) -> Meanings {
    let chosen = representatives::choose(inputs, config.memory, tally);
    let cut = config.cuts.least();
    let pairs = candidates(&chosen, cut);
    tally.add("meaning.candidates", pairs.len() as u64);
    let judge = Judge::new(inputs, &chosen.posts, config.cuts);
    let related: Vec<Option<Related>> = pairs.par_iter().map(|pair| judge.judge(*pair)).collect();
    let unwitnessed = related.iter().filter(|related| related.is_none()).count();
    tally.add("meaning.unwitnessed", unwitnessed as u64);
    let related: Vec<Related> = related.into_iter().flatten().collect();
    for relation in Relation::ALL {
        let n = related.iter().filter(|pair| pair.relation == relation).count();
        tally.add(&format!("meaning.{}", relation.name()), n as u64);
    }
    let weight: Vec<u32> =
        chosen.clusters.iter().map(|&cluster| inputs.clusters.posts[cluster as usize]).collect();
    let star = stars::stars(&weight, related.iter().map(|pair| (pair.a, pair.b)));
    assemble(inputs.clusters, &chosen, &star, tally)
}

/// Pairs of representatives whose vectors reach the cut, the smaller number first, each once.
fn candidates(chosen: &Representatives, cut: f32) -> Vec<(u32, u32, f32)> {
    let nearest = neighbours::nearest(chosen.vectors.view(), cut);
    // One of those that share a vector stands for them.
    let first = |node: u32| chosen.sharing[node as usize][0];
    let mut pairs: Vec<(u32, u32, f32)> = Vec::new();
    for (node, near) in nearest.iter().enumerate() {
        let here = first(node as u32);
        pairs.extend(near.iter().map(|&(other, cosine)| {
            let there = first(other);
            (here.min(there), here.max(there), cosine)
        }));
        pairs.extend(chosen.sharing[node][1..].iter().map(|&other| (here, other, 1.0)));
    }
    pairs.sort_unstable_by_key(|pair| (pair.0, pair.1));
    pairs.dedup_by_key(|pair| (pair.0, pair.1));
    pairs
}

/// Names the meanings: clusters are numbered by their ids, so the first has the smallest.
///
/// A cluster of several posts that nobody reworded has none: that accounts copied each other is
/// known without vectors, and counting it here would count it twice.
fn assemble(
    clusters: &TextClusters,
    chosen: &Representatives,
    star: &[u32],
    tally: &mut Tally,
) -> Meanings {
    let mut sizes = vec![0_u32; star.len()];
    star.iter().for_each(|&centre| sizes[centre as usize] += 1);
    tally.add("meaning.clusters", sizes.iter().filter(|&&size| size > 1).count() as u64);
    let mut number = vec![NONE; star.len()];
    let mut meanings = Meanings { ids: Strings::new(), of_cluster: vec![NONE; clusters.ids.len()] };
    for (representative, &cluster) in chosen.clusters.iter().enumerate() {
        let centre = star[representative] as usize;
        if sizes[centre] == 1 && clusters.posts[cluster as usize] > 1 {
            continue;
        }
        let number = &mut number[centre];
        if *number == NONE {
            *number = meanings.ids.len() as u32;
            meanings.ids.push(clusters.ids.get(cluster as usize));
        }
        meanings.of_cluster[cluster as usize] = *number;
    }
    meanings
}

#[cfg(test)]
mod tests;

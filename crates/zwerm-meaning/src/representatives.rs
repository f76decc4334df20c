//! One post for each cluster of texts, and its vector.
//!
//! # What it chooses
//!
//! The earliest post that has its cluster's medoid text and a vector. Texts of fewer than
//! [`CHARS_MIN`] code points are left out: short phrases mean alike by chance. When memory does not
//! hold all, the clusters with the most posts stay, ties by id.

use core::cmp::Reverse;

use ndarray::Array2;
use rayon::prelude::*;
use zwerm_model::hash::hash128;
use zwerm_model::{NONE, Tally};

use crate::{Inputs, neighbours, unit};

/// Texts of fewer code points, after normalisation, are not compared.
pub(crate) const CHARS_MIN: usize = 30;

/// What is compared.
pub(crate) struct Representatives {
    /// The cluster that each stands for, ascending.
    pub(crate) clusters: Vec<u32>,
    /// Its post.
    pub(crate) posts: Vec<u32>,
    /// Distinct unit vectors, padded, in the order of a hash of their content.
    pub(crate) vectors: Array2<f32>,
    /// The representatives that share each vector, ascending.
    pub(crate) sharing: Vec<Vec<u32>>,
}

/// Chooses the representatives.
pub(crate) fn choose(inputs: &Inputs<'_>, memory: u64, tally: &mut Tally) -> Representatives {
    let clusters = inputs.clusters;
    let mut post_of = vec![NONE; clusters.ids.len()];
    for post in (0..inputs.posts.len()).rev() {
        if let Some(cluster) = clusters.of(post)
            && clusters.medoid[post]
            && inputs.embeddings.get(post).is_some_and(has_direction)
        {
            post_of[cluster] = post as u32;
        }
    }
    let known: Vec<u32> =
        (0..post_of.len() as u32).filter(|&cluster| post_of[cluster as usize] != NONE).collect();
    tally.add("meaning.without_vector", (post_of.len() - known.len()) as u64);
    let is_long = |&cluster: &u32| {
        (inputs.text)(post_of[cluster as usize] as usize).chars().nth(CHARS_MIN - 1).is_some()
    };
    let mut long: Vec<u32> = known.par_iter().copied().filter(is_long).collect();
    tally.add("meaning.short", (known.len() - long.len()) as u64);
    let max = neighbours::vectors_max(inputs.embeddings.dimension, memory);
    if long.len() > max {
        tally.add("meaning.left_out", (long.len() - max) as u64);
        // Clusters are numbered by their ids.
        long.sort_unstable_by_key(|&cluster| (Reverse(clusters.posts[cluster as usize]), cluster));
        long.truncate(max);
        long.sort_unstable();
    }
    tally.add("meaning.representatives", long.len() as u64);
    let posts: Vec<u32> = long.iter().map(|&cluster| post_of[cluster as usize]).collect();
    let (vectors, sharing) = distinct(inputs, &posts);
    Representatives { clusters: long, posts, vectors, sharing }
}

fn has_direction(vector: &[f32]) -> bool {
    vector.iter().any(|&value| value != 0.0)
}

/// The distinct vectors of some posts, and which of the posts have each.
fn distinct(inputs: &Inputs<'_>, posts: &[u32]) -> (Array2<f32>, Vec<Vec<u32>>) {
    let width = unit::padded(inputs.embeddings.dimension);
    let mut all = Array2::<f32>::zeros((posts.len(), width));
    for (mut row, &post) in all.rows_mut().into_iter().zip(posts) {
        let out = row.as_slice_mut().expect("rows of a new array are slices");
        let vector = inputs.embeddings.get(post as usize).unwrap_or_default();
        let has_direction = unit::write(vector, out);
        debug_assert!(has_direction, "only vectors with a direction are chosen");
    }
    let bytes_of = |row: u32| {
        all.row(row as usize).iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>()
    };
    let mut order: Vec<(u128, u32)> =
        (0..posts.len() as u32).into_par_iter().map(|row| (hash128(&bytes_of(row)), row)).collect();
    order.par_sort_unstable();
    let groups: Vec<&[(u128, u32)]> = order.chunk_by(|a, b| a.0 == b.0).collect();
    let mut vectors = Array2::<f32>::zeros((groups.len(), width));
    for (mut row, group) in vectors.rows_mut().into_iter().zip(&groups) {
        row.assign(&all.row(group[0].1 as usize));
    }
    let sharing = groups.iter().map(|group| group.iter().map(|&(_, row)| row).collect()).collect();
    (vectors, sharing)
}

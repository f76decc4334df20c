//! One post for each cluster of texts, and its vector.
//!
//! # What it chooses
//!
//! The earliest post that has its cluster's medoid text and a vector. Texts of fewer than
//! [`CHARS_MIN`] code points are left out: short phrases mean alike by chance. When memory does not
//! hold all, the clusters with the most posts stay, ties by id.

use core::cmp::Reverse;

use ndarray::{Array2, ArrayViewMut1};
use rayon::prelude::*;
use zwerm_model::hash::hash128;
use zwerm_model::{NONE, Tally};

use crate::{Inputs, Vectors, neighbours, unit};

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
            && may_have_vector(&inputs.vectors, post)
        {
            post_of[cluster] = post as u32;
        }
    }
    let known: Vec<u32> =
        (0..post_of.len() as u32).filter(|&cluster| post_of[cluster as usize] != NONE).collect();
    let is_long = |&cluster: &u32| {
        (inputs.text)(post_of[cluster as usize] as usize).chars().nth(CHARS_MIN - 1).is_some()
    };
    let mut long: Vec<u32> = known.par_iter().copied().filter(is_long).collect();
    tally.add("meaning.short", (known.len() - long.len()) as u64);
    let max = neighbours::vectors_max(inputs.vectors.dimension(), memory);
    if long.len() > max {
        tally.add("meaning.left_out", (long.len() - max) as u64);
        // Clusters are numbered by their ids.
        long.sort_unstable_by_key(|&cluster| (Reverse(clusters.posts[cluster as usize]), cluster));
        long.truncate(max);
        long.sort_unstable();
    }
    let posts: Vec<u32> = long.iter().map(|&cluster| post_of[cluster as usize]).collect();
    let (all, has_vector) = unit_vectors(inputs, &posts);
    let kept = |list: Vec<u32>| -> Vec<u32> {
        list.into_iter().zip(&has_vector).filter(|(_, kept)| **kept).map(|(it, _)| it).collect()
    };
    let without = (post_of.len() - known.len()) + has_vector.iter().filter(|it| !**it).count();
    tally.add("meaning.without_vector", without as u64);
    let (vectors, sharing) = distinct(&all, &has_vector);
    let chosen = Representatives { clusters: kept(long), posts: kept(posts), vectors, sharing };
    tally.add("meaning.representatives", chosen.posts.len() as u64);
    chosen
}

/// Whether a post has a vector; where vectors are made of texts, that shows when they are made.
fn may_have_vector(vectors: &Vectors<'_>, post: usize) -> bool {
    match vectors {
        Vectors::OfPosts(embeddings) => {
            embeddings.get(post).is_some_and(|vector| vector.iter().any(|&value| value != 0.0))
        }
        Vectors::OfTexts { .. } => true,
    }
}

/// The unit vectors of some posts, padded, and which of them have one.
fn unit_vectors(inputs: &Inputs<'_>, posts: &[u32]) -> (Array2<f32>, Vec<bool>) {
    let width = unit::padded(inputs.vectors.dimension());
    let mut all = Array2::<f32>::zeros((posts.len(), width));
    let rows: Vec<_> = all.rows_mut().into_iter().zip(posts).collect();
    let write = |(mut row, &post): (ArrayViewMut1<'_, f32>, &u32)| {
        let out = row.as_slice_mut().expect("rows of a new array are slices");
        match inputs.vectors {
            Vectors::OfPosts(embeddings) => {
                unit::write(embeddings.get(post as usize).unwrap_or_default(), out)
            }
            Vectors::OfTexts { embed, .. } => {
                let vector = embed(&(inputs.text)(post as usize));
                vector.is_some_and(|vector| unit::write(&vector, out))
            }
        }
    };
    let has_vector = rows.into_par_iter().map(write).collect();
    (all, has_vector)
}

/// The distinct vectors among those that are there, and who shares each; who has none is not
/// counted.
fn distinct(all: &Array2<f32>, has_vector: &[bool]) -> (Array2<f32>, Vec<Vec<u32>>) {
    let bytes_of =
        |row: usize| all.row(row).iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let rows: Vec<usize> = (0..has_vector.len()).filter(|&row| has_vector[row]).collect();
    let mut order: Vec<(u128, u32)> = (0..rows.len() as u32)
        .into_par_iter()
        .map(|number| (hash128(&bytes_of(rows[number as usize])), number))
        .collect();
    order.par_sort_unstable();
    let groups: Vec<&[(u128, u32)]> = order.chunk_by(|a, b| a.0 == b.0).collect();
    let mut vectors = Array2::<f32>::zeros((groups.len(), all.ncols()));
    for (mut row, group) in vectors.rows_mut().into_iter().zip(&groups) {
        row.assign(&all.row(rows[group[0].1 as usize]));
    }
    let sharing = groups.iter().map(|group| group.iter().map(|&(_, row)| row).collect()).collect();
    (vectors, sharing)
}

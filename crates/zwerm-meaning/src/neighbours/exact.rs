//! All pairs, compared.
//!
//! # Memory
//!
//! The neighbours found, and [`KEEP_BEYOND`] times as many while a row is compared.
//!
//! # Cost
//!
//! `n²` cosines; rows in parallel, in blocks that stay in cache.

use multiversion::multiversion;
use ndarray::ArrayView2;
use rayon::prelude::*;

use super::{Near, keep_nearest, row};
use crate::unit::cosine;

/// Rows that are compared with a vector while it is in cache.
const BLOCK: usize = 16;

/// A list is cut when it has this many times what is kept.
const KEEP_BEYOND: usize = 8;

/// The `n` nearest of each vector, with a cosine of at least `cut`: see [`super::nearest`].
#[must_use]
pub fn exactly(vectors: ArrayView2<'_, f32>, cut: f32, n: usize) -> Vec<Vec<Near>> {
    let count = vectors.nrows();
    let Some(all) = vectors.to_slice() else { return vec![Vec::new(); count] };
    let blocks: Vec<usize> = (0..count).step_by(BLOCK).collect();
    let found: Vec<Vec<Vec<Near>>> = blocks
        .into_par_iter()
        .map(|start| {
            let rows = start..(start + BLOCK).min(count);
            let queries: Vec<(usize, &[f32])> = rows.map(|at| (at, row(&vectors, at))).collect();
            of_block(&queries, all, cut, n)
        })
        .collect();
    found.into_iter().flatten().collect()
}

#[multiversion(targets("x86_64+avx2"))]
fn of_block(queries: &[(usize, &[f32])], all: &[f32], cut: f32, n: usize) -> Vec<Vec<Near>> {
    let width = queries.first().map_or(1, |(_, query)| query.len().max(1));
    let mut lists: Vec<Vec<Near>> = vec![Vec::new(); queries.len()];
    for (number, vector) in all.chunks_exact(width).enumerate() {
        for ((own, query), list) in queries.iter().zip(&mut lists) {
            let cosine = cosine(query, vector);
            if cosine >= cut && number != *own {
                list.push((number as u32, cosine));
                if list.len() >= KEEP_BEYOND * n {
                    keep_nearest(list, n);
                }
            }
        }
    }
    lists.iter_mut().for_each(|list| keep_nearest(list, n));
    lists
}

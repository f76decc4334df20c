//! A graph of vectors, searched: hierarchical navigable small worlds, by `hnsw_rs`.
//!
//! # What it computes
//!
//! Nearly what [`exactly`](super::exactly) does, for more vectors than can be compared all with
//! all.
//!
//! # Determinism
//!
//! `hnsw_rs` draws levels from a generator with a fixed seed, one draw per insertion; its hash maps
//! are looked up and never walked (`extend_candidates` stays off). So one thread inserts, in the
//! order of the rows, and the same rows give the same graph. Searches change nothing and run side
//! by side. Distances are ours: sums of a fixed order, never negative, never NaN, which its
//! assertions ask for.
//!
//! # Memory
//!
//! Each vector once more, and some 2.5 kB of links.
//!
//! # Source
//!
//! Malkov and Yashunin (2018), <https://doi.org/10.1109/TPAMI.2018.2889473>.

use hnsw_rs::prelude::{Distance, Hnsw};
use multiversion::multiversion;
use ndarray::ArrayView2;
use rayon::prelude::*;

use super::{NEAREST, Near, keep_nearest, row};
use crate::unit;

/// How a graph is built and searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphShape {
    /// Links of a vector per layer; twice as many in the lowest.
    pub links: usize,
    /// Candidates that an insertion keeps.
    pub build_width: usize,
    /// Candidates that a search keeps.
    pub search_width: usize,
}

/// The shape that is used: the smallest whose recall no longer depends on the width of searches,
/// with room for what 20 times as many vectors lose.
///
/// Recall@10 among 5,000 vectors, against comparing all:
///
/// ```text
/// links  build  search  recall@10
///     8     50      33  0.9714
///     8     50      64  0.9957
///     8     50     128  0.9988
///    12    100      33  0.9999
///    12    100      64  0.9999
///    12    100     128  1.0000
///    16    100      33  1.0000
///    16    100      64  1.0000
///    16    100     128  1.0000
/// ```
///
/// `cargo run --release -p zwerm-meaning --features hnsw --example neighbours -- curve 5000` prints
/// it; `cargo xtask show meaning` the recall of this shape among 100,000.
pub const SHAPE: GraphShape = GraphShape { links: 16, build_width: 100, search_width: 64 };

/// Layers that `hnsw_rs` can have.
const LAYERS: usize = 16;

/// One less the cosine, never below zero.
#[derive(Clone, Copy, Debug, Default)]
struct Angle;

impl Distance<f32> for Angle {
    fn eval(&self, a: &[f32], b: &[f32]) -> f32 {
        (1.0 - cosine(a, b)).max(0.0)
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    unit::cosine(a, b)
}

/// Vectors and the graph over them.
pub struct Graph<'v> {
    vectors: ArrayView2<'v, f32>,
    graph: Hnsw<'static, f32, Angle>,
    /// Candidates that a search keeps.
    pub search_width: usize,
}

impl GraphShape {
    /// Inserts the vectors, one after the other.
    #[must_use]
    pub fn build(self, vectors: ArrayView2<'_, f32>) -> Graph<'_> {
        let graph = Hnsw::new(self.links, vectors.nrows(), LAYERS, self.build_width, Angle);
        for number in 0..vectors.nrows() {
            graph.insert((row(&vectors, number), number));
        }
        Graph { vectors, graph, search_width: self.search_width }
    }
}

impl Graph<'_> {
    /// The neighbours of each vector, nearly all of them: see [`super::nearest`].
    #[must_use]
    pub fn search_all(&self, cut: f32) -> Vec<Vec<Near>> {
        (0..self.vectors.nrows()).into_par_iter().map(|number| self.search(number, cut)).collect()
    }

    fn search(&self, number: usize, cut: f32) -> Vec<Near> {
        let vector = row(&self.vectors, number);
        // One more, for the vector itself is among them.
        let found = self.graph.search(vector, NEAREST + 1, self.search_width);
        let others = found.iter().map(|near| near.d_id).filter(|&other| other != number);
        let near = |other| (other as u32, cosine(vector, row(&self.vectors, other)));
        let mut list: Vec<Near> = others.map(near).filter(|&(_, cosine)| cosine >= cut).collect();
        keep_nearest(&mut list, NEAREST);
        list
    }
}

/// The neighbours of each vector, nearly all of them: see [`super::nearest`].
#[must_use]
pub fn approximately(vectors: ArrayView2<'_, f32>, cut: f32) -> Vec<Vec<Near>> {
    SHAPE.build(vectors).search_all(cut)
}

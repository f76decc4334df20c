//! Which vectors are close.
//!
//! Up to [`EXACT_MAX`] vectors, all pairs are compared: nothing is missed, and it costs less than a
//! graph. Beyond, a graph is searched (`approximate`, with the feature `hnsw`); without the feature
//! there is no beyond.

#[cfg(feature = "hnsw")]
mod approximate;
mod exact;

use ndarray::ArrayView2;

use crate::unit;

#[cfg(feature = "hnsw")]
pub use approximate::{Graph, GraphShape, SHAPE, approximately};
pub use exact::exactly;

/// Vectors up to this many are compared all with all: some ten seconds of one core.
pub const EXACT_MAX: usize = 16_384;

/// The nearest that are kept for each vector.
pub const NEAREST: usize = 32;

/// What a vector costs in the graph beside its numbers, in bytes: some 40 links of 56 bytes.
const GRAPH_BYTES: usize = 2_560;

/// Whether this build can search more than [`EXACT_MAX`] vectors.
pub const IS_APPROXIMATE_BUILT: bool = cfg!(feature = "hnsw");

/// Another vector and the cosine to it.
pub type Near = (u32, f32);

/// How many vectors fit into some memory, and can be compared at all.
#[must_use]
pub fn vectors_max(dimension: usize, memory: u64) -> usize {
    // Vectors stand in the table and, beyond the exact search, once more in the graph.
    let numbers = unit::padded(dimension) * size_of::<f32>();
    let memory = usize::try_from(memory).unwrap_or(usize::MAX);
    let exactly = (memory / numbers.max(1)).min(EXACT_MAX);
    if IS_APPROXIMATE_BUILT { (memory / (2 * numbers + GRAPH_BYTES)).max(exactly) } else { exactly }
}

/// For each vector the others with a cosine of at least `cut`: the [`NEAREST`] of them, the nearest
/// first, ties by number. Rows are unit vectors, padded by zeros to a multiple of 16.
#[must_use]
pub fn nearest(vectors: ArrayView2<'_, f32>, cut: f32) -> Vec<Vec<Near>> {
    #[cfg(feature = "hnsw")]
    if vectors.nrows() > EXACT_MAX {
        return approximately(vectors, cut);
    }
    exactly(vectors, cut, NEAREST)
}

/// Keeps the nearest, in order.
fn keep_nearest(near: &mut Vec<Near>, n: usize) {
    near.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    near.truncate(n);
}

/// A row of an array that is laid out row by row.
fn row<'a>(vectors: &ArrayView2<'a, f32>, number: usize) -> &'a [f32] {
    let row = (*vectors).index_axis_move(ndarray::Axis(0), number);
    row.to_slice().expect("vectors lie row by row")
}

#[cfg(test)]
mod tests;

//! A kit for near-duplicate sequences: shingles, MinHash, LSH bands, Jaccard, components.
//!
//! It knows no post and no account. A *sequence* is a slice of `u32` code points; its *shingles*
//! are hashed runs of neighbours; two sequences are near when the [Jaccard similarity](jaccard) of
//! their shingle sets is high. The steps, each a pure function over slices:
//!
//! ```text
//! codes → shingle::push → minhash::{sketch, keys, digest} → bands::candidates
//!       → minhash::agreement → sets::Sets → union::components
//! ```
//!
//! Nothing here is parallel or depends on the order of a map: callers cut the work into partitions,
//! and the results of partitions are lists that are concatenated and sorted.

pub mod bands;
pub mod hash;
pub mod jaccard;
pub mod minhash;
pub mod parts;
pub mod sets;
pub mod shingle;
pub mod union;

//! The graph kit: compressed sparse rows, components, Leiden, quality.
//!
//! # What it does
//!
//! Edges between numbered nodes in, a canonical labelling of the nodes out:
//!
//! ```text
//! sorted edges → Graph → components            smallest node of each component
//!                      → leiden → Partition    communities, by smallest member
//!                               → quality      one figure for a partition
//!                      → k_core                how deep in the dense part a node lies
//!                      → disparity             which edges carry more than chance
//!                      → eigenvector           how near to central nodes a node is
//! ```
//!
//! The kit knows `u32` nodes and `u64` weights: no account, no post, no file.
//!
//! # Same bytes every time
//!
//! Every figure that decides something is an exact integer, ties end in a
//! number that cannot tie, and nothing is drawn at random. Floating point
//! appears in the last division of [`quality()`], and in [`disparity()`] and
//! [`eigenvector()`], which sum in a fixed order.
//!
//! ```
//! use zwerm_graph::{Graph, Objective, Resolution, leiden, quality};
//!
//! // Two triangles that share one edge.
//! let edges = [(0, 1, 1), (0, 2, 1), (1, 2, 1), (2, 3, 1), (3, 4, 1), (3, 5, 1), (4, 5, 1)];
//! let graph = Graph::from_sorted_edges(6, &edges);
//! let objective = Objective::Modularity { resolution: Resolution::ONE };
//! let partition = leiden(&graph, objective);
//! assert_eq!(partition.community, [0, 0, 0, 1, 1, 1]);
//! assert!((quality(&graph, &partition, objective) - 5.0 / 14.0).abs() < 1e-12);
//! ```

pub mod components;
pub mod csr;
pub mod disparity;
pub mod eigenvector;
pub mod k_core;
pub mod leiden;
pub mod objective;
pub mod partition;
pub mod quality;
#[cfg(test)]
mod testing;

pub use components::components;
pub use csr::Graph;
pub use disparity::disparity;
pub use eigenvector::{PowerIteration, eigenvector};
pub use k_core::k_core;
pub use leiden::{leiden, leiden_from};
pub use objective::{Objective, Resolution};
pub use partition::Partition;
pub use quality::quality;

//! The only writer: result files, run files, and the page that people read.
//!
//! [`write_results`] turns findings into every *result file* of the contract: equal findings give
//! equal bytes. A file is one module and one row in [`exporters::EXPORTERS`]. [`Staging`] makes the
//! folder appear whole or not at all; [`write_json`] and [`write_rejects`] write what may differ
//! between runs; [`PostsWriter`] streams posts in the input's canonical form.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests read and write files"))]

use std::path::Path;

mod columns;
mod digest;
mod disk;
mod edge_column;
mod edge_list;
mod error;
pub mod exporters;
mod flat;
mod inert;
mod input;
mod objects;
mod page;
mod posts_writer;
mod run_files;
mod sheet;
mod staging;
mod table;
mod words;

#[cfg(test)]
mod tests;

pub use digest::sha256_file;
pub use edge_column::{EDGE_COLUMNS, EdgeColumn};
pub use edge_list::{EdgeList, printed};
pub use error::ReportError;
pub use exporters::text_clusters::write_text_clusters;
pub use flat::{Cells, Format, write_flat};
pub use input::ReportInput;
pub use posts_writer::{PostRow, PostsFile, PostsWriter};
pub use run_files::{RejectRow, write_json, write_rejects};
pub use staging::{FileStaging, Staging, recover};

/// Writes every result file into an existing folder.
///
/// # Errors
///
/// If a file cannot be written: the error names it, and says if the disk is full.
///
/// # Panics
///
/// If a finding holds a number that is not finite, or refers to what is not there.
pub fn write_results(dir: &Path, input: &ReportInput<'_>) -> Result<(), ReportError> {
    exporters::EXPORTERS
        .iter()
        .try_for_each(|exporter| (exporter.write)(input, &dir.join(exporter.file)))
}

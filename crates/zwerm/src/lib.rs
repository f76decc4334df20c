//! zwerm, the library: the configuration, and the pipeline that knows the order of the stages.
//!
//! [`scan()`] is the main job; [`ingest()`] only writes posts of any kind as canonical Parquet;
//! [`inspect`] looks at inputs and runs nothing else; [`verify`], [`explain`] and [`evaluate`] read
//! results; [`baseline()`] scores accounts as published detectors do; [`simulate`] and [`inject`]
//! write posts with a known truth.
//!
//! Everything a program needs (flags, progress, exit codes) is in `zwerm-cli`.

mod allow_list;
pub mod baseline;
pub mod cluster;
pub mod compat;
pub mod config;
pub mod edges;
pub mod elections;
mod embedding_model;
mod error;
pub mod evaluate;
pub mod explain;
mod file_system;
pub mod ingest;
pub mod inject;
pub mod inspect;
mod keyfile;
mod manifest;
mod meaning;
pub mod observer;
pub mod pipeline;
mod results;
pub mod reveal;
pub mod simulate;
mod spill;
pub mod verify;

pub use crate::baseline::{Scored, baseline};
pub use crate::cluster::{Clustered, cluster};
pub use crate::config::{ConfigFile, Settings};
pub use crate::error::{ScanError, Status};
pub use crate::ingest::{IngestOutcome, ingest};
pub use crate::meaning::MeaningSection;
pub use crate::observer::{Observer, Silent};
pub use crate::pipeline::{Outcome, scan};
pub use crate::reveal::{Audit, Revealed, reveal};
pub use zwerm_report::Format;

/// The names of all schemas that inputs may follow, the canonical one first.
#[must_use]
pub fn schema_names() -> Vec<&'static str> {
    zwerm_ingest::schema::names()
}

/// A moment of a clock in RFC 3339, UTC.
#[must_use]
pub fn moment_of(at: std::time::SystemTime) -> String {
    jiff::Timestamp::try_from(at).map_or_else(|_| "unknown".to_owned(), |at| at.to_string())
}

/// Keeps panics that become errors (a decoder that gives up on a damaged file) off the terminal;
/// all others are printed as before. For programs: the hook is the process's.
pub fn print_only_unguarded_panics() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !zwerm_ingest::source::is_guarded() {
            print(panic);
        }
    }));
}

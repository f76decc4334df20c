//! The only reader: files and a column mapping in, [`Posts`] out, every bad row counted.
//!
//! A row group of a file is one partition: [`chunk::read`] turns it into a [`chunk::Chunk`] without
//! looking at any other, and [`assemble`](mod@assemble) merges chunks into posts in the one order
//! that all stages rely on. Rows may therefore arrive in any order and any split.
//!
//! Only the columns in [`column::TABLE`] are ever decoded. A biography, a place, a display name or
//! a birth date cannot leak from a run that never read it.

pub mod assemble;
pub mod chunk;
pub mod column;
mod decode;
mod derive;
mod error;
mod file_system;
mod local_names;
mod narrow;
pub mod raw;
pub mod source;
pub mod texts;
mod times;

use std::path::PathBuf;

use jiff::tz::TimeZone;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use zwerm_model::{Posts, Resolution, Tally};

use crate::chunk::Chunk;
pub use crate::column::ColumnMap;
pub use crate::error::{ErrorKind, IngestError};
pub use crate::source::{Source, SourceFile};
pub use crate::texts::{Arrivals, Lane, TextChunk, TextFiles};

/// What one row of the input is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowLayout {
    /// A post.
    #[default]
    Post,
    /// One (post, object): rows with one post id are merged, their lists united.
    Long,
}

/// How to read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IngestConfig {
    /// Which input column holds which canonical column.
    pub map: ColumnMap,
    /// What one row is.
    pub rows: RowLayout,
    /// The zone of times that carry none (an IANA name); without it they are read as UTC, and
    /// counted.
    pub time_zone: Option<String>,
    /// The share of a file's rows that may be rejected before the run stops.
    pub reject_ratio_max: f64,
}

/// A row that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reject {
    /// The file.
    pub file: String,
    /// The row in that file, from 0.
    pub row: u64,
    /// Why, as a word (`missing_post_id`, …).
    pub reason: &'static str,
    /// What was found.
    pub detail: String,
}

/// What was read.
#[derive(Debug)]
pub struct Ingested {
    /// The posts.
    pub posts: Posts,
    /// The rows that could not be read, by file and row.
    pub rejects: Vec<Reject>,
    /// The files read.
    pub sources: Vec<Source>,
    /// How finely the times are told.
    pub resolution: Resolution,
    /// A digest of the kept rows that depends neither on their order nor on their files.
    pub row_digest: String,
    /// Canonical columns that no input has.
    pub absent: Vec<&'static str>,
    /// What was counted.
    pub tally: Tally,
}

/// Reads posts from files, folders and glob patterns.
///
/// # Errors
///
/// If an input is missing or not Parquet, a needed column is absent or of a wrong type, too many
/// rows of a file are bad, or nothing is left to read.
///
/// # Cost
///
/// Linear in the rows but for sorts; row groups in parallel. Holds all posts and their texts once.
pub fn read(inputs: &[PathBuf], config: &IngestConfig) -> Result<Ingested, IngestError> {
    let files = source::open_all(inputs, &config.map, &column::POSTS)?;
    let chunks = read_chunks(&files, config)?;
    let sources = files.par_iter().map(SourceFile::describe).collect::<Result<Vec<_>, _>>()?;
    check_all_reject_ratios(&chunks, &sources, config)?;
    let mut ingested = assemble::assemble(chunks, sources, config)?;
    ingested.row_digest = assemble::digest(&ingested.posts);
    Ok(ingested)
}

/// Reads some columns of posts and none of the others: what a command needs that looks at one kind
/// of behaviour. Texts are read only where a list that is wanted has to be derived from them. The
/// digest of the rows and the hashes of the files stay empty.
///
/// # Errors
///
/// As [`read`].
///
/// # Cost
///
/// As [`read`], for the columns that are read.
pub fn read_columns(
    inputs: &[PathBuf],
    config: &IngestConfig,
    columns: &[&'static str],
) -> Result<Ingested, IngestError> {
    let open = |wanted: &[&'static str]| {
        let selection = column::Selection { read: wanted, needed: column::POSTS.needed };
        source::open_all(inputs, &config.map, &selection)
    };
    // Which copy of a post is the newest matters only where there are copies.
    let mut wanted: Vec<&'static str> =
        column::ALWAYS.iter().chain(columns).copied().filter(|&c| c != "collected_at").collect();
    let files = open(&wanted)?;
    let is_absent = |name: &&str| !files.iter().any(|f| f.columns().any(|c| c.name == *name));
    if columns.iter().filter(|name| derive::DERIVED.contains(name)).any(is_absent) {
        wanted.push("text");
    } else if config.rows == RowLayout::Post && !columns.contains(&"text") {
        let zone = config.time_zone.as_deref().map(time_zone).transpose()?;
        let sources: Vec<Source> =
            files.iter().map(SourceFile::describe_unread).collect::<Result<_, _>>()?;
        if let Some((posts, tally, resolution)) = narrow::read(&files, zone.as_ref())? {
            let (rejects, row_digest) = (Vec::new(), String::new());
            let absent = assemble::absent(&sources);
            return Ok(Ingested { posts, rejects, sources, resolution, row_digest, absent, tally });
        }
    }
    wanted.push("collected_at");
    let files = open(&wanted)?;
    let chunks = read_chunks(&files, config)?;
    let sources = files.iter().map(SourceFile::describe_unread).collect::<Result<Vec<_>, _>>()?;
    check_all_reject_ratios(&chunks, &sources, config)?;
    assemble::assemble(chunks, sources, config)
}

/// Reads every row group of some files.
fn read_chunks(files: &[SourceFile], config: &IngestConfig) -> Result<Vec<Chunk>, IngestError> {
    let zone = config.time_zone.as_deref().map(time_zone).transpose()?;
    let partitions: Vec<(usize, usize)> = files
        .iter()
        .enumerate()
        .flat_map(|(file, open)| (0..open.row_groups()).map(move |group| (file, group)))
        .collect();
    let chunks = partitions
        .into_par_iter()
        .map(|(file, group)| chunk::read(&files[file], group, zone.as_ref()))
        .collect::<Vec<_>>();
    // The first damaged partition is named, whichever thread met one first.
    chunks.into_iter().collect()
}

fn check_all_reject_ratios(
    chunks: &[Chunk],
    sources: &[Source],
    config: &IngestConfig,
) -> Result<(), IngestError> {
    sources.iter().try_for_each(|source| {
        let mut by_reason = Tally::default();
        for reject in chunks.iter().flat_map(|c| &c.rejects).filter(|r| r.file == source.path) {
            by_reason.add(reject.reason, 1);
        }
        check_reject_ratio(&source.path, source.rows, &by_reason, config.reject_ratio_max)
    })
}

fn time_zone(name: &str) -> Result<TimeZone, IngestError> {
    let unknown = |_| IngestError::new(format!("time zone \"{name}\""), ErrorKind::UnknownTimeZone);
    TimeZone::get(name).map_err(unknown)
}

/// Stops a run whose input is mostly unreadable: a wrong mapping must not look like a quiet night.
fn check_reject_ratio(
    file: &str,
    rows: u64,
    by_reason: &Tally,
    ratio_max: f64,
) -> Result<(), IngestError> {
    let rejected: u64 = by_reason.iter().map(|(_, n)| n).sum();
    if rejected as f64 <= ratio_max * rows as f64 {
        return Ok(());
    }
    let mut reasons: Vec<(String, u64)> =
        by_reason.iter().map(|(name, n)| (name.to_owned(), n)).collect();
    reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let kind = ErrorKind::TooManyRejects { rejected, rows, ratio_max, reasons };
    Err(IngestError::new(file, kind))
}

//! The only reader: files and a mapping in, [`Posts`] out, every bad row counted.
//!
//! A row group of a Parquet file, or a block of lines of a file of records, is one partition: it
//! becomes a [`chunk::Chunk`] without a look at any other, and [`assemble`](mod@assemble) merges
//! chunks into posts in the one order that all stages rely on. Rows may therefore arrive in any
//! order and any split. Whatever a file is, its rows become the same decoded cells; all that is
//! said of times, ids, rejected rows and names is said once, behind that.
//!
//! Only the columns in [`column::TABLE`] are ever decoded. A biography, a place, a display name or
//! a birth date cannot leak from a run that never read it.

pub mod arrivals;
pub mod assemble;
mod builder;
mod cells;
pub mod chunk;
pub mod column;
mod decided;
mod decode;
mod derive;
mod error;
mod file_system;
mod gather;
mod local_ids;
mod local_names;
mod narrow;
mod parquet_file;
mod piece;
mod post_parts;
mod pseudonym;
pub mod raw;
mod raw_records;
mod record;
mod scatter;
pub mod schema;
pub mod source;
mod stream;
pub mod survey;
pub mod texts;
mod time_text;
mod times;
mod utf16;
mod vectors;

use std::borrow::Cow;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use zwerm_model::{Embeddings, Posts, Resolution, Tally, UnixMillis};

use crate::column::Selection;
use crate::source::{Opened, Opening, PASSED_OVER, SourceFile};

pub use crate::arrivals::Arrivals;
pub use crate::chunk::Chunk;
pub use crate::column::ColumnMap;
pub use crate::error::{ErrorKind, IngestError};
pub use crate::post_parts::PostParts;
pub use crate::pseudonym::Pseudonyms;
pub use crate::scatter::{Gathered, Passed, Scattered, scatter};
pub use crate::schema::Evidence;
pub use crate::source::Source;
pub use crate::survey::{PlatformSurvey, Survey, survey};
pub use crate::texts::{Lane, TextChunk, TextFiles};
pub use crate::vectors::MODEL_KEY;

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
    /// The schema of files that are not Parquet; `None` or `auto` = the one that fits best.
    pub schema: Option<String>,
    /// What one row is.
    pub rows: RowLayout,
    /// Whether bytes that are no UTF-8 are replaced, rather than their rows refused.
    pub lossy_utf8: bool,
    /// Names of accounts and posts are replaced by these.
    pub pseudonyms: Option<Pseudonyms>,
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
    /// When the copy of each post was observed; empty if no input tells.
    pub collected_at: Vec<Option<UnixMillis>>,
    /// What the texts of posts mean, as vectors; empty if no input tells.
    pub embeddings: Embeddings,
    /// The rows that could not be read, by file and row.
    pub rejects: Vec<Reject>,
    /// The files read.
    pub sources: Vec<Source>,
    /// Files of records in folders that hold no posts, by path: nothing of them was read.
    pub passed_over: Vec<String>,
    /// How finely the times are told.
    pub resolution: Resolution,
    /// A digest of the kept rows that depends neither on their order nor on their files.
    pub row_digest: String,
    /// Canonical columns that no input has.
    pub absent: Vec<&'static str>,
    /// What was counted.
    pub tally: Tally,
    /// What tells the key of the pseudonyms from others, if names are pseudonyms.
    pub pseudonym_key: Option<String>,
}

/// Reads posts from files, folders and glob patterns.
///
/// # Errors
///
/// If an input is missing or of no known format, a needed column is absent or of a wrong type, too
/// many rows of a file are bad, or nothing is left to read.
///
/// # Cost
///
/// Linear in the rows but for sorts; row groups and blocks of lines in parallel. Holds all posts
/// and their texts once.
pub fn read(inputs: &[PathBuf], config: &IngestConfig) -> Result<Ingested, IngestError> {
    let opening = opening(config, column::POSTS)?;
    let opened = source::open_all(inputs, &opening)?;
    read_all(opened, &opening, SourceFile::describe)
}

/// Reads some columns of posts and none of the others: what a command needs that looks at one kind
/// of behaviour. Texts are read only where a list that is wanted may have to be derived from them.
/// The hashes of the files, and for clean Parquet files the digest of the rows, stay empty.
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
    let opening_of = |wanted: &[&'static str]| {
        let read = Cow::Owned(wanted.to_vec());
        opening(config, Selection { read, needed: column::POSTS.needed })
    };
    // Which copy of a post is the newest matters only where there are copies.
    let mut wanted: Vec<&'static str> =
        column::ALWAYS.iter().chain(columns).copied().filter(|&c| c != "collected_at").collect();
    let opening = opening_of(&wanted)?;
    let Opened { files, passed_over } = source::open_all(inputs, &opening)?;
    // What a file of records has is known only when it was read.
    let parquet: Option<Vec<_>> = files.iter().map(SourceFile::as_parquet).collect();
    let is_absent = |name: &&str| {
        let mut files = parquet.iter().flatten();
        !files.any(|file| file.inputs().any(|(column, _)| column.name == *name))
    };
    if columns.iter().filter(|name| derive::DERIVED.contains(name)).any(is_absent) {
        wanted.push("text");
    } else if let Some(parquet) = parquet.filter(|_| can_be_narrow(config, columns))
        && let Some((posts, mut tally, resolution)) = narrow::read(&parquet, opening.zone.as_ref())?
    {
        let described = files.iter().zip(&parquet);
        let described = described.map(|(file, parquet)| file.describe_unread(parquet.rows(), &[]));
        let sources = described.collect::<Result<Vec<_>, _>>()?;
        tally.add(PASSED_OVER, passed_over.len() as u64);
        return Ok(Ingested {
            posts,
            collected_at: Vec::new(),
            embeddings: Embeddings::default(),
            rejects: Vec::new(),
            absent: assemble::absent(&sources),
            sources,
            passed_over,
            resolution,
            row_digest: String::new(),
            tally,
            pseudonym_key: None,
        });
    }
    wanted.push("collected_at");
    let opening = opening_of(&wanted)?;
    let opened = source::open_all(inputs, &opening)?;
    read_all(opened, &opening, SourceFile::describe_unread)
}

/// Whether rows are posts, of which nothing is wanted but names.
fn can_be_narrow(config: &IngestConfig, columns: &[&'static str]) -> bool {
    config.rows == RowLayout::Post && config.pseudonyms.is_none() && !columns.contains(&"text")
}

fn opening(config: &IngestConfig, selection: Selection) -> Result<Opening<'_>, IngestError> {
    let zone = config.time_zone.as_deref().map(time_zone).transpose()?;
    Ok(Opening { config, zone, selection })
}

/// Reads files that are open; `describe` says what the manifest says of each.
fn read_all(
    Opened { files, passed_over }: Opened,
    opening: &Opening<'_>,
    describe: impl Fn(&SourceFile, u64, &[&'static str]) -> Result<Source, IngestError> + Sync,
) -> Result<Ingested, IngestError> {
    let config = opening.config;
    let chunks: Vec<_> = files.par_iter().map(|file| file.read(opening.zone.as_ref())).collect();
    let mut chunks = chunks.into_iter().collect::<Result<Vec<Vec<Chunk>>, _>>()?;
    if let Some(pseudonyms) = &config.pseudonyms {
        chunks.par_iter_mut().flatten().for_each(|chunk| pseudonyms.apply(chunk));
    }
    let described = files.par_iter().zip(&chunks).map(|(file, chunks)| {
        let rows = chunks.iter().map(|chunk| chunk.rows).sum();
        let of_chunks = |name: &&str| chunks.iter().any(|chunk| chunk.columns.contains(name));
        let all = column::TABLE.iter().map(|column| column.name);
        let source = describe(file, rows, &all.filter(of_chunks).collect::<Vec<_>>())?;
        let mut by_reason = Tally::default();
        for reject in chunks.iter().flat_map(|chunk| &chunk.rejects) {
            by_reason.add(reject.reason, 1);
        }
        check_reject_ratio(&source.path, source.rows, &by_reason, config.reject_ratio_max)?;
        Ok(source)
    });
    let described: Vec<_> = described.collect();
    let sources = described.into_iter().collect::<Result<Vec<_>, _>>()?;
    let chunks = chunks.into_iter().flatten().collect();
    let mut ingested = assemble::assemble(chunks, sources, config)?;
    ingested.tally.add(PASSED_OVER, passed_over.len() as u64);
    Ok(Ingested { passed_over, ..ingested })
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
    // Of a handful of rows one may be bad: no share of them is less.
    if rejected as f64 <= (ratio_max * rows as f64).ceil() {
        return Ok(());
    }
    let mut reasons: Vec<(String, u64)> =
        by_reason.iter().map(|(name, n)| (name.to_owned(), n)).collect();
    reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let kind = ErrorKind::TooManyRejects { rejected, rows, ratio_max, reasons };
    Err(IngestError::new(file, kind))
}

//! Which files to read, and what is in them.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use rayon::prelude::*;
use serde::Serialize;

use crate::chunk::Chunk;
use crate::column::{self, Selection};
use crate::error::{ErrorKind, IngestError};
use crate::parquet_file::{BatchReader, ParquetFile};
use crate::record::{RecordFile, RecordOptions};
use crate::schema::{self, Evidence};
use crate::{IngestConfig, file_system};

/// How the names of files of posts end, packed ones with `.gz` or `.zst` behind it.
const ENDINGS: [&str; 6] = [".parquet", ".csv", ".tsv", ".ndjson", ".jsonl", ".json"];

/// How the names of files end that `zwerm ingest` writes beside posts: they hold none.
const REJECTS: &str = ".rejects.parquet";

/// The count of files in folders that hold no posts.
pub(crate) const PASSED_OVER: &str = "ingest.files_passed_over";

/// A file that was read, as the manifest names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its path as given.
    pub path: String,
    /// What it is: `parquet`, `csv.gz`, …
    pub format: String,
    /// The schema that it was read by.
    pub schema: &'static str,
    /// Why this schema, where it was not plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Its size.
    pub bytes: u64,
    /// Its rows.
    pub rows: u64,
    /// Its SHA-256; empty where nobody asked for it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// What made its vectors, where it has some and says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedding_model: Option<String>,
    /// Its columns and their types.
    pub columns: Vec<(String, String)>,
    /// (canonical column, input column) as used.
    pub mapping: Vec<(&'static str, String)>,
    /// The columns of which nothing is read.
    pub never_read: Vec<String>,
}

/// A file to read.
#[derive(Debug)]
pub(crate) enum SourceFile {
    /// Parquet.
    Parquet(ParquetFile),
    /// Anything else: records.
    Records(Arc<RecordFile>),
}

impl SourceFile {
    /// Its path, for messages.
    pub(crate) fn name(&self) -> String {
        match self {
            SourceFile::Parquet(file) => file.name(),
            SourceFile::Records(file) => file.name(),
        }
    }

    /// The Parquet file that it is, if it is one.
    pub(crate) fn as_parquet(&self) -> Option<&ParquetFile> {
        match self {
            SourceFile::Parquet(file) => Some(file),
            SourceFile::Records(_) => None,
        }
    }

    /// Reads all of it, in parallel; the chunks are in the order of the rows.
    pub(crate) fn read(&self, zone: Option<&TimeZone>) -> Result<Vec<Chunk>, IngestError> {
        let file = match self {
            SourceFile::Parquet(file) => {
                let groups = 0..file.row_groups();
                let chunks: Vec<_> =
                    groups.into_par_iter().map(|group| file.read(group, zone)).collect();
                // The first damaged partition is named, whichever thread met one first.
                return chunks.into_iter().collect();
            }
            SourceFile::Records(file) => file,
        };
        let parts = file.parts().enumerate().par_bridge();
        let mut chunks: Vec<(usize, Result<Chunk, IngestError>)> =
            parts.map(|(at, part)| (at, part.and_then(|part| file.chunk(part)))).collect();
        chunks.sort_unstable_by_key(|(at, _)| *at);
        let mut first_row = 0;
        let mut numbered = Vec::with_capacity(chunks.len());
        for (_, chunk) in chunks {
            let mut chunk = chunk?;
            chunk.begin_at(first_row);
            first_row += chunk.rows;
            numbered.push(chunk);
        }
        Ok(numbered)
    }

    /// Reads all of it, in parallel, and hands on chunks as they are ready, in no order: one per
    /// thread is held at a time. With each comes the number of the part of the file that it is, if
    /// its rows are counted from 0 and not from the first of the file.
    pub(crate) fn each_chunk<E: From<IngestError> + Send>(
        &self,
        zone: Option<&TimeZone>,
        take: &(impl Fn(Option<u64>, Chunk) -> Result<(), E> + Sync),
    ) -> Result<(), E> {
        let outcomes: Vec<(usize, Result<(), E>)> = match self {
            SourceFile::Parquet(file) => {
                let read = |group| -> Result<(), E> {
                    let mut batches = BatchReader::new(file, group, zone)?;
                    while let Some(chunk) = batches.next()? {
                        take(None, chunk)?;
                    }
                    Ok(())
                };
                let groups = (0..file.row_groups()).into_par_iter();
                groups.map(|group| (group, read(group))).filter(|(_, read)| read.is_err()).collect()
            }
            SourceFile::Records(file) => {
                let parts = file.parts().enumerate().par_bridge();
                let read = |at, part: Result<_, IngestError>| {
                    take(Some(at as u64), part.and_then(|part| file.chunk(part))?)
                };
                let outcomes = parts.map(|(at, part)| (at, read(at, part)));
                outcomes.filter(|(_, read)| read.is_err()).collect()
            }
        };
        // The first damaged partition is named, whichever thread met one first.
        outcomes.into_iter().min_by_key(|(at, _)| *at).map_or(Ok(()), |(_, error)| error)
    }

    /// Its entry in the manifest, with what its chunks had; reads the whole file once for the hash.
    pub(crate) fn describe(
        &self,
        rows: u64,
        columns: &[&'static str],
    ) -> Result<Source, IngestError> {
        let sha256 = file_system::sha256(Path::new(&self.name()))?;
        Ok(Source { sha256, ..self.describe_unread(rows, columns)? })
    }

    /// The same without the hash: for commands that write no manifest.
    pub(crate) fn describe_unread(
        &self,
        rows: u64,
        columns: &[&'static str],
    ) -> Result<Source, IngestError> {
        let (path, format, schema, evidence, columns, mapping, never_read) = match self {
            SourceFile::Parquet(file) => {
                let schema = crate::schema::CANONICAL;
                let format = "parquet".to_owned();
                let (columns, mapping) = (file.input_columns(), file.mapping());
                let names = columns.iter().map(|(name, _)| name.clone());
                let is_read = |name: &String| mapping.iter().any(|(_, input)| input == name);
                let never_read = names.filter(|name| !is_read(name)).collect();
                (file.path(), format, schema, None, columns, mapping, never_read)
            }
            SourceFile::Records(file) => {
                let cell = if file.format().starts_with("csv") { "text" } else { "JSON" };
                let inputs = file.input_columns.iter();
                let inputs = inputs.map(|name| (name.clone(), cell.to_owned())).collect();
                let filled = columns.iter().filter(|name| **name != column::LOCAL_ID.name);
                let mapping = filled.map(|name| (*name, file.input_of(name))).collect();
                let evidence = file.evidence.clone();
                let never_read = file.never_read();
                (file.path(), file.format(), file.schema(), evidence, inputs, mapping, never_read)
            }
        };
        Ok(Source {
            path: self.name(),
            format,
            schema,
            evidence,
            bytes: file_system::size(path)?,
            rows,
            sha256: String::new(),
            embedding_model: self.as_parquet().and_then(ParquetFile::embedding_model),
            columns,
            mapping,
            never_read,
        })
    }
}

/// How to open files.
pub(crate) struct Opening<'a> {
    pub(crate) config: &'a IngestConfig,
    pub(crate) zone: Option<TimeZone>,
    pub(crate) selection: Selection,
}

/// Files that are open.
pub(crate) struct Opened {
    pub(crate) files: Vec<SourceFile>,
    /// Files of records in folders that lack what posts have, by path: truths, lists of accounts.
    pub(crate) passed_over: Vec<String>,
}

/// Opens every file that the inputs name and checks that it can be read as posts. Of a folder,
/// tables that hold something else are passed over, unless nothing is left.
pub(crate) fn open_all(inputs: &[PathBuf], opening: &Opening<'_>) -> Result<Opened, IngestError> {
    let schema = match opening.config.schema.as_deref() {
        None | Some("auto") => None,
        Some(name) => {
            let known = schema::names();
            let found = known.iter().find(|known| **known == name).copied();
            Some(found.ok_or_else(|| {
                IngestError::new(format!("schema \"{name}\""), ErrorKind::UnknownSchema { known })
            })?)
        }
    };
    let options = Arc::new(RecordOptions {
        map: opening.config.map.clone(),
        schema,
        lossy: opening.config.lossy_utf8,
        zone: opening.zone.clone(),
        selection: opening.selection.clone(),
    });
    let mut paths = Vec::new();
    for input in inputs {
        let is_named = !file_system::is_folder(input);
        paths.extend(expand(input)?.into_iter().map(|path| (path, is_named)));
    }
    let results: Vec<_> = paths
        .into_par_iter()
        .map(|(path, is_named)| (path.display().to_string(), is_named, open_one(path, &options)))
        .collect();
    let mut opened = Opened { files: Vec::new(), passed_over: Vec::new() };
    let mut first_passed_over = None;
    for (name, is_named, result) in results {
        match result {
            Ok(file) => opened.files.push(file),
            Err(error) if !is_named && error.is_no_post_table() => {
                opened.passed_over.push(name);
                first_passed_over.get_or_insert(error);
            }
            // The first that cannot be opened is named.
            Err(error) => return Err(error),
        }
    }
    match first_passed_over {
        Some(error) if opened.files.is_empty() => Err(error),
        _ => Ok(opened),
    }
}

/// The files behind a file name, a folder or a glob pattern, sorted.
pub(crate) fn expand(input: &Path) -> Result<Vec<PathBuf>, IngestError> {
    let name = input.display().to_string();
    let is_pattern = name.contains(['*', '?', '[']) && file_system::size(input).is_err();
    let found = if is_pattern {
        let paths = glob::glob(&name)
            .map_err(|error| IngestError::new(&name, ErrorKind::BadPattern(error.to_string())))?;
        let mut found: Vec<PathBuf> = paths.filter_map(Result::ok).collect();
        found.sort_unstable();
        found
    } else if file_system::is_folder(input) {
        file_system::files_below(input, &has_known_ending)?
    } else {
        vec![input.to_path_buf()]
    };
    if found.is_empty() {
        return Err(IngestError::new(name, ErrorKind::NoFiles));
    }
    Ok(found)
}

fn open_one(path: PathBuf, options: &Arc<RecordOptions>) -> Result<SourceFile, IngestError> {
    let name = path.display().to_string();
    let is_parquet_by_name = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet"));
    if file_system::size(&path)? == 0 && (is_parquet_by_name || !has_known_ending(&path)) {
        return Err(IngestError::new(name, ErrorKind::EmptyFile));
    }
    if is_parquet_by_name || file_system::begins_with(&path, &[b"PAR1", b"PARE"])? {
        return ParquetFile::open(path, &options.map, &options.selection).map(SourceFile::Parquet);
    }
    let file = guarded(&name, || RecordFile::open(path, Arc::clone(options)))??;
    Ok(SourceFile::Records(Arc::new(file)))
}

/// Whether a name ends as those of files of posts do.
fn has_known_ending(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let name = [".gz", ".zst", ".zstd"].iter().find_map(|p| name.strip_suffix(p)).unwrap_or(&name);
    ENDINGS.iter().any(|ending| name.ends_with(ending)) && !name.ends_with(REJECTS)
}

thread_local! {
    /// Whether this thread is inside [`guarded`].
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread is about to become an error, so that a program's panic hook need
/// not print it as well.
#[must_use]
pub fn is_guarded() -> bool {
    IS_GUARDED.get()
}

/// Runs a reader and turns its panic into an error that names the file: some damaged files make the
/// decoder panic, and one of them must not end a night's batch without a word.
pub(crate) fn guarded<T>(name: &str, read: impl FnOnce() -> T) -> Result<T, IngestError> {
    IS_GUARDED.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(read));
    IS_GUARDED.set(false);
    outcome.map_err(|panic| {
        let why = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|&s| s.to_owned()))
            .unwrap_or_else(|| "no reason given".to_owned());
        IngestError::new(name, ErrorKind::ReaderPanicked(why))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_a_worker_is_an_error_that_names_the_file() {
        let panicking = |row: u32| -> u32 {
            assert!(is_guarded());
            assert!(row < 500, "row {row} of nothing");
            row
        };
        let read = |row| guarded("posts.parquet", || panicking(row));
        let outcomes: Vec<_> = (0..1_000_u32).into_par_iter().map(read).collect();
        assert!(outcomes[..500].iter().all(Result::is_ok) && !is_guarded());
        for outcome in &outcomes[500..] {
            let error = outcome.as_ref().expect_err("it panicked").to_string();
            assert!(
                error.starts_with("posts.parquet: ") && error.contains("of nothing"),
                "{error}"
            );
        }
    }
}

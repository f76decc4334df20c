//! Which files to read, and what is in them.

use std::cell::Cell;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use serde::Serialize;

use crate::column::{self, Column, ColumnMap, Selection};
use crate::error::{ErrorKind, IngestError};
use crate::file_system;

/// Rows decoded at a time: enough to make a call cheap, few enough to stay in cache.
const BATCH_ROWS: usize = 8_192;

/// A column chunk below this may be packed as tightly as it likes, in bytes.
const UNPACKED_BYTES_MAX: i64 = 1 << 28;

/// Above it, this many times its packed size is a bomb: text packs to a tenth, ids to a hundredth.
const EXPANSION_MAX: i64 = 1_000;

/// A file that was read, as the manifest names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its path as given.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its rows.
    pub rows: u64,
    /// Its SHA-256.
    pub sha256: String,
    /// Its columns and their types.
    pub columns: Vec<(String, String)>,
    /// (canonical column, input column) as used.
    pub mapping: Vec<(&'static str, String)>,
}

/// A Parquet file whose footer was read.
#[derive(Debug)]
pub struct SourceFile {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    /// (canonical column, place of its input column).
    columns: Vec<(&'static Column, usize)>,
}

impl SourceFile {
    /// Its path, for messages.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// How many row groups it has.
    #[must_use]
    pub fn row_groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> u64 {
        u64::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// The row number at which a row group starts.
    #[must_use]
    pub fn first_row(&self, group: usize) -> u64 {
        let groups = &self.metadata.metadata().row_groups()[..group];
        groups.iter().map(|g| u64::try_from(g.num_rows()).unwrap_or(0)).sum()
    }

    /// The canonical columns it has.
    pub fn columns(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().map(|(column, _)| *column)
    }

    /// The name of the input column behind a canonical one.
    #[must_use]
    pub fn input_name(&self, column: &Column) -> String {
        self.columns
            .iter()
            .find(|(c, _)| c.name == column.name)
            .map(|(_, at)| self.metadata.schema().field(*at).name().clone())
            .unwrap_or_default()
    }

    /// A reader over one row group that decodes the canonical columns and nothing else.
    pub(crate) fn batches(&self, group: usize) -> Result<ParquetRecordBatchReader, IngestError> {
        let file = file_system::open(&self.path)?;
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let roots = self.columns.iter().map(|(_, at)| *at);
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        builder
            .with_projection(mask)
            .with_row_groups(vec![group])
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|error| self.damaged(&error))
    }

    /// The error for a file whose bytes are not what its footer says.
    pub(crate) fn damaged(&self, why: &dyn std::fmt::Display) -> IngestError {
        IngestError::new(self.name(), ErrorKind::NotParquet(why.to_string()))
    }

    /// Its entry in the manifest; reads the whole file once for the hash.
    pub(crate) fn describe(&self) -> Result<Source, IngestError> {
        let sha256 = file_system::sha256(&self.path)?;
        Ok(Source { sha256, ..self.describe_unread()? })
    }

    /// The same without the hash: for commands that write no manifest.
    pub(crate) fn describe_unread(&self) -> Result<Source, IngestError> {
        let fields = self.metadata.schema().fields();
        Ok(Source {
            path: self.name(),
            bytes: file_system::size(&self.path)?,
            rows: self.rows(),
            sha256: String::new(),
            columns: fields.iter().map(|f| (f.name().clone(), f.data_type().to_string())).collect(),
            mapping: self.columns().map(|column| (column.name, self.input_name(column))).collect(),
        })
    }
}

/// Opens every file that the inputs name and checks that it can be read as posts.
pub(crate) fn open_all(
    inputs: &[PathBuf],
    map: &ColumnMap,
    selection: &Selection<'_>,
) -> Result<Vec<SourceFile>, IngestError> {
    let mut files = Vec::new();
    for input in inputs {
        for path in expand(input)? {
            files.push(open_one(path, map, selection)?);
        }
    }
    Ok(files)
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
        file_system::files_below(input, "parquet")?
    } else {
        vec![input.to_path_buf()]
    };
    if found.is_empty() {
        return Err(IngestError::new(name, ErrorKind::NoFiles));
    }
    Ok(found)
}

fn open_one(
    path: PathBuf,
    map: &ColumnMap,
    selection: &Selection<'_>,
) -> Result<SourceFile, IngestError> {
    let name = path.display().to_string();
    if file_system::size(&path)? == 0 {
        return Err(IngestError::new(name, ErrorKind::EmptyFile));
    }
    let file = file_system::open(&path)?;
    let metadata = guarded(&name, || load_footer(&file))?
        .map_err(|error| IngestError::new(&name, ErrorKind::NotParquet(error.to_string())))?;
    let columns = resolve_columns(&name, &metadata, map, selection)?;
    check_expansion(&name, &metadata, &columns)?;
    Ok(SourceFile { path, metadata, columns })
}

fn load_footer(file: &File) -> parquet::errors::Result<ArrowReaderMetadata> {
    ArrowReaderMetadata::load(file, ArrowReaderOptions::new())
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

/// Refuses a column chunk that would unpack to far more than it is: a few bytes must not fill the
/// memory of a night's batch.
fn check_expansion(
    name: &str,
    metadata: &ArrowReaderMetadata,
    columns: &[(&'static Column, usize)],
) -> Result<(), IngestError> {
    let parquet = metadata.parquet_schema();
    for group in metadata.metadata().row_groups() {
        for (leaf, chunk) in group.columns().iter().enumerate() {
            let root = parquet.get_column_root_idx(leaf);
            if !columns.iter().any(|&(_, place)| place == root) {
                continue;
            }
            let (packed, unpacked) = (chunk.compressed_size(), chunk.uncompressed_size());
            if unpacked > UNPACKED_BYTES_MAX && unpacked / EXPANSION_MAX > packed.max(1) {
                let place = format!("{name}: column \"{}\"", chunk.column_path());
                let what = format!("{packed} bytes would unpack to {unpacked}");
                return Err(IngestError::new(place, ErrorKind::TooLarge(what)));
            }
        }
    }
    Ok(())
}

fn resolve_columns(
    name: &str,
    metadata: &ArrowReaderMetadata,
    map: &ColumnMap,
    selection: &Selection<'_>,
) -> Result<Vec<(&'static Column, usize)>, IngestError> {
    let schema = metadata.schema();
    let mut columns = Vec::new();
    for column in column::TABLE.iter().filter(|column| selection.reads(column)) {
        let wanted = map.source_of(column);
        if let Some((place, _)) = schema.fields().find(wanted) {
            columns.push((column, place));
        } else if selection.needs(column) || map.names(column) {
            let available = schema.fields().iter().map(|f| f.name().clone()).collect();
            let kind = ErrorKind::MissingColumn {
                canonical: column.name,
                wanted: wanted.to_owned(),
                available,
            };
            return Err(IngestError::new(name, kind));
        }
    }
    Ok(columns)
}

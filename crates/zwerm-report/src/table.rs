//! Parquet files that are the same bytes for the same rows.
//!
//! Everything that could differ between two runs is fixed: the writer's name, the compression and
//! its level, the rows per row group, and no Arrow schema beside Parquet's own types.
//!
//! # Memory
//!
//! One row group of Arrow arrays at a time, whatever the number of rows.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::Schema;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};

use crate::disk;
use crate::error::{ReportError, io_of_arrow, io_of_parquet};

/// Rows per row group: large enough for a scan, small enough for a laptop to hold several.
pub(crate) const GROUP_ROWS: usize = 131_072;

/// The writer's name in every file, in the form that readers parse.
const CREATED_BY: &str = concat!("zwerm version ", env!("CARGO_PKG_VERSION"));

/// zstd's own default: beyond it, time grows faster than files shrink.
const ZSTD_LEVEL: i32 = 3;

/// For files that zstd has little to add to.
const ZSTD_LEVEL_FAST: i32 = 1;

/// A Parquet file being written.
pub(crate) struct TableFile {
    path: PathBuf,
    schema: Arc<Schema>,
    writer: ArrowWriter<File>,
}

impl TableFile {
    /// Creates the file.
    pub(crate) fn create(path: &Path, schema: Arc<Schema>) -> Result<Self, ReportError> {
        Self::create_with(path, schema, properties(ZSTD_LEVEL))
    }

    /// Creates the file, with names and values for its metadata.
    pub(crate) fn create_about(
        path: &Path,
        schema: Arc<Schema>,
        metadata: Vec<(String, String)>,
    ) -> Result<Self, ReportError> {
        let metadata: Vec<KeyValue> =
            metadata.into_iter().map(|(name, value)| KeyValue::new(name, value)).collect();
        let metadata = (!metadata.is_empty()).then_some(metadata);
        Self::create_with(path, schema, properties(ZSTD_LEVEL).set_key_value_metadata(metadata))
    }

    /// Creates a file of numbers and of names that come again and again, which its dictionaries
    /// make small: packed with less effort, it is hardly larger.
    pub(crate) fn create_fast(path: &Path, schema: Arc<Schema>) -> Result<Self, ReportError> {
        Self::create_with(path, schema, properties(ZSTD_LEVEL_FAST))
    }

    fn create_with(
        path: &Path,
        schema: Arc<Schema>,
        properties: WriterPropertiesBuilder,
    ) -> Result<Self, ReportError> {
        let options = ArrowWriterOptions::new()
            .with_skip_arrow_metadata(true)
            .with_properties(properties.build());
        let file = disk::create(path)?;
        let writer = ArrowWriter::try_new_with_options(file, Arc::clone(&schema), options)
            .map_err(|e| cannot_write(path, e))?;
        Ok(TableFile { path: path.to_owned(), schema, writer })
    }

    /// Appends one row group.
    pub(crate) fn push(&mut self, columns: Vec<ArrayRef>) -> Result<(), ReportError> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|e| ReportError::system(&self.path, "cannot write", io_of_arrow(e)))?;
        self.writer.write(&batch).map_err(|e| cannot_write(&self.path, e))?;
        self.writer.flush().map_err(|e| cannot_write(&self.path, e))
    }

    /// Writes the footer.
    pub(crate) fn finish(self) -> Result<(), ReportError> {
        self.writer.close().map_err(|e| cannot_write(&self.path, e)).map(drop)
    }
}

/// Writes a table of `rows` rows; `columns` makes the columns of one range of them.
pub(crate) fn write(
    path: &Path,
    schema: Arc<Schema>,
    rows: usize,
    columns: impl Fn(Range<usize>) -> Vec<ArrayRef>,
) -> Result<(), ReportError> {
    let mut file = TableFile::create(path, schema)?;
    for start in (0..rows).step_by(GROUP_ROWS) {
        file.push(columns(start..rows.min(start + GROUP_ROWS)))?;
    }
    file.finish()
}

fn properties(zstd_level: i32) -> WriterPropertiesBuilder {
    let level = ZstdLevel::try_new(zstd_level).expect("it is a level of zstd");
    WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
}

fn cannot_write(path: &Path, error: parquet::errors::ParquetError) -> ReportError {
    ReportError::system(path, "cannot write", io_of_parquet(error))
}

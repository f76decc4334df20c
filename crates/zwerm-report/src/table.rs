//! Parquet files that are the same bytes for the same rows.
//!
//! Everything that could differ between two runs is fixed: the writer's name, the compression and
//! its level, the rows per row group, and no Arrow schema beside Parquet's own types.
//!
//! The columns of a row group are encoded side by side where the caller is in a pool of threads.
//!
//! # Memory
//!
//! One row group at a time, as Arrow arrays and encoded, whatever the number of rows.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions,
    compute_leaves,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;

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
    writer: SerializedFileWriter<File>,
    encoders: ArrowRowGroupWriterFactory,
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
    /// make small: packed with less effort, it is hardly larger. Some columns, of numbers that
    /// hardly come again, have no dictionary; those that `rows_by` names, by which rows are sorted,
    /// say what their least and their greatest value is. In the others every part of the file would
    /// say the same.
    pub(crate) fn create_fast(
        path: &Path,
        schema: Arc<Schema>,
        without_dictionary: &[&str],
        rows_by: &[&str],
    ) -> Result<Self, ReportError> {
        let mut properties =
            properties(ZSTD_LEVEL_FAST).set_statistics_enabled(EnabledStatistics::None);
        for &column in without_dictionary {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(column), false);
        }
        for &column in rows_by {
            let path = ColumnPath::from(column);
            properties = properties.set_column_statistics_enabled(path, EnabledStatistics::Chunk);
        }
        Self::create_with(path, schema, properties)
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
        let (writer, encoders) =
            ArrowWriter::try_new_with_options(file, Arc::clone(&schema), options)
                .and_then(ArrowWriter::into_serialized_writer)
                .map_err(|e| cannot_write(path, e))?;
        Ok(TableFile { path: path.to_owned(), schema, writer, encoders })
    }

    /// Appends one row group.
    pub(crate) fn push(&mut self, columns: Vec<ArrayRef>) -> Result<(), ReportError> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|e| ReportError::system(&self.path, "cannot write", io_of_arrow(e)))?;
        self.push_group(&batch).map_err(|e| cannot_write(&self.path, e))
    }

    fn push_group(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let encoders =
            self.encoders.create_column_writers(self.writer.flushed_row_groups().len())?;
        let mut encoders = encoders.into_iter();
        let mut columns = Vec::with_capacity(batch.num_columns());
        for (field, column) in self.schema.fields().iter().zip(batch.columns()) {
            let leaves = compute_leaves(field, &column.slice(0, 0))?.len();
            let encoders = encoders.by_ref().take(leaves).collect();
            columns.push(Encoding { field, column, encoders });
        }
        let encoded = encode_all(columns)?;
        let mut group = self.writer.next_row_group()?;
        for column in encoded.into_iter().flatten() {
            column.append_to_row_group(&mut group)?;
        }
        group.close().map(drop)
    }

    /// Writes the footer.
    pub(crate) fn finish(self) -> Result<(), ReportError> {
        self.writer.close().map_err(|e| cannot_write(&self.path, e)).map(drop)
    }
}

/// A column of a row group, and what encodes each of its leaves.
struct Encoding<'a> {
    field: &'a Arc<Field>,
    column: &'a ArrayRef,
    encoders: Vec<ArrowColumnWriter>,
}

impl Encoding<'_> {
    fn encode(mut self) -> Result<Vec<ArrowColumnChunk>, ParquetError> {
        let leaves = compute_leaves(self.field, self.column)?;
        for (encoder, leaf) in self.encoders.iter_mut().zip(&leaves) {
            encoder.write(leaf)?;
        }
        self.encoders.into_iter().map(ArrowColumnWriter::close).collect()
    }
}

/// Encodes columns, side by side if this is one of several threads: who is in no pool was given one
/// thread.
fn encode_all(columns: Vec<Encoding<'_>>) -> Result<Vec<Vec<ArrowColumnChunk>>, ParquetError> {
    match rayon::current_thread_index() {
        Some(_) => columns.into_par_iter().with_max_len(1).map(Encoding::encode).collect(),
        None => columns.into_iter().map(Encoding::encode).collect(),
    }
}

/// Makes two columns, side by side as [`encode_all`] does.
pub(crate) fn both(
    a: impl FnOnce() -> ArrayRef + Send,
    b: impl FnOnce() -> ArrayRef + Send,
) -> (ArrayRef, ArrayRef) {
    match rayon::current_thread_index() {
        Some(_) => rayon::join(a, b),
        None => (a(), b()),
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

fn cannot_write(path: &Path, error: ParquetError) -> ReportError {
    ReportError::system(path, "cannot write", io_of_parquet(error))
}

//! A Parquet file: what its footer says, and its row groups as chunks.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use jiff::tz::TimeZone;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};

use crate::builder::Builder;
use crate::cells::{Cells, Decoded};
use crate::chunk::Chunk;
use crate::column::{self, Column, ColumnMap, Selection, Shape};
use crate::decode::{self, TextCells};
use crate::error::{ErrorKind, IngestError};
use crate::file_system;
use crate::source::guarded;
use crate::times;
use crate::vectors;

/// Rows decoded at a time: enough to make a call cheap, few enough to stay in cache.
const BATCH_ROWS: usize = 4_096;

/// A column chunk below this may be packed as tightly as it likes, in bytes.
const UNPACKED_BYTES_MAX: i64 = 1 << 28;

/// Above it, this many times its packed size is a bomb: text packs to a tenth, ids to a hundredth.
const EXPANSION_MAX: i64 = 1_000;

/// A Parquet file whose footer was read.
#[derive(Debug)]
pub(crate) struct ParquetFile {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    /// (canonical column, place of its input column).
    columns: Vec<(&'static Column, usize)>,
}

impl ParquetFile {
    /// Reads the footer and finds the columns.
    pub(crate) fn open(
        path: PathBuf,
        map: &ColumnMap,
        selection: &Selection,
    ) -> Result<Self, IngestError> {
        let name = path.display().to_string();
        let file = file_system::open(&path)?;
        let metadata = guarded(&name, || load_footer(&file))?
            .map_err(|error| IngestError::new(&name, ErrorKind::NotParquet(error.to_string())))?;
        let columns = resolve_columns(&name, &metadata, map, selection)?;
        check_types(&name, &metadata, &columns)?;
        check_expansion(&name, &metadata, &columns)?;
        Ok(ParquetFile { path, metadata, columns })
    }

    /// Its path, for messages.
    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// How many row groups it has.
    pub(crate) fn row_groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    /// How many rows it has.
    pub(crate) fn rows(&self) -> u64 {
        self.first_row(self.row_groups())
    }

    /// How many rows a row group has.
    pub(crate) fn rows_of(&self, group: usize) -> usize {
        usize::try_from(self.metadata.metadata().row_group(group).num_rows()).unwrap_or(0)
    }

    /// Its columns and their types.
    pub(crate) fn input_columns(&self) -> Vec<(String, String)> {
        let fields = self.metadata.schema().fields();
        fields.iter().map(|f| (f.name().clone(), f.data_type().to_string())).collect()
    }

    /// (canonical column, input column) as used.
    pub(crate) fn mapping(&self) -> Vec<(&'static str, String)> {
        let columns = self.columns.iter();
        columns.map(|&(column, place)| (column.name, self.input_name(place).to_owned())).collect()
    }

    /// The canonical columns that it has, and the names of their input columns.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = (&'static Column, &str)> {
        self.columns.iter().map(|&(column, place)| (column, self.input_name(place)))
    }

    /// What made its vectors, if it has any and says so.
    pub(crate) fn embedding_model(&self) -> Option<String> {
        self.columns.iter().find(|(column, _)| column.shape == Shape::Vector)?;
        let pairs = self.metadata.metadata().file_metadata().key_value_metadata()?;
        let pair = pairs.iter().find(|pair| pair.key == vectors::MODEL_KEY)?;
        let name = pair.value.as_deref()?.trim();
        (!name.is_empty()).then(|| name.chars().take(vectors::MODEL_CHARS_MAX).collect())
    }

    fn input_name(&self, place: usize) -> &str {
        self.metadata.schema().field(place).name()
    }

    /// The row number at which a row group starts.
    fn first_row(&self, group: usize) -> u64 {
        let groups = &self.metadata.metadata().row_groups()[..group];
        groups.iter().map(|g| u64::try_from(g.num_rows()).unwrap_or(0)).sum()
    }

    /// A reader over one row group that decodes the canonical columns and nothing else.
    pub(crate) fn batches(&self, group: usize) -> Result<ParquetRecordBatchReader, IngestError> {
        self.batches_as(group, self.metadata.clone())
    }

    /// As [`batches`](Self::batches); names that the file keeps in a dictionary come in one.
    pub(crate) fn keyed_batches(
        &self,
        group: usize,
    ) -> Result<ParquetRecordBatchReader, IngestError> {
        let options = ArrowReaderOptions::new().with_schema(self.keyed_schema(group));
        let metadata = Arc::clone(self.metadata.metadata());
        match ArrowReaderMetadata::try_new(metadata, options) {
            Ok(metadata) => self.batches_as(group, metadata),
            Err(error) => Err(self.damaged(&error)),
        }
    }

    /// The schema with dictionaries for the names of a row group that has them in one.
    fn keyed_schema(&self, group: usize) -> Arc<Schema> {
        let chunks = self.metadata.metadata().row_group(group).columns();
        let parquet = self.metadata.parquet_schema();
        let mut fields: Vec<Arc<Field>> = self.metadata.schema().fields().iter().cloned().collect();
        for (leaf, chunk) in chunks.iter().enumerate() {
            let root = parquet.get_column_root_idx(leaf);
            // No id of a post comes again.
            let names_things = |&(column, place): &(&Column, usize)| {
                place == root
                    && column.name != "post_id"
                    && matches!(column.shape, Shape::Id | Shape::Name | Shape::List)
            };
            let field = &mut fields[root];
            let is_text = matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8);
            let has_dictionary = chunk.dictionary_page_offset().is_some();
            if is_text && has_dictionary && self.columns.iter().any(names_things) {
                let names = Box::new(field.data_type().clone());
                let data_type = DataType::Dictionary(Box::new(DataType::Int32), names);
                *field = Arc::new(field.as_ref().clone().with_data_type(data_type));
            }
        }
        Arc::new(Schema::new(fields))
    }

    fn batches_as(
        &self,
        group: usize,
        metadata: ArrowReaderMetadata,
    ) -> Result<ParquetRecordBatchReader, IngestError> {
        let file = file_system::open(&self.path)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
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

    /// Reads one row group; `zone` is that of times that carry none.
    pub(crate) fn read(&self, group: usize, zone: Option<&TimeZone>) -> Result<Chunk, IngestError> {
        guarded(&self.name(), || {
            let mut builder = self.builder(group);
            for batch in self.batches(group)? {
                self.push(&mut builder, &batch.map_err(|error| self.damaged(&error))?, zone)?;
            }
            Ok(builder.take())
        })?
    }

    fn builder(&self, group: usize) -> Builder {
        let columns = self.columns.iter().map(|(column, _)| *column).collect();
        Builder::new(&self.name(), columns, self.first_row(group))
    }

    fn push(
        &self,
        builder: &mut Builder,
        batch: &RecordBatch,
        zone: Option<&TimeZone>,
    ) -> Result<(), IngestError> {
        let mut cells = Vec::with_capacity(self.columns.len());
        for &(column, place) in &self.columns {
            let input = self.input_name(place);
            let array = batch.column_by_name(input);
            let decoded = array.map(|array| decode_column(builder, column, array, zone));
            cells.push(decoded.transpose().map_err(|(expected, found)| {
                let place = format!("{}: column \"{input}\"", self.name());
                IngestError::new(place, ErrorKind::WrongType { expected, found })
            })?);
        }
        builder.push(&Cells(cells), batch.num_rows(), Vec::new());
        Ok(())
    }
}

fn decode_column(
    builder: &mut Builder,
    column: &Column,
    array: &ArrayRef,
    zone: Option<&TimeZone>,
) -> Result<Decoded<'static>, decode::Mismatch> {
    Ok(match column.shape {
        Shape::Id | Shape::Name => Decoded::Text(decode::as_ids(array)?),
        Shape::Text => Decoded::Text(decode::as_text(array)?),
        Shape::List => Decoded::Lists(decode::as_lists(array)?),
        Shape::Flag => Decoded::Flags(decode::as_flags(array)?),
        Shape::Vector => Decoded::Vectors(vectors::as_vectors(array)?),
        Shape::Time => {
            let (times, naive) = times::as_times(array, zone)?;
            if zone.is_none() {
                builder.tally().add(times::READ_AS_UTC, naive);
            }
            Decoded::Times(times, decode::as_text(array).unwrap_or(TextCells::Missing))
        }
    })
}

/// Reads one row group batch by batch, each as a chunk of its own.
pub(crate) struct BatchReader<'a> {
    file: &'a ParquetFile,
    builder: Builder,
    batches: ParquetRecordBatchReader,
    zone: Option<&'a TimeZone>,
}

impl<'a> BatchReader<'a> {
    /// Starts with the first row of a row group.
    pub(crate) fn new(
        file: &'a ParquetFile,
        group: usize,
        zone: Option<&'a TimeZone>,
    ) -> Result<Self, IngestError> {
        let batches = guarded(&file.name(), || file.batches(group))??;
        Ok(BatchReader { file, builder: file.builder(group), batches, zone })
    }

    /// The next batch; `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>, IngestError> {
        let BatchReader { file, builder, batches, zone } = self;
        guarded(&file.name(), || {
            let Some(batch) = batches.next() else { return Ok(None) };
            file.push(builder, &batch.map_err(|error| file.damaged(&error))?, *zone)?;
            Ok(Some(builder.take()))
        })?
    }
}

fn load_footer(file: &File) -> parquet::errors::Result<ArrowReaderMetadata> {
    ArrowReaderMetadata::load(file, ArrowReaderOptions::new())
}

/// Refuses a column whose type cannot be read as what it should be, before anything is read of it.
fn check_types(
    name: &str,
    metadata: &ArrowReaderMetadata,
    columns: &[(&'static Column, usize)],
) -> Result<(), IngestError> {
    for &(column, place) in columns {
        let field = metadata.schema().field(place);
        let none = arrow_array::new_empty_array(field.data_type());
        let read = match column.shape {
            Shape::Id | Shape::Name => decode::as_ids(&none).map(drop),
            Shape::Text => decode::as_text(&none).map(drop),
            Shape::List => decode::as_lists(&none).map(drop),
            Shape::Flag => decode::as_flags(&none).map(drop),
            Shape::Vector => vectors::as_vectors(&none).map(drop),
            Shape::Time => times::as_times(&none, None).map(drop),
        };
        read.map_err(|(expected, found)| {
            let place = format!("{name}: column \"{}\"", field.name());
            IngestError::new(place, ErrorKind::WrongType { expected, found })
        })?;
    }
    Ok(())
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
    selection: &Selection,
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

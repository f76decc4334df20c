//! Rows as they stand: some columns by the names that the files give them, nothing merged, sorted,
//! rejected or derived.
//!
//! For commands that repeat what another tool does with a table, down to its treatment of missing
//! cells, repeated rows and the order of the file. Everything else reads [`Posts`].
//!
//! # Memory
//!
//! 4 bytes a name, 8 a time, and each distinct name once.
//!
//! [`Posts`]: zwerm_model::Posts

use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use zwerm_model::names::Interner;
use zwerm_model::{NONE, Strings};

use crate::decode::{self, ListCells, Mismatch};
use crate::error::{ErrorKind, IngestError};
use crate::record::form::Head;
use crate::times::{self, RawTime};
use crate::{file_system, raw_records, source};

/// What a column of seconds may be.
const SECONDS_TYPES: &str = "a number of seconds, a timestamp, or RFC 3339 text";

/// How a column is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawShape {
    /// One name per row; an empty one is missing.
    Names,
    /// Several names per row: a list, or one text that single spaces divide. Unlike everywhere else
    /// here an empty part is a name too: it is for the caller to say what it means.
    Words,
    /// A moment in seconds, fractions included.
    Seconds,
}

/// A column that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawColumn {
    /// What the caller calls it, for messages.
    pub role: &'static str,
    /// Its name in the files.
    pub name: String,
    /// How it is read.
    pub shape: RawShape,
}

/// The values of one column, row by row in the order of the files.
#[derive(Clone, Debug, PartialEq)]
pub enum RawCells {
    /// Names, numbered as they were met; [`NONE`] is missing.
    Names {
        /// The distinct names.
        names: Strings,
        /// The number of each row's.
        of: Vec<u32>,
    },
    /// Several names per row.
    Words {
        /// The distinct names.
        names: Strings,
        /// Where each row ends among the values.
        ends: Vec<u32>,
        /// Their numbers.
        values: Vec<u32>,
    },
    /// Seconds; NaN is missing.
    Seconds(Vec<f64>),
}

/// Reads some columns of files, in the order in which they are asked for: Parquet, or what
/// `raw_records` reads.
///
/// # Errors
///
/// If an input is missing or damaged, or a column is absent or of a type that does not fit.
pub fn read_rows(inputs: &[PathBuf], columns: &[RawColumn]) -> Result<Vec<RawCells>, IngestError> {
    let mut builders: Vec<Builder> =
        columns.iter().map(|column| Builder::new(column.shape)).collect();
    for input in inputs {
        for path in source::expand(input)? {
            let name = path.display().to_string();
            source::guarded(&name, || read_file(&path, columns, &mut builders))??;
        }
    }
    Ok(builders.into_iter().map(Builder::finish).collect())
}

fn read_file(
    path: &Path,
    columns: &[RawColumn],
    builders: &mut [Builder],
) -> Result<(), IngestError> {
    let name = path.display().to_string();
    if !is_parquet(path)? {
        let head = Head::read(path)?;
        if !head.bytes.is_empty() {
            return raw_records::read_file(path, &head, columns, builders);
        }
    }
    let damaged = |why: &dyn std::fmt::Display| {
        IngestError::new(&name, ErrorKind::NotParquet(why.to_string()))
    };
    let reader = ParquetRecordBatchReaderBuilder::try_new(file_system::open(path)?)
        .map_err(|error| damaged(&error))?;
    let schema = reader.schema();
    let mut places = Vec::with_capacity(columns.len());
    for column in columns {
        let Some((place, _)) = schema.fields().find(&column.name) else {
            let available = schema.fields().iter().map(|field| field.name().clone()).collect();
            let wanted = column.name.clone();
            let kind = ErrorKind::MissingColumn { canonical: column.role, wanted, available };
            return Err(IngestError::new(&name, kind));
        };
        places.push(place);
    }
    let mask = ProjectionMask::roots(reader.parquet_schema(), places);
    let batches = reader.with_projection(mask).build().map_err(|error| damaged(&error))?;
    for batch in batches {
        let batch = batch.map_err(|error| damaged(&error))?;
        for (column, builder) in columns.iter().zip(builders.iter_mut()) {
            let Some(array) = batch.column_by_name(&column.name) else { continue };
            builder.push(array).map_err(|(expected, found)| {
                let place = format!("{name}: column \"{}\"", column.name);
                IngestError::new(place, ErrorKind::WrongType { expected, found })
            })?;
        }
    }
    Ok(())
}

/// Whether a file is Parquet, or was meant to be.
fn is_parquet(path: &Path) -> Result<bool, IngestError> {
    let is_by_name = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet"));
    Ok(is_by_name || file_system::begins_with(path, &[b"PAR1", b"PARE"])?)
}

/// A column that is being read.
pub(crate) enum Builder {
    Names { names: Interner, of: Vec<u32> },
    Words { names: Interner, ends: Vec<u32>, values: Vec<u32> },
    Seconds(Vec<f64>),
}

impl Builder {
    fn new(shape: RawShape) -> Self {
        let names = Interner::default();
        match shape {
            RawShape::Names => Builder::Names { names, of: Vec::new() },
            RawShape::Words => Builder::Words { names, ends: Vec::new(), values: Vec::new() },
            RawShape::Seconds => Builder::Seconds(Vec::new()),
        }
    }

    pub(crate) fn push(&mut self, array: &ArrayRef) -> Result<(), Mismatch> {
        match self {
            Builder::Names { names, of } => {
                let cells = decode::as_ids(array)?;
                of.extend((0..array.len()).map(|row| match cells.get(row) {
                    None | Some("") => NONE,
                    Some(name) => names.number(name),
                }));
            }
            Builder::Words { names, ends, values } => {
                let cells = decode::as_lists(array)?;
                for row in 0..array.len() {
                    match &cells {
                        ListCells::Lists(ranges, entries) => values.extend(
                            ranges[row]
                                .clone()
                                .filter_map(|at| entries.get(at))
                                .map(|w| names.number(w)),
                        ),
                        ListCells::Delimited(text) => {
                            let cell = text.get(row).unwrap_or("");
                            values.extend(cell.split(' ').map(|word| names.number(word)));
                        }
                    }
                    ends.push(u32::try_from(values.len()).expect("fewer than 2^32 list entries"));
                }
            }
            Builder::Seconds(seconds) => seconds.extend(as_seconds(array)?),
        }
        Ok(())
    }

    fn finish(self) -> RawCells {
        match self {
            Builder::Names { names, of } => RawCells::Names { names: names.into_names(), of },
            Builder::Words { names, ends, values } => {
                RawCells::Words { names: names.into_names(), ends, values }
            }
            Builder::Seconds(seconds) => RawCells::Seconds(seconds),
        }
    }
}

/// A column of moments in seconds: numbers as they are, everything else since 1970.
fn as_seconds(array: &ArrayRef) -> Result<Vec<f64>, Mismatch> {
    match array.data_type() {
        DataType::Float64 => {
            return Ok(array.as_primitive::<Float64Type>().iter().map(or_nan).collect());
        }
        DataType::Float32 => {
            let floats = array.as_primitive::<Float32Type>().iter();
            return Ok(floats.map(|value| or_nan(value.map(f64::from))).collect());
        }
        _ => {}
    }
    if let Some(integers) = decode::integers(array) {
        return Ok(integers.into_iter().map(|value| or_nan(value.map(|v| v as f64))).collect());
    }
    if let Ok(text) = decode::as_text(array) {
        return (0..array.len()).map(|row| seconds_of(text.get(row).unwrap_or(""))).collect();
    }
    let (times, _) = times::as_times(array, None).map_err(|(_, found)| (SECONDS_TYPES, found))?;
    let seconds = |time| match time {
        RawTime::Millis(ms) => ms as f64 / 1_000.0,
        RawTime::Epoch(seconds) => seconds as f64,
        RawTime::Missing | RawTime::Invalid(_) => f64::NAN,
    };
    Ok(times.into_iter().map(seconds).collect())
}

fn or_nan(value: Option<f64>) -> f64 {
    value.filter(|value| value.is_finite()).unwrap_or(f64::NAN)
}

/// A text as seconds; nothing written is a missing time.
fn seconds_of(text: &str) -> Result<f64, Mismatch> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(f64::NAN);
    }
    if let Ok(seconds) = text.parse::<f64>() {
        return Ok(or_nan(Some(seconds)));
    }
    match text.parse::<jiff::Timestamp>() {
        Ok(at) => Ok(at.as_nanosecond() as f64 / 1e9),
        Err(_) => Err((SECONDS_TYPES, format!("\"{text}\""))),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Float64Array, Int64Array, StringArray, TimestampMillisecondArray};

    use super::*;

    #[track_caller]
    fn check_seconds(array: impl Array + 'static, expected: &[Option<f64>]) {
        let array: ArrayRef = Arc::new(array);
        let seconds = as_seconds(&array).expect("seconds");
        let found: Vec<Option<f64>> =
            seconds.into_iter().map(|s| (!s.is_nan()).then_some(s)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn seconds_of_every_type() {
        check_seconds(Int64Array::from(vec![Some(7), None]), &[Some(7.0), None]);
        check_seconds(Float64Array::from(vec![Some(-0.5), None]), &[Some(-0.5), None]);
        check_seconds(TimestampMillisecondArray::from(vec![1_500]), &[Some(1.5)]);
        let text = StringArray::from(vec!["160.5", "", "1970-01-01T00:00:02Z"]);
        check_seconds(text, &[Some(160.5), None, Some(2.0)]);
        let words: ArrayRef = Arc::new(StringArray::from(vec!["yesterday"]));
        assert!(as_seconds(&words).is_err());
    }

    #[test]
    fn every_part_of_a_text_is_a_word() {
        let mut builder = Builder::new(RawShape::Words);
        let cells: ArrayRef = Arc::new(StringArray::from(vec![Some("u1 u2"), None, Some("u1")]));
        builder.push(&cells).expect("text");
        let RawCells::Words { names, ends, values } = builder.finish() else {
            panic!("words stay words");
        };
        assert_eq!(names.iter().collect::<Vec<_>>(), ["u1", "u2", ""]);
        assert_eq!((ends, values), (vec![2, 3, 4], vec![0, 1, 2, 0]));
    }
}

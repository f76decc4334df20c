//! Reading a folder of results back: rows as maps from column to JSON value.

use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int64Type, TimestampMillisecondType, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value, json};

use crate::error::ScanError;
use crate::file_system;
use crate::inspect::moment;

/// One row of a result file.
pub(crate) type Row = Map<String, Value>;

/// The rows of a result file whose column `column` holds `wanted`.
pub(crate) fn rows_where(path: &Path, column: &str, wanted: &str) -> Result<Vec<Row>, ScanError> {
    let damaged = |why: String| ScanError::Results { path: path.to_path_buf(), problem: why };
    let file = file_system::open_result(path)?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|error| damaged(error.to_string()))?;
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|error| damaged(error.to_string()))?;
        let keys = batch
            .column_by_name(column)
            .and_then(|keys| keys.as_string_opt::<i32>().cloned())
            .ok_or_else(|| damaged(format!("expected a text column \"{column}\"")))?;
        for row in (0..batch.num_rows()).filter(|&row| keys.is_valid(row)) {
            if keys.value(row) != wanted {
                continue;
            }
            let schema = batch.schema();
            let cells = schema.fields().iter().zip(batch.columns());
            rows.push(cells.map(|(f, c)| (f.name().clone(), value(c, row))).collect());
        }
    }
    Ok(rows)
}

/// Some columns of a result file: all of `needed`, and of `optional` those that the file has.
/// Nothing else is decoded. Returns the names of these columns and their rows, batch after batch.
pub(crate) fn columns(
    path: &Path,
    needed: &[&str],
    optional: &[&str],
) -> Result<(Vec<String>, Vec<RecordBatch>), ScanError> {
    let damaged = |why: String| ScanError::Results { path: path.to_path_buf(), problem: why };
    let builder = ParquetRecordBatchReaderBuilder::try_new(file_system::open_result(path)?)
        .map_err(|error| damaged(error.to_string()))?;
    let names: Vec<&str> = builder.schema().fields().iter().map(|f| f.name().as_str()).collect();
    if let Some(missing) = needed.iter().find(|name| !names.contains(name)) {
        let found = names.join(", ");
        return Err(damaged(format!("column {missing:?}: expected it, found {found}")));
    }
    let wanted = needed.iter().chain(optional).filter(|name| names.contains(name));
    let wanted: Vec<String> = wanted.map(|&name| name.to_owned()).collect();
    let read = wanted.iter().map(String::as_str);
    let mask = ProjectionMask::columns(builder.parquet_schema(), read);
    let reader = builder.with_projection(mask).build();
    let reader = reader.map_err(|error| damaged(error.to_string()))?;
    let batches: Result<_, ScanError> =
        reader.map(|batch| batch.map_err(|error| damaged(error.to_string()))).collect();
    Ok((wanted, batches?))
}

/// All that a text column of a result file holds.
pub(crate) fn texts_of(path: &Path, column: &str) -> Result<Vec<String>, ScanError> {
    let damaged = |why: String| ScanError::Results { path: path.to_path_buf(), problem: why };
    let file = file_system::open_result(path)?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|error| damaged(error.to_string()))?;
    let mut texts = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|error| damaged(error.to_string()))?;
        let cells = batch.column_by_name(column).and_then(|cells| cells.as_string_opt::<i32>());
        let cells = cells.ok_or_else(|| damaged(format!("expected a text column \"{column}\"")))?;
        texts.extend(cells.iter().flatten().map(str::to_owned));
    }
    Ok(texts)
}

/// One cell as JSON; times as RFC 3339.
fn value(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Utf8 => json!(array.as_string::<i32>().value(row)),
        DataType::Boolean => json!(array.as_boolean().value(row)),
        DataType::Float32 => json!(array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => json!(array.as_primitive::<Float64Type>().value(row)),
        DataType::UInt32 => json!(array.as_primitive::<UInt32Type>().value(row)),
        DataType::UInt64 => json!(array.as_primitive::<UInt64Type>().value(row)),
        DataType::Int64 => json!(array.as_primitive::<Int64Type>().value(row)),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            json!(moment(array.as_primitive::<TimestampMillisecondType>().value(row)))
        }
        DataType::List(_) => {
            let inner = array.as_list::<i32>().value(row);
            (0..inner.len()).map(|entry| value(&inner, entry)).collect()
        }
        DataType::Struct(fields) => {
            let inner = array.as_struct();
            let cells = fields.iter().zip(inner.columns());
            Value::Object(cells.map(|(f, c)| (f.name().clone(), value(c, row))).collect())
        }
        other => json!(format!("({other})")),
    }
}

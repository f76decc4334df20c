//! Results read back with the Parquet reader: rows as maps from column to JSON value.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int64Type, TimestampMillisecondType, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value, json};

/// One row of a table.
pub(crate) type Row = Map<String, Value>;

/// The files that name inputs and times; all others must be equal for equal rows.
pub(crate) const RUN_FILES: [&str; 3] = ["manifest.json", "rejects.parquet", "timings.json"];

/// The record batches of a file.
#[track_caller]
pub(crate) fn batches(path: &Path) -> Vec<RecordBatch> {
    let file = File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
    reader.build().expect("Parquet").map(|batch| batch.expect("Parquet")).collect()
}

/// The rows of a file.
#[track_caller]
pub(crate) fn rows(path: &Path) -> Vec<Row> {
    let of_batch = |batch: RecordBatch| {
        let schema = batch.schema();
        let row = |row| {
            let cells = schema.fields().iter().zip(batch.columns());
            cells.map(|(field, cells)| (field.name().clone(), value(cells, row))).collect()
        };
        (0..batch.num_rows()).map(row).collect::<Vec<Row>>()
    };
    batches(path).into_iter().flat_map(of_batch).collect()
}

/// One cell; times in milliseconds.
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
        DataType::Timestamp(TimeUnit::Millisecond, Some(_)) => {
            json!(array.as_primitive::<TimestampMillisecondType>().value(row))
        }
        DataType::List(_) => {
            let entries = array.as_list::<i32>().value(row);
            (0..entries.len()).map(|entry| value(&entries, entry)).collect()
        }
        DataType::Struct(fields) => {
            let cells = fields.iter().zip(array.as_struct().columns());
            Value::Object(cells.map(|(f, cells)| (f.name().clone(), value(cells, row))).collect())
        }
        other => panic!("no such type in the contract: {other}"),
    }
}

/// A cell that holds text.
#[track_caller]
pub(crate) fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    row[column].as_str().unwrap_or_else(|| panic!("{column} holds text: {row:?}"))
}

/// A cell that holds a number.
#[track_caller]
pub(crate) fn number(row: &Row, column: &str) -> f64 {
    row[column].as_f64().unwrap_or_else(|| panic!("{column} holds a number: {row:?}"))
}

/// A cell that holds a list of texts.
#[track_caller]
pub(crate) fn texts<'a>(row: &'a Row, column: &str) -> Vec<&'a str> {
    let list = row[column].as_array().unwrap_or_else(|| panic!("{column} holds a list"));
    list.iter().map(|entry| entry.as_str().expect("text")).collect()
}

/// The bytes of every result file, by name.
pub(crate) fn result_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = std::fs::read_dir(folder).expect("results").map(|entry| {
        entry.expect("a file").file_name().into_string().expect("our names are UTF-8")
    });
    names
        .filter(|name| !RUN_FILES.contains(&name.as_str()))
        .map(|name| {
            let bytes = std::fs::read(folder.join(&name)).expect("a file");
            (name, bytes)
        })
        .collect()
}

/// The names of the result files whose bytes differ, or that only one folder has.
pub(crate) fn different_files(a: &Path, b: &Path) -> Vec<String> {
    let (a, b) = (result_files(a), result_files(b));
    let names = a.keys().chain(b.keys().filter(|name| !a.contains_key(*name)));
    names.filter(|name| a.get(*name) != b.get(*name)).cloned().collect()
}

/// `manifest.json`.
#[track_caller]
pub(crate) fn manifest(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    serde_json::from_str(&text).expect("JSON")
}

//! Run files: what may differ between two runs over the same rows.

use std::path::Path;

use serde::Serialize;

use crate::columns::{self, Kind};
use crate::disk;
use crate::error::ReportError;
use crate::table;

/// The columns of `rejects.parquet`.
const REJECTS: [(&str, Kind); 4] =
    [("file", Kind::Utf8), ("row", Kind::U64), ("reason", Kind::Utf8), ("detail", Kind::Utf8)];

/// A row of the input that was not taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RejectRow {
    /// The file it stands in.
    pub file: String,
    /// Its row there, from 0.
    pub row: u64,
    /// Why, by name.
    pub reason: String,
    /// What was found.
    pub detail: String,
}

/// Writes `dir/name` as JSON for people: indented, with a newline at the end.
///
/// # Errors
///
/// If it cannot be written.
pub fn write_json(dir: &Path, name: &str, value: &impl Serialize) -> Result<(), ReportError> {
    let path = dir.join(name);
    let mut text = serde_json::to_vec_pretty(value)
        .map_err(|e| ReportError::refused(&path, "cannot write as JSON", e.to_string()))?;
    text.push(b'\n');
    disk::write(&path, &text)
}

/// Writes `dir/rejects.parquet`, in the given order.
///
/// # Errors
///
/// If it cannot be written.
pub fn write_rejects(dir: &Path, rejects: &[RejectRow]) -> Result<(), ReportError> {
    let path = dir.join("rejects.parquet");
    table::write(&path, columns::schema(&REJECTS), rejects.len(), |range| {
        let rows = &rejects[range];
        vec![
            columns::utf8(rows.iter().map(|row| &row.file)),
            columns::u64s(rows.iter().map(|row| row.row)),
            columns::utf8(rows.iter().map(|row| &row.reason)),
            columns::utf8(rows.iter().map(|row| &row.detail)),
        ]
    })
}

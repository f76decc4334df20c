//! One partition: a row group of a file, read without looking at any other.

use std::collections::BTreeMap;

use arrow_array::{Array, ArrayRef, BooleanArray, LargeStringArray, RecordBatch};
use jiff::tz::TimeZone;
use zwerm_model::hash::Map;
use zwerm_model::{NONE, Strings, Tally};

use crate::column::{Column, Shape};
use crate::decode::{self, ListCells};
use crate::error::{ErrorKind, IngestError};
use crate::source::{SourceFile, guarded};
use crate::times::{self, RawTime};
use crate::{Reject, derive};

/// The most of a bad value that a rejection quotes, in characters.
const DETAIL_CHARS_MAX: usize = 80;

/// A column of names, numbered in the order in which this partition met them.
#[derive(Debug, Default)]
pub struct LocalNames {
    numbers: Map<Box<str>, u32>,
    /// The distinct names.
    pub names: Strings,
    /// For a list column: where each row ends. Empty otherwise.
    pub ends: Vec<u32>,
    /// The number of each row's name (or [`NONE`]), or of each list entry.
    pub values: Vec<u32>,
}

impl LocalNames {
    fn push(&mut self, name: Option<&str>) {
        let number = name.map_or(NONE, |name| self.number(name));
        self.values.push(number);
    }

    fn push_list<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        for name in names {
            let number = self.number(name);
            self.values.push(number);
        }
        self.ends.push(u32::try_from(self.values.len()).expect("a row group of fewer than 2^32"));
    }

    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = u32::try_from(self.names.len()).expect("a row group of fewer than 2^32 names");
        self.numbers.insert(name.into(), number);
        self.names.push(name);
        number
    }

    /// The entries of a row of a list column.
    pub(crate) fn row(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.values[start as usize..self.ends[row] as usize]
    }
}

/// The usable rows of one row group, and what became of the others.
#[derive(Debug, Default)]
pub struct Chunk {
    /// Rows that could not be read.
    pub rejects: Vec<Reject>,
    /// What was counted.
    pub tally: Tally,
    pub(crate) post_id: Strings,
    pub(crate) at: Vec<RawTime>,
    pub(crate) collected_at: Vec<RawTime>,
    pub(crate) text: Strings,
    pub(crate) automated: Vec<Option<bool>>,
    pub(crate) names: BTreeMap<&'static str, LocalNames>,
    pub(crate) lists: BTreeMap<&'static str, LocalNames>,
    /// Where each usable row stood: kept for the rejection of epoch integers that overflow.
    pub(crate) file: String,
    pub(crate) row: Vec<u64>,
}

impl Chunk {
    /// How many usable rows it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.post_id.len()
    }

    /// Whether it has no usable row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.post_id.is_empty()
    }
}

/// Whether a cell is one of the ways to write "nothing": an empty cell must never become an object
/// that links accounts.
pub(crate) fn is_missing(cell: &str) -> bool {
    matches!(cell, "" | "[]" | "\"\"" | "NA" | "<NA>" | "NaN" | "nan" | "None" | "null" | "NULL")
}

/// Reads one row group of one file; `zone` is that of times that carry none.
///
/// # Errors
///
/// If the file is damaged or a column has a type that cannot be read.
pub fn read(
    file: &SourceFile,
    group: usize,
    zone: Option<&TimeZone>,
) -> Result<Chunk, IngestError> {
    guarded(&file.name(), || {
        let mut builder = Builder::new(file, group, zone);
        for batch in file.batches(group)? {
            builder.push(&batch.map_err(|error| file.damaged(&error))?)?;
        }
        Ok(builder.chunk)
    })?
}

/// Turns record batches into a [`Chunk`].
struct Builder<'a> {
    file: &'a SourceFile,
    columns: Vec<&'static Column>,
    zone: Option<&'a TimeZone>,
    chunk: Chunk,
    next_row: u64,
}

/// The decoded columns of one batch.
#[derive(Default)]
struct Cells {
    ids: BTreeMap<&'static str, LargeStringArray>,
    times: BTreeMap<&'static str, Vec<RawTime>>,
    lists: BTreeMap<&'static str, ListCells>,
    flags: BTreeMap<&'static str, BooleanArray>,
}

impl<'a> Builder<'a> {
    fn new(file: &'a SourceFile, group: usize, zone: Option<&'a TimeZone>) -> Self {
        let columns: Vec<_> = file.columns().collect();
        let mut chunk = Chunk { file: file.name(), ..Chunk::default() };
        for column in &columns {
            match column.shape {
                Shape::Id | Shape::Name if column.name != "post_id" => {
                    chunk.names.insert(column.name, LocalNames::default());
                }
                Shape::List => {
                    chunk.lists.insert(column.name, LocalNames::default());
                }
                _ => {}
            }
        }
        Builder { file, columns, zone, chunk, next_row: file.first_row(group) }
    }

    fn push(&mut self, batch: &RecordBatch) -> Result<(), IngestError> {
        let cells = self.decode(batch)?;
        self.chunk.tally.add("ingest.rows", batch.num_rows() as u64);
        for row in 0..batch.num_rows() {
            let at_row = self.next_row;
            self.next_row += 1;
            match check_row(&cells, row) {
                Verdict::Use => self.push_row(&cells, row, at_row),
                Verdict::NotPublic => self.chunk.tally.add("ingest.filtered.not_public", 1),
                Verdict::Reject(reason, detail) => self.chunk.rejects.push(Reject {
                    file: self.chunk.file.clone(),
                    row: at_row,
                    reason,
                    detail: detail.chars().take(DETAIL_CHARS_MAX).collect(),
                }),
            }
        }
        Ok(())
    }

    fn decode(&mut self, batch: &RecordBatch) -> Result<Cells, IngestError> {
        let mut cells = Cells::default();
        for place in 0..self.columns.len() {
            let column = self.columns[place];
            let input = self.file.input_name(column);
            let Some(array) = batch.column_by_name(&input) else { continue };
            self.decode_column(column, array, &mut cells).map_err(|(expected, found)| {
                let place = format!("{}: column \"{input}\"", self.file.name());
                IngestError::new(place, ErrorKind::WrongType { expected, found })
            })?;
        }
        Ok(cells)
    }

    fn decode_column(
        &mut self,
        column: &'static Column,
        array: &ArrayRef,
        cells: &mut Cells,
    ) -> Result<(), decode::Mismatch> {
        match column.shape {
            Shape::Id | Shape::Name => {
                cells.ids.insert(column.name, decode::as_ids(array)?);
            }
            Shape::Text => {
                cells.ids.insert(column.name, decode::as_text(array)?);
            }
            Shape::List => {
                cells.lists.insert(column.name, decode::as_lists(array)?);
            }
            Shape::Flag => {
                cells.flags.insert(column.name, decode::as_flags(array)?);
            }
            Shape::Time => {
                let (times, naive) = times::as_times(array, self.zone)?;
                if self.zone.is_none() {
                    self.chunk.tally.add("ingest.times_without_zone_read_as_utc", naive);
                }
                cells.times.insert(column.name, times);
                // Kept to be quoted where it is no moment.
                if let Ok(text) = decode::as_text(array) {
                    cells.ids.insert(column.name, text);
                }
            }
        }
        Ok(())
    }

    fn push_row(&mut self, cells: &Cells, row: usize, at_row: u64) {
        let chunk = &mut self.chunk;
        chunk.row.push(at_row);
        chunk.post_id.push(cell(&cells.ids, "post_id", row).unwrap_or(""));
        chunk.at.push(cells.times["created_at"][row]);
        if let Some(times) = cells.times.get("collected_at") {
            chunk.collected_at.push(times[row]);
        }
        // As written, not trimmed; but a way to write "nothing" is nothing here too.
        let text = cells.ids.get("text").filter(|text| text.is_valid(row));
        let text = text.map_or("", |text| text.value(row));
        let text = if is_missing(text.trim()) { "" } else { text };
        if cells.ids.contains_key("text") {
            chunk.text.push(text);
        }
        if let Some(flags) = cells.flags.get("automated") {
            chunk.automated.push(flags.is_valid(row).then(|| flags.value(row)));
        }
        for (name, column) in &mut chunk.names {
            column.push(cell(&cells.ids, name, row));
        }
        for (name, column) in &mut chunk.lists {
            push_list(column, name, &cells.lists[name], row);
        }
    }
}

/// What is done with a row.
enum Verdict {
    Use,
    NotPublic,
    Reject(&'static str, String),
}

fn check_row(cells: &Cells, row: usize) -> Verdict {
    for (name, missing) in [("post_id", "missing_post_id"), ("account_id", "missing_account_id")] {
        match cell(&cells.ids, name, row) {
            None => return Verdict::Reject(missing, String::new()),
            Some(id) if is_rounded_number(id) => {
                return Verdict::Reject("id_is_a_rounded_number", id.to_owned());
            }
            Some(_) => {}
        }
    }
    match cells.times["created_at"][row] {
        RawTime::Missing => return Verdict::Reject("missing_created_at", String::new()),
        RawTime::Invalid => {
            let found = cell(&cells.ids, "created_at", row).unwrap_or("");
            return Verdict::Reject("invalid_created_at", found.to_owned());
        }
        RawTime::Millis(_) | RawTime::Epoch(_) => {}
    }
    match cell(&cells.ids, "visibility", row) {
        None | Some("public") => Verdict::Use,
        Some(_) => Verdict::NotPublic,
    }
}

/// A spreadsheet's way to destroy an id: `1.01E+18`, `123.0`. Hexadecimal ids such as `12e4` stay.
fn is_rounded_number(id: &str) -> bool {
    let is_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match id.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (id, None),
    };
    let has_sign = exponent.is_some_and(|e| e.strip_prefix(['+', '-']).is_some_and(is_digits));
    match mantissa.split_once('.') {
        Some((whole, part)) => {
            is_digits(whole) && is_digits(part) && exponent.is_none_or(|e| has_sign || is_digits(e))
        }
        None => is_digits(mantissa) && has_sign,
    }
}

/// A cell that holds something.
fn cell<'a>(
    columns: &'a BTreeMap<&'static str, LargeStringArray>,
    name: &str,
    row: usize,
) -> Option<&'a str> {
    let column = columns.get(name)?;
    if column.is_null(row) {
        return None;
    }
    Some(column.value(row).trim()).filter(|cell| !is_missing(cell))
}

fn push_list(column: &mut LocalNames, name: &str, cells: &ListCells, row: usize) {
    match cells {
        ListCells::Lists(lists) if lists.is_valid(row) => {
            let entries = lists.value(row);
            let entries = arrow_array::cast::AsArray::as_string::<i64>(&entries);
            let present = entries.iter().flatten().map(str::trim).filter(|e| !is_missing(e));
            column.push_list(present);
        }
        ListCells::Delimited(text) if text.is_valid(row) => {
            let entries = split(text.value(row), name == "urls");
            column.push_list(entries.iter().map(String::as_str));
        }
        _ => column.push_list(std::iter::empty()),
    }
}

/// The entries of a delimited string: a JSON list, a Python list, or names between `|`, `;`, white
/// space and (not in URLs, where it is a legal character) commas.
fn split(cell: &str, is_url: bool) -> Vec<String> {
    let cell = cell.trim();
    if let Ok(entries) = serde_json::from_str::<Vec<String>>(cell) {
        return entries.into_iter().filter(|e| !is_missing(e)).collect();
    }
    let bracketed = cell.strip_prefix('[').and_then(|c| c.strip_suffix(']'));
    let (inner, in_python_list) = bracketed.map_or((cell, false), |inner| (inner, true));
    inner
        .split(|c: char| {
            c == '|' || c == ';' || c.is_whitespace() || (c == ',' && (!is_url || in_python_list))
        })
        .map(|entry| entry.trim_matches(['\'', '"']))
        .filter(|entry| !is_missing(entry))
        .map(str::to_owned)
        .collect()
}

/// Fills the list columns that no input of the run has from the texts.
pub(crate) fn derive_lists(chunk: &mut Chunk, absent: &[&'static str]) {
    type Reader = fn(&str, &mut dyn FnMut(&str));
    const READERS: [(&str, Reader); 3] = [
        ("hashtags", |text, each| derive::hashtags(text, each)),
        ("mentions", |text, each| derive::mentions(text, each)),
        ("urls", |text, each| derive::urls(text, each)),
    ];
    if chunk.text.is_empty() {
        return;
    }
    for (name, reader) in READERS.into_iter().filter(|(name, _)| absent.contains(name)) {
        let mut column = LocalNames::default();
        let mut found = Vec::new();
        for text in chunk.text.iter() {
            found.clear();
            reader(text, &mut |entry| found.push(entry.to_owned()));
            column.push_list(found.iter().map(String::as_str));
        }
        chunk.lists.insert(name, column);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_number_is_no_id() {
        for id in ["1.01E+18", "1.5e18", "123.0", "1E+18"] {
            assert!(is_rounded_number(id), "{id}");
        }
        for id in ["12e4", "0000123456789e10", "p1.2", "1.2.3", "17", "e+1"] {
            assert!(!is_rounded_number(id), "{id}");
        }
    }

    #[test]
    fn one_delimited_string_is_several_names() {
        assert_eq!(split("['a', 'b']", false), ["a", "b"]);
        assert_eq!(split("[\"a,b\"]", false), ["a,b"]);
        assert_eq!(split("a|b; c", false), ["a", "b", "c"]);
        assert_eq!(
            split("https://a.eu/1,2 https://b.eu", true),
            ["https://a.eu/1,2", "https://b.eu"]
        );
        assert!(split("[]", true).is_empty());
        assert!(split("\"\"", false).is_empty());
    }
}

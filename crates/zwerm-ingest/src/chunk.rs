//! One partition: a row group of a file, read without looking at any other.

use std::collections::BTreeMap;

use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use jiff::tz::TimeZone;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use zwerm_model::{Strings, Tally};

use crate::column::{Column, Shape};
use crate::decode::{self, ListCells, TextCells};
use crate::error::{ErrorKind, IngestError};
use crate::local_names::LocalNames;
use crate::source::{SourceFile, guarded};
use crate::times::{self, RawTime};
use crate::{Reject, derive};

/// The most of a bad value that a rejection quotes, in characters.
const DETAIL_CHARS_MAX: usize = 80;

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

    /// Whether its file tells when posts were made.
    pub(crate) fn has_moments(&self) -> bool {
        self.at.iter().any(|at| *at != RawTime::Millis(0))
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

/// Reads one row group batch by batch, each as a chunk of its own.
pub(crate) struct BatchReader<'a> {
    builder: Builder<'a>,
    batches: ParquetRecordBatchReader,
}

impl<'a> BatchReader<'a> {
    /// Starts with the first row of a row group.
    pub(crate) fn new(
        file: &'a SourceFile,
        group: usize,
        zone: Option<&'a TimeZone>,
    ) -> Result<Self, IngestError> {
        let batches = guarded(&file.name(), || file.batches(group))??;
        Ok(BatchReader { builder: Builder::new(file, group, zone), batches })
    }

    /// The next batch; `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>, IngestError> {
        let BatchReader { builder, batches } = self;
        let file = builder.file;
        guarded(&file.name(), || {
            let Some(batch) = batches.next() else { return Ok(None) };
            builder.push(&batch.map_err(|error| file.damaged(&error))?)?;
            let empty = empty_chunk(file);
            Ok(Some(std::mem::replace(&mut builder.chunk, empty)))
        })?
    }
}

/// A chunk without rows that has all columns of a file.
fn empty_chunk(file: &SourceFile) -> Chunk {
    let mut chunk = Chunk { file: file.name(), ..Chunk::default() };
    for column in file.columns() {
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
    chunk
}

/// Turns record batches into a [`Chunk`].
struct Builder<'a> {
    file: &'a SourceFile,
    columns: Vec<&'static Column>,
    places: Places,
    zone: Option<&'a TimeZone>,
    chunk: Chunk,
    next_row: u64,
}

/// Where the columns that are named in the code stand among those of the file; the number of
/// columns for one that the file does not have.
struct Places {
    post_id: usize,
    account_id: usize,
    created_at: usize,
    collected_at: usize,
    visibility: usize,
    text: usize,
    automated: usize,
    /// In the order of [`Chunk::names`] and [`Chunk::lists`].
    names: Vec<usize>,
    lists: Vec<usize>,
}

/// One decoded column of one batch.
enum Decoded {
    Text(TextCells),
    /// Moments, and the text that they were read from: quoted where it is no moment.
    Times(Vec<RawTime>, TextCells),
    Lists(ListCells),
    Flags(BooleanArray),
}

/// The decoded columns of one batch; `None` where the batch lacks one.
struct Cells(Vec<Option<Decoded>>);

impl Cells {
    fn has(&self, place: usize) -> bool {
        self.0.get(place).is_some_and(Option::is_some)
    }

    /// A cell that holds something.
    #[inline]
    fn name(&self, place: usize, row: usize) -> Option<&str> {
        Some(self.text(place)?.get(row)?.trim()).filter(|cell| !is_missing(cell))
    }

    fn text(&self, place: usize) -> Option<&TextCells> {
        match self.0.get(place)?.as_ref()? {
            Decoded::Text(text) | Decoded::Times(_, text) => Some(text),
            Decoded::Lists(_) | Decoded::Flags(_) => None,
        }
    }

    fn time(&self, place: usize, row: usize) -> Option<RawTime> {
        match self.0.get(place)?.as_ref()? {
            Decoded::Times(times, _) => Some(times[row]),
            _ => None,
        }
    }
}

impl<'a> Builder<'a> {
    fn new(file: &'a SourceFile, group: usize, zone: Option<&'a TimeZone>) -> Self {
        let columns: Vec<_> = file.columns().collect();
        let chunk = empty_chunk(file);
        let place =
            |name: &str| columns.iter().position(|c| c.name == name).unwrap_or(columns.len());
        let places = Places {
            post_id: place("post_id"),
            account_id: place("account_id"),
            created_at: place("created_at"),
            collected_at: place("collected_at"),
            visibility: place("visibility"),
            text: place("text"),
            automated: place("automated"),
            names: chunk.names.keys().map(|name| place(name)).collect(),
            lists: chunk.lists.keys().map(|name| place(name)).collect(),
        };
        Builder { file, columns, places, zone, chunk, next_row: file.first_row(group) }
    }

    fn push(&mut self, batch: &RecordBatch) -> Result<(), IngestError> {
        let cells = self.decode(batch)?;
        self.chunk.tally.add("ingest.rows", batch.num_rows() as u64);
        for row in 0..batch.num_rows() {
            let at_row = self.next_row;
            self.next_row += 1;
            match check_row(&cells, &self.places, row) {
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
        let mut cells = Vec::with_capacity(self.columns.len());
        for place in 0..self.columns.len() {
            let column = self.columns[place];
            let input = self.file.input_name(column);
            let decoded = match batch.column_by_name(&input) {
                None => None,
                Some(array) => {
                    Some(self.decode_column(column, array).map_err(|(expected, found)| {
                        let place = format!("{}: column \"{input}\"", self.file.name());
                        IngestError::new(place, ErrorKind::WrongType { expected, found })
                    })?)
                }
            };
            cells.push(decoded);
        }
        Ok(Cells(cells))
    }

    fn decode_column(
        &mut self,
        column: &'static Column,
        array: &ArrayRef,
    ) -> Result<Decoded, decode::Mismatch> {
        Ok(match column.shape {
            Shape::Id | Shape::Name => Decoded::Text(decode::as_ids(array)?),
            Shape::Text => Decoded::Text(decode::as_text(array)?),
            Shape::List => Decoded::Lists(decode::as_lists(array)?),
            Shape::Flag => Decoded::Flags(decode::as_flags(array)?),
            Shape::Time => {
                let (times, naive) = times::as_times(array, self.zone)?;
                if self.zone.is_none() {
                    self.chunk.tally.add("ingest.times_without_zone_read_as_utc", naive);
                }
                Decoded::Times(times, decode::as_text(array).unwrap_or(TextCells::Missing))
            }
        })
    }

    fn push_row(&mut self, cells: &Cells, row: usize, at_row: u64) {
        let (chunk, places) = (&mut self.chunk, &self.places);
        chunk.row.push(at_row);
        chunk.post_id.push(cells.name(places.post_id, row).unwrap_or(""));
        // Posts without times are all of one moment.
        chunk.at.push(cells.time(places.created_at, row).unwrap_or(RawTime::Millis(0)));
        if let Some(time) = cells.time(places.collected_at, row) {
            chunk.collected_at.push(time);
        }
        // As written, not trimmed; but a way to write "nothing" is nothing here too.
        if let Some(texts) = cells.text(places.text) {
            let text = texts.get(row).unwrap_or("");
            chunk.text.push(if is_missing(text.trim()) { "" } else { text });
        }
        if let Some(Some(Decoded::Flags(flags))) = cells.0.get(places.automated) {
            chunk.automated.push(flags.is_valid(row).then(|| flags.value(row)));
        }
        for (column, &place) in chunk.names.values_mut().zip(&places.names) {
            column.push(cells.name(place, row));
        }
        for ((name, column), &place) in chunk.lists.iter_mut().zip(&places.lists) {
            if let Some(Some(Decoded::Lists(lists))) = cells.0.get(place) {
                push_list(column, name, lists, row);
            }
        }
    }
}

/// What is done with a row.
enum Verdict {
    Use,
    NotPublic,
    Reject(&'static str, String),
}

/// A column that the file lacks is no fault of the row: what is needed was asked for before.
fn check_row(cells: &Cells, places: &Places, row: usize) -> Verdict {
    let ids = [(places.post_id, "missing_post_id"), (places.account_id, "missing_account_id")];
    for (place, missing) in ids.into_iter().filter(|&(place, _)| cells.has(place)) {
        match cells.name(place, row) {
            None => return Verdict::Reject(missing, String::new()),
            Some(id) if is_rounded_number(id) => {
                return Verdict::Reject("id_is_a_rounded_number", id.to_owned());
            }
            Some(_) => {}
        }
    }
    match cells.time(places.created_at, row) {
        Some(RawTime::Missing) => {
            return Verdict::Reject("missing_created_at", String::new());
        }
        Some(RawTime::Invalid) => {
            let found = cells.name(places.created_at, row).unwrap_or("");
            return Verdict::Reject("invalid_created_at", found.to_owned());
        }
        None | Some(RawTime::Millis(_) | RawTime::Epoch(_)) => {}
    }
    match cells.name(places.visibility, row) {
        None | Some("public") => Verdict::Use,
        Some(_) => Verdict::NotPublic,
    }
}

/// A spreadsheet's way to destroy an id: `1.01E+18`, `123.0`. Hexadecimal ids such as `12e4` stay.
pub(crate) fn is_rounded_number(id: &str) -> bool {
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

pub(crate) fn push_list(column: &mut LocalNames, name: &str, cells: &ListCells, row: usize) {
    match cells {
        ListCells::Lists(ranges, entries) => {
            let entries = ranges[row].clone().filter_map(|place| entries.get(place));
            column.push_list(entries.map(str::trim).filter(|entry| !is_missing(entry)));
        }
        ListCells::Delimited(text) => {
            let entries = text.get(row).map(|text| split(text, name == "urls"));
            column.push_list(entries.iter().flatten().map(String::as_str));
        }
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
        for text in chunk.text.iter() {
            reader(text, &mut |entry| column.push_entry(entry));
            column.end_row();
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

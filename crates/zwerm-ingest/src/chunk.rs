//! One partition: a row group or a block of lines, read without looking at any other.

use std::collections::BTreeMap;

use memchr::memchr3;
use zwerm_model::{Strings, Tally};

use crate::cells::{Cells, Fault};
use crate::column::{Column, Shape};
use crate::decode::ListCells;
use crate::local_names::LocalNames;
use crate::times::RawTime;
use crate::vectors::{self, Vectors};
use crate::{Reject, derive};

/// The most of a bad value that a rejection quotes, in characters.
const DETAIL_CHARS_MAX: usize = 80;

/// The count of posts that refer to another by a number that lost its digits.
pub(crate) const RUINED_REFERENCES: &str = "ingest.references_that_are_rounded_numbers";

/// No platform's ids are longer than this, in bytes: addresses are the longest.
pub(crate) const ID_BYTES_MAX: usize = 4_096;

/// Longer texts are no posts, in bytes.
const TEXT_BYTES_MAX: usize = 1 << 20;

/// Longer entries of lists are left out, in bytes: whole pages stood in columns of links.
const ENTRY_BYTES_MAX: usize = 1 << 16;

/// No post has more of anything.
pub(crate) const ENTRIES_MAX: usize = 10_000;

/// The usable rows of one partition, and what became of the others.
#[derive(Debug, Default)]
pub struct Chunk {
    /// All its rows.
    pub rows: u64,
    /// Rows that could not be read.
    pub rejects: Vec<Reject>,
    /// What was counted.
    pub tally: Tally,
    pub(crate) post_id: Strings,
    pub(crate) at: Vec<RawTime>,
    pub(crate) collected_at: Vec<RawTime>,
    pub(crate) text: Strings,
    pub(crate) automated: Vec<Option<bool>>,
    pub(crate) embedding: Vectors,
    pub(crate) names: BTreeMap<&'static str, LocalNames>,
    pub(crate) lists: BTreeMap<&'static str, LocalNames>,
    /// The canonical columns that it has.
    pub(crate) columns: Vec<&'static str>,
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

    /// Says at which row of its file it begins.
    pub(crate) fn begin_at(&mut self, first_row: u64) {
        self.row.iter_mut().for_each(|row| *row += first_row);
        self.rejects.iter_mut().for_each(|reject| reject.row += first_row);
    }

    /// Whether it has no usable row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.post_id.is_empty()
    }
}

/// Whether a cell is one of the ways to write "nothing": an empty cell must never become an object
/// that links accounts.
#[inline]
pub(crate) fn is_missing(cell: &str) -> bool {
    // Most cells hold more than any of these.
    cell.len() <= 4 && is_nothing(cell)
}

fn is_nothing(cell: &str) -> bool {
    matches!(cell, "" | "[]" | "\"\"" | "NA" | "<NA>" | "NaN" | "nan" | "None" | "null" | "NULL")
}

/// Turns decoded columns into a [`Chunk`].
pub(crate) struct Builder {
    columns: Vec<&'static Column>,
    places: Places,
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
    embedding: usize,
    /// In the order of [`Chunk::names`] and [`Chunk::lists`].
    names: Vec<usize>,
    lists: Vec<usize>,
}

/// A chunk without rows that has some columns.
fn empty_chunk(file: &str, columns: &[&'static Column]) -> Chunk {
    let mut chunk = Chunk { file: file.to_owned(), ..Chunk::default() };
    for column in columns {
        chunk.columns.push(column.name);
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

impl Builder {
    /// Starts at a row of a file.
    pub(crate) fn new(file: &str, columns: Vec<&'static Column>, first_row: u64) -> Self {
        let chunk = empty_chunk(file, &columns);
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
            embedding: place("embedding"),
            names: chunk.names.keys().map(|name| place(name)).collect(),
            lists: chunk.lists.keys().map(|name| place(name)).collect(),
        };
        Builder { columns, places, chunk, next_row: first_row }
    }

    /// What is counted beside the rows.
    pub(crate) fn tally(&mut self) -> &mut Tally {
        &mut self.chunk.tally
    }

    /// Appends rows; `faults` are those that the reader already knows of, by row.
    pub(crate) fn push(&mut self, cells: &Cells, rows: usize, faults: Vec<(usize, Fault)>) {
        self.chunk.rows += rows as u64;
        self.chunk.tally.add("ingest.rows", rows as u64);
        let mut faults = faults.into_iter().peekable();
        for row in 0..rows {
            let at_row = self.next_row;
            self.next_row += 1;
            let fault = match faults.next_if(|(at, _)| *at == row) {
                Some((_, fault)) => Some(fault),
                None => check_row(cells, &self.places, row),
            };
            match fault {
                None => self.push_row(cells, row, at_row),
                Some(Fault::Filter(reason)) => {
                    self.chunk.tally.add(&format!("ingest.filtered.{reason}"), 1);
                }
                Some(Fault::Reject(reason, detail)) => self.chunk.rejects.push(Reject {
                    file: self.chunk.file.clone(),
                    row: at_row,
                    reason,
                    detail: detail.chars().take(DETAIL_CHARS_MAX).collect(),
                }),
            }
        }
    }

    /// What came of the rows so far; the next ones go into another chunk.
    pub(crate) fn take(&mut self) -> Chunk {
        let empty = empty_chunk(&self.chunk.file, &self.columns);
        let mut chunk = std::mem::replace(&mut self.chunk, empty);
        for column in self.columns.iter().filter(|column| column.shape == Shape::Id) {
            if column.name != "account_id"
                && let Some(names) = chunk.names.get_mut(column.name)
            {
                // A post that refers to a ruined id is still a post; the id would link strangers.
                let n = names.forget(is_rounded_number);
                if n > 0 {
                    chunk.tally.add(RUINED_REFERENCES, n);
                }
            }
        }
        chunk
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
        if let Some(flag) = cells.flag(places.automated, row) {
            chunk.automated.push(flag);
        }
        if let Some(vectors) = cells.vectors(places.embedding) {
            // A post whose vector is ruined is still a post.
            if !chunk.embedding.push(vectors.get(row)) {
                chunk.tally.add(vectors::NOT_FINITE, 1);
            }
        }
        for (column, &place) in chunk.names.values_mut().zip(&places.names) {
            column.push(cells.name(place, row));
        }
        for ((name, column), &place) in chunk.lists.iter_mut().zip(&places.lists) {
            if let Some(lists) = cells.lists(place) {
                let too_long = push_list(column, name, lists, row);
                if too_long > 0 {
                    chunk.tally.add("ingest.entries_too_long", too_long);
                }
            }
        }
    }
}

/// Why a row cannot be used, if so. A column that the file lacks is no fault of the row: what is
/// needed was asked for before.
fn check_row(cells: &Cells, places: &Places, row: usize) -> Option<Fault> {
    let ids = [(places.post_id, "missing_post_id"), (places.account_id, "missing_account_id")];
    for (place, missing) in ids.into_iter().filter(|&(place, _)| cells.has(place)) {
        match cells.name(place, row) {
            None => return Some(Fault::Reject(missing, String::new())),
            Some(id) if is_rounded_number(id) => {
                return Some(Fault::Reject("id_is_a_rounded_number", id.to_owned()));
            }
            Some(id) if id.len() > ID_BYTES_MAX => {
                return Some(Fault::Reject("id_is_too_long", id.to_owned()));
            }
            Some(_) => {}
        }
    }
    match cells.time(places.created_at, row) {
        Some(RawTime::Missing) => {
            return Some(Fault::Reject("missing_created_at", String::new()));
        }
        Some(RawTime::Invalid(reason)) => {
            let found = cells.name(places.created_at, row).unwrap_or("");
            return Some(Fault::Reject(reason, found.to_owned()));
        }
        None | Some(RawTime::Millis(_) | RawTime::Epoch(_)) => {}
    }
    let text = cells.text(places.text).and_then(|texts| texts.get(row));
    if let Some(text) = text.filter(|text| text.len() > TEXT_BYTES_MAX) {
        return Some(Fault::Reject("text_is_too_long", format!("{} bytes", text.len())));
    }
    let ranges = places.lists.iter().filter_map(|&place| match cells.lists(place)? {
        ListCells::Lists(ranges, _) => Some(ranges[row].len()),
        ListCells::Delimited(_) => None,
    });
    if let Some(entries) = ranges.max().filter(|n| *n > ENTRIES_MAX) {
        return Some(Fault::Reject("list_is_too_long", format!("{entries} entries")));
    }
    match cells.name(places.visibility, row) {
        None | Some("public") => None,
        Some(_) => Some(Fault::Filter("not_public")),
    }
}

/// A spreadsheet's way to destroy an id: `1.01E+18`, `123.0`. Hexadecimal ids such as `12e4` stay.
pub(crate) fn is_rounded_number(id: &str) -> bool {
    // Most ids are digits and nothing else, or begin otherwise.
    let bytes = id.as_bytes();
    if !bytes.first().is_some_and(u8::is_ascii_digit) || memchr3(b'.', b'e', b'E', bytes).is_none()
    {
        return false;
    }
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

/// Appends a list; how many of its entries were too long to be names.
pub(crate) fn push_list(column: &mut LocalNames, name: &str, cells: &ListCells, row: usize) -> u64 {
    let mut too_long = 0;
    let mut is_name = |entry: &&str| {
        too_long += u64::from(entry.len() > ENTRY_BYTES_MAX);
        entry.len() <= ENTRY_BYTES_MAX && !is_missing(entry)
    };
    match cells {
        ListCells::Lists(ranges, entries) => {
            let entries = ranges[row].clone().filter_map(|place| entries.get(place));
            column.push_list(entries.map(str::trim).filter(&mut is_name));
        }
        ListCells::Delimited(text) => {
            let entries = text.get(row).map(|text| split(text, name == "urls"));
            let entries = entries.iter().flatten().map(String::as_str);
            column.push_list(entries.filter(&mut is_name));
        }
    }
    too_long
}

/// The entries of a delimited string: a JSON list, a Python list, or names between `|`, `;`, white
/// space and (not in URLs, where it is a legal character) commas.
pub(crate) fn split(cell: &str, is_url: bool) -> Vec<String> {
    let cell = cell.trim();
    // A parser that fails makes a message, which costs more than a cell of one name.
    if cell.starts_with('[')
        && let Ok(entries) = serde_json::from_str::<Vec<String>>(cell)
    {
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

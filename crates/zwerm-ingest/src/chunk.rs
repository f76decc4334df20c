//! One partition: a row group or a block of lines, read without looking at any other.

use std::collections::BTreeMap;

use zwerm_model::{Strings, Tally};

use crate::cells::trimmed;
use crate::decode::ListCells;
use crate::local_names::LocalNames;
use crate::times::RawTime;
use crate::vectors::Vectors;
use crate::{Reject, derive};

/// The count of posts that refer to another by a number that lost its digits.
pub(crate) const RUINED_REFERENCES: &str = "ingest.references_that_are_rounded_numbers";

/// No platform's ids are longer than this, in bytes: addresses are the longest.
pub(crate) const ID_BYTES_MAX: usize = 4_096;

/// Longer texts are no posts, in bytes.
pub(crate) const TEXT_BYTES_MAX: usize = 1 << 20;

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
    pub(crate) deleted_at: Vec<RawTime>,
    pub(crate) text: Strings,
    pub(crate) automated: Vec<Option<bool>>,
    pub(crate) paid_disclosed: Vec<Option<bool>>,
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

/// A spreadsheet's way to destroy an id: `1.01E+18`, `123.0`. Hexadecimal ids such as `12e4` stay.
pub(crate) fn is_rounded_number(id: &str) -> bool {
    // Most ids are digits and nothing else, or begin otherwise.
    let bytes = id.as_bytes();
    let tells = |byte: &u8| matches!(byte, b'.' | b'e' | b'E');
    if !bytes.first().is_some_and(u8::is_ascii_digit) || !bytes.iter().any(tells) {
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
pub(crate) fn push_list(
    column: &mut LocalNames,
    name: &str,
    cells: &ListCells<'_>,
    row: usize,
) -> u64 {
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
            if let Some(text) = text.get(row) {
                split(text, name == "urls", &mut |entry| {
                    let entry = trimmed(entry);
                    if is_name(&entry) {
                        column.push_entry(entry);
                    }
                });
            }
            column.end_row();
        }
    }
    too_long
}

/// The entries of a delimited string: a JSON list, a Python list, or names between `|`, `;`, white
/// space and (not in URLs, where it is a legal character) commas.
pub(crate) fn split(cell: &str, is_url: bool, each: &mut dyn FnMut(&str)) {
    let parts = |byte: &u8| !byte.is_ascii_graphic() || b"|;,[]'\"".contains(byte);
    if !cell.bytes().any(|byte| parts(&byte)) {
        // Most cells are one name.
        if !is_missing(cell) {
            each(cell);
        }
        return;
    }
    let cell = cell.trim();
    // A parser that fails makes a message, which costs more than a cell of one name.
    if cell.starts_with('[')
        && let Ok(entries) = serde_json::from_str::<Vec<String>>(cell)
    {
        return entries.iter().filter(|entry| !is_missing(entry)).for_each(|entry| each(entry));
    }
    let bracketed = cell.strip_prefix('[').and_then(|c| c.strip_suffix(']'));
    let (inner, in_python_list) = bracketed.map_or((cell, false), |inner| (inner, true));
    let is_between = |c: char| {
        c == '|' || c == ';' || c.is_whitespace() || (c == ',' && (!is_url || in_python_list))
    };
    let entries = inner.split(is_between).map(|entry| entry.trim_matches(['\'', '"']));
    entries.filter(|entry| !is_missing(entry)).for_each(each);
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
        let entries = |cell, is_url| {
            let mut entries = Vec::new();
            split(cell, is_url, &mut |entry| entries.push(entry.to_owned()));
            entries
        };
        assert_eq!(entries("a", false), ["a"]);
        assert_eq!(entries("é", false), ["é"]);
        assert_eq!(entries("['a', 'b']", false), ["a", "b"]);
        assert_eq!(entries("[\"a,b\"]", false), ["a,b"]);
        assert_eq!(entries("a|b; c", false), ["a", "b", "c"]);
        assert_eq!(
            entries("https://a.eu/1,2 https://b.eu", true),
            ["https://a.eu/1,2", "https://b.eu"]
        );
        assert_eq!(entries("https://a.eu/1,2", true), ["https://a.eu/1,2"]);
        assert!(entries("[]", true).is_empty());
        assert!(entries("\"\"", false).is_empty());
        assert!(entries("NA", false).is_empty());
    }
}

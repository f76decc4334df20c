//! Rows that a reader of records fills, column by column: what becomes [`Cells`].

use std::ops::Range;

use arrow_array::BooleanArray;
use zwerm_model::Strings;

use crate::cells::{Cells, Decoded, Fault};
use crate::column::{Column, Shape};
use crate::decode::{ListCells, TextCells};
use crate::times::RawTime;

/// Longer texts are no posts, in bytes.
const TEXT_BYTES_MAX: usize = 1 << 20;
/// Longer names are none: whole pages have been seen in columns of links.
const NAME_BYTES_MAX: usize = 4_096;
/// No post has more of anything.
const ENTRIES_MAX: usize = 10_000;

/// Rows, and what is wrong with some.
#[derive(Debug)]
pub(crate) struct Rows {
    columns: Vec<Filling>,
    rows: usize,
    faults: Vec<(usize, Fault)>,
    /// Entries of lists that were too long to be names.
    pub(crate) entries_too_long: u64,
}

#[derive(Debug)]
enum Filling {
    Text(Strings),
    Times(Vec<RawTime>, Strings),
    Lists(Vec<Range<usize>>, Strings),
    Flags(Vec<Option<bool>>),
}

impl Rows {
    /// No rows of some columns.
    pub(crate) fn new(columns: &[&'static Column]) -> Self {
        let filling = |column: &&Column| match column.shape {
            Shape::Id | Shape::Name | Shape::Text => Filling::Text(Strings::new()),
            Shape::Time => Filling::Times(Vec::new(), Strings::new()),
            Shape::List => Filling::Lists(Vec::new(), Strings::new()),
            Shape::Flag => Filling::Flags(Vec::new()),
        };
        Rows {
            columns: columns.iter().map(filling).collect(),
            rows: 0,
            faults: Vec::new(),
            entries_too_long: 0,
        }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// Fills a text or name of the row that is being filled.
    pub(crate) fn push_text(&mut self, column: usize, shape: Shape, text: &str) {
        let max = if shape == Shape::Text { TEXT_BYTES_MAX } else { NAME_BYTES_MAX };
        let text = if text.len() > max {
            self.fault(Fault::Reject(too_long(shape), text.chars().take(80).collect()));
            ""
        } else {
            text
        };
        if let Filling::Text(texts) = &mut self.columns[column] {
            texts.push(text);
        }
    }

    /// Fills a moment; `written` is quoted if it is none.
    pub(crate) fn push_time(&mut self, column: usize, time: RawTime, written: &str) {
        if let Filling::Times(times, texts) = &mut self.columns[column] {
            times.push(time);
            // Nobody asks what a moment looked like.
            texts.push(if matches!(time, RawTime::Invalid(_)) { written } else { "" });
        }
    }

    /// Adds a name to a list of the row that is being filled.
    pub(crate) fn push_entry(&mut self, column: usize, entry: &str) {
        if entry.len() > NAME_BYTES_MAX {
            self.entries_too_long += 1;
            return;
        }
        if let Filling::Lists(_, entries) = &mut self.columns[column] {
            entries.push(entry);
        }
    }

    /// Ends a list of the row that is being filled.
    pub(crate) fn end_list(&mut self, column: usize) {
        if let Filling::Lists(ranges, entries) = &mut self.columns[column] {
            let start = ranges.last().map_or(0, |range| range.end);
            ranges.push(start..entries.len());
            let n = entries.len() - start;
            if n > ENTRIES_MAX {
                self.fault(Fault::Reject("list_is_too_long", n.to_string()));
            }
        }
    }

    /// Fills a flag.
    pub(crate) fn push_flag(&mut self, column: usize, flag: Option<bool>) {
        if let Filling::Flags(flags) = &mut self.columns[column] {
            flags.push(flag);
        }
    }

    /// Says that the row that is being filled cannot be used; what was said first stays.
    pub(crate) fn fault(&mut self, fault: Fault) {
        if self.faults.last().is_none_or(|(row, _)| *row != self.rows) {
            self.faults.push((self.rows, fault));
        }
    }

    /// Goes on to the next row.
    pub(crate) fn end_row(&mut self) {
        self.rows += 1;
    }

    /// Adds a row that holds nothing but what is wrong with it.
    pub(crate) fn push_fault(&mut self, fault: Fault) {
        self.fault(fault);
        for column in &mut self.columns {
            match column {
                Filling::Text(texts) => texts.push(""),
                Filling::Times(times, texts) => {
                    times.push(RawTime::Missing);
                    texts.push("");
                }
                Filling::Lists(ranges, entries) => ranges.push(entries.len()..entries.len()),
                Filling::Flags(flags) => flags.push(None),
            }
        }
        self.rows += 1;
    }

    /// The rows as cells, how many they are, and what is wrong with some; only the columns in
    /// `keep`.
    pub(crate) fn finish(self, keep: &[bool]) -> (Cells, usize, Vec<(usize, Fault)>) {
        let decoded = |column| match column {
            Filling::Text(texts) => Decoded::Text(TextCells::Written(texts)),
            Filling::Times(times, texts) => Decoded::Times(times, TextCells::Written(texts)),
            Filling::Lists(ranges, entries) => {
                Decoded::Lists(ListCells::Lists(ranges, TextCells::Written(entries)))
            }
            Filling::Flags(flags) => Decoded::Flags(BooleanArray::from(flags)),
        };
        let kept = self.columns.into_iter().zip(keep).filter(|(_, kept)| **kept);
        (Cells(kept.map(|(column, _)| Some(decoded(column))).collect()), self.rows, self.faults)
    }
}

fn too_long(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "text_is_too_long",
        Shape::Id => "id_is_too_long",
        _ => "name_is_too_long",
    }
}

//! Rows that a reader of records fills, column by column: what becomes [`Cells`].

use std::ops::Range;

use arrow_array::BooleanArray;
use zwerm_model::Strings;

use crate::cells::{Cells, Decoded, Fault};
use crate::column::{Column, Shape};
use crate::decode::{ListCells, TextCells};
use crate::times::RawTime;
use crate::vectors::VectorCells;

/// Rows, and what is wrong with some.
#[derive(Debug)]
pub(crate) struct Rows {
    columns: Vec<Filling>,
    rows: usize,
    faults: Vec<(usize, Fault)>,
}

#[derive(Debug)]
enum Filling {
    Text(Strings),
    Times(Vec<RawTime>, Strings),
    Lists(Vec<Range<usize>>, Strings),
    Flags(Vec<Option<bool>>),
    Vectors(Vec<Range<usize>>, Vec<f32>),
}

impl Rows {
    /// No rows of some columns.
    pub(crate) fn new(columns: &[&'static Column]) -> Self {
        let filling = |column: &&Column| match column.shape {
            Shape::Id | Shape::Name | Shape::Text => Filling::Text(Strings::new()),
            Shape::Time => Filling::Times(Vec::new(), Strings::new()),
            Shape::List => Filling::Lists(Vec::new(), Strings::new()),
            Shape::Flag => Filling::Flags(Vec::new()),
            Shape::Vector => Filling::Vectors(Vec::new(), Vec::new()),
        };
        Rows { columns: columns.iter().map(filling).collect(), rows: 0, faults: Vec::new() }
    }

    /// Makes room for texts of some bytes in all.
    pub(crate) fn reserve_text(&mut self, column: usize, bytes: usize) {
        if let Filling::Text(texts) = &mut self.columns[column] {
            texts.reserve(0, bytes);
        }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// Fills a text or name of the row that is being filled.
    pub(crate) fn push_text(&mut self, column: usize, text: &str) {
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
        if let Filling::Lists(_, entries) = &mut self.columns[column] {
            entries.push(entry);
        }
    }

    /// Ends a list of the row that is being filled.
    pub(crate) fn end_list(&mut self, column: usize) {
        if let Filling::Lists(ranges, entries) = &mut self.columns[column] {
            let start = ranges.last().map_or(0, |range| range.end);
            ranges.push(start..entries.len());
        }
    }

    /// Fills a flag.
    pub(crate) fn push_flag(&mut self, column: usize, flag: Option<bool>) {
        if let Filling::Flags(flags) = &mut self.columns[column] {
            flags.push(flag);
        }
    }

    /// Fills a vector.
    pub(crate) fn push_vector(&mut self, column: usize, vector: &[f32]) {
        if let Filling::Vectors(ranges, values) = &mut self.columns[column] {
            ranges.push(values.len()..values.len() + vector.len());
            values.extend_from_slice(vector);
        }
    }

    /// Fills nothing.
    pub(crate) fn push_missing(&mut self, column: usize) {
        match &mut self.columns[column] {
            Filling::Text(texts) => texts.push(""),
            Filling::Times(times, texts) => {
                times.push(RawTime::Missing);
                texts.push("");
            }
            Filling::Lists(ranges, entries) => ranges.push(entries.len()..entries.len()),
            Filling::Flags(flags) => flags.push(None),
            Filling::Vectors(ranges, values) => ranges.push(values.len()..values.len()),
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
        (0..self.columns.len()).for_each(|column| self.push_missing(column));
        self.rows += 1;
    }

    /// The rows as cells, how many they are, and what is wrong with some. Only the columns in
    /// `keep`; those that are `lent` are taken as they are.
    pub(crate) fn finish<'b>(
        self,
        keep: &[bool],
        lent: Vec<Option<Decoded<'b>>>,
    ) -> (Cells<'b>, usize, Vec<(usize, Fault)>) {
        let decoded = |column| match column {
            Filling::Text(texts) => Decoded::Text(TextCells::Written(texts)),
            Filling::Times(times, texts) => Decoded::Times(times, TextCells::Written(texts)),
            Filling::Lists(ranges, entries) => {
                Decoded::Lists(ListCells::Lists(ranges, TextCells::Written(entries)))
            }
            Filling::Flags(flags) => Decoded::Flags(BooleanArray::from(flags)),
            Filling::Vectors(ranges, values) => Decoded::Vectors(VectorCells { ranges, values }),
        };
        let columns = self.columns.into_iter().zip(lent);
        let columns = columns.map(|(column, lent)| lent.unwrap_or_else(|| decoded(column)));
        let kept = columns.zip(keep).filter(|(_, kept)| **kept);
        (Cells(kept.map(|(column, _)| Some(column)).collect()), self.rows, self.faults)
    }
}

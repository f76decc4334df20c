//! Decoded columns of some rows, whatever they were read from: what a
//! [`Builder`](crate::builder::Builder) takes.

use arrow_array::BooleanArray;

use crate::chunk::is_missing;
use crate::decode::{ListCells, TextCells};
use crate::times::RawTime;
use crate::vectors::VectorCells;

/// One decoded column.
pub(crate) enum Decoded<'b> {
    Text(TextCells<'b>),
    /// Moments, and the text that they were read from: quoted where it is no moment.
    Times(Vec<RawTime>, TextCells<'b>),
    Lists(ListCells<'b>),
    Flags(BooleanArray),
    Vectors(VectorCells),
}

/// The decoded columns of some rows, in the order of the builder's columns; `None` where they lack
/// one.
pub(crate) struct Cells<'b>(pub(crate) Vec<Option<Decoded<'b>>>);

impl<'b> Cells<'b> {
    pub(crate) fn has(&self, place: usize) -> bool {
        self.0.get(place).is_some_and(Option::is_some)
    }

    /// A cell that holds something.
    #[inline]
    pub(crate) fn name(&self, place: usize, row: usize) -> Option<&str> {
        Some(trimmed(self.text(place)?.get(row)?)).filter(|cell| !is_missing(cell))
    }

    pub(crate) fn text(&self, place: usize) -> Option<&TextCells<'b>> {
        match self.0.get(place)?.as_ref()? {
            Decoded::Text(text) | Decoded::Times(_, text) => Some(text),
            Decoded::Lists(_) | Decoded::Flags(_) | Decoded::Vectors(_) => None,
        }
    }

    /// Calls `each` for some rows with the cell, if it holds something.
    #[inline]
    pub(crate) fn each_name<'c>(
        &'c self,
        place: usize,
        rows: impl Iterator<Item = usize>,
        mut each: impl FnMut(usize, Option<&'c str>),
    ) {
        match self.text(place) {
            Some(cells) if cells.are_integers() => cells.each(rows, each),
            Some(cells) => cells.each(rows, |row, cell| {
                each(row, cell.map(trimmed).filter(|cell| !is_missing(cell)));
            }),
            None => rows.for_each(|row| each(row, None)),
        }
    }

    pub(crate) fn times(&self, place: usize) -> Option<&[RawTime]> {
        match self.0.get(place)?.as_ref()? {
            Decoded::Times(times, _) => Some(times),
            _ => None,
        }
    }

    pub(crate) fn lists(&self, place: usize) -> Option<&ListCells<'b>> {
        match self.0.get(place)?.as_ref()? {
            Decoded::Lists(lists) => Some(lists),
            _ => None,
        }
    }

    pub(crate) fn vectors(&self, place: usize) -> Option<&VectorCells> {
        match self.0.get(place)?.as_ref()? {
            Decoded::Vectors(vectors) => Some(vectors),
            _ => None,
        }
    }

    pub(crate) fn flags(&self, place: usize) -> Option<&BooleanArray> {
        match self.0.get(place)?.as_ref()? {
            Decoded::Flags(flags) => Some(flags),
            _ => None,
        }
    }
}

/// A cell without white space around it; most have none.
#[inline]
pub(crate) fn trimmed(cell: &str) -> &str {
    match cell.as_bytes() {
        [] => cell,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => cell,
        _ => cell.trim(),
    }
}

/// What a reader already knows of a row that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It cannot be read: why, and what was found.
    Reject(&'static str, String),
    /// It is no post that is wanted.
    Filter(&'static str),
}

//! One record of a file, JSON or a line of a table, and the values on its paths.

use std::borrow::Cow;
use std::cell::Cell;

use super::node::Node;
use super::path::Path;
use super::table::Table;
use crate::cells::trimmed;
use crate::chunk::is_missing;

/// What a row is filled from.
pub(crate) enum Record<'r, 'a> {
    /// A JSON value, and what surrounds it.
    Value(&'r Node<'a>, &'r Node<'a>),
    /// A line of a table.
    Line(&'r Line<'a>),
}

/// A line of a table.
pub(crate) enum Line<'a> {
    /// All of it is text: a row of a table.
    Text(&'a Table<'a>, usize),
    /// Some of it is not.
    Damaged {
        /// The cells.
        cells: &'a csv::ByteRecord,
        /// Whether bytes that are no UTF-8 are replaced.
        lossy: bool,
        /// Whether such bytes were met in a cell that is read.
        is_met: Cell<bool>,
    },
}

impl Line<'_> {
    fn cell(&self, place: usize) -> Option<Cow<'_, str>> {
        match self {
            Line::Text(table, row) => Some(Cow::Borrowed(table.get(*row, place))),
            Line::Damaged { cells, lossy, is_met } => {
                let cell = cells.get(place)?;
                if let Ok(text) = std::str::from_utf8(cell) {
                    return Some(Cow::Borrowed(text));
                }
                is_met.set(true);
                lossy.then(|| String::from_utf8_lossy(cell))
            }
        }
    }
}

impl Record<'_, '_> {
    /// Calls `each` for every value on a path; of the columns of a table the first that says
    /// something.
    pub(super) fn values(&self, path: &Path, each: &mut dyn FnMut(&Node<'_>)) {
        match self {
            Record::Value(_, outside) if path.is_outside => path.visit(outside, each),
            Record::Value(record, _) => path.visit(record, each),
            Record::Line(line) => {
                let cells = path.places.iter().filter_map(|&place| line.cell(place));
                if let Some(cell) = cells.into_iter().find(|cell| !is_missing(trimmed(cell))) {
                    each(&Node::Text(cell));
                }
            }
        }
    }

    /// Whether the list, or the column, on a path is there at all.
    pub(super) fn has_list(&self, path: &Path) -> bool {
        match self {
            Record::Value(_, outside) if path.is_outside => path.has_list(outside),
            Record::Value(record, _) => path.has_list(record),
            Record::Line(_) => !path.places.is_empty(),
        }
    }

    /// Whether a value is there, be it null.
    pub(crate) fn exists(&self, path: &Path) -> bool {
        match self {
            Record::Value(_, outside) if path.is_outside => path.exists(outside),
            Record::Value(record, _) => path.exists(record),
            Record::Line(_) => !path.places.is_empty(),
        }
    }

    /// Whether something is said on a path.
    pub(crate) fn says(&self, path: &Path) -> bool {
        let mut found = false;
        self.values(path, &mut |_| found = true);
        found
    }
}

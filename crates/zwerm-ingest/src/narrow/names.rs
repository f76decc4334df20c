//! Columns of names and of lists: what stands in a dictionary is looked at once, not row by row.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray};
use arrow_schema::DataType;
use zwerm_model::names::Interner;
use zwerm_model::{NONE, Strings};

use super::name_in;
use crate::chunk;
use crate::decode::{self, ListCells, Mismatch};
use crate::local_names::LocalNames;

/// A column with at most one name per row.
#[derive(Default)]
pub(super) struct NameColumn {
    /// Names that came row by row, each once.
    interned: Interner,
    /// Names that came in dictionaries: once per dictionary, without a look whether another has it.
    listed: Strings,
    pub(super) values: Vec<u32>,
    known: Known<u32>,
}

/// A column of lists.
#[derive(Default)]
pub(super) struct ListColumn {
    pub(super) lists: LocalNames,
    /// Where the entries stand that a value of the dictionary came to.
    known: Known<Range<u32>>,
}

/// What the values of a dictionary came to, as far as they were met. Batches share dictionaries.
struct Known<T> {
    values: Option<ArrayRef>,
    found: Vec<Option<T>>,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Known { values: None, found: Vec::new() }
    }
}

impl<T: Clone> Known<T> {
    /// Starts anew unless the dictionary is the one before.
    fn meet(&mut self, values: &ArrayRef) {
        let is_it = |known: &ArrayRef| known.to_data().ptr_eq(&values.to_data());
        if !self.values.as_ref().is_some_and(is_it) {
            self.values = Some(ArrayRef::clone(values));
            self.found.clear();
            self.found.resize(values.len(), None);
        }
    }
}

/// The keys of a dictionary that batches may share.
fn keyed(array: &ArrayRef) -> Option<&DictionaryArray<Int32Type>> {
    match array.data_type() {
        DataType::Dictionary(key, _) if **key == DataType::Int32 => array.as_dictionary_opt(),
        _ => None,
    }
}

/// The key of each row.
fn keys(dictionary: &DictionaryArray<Int32Type>) -> impl Iterator<Item = Option<usize>> {
    let keys = dictionary.keys();
    let key = |row| keys.is_valid(row).then(|| keys.value(row) as usize);
    (0..keys.len()).map(key)
}

impl NameColumn {
    pub(super) fn reserve(&mut self, rows: usize) {
        self.values.reserve(rows);
    }

    /// The names behind the numbers; several numbers may have the same.
    pub(super) fn names(&self) -> &Strings {
        if self.listed.is_empty() { self.interned.names() } else { &self.listed }
    }

    /// Appends a batch. Either all batches have dictionaries or none.
    pub(super) fn push(&mut self, array: &ArrayRef) -> Result<(), Mismatch> {
        let NameColumn { interned, listed, values, known } = self;
        let Some(dictionary) = keyed(array) else {
            let cells = decode::as_ids(array)?;
            let number = |name: Option<&str>| name.map_or(NONE, |name| interned.number(name));
            values.extend((0..array.len()).map(|row| name_in(&cells, row)).map(number));
            return Ok(());
        };
        let cells = decode::as_ids(dictionary.values())?;
        known.meet(dictionary.values());
        let mut list = |key| match name_in(&cells, key) {
            None => NONE,
            Some(name) => {
                listed.push(name);
                listed.len() as u32 - 1
            }
        };
        values.extend(keys(dictionary).map(|key| match key {
            None => NONE,
            Some(key) => *known.found[key].get_or_insert_with(|| list(key)),
        }));
        Ok(())
    }
}

impl ListColumn {
    /// Appends a batch; a delimited text that says nothing is not divided. Says whether all lists
    /// are short enough to be taken as they stand.
    pub(super) fn push(&mut self, name: &str, array: &ArrayRef) -> Result<bool, Mismatch> {
        let ListColumn { lists, known } = self;
        let mut is_clean = true;
        let Some(dictionary) = keyed(array) else {
            let cells = decode::as_lists(array)?;
            (0..array.len()).for_each(|row| is_clean &= push_list(lists, name, &cells, row));
            return Ok(is_clean);
        };
        let cells = decode::as_lists(dictionary.values())?;
        known.meet(dictionary.values());
        for key in keys(dictionary) {
            let Some(key) = key else {
                lists.end_row();
                continue;
            };
            if let Some(entries) = &known.found[key] {
                lists.values.extend_from_within(entries.start as usize..entries.end as usize);
                lists.end_row();
            } else {
                let start = lists.values.len() as u32;
                is_clean &= push_list(lists, name, &cells, key);
                known.found[key] = Some(start..lists.values.len() as u32);
            }
        }
        Ok(is_clean)
    }
}

/// Appends the list of one row; says whether it can be taken as it stands.
fn push_list(column: &mut LocalNames, name: &str, cells: &ListCells<'_>, row: usize) -> bool {
    let is_short = match cells {
        ListCells::Lists(ranges, _) => ranges[row].len() <= chunk::ENTRIES_MAX,
        ListCells::Delimited(text) if matches!(text.get(row), None | Some("")) => {
            column.end_row();
            return true;
        }
        ListCells::Delimited(_) => true,
    };
    is_short & (chunk::push_list(column, name, cells, row) == 0)
}

//! Names of one partition: numbered as they are met, without looking at any other.

use zwerm_model::hash::Map;
use zwerm_model::{NONE, Strings};

/// A column of names, numbered in the order in which this partition met them.
#[derive(Debug, Default)]
pub(crate) struct LocalNames {
    numbers: Map<Box<str>, u32>,
    /// The distinct names.
    pub(crate) names: Strings,
    /// For a list column: where each row ends. Empty otherwise.
    pub(crate) ends: Vec<u32>,
    /// The number of each row's name (or [`NONE`]), or of each list entry.
    pub(crate) values: Vec<u32>,
}

impl LocalNames {
    pub(crate) fn push(&mut self, name: Option<&str>) {
        let number = name.map_or(NONE, |name| self.number(name));
        self.values.push(number);
    }

    pub(crate) fn push_list<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        names.for_each(|name| self.push_entry(name));
        self.end_row();
    }

    pub(crate) fn push_entry(&mut self, name: &str) {
        let number = self.number(name);
        self.values.push(number);
    }

    pub(crate) fn end_row(&mut self) {
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

    /// Makes some names missing; how many rows had one of them.
    pub(crate) fn forget(&mut self, is_none: impl Fn(&str) -> bool) -> u64 {
        let lost: Vec<bool> = self.names.iter().map(is_none).collect();
        if !lost.contains(&true) {
            return 0;
        }
        let is_lost = |number: &u32| *number != NONE && lost[*number as usize];
        let values = self.values.iter_mut().filter(|number| is_lost(number));
        values.fold(0, |n, number| {
            *number = NONE;
            n + 1
        })
    }

    /// The entries of a row of a list column.
    pub(crate) fn row(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.values[start as usize..self.ends[row] as usize]
    }
}

//! Names of one partition: numbered as they are met, without looking at any other.

use zwerm_model::names::Interner;
use zwerm_model::{NONE, Strings};

/// A column of names, numbered in the order in which this partition met them.
#[derive(Debug, Default)]
pub(crate) struct LocalNames {
    numbers: Interner,
    /// The number of the name before: most platforms, languages and programs come in runs.
    last: Option<u32>,
    /// For a list column: where each row ends. Empty otherwise.
    pub(crate) ends: Vec<u32>,
    /// The number of each row's name (or [`NONE`]), or of each list entry.
    pub(crate) values: Vec<u32>,
}

impl LocalNames {
    /// The distinct names.
    pub(crate) fn names(&self) -> &Strings {
        self.numbers.names()
    }

    #[inline]
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

    #[inline]
    fn number(&mut self, name: &str) -> u32 {
        if let Some(last) = self.last
            && self.names().get(last as usize) == name
        {
            return last;
        }
        let number = self.numbers.number(name);
        self.last = Some(number);
        number
    }

    /// Makes some names missing; how many rows had one of them.
    pub(crate) fn forget(&mut self, is_none: impl Fn(&str) -> bool) -> u64 {
        let lost: Vec<bool> = self.names().iter().map(is_none).collect();
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

    /// Puts other names in the place of some.
    pub(crate) fn rename<'n>(&mut self, name: impl Fn(&str) -> Option<&'n str>) {
        let old = std::mem::take(&mut self.numbers);
        let names = old.names().iter().map(|old| name(old).unwrap_or(old));
        let renamed: Vec<u32> = names.map(|name| self.numbers.number(name)).collect();
        self.last = None;
        let values = self.values.iter_mut().filter(|number| **number != NONE);
        values.for_each(|number| *number = renamed[*number as usize]);
    }

    /// The entries of a row of a list column.
    pub(crate) fn row(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.values[start as usize..self.ends[row] as usize]
    }
}

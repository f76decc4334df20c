//! The cells of a table, as they lie in their block: nothing is copied but what is escaped.
//!
//! Quotes, delimiters and line breaks mean what they mean to the `csv` package, which reads blocks
//! that are not all UTF-8; tests hold the two together.

use memchr::{memchr, memchr3};

/// Where one record's cells are.
#[derive(Debug, Default)]
pub(crate) struct Row<'b> {
    block: &'b str,
    cells: Vec<Cell>,
    /// Cells that had to be put together from parts.
    parts: String,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    start: usize,
    end: usize,
    is_in_parts: bool,
}

impl Row<'_> {
    /// How many cells there are.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// A cell.
    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<&str> {
        let Cell { start, end, is_in_parts } = *self.cells.get(place)?;
        Some(if is_in_parts { &self.parts[start..end] } else { &self.block[start..end] })
    }
}

/// Walks the records of a block.
#[derive(Debug)]
pub(crate) struct Table<'b> {
    block: &'b str,
    delimiter: u8,
    at: usize,
}

impl<'b> Table<'b> {
    pub(crate) fn new(block: &'b str, delimiter: u8) -> Self {
        Table { block, delimiter, at: 0 }
    }

    /// Puts the next record into `row`; says whether there was one. Empty lines are none.
    pub(crate) fn next(&mut self, row: &mut Row<'b>) -> bool {
        row.block = self.block;
        row.cells.clear();
        row.parts.clear();
        let bytes = self.block.as_bytes();
        while let Some(b'\n' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
        if self.at == bytes.len() {
            return false;
        }
        loop {
            let cell = match bytes.get(self.at) {
                Some(b'"') => self.quoted(&mut row.parts),
                _ => {
                    let start = self.at;
                    self.at = self.end_of_cell(start);
                    Cell { start, end: self.at, is_in_parts: false }
                }
            };
            row.cells.push(cell);
            match bytes.get(self.at) {
                Some(&byte) if byte == self.delimiter => self.at += 1,
                Some(_) => {
                    self.at += 1;
                    return true;
                }
                None => return true,
            }
        }
    }

    /// Where a cell ends that is not inside quotes at `from`.
    #[inline]
    fn end_of_cell(&self, from: usize) -> usize {
        let rest = &self.block.as_bytes()[from..];
        memchr3(self.delimiter, b'\n', b'\r', rest).map_or(self.block.len(), |end| from + end)
    }

    /// Reads a cell that begins with a quote; stops at what ends it.
    fn quoted(&mut self, parts: &mut String) -> Cell {
        let first_part = parts.len();
        let mut start = self.at + 1;
        loop {
            let rest = &self.block.as_bytes()[start..];
            let Some(quote) = memchr(b'"', rest).map(|quote| start + quote) else {
                // The block ends inside quotes.
                self.at = self.block.len();
                break;
            };
            self.at = quote + 1;
            if self.block.as_bytes().get(self.at) == Some(&b'"') {
                // Two quotes are one.
                parts.push_str(&self.block[start..=quote]);
                start = quote + 2;
                continue;
            }
            let end = self.end_of_cell(self.at);
            if parts.len() == first_part && end == self.at {
                return Cell { start, end: quote, is_in_parts: false };
            }
            parts.push_str(&self.block[start..quote]);
            start = self.at;
            self.at = end;
            break;
        }
        parts.push_str(&self.block[start..self.at]);
        Cell { start: first_part, end: parts.len(), is_in_parts: true }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str, delimiter: u8) -> Vec<Vec<String>> {
        let (mut table, mut row, mut rows) = (Table::new(text, delimiter), Row::default(), vec![]);
        while table.next(&mut row) {
            let cells = (0..row.len()).filter_map(|place| row.get(place));
            rows.push(cells.map(str::to_owned).collect());
        }
        rows
    }

    /// The same by the `csv` package.
    fn reference(text: &str, delimiter: u8) -> Vec<Vec<String>> {
        let mut reader = super::super::form::table_reader(text.as_bytes(), delimiter);
        let rows = reader.records().map(|record| record.expect("UTF-8 in memory"));
        rows.map(|record| record.iter().map(str::to_owned).collect()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn cells_are_those_of_the_csv_package(
            text in "([aé;,\"\n\r]|\"a\nb\"|,\"\"\"\",|\r\n){0,40}",
        ) {
            for delimiter in [b',', b';'] {
                prop_assert_eq!(found(&text, delimiter), reference(&text, delimiter));
            }
        }
    }

    #[test]
    fn quotes_are_told_from_quotes() {
        let text = "a,\"b,\"\"c\"\"\nd\",\"e\"f,g\"h,\"\"\r\n\n1,\"open";
        let expected = [vec!["a", "b,\"c\"\nd", "ef", "g\"h", ""], vec!["1", "open"]];
        assert_eq!(found(text, b','), expected);
    }
}

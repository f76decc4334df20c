//! The cells of a table, as they lie in their block: nothing is copied but what is escaped.
//!
//! Quotes, delimiters and line breaks mean what they mean to the `csv` package, which reads blocks
//! that are not all UTF-8; tests hold the two together.

use memchr::{memchr, memchr3};

/// Some rows of a block, each with as many cells as the table has columns.
#[derive(Debug)]
pub(crate) struct Table<'b> {
    block: &'b str,
    /// Cells that had to be put together from parts.
    parts: String,
    /// Row by row. Behind them those of the record at hand, until it is kept or dropped.
    cells: Vec<Cell>,
    columns: usize,
    rows: usize,
    delimiter: u8,
    /// Where the next record begins.
    at: usize,
}

/// Where a cell lies: in the block, or as far behind its end as it lies in the parts.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    start: u32,
    end: u32,
}

impl Cell {
    /// Blocks end long before 2^32: a record has 16 MiB at most.
    fn of(start: usize, end: usize) -> Self {
        Cell { start: start as u32, end: end as u32 }
    }
}

impl<'b> Table<'b> {
    /// No rows yet of a block of at most 2^31 bytes.
    pub(crate) fn new(block: &'b str, delimiter: u8, columns: usize) -> Self {
        let (parts, cells) = (String::new(), Vec::new());
        Table { block, parts, cells, columns, rows: 0, delimiter, at: 0 }
    }

    /// How many rows were kept.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// A cell of a row that was kept.
    #[inline]
    pub(crate) fn get(&self, row: usize, column: usize) -> &str {
        self.text(self.cells[row * self.columns + column])
    }

    /// A cell of the record at hand.
    pub(crate) fn at_hand(&self, column: usize) -> Option<&str> {
        Some(self.text(*self.cells.get(self.rows * self.columns + column)?))
    }

    /// Makes a row of the record at hand; cells that the header does not name are left out.
    pub(crate) fn keep(&mut self) {
        self.rows += 1;
        self.cells.resize(self.rows * self.columns, Cell::default());
    }

    /// Makes a row of nothing in place of the record at hand.
    pub(crate) fn keep_blank(&mut self) {
        self.skip();
        self.keep();
    }

    /// Makes no row of the record at hand.
    pub(crate) fn skip(&mut self) {
        self.cells.truncate(self.rows * self.columns);
    }

    #[inline]
    fn text(&self, cell: Cell) -> &str {
        let (start, end) = (cell.start as usize, cell.end as usize);
        match end <= self.block.len() {
            true => &self.block[start..end],
            false => &self.parts[start - self.block.len()..end - self.block.len()],
        }
    }

    /// Goes to the next record; how many cells it has, if there is one. Empty lines are none.
    pub(crate) fn next(&mut self) -> Option<usize> {
        let bytes = self.block.as_bytes();
        let before = self.cells.len();
        while let Some(b'\n' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
        if self.at == bytes.len() {
            return None;
        }
        loop {
            let cell = match bytes.get(self.at) {
                Some(b'"') => self.quoted(),
                _ => {
                    let start = self.at;
                    self.at = self.end_of_cell(start);
                    Cell::of(start, self.at)
                }
            };
            self.cells.push(cell);
            let is_last = bytes.get(self.at) != Some(&self.delimiter);
            self.at = bytes.len().min(self.at + 1);
            if is_last {
                return Some(self.cells.len() - before);
            }
        }
    }

    /// Where a cell ends that is not inside quotes at `from`.
    #[inline]
    fn end_of_cell(&self, from: usize) -> usize {
        let rest = &self.block.as_bytes()[from..];
        // Many cells hold nothing.
        if rest.first() == Some(&self.delimiter) {
            return from;
        }
        memchr3(self.delimiter, b'\n', b'\r', rest).map_or(self.block.len(), |end| from + end)
    }

    /// Reads a cell that begins with a quote; stops at what ends it.
    fn quoted(&mut self) -> Cell {
        let first_part = self.parts.len();
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
                self.parts.push_str(&self.block[start..=quote]);
                start = quote + 2;
                continue;
            }
            let end = self.end_of_cell(self.at);
            if self.parts.len() == first_part && end == self.at {
                return Cell::of(start, quote);
            }
            self.parts.push_str(&self.block[start..quote]);
            start = self.at;
            self.at = end;
            break;
        }
        self.parts.push_str(&self.block[start..self.at]);
        let behind = self.block.len();
        Cell::of(behind + first_part, behind + self.parts.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str, delimiter: u8) -> Vec<Vec<String>> {
        let (mut table, mut rows) = (Table::new(text, delimiter, 1), vec![]);
        while let Some(cells) = table.next() {
            let cells = (0..cells).filter_map(|column| table.at_hand(column));
            rows.push(cells.map(str::to_owned).collect());
            table.keep();
        }
        for (row, cells) in rows.iter().enumerate() {
            let cells: &Vec<String> = cells;
            assert_eq!(table.get(row, 0), cells[0]);
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

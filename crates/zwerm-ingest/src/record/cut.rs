//! A stream of bytes, cut into blocks of whole lines or records.
//!
//! Blocks are parsed in parallel; finding where they end is all that must be done in order. A line
//! break inside quotes ends no record of a table: whether one stands inside is told by the quotes
//! before it, as the parser will see them.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr};

use crate::stream;

/// Bytes of a block: enough to be worth a thread's while, few enough to hold several per thread.
pub(crate) const BLOCK_BYTES: usize = 1 << 20;
/// No record is longer: an open quote must not swallow the rest of a file.
const RECORD_BYTES_MAX: usize = 16 << 20;

/// How records are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// At every line break.
    Lines,
    /// At line breaks outside quotes, which stand behind a delimiter or a line break.
    Quoted(u8),
}

/// Some whole records.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) bytes: Vec<u8>,
    /// Why the block is one record that cannot be read.
    pub(crate) fault: Option<&'static str>,
    /// Whether it is the first of its file.
    pub(crate) is_first: bool,
}

/// See the [module documentation](self).
pub(crate) struct Cutter {
    from: Box<dyn Read + Send>,
    ends: Ends,
    /// What was read and not handed on; it begins with a record.
    rest: Vec<u8>,
    is_first: bool,
    is_at_end: bool,
    /// Whether the rest of a line that was too long is being skipped.
    is_skipping: bool,
    record_bytes_max: usize,
    block_bytes: usize,
}

impl Cutter {
    pub(crate) fn new(from: Box<dyn Read + Send>, ends: Ends) -> Self {
        Cutter {
            from,
            ends,
            rest: Vec::new(),
            is_first: true,
            is_at_end: false,
            is_skipping: false,
            record_bytes_max: RECORD_BYTES_MAX,
            block_bytes: BLOCK_BYTES,
        }
    }

    /// The next block; `None` after the last.
    pub(crate) fn next_block(&mut self) -> io::Result<Option<Block>> {
        loop {
            self.read_more()?;
            if self.is_skipping {
                self.skip_line();
                if !self.is_at_end && (self.is_skipping || self.rest.is_empty()) {
                    continue;
                }
            }
            if self.rest.is_empty() {
                return Ok(None);
            }
            let end = record_end(&self.rest, self.ends);
            if self.is_at_end && !end.is_open {
                return Ok(Some(self.block(self.rest.len(), None)));
            }
            if let Some(cut) = end.cut {
                return Ok(Some(self.block(cut, None)));
            }
            if !self.is_at_end && self.rest.len() < self.record_bytes_max {
                continue;
            }
            // One record that does not end: its first line is given up, and what follows is read
            // as if the quote were none.
            let (reason, line) = match (self.ends, memchr(b'\n', &self.rest)) {
                (Ends::Quoted(_), Some(line)) => ("quote_is_never_closed", line + 1),
                (Ends::Quoted(_), None) => ("record_is_too_long", self.rest.len()),
                (Ends::Lines, _) => ("record_is_too_long", self.rest.len()),
            };
            self.is_skipping = line == self.rest.len() && !self.is_at_end;
            let mut block = self.block(line, Some(reason));
            block.bytes.truncate(1_024);
            return Ok(Some(block));
        }
    }

    /// Reads up to a block more, unless there is one already.
    fn read_more(&mut self) -> io::Result<()> {
        let have = self.rest.len();
        if self.is_at_end {
            return Ok(());
        }
        let wanted = self.block_bytes * (have / self.block_bytes + 1);
        self.rest.resize(wanted, 0);
        let n = stream::fill(&mut *self.from, &mut self.rest[have..])?;
        self.rest.truncate(have + n);
        self.is_at_end = have + n < wanted;
        if self.is_first && have == 0 && self.rest.starts_with(b"\xef\xbb\xbf") {
            self.rest.drain(..3);
        }
        Ok(())
    }

    fn skip_line(&mut self) {
        match memchr(b'\n', &self.rest) {
            Some(end) => {
                self.rest.drain(..=end);
                self.is_skipping = false;
            }
            None => self.rest.clear(),
        }
    }

    fn block(&mut self, len: usize, fault: Option<&'static str>) -> Block {
        let mut rest = Vec::with_capacity(self.block_bytes + self.rest.len() - len);
        rest.extend_from_slice(&self.rest[len..]);
        self.rest.truncate(len);
        let is_first = std::mem::replace(&mut self.is_first, false);
        Block { bytes: std::mem::replace(&mut self.rest, rest), fault, is_first }
    }
}

/// Where the last whole record of some bytes ends.
#[derive(Debug, PartialEq, Eq)]
struct End {
    cut: Option<usize>,
    /// Whether the bytes end inside quotes.
    is_open: bool,
}

/// Linear; looks at quotes and at line breaks between them only.
fn record_end(bytes: &[u8], ends: Ends) -> End {
    let Ends::Quoted(delimiter) = ends else {
        return End { cut: memrchr(b'\n', bytes).map(|at| at + 1), is_open: false };
    };
    let mut cut = None;
    let mut outside = 0;
    let mut quotes = memchr_iter(b'"', bytes).peekable();
    while let Some(open) = quotes.next() {
        let begins_cell = match open.checked_sub(1).map(|before| bytes[before]) {
            None => true,
            Some(before) => before == delimiter || before == b'\n' || before == b'\r',
        };
        // Elsewhere a quote is a letter like any other.
        if !begins_cell {
            continue;
        }
        cut = memrchr(b'\n', &bytes[outside..open]).map(|at| outside + at + 1).or(cut);
        loop {
            let Some(close) = quotes.next() else { return End { cut, is_open: true } };
            if quotes.next_if_eq(&(close + 1)).is_none() {
                outside = close + 1;
                break;
            }
        }
    }
    cut = memrchr(b'\n', &bytes[outside..]).map(|at| outside + at + 1).or(cut);
    End { cut, is_open: false }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn blocks(text: &[u8], ends: Ends, block_bytes: usize, record_max: usize) -> Vec<Block> {
        let from = Box::new(io::Cursor::new(text.to_vec()));
        let mut cutter = Cutter::new(from, ends);
        cutter.block_bytes = block_bytes;
        cutter.record_bytes_max = record_max;
        let mut blocks = Vec::new();
        while let Some(block) = cutter.next_block().expect("memory can be read") {
            blocks.push(block);
        }
        blocks
    }

    /// The cells of a table, as one parser sees all of it.
    fn cells(bytes: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let records = reader.byte_records().map(|record| record.expect("memory can be read"));
        records.map(|record| record.iter().map(<[u8]>::to_vec).collect()).collect()
    }

    proptest! {
        /// Whatever stands in a table, blocks have the cells of the whole, as long as its quotes
        /// are closed.
        #[test]
        fn blocks_of_a_table_are_the_table(
            text in "([ab,\"\n\r]|\"a\nb\"|,\"\"\"\",){0,60}",
            size in 1_usize..40,
        ) {
            let text = text.as_bytes();
            if !record_end(text, Ends::Quoted(b',')).is_open {
                let blocks = blocks(text, Ends::Quoted(b','), size, 1 << 20);
                let parts: Vec<_> = blocks.iter().flat_map(|b| cells(&b.bytes)).collect();
                prop_assert!(blocks.iter().all(|block| block.fault.is_none()));
                prop_assert_eq!(parts, cells(text));
            }
        }
    }

    #[test]
    fn an_open_quote_costs_one_line() {
        let text = b"a,b\n1,\"2\n3,4\n5,6\n";
        let found = blocks(text, Ends::Quoted(b','), 4, 12);
        let faults: Vec<_> = found.iter().filter_map(|block| block.fault).collect();
        assert_eq!(faults, ["quote_is_never_closed"]);
        let whole: Vec<u8> = found.iter().flat_map(|block| block.bytes.clone()).collect();
        assert_eq!(whole, text);
    }

    #[test]
    fn a_line_without_end_is_given_up_and_skipped() {
        let text = b"{}\n{\"a\": 111111111111111111111111}\n{}\n";
        let found = blocks(text, Ends::Lines, 4, 12);
        let faults: Vec<_> = found.iter().filter_map(|block| block.fault).collect();
        assert_eq!(faults, ["record_is_too_long"]);
        let good: Vec<u8> =
            found.iter().filter(|b| b.fault.is_none()).flat_map(|b| b.bytes.clone()).collect();
        assert_eq!(good, b"{}\n{}\n");
    }

    #[test]
    fn a_mark_at_the_beginning_is_no_letter() {
        let found = blocks(b"\xef\xbb\xbfa,b\n", Ends::Quoted(b','), 64, 64);
        assert_eq!(found[0].bytes, b"a,b\n");
        assert!(found[0].is_first);
    }
}

//! What a file of records is, told by its first bytes.

use std::io::{self, BufRead, Read};
use std::path::Path;

use crate::error::{ErrorKind, IngestError};
use crate::file_system;
use crate::schema::Layout;
use crate::stream::{self, HEAD_BYTES, Packing};

/// What parts the cells of a table, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// The first bytes of a file, unpacked.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) bytes: Vec<u8>,
    pub(crate) packing: Packing,
    /// Whether that is all of it.
    pub(crate) is_whole: bool,
}

impl Head {
    /// Reads the first bytes of a file.
    pub(crate) fn read(path: &Path) -> Result<Self, IngestError> {
        let (packing, mut from) = stream::open(path)?;
        let mut bytes = vec![0; HEAD_BYTES];
        let n = stream::fill(&mut from, &mut bytes).map_err(|error| match packing {
            Packing::Plain => file_system::unreadable(path, error),
            _ => {
                let format = format!("file{}", packing.suffix());
                let kind = ErrorKind::Damaged { format, why: error.to_string() };
                IngestError::new(path.display().to_string(), kind)
            }
        })?;
        bytes.truncate(n);
        let is_whole = n < HEAD_BYTES;
        if bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        Ok(Head { bytes, packing, is_whole })
    }
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Nothing is in it.
    Empty,
    /// One JSON value a line.
    Lines,
    /// JSON values over several lines.
    Document,
    /// Cells parted by some byte, under a header.
    Table(u8),
}

impl Form {
    /// What a file is.
    pub(crate) fn of(head: &Head, name: &str) -> Result<Self, IngestError> {
        let Some(first) = head.bytes.iter().find(|b| !b.is_ascii_whitespace()) else {
            return Ok(Form::Empty);
        };
        if matches!(first, b'{' | b'[') {
            return Ok(if is_lines(head) { Form::Lines } else { Form::Document });
        }
        let line = head.bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        if line.contains(&0) || std::str::from_utf8(line).is_err() {
            let what = "bytes that are no text";
            return Err(IngestError::new(name, ErrorKind::ForeignFormat(what)));
        }
        let cells = |delimiter: &u8| header(&head.bytes, *delimiter).len();
        // Of equals the first: the likeliest.
        let best = DELIMITERS.iter().rev().max_by_key(|delimiter| cells(delimiter));
        Ok(Form::Table(best.copied().unwrap_or(b',')))
    }

    /// How its records are laid out.
    pub(crate) fn layout(self) -> Layout {
        match self {
            Form::Lines | Form::Document | Form::Empty => Layout::Json,
            Form::Table(_) => Layout::Table,
        }
    }

    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Form::Empty => "empty",
            Form::Lines => "ndjson",
            Form::Document => "json",
            Form::Table(b'\t') => "tsv",
            Form::Table(_) => "csv",
        }
    }
}

/// Whether at least half of the whole lines are JSON values of their own. Lines of a document are
/// not, but for a last entry of a list.
fn is_lines(head: &Head) -> bool {
    let (mut whole, mut values) = (0, 0);
    let mut rest = &head.bytes[..];
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let line = rest[..end].trim_ascii();
        rest = &rest[end + 1..];
        if line.is_empty() {
            continue;
        }
        whole += 1;
        let is_value = matches!(line[0], b'{' | b'[')
            && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
        values += usize::from(is_value);
    }
    if head.is_whole && !rest.trim_ascii().is_empty() {
        whole += 1;
        let value = serde_json::from_slice::<serde::de::IgnoredAny>(rest.trim_ascii());
        values += usize::from(value.is_ok());
    }
    values > 0 && values * 2 >= whole
}

/// A reader of cells that reports rows as they are, too short or too long.
pub(crate) fn table_reader(bytes: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes)
}

/// The first line of a table.
pub(crate) fn header(bytes: &[u8], delimiter: u8) -> Vec<String> {
    let mut cells = csv::ByteRecord::new();
    match table_reader(bytes, delimiter).read_byte_record(&mut cells) {
        Ok(true) => cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect(),
        _ => Vec::new(),
    }
}

/// Skips the mark with which some programs begin UTF-8.
pub(crate) fn skip_mark(from: &mut impl BufRead) -> io::Result<()> {
    if from.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        from.consume(3);
    }
    Ok(())
}

/// Replaces bytes that are no UTF-8 as they go by.
pub(crate) struct Lossy<R> {
    from: R,
    /// What was read, from `start` on not handed on yet.
    ready: Vec<u8>,
    start: usize,
    /// The beginning of a character whose end was not read yet.
    rest: Vec<u8>,
}

impl<R: Read> Lossy<R> {
    pub(crate) fn new(from: R) -> Self {
        Lossy { from, ready: Vec::new(), start: 0, rest: Vec::new() }
    }

    fn refill(&mut self) -> io::Result<()> {
        let mut bytes = std::mem::take(&mut self.rest);
        let have = bytes.len();
        bytes.resize(have + (1 << 16), 0);
        let n = stream::fill(&mut self.from, &mut bytes[have..])?;
        bytes.truncate(have + n);
        if n > 0 {
            // A character has at most four bytes: what may be cut off waits.
            let tail = bytes.len().saturating_sub(3);
            let cut = (tail..bytes.len()).find(|&at| bytes[at] >= 0xc0).unwrap_or(bytes.len());
            self.rest = bytes.split_off(cut);
        }
        self.ready = String::from_utf8_lossy(&bytes).into_owned().into_bytes();
        self.start = 0;
        Ok(())
    }
}

impl<R: Read> Read for Lossy<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.start == self.ready.len() {
            self.refill()?;
        }
        let n = buffer.len().min(self.ready.len() - self.start);
        buffer[..n].copy_from_slice(&self.ready[self.start..self.start + n]);
        self.start += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Form) {
        let head =
            Head { bytes: text.as_bytes().to_vec(), packing: Packing::Plain, is_whole: true };
        assert_eq!(Form::of(&head, "x").expect("text"), expected, "{text}");
    }

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        check("", Form::Empty);
        check(" \n", Form::Empty);
        check("{\"a\":1}\n{\"a\":2}\n", Form::Lines);
        check("{\"a\":1}", Form::Lines);
        check("{\"a\":1}\n{\"a\":2", Form::Lines);
        check("{\"data\":[\n{\"a\":1},\n{\"a\":2}\n]}\n", Form::Document);
        check("[\n {\"a\":1}\n]", Form::Document);
        check("a,b;c\n", Form::Table(b','));
        check("a;b;c,d\n", Form::Table(b';'));
        check("a\tb\n", Form::Table(b'\t'));
        check("a\n", Form::Table(b','));
    }

    #[test]
    fn damaged_bytes_are_replaced_wherever_a_read_ends() {
        let mut text = "é🗳".repeat(40_000).into_bytes();
        text.insert(7, 0xff);
        text.push(0xf0);
        let mut read = Vec::new();
        Lossy::new(&text[..]).read_to_end(&mut read).expect("memory can be read");
        assert_eq!(String::from_utf8(read).expect("UTF-8"), String::from_utf8_lossy(&text));
    }
}

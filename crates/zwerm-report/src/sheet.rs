//! Tables for a spreadsheet, which must not run what a stranger wrote.
//!
//! A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return is a formula to a
//! spreadsheet, so it gets a leading `'` (OWASP, "CSV Injection"). That holds for text cells;
//! numbers are ours. Control characters and marks that turn the writing direction become visible.

use std::path::Path;

use crate::disk;
use crate::error::{ReportError, io_of_csv};
use crate::inert;

/// A CSV file being written: quoted where needed, lines end in CR LF (RFC 4180).
pub(crate) struct Sheet<'a> {
    path: &'a Path,
    writer: csv::Writer<Vec<u8>>,
}

impl<'a> Sheet<'a> {
    /// Starts the file with the names of its columns.
    pub(crate) fn new(path: &'a Path, columns: &[&str]) -> Result<Self, ReportError> {
        let writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let mut sheet = Sheet { path, writer };
        sheet.push(columns)?;
        Ok(sheet)
    }

    /// Appends a row; guard what is not a number with [`guarded`].
    pub(crate) fn push<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<(), ReportError> {
        let row = cells.iter().map(AsRef::as_ref);
        self.writer
            .write_record(row)
            .map_err(|e| ReportError::system(self.path, "cannot write", io_of_csv(e)))
    }

    /// Writes the file.
    pub(crate) fn finish(self) -> Result<(), ReportError> {
        let bytes = self.writer.into_inner().map_err(|e| {
            ReportError::system(self.path, "cannot write", std::io::Error::other(e.to_string()))
        })?;
        disk::write(self.path, &bytes)
    }
}

/// A text as a cell that no spreadsheet runs.
pub(crate) fn guarded(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let visible = inert::visible(text);
    if formula { format!("'{visible}") } else { visible.into_owned() }
}

/// A number with all its digits: the shortest text that reads back as the same value.
pub(crate) fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-4 {
        format!("{value:e}")
    } else {
        (value + 0.0).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact() {
        let cases = [(0.0, "0"), (-0.0, "0"), (97.0, "97"), (0.05, "0.05"), (3.1e-9, "3.1e-9")];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn formulas_are_guarded_and_the_rest_is_not() {
        let cases = [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'‹U+0009›=1"),
            ("\r=1", "'‹U+000D›=1"),
            ("a=b", "a=b"),
            ("", ""),
            ("x\u{202e}y\0", "x‹U+202E›y‹U+0000›"),
        ];
        for (text, expected) in cases {
            assert_eq!(guarded(text), expected, "{text:?}");
        }
    }
}

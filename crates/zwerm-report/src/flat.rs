//! Flat tables for programs: the same columns as Parquet or as CSV.
//!
//! CSV cells are written as they are, so that a program that reads them finds the ids that it
//! knows; a missing value is an empty cell. Where people open a file in a spreadsheet, see
//! [`sheet`](crate::sheet).

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use arrow_array::ArrayRef;

use crate::columns::{self, Kind};
use crate::disk;
use crate::error::{ReportError, io_of_csv};
use crate::sheet::number;
use crate::table;

/// How a flat table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Apache Parquet.
    Parquet,
    /// Comma-separated text with a first row of names.
    Csv,
}

impl Format {
    /// The format that a file's ending asks for: `.csv`, or Parquet for all others.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let is_csv = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        if is_csv { Format::Csv } else { Format::Parquet }
    }
}

/// The values of one column.
#[derive(Clone, Debug)]
pub enum Cells<'a> {
    /// Names.
    Names(Vec<&'a str>),
    /// Names that may be missing.
    NamesOrNone(Vec<Option<&'a str>>),
    /// Counts.
    Counts(Vec<u64>),
    /// Yes or no.
    Flags(Vec<bool>),
    /// Measurements.
    Numbers(Vec<f64>),
    /// Measurements that may be missing.
    NumbersOrNone(Vec<Option<f64>>),
}

impl Cells<'_> {
    /// How many there are.
    fn len(&self) -> usize {
        match self {
            Cells::Names(values) => values.len(),
            Cells::NamesOrNone(values) => values.len(),
            Cells::Counts(values) => values.len(),
            Cells::Flags(values) => values.len(),
            Cells::Numbers(values) => values.len(),
            Cells::NumbersOrNone(values) => values.len(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Cells::Names(_) | Cells::NamesOrNone(_) => Kind::Utf8,
            Cells::Counts(_) => Kind::U64,
            Cells::Flags(_) => Kind::Bool,
            Cells::Numbers(_) | Cells::NumbersOrNone(_) => Kind::F64,
        }
    }

    fn may_be_missing(&self) -> bool {
        matches!(self, Cells::NamesOrNone(_) | Cells::NumbersOrNone(_))
    }

    fn array(&self, rows: std::ops::Range<usize>) -> ArrayRef {
        match self {
            Cells::Names(values) => columns::utf8(&values[rows]),
            Cells::NamesOrNone(values) => columns::utf8_or_null(values[rows].iter().copied()),
            Cells::Counts(values) => columns::u64s(values[rows].iter().copied()),
            Cells::Flags(values) => columns::bools(values[rows].iter().copied()),
            Cells::Numbers(values) => columns::f64s(values[rows].iter().copied()),
            Cells::NumbersOrNone(values) => columns::f64s_or_null(values[rows].iter().copied()),
        }
    }

    fn text(&self, row: usize) -> String {
        match self {
            Cells::Names(values) => values[row].to_owned(),
            Cells::NamesOrNone(values) => values[row].unwrap_or_default().to_owned(),
            Cells::Counts(values) => values[row].to_string(),
            Cells::Flags(values) => values[row].to_string(),
            Cells::Numbers(values) => number(values[row]),
            Cells::NumbersOrNone(values) => values[row].map(number).unwrap_or_default(),
        }
    }
}

/// Writes a table of columns of one length.
///
/// # Errors
///
/// If the file cannot be written.
///
/// # Panics
///
/// If the columns differ in length, or a number is not finite.
pub fn write_flat(
    path: &Path,
    format: Format,
    columns: &[(&str, Cells<'_>)],
) -> Result<(), ReportError> {
    let rows = columns.first().map_or(0, |(_, cells)| cells.len());
    assert!(columns.iter().all(|(_, cells)| cells.len() == rows), "columns of one length");
    if format == Format::Csv {
        let names: Vec<&str> = columns.iter().map(|&(name, _)| name).collect();
        let mut sheet = StreamedSheet::create(path, &names)?;
        for row in 0..rows {
            let cells: Vec<String> = columns.iter().map(|(_, cells)| cells.text(row)).collect();
            sheet.push(&cells)?;
        }
        return sheet.finish();
    }
    let names: Vec<(String, Kind)> = columns
        .iter()
        .map(|(name, cells)| {
            let mark = if cells.may_be_missing() { "?" } else { "" };
            (format!("{name}{mark}"), cells.kind())
        })
        .collect();
    let spelled: Vec<(&str, Kind)> = names.iter().map(|(n, kind)| (n.as_str(), *kind)).collect();
    table::write(path, columns::schema(&spelled), rows, |range| {
        columns.iter().map(|(_, cells)| cells.array(range.clone())).collect()
    })
}

/// A CSV file that is written as it grows.
#[derive(Debug)]
pub(crate) struct StreamedSheet {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
}

impl StreamedSheet {
    /// Starts the file with the names of its columns.
    pub(crate) fn create(path: &Path, columns: &[&str]) -> Result<Self, ReportError> {
        let writer = csv::Writer::from_writer(BufWriter::new(disk::create(path)?));
        let mut sheet = StreamedSheet { path: path.to_owned(), writer };
        sheet.push(columns)?;
        Ok(sheet)
    }

    /// Appends a row.
    pub(crate) fn push<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<(), ReportError> {
        let row = cells.iter().map(|cell| cell.as_ref());
        let written = self.writer.write_record(row);
        written.map_err(|e| ReportError::system(&self.path, "cannot write", io_of_csv(e)))
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) -> Result<(), ReportError> {
        let flushed = self.writer.flush();
        flushed.map_err(|e| ReportError::system(&self.path, "cannot write", e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_names_the_format() {
        for (name, format) in [("e.csv", Format::Csv), ("e.CSV", Format::Csv)] {
            assert_eq!(Format::of(Path::new(name)), format);
        }
        for name in ["e.parquet", "e", "csv"] {
            assert_eq!(Format::of(Path::new(name)), Format::Parquet);
        }
    }

    #[test]
    fn cells_are_written_as_they_are() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let path = folder.path().join("t.csv");
        let columns = [
            ("id", Cells::Names(vec!["=a", "b,c"])),
            ("n", Cells::Counts(vec![1, 2])),
            ("x", Cells::NumbersOrNone(vec![None, Some(0.5)])),
            ("is", Cells::Flags(vec![true, false])),
        ];
        write_flat(&path, Format::Csv, &columns).expect("a writable disk");
        let text = std::fs::read_to_string(&path).expect("what was written");
        assert_eq!(text, "id,n,x,is\n=a,1,,true\n\"b,c\",2,0.5,false\n");
    }
}

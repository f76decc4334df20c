//! Tables as names and cells of text: golden files, inputs, and what the program wrote.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use flate2::read::GzDecoder;
use parquet::arrow::ArrowWriter;

use crate::harness::program::zwerm;
use crate::harness::root;

/// A table of text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads CSV, packed or not; a leading byte order mark is no part of a name.
    #[track_caller]
    pub(crate) fn read(path: &Path) -> Table {
        let file = File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let is_packed = path.extension().is_some_and(|ending| ending == "gz");
        let reader: Box<dyn Read> =
            if is_packed { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
        let mut reader = csv::Reader::from_reader(reader);
        let clean = |cell: &str| cell.trim_start_matches('\u{feff}').to_owned();
        let columns = reader.headers().unwrap().iter().map(clean).collect();
        let cells = |row: csv::Result<csv::StringRecord>| row.unwrap().iter().map(clean).collect();
        Table { columns, rows: reader.records().map(cells).collect() }
    }

    /// The place of a column.
    #[track_caller]
    pub(crate) fn place(&self, column: &str) -> usize {
        let place = self.columns.iter().position(|name| name == column);
        place.unwrap_or_else(|| panic!("no {column} in {:?}", self.columns))
    }

    /// Some columns, in this order.
    #[track_caller]
    pub(crate) fn select(&self, columns: &[&str]) -> Table {
        let places: Vec<usize> = columns.iter().map(|column| self.place(column)).collect();
        let pick = |row: &Vec<String>| places.iter().map(|&place| row[place].clone()).collect();
        Table {
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
            rows: self.rows.iter().map(pick).collect(),
        }
    }

    /// The rows with a value in a column.
    #[track_caller]
    pub(crate) fn with(&self, column: &str, value: &str) -> Table {
        let place = self.place(column);
        let rows = self.rows.iter().filter(|row| row[place] == value).cloned().collect();
        Table { columns: self.columns.clone(), rows }
    }

    /// The rows in the order of their cells.
    pub(crate) fn sorted(mut self) -> Table {
        self.rows.sort();
        self
    }

    /// Writes the table as Parquet, every cell a text; an empty one is missing.
    pub(crate) fn write(&self, path: &Path) {
        let cell = |row: &Vec<String>, at: usize| Some(row[at].clone()).filter(|c| !c.is_empty());
        let columns = self.columns.iter().enumerate().map(|(at, name)| {
            let cells: StringArray = self.rows.iter().map(|row| cell(row, at)).collect();
            (name.clone(), Arc::new(cells) as ArrayRef, true)
        });
        let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
        let file = File::create(path).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }
}

/// Fails unless two tables agree cell by cell: texts are equal, numbers within 10⁻¹².
#[track_caller]
pub(crate) fn assert_same(found: &Table, golden: &Table, what: &str) {
    let found = found.select(&golden.columns.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(found.rows.len(), golden.rows.len(), "{what}: rows");
    for (number, (ours, theirs)) in found.rows.iter().zip(&golden.rows).enumerate() {
        let same = ours.iter().zip(theirs).all(|(a, b)| is_same(a, b));
        assert!(same, "{what}: row {number}: found {ours:?}, expected {theirs:?}");
    }
}

fn is_same(found: &str, golden: &str) -> bool {
    if found == golden {
        return true;
    }
    match (found.parse::<f64>(), golden.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-12 * b.abs().max(1.0),
        _ => false,
    }
}

/// Runs `zwerm edges` on a file and returns the table that it writes.
#[track_caller]
pub(crate) fn edges(input: &Path, flags: &[&str]) -> Table {
    let folder = crate::harness::scratch();
    let out = folder.path().join("table.csv");
    let (input, spelled) = (input.display().to_string(), out.display().to_string());
    let fixed = ["edges", &input, "--out", &spelled, "--quiet"];
    zwerm(fixed.iter().chain(flags)).expect(0);
    Table::read(&out)
}

/// A file of the fixtures in the repository.
pub(crate) fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures/compat").join(name)
}

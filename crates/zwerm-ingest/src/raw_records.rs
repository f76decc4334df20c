//! Columns as they stand, of files that are not Parquet: tables of text and JSON.
//!
//! A cell of a table is its text, an empty one is missing. Of JSON objects the keys of the
//! outermost level are the columns: texts are themselves, whole numbers their digits, lists several
//! names; null and keys that are absent are missing, and hold no names where several may stand.
//! Rows with more or fewer cells than the header, and lines that are no JSON object, are errors:
//! nothing is passed over here.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, StringArray};
use serde_json::{Map, Value};

use crate::error::{ErrorKind, IngestError};
use crate::raw::{Builder, RawColumn, RawShape};
use crate::record::form::{Form, Head, skip_mark};
use crate::schema::Layout;
use crate::stream;

/// Rows that are handed on together.
const BATCH_ROWS: usize = 1 << 14;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Missing,
    Text(String),
    List(Vec<String>),
}

/// Reads some columns of a file whose first bytes are `head`.
pub(crate) fn read_file(
    path: &Path,
    head: &Head,
    columns: &[RawColumn],
    builders: &mut [Builder],
) -> Result<(), IngestError> {
    let name = path.display().to_string();
    let form = Form::of(head, &name)?;
    let (_, from) = stream::open(path)?;
    let mut from = BufReader::new(from);
    let is_json = form.layout() == Layout::Json;
    let file = File { name: &name, format: form.name(), is_json, columns };
    skip_mark(&mut from).map_err(|error| file.damaged(&error))?;
    match form {
        Form::Table(delimiter) => file.read_table(from, delimiter, builders),
        Form::Lines => file.read_lines(from, builders),
        Form::Document | Form::Empty => file.read_document(from, builders),
    }
}

/// What is said of a file when something is wrong, and what is looked for in it.
struct File<'a> {
    name: &'a str,
    format: &'static str,
    is_json: bool,
    columns: &'a [RawColumn],
}

impl File<'_> {
    fn damaged(&self, why: &dyn std::fmt::Display) -> IngestError {
        let kind = ErrorKind::Damaged { format: self.format.to_owned(), why: why.to_string() };
        IngestError::new(self.name, kind)
    }

    fn missing(&self, column: &RawColumn, available: Vec<String>) -> IngestError {
        let wanted = column.name.clone();
        let kind = ErrorKind::MissingColumn { canonical: column.role, wanted, available };
        IngestError::new(self.name, kind)
    }

    fn read_table(
        &self,
        from: impl Read,
        delimiter: u8,
        builders: &mut [Builder],
    ) -> Result<(), IngestError> {
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(from);
        let header = reader.headers().map_err(|error| self.damaged(&error))?.clone();
        let mut places = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            let Some(place) = header.iter().position(|name| name == column.name) else {
                return Err(self.missing(column, header.iter().map(str::to_owned).collect()));
            };
            places.push(place);
        }
        let mut rows = Rows::new(self.columns.len());
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|error| self.damaged(&error))? {
            rows.push(places.iter().map(|&place| match &record[place] {
                "" => Cell::Missing,
                text => Cell::Text(text.to_owned()),
            }));
            rows.flush(BATCH_ROWS, self, builders)?;
        }
        rows.flush(0, self, builders)
    }

    fn read_lines(&self, from: impl BufRead, builders: &mut [Builder]) -> Result<(), IngestError> {
        let mut rows = Rows::new(self.columns.len());
        let mut seen = Seen::new(self.columns.len());
        for (number, line) in from.lines().enumerate() {
            let line = line.map_err(|error| self.damaged(&error))?;
            if line.trim().is_empty() {
                continue;
            }
            let place = format!("line {}", number + 1);
            let value = serde_json::from_str(&line)
                .map_err(|error| self.damaged(&format!("{place}: {error}")))?;
            self.push_object(value, &place, &mut rows, &mut seen)?;
            rows.flush(BATCH_ROWS, self, builders)?;
        }
        rows.flush(0, self, builders)?;
        seen.check(self)
    }

    /// A list of objects, held at once.
    fn read_document(&self, from: impl Read, builders: &mut [Builder]) -> Result<(), IngestError> {
        let value: Value = serde_json::from_reader(from).map_err(|error| self.damaged(&error))?;
        let Value::Array(objects) = value else {
            return Err(self.damaged(&"expected a list of objects, or one object a line"));
        };
        let mut rows = Rows::new(self.columns.len());
        let mut seen = Seen::new(self.columns.len());
        for (number, value) in objects.into_iter().enumerate() {
            self.push_object(value, &format!("entry {}", number + 1), &mut rows, &mut seen)?;
            rows.flush(BATCH_ROWS, self, builders)?;
        }
        rows.flush(0, self, builders)?;
        seen.check(self)
    }

    fn push_object(
        &self,
        value: Value,
        place: &str,
        rows: &mut Rows,
        seen: &mut Seen,
    ) -> Result<(), IngestError> {
        let Value::Object(mut object) = value else {
            return Err(self.damaged(&format!("{place}: expected an object")));
        };
        seen.see(&object, self.columns);
        let mut cells = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            let value = object.remove(&column.name).unwrap_or(Value::Null);
            cells.push(cell(value, column.shape).map_err(|found| {
                let expected = match column.shape {
                    RawShape::Names => "text or a whole number",
                    RawShape::Words => "text or a list of texts",
                    RawShape::Seconds => "a number of seconds or RFC 3339 text",
                };
                let place = format!("{}: {place}: \"{}\"", self.name, column.name);
                IngestError::new(place, ErrorKind::WrongType { expected, found })
            })?);
        }
        rows.push(cells.into_iter());
        Ok(())
    }
}

/// A value as a cell, or what was found instead.
fn cell(value: Value, shape: RawShape) -> Result<Cell, String> {
    Ok(match value {
        Value::Null => Cell::Missing,
        Value::String(text) if text.is_empty() && shape != RawShape::Words => Cell::Missing,
        Value::String(text) => Cell::Text(text),
        // A name that was rounded names somebody else.
        Value::Number(number) if shape != RawShape::Seconds && number.is_f64() => {
            return Err(number.to_string());
        }
        Value::Number(number) => Cell::Text(number.to_string()),
        Value::Array(entries) if shape == RawShape::Words => {
            let name = |entry: Value| match cell(entry, RawShape::Names)? {
                Cell::Text(text) => Ok(Some(text)),
                _ => Ok(None),
            };
            let names: Result<Vec<Option<String>>, String> =
                entries.into_iter().map(name).collect();
            Cell::List(names?.into_iter().flatten().collect())
        }
        other => return Err(other.to_string().chars().take(40).collect()),
    })
}

/// Which columns any object had, and what the first one has instead.
struct Seen {
    is_seen: Vec<bool>,
    available: Option<Vec<String>>,
}

impl Seen {
    fn new(columns: usize) -> Self {
        Seen { is_seen: vec![false; columns], available: None }
    }

    fn see(&mut self, object: &Map<String, Value>, columns: &[RawColumn]) {
        if self.available.is_none() {
            self.available = Some(object.keys().cloned().collect());
        }
        for (is_seen, column) in self.is_seen.iter_mut().zip(columns) {
            *is_seen = *is_seen || object.contains_key(&column.name);
        }
    }

    fn check(self, file: &File<'_>) -> Result<(), IngestError> {
        match self.is_seen.iter().position(|seen| !seen) {
            Some(place) => {
                Err(file.missing(&file.columns[place], self.available.unwrap_or_default()))
            }
            None => Ok(()),
        }
    }
}

/// Rows that wait to be handed on, column by column.
struct Rows {
    columns: Vec<Vec<Cell>>,
}

impl Rows {
    fn new(columns: usize) -> Self {
        Rows { columns: vec![Vec::new(); columns] }
    }

    fn push(&mut self, cells: impl Iterator<Item = Cell>) {
        self.columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
    }

    /// Hands the rows on if they are more than some.
    fn flush(
        &mut self,
        rows_max: usize,
        file: &File<'_>,
        builders: &mut [Builder],
    ) -> Result<(), IngestError> {
        if self.columns.first().is_none_or(|column| column.len() <= rows_max) {
            return Ok(());
        }
        for ((cells, builder), column) in
            self.columns.iter_mut().zip(builders.iter_mut()).zip(file.columns)
        {
            let is_list = column.shape == RawShape::Words && file.is_json;
            let array = if is_list { lists(cells) } else { texts(cells) };
            builder.push(&array).map_err(|(expected, found)| {
                let place = format!("{}: column \"{}\"", file.name, column.name);
                IngestError::new(place, ErrorKind::WrongType { expected, found })
            })?;
            cells.clear();
        }
        Ok(())
    }
}

/// Cells as a column of texts.
fn texts(cells: &[Cell]) -> ArrayRef {
    let text = |cell: &Cell| match cell {
        Cell::Text(text) => Some(text.clone()),
        Cell::Missing | Cell::List(_) => None,
    };
    Arc::new(cells.iter().map(text).collect::<StringArray>())
}

/// Cells as a column of lists; single spaces divide a text.
fn lists(cells: &[Cell]) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for cell in cells {
        match cell {
            Cell::Missing => {}
            Cell::Text(text) => text.split(' ').for_each(|word| lists.values().append_value(word)),
            Cell::List(names) => names.iter().for_each(|name| lists.values().append_value(name)),
        }
        lists.append(true);
    }
    Arc::new(lists.finish())
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests write files")]
mod tests {
    use super::*;
    use crate::raw::{RawCells, read_rows};

    const COLUMNS: [(&str, RawShape); 3] =
        [("who", RawShape::Names), ("at", RawShape::Seconds), ("urls", RawShape::Words)];

    fn read(text: &str) -> Result<Vec<RawCells>, String> {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let path = folder.path().join("in");
        std::fs::write(&path, text).expect("a writable disk");
        let columns =
            COLUMNS.map(|(name, shape)| RawColumn { role: "test", name: name.to_owned(), shape });
        read_rows(&[path], &columns).map_err(|error| error.to_string())
    }

    /// The names by row, and the words by row.
    #[track_caller]
    fn check(text: &str) {
        let cells = read(text).expect("a good file");
        let RawCells::Names { names, of } = &cells[0] else { panic!("names stay names") };
        let who: Vec<Option<&str>> =
            of.iter().map(|&n| (n != u32::MAX).then(|| names.get(n as usize))).collect();
        assert_eq!(who, [Some("7"), None, Some("b,c")], "{text}");
        let RawCells::Seconds(seconds) = &cells[1] else { panic!("seconds stay seconds") };
        assert_eq!(seconds[..2], [1.5, 2.0], "{text}");
        assert!(seconds[2].is_nan(), "{text}");
        let RawCells::Words { ends, .. } = &cells[2] else { panic!("words stay words") };
        assert_eq!(ends[0], 2, "{text}");
    }

    #[test]
    fn tables_and_json_say_the_same() {
        check("who,at,urls\n7,1.5,u1 u2\n,2,\n\"b,c\",,u1\n");
        check("\u{feff}other\twho\tat\turls\n-\t7\t1.5\tu1 u2\n-\t\t2\t\n-\tb,c\t\tu1\n");
        let objects = [
            r#"{"who": 7, "at": 1.5, "urls": ["u1", "u2"]}"#,
            r#"{"who": null, "at": "1970-01-01T00:00:02Z"}"#,
            r#"{"who": "b,c", "urls": "u1"}"#,
        ];
        check(&objects.join("\n"));
        check(&format!("[\n{}\n]\n", objects.join(",\n")));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let cases: [(&str, &[&str]); 5] = [
            ("who,at\n1,2\n", &["urls", "who", "at"]),
            ("who,at,urls\n1,2\n", &["in: "]),
            ("{\"who\": 1, \"at\": 2}\n", &["urls", "at"]),
            ("{\"who\": 1.5e20, \"at\": 2, \"urls\": 3}\n", &["line 1", "whole number"]),
            ("{\"who\": 1, \"at\": 2, \"urls\": 3}\n[]\n", &["line 2", "an object"]),
        ];
        for (text, words) in cases {
            let error = read(text).expect_err("a bad file");
            assert!(words.iter().all(|word| error.contains(word)), "{text}: {error}");
        }
    }
}

//! Decoded columns, judged and gathered into a [`Chunk`]: column by column, since the cells of a
//! column lie side by side and are all of one kind.

use arrow_array::Array;

use crate::Reject;
use crate::cells::{Cells, Fault, trimmed};
use crate::chunk::{
    Chunk, ENTRIES_MAX, ID_BYTES_MAX, RUINED_REFERENCES, TEXT_BYTES_MAX, is_missing,
    is_rounded_number, push_list, split,
};
use crate::column::{Column, Shape};
use crate::decode::{ListCells, TextCells};
use crate::local_names::LocalNames;
use crate::times::RawTime;
use crate::vectors;

/// The most of a bad value that a rejection quotes, in characters.
const DETAIL_CHARS_MAX: usize = 80;

/// How ISO 639-2 writes that nobody knows the language.
const UNDETERMINED: &str = "und";

/// Turns decoded columns into a [`Chunk`].
pub(crate) struct Builder {
    columns: Vec<&'static Column>,
    places: Places,
    chunk: Chunk,
    next_row: u64,
}

/// Where the columns that are named in the code stand among those of the file; the number of
/// columns for one that the file does not have.
struct Places {
    post_id: usize,
    account_id: usize,
    created_at: usize,
    collected_at: usize,
    deleted_at: usize,
    visibility: usize,
    text: usize,
    automated: usize,
    paid_disclosed: usize,
    embedding: usize,
    urls: usize,
    /// In the order of [`Chunk::names`] and [`Chunk::lists`].
    names: Vec<usize>,
    lists: Vec<usize>,
}

/// A chunk without rows that has some columns.
fn empty_chunk(file: &str, columns: &[&'static Column]) -> Chunk {
    let mut chunk = Chunk { file: file.to_owned(), ..Chunk::default() };
    for column in columns {
        chunk.columns.push(column.name);
        match column.shape {
            Shape::Id | Shape::Name if column.name != "post_id" => {
                chunk.names.insert(column.name, LocalNames::default());
            }
            Shape::List => {
                chunk.lists.insert(column.name, LocalNames::default());
            }
            _ => {}
        }
    }
    chunk
}

impl Builder {
    /// Starts at a row of a file.
    pub(crate) fn new(file: &str, columns: Vec<&'static Column>, first_row: u64) -> Self {
        let chunk = empty_chunk(file, &columns);
        let place =
            |name: &str| columns.iter().position(|c| c.name == name).unwrap_or(columns.len());
        let places = Places {
            post_id: place("post_id"),
            account_id: place("account_id"),
            created_at: place("created_at"),
            collected_at: place("collected_at"),
            deleted_at: place("deleted_at"),
            visibility: place("visibility"),
            text: place("text"),
            automated: place("automated"),
            paid_disclosed: place("paid_disclosed"),
            embedding: place("embedding"),
            urls: place("urls"),
            names: chunk.names.keys().map(|name| place(name)).collect(),
            lists: chunk.lists.keys().map(|name| place(name)).collect(),
        };
        Builder { columns, places, chunk, next_row: first_row }
    }

    /// What is counted beside the rows.
    pub(crate) fn tally(&mut self) -> &mut zwerm_model::Tally {
        &mut self.chunk.tally
    }

    /// Appends rows; `known` are the faults that the reader already found, by row.
    pub(crate) fn push(&mut self, cells: &Cells<'_>, rows: usize, known: Vec<(usize, Fault)>) {
        self.chunk.rows += rows as u64;
        self.chunk.tally.add("ingest.rows", rows as u64);
        let mut faults = Faults::new(rows, known);
        judge(cells, &self.places, rows, &mut faults);
        let usable: Vec<usize> = (0..rows).filter(|&row| !faults.is_faulty[row]).collect();
        for (row, fault) in faults.by_row() {
            match fault {
                Fault::Filter(reason) => {
                    self.chunk.tally.add(&format!("ingest.filtered.{reason}"), 1);
                }
                Fault::Reject(reason, detail) => self.chunk.rejects.push(Reject {
                    file: self.chunk.file.clone(),
                    row: self.next_row + row as u64,
                    reason,
                    detail: detail.chars().take(DETAIL_CHARS_MAX).collect(),
                }),
            }
        }
        self.push_usable(cells, &usable);
        self.next_row += rows as u64;
    }

    /// What came of the rows so far; the next ones go into another chunk.
    pub(crate) fn take(&mut self) -> Chunk {
        let empty = empty_chunk(&self.chunk.file, &self.columns);
        let mut chunk = std::mem::replace(&mut self.chunk, empty);
        if let Some(languages) = chunk.names.get_mut("lang") {
            languages.forget(|name| name == UNDETERMINED);
        }
        for column in self.columns.iter().filter(|column| column.shape == Shape::Id) {
            if column.name != "account_id"
                && let Some(names) = chunk.names.get_mut(column.name)
            {
                // A post that refers to a ruined id is still a post; the id would link strangers.
                let n = names.forget(is_rounded_number);
                if n > 0 {
                    chunk.tally.add(RUINED_REFERENCES, n);
                }
            }
        }
        chunk
    }

    /// Appends the rows that can be used.
    fn push_usable(&mut self, cells: &Cells<'_>, rows: &[usize]) {
        let (chunk, places, all) = (&mut self.chunk, &self.places, || rows.iter().copied());
        chunk.row.extend(all().map(|row| self.next_row + row as u64));
        match cells.text(places.post_id) {
            // As they are, and side by side.
            Some(TextCells::Integers(ids)) if ids.len() == rows.len() => chunk.post_id.append(ids),
            _ => cells.each_name(places.post_id, all(), |_, id| {
                chunk.post_id.push(id.unwrap_or(""));
            }),
        }
        match cells.times(places.created_at) {
            Some(times) => chunk.at.extend(all().map(|row| times[row])),
            // Posts without times are all of one moment.
            None => chunk.at.extend(all().map(|_| RawTime::Millis(0))),
        }
        if let Some(times) = cells.times(places.collected_at) {
            chunk.collected_at.extend(all().map(|row| times[row]));
        }
        if let Some(times) = cells.times(places.deleted_at) {
            chunk.deleted_at.extend(all().map(|row| times[row]));
        }
        // As written, not trimmed; but a way to write "nothing" is nothing here too.
        if let Some(texts) = cells.text(places.text) {
            let said = |text: &&str| !is_missing(trimmed(text));
            chunk.text.reserve(rows.len(), texts.bytes());
            texts.each(all(), |_, text| chunk.text.push(text.filter(said).unwrap_or("")));
        }
        let flags = [
            (places.automated, &mut chunk.automated),
            (places.paid_disclosed, &mut chunk.paid_disclosed),
        ];
        for (place, column) in flags {
            if let Some(flags) = cells.flags(place) {
                column.extend(all().map(|row| flags.is_valid(row).then(|| flags.value(row))));
            }
        }
        if let Some(vectors) = cells.vectors(places.embedding) {
            for row in all() {
                // A post whose vector is ruined is still a post.
                if !chunk.embedding.push(vectors.get(row)) {
                    chunk.tally.add(vectors::NOT_FINITE, 1);
                }
            }
        }
        for (column, &place) in chunk.names.values_mut().zip(&places.names) {
            cells.each_name(place, all(), |_, name| column.push(name));
        }
        for ((name, column), &place) in chunk.lists.iter_mut().zip(&places.lists) {
            let Some(lists) = cells.lists(place) else { continue };
            let too_long: u64 = all().map(|row| push_list(column, name, lists, row)).sum();
            if too_long > 0 {
                chunk.tally.add("ingest.entries_too_long", too_long);
            }
        }
    }
}

/// The rows that cannot be used, each with what was found first.
struct Faults {
    found: Vec<(usize, Fault)>,
    is_faulty: Vec<bool>,
}

impl Faults {
    fn new(rows: usize, known: Vec<(usize, Fault)>) -> Self {
        let mut faults = Faults { found: Vec::new(), is_faulty: vec![false; rows] };
        known.into_iter().for_each(|(row, fault)| faults.add(row, fault));
        faults
    }

    fn add(&mut self, row: usize, fault: Fault) {
        if !std::mem::replace(&mut self.is_faulty[row], true) {
            self.found.push((row, fault));
        }
    }

    fn by_row(mut self) -> Vec<(usize, Fault)> {
        self.found.sort_unstable_by_key(|(row, _)| *row);
        self.found
    }
}

/// Finds the rows that cannot be used. A column that the file lacks is no fault of the row: what is
/// needed was asked for before.
fn judge(cells: &Cells<'_>, places: &Places, rows: usize, faults: &mut Faults) {
    let reject = |reason, detail: &str| Fault::Reject(reason, detail.to_owned());
    let ids = [(places.post_id, "missing_post_id"), (places.account_id, "missing_account_id")];
    for (place, missing) in ids.into_iter().filter(|&(place, _)| cells.has(place)) {
        let may_be_rounded = cells.text(place).is_some_and(|ids| !ids.are_integers());
        cells.each_name(place, 0..rows, |row, id| match id {
            None => faults.add(row, reject(missing, "")),
            Some(id) if may_be_rounded && is_rounded_number(id) => {
                faults.add(row, reject("id_is_a_rounded_number", id));
            }
            Some(id) if id.len() > ID_BYTES_MAX => faults.add(row, reject("id_is_too_long", id)),
            Some(_) => {}
        });
    }
    for (row, time) in cells.times(places.created_at).unwrap_or_default().iter().enumerate() {
        match time {
            RawTime::Missing => faults.add(row, reject("missing_created_at", "")),
            RawTime::Invalid(reason) => {
                let found = cells.name(places.created_at, row).unwrap_or("");
                faults.add(row, reject(reason, found));
            }
            RawTime::Millis(_) | RawTime::Epoch(_) => {}
        }
    }
    if let Some(texts) = cells.text(places.text) {
        texts.each(0..rows, |row, text| {
            if let Some(text) = text.filter(|text| text.len() > TEXT_BYTES_MAX) {
                faults.add(row, reject("text_is_too_long", &format!("{} bytes", text.len())));
            }
        });
    }
    for &place in &places.lists {
        let Some(lists) = cells.lists(place) else { continue };
        let mut ask = |row, entries| {
            if entries > ENTRIES_MAX {
                faults.add(row, reject("list_is_too_long", &format!("{entries} entries")));
            }
        };
        match lists {
            ListCells::Lists(ranges, _) => {
                ranges.iter().enumerate().for_each(|(row, range)| ask(row, range.len()));
            }
            // A cell of fewer bytes has fewer entries.
            ListCells::Delimited(text) => text.each(0..rows, |row, cell| {
                if let Some(cell) = cell.filter(|cell| cell.len() > ENTRIES_MAX) {
                    let mut entries = 0;
                    split(cell, place == places.urls, &mut |_| entries += 1);
                    ask(row, entries);
                }
            }),
        }
    }
    if cells.has(places.visibility) {
        cells.each_name(places.visibility, 0..rows, |row, visibility| {
            if visibility.is_some_and(|visibility| visibility != "public") {
                faults.add(row, Fault::Filter("not_public"));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use zwerm_model::Strings;

    use super::*;
    use crate::cells::Decoded;
    use crate::column;

    /// The chunk of some rows with one column beside their ids.
    fn built(
        column: &str,
        cells: impl Fn(TextCells<'static>) -> Decoded<'static>,
        rows: &[&str],
    ) -> Chunk {
        let all: Vec<String> = (0..rows.len()).map(|row| format!("p{row}")).collect();
        let ids = || Some(Decoded::Text(TextCells::Written(all.iter().map(|i| &**i).collect())));
        let id = ["account_id", column, "post_id"].map(|name| column::find(name).expect("one"));
        let texts: Strings = rows.iter().copied().collect();
        let cells = Cells(vec![ids(), Some(cells(TextCells::Written(texts))), ids()]);
        let mut builder = Builder::new("posts", id.to_vec(), 0);
        builder.push(&cells, rows.len(), Vec::new());
        builder.take()
    }

    #[test]
    fn an_undetermined_language_is_none() {
        let chunk = built("lang", Decoded::Text, &["nl", "und", "nl"]);
        assert_eq!(chunk.names["lang"].values, [0, zwerm_model::NONE, 0]);
    }

    #[test]
    fn a_delimited_list_may_have_so_many_entries() {
        let lists = |cells| Decoded::Lists(ListCells::Delimited(cells));
        let (most, more) = ("a ".repeat(ENTRIES_MAX), "a ".repeat(ENTRIES_MAX + 1));
        let chunk = built("hashtags", lists, &[&most, &more]);
        let found: Vec<_> = chunk.rejects.iter().map(|r| (r.row, r.reason)).collect();
        assert_eq!(found, [(1, "list_is_too_long")]);
        assert_eq!(chunk.lists["hashtags"].row(0).len(), ENTRIES_MAX);
    }
}

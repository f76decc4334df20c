//! One record as one row: what a schema says, done.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::entries::{
    is_link_to_post, is_own_link, is_split_anywhere, list_entries, remove_repeated,
};
use super::node::Node;
use super::path::Path;
use super::plain::{PlainCell, PlainPath, is_plain_list};
use super::rows::Rows;
use super::scalar::{Found, write_name, write_scalar};
use super::table::Table;
use super::values::{Line, Record};
use super::vector::push_numbers;
use crate::cells::{Decoded, Fault};
use crate::chunk::RUINED_REFERENCES;
use crate::column::{Column, Selection, Shape};
use crate::decode::{ListCells, TextCells};
use crate::schema::{CANONICAL, Layout, Rule, Schema};
use crate::time_text::TimeReader;
use crate::times::{self, RawTime};
use crate::{Chunk, column};

/// Where a column of the rows comes from.
enum Origin<'s> {
    Rule(&'s Rule),
    Constant(&'s str),
    LocalId(&'s Path),
}

/// Fills rows from records by a schema.
pub(crate) struct Filler<'s> {
    schema: &'s Schema,
    zone: Option<&'s TimeZone>,
    columns: Vec<&'static Column>,
    origins: Vec<Origin<'s>>,
    /// Whether only those columns are there that some record has: canonical JSON. Those of a named
    /// schema are all said to be there.
    is_open: bool,
    seen: Vec<bool>,
    needed: Vec<bool>,
    /// By column: where it stands, if nothing has to be done to it.
    plain: Vec<Option<PlainPath<'s>>>,
    /// By column: whether its cells are taken where they lie, and not filled.
    is_lent: Vec<bool>,
    /// What is looked into for names.
    text_rule: Option<&'s Rule>,
    rows: Rows,
    naive: u64,
    ruined_references: u64,
    replaced: u64,
    /// The text of the record at hand.
    text: String,
    scratch: String,
}

impl<'s> Filler<'s> {
    pub(crate) fn new(
        schema: &'s Schema,
        selection: &Selection,
        zone: Option<&'s TimeZone>,
    ) -> Self {
        let (mut columns, mut origins) = (Vec::new(), Vec::new());
        for (column, origin) in origins_of(schema, selection) {
            columns.push(column);
            origins.push(origin);
        }
        let asks_for_text =
            |origin: &Origin<'_>| matches!(origin, Origin::Rule(rule) if rule.in_text.is_some());
        let plain = origins.iter().map(|origin| match origin {
            Origin::Rule(rule) => PlainPath::of(schema, rule),
            _ => None,
        });
        let is_json = schema.layout == Layout::Json;
        let is_open = schema.name == CANONICAL && is_json;
        Filler {
            schema,
            zone,
            is_open,
            seen: vec![!is_open; columns.len()],
            needed: columns.iter().map(|column| selection.needs(column)).collect(),
            plain: plain.collect(),
            is_lent: vec![false; columns.len()],
            text_rule: schema.rule("text").filter(|_| origins.iter().any(asks_for_text)),
            rows: Rows::new(&columns),
            columns,
            origins,
            naive: 0,
            ruined_references: 0,
            replaced: 0,
            text: String::new(),
            scratch: String::new(),
        }
    }

    /// Makes room for the records of some bytes: half of most of them is text.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        if let Some(place) = self.columns.iter().position(|column| column.shape == Shape::Text) {
            self.rows.reserve_text(place, bytes / 2);
        }
    }

    /// How many rows wait to be taken.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds a row that cannot be read.
    pub(crate) fn push_fault(&mut self, fault: Fault) {
        self.rows.push_fault(fault);
    }

    /// Counts a row in which bytes that are no UTF-8 were replaced.
    pub(crate) fn count_replaced(&mut self) {
        self.replaced += 1;
    }

    /// Adds a record as a row.
    pub(crate) fn push(&mut self, record: &Record<'_, '_>) {
        if let Some(reason) = self.is_unwanted(record) {
            return self.rows.push_fault(Fault::Filter(reason));
        }
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        if let Some(rule) = self.text_rule
            && write_name(self.schema, rule, record, &mut text) != Found::Something
        {
            text.clear();
        }
        self.text = text;
        for column in 0..self.columns.len() {
            if !self.is_lent[column] {
                self.fill(column, record);
            }
        }
        if let Record::Line(Line::Damaged { lossy, is_met, .. }) = record
            && is_met.get()
        {
            match lossy {
                true => self.replaced += 1,
                false => self.rows.fault(Fault::Reject("invalid_utf8", String::new())),
            }
        }
        self.rows.end_row();
    }

    /// The rows so far as a chunk of a file, its rows counted from 0.
    pub(crate) fn take(&mut self, file: &str) -> Chunk {
        let lent = self.columns.iter().map(|_| None).collect();
        self.take_with(file, lent)
    }

    /// The rows of a table as a chunk of a file, its rows counted from 0. Cells to which nothing
    /// has to be done are taken where they lie.
    pub(crate) fn take_table(
        &mut self,
        file: &str,
        table: &Table<'_>,
        faults: Vec<(usize, Fault)>,
    ) -> Chunk {
        let lent: Vec<_> = (0..self.columns.len()).map(|column| self.lent(column, table)).collect();
        self.is_lent = lent.iter().map(Option::is_some).collect();
        let mut faults = faults.into_iter().peekable();
        for row in 0..table.len() {
            match faults.next_if(|(faulty, _)| *faulty == row) {
                Some((_, fault)) => self.push_fault(fault),
                None => self.push(&Record::Line(&Line::Text(table, row))),
            }
        }
        self.is_lent.fill(false);
        self.take_with(file, lent)
    }

    /// A column of a table, if it can be taken as it lies there.
    fn lent<'b>(&mut self, column: usize, table: &'b Table<'b>) -> Option<Decoded<'b>> {
        let Origin::Rule(rule) = self.origins[column] else { return None };
        let place = self.plain[column].as_ref()?.column()?;
        let cells = TextCells::Table(table, place);
        Some(match self.columns[column].shape {
            Shape::Id | Shape::Name | Shape::Text => Decoded::Text(cells),
            Shape::List if is_split_anywhere(self.schema, rule) => {
                Decoded::Lists(ListCells::Delimited(cells))
            }
            Shape::Time => {
                let reader = self.time_reader(rule);
                let texts = (0..table.len()).map(|row| table.get(row, place));
                let times = texts.map(|text| reader.read(text, &mut self.naive)).collect();
                Decoded::Times(times, cells)
            }
            Shape::Flag => {
                let texts = (0..table.len()).map(|row| table.get(row, place));
                Decoded::Flags(texts.map(flag_in).collect())
            }
            Shape::List | Shape::Vector => return None,
        })
    }

    /// The rows so far, but for the columns that are lent.
    fn take_with(&mut self, file: &str, lent: Vec<Option<Decoded<'_>>>) -> Chunk {
        let empty = Rows::new(&self.columns);
        let rows = std::mem::replace(&mut self.rows, empty);
        let keep: Vec<bool> = self.seen.iter().zip(&self.needed).map(|(s, n)| *s || *n).collect();
        let kept = self.columns.iter().zip(&keep).filter(|(_, kept)| **kept);
        let mut builder =
            crate::builder::Builder::new(file, kept.map(|(column, _)| *column).collect(), 0);
        let tally = builder.tally();
        if self.zone.is_none() {
            tally.add(times::READ_AS_UTC, std::mem::take(&mut self.naive));
        }
        for (name, n) in [
            ("ingest.rows_with_replaced_bytes", std::mem::take(&mut self.replaced)),
            (RUINED_REFERENCES, std::mem::take(&mut self.ruined_references)),
        ] {
            if n > 0 {
                tally.add(name, n);
            }
        }
        let (cells, n, faults) = rows.finish(&keep, lent);
        builder.push(&cells, n, faults);
        builder.take()
    }

    fn is_unwanted(&self, record: &Record<'_, '_>) -> Option<&'static str> {
        self.schema.conditions.iter().find_map(|condition| {
            let mut meets = false;
            for path in &condition.when {
                record.values(path, &mut |node| {
                    meets |= condition.is.is_empty()
                        || node
                            .as_text()
                            .is_some_and(|text| condition.is.iter().any(|i| i == text));
                });
            }
            (meets != condition.keeps).then_some(condition.reason)
        })
    }

    fn fill(&mut self, place: usize, record: &Record<'_, '_>) {
        let (column, origin) = (self.columns[place], &self.origins[place]);
        let rule = match *origin {
            Origin::Constant(constant) => {
                return self.rows.push_text(place, constant);
            }
            Origin::LocalId(path) => {
                let mut id = String::new();
                let rule = Rule::empty(column);
                record.values(path, &mut |node| {
                    id.clear();
                    write_scalar(self.schema, &rule, node, &mut id);
                });
                return self.rows.push_text(place, &id);
            }
            Origin::Rule(rule) => rule,
        };
        if self.is_filled_plainly(place, rule, record) {
            return;
        }
        if self.is_open {
            if !rule.from.iter().any(|path| record.exists(path)) {
                return self.rows.push_missing(place);
            }
            self.seen[place] = true;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        match column.shape {
            Shape::List => self.fill_list(place, rule, record),
            Shape::Text => {
                let is_there =
                    write_name(self.schema, rule, record, &mut scratch) == Found::Something;
                self.rows.push_text(place, if is_there { &scratch } else { "" });
            }
            Shape::Id | Shape::Name => match write_name(self.schema, rule, record, &mut scratch) {
                Found::Nothing => self.rows.push_text(place, ""),
                Found::Something => self.rows.push_text(place, &scratch),
                Found::Ruined(reason) => {
                    if matches!(column.name, "post_id" | "account_id") {
                        self.rows.fault(Fault::Reject(reason, scratch.clone()));
                    } else {
                        self.ruined_references += 1;
                    }
                    self.rows.push_text(place, "");
                }
            },
            Shape::Flag => {
                let is_there =
                    write_name(self.schema, rule, record, &mut scratch) == Found::Something;
                self.rows.push_flag(place, flag_in(&scratch).filter(|_| is_there));
            }
            Shape::Time => self.fill_time(place, rule, record, &mut scratch),
            Shape::Vector => self.fill_vector(place, rule, record),
        }
        self.scratch = scratch;
    }

    /// Fills a column that needs nothing done to it, or has nothing in it; says whether it was one.
    fn is_filled_plainly(&mut self, place: usize, rule: &Rule, record: &Record<'_, '_>) -> bool {
        let Some(path) = &self.plain[place] else { return false };
        match path.cell(record) {
            PlainCell::Absent => self.rows.push_missing(place),
            PlainCell::Nothing => {
                self.seen[place] = true;
                self.rows.push_missing(place);
            }
            PlainCell::Text(text) if rule.column.shape.is_one_name() => {
                self.seen[place] = true;
                self.fill_plain(place, rule, text);
            }
            PlainCell::Text(text) if rule.column.shape == Shape::List => {
                self.seen[place] = true;
                let rows = &mut self.rows;
                let cell = Node::Text(Cow::Borrowed(text));
                // What has ways of its own to say nothing is not plain.
                list_entries(self.schema, rule, &cell, &mut |entry| rows.push_entry(place, entry));
                rows.end_list(place);
            }
            PlainCell::Text(_) | PlainCell::Other => return false,
        }
        true
    }

    /// Fills a cell that is a text and stands for itself.
    fn fill_plain(&mut self, place: usize, rule: &Rule, text: &str) {
        let column = self.columns[place];
        match column.shape {
            Shape::Time => {
                let time = self.time_reader(rule).read(text, &mut self.naive);
                self.rows.push_time(place, time, text);
            }
            _ => self.rows.push_text(place, text),
        }
    }

    /// How the moments of a column are read.
    fn time_reader(&self, rule: &Rule) -> TimeReader<'s> {
        let is_local = self.schema.local_times;
        TimeReader { zone: self.zone, unit: rule.unit, is_local }
    }

    fn fill_time(
        &mut self,
        place: usize,
        rule: &Rule,
        record: &Record<'_, '_>,
        scratch: &mut String,
    ) {
        let reader = self.time_reader(rule);
        let found = write_name(self.schema, rule, record, scratch);
        let mut time = match found {
            Found::Something => reader.read(scratch, &mut self.naive),
            _ => RawTime::Missing,
        };
        if let Some(path) = &rule.not_after {
            let (mut bound, mut text) = (RawTime::Missing, String::new());
            let plain = Rule::empty(rule.column);
            record.values(path, &mut |node| {
                text.clear();
                write_scalar(self.schema, &plain, node, &mut text);
                bound = reader.read(&text, &mut self.naive);
            });
            time = match (time, bound) {
                (RawTime::Millis(at), RawTime::Millis(bound)) => RawTime::Millis(at.min(bound)),
                (RawTime::Missing | RawTime::Invalid(_), RawTime::Millis(_)) => bound,
                (time, _) => time,
            };
        }
        self.rows.push_time(place, time, scratch);
    }

    fn fill_vector(&mut self, place: usize, rule: &Rule, record: &Record<'_, '_>) {
        let mut vector = Vec::new();
        let mut value = |node: &Node<'_>| push_numbers(node, &mut vector);
        for path in &rule.from {
            match record {
                // As a list: where a number is missing, nothing may move up.
                Record::Value(record, _) => path.find(record).into_iter().for_each(&mut value),
                Record::Line(_) => record.values(path, &mut value),
            }
        }
        self.rows.push_vector(place, &vector);
    }

    fn fill_list(&mut self, place: usize, rule: &Rule, record: &Record<'_, '_>) {
        if let ([path], true) = (&*rule.from, is_plain_list(rule)) {
            let (schema, rows) = (self.schema, &mut self.rows);
            record.values(path, &mut |node| {
                list_entries(schema, rule, node, &mut |entry| {
                    if !schema.nothing.iter().any(|nothing| nothing == entry) {
                        rows.push_entry(place, entry);
                    }
                });
            });
            return self.rows.end_list(place);
        }
        let mut entries: Vec<String> = Vec::new();
        let is_silent = rule.unless.as_ref().is_some_and(|path| {
            let mut is = false;
            record.values(path, &mut |node| {
                is |= matches!(node, Node::Flag(true)) || node.as_text() == Some("true");
            });
            is
        });
        let mut is_stated = false;
        for path in rule.from.iter().filter(|_| !is_silent) {
            if !record.has_list(path) {
                continue;
            }
            is_stated = true;
            record.values(path, &mut |node| {
                list_entries(self.schema, rule, node, &mut |entry| entries.push(entry.to_owned()));
            });
            // A column that is there and empty leaves room for the next; a list does not.
            let is_line = matches!(record, Record::Line(_));
            let goes_on = rule.all || (is_line && entries.is_empty());
            if !goes_on {
                break;
            }
        }
        if let Some(find) = rule.in_text
            && (rule.all || !is_stated)
        {
            find(&self.text, &mut |entry| entries.push(entry.to_owned()));
        }
        if rule.all {
            remove_repeated(&mut entries);
        }
        if rule.drops_own_links && entries.iter().any(|link| is_link_to_post(link)) {
            let own = self.own_ids(record);
            entries.retain(|link| !is_own_link(link, &own));
        }
        if rule.sorted {
            entries.sort_unstable();
        }
        for entry in entries.iter().filter(|entry| !self.schema.nothing.contains(entry)) {
            self.rows.push_entry(place, entry);
        }
        self.rows.end_list(place);
    }

    /// The ids of the post and of those that it repeats or quotes.
    fn own_ids(&self, record: &Record<'_, '_>) -> Vec<String> {
        let ids = ["post_id", "repost_of", "quote_of"].into_iter().filter_map(|name| {
            let mut id = String::new();
            let found = write_name(self.schema, self.schema.rule(name)?, record, &mut id);
            (found == Found::Something).then(|| id.trim_start_matches("t3_").to_owned())
        });
        ids.collect()
    }
}

/// The columns of a schema that are asked for, and where they come from.
fn origins_of<'s>(schema: &'s Schema, selection: &Selection) -> Vec<(&'static Column, Origin<'s>)> {
    let mut origins = Vec::new();
    for column in column::TABLE.iter().filter(|column| selection.reads(column)) {
        let of_rule = schema.rule(column.name).filter(|rule| {
            // A table has the columns that its header names.
            schema.layout == Layout::Json
                || schema.name != CANONICAL
                || rule.paths().any(|path| !path.places.is_empty())
        });
        match (of_rule, &schema.platform) {
            (Some(rule), _) => origins.push((column, Origin::Rule(rule))),
            (None, Some(platform)) if column.name == "platform" => {
                origins.push((column, Origin::Constant(platform)));
            }
            _ => {}
        }
    }
    if let Some(path) = schema.local_id.as_ref().filter(|_| selection.reads(&column::LOCAL_ID)) {
        origins.push((&column::LOCAL_ID, Origin::LocalId(path)));
    }
    origins
}

/// Whether a cell says yes or no.
fn flag_in(cell: &str) -> Option<bool> {
    let is_one_of = |words: [&str; 4]| words.iter().any(|word| cell.eq_ignore_ascii_case(word));
    match cell {
        "" => None,
        _ if is_one_of(["true", "yes", "1", "t"]) => Some(true),
        _ if is_one_of(["false", "no", "0", "f"]) => Some(false),
        _ => None,
    }
}

//! Files of records: CSV and its relatives, NDJSON, JSON; plain, gzip or zstd.
//!
//! A file is unpacked and cut into blocks in order ([`cut`]); blocks are parsed in parallel, by a
//! kept parser; a [`Filler`] turns records into rows of canonical columns as the file's schema
//! says. From there on they go the way of all rows. A JSON document that is not one value a line
//! is parsed as a stream by one thread ([`walk`](mod@walk)).

pub(crate) mod cut;
mod entries;
pub(crate) mod fill;
pub(crate) mod form;
pub(crate) mod key;
pub(crate) mod node;
pub(crate) mod path;
mod plain;
pub(crate) mod rows;
mod scalar;
mod table;
pub(crate) mod values;
mod vector;
pub(crate) mod walk;

use std::cell::Cell;
use std::io::{BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use jiff::tz::TimeZone;

use self::cut::{Block, Cutter, Ends};
use self::fill::Filler;
use self::form::{Form, Head};
pub(crate) use self::table::Table;
use self::values::{Line, Record};
use self::walk::Plan;
use crate::cells::Fault;
use crate::chunk::Chunk;
use crate::column::{self, Column, ColumnMap, Selection};
use crate::error::{ErrorKind, IngestError};
use crate::schema::{CANONICAL, Evidence, Layout, Schema, detect};
use crate::source::guarded;
use crate::stream::{self, Packing};

/// Rows of a document that make a chunk.
const CHUNK_ROWS: usize = 8_192;
/// Chunks of a document that wait for whoever takes them.
const CHUNKS_WAITING: usize = 4;

/// How records are to be read.
#[derive(Clone, Debug)]
pub(crate) struct RecordOptions {
    pub(crate) map: ColumnMap,
    /// The schema asked for.
    pub(crate) schema: Option<&'static str>,
    /// Whether bytes that are no UTF-8 are replaced, rather than their rows refused.
    pub(crate) lossy: bool,
    pub(crate) zone: Option<TimeZone>,
    pub(crate) selection: Selection,
}

/// A file of records whose beginning was looked at.
#[derive(Debug)]
pub(crate) struct RecordFile {
    path: PathBuf,
    form: Form,
    packing: Packing,
    schema: Schema,
    plan: Plan,
    options: Arc<RecordOptions>,
    pub(crate) evidence: Option<Evidence>,
    /// The columns of a table, or the keys of the records looked at.
    pub(crate) input_columns: Vec<String>,
}

/// A part of a file: parsed, or still to be.
pub(crate) enum Part {
    Block(Block),
    Chunk(Box<Chunk>),
}

impl RecordFile {
    /// Looks at the beginning of a file and decides what it is.
    pub(crate) fn open(path: PathBuf, options: Arc<RecordOptions>) -> Result<Self, IngestError> {
        let name = path.display().to_string();
        let head = Head::read(&path)?;
        let form = Form::of(&head, &name)?;
        let layout = form.layout();
        let chosen = detect::choose(&head, form, &options, &name)?;
        let mut schema = chosen.schema;
        if layout == Layout::Table {
            schema.paths_mut().for_each(|path| path.bind(&chosen.input_columns));
        }
        let plan = plan_of(&schema, &options.selection);
        let file = RecordFile {
            path,
            form,
            packing: head.packing,
            schema,
            plan,
            options,
            evidence: chosen.evidence,
            input_columns: chosen.input_columns,
        };
        file.check_needed()?;
        Ok(file)
    }

    /// Its path, for messages.
    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// What it is: `csv.gz`.
    pub(crate) fn format(&self) -> String {
        format!("{}{}", self.form.name(), self.packing.suffix())
    }

    /// The schema that it is read by.
    pub(crate) fn schema(&self) -> &'static str {
        self.schema.name
    }

    /// Where a canonical column comes from, as its schema says.
    pub(crate) fn input_of(&self, column: &str) -> String {
        let Some(rule) = self.schema.rule(column) else { return "(constant)".to_owned() };
        let mut paths: Vec<&str> = Vec::new();
        for path in rule.paths() {
            let is_there = self.form.layout() == Layout::Json || !path.places.is_empty();
            if is_there && !paths.contains(&path.written.as_str()) {
                paths.push(&path.written);
            }
        }
        if rule.in_text.is_some() {
            paths.push("(found in the text)");
        }
        paths.join(" or ")
    }

    /// The columns, or keys of records, of which nothing is read.
    pub(crate) fn never_read(&self) -> Vec<String> {
        let is_table = self.form.layout() == Layout::Table;
        let used = |place: usize, name: &String| match is_table {
            true => self.schema.rules.iter().any(|rule| {
                self.options.selection.reads(rule.column)
                    && rule.paths().any(|path| path.places.contains(&place))
            }),
            false => self.plan.wants(name),
        };
        let columns = self.input_columns.iter().enumerate();
        columns.filter(|(place, name)| !used(*place, name)).map(|(_, n)| n.clone()).collect()
    }

    /// The canonical columns that its schema fills.
    fn filler(&self) -> Filler<'_> {
        let zone = self.options.zone.as_ref();
        Filler::new(&self.schema, &self.options.selection, zone)
    }

    /// A table without a column that is needed cannot be read; in JSON each record is asked.
    fn check_needed(&self) -> Result<(), IngestError> {
        if self.form == Form::Empty || self.input_columns.is_empty() {
            return Ok(());
        }
        let is_table = self.form.layout() == Layout::Table;
        for column in column::TABLE {
            let is_named = self.options.map.names(column) && is_table;
            if !self.options.selection.needs(column) && !is_named {
                continue;
            }
            let rule = self.schema.rule(column.name);
            let is_there = rule.is_some_and(|rule| {
                rule.paths().any(|path| match is_table {
                    true => !path.places.is_empty(),
                    // The keys of the first records stand for all.
                    false if self.schema.name != CANONICAL => true,
                    false => path.steps.first().is_some_and(|step| {
                        step.keys.iter().any(|key| self.input_columns.contains(&key.name))
                    }),
                })
            });
            if !is_there {
                return Err(self.missing(column));
            }
        }
        Ok(())
    }

    fn missing(&self, column: &'static Column) -> IngestError {
        let wanted = self.schema.rule(column.name).map_or_else(String::new, |rule| {
            rule.paths().map(|path| path.written.as_str()).collect::<Vec<_>>().join("|")
        });
        let available = self.input_columns.clone();
        let kind = ErrorKind::MissingColumn { canonical: column.name, wanted, available };
        IngestError::new(self.name(), kind)
    }

    /// Its parts in order. Blocks wait to be parsed; documents are parsed by a thread of their own.
    pub(crate) fn parts(self: &Arc<Self>) -> Parts {
        match self.form {
            Form::Empty => Parts::None,
            Form::Lines => Parts::Blocks(Arc::clone(self), Ends::Lines, None),
            Form::Table(delimiter) => {
                Parts::Blocks(Arc::clone(self), Ends::Quoted(delimiter), None)
            }
            Form::Document => {
                let (send, receive) = sync_channel(CHUNKS_WAITING);
                let file = Arc::clone(self);
                std::thread::spawn(move || {
                    let result = guarded(&file.name(), || {
                        // Whoever does not listen any more wants no more chunks.
                        file.read_document(&mut |chunk| send.send(Ok(chunk)).is_ok())
                    });
                    if let Err(error) = result.and_then(|result| result) {
                        let _ = send.send(Err(error));
                    }
                });
                Parts::Chunks(receive)
            }
        }
    }

    /// A part as a chunk; its rows are counted from 0.
    pub(crate) fn chunk(&self, part: Part) -> Result<Chunk, IngestError> {
        match part {
            Part::Chunk(chunk) => Ok(*chunk),
            Part::Block(block) => guarded(&self.name(), || self.parse(&block)),
        }
    }

    fn parse(&self, block: &Block) -> Chunk {
        let mut filler = self.filler();
        if let Some(reason) = block.fault {
            let detail = String::from_utf8_lossy(&block.bytes).into_owned();
            filler.push_fault(Fault::Reject(reason, detail));
            return filler.take(&self.name());
        }
        if let Form::Table(delimiter) = self.form {
            return self.parse_table(block, delimiter, &mut filler);
        }
        filler.reserve(block.bytes.len());
        self.parse_lines(&block.bytes, &mut filler);
        filler.take(&self.name())
    }

    fn parse_lines(&self, bytes: &[u8], filler: &mut Filler<'_>) {
        // Said once of a whole block, no string of it need be looked at again.
        let text = simdutf8::basic::from_utf8(bytes).ok();
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]);
        for end in ends {
            let place = start.min(end)..end;
            let line = &bytes[place.clone()];
            start = end + 1;
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let before = filler.len();
            let parsed = match text {
                Some(text) => {
                    self.parse_line(serde_json::Deserializer::from_str(&text[place]), filler)
                }
                None => self.parse_line(serde_json::Deserializer::from_slice(line), filler),
            };
            let Err(error) = parsed else { continue };
            let is_text = std::str::from_utf8(line).is_ok();
            if !is_text && self.options.lossy && filler.len() == before {
                let line = String::from_utf8_lossy(line);
                match self.parse_line(serde_json::Deserializer::from_str(&line), filler) {
                    Ok(()) => filler.count_replaced(),
                    Err(error) => {
                        filler.push_fault(Fault::Reject("invalid_json", error.to_string()));
                    }
                }
            } else if is_text {
                filler.push_fault(Fault::Reject("invalid_json", error.to_string()));
            } else {
                filler.push_fault(Fault::Reject("invalid_utf8", error.to_string()));
            }
        }
    }

    /// Records of a page that end before the line turns out to be broken are read all the same.
    fn parse_line<'l, R: serde_json::de::Read<'l>>(
        &'l self,
        mut parser: serde_json::Deserializer<R>,
        filler: &mut Filler<'_>,
    ) -> serde_json::Result<()> {
        walk::walk(&mut parser, &self.plan, None, &mut |record, outside| {
            filler.push(&Record::Value(record, outside));
        })?;
        parser.end()
    }

    fn parse_table(&self, block: &Block, delimiter: u8, filler: &mut Filler<'_>) -> Chunk {
        let Ok(text) = simdutf8::basic::from_utf8(&block.bytes) else {
            return self.parse_damaged_table(block, delimiter, filler);
        };
        let mut table = Table::new(text, delimiter, self.input_columns.len());
        let (mut faults, mut is_header) = (Vec::new(), block.is_first);
        while let Some(found) = table.next() {
            if std::mem::take(&mut is_header) {
                table.skip();
                continue;
            }
            let cell = |place| table.at_hand(place).map(str::as_bytes);
            match self.not_a_row(cell, found) {
                None => table.keep(),
                Some(fault) => {
                    faults.push((table.len(), fault));
                    table.keep_blank();
                }
            }
        }
        filler.take_table(&self.name(), &table, faults)
    }

    /// A block of which some bytes are no UTF-8.
    fn parse_damaged_table(&self, block: &Block, delimiter: u8, filler: &mut Filler<'_>) -> Chunk {
        let mut reader = form::table_reader(&block.bytes, delimiter);
        let mut cells = csv::ByteRecord::new();
        let mut is_header = block.is_first;
        // Memory can always be read.
        while let Ok(true) = reader.read_byte_record(&mut cells) {
            if std::mem::take(&mut is_header) {
                continue;
            }
            match self.not_a_row(|place| cells.get(place), cells.len()) {
                Some(fault) => filler.push_fault(fault),
                None => {
                    let (lossy, is_met) = (self.options.lossy, Cell::new(false));
                    filler.push(&Record::Line(&Line::Damaged { cells: &cells, lossy, is_met }));
                }
            }
        }
        filler.take(&self.name())
    }

    /// Why a line behind the header is no row, if it is none.
    fn not_a_row<'l>(
        &self,
        cell: impl Fn(usize) -> Option<&'l [u8]>,
        found: usize,
    ) -> Option<Fault> {
        let expected = self.input_columns.len();
        // Some programs write empty cells behind the last one.
        let is_padding = |place| cell(place).is_some_and(<[u8]>::is_empty);
        if found < expected || !(expected..found).all(is_padding) {
            let detail = format!("expected {expected}, found {found}");
            return Some(Fault::Reject("wrong_number_of_cells", detail));
        }
        let mut names = self.input_columns.iter().enumerate();
        let is_repeated = names.all(|(place, name)| cell(place) == Some(name.as_bytes()));
        is_repeated.then_some(Fault::Filter("repeated_header"))
    }

    /// Parses a document as a stream; stops when `take` wants no more.
    fn read_document(&self, take: &mut dyn FnMut(Chunk) -> bool) -> Result<(), IngestError> {
        let damaged = |error: &dyn std::fmt::Display| {
            let kind = ErrorKind::Damaged { format: self.format(), why: error.to_string() };
            IngestError::new(self.name(), kind)
        };
        let (_, from) = stream::open(&self.path)?;
        let from: Box<dyn Read + Send> = match self.options.lossy {
            true => Box::new(form::Lossy::new(from)),
            false => from,
        };
        let mut from = BufReader::with_capacity(1 << 18, from);
        form::skip_mark(&mut from).map_err(|error| damaged(&error))?;
        let mut filler = self.filler();
        let mut is_wanted = true;
        let mut parser = serde_json::Deserializer::from_reader(from);
        while !parser_is_at_end(&mut parser).map_err(|error| damaged(&error))? {
            walk::walk(&mut parser, &self.plan, None, &mut |record, outside| {
                filler.push(&Record::Value(record, outside));
                if filler.len() >= CHUNK_ROWS && is_wanted {
                    is_wanted = take(filler.take(&self.name()));
                }
            })
            .map_err(|error| damaged(&error))?;
            if !is_wanted {
                return Ok(());
            }
        }
        take(filler.take(&self.name()));
        Ok(())
    }
}

/// Whether a document has no further value. Values may stand one behind the other.
fn parser_is_at_end<R: Read>(
    parser: &mut serde_json::Deserializer<serde_json::de::IoRead<R>>,
) -> serde_json::Result<bool> {
    // `end` looks at the next character that is no white space, and takes nothing else.
    match parser.end() {
        Ok(()) => Ok(true),
        Err(error) if error.is_syntax() => Ok(false),
        Err(error) => Err(error),
    }
}

/// What is wanted of JSON records: what the selected columns and all conditions look at.
fn plan_of(schema: &Schema, selection: &Selection) -> Plan {
    let rules = schema.rules.iter().filter(|rule| {
        // Texts are looked into, and ids tell whether a link leads to the post itself.
        selection.reads(rule.column)
            || matches!(rule.column.name, "text" | "post_id" | "repost_of" | "quote_of")
    });
    let below: Vec<path::Path> = rules
        .clone()
        .filter_map(|rule| rule.function.map(|function| (rule, function)))
        .flat_map(|(rule, function)| {
            rule.from.iter().flat_map(|path| function.below.iter().map(|key| path.below(key)))
        })
        .collect();
    let conditions = schema.conditions.iter().flat_map(|condition| &condition.when);
    let of_rules = rules.flat_map(|rule| rule.paths());
    Plan::new(schema, of_rules.chain(conditions).chain(&below).chain(&schema.local_id))
}

/// The parts of a file, one after the other.
pub(crate) enum Parts {
    None,
    Blocks(Arc<RecordFile>, Ends, Option<Cutter>),
    Chunks(Receiver<Result<Chunk, IngestError>>),
}

impl Iterator for Parts {
    type Item = Result<Part, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Parts::None => None,
            Parts::Chunks(receive) => {
                let chunk = receive.recv().ok()?;
                Some(chunk.map(|chunk| Part::Chunk(Box::new(chunk))))
            }
            Parts::Blocks(file, ends, cutter) => {
                let cutter = match cutter {
                    Some(cutter) => cutter,
                    None => match stream::open(&file.path) {
                        Ok((_, from)) => cutter.insert(Cutter::new(from, *ends)),
                        Err(error) => {
                            *self = Parts::None;
                            return Some(Err(error));
                        }
                    },
                };
                match cutter.next_block() {
                    Ok(Some(block)) => Some(Ok(Part::Block(block))),
                    Ok(None) => None,
                    Err(error) => {
                        let format = file.format();
                        let kind = ErrorKind::Damaged { format, why: error.to_string() };
                        let error = IngestError::new(file.name(), kind);
                        *self = Parts::None;
                        Some(Err(error))
                    }
                }
            }
        }
    }
}

//! Which schema a file follows, and what speaks for it.
//!
//! Records at the beginning of a file are looked at: a schema fits if most of them have all that
//! it needs. Of those that fit, the one of which most is there is chosen.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{CANONICAL, Layout, Schema};
use crate::error::{ErrorKind, IngestError};
use crate::record::RecordOptions;
use crate::record::form::{Form, Head, header};
use crate::record::path::Path;
use crate::record::values::Record;
use crate::record::walk::{self, Plan};

/// Records that are looked at.
const RECORDS_MAX: usize = 200;

/// Why a schema was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The schema.
    pub schema: &'static str,
    /// What it describes.
    pub title: String,
    /// Records looked at; 0 for a table, whose header says it all.
    pub records: usize,
    /// Those that have all that the schema needs.
    pub fitting: usize,
    /// What the schema names and the file has.
    pub found: Vec<String>,
    /// The next best schema, and how much of it was found.
    pub runner_up: Option<(&'static str, usize)>,
}

/// A schema, and what it was chosen for.
pub(crate) struct Chosen {
    pub(crate) schema: Schema,
    pub(crate) evidence: Option<Evidence>,
    /// The columns of a table, or the keys of the records looked at.
    pub(crate) input_columns: Vec<String>,
}

/// The schema of a file: the one asked for, else the one that fits best, else the canonical one.
pub(crate) fn choose(
    head: &Head,
    form: Form,
    options: &RecordOptions,
    name: &str,
) -> Result<Chosen, IngestError> {
    let layout = form.layout();
    let input_columns = match form {
        Form::Empty => Vec::new(),
        Form::Table(delimiter) => header(&head.bytes, delimiter),
        Form::Lines | Form::Document => Vec::new(),
    };
    let canonical = Schema::canonical(layout, &options.map).map_err(|why| {
        IngestError::new(name, ErrorKind::Damaged { format: "mapping".to_owned(), why })
    })?;
    let asked_for = options.schema.and_then(super::find);
    let candidates: Vec<&Schema> = match (asked_for, options.schema) {
        (Some(schema), _) => vec![schema],
        // Who names columns means the canonical ones.
        (None, asked) if asked.is_some() || !options.map.is_empty() => vec![&canonical],
        _ => std::iter::once(&canonical).chain(super::all().iter().filter(|s| s.auto)).collect(),
    };
    if let Some(schema) = asked_for.filter(|s| s.layout != layout && form != Form::Empty) {
        return Err(wrong_layout(schema, form, name));
    }
    let mut looks: Vec<Look<'_>> = candidates
        .into_iter()
        .filter(|schema| schema.layout == layout)
        .map(|schema| Look::at(schema, head, form, &input_columns))
        .collect();
    looks.sort_by_key(|look| std::cmp::Reverse(look.score()));
    let runner_up = looks.get(1).map(|look| (look.schema.name, look.score()));
    let runner_up = runner_up.filter(|(_, score)| *score > 0);
    let Some(best) = looks.first().filter(|look| look.score() > 0 || asked_for.is_some()) else {
        let plain = looks.into_iter().find(|look| look.schema.name == CANONICAL);
        let input_columns = match plain {
            Some(look) if layout == Layout::Json => look.keys,
            _ => input_columns,
        };
        return Ok(Chosen { schema: canonical, evidence: None, input_columns });
    };
    if runner_up.is_some_and(|(_, score)| score == best.score()) {
        let alike = looks.iter().filter(|look| look.score() == best.score());
        let alike = alike.map(|look| look.schema.name).collect();
        return Err(IngestError::new(name, ErrorKind::AmbiguousSchema(alike)));
    }
    let evidence = Evidence {
        schema: best.schema.name,
        title: best.schema.title.clone(),
        records: best.records,
        fitting: best.fitting,
        found: best.found.clone(),
        runner_up,
    };
    let input_columns = if layout == Layout::Json { best.keys.clone() } else { input_columns };
    let schema = with_map(best.schema, options, layout);
    Ok(Chosen { schema, evidence: Some(evidence), input_columns })
}

/// A schema in which the user's words have the last say.
fn with_map(schema: &Schema, options: &RecordOptions, layout: Layout) -> Schema {
    let mut schema = schema.clone();
    if schema.name == CANONICAL || options.map.is_empty() {
        return schema;
    }
    if let Ok(named) = Schema::canonical(layout, &options.map) {
        for rule in named.rules.into_iter().filter(|rule| options.map.names(rule.column)) {
            schema.rules.retain(|old| old.column.name != rule.column.name);
            schema.rules.push(rule);
        }
    }
    schema
}

fn wrong_layout(schema: &Schema, form: Form, name: &str) -> IngestError {
    let expected = match schema.layout {
        Layout::Json => "JSON",
        Layout::Table => "a table with a header",
    };
    let found = form.name();
    IngestError::new(name, ErrorKind::WrongLayout { schema: schema.name, expected, found })
}

/// What a schema finds in the beginning of a file.
struct Look<'s> {
    schema: &'s Schema,
    records: usize,
    fitting: usize,
    found: Vec<String>,
    keys: Vec<String>,
}

impl<'s> Look<'s> {
    fn at(schema: &'s Schema, head: &Head, form: Form, header: &[String]) -> Self {
        let mut look = Look { schema, records: 0, fitting: 0, found: Vec::new(), keys: Vec::new() };
        match form {
            Form::Empty => {}
            Form::Table(_) => look.at_header(header),
            Form::Lines | Form::Document => look.at_records(head, form),
        }
        look
    }

    /// How much of the schema is there; 0 if it does not fit.
    fn score(&self) -> usize {
        if self.fitting * 2 > self.records || (self.records == 0 && self.fitting > 0) {
            self.found.len()
        } else {
            0
        }
    }

    /// What the schema names, each path once.
    fn marks(&self) -> Vec<&'s Path> {
        let mut marks: Vec<&Path> = Vec::new();
        for path in self.schema.needs.iter().chain(&self.schema.signs) {
            if !marks.iter().any(|mark| mark.written == path.written) {
                marks.push(path);
            }
        }
        marks
    }

    fn at_header(&mut self, header: &[String]) {
        let is_there = |path: &&Path| {
            let keys = path.steps.iter().flat_map(|step| &step.keys);
            keys.into_iter().any(|key| header.contains(&key.name))
        };
        let needs = self.schema.needs.iter();
        self.fitting = usize::from(needs.clone().all(|path| is_there(&path)));
        let marks = self.marks();
        let found = marks.into_iter().filter(is_there);
        self.found = found.map(|path| path.written.clone()).collect();
    }

    fn at_records(&mut self, head: &Head, form: Form) {
        let marks = self.marks();
        let conditions = self.schema.conditions.iter().flat_map(|c| &c.when);
        let plan = Plan::new(self.schema, marks.iter().copied().chain(conditions));
        let mut found = vec![false; marks.len()];
        let mut keys = BTreeSet::new();
        let (mut records, mut fitting) = (0, 0);
        let values: Vec<&[u8]> = match form {
            Form::Lines => head.bytes.split(|b| *b == b'\n').collect(),
            _ => vec![&head.bytes],
        };
        for value in values {
            let mut parser = serde_json::Deserializer::from_slice(value);
            while parser.end().is_err() && records < RECORDS_MAX {
                let walked =
                    walk::walk(&mut parser, &plan, Some(&mut keys), &mut |value, outside| {
                        let record = Record::Value(value, outside);
                        records += 1;
                        fitting += usize::from(self.schema.needs.iter().all(|p| record.says(p)));
                        for (found, path) in found.iter_mut().zip(&marks) {
                            *found |= record.exists(path);
                        }
                    });
                // The head may end in the middle of a value.
                if walked.is_err() {
                    break;
                }
            }
        }
        let found = marks.iter().zip(&found).filter(|(_, found)| **found);
        self.found = found.map(|(path, _)| path.written.clone()).collect();
        (self.records, self.fitting) = (records, fitting);
        self.keys = keys.into_iter().collect();
    }
}

//! Columns that stand in records as they are wanted: one key or column, and nothing done to it.
//!
//! Most columns of most files are like that, and their cells need not be copied to be looked at.

use std::cell::Cell;

use super::node::Node;
use super::path::Path;
use super::values::{Line, Record};
use crate::cells::trimmed;
use crate::chunk::is_missing;
use crate::column::Shape;
use crate::schema::{Layout, Rule, Schema};

/// Where such a column stands.
#[derive(Clone, Debug)]
pub(super) struct PlainPath<'s> {
    path: &'s Path,
    layout: Layout,
    /// Where among the keys of the record before it stood.
    place: Cell<usize>,
}

/// What stands there.
pub(super) enum PlainCell<'r> {
    /// No such key.
    Absent,
    /// A way to say that there is nothing.
    Nothing,
    /// A text.
    Text(&'r str),
    /// Something that must be looked at more closely.
    Other,
}

impl<'s> PlainPath<'s> {
    /// The place of a rule's column, if it is as plain as that.
    pub(super) fn of(schema: &Schema, rule: &'s Rule) -> Option<Self> {
        let [path] = &*rule.from else { return None };
        let is_plain_shape = match rule.column.shape {
            Shape::Id | Shape::Name | Shape::Text | Shape::Flag => true,
            Shape::Time => rule.not_after.is_none(),
            Shape::List => is_plain_list(rule),
            Shape::Vector => false,
        };
        let is_untouched = rule.function.is_none() && rule.templates.is_empty();
        let is_one_step = match (schema.layout, &*path.steps) {
            (Layout::Table, _) => true,
            (Layout::Json, [step]) => step.filter.is_none() && step.keys.len() == 1,
            (Layout::Json, _) => false,
        };
        let is_plain = is_plain_shape
            && is_untouched
            && is_one_step
            && !path.is_outside
            && !rule.all
            && schema.nothing.is_empty();
        is_plain.then_some(PlainPath { path, layout: schema.layout, place: Cell::new(0) })
    }

    /// The one column of a table that it is.
    pub(super) fn column(&self) -> Option<usize> {
        match (self.layout, &*self.path.places) {
            (Layout::Table, [place]) => Some(*place),
            _ => None,
        }
    }

    /// What a record has there.
    #[inline]
    pub(super) fn cell<'r>(&self, record: &'r Record<'_, '_>) -> PlainCell<'r> {
        match (record, self.layout) {
            (Record::Line(Line::Text(table, row)), Layout::Table) => {
                let cells = self.path.places.iter().map(|&place| table.get(*row, place));
                let mut said = cells.filter(|cell| !is_missing(trimmed(cell)));
                said.next().map_or(PlainCell::Nothing, PlainCell::Text)
            }
            (Record::Value(node @ Node::Object(_), _), Layout::Json) => {
                match node.field(&self.path.steps[0].keys[0], &self.place) {
                    None => PlainCell::Absent,
                    Some(Node::Null) => PlainCell::Nothing,
                    Some(Node::List(entries)) if entries.is_empty() => PlainCell::Nothing,
                    Some(Node::Text(text)) if is_missing(trimmed(text)) => PlainCell::Nothing,
                    Some(Node::Text(text)) => PlainCell::Text(text),
                    Some(_) => PlainCell::Other,
                }
            }
            _ => PlainCell::Other,
        }
    }
}

/// Whether the entries of a list are taken as they come.
pub(super) fn is_plain_list(rule: &Rule) -> bool {
    let is_changed = rule.all || rule.drops_own_links || rule.sorted;
    !is_changed && rule.in_text.is_none() && rule.unless.is_none()
}

//! Columns that stand in records as they are wanted: one key or column, and nothing done to it.
//!
//! Most columns of most files are like that, and their cells need not be copied to be looked at.

use super::node::Node;
use super::path::Path;
use super::values::{Line, Record};
use crate::cells::trimmed;
use crate::chunk::is_missing;
use crate::column::Shape;
use crate::schema::{Layout, Rule, Schema};

/// Where such a column stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlainPath<'s> {
    path: &'s Path,
    layout: Layout,
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
        let is_one_name = matches!(rule.column.shape, Shape::Id | Shape::Name | Shape::Text)
            || (rule.column.shape == Shape::Time && rule.not_after.is_none());
        let is_untouched = rule.function.is_none() && rule.templates.is_empty();
        let is_one_step = match (schema.layout, &*path.steps) {
            (Layout::Table, _) => true,
            (Layout::Json, [step]) => step.filter.is_none() && step.keys.len() == 1,
            (Layout::Json, _) => false,
        };
        let is_plain = is_one_name
            && is_untouched
            && is_one_step
            && !path.is_outside
            && !rule.all
            && schema.nothing.is_empty();
        is_plain.then_some(PlainPath { path, layout: schema.layout })
    }

    /// What a record has there.
    #[inline]
    pub(super) fn cell<'r>(&self, record: &'r Record<'_, '_>) -> PlainCell<'r> {
        match (record, self.layout) {
            (Record::Line(Line::Text(row)), Layout::Table) => {
                let cells = self.path.places.iter().filter_map(|&place| row.get(place));
                let mut said = cells.filter(|cell| !is_missing(trimmed(cell)));
                said.next().map_or(PlainCell::Nothing, PlainCell::Text)
            }
            (Record::Value(node @ Node::Object(_), _), Layout::Json) => {
                match node.field(&self.path.steps[0].keys[0]) {
                    None => PlainCell::Absent,
                    Some(Node::Null) => PlainCell::Nothing,
                    Some(Node::Text(text)) if is_missing(trimmed(text)) => PlainCell::Nothing,
                    Some(Node::Text(text)) => PlainCell::Text(text),
                    Some(_) => PlainCell::Other,
                }
            }
            _ => PlainCell::Other,
        }
    }
}

//! One value of a record as text: a name, an id, a moment still to be read.

use super::node::Node;
use super::values::Record;
use crate::cells::trimmed;
use crate::chunk::{is_missing, is_rounded_number};
use crate::column::Shape;
use crate::schema::functions::Apply;
use crate::schema::spec::Template;
use crate::schema::{Rule, Schema};

/// Whole numbers beyond this lose digits in most programs that read JSON.
const EXACT_MAX: i128 = 1 << 53;

/// What became of a value that should be one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    Something,
    /// It cannot be a name: why.
    Ruined(&'static str),
}

/// Writes one value as text.
pub(super) fn write_scalar(
    schema: &Schema,
    rule: &Rule,
    node: &Node<'_>,
    out: &mut String,
) -> Found {
    use std::fmt::Write as _;
    let is_id = rule.column.shape == Shape::Id;
    match node {
        Node::Text(text) => match rule.function.map(|f| &f.apply) {
            Some(Apply::Text(apply)) => apply(text, &mut |part| out.push_str(part)),
            Some(Apply::Node(apply)) => apply(node, &mut |part| out.push_str(part)),
            None => out.push_str(text),
        },
        Node::Integer(integer) => {
            let _ = write!(out, "{integer}");
            if is_id && integer.abs() > EXACT_MAX && !schema.large_integers {
                return Found::Ruined("id_is_a_json_number_beyond_2_to_53");
            }
        }
        Node::Float(float) => {
            let _ = write!(out, "{float}");
            if is_id {
                return Found::Ruined("id_is_a_rounded_number");
            }
        }
        Node::Flag(flag) => {
            let text = if *flag { "true" } else { "false" };
            match rule.function.map(|f| &f.apply) {
                Some(Apply::Text(apply)) => apply(text, &mut |part| out.push_str(part)),
                _ => out.push_str(text),
            }
        }
        Node::Object(_) | Node::List(_) => {
            if let Some(Apply::Node(apply)) = rule.function.map(|f| &f.apply) {
                apply(node, &mut |part| out.push_str(part));
            }
        }
        Node::Null => {}
    }
    let text = trimmed(out);
    if is_missing(text) || schema.nothing.iter().any(|nothing| nothing == text) {
        return Found::Nothing;
    }
    if is_id && !matches!(rule.column.name, "post_id" | "account_id") && is_rounded_number(text) {
        return Found::Ruined("id_is_a_rounded_number");
    }
    Found::Something
}

/// Writes the one name that a rule finds.
pub(super) fn write_name(
    schema: &Schema,
    rule: &Rule,
    record: &Record<'_, '_>,
    out: &mut String,
) -> Found {
    let is_node = matches!(rule.function.map(|f| &f.apply), Some(Apply::Node(_)));
    let mut found = Found::Nothing;
    let mut value = |node: &Node<'_>| {
        if found == Found::Nothing {
            out.clear();
            found = write_scalar(schema, rule, node, out);
        }
    };
    for path in &rule.from {
        match record {
            Record::Value(record, _) if is_node => {
                path.find(record).into_iter().for_each(&mut value);
            }
            _ => record.values(path, &mut value),
        }
    }
    if found != Found::Nothing {
        return found;
    }
    for template in &rule.templates {
        out.clear();
        found = from_template(schema, rule, template, record, out);
        if found != Found::Nothing {
            return found;
        }
    }
    found
}

fn from_template(
    schema: &Schema,
    rule: &Rule,
    template: &Template,
    record: &Record<'_, '_>,
    out: &mut String,
) -> Found {
    let plain = Rule::empty(rule.column);
    let mut part = String::new();
    for (before, path, is_written) in &template.parts {
        let mut found = Found::Nothing;
        record.values(path, &mut |node| {
            if found == Found::Nothing {
                part.clear();
                found = write_scalar(schema, &plain, node, &mut part);
            }
        });
        if found != Found::Something {
            return found;
        }
        out.push_str(before);
        if *is_written {
            out.push_str(&part);
        }
    }
    out.push_str(&template.end);
    if let Some(Apply::Text(apply)) = rule.function.map(|f| &f.apply) {
        let whole = std::mem::take(out);
        apply(&whole, &mut |text| out.push_str(text));
    }
    Found::Something
}

//! One value of a record as text: a name, an id, a moment still to be read.

use super::node::Node;
use crate::cells::trimmed;
use crate::chunk::{is_missing, is_rounded_number};
use crate::column::Shape;
use crate::schema::functions::Apply;
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

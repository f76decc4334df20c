//! The names in one cell or value of a list, and which of them say nothing new.

use super::node::Node;
use super::path::Path;
use crate::cells::trimmed;
use crate::chunk::{is_missing, split};
use crate::schema::functions::Apply;
use crate::schema::spec::Split;
use crate::schema::{CANONICAL, Rule, Schema, literal};

/// Whether a cell that holds a list is divided wherever a list may be.
pub(super) fn is_split_anywhere(schema: &Schema, rule: &Rule) -> bool {
    match rule.split {
        Some(Split::Any) => true,
        None => schema.name == CANONICAL,
        Some(_) => false,
    }
}

/// Hands on the names of a value of a list, or of a cell that holds a list.
pub(super) fn list_entries(
    schema: &Schema,
    rule: &Rule,
    node: &Node<'_>,
    take: &mut dyn FnMut(&str),
) {
    let mut one = |text: &str| match rule.function.map(|f| &f.apply) {
        Some(Apply::Text(apply)) => apply(text, &mut |part| take_entry(part, take)),
        _ => take_entry(text, take),
    };
    match node {
        Node::Text(cell) if is_split_anywhere(schema, rule) => {
            split(cell, rule.column.name == "urls", &mut one);
        }
        Node::Text(cell) => match rule.split {
            None => one(cell),
            Some(how) => split_cell(how, rule, cell, &mut one),
        },
        Node::Integer(integer) => one(&integer.to_string()),
        Node::Object(_) | Node::List(_) => {
            if let Some(Apply::Node(apply)) = rule.function.map(|f| &f.apply) {
                apply(node, &mut |part| take_entry(part, take));
            }
        }
        Node::Null | Node::Flag(_) | Node::Float(_) => {}
    }
}

fn take_entry(text: &str, take: &mut dyn FnMut(&str)) {
    let text = trimmed(text);
    if !is_missing(text) {
        take(text);
    }
}

fn split_cell(how: Split, rule: &Rule, cell: &str, one: &mut dyn FnMut(&str)) {
    let each_of = |node: &Node<'_>, one: &mut dyn FnMut(&str)| match node {
        Node::Text(text) => one(text),
        Node::Integer(integer) => one(&integer.to_string()),
        _ => {}
    };
    match how {
        Split::Bar => cell.split('|').for_each(one),
        Split::Comma => cell.split(',').for_each(one),
        Split::Space => cell.split_whitespace().for_each(one),
        Split::Any => split(cell, rule.column.name == "urls", one),
        Split::CommaUrl => {
            let mut rest = cell;
            while let Some(at) = rest.find(",http").or_else(|| rest.find(", http")) {
                one(&rest[..at]);
                rest = &rest[at + 1..];
            }
            one(rest);
        }
        Split::Literal | Split::Brackets => match (literal::parse(cell), &rule.inside) {
            (Some(node), Some(inside)) => {
                // Some versions list bare names where others list objects.
                inside.visit(&node, &mut |node| each_of(node, one));
                Path::default().visit(&node, &mut |node| each_of(node, one));
            }
            (Some(node), None) => Path::default().visit(&node, &mut |node| each_of(node, one)),
            (None, _) => {
                let bare = cell.trim();
                let inner = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
                inner.unwrap_or(bare).split(", ").for_each(one);
            }
        },
    }
}

pub(super) fn remove_repeated(entries: &mut Vec<String>) {
    let mut kept: Vec<String> = Vec::with_capacity(entries.len());
    for entry in entries.drain(..) {
        if !kept.contains(&entry) {
            kept.push(entry);
        }
    }
    *entries = kept;
}

pub(super) fn is_link_to_post(link: &str) -> bool {
    ["/status/", "/statuses/", "/comments/"].iter().any(|part| link.contains(part))
}

/// Whether a link leads to one of some posts, or to the photo or film of a post.
pub(super) fn is_own_link(link: &str, own: &[String]) -> bool {
    let path = link.split(['?', '#']).next().unwrap_or(link);
    let segments: Vec<&str> = path.split('/').collect();
    let place = segments.iter().position(|s| matches!(*s, "status" | "statuses" | "comments"));
    let Some(rest) = place.map(|place| &segments[place + 1..]) else { return false };
    match rest {
        [_, "photo" | "video", ..] => true,
        [id, ..] => own.iter().any(|own| own == id),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_the_post_itself_are_told_from_links_to_others() {
        let own = ["1".to_owned(), "2".to_owned()];
        for link in [
            "https://x.com/a/status/1",
            "https://twitter.com/i/web/status/2?s=20",
            "https://x.com/b/status/9/photo/1",
            "https://www.reddit.com/r/x/comments/1/title/",
        ] {
            assert!(is_own_link(link, &own), "{link}");
        }
        for link in ["https://x.com/a/status/3", "https://a.eu/status/", "https://a.eu/1"] {
            assert!(!is_own_link(link, &own), "{link}");
        }
    }
}

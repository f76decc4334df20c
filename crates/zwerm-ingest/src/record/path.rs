//! Where in a record something stands: `entities.urls[].unwound_url|expanded_url`.
//!
//! Steps are parted by dots. A step names a key, or several with `|` between them of which the
//! first that is there counts. `[]` after a key says that a list is walked, `[type=link|mention]`
//! that only those entries are which have one of some values. `^` before a path leads out of the
//! record to what surrounds it. In a table a path is the name of a column, dots and all.

use super::key::Key;
use super::node::Node;

/// See the [module documentation](self).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path {
    /// As written, without `^`.
    pub(crate) written: String,
    /// Whether it starts outside the record.
    pub(crate) is_outside: bool,
    pub(crate) steps: Vec<Step>,
    /// In a table: the places of the columns, once its header is known.
    pub(crate) places: Vec<usize>,
}

/// One step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// The first of these keys that is there.
    pub(crate) keys: Vec<Key<String>>,
    pub(crate) filter: Option<Filter>,
}

/// Which entries of a list are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) key: Key<String>,
    /// One of these.
    pub(crate) values: Vec<String>,
}

impl Path {
    /// A path as it is written in a schema.
    pub(crate) fn parse(written: &str) -> Result<Self, String> {
        let (is_outside, written) = match written.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, written),
        };
        let mut steps = Vec::new();
        for step in split_outside_brackets(written) {
            steps.push(Step::parse(step).ok_or_else(|| format!("not a path: \"{written}\""))?);
        }
        Ok(Path { written: written.to_owned(), is_outside, steps, places: Vec::new() })
    }

    /// The first of some columns of a table that says something.
    pub(crate) fn columns<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let names: Vec<String> = names.map(str::to_owned).collect();
        let written = names.join("|");
        let keys = names.into_iter().map(Key::of).collect();
        Path { written, steps: vec![Step { keys, filter: None }], ..Path::default() }
    }

    /// The path to a key of what this one leads to.
    pub(crate) fn below(&self, key: &str) -> Self {
        let mut path = self.clone();
        path.steps.push(Step { keys: vec![Key::of(key.to_owned())], filter: None });
        path
    }

    /// Finds the columns in the header of a table.
    pub(crate) fn bind(&mut self, header: &[String]) {
        let keys = self.steps.iter().flat_map(|step| &step.keys);
        let place = |key: &Key<String>| header.iter().position(|name| *name == key.name);
        self.places = keys.filter_map(place).collect();
    }

    /// Calls `each` for every value that the path leads to. Lists are walked, nulls left out.
    pub(crate) fn visit<'n, 'a>(&self, node: &'n Node<'a>, each: &mut dyn FnMut(&'n Node<'a>)) {
        visit(&self.steps, node, each);
    }

    /// The one value that the path leads to: a list as a list.
    pub(crate) fn find<'n, 'a>(&self, node: &'n Node<'a>) -> Option<&'n Node<'a>> {
        self.steps.iter().try_fold(node, |node, step| step.child(node))
    }

    /// Whether what the path's last step names is there, be it null or empty.
    pub(crate) fn exists(&self, node: &Node<'_>) -> bool {
        let Some((last, before)) = self.steps.split_last() else { return true };
        if before.is_empty()
            && let Node::Object(_) = node
        {
            return last.keys.iter().any(|key| node.has(key));
        }
        let mut found = false;
        visit(before, node, &mut |node| found |= last.keys.iter().any(|key| node.has(key)));
        found
    }

    /// Whether the list on the path is there: an empty one says that there is nothing.
    pub(crate) fn has_list(&self, node: &Node<'_>) -> bool {
        match self.steps.len() {
            0 => true,
            1 => self.find(node).is_some(),
            n => {
                let list = &self.steps[n - 2];
                let mut found = false;
                visit(&self.steps[..n - 2], node, &mut |node| {
                    found |= list.keys.iter().any(|key| node.get(key).is_some());
                });
                found
            }
        }
    }
}

/// Parts at dots that do not stand inside brackets.
fn split_outside_brackets(written: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    written.split(move |c| {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        c == '.' && depth == 0
    })
}

impl Step {
    fn parse(written: &str) -> Option<Self> {
        let (keys, filter) = match written.split_once('[') {
            None => (written, None),
            Some((keys, filter)) => {
                let filter = filter.strip_suffix(']')?;
                let filter = match filter.split_once('=') {
                    None if filter.is_empty() => None,
                    None => return None,
                    Some((key, values)) => Some(Filter {
                        key: Key::of(key.to_owned()),
                        values: values.split('|').map(str::to_owned).collect(),
                    }),
                };
                (keys, filter)
            }
        };
        let keys: Vec<Key<String>> = keys.split('|').map(|key| Key::of(key.to_owned())).collect();
        let has_names = keys.iter().all(|key| !key.name.is_empty());
        has_names.then_some(Step { keys, filter })
    }

    /// The value of the first of the keys that is there and not null.
    fn child<'n, 'a>(&self, node: &'n Node<'a>) -> Option<&'n Node<'a>> {
        self.keys.iter().find_map(|key| node.get(key))
    }
}

fn visit<'n, 'a>(steps: &[Step], node: &'n Node<'a>, each: &mut dyn FnMut(&'n Node<'a>)) {
    if let Node::List(entries) = node {
        return entries.iter().for_each(|entry| visit(steps, entry, each));
    }
    let Some((step, rest)) = steps.split_first() else {
        if !matches!(node, Node::Null) {
            each(node);
        }
        return;
    };
    let Some(child) = step.child(node) else { return };
    let Some(filter) = &step.filter else { return visit(rest, child, each) };
    let entries = match child {
        Node::List(entries) => entries.as_slice(),
        one => std::slice::from_ref(one),
    };
    for entry in entries {
        let value = entry.get(&filter.key).and_then(Node::as_text);
        if value.is_some_and(|value| filter.values.iter().any(|wanted| wanted == value)) {
            visit(rest, entry, each);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeSeed;

    use super::super::node::{NodeSeed, Shape};
    use super::*;

    #[track_caller]
    fn check(path: &str, json: &str, expected: &[&str]) {
        let path = Path::parse(path).expect("a path");
        let mut shape = Shape::default();
        shape.want(None, &path);
        let mut parser = serde_json::Deserializer::from_str(json);
        let node = NodeSeed { shape: &shape, place: 0 }.deserialize(&mut parser).expect("JSON");
        let mut found = Vec::new();
        path.visit(&node, &mut |node| found.extend(node.as_text().map(str::to_owned)));
        assert_eq!(found, expected, "{path:?}");
    }

    #[test]
    fn a_path_leads_through_lists_and_alternatives() {
        let json = r#"{"urls": [{"long": "a", "short": "b"}, {"short": "c"}, {"long": null}]}"#;
        check("urls[].long|short", json, &["a", "c"]);
        check("urls[].short", json, &["b", "c"]);
        check("none[].short", json, &[]);
    }

    #[test]
    fn entries_of_a_kind_are_told_apart() {
        let json = r#"{"refs": [{"type": "quoted", "id": "1"}, {"type": "x.y#z", "id": "2"}]}"#;
        check("refs[type=quoted].id", json, &["1"]);
        check("refs[type=x.y#z|other].id", json, &["2"]);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for written in ["", "a..b", "a[b", "a[b]", "a|", "[x=1]"] {
            assert!(Path::parse(written).is_err(), "{written}");
        }
    }
}

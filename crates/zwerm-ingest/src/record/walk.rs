//! Finds the records in a JSON value: a lone one, a list of them, or a page that holds some.
//!
//! Records are handed on as they are parsed. What surrounds them in a page (its other keys) is
//! known when the page ends, so a page's records wait for that; pages of more than
//! [`WAITING_MAX`] records are handed on in parts, with what was known by then.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::key::Key;
use super::node::{Node, NodeSeed, Shape};
use super::path::Path;
use crate::schema::Schema;

/// Records of one page that wait for its end.
const WAITING_MAX: usize = 10_000;

/// What is wanted of a record, and where records stand.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Of records and of what surrounds them.
    wanted: Shape,
    pages: Shape,
    has_pages: bool,
    expand: Vec<Path>,
    needs: Vec<Path>,
}

impl Plan {
    /// A plan for some paths of a schema.
    pub(crate) fn new<'p>(schema: &'p Schema, paths: impl Iterator<Item = &'p Path>) -> Self {
        let (mut wanted, mut pages) = (Shape::default(), Shape::default());
        for path in paths.chain(&schema.needs) {
            wanted.want(None, path);
            if !path.is_outside {
                schema.expand.iter().for_each(|expand| wanted.want(Some(expand), path));
            }
        }
        schema.records.iter().for_each(|path| pages.want(None, path));
        Plan {
            wanted,
            pages,
            has_pages: !schema.records.is_empty(),
            expand: schema.expand.clone(),
            needs: schema.needs.clone(),
        }
    }

    /// Whether anything is read of a key of a record.
    pub(crate) fn wants(&self, key: &str) -> bool {
        self.wanted.child(0, key).is_some()
    }

    /// Calls `each` for a record, or for those that it stands for.
    fn expanded<'de>(
        &self,
        record: &Node<'de>,
        outside: &Node<'de>,
        each: &mut dyn FnMut(&Node<'de>, &Node<'de>),
    ) {
        let mut is_thread = false;
        for path in &self.expand {
            path.visit(record, &mut |part| {
                is_thread = true;
                each(part, record);
            });
        }
        if !is_thread {
            each(record, outside);
        }
    }

    /// Whether an object that might be a page says nothing of a record.
    fn is_page_without_records(&self, node: &Node<'_>) -> bool {
        let says = |path: &Path| !path.is_outside && path.find(node).is_some();
        self.has_pages && !self.needs.iter().any(says)
    }
}

/// Walks one JSON value and hands on the records in it, each with what surrounds it.
pub(crate) fn walk<'de, 's: 'de, D: serde::Deserializer<'de>>(
    from: D,
    plan: &'s Plan,
    keys: Option<&mut BTreeSet<String>>,
    each: &mut dyn FnMut(&Node<'de>, &Node<'de>),
) -> Result<(), D::Error> {
    let mut sink = |record: Node<'de>, outside: Option<&Node<'de>>| {
        plan.expanded(&record, outside.unwrap_or(&Node::Null), each);
    };
    Walk { plan, place: 0, is_root: true, keys, sink: &mut sink }.deserialize(from)
}

/// A record, and what surrounds it if its page has ended.
type Sink<'w, 'de> = &'w mut dyn FnMut(Node<'de>, Option<&Node<'de>>);

struct Walk<'w, 's, 'de> {
    plan: &'s Plan,
    place: usize,
    is_root: bool,
    /// Collects the keys of records.
    keys: Option<&'w mut BTreeSet<String>>,
    sink: Sink<'w, 'de>,
}

impl<'de, 's: 'de> DeserializeSeed<'de> for Walk<'_, 's, 'de> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, 's: 'de> Visitor<'de> for Walk<'_, 's, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("posts")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.emit_scalar();
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.emit_scalar();
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.emit_scalar();
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.emit_scalar();
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.emit_scalar();
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        loop {
            let walk = Walk {
                plan: self.plan,
                place: self.place,
                is_root: self.is_root,
                keys: self.keys.as_deref_mut(),
                sink: &mut *self.sink,
            };
            if list.next_element_seed(walk)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<(), A::Error> {
        let mut fields: Vec<(Key<&'de str>, Node<'de>)> =
            Vec::with_capacity(self.plan.wanted.width(0));
        let mut waiting: Vec<Node<'de>> = Vec::new();
        let mut is_page = false;
        let plan = self.plan;
        let mut keys = Vec::new();
        loop {
            let seed =
                WalkKey { plan, place: self.place, keys: self.keys.is_some().then_some(&mut keys) };
            let Some(found) = object.next_key_seed(seed)? else { break };
            match found {
                (Some(place), _) => {
                    is_page = true;
                    let sink = &mut *self.sink;
                    let mut collect = |record: Node<'de>, outside: Option<&Node<'de>>| {
                        if outside.is_some() {
                            return sink(record, outside);
                        }
                        waiting.push(record);
                        if waiting.len() >= WAITING_MAX {
                            let outside = Node::Object(fields.clone());
                            waiting.drain(..).for_each(|record| sink(record, Some(&outside)));
                        }
                    };
                    let keys = self.keys.as_deref_mut();
                    let sink: Sink<'_, 'de> = &mut collect;
                    object.next_value_seed(Walk { plan, place, is_root: false, keys, sink })?;
                }
                (None, Some((name, place))) => {
                    let seed = NodeSeed { shape: &plan.wanted, place };
                    fields.push((name, object.next_value_seed(seed)?));
                }
                (None, None) => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        let node = Node::Object(fields);
        if is_page {
            waiting.into_iter().for_each(|record| (self.sink)(record, Some(&node)));
        } else if !(self.is_root && plan.is_page_without_records(&node)) {
            if let Some(all) = self.keys {
                all.extend(keys);
            }
            (self.sink)(node, None);
        }
        Ok(())
    }
}

impl Walk<'_, '_, '_> {
    /// What is no object where a record should be is a record that says nothing.
    fn emit_scalar(self) {
        (self.sink)(Node::Null, None);
    }
}

/// A key as the way to records, and as a wanted key.
type FoundKey<'s> = (Option<usize>, Option<(Key<&'s str>, usize)>);

struct WalkKey<'s, 'k> {
    plan: &'s Plan,
    place: usize,
    keys: Option<&'k mut Vec<String>>,
}

impl<'de, 's> DeserializeSeed<'de> for WalkKey<'s, '_> {
    type Value = FoundKey<'s>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'s> Visitor<'_> for WalkKey<'s, '_> {
    type Value = FoundKey<'s>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        if let Some(keys) = self.keys {
            keys.push(key.to_owned());
        }
        Ok((self.plan.pages.child(self.place, key), self.plan.wanted.key(0, key)))
    }
}

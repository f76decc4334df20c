//! A JSON value of which only what a schema asks for is kept.
//!
//! A [`Shape`] says which keys are wanted, at which depth. All others are skipped while they are
//! parsed: what is never read cannot leak, and skipping is what makes reading fast.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::key::Key;
use super::path::Path;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node<'a> {
    /// Null, or nothing at all.
    Null,
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Integer(i128),
    /// Any other number: no id.
    Float(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Values in order.
    List(Vec<Node<'a>>),
    /// The wanted keys that are there.
    Object(Vec<(Key<&'a str>, Node<'a>)>),
}

impl Node<'_> {
    /// The value of a key that is there and not null.
    #[inline]
    pub(crate) fn get<T: AsRef<str>>(&self, key: &Key<T>) -> Option<&Self> {
        match self {
            Node::Object(fields) => {
                let found = fields.iter().find(|(name, _)| name.is(key));
                found.map(|(_, value)| value).filter(|value| !matches!(value, Node::Null))
            }
            _ => None,
        }
    }

    /// The value of a key, be it null; `place` is where it was in the record before, and is where
    /// it is now: most programs write the keys of all records in one order.
    #[inline]
    pub(crate) fn field(&self, key: &Key<String>, place: &Cell<usize>) -> Option<&Self> {
        let Node::Object(fields) = self else { return None };
        if let Some((name, value)) = fields.get(place.get())
            && name.is(key)
        {
            return Some(value);
        }
        let found = fields.iter().position(|(name, _)| name.is(key))?;
        place.set(found);
        Some(&fields[found].1)
    }

    /// The same by the key's name.
    pub(crate) fn get_named(&self, name: &str) -> Option<&Self> {
        self.get(&Key::of(name))
    }

    /// Whether a key is there at all.
    #[inline]
    pub(crate) fn has(&self, key: &Key<String>) -> bool {
        matches!(self, Node::Object(fields) if fields.iter().any(|(name, _)| name.is(key)))
    }

    /// A text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Which keys are wanted: a tree, held as a list.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    nodes: Vec<Wanted>,
}

/// The keys that are wanted of one object, and the places of what is wanted below them.
#[derive(Clone, Debug, Default)]
struct Wanted {
    keys: Vec<(Key<String>, usize)>,
    /// By slot: one more than the number of the key that stands there; 0 is free. At least half of
    /// the slots are free, so that few keys stand beside their own slot.
    slots: Vec<u8>,
}

impl Wanted {
    /// The first slot of a key among a power of two of them.
    #[inline]
    fn slot<T: AsRef<str>>(&self, key: &Key<T>) -> usize {
        key.hash() as usize & (self.slots.len() - 1)
    }

    /// The number of a key.
    #[inline]
    fn find(&self, key: &Key<&str>) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mut slot = self.slot(key);
        loop {
            let number = usize::from(self.slots[slot]).checked_sub(1)?;
            if self.keys[number].0.is(key) {
                return Some(number);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn add(&mut self, key: Key<String>, child: usize) {
        self.keys.push((key, child));
        self.slots = vec![0; (4 * self.keys.len()).next_power_of_two()];
        for number in 0..self.keys.len() {
            let mut slot = self.slot(&self.keys[number].0);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = u8::try_from(number + 1).expect("schemas name fewer than 255 keys");
        }
    }
}

impl Default for Shape {
    fn default() -> Self {
        Shape { nodes: vec![Wanted::default()] }
    }
}

impl Shape {
    /// Wants what a path needs, below what another one leads to.
    pub(crate) fn want(&mut self, below: Option<&Path>, path: &Path) {
        let mut places = vec![0];
        for step in below.map_or(&[][..], |path| &path.steps).iter().chain(&path.steps) {
            let mut next = Vec::new();
            for &place in &places {
                next.extend(step.keys.iter().map(|key| self.child_or_new(place, key)));
            }
            if let Some(filter) = &step.filter {
                for &place in &next {
                    self.child_or_new(place, &filter.key);
                }
            }
            places = next;
        }
    }

    fn child_or_new(&mut self, place: usize, key: &Key<String>) -> usize {
        if let Some((_, child)) = self.key(place, &key.name) {
            return child;
        }
        self.nodes.push(Wanted::default());
        let child = self.nodes.len() - 1;
        self.nodes[place].add(key.clone(), child);
        child
    }

    /// Where the wanted keys below a key are described, if the key is wanted.
    #[inline]
    pub(crate) fn child(&self, place: usize, key: &str) -> Option<usize> {
        self.key(place, key).map(|(_, child)| child)
    }

    /// A wanted key by its name: it outlives what is parsed.
    #[inline]
    pub(crate) fn key(&self, place: usize, key: &str) -> Option<(Key<&str>, usize)> {
        let wanted = &self.nodes[place];
        let (name, child) = &wanted.keys[wanted.find(&Key::of(key))?];
        Some((name.borrowed(), *child))
    }

    /// How many keys are wanted.
    pub(crate) fn width(&self, place: usize) -> usize {
        self.nodes[place].keys.len()
    }
}

/// Parses one value, keeping what a shape wants.
#[derive(Clone, Copy)]
pub(crate) struct NodeSeed<'s> {
    pub(crate) shape: &'s Shape,
    pub(crate) place: usize,
}

impl<'de, 's: 'de> DeserializeSeed<'de> for NodeSeed<'s> {
    type Value = Node<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Node<'de>, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, 's: 'de> Visitor<'de> for NodeSeed<'s> {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Flag(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Integer(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node<'de>, E> {
        Ok(Node::Float(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node<'de>, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element_seed(self)? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Node<'de>, A::Error> {
        let mut fields = Vec::with_capacity(self.shape.width(self.place));
        while let Some(found) = object.next_key_seed(KeySeed(self))? {
            match found {
                Some((name, place)) => {
                    let seed = NodeSeed { place, ..self };
                    fields.push((name, object.next_value_seed(seed)?));
                }
                None => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Node::Object(fields))
    }
}

/// Reads a key: `None` if it is not wanted. No key is ever copied.
pub(crate) struct KeySeed<'s>(pub(crate) NodeSeed<'s>);

impl<'de, 's> DeserializeSeed<'de> for KeySeed<'s> {
    type Value = Option<(Key<&'s str>, usize)>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'s> Visitor<'_> for KeySeed<'s> {
    type Value = Option<(Key<&'s str>, usize)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.shape.key(self.0.place, key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(paths: &[&str], json: &str, expected: &str) {
        let mut shape = Shape::default();
        for path in paths {
            shape.want(None, &Path::parse(path).expect("a path"));
        }
        let mut parser = serde_json::Deserializer::from_str(json);
        let seed = NodeSeed { shape: &shape, place: 0 };
        let node = seed.deserialize(&mut parser).expect("JSON");
        assert_eq!(format!("{node:?}"), expected);
    }

    #[test]
    fn only_what_is_wanted_is_kept() {
        let json = r#"{"id": 1, "bio": {"id": 2}, "a": [{"b": "x", "c": 3}, {"b": null}]}"#;
        check(
            &["id", "a[].b"],
            json,
            "Object([(\"id\", Integer(1)), (\"a\", List([Object([(\"b\", Text(\"x\"))]), \
             Object([(\"b\", Null)])]))])",
        );
    }

    #[test]
    fn a_large_id_keeps_its_digits() {
        check(
            &["id"],
            r#"{"id": 18446744073709551615}"#,
            "Object([(\"id\", Integer(18446744073709551615))])",
        );
    }
}

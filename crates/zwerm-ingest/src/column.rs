//! The canonical columns, and which input column holds which.

use std::collections::BTreeMap;

use crate::error::{ErrorKind, IngestError};

/// How a column is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Text or integers that name something; floats are refused.
    Id,
    /// A moment.
    Time,
    /// Free text.
    Text,
    /// One of a limited number of names.
    Name,
    /// Several names: a list, or one delimited string.
    List,
    /// Yes, no or not stated.
    Flag,
}

/// A canonical column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its one spelling.
    pub name: &'static str,
    /// How it is read.
    pub shape: Shape,
    /// Whether a file without it cannot be read.
    pub needed: bool,
    /// What cannot be assessed without it.
    pub without: &'static str,
}

/// All canonical columns, by name. Nothing else is ever decoded.
pub const TABLE: &[Column] = &[
    optional("account_id", Shape::Id, "").needed(),
    optional("automated", Shape::Flag, "the explanation \"declared automation\""),
    optional("client", Shape::Name, "the explanation \"one client\""),
    optional("collected_at", Shape::Time, ""),
    optional("created_at", Shape::Time, "").needed(),
    optional("hashtags", Shape::List, ""),
    optional("lang", Shape::Name, ""),
    optional("media", Shape::List, "co-actions on media"),
    optional("mentions", Shape::List, ""),
    optional("platform", Shape::Name, ""),
    optional("post_id", Shape::Id, "").needed(),
    optional("quote_of", Shape::Id, "co-actions on quotes"),
    optional("reply_to", Shape::Id, "co-actions on replies"),
    optional("reply_to_account", Shape::Id, ""),
    optional("repost_of", Shape::Id, "co-actions on reposts"),
    optional("repost_of_account", Shape::Id, "fast reposts of one author"),
    optional("text", Shape::Text, "near-duplicate texts"),
    optional("urls", Shape::List, "co-actions on URLs and domains"),
    optional("visibility", Shape::Name, ""),
];

const fn optional(name: &'static str, shape: Shape, without: &'static str) -> Column {
    Column { name, shape, needed: false, without }
}

impl Column {
    const fn needed(self) -> Self {
        Column { needed: true, ..self }
    }
}

/// The canonical column called `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Column> {
    TABLE.iter().find(|column| column.name == name)
}

/// Which input column holds which canonical column; a canonical column that is not named here is
/// looked for under its own name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap {
    sources: BTreeMap<&'static str, String>,
}

impl ColumnMap {
    /// A mapping from (canonical column, input column).
    ///
    /// # Errors
    ///
    /// If a canonical column does not exist.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, IngestError> {
        let mut sources = BTreeMap::new();
        for (canonical, source) in pairs {
            let Some(column) = find(&canonical) else {
                let known = TABLE.iter().map(|column| column.name).collect();
                let place = format!("mapping {canonical}={source}");
                return Err(IngestError::new(place, ErrorKind::UnknownColumn { known }));
            };
            sources.insert(column.name, source);
        }
        Ok(ColumnMap { sources })
    }

    /// The input column for a canonical one.
    #[must_use]
    pub fn source_of(&self, column: &Column) -> &str {
        self.sources.get(column.name).map_or(column.name, String::as_str)
    }

    /// Whether the user named this column, so that its absence is an error.
    #[must_use]
    pub fn names(&self, column: &Column) -> bool {
        self.sources.contains_key(column.name)
    }

    /// What the user named: (canonical, input).
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.sources.iter().map(|(&canonical, source)| (canonical, source.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn a_mapping_to_nothing_names_the_columns_there_are() {
        let error = ColumnMap::new([("create_at".to_owned(), "t".to_owned())]).unwrap_err();
        assert!(error.is_usage());
        assert!(error.to_string().contains("created_at"), "{error}");
    }
}

//! The canonical columns, and which input column holds which.

use std::borrow::Cow;
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
    /// Numbers that stand for what a text means: a list, or a cell that holds one as JSON.
    Vector,
}

impl Shape {
    /// Whether a cell that is a text is what it says.
    pub(crate) fn is_one_name(self) -> bool {
        matches!(self, Shape::Id | Shape::Name | Shape::Text | Shape::Time)
    }
}

/// A canonical column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its one spelling.
    pub name: &'static str,
    /// How it is read.
    pub shape: Shape,
    /// What cannot be assessed without it.
    pub without: &'static str,
}

/// All canonical columns, by name. Nothing else is ever decoded.
pub const TABLE: &[Column] = &[
    column("account_id", Shape::Id, ""),
    column("automated", Shape::Flag, "the explanation \"declared automation\""),
    column("client", Shape::Name, "the explanation \"one client\""),
    column("collected_at", Shape::Time, ""),
    column("created_at", Shape::Time, ""),
    column("deleted_at", Shape::Time, "posts that were soon deleted (automation)"),
    column("embedding", Shape::Vector, "rewordings and translations"),
    column("hashtags", Shape::List, ""),
    column("lang", Shape::Name, ""),
    column("media", Shape::List, "co-actions on media"),
    column("mentions", Shape::List, ""),
    column("paid_disclosed", Shape::Flag, "paid posts that say so, and copies that do not"),
    column("platform", Shape::Name, ""),
    column("post_id", Shape::Id, ""),
    column("quote_of", Shape::Id, "co-actions on quotes"),
    column("reply_to", Shape::Id, "co-actions on replies"),
    column("reply_to_account", Shape::Id, ""),
    column("repost_of", Shape::Id, "co-actions on reposts"),
    column("repost_of_account", Shape::Id, "fast reposts of one author"),
    column("text", Shape::Text, "near-duplicate texts"),
    column("urls", Shape::List, "co-actions on URLs and domains"),
    column("visibility", Shape::Name, ""),
];

/// An id that replies use in place of the post's id: read where a schema says so, never handed on.
pub(crate) const LOCAL_ID: Column = column("local_id", Shape::Id, "");

const fn column(name: &'static str, shape: Shape, without: &'static str) -> Column {
    Column { name, shape, without }
}

/// Which canonical columns a command reads, and which it cannot do without.
#[derive(Clone, Debug)]
pub struct Selection {
    /// What is read; everything if empty.
    pub read: Cow<'static, [&'static str]>,
    /// Without these a file cannot be read.
    pub needed: &'static [&'static str],
}

/// What a scan reads.
pub const POSTS: Selection =
    Selection { read: Cow::Borrowed(&[]), needed: &["account_id", "created_at", "post_id"] };

/// What it takes to cluster texts: the times only say which of two equal posts is the earlier.
pub const TEXTS: Selection = Selection {
    read: Cow::Borrowed(&[
        "collected_at",
        "created_at",
        "platform",
        "post_id",
        "repost_of",
        "text",
        "visibility",
    ]),
    needed: &["post_id", "text"],
};

/// What every command that looks at accounts reads, whichever behaviour it looks at: who posted
/// what when, which copy of a post counts, and whether it is public.
pub const ALWAYS: &[&str] =
    &["account_id", "collected_at", "created_at", "platform", "post_id", "visibility"];

impl Selection {
    /// Whether a column is read at all.
    #[must_use]
    pub fn reads(&self, column: &Column) -> bool {
        self.read.is_empty() || self.read.contains(&column.name)
    }

    /// Whether a file without a column cannot be read.
    #[must_use]
    pub fn needs(&self, column: &Column) -> bool {
        self.needed.contains(&column.name)
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

    /// Whether the user named nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
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
    fn what_is_selected_is_in_the_table() {
        for selection in [POSTS, TEXTS] {
            let mut named = selection.read.iter().chain(selection.needed);
            assert!(named.all(|name| find(name).is_some()), "{selection:?}");
        }
    }

    #[test]
    fn a_mapping_to_nothing_names_the_columns_there_are() {
        let error = ColumnMap::new([("create_at".to_owned(), "t".to_owned())]).unwrap_err();
        assert!(error.is_usage());
        assert!(error.to_string().contains("created_at"), "{error}");
    }
}

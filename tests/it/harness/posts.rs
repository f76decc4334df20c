//! Posts to scan: the sample's or made up, as rows, and as tables of any physical type.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, BooleanArray, RecordBatch, StringArray, TimestampMillisecondArray};
use arrow_schema::{Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use zwerm_model::Seed;

use super::results::{self, Row};

/// Columns with one name per post.
pub(crate) const NAMES: [&str; 11] = [
    "post_id",
    "account_id",
    "text",
    "platform",
    "lang",
    "client",
    "repost_of",
    "repost_of_account",
    "reply_to",
    "reply_to_account",
    "quote_of",
];
/// Columns with several names per post.
pub(crate) const LISTS: [&str; 4] = ["urls", "hashtags", "mentions", "media"];

/// One post.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Post {
    /// When, in milliseconds since 1970.
    pub(crate) at_ms: i64,
    /// Whether the account says that it is automated.
    pub(crate) automated: Option<bool>,
    /// Columns with one name, where there is one.
    pub(crate) names: BTreeMap<&'static str, String>,
    /// Columns with several names, where there are any.
    pub(crate) lists: BTreeMap<&'static str, Vec<String>>,
}

impl Post {
    /// A post that says nothing.
    pub(crate) fn new(post_id: &str, account_id: &str, at_ms: i64) -> Post {
        let post = Post { at_ms, ..Post::default() };
        post.with("post_id", post_id).with("account_id", account_id).with("platform", "example")
    }

    /// The same with a name in a column.
    pub(crate) fn with(mut self, column: &'static str, name: &str) -> Post {
        self.names.insert(column, name.to_owned());
        self
    }

    /// The same with a list in a column.
    pub(crate) fn with_list(mut self, column: &'static str, names: &[&str]) -> Post {
        self.lists.insert(column, names.iter().map(|&name| name.to_owned()).collect());
        self
    }

    /// The name in a column, empty where there is none.
    pub(crate) fn name(&self, column: &str) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    fn from_row(row: &Row) -> Post {
        let name = |&column: &&'static str| Some((column, row[column].as_str()?.to_owned()));
        let list = |&column: &&'static str| {
            let names: Vec<String> =
                results::texts(row, column).iter().map(|&name| name.to_owned()).collect();
            (!names.is_empty()).then_some((column, names))
        };
        Post {
            at_ms: row["created_at"].as_i64().expect("a time"),
            automated: row["automated"].as_bool(),
            names: NAMES.iter().filter_map(name).collect(),
            lists: LISTS.iter().filter_map(list).collect(),
        }
    }
}

/// The posts of the sample, in the order of its file.
pub(crate) fn sample() -> Vec<Post> {
    read(&super::sample_file("posts.parquet"))
}

/// The posts of a file with the canonical columns, in its order.
pub(crate) fn read(path: &Path) -> Vec<Post> {
    results::rows(path).iter().map(Post::from_row).collect()
}

/// The accounts of a group of the sample, in the order of its `truth.csv`.
pub(crate) fn sample_group(name: &str) -> Vec<String> {
    let own = sample_truth().into_iter().filter(|(_, _, group)| group == name);
    own.map(|(account, _, _)| account).collect()
}

/// The group of each account of the sample, by its `truth.csv`: (account, role, group).
pub(crate) fn sample_truth() -> Vec<(String, String, String)> {
    let text = std::fs::read_to_string(super::sample_file("truth.csv")).expect("truth.csv");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("account_id,coordinated,posts,campaign,role,group"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[0].to_owned(), cells[4].to_owned(), cells[5].to_owned())
        })
        .collect()
}

/// The same rows in another order (Fisher and Yates).
pub(crate) fn shuffled(posts: &[Post], seed: u64) -> Vec<Post> {
    let mut posts = posts.to_vec();
    let mut seed = Seed(seed);
    for last in (1..posts.len()).rev() {
        posts.swap(last, seed.below(last as u64 + 1) as usize);
    }
    posts
}

/// A table to write: named columns of any type.
#[derive(Clone, Debug)]
pub(crate) struct Table(pub(crate) Vec<(String, ArrayRef)>);

impl Table {
    /// Posts with the canonical columns.
    pub(crate) fn of(posts: &[Post]) -> Table {
        let at = posts.iter().map(|post| post.at_ms);
        let at = TimestampMillisecondArray::from_iter_values(at).with_timezone("UTC");
        let automated: BooleanArray = posts.iter().map(|post| post.automated).collect();
        let mut columns: Vec<(String, ArrayRef)> = vec![
            ("created_at".to_owned(), Arc::new(at)),
            ("automated".to_owned(), Arc::new(automated)),
        ];
        for name in NAMES {
            let names: StringArray = posts.iter().map(|post| post.names.get(name)).collect();
            columns.push((name.to_owned(), Arc::new(names)));
        }
        for name in LISTS {
            columns.push((name.to_owned(), list_column(posts, name)));
        }
        Table(columns)
    }

    /// A column.
    pub(crate) fn column(&self, name: &str) -> &ArrayRef {
        &self.0.iter().find(|(column, _)| column == name).expect("a column of this name").1
    }

    /// The same table with a column added or exchanged.
    pub(crate) fn with(mut self, name: &str, array: ArrayRef) -> Table {
        match self.0.iter_mut().find(|(column, _)| column == name) {
            Some((_, old)) => *old = array,
            None => self.0.push((name.to_owned(), array)),
        }
        self
    }

    /// The same table without a column.
    pub(crate) fn without(mut self, name: &str) -> Table {
        self.0.retain(|(column, _)| column != name);
        self
    }

    /// The same table with another name for a column.
    pub(crate) fn renamed(mut self, from: &str, to: &str) -> Table {
        for (name, _) in self.0.iter_mut().filter(|(name, _)| name == from) {
            to.clone_into(name);
        }
        self
    }

    /// Writes it as Parquet, in row groups of at most some rows.
    pub(crate) fn write(&self, path: &Path, group_rows: usize) {
        let fields = self.0.iter().map(|(name, a)| Field::new(name, a.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let arrays = self.0.iter().map(|(_, array)| Arc::clone(array)).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).expect("equal lengths");
        let properties =
            WriterProperties::builder().set_max_row_group_row_count(Some(group_rows)).build();
        let file = File::create(path).expect("a new file");
        let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).expect("a schema");
        writer.write(&batch).expect("written");
        writer.close().expect("written");
    }
}

fn list_column(posts: &[Post], name: &str) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for post in posts {
        for entry in post.lists.get(name).into_iter().flatten() {
            lists.values().append_value(entry);
        }
        lists.append(true);
    }
    Arc::new(lists.finish())
}

/// Writes posts with the canonical columns, in one row group.
pub(crate) fn write(path: &Path, posts: &[Post]) {
    Table::of(posts).write(path, posts.len().max(1));
}

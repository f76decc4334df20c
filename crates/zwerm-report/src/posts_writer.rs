//! Posts as canonical Parquet, streamed: what `zwerm simulate` and `zwerm ingest` write.
//!
//! # Memory
//!
//! One row group of rows (131,072), however many are pushed.

use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, FixedSizeListBuilder, Float32Builder, ListBuilder, StringBuilder,
    TimestampMillisecondBuilder,
};
use arrow_array::{Array, ArrayRef};

use zwerm_model::UnixMillis;

use crate::columns::{self, Kind};
use crate::error::ReportError;
use crate::table::{GROUP_ROWS, TableFile};

/// The canonical columns, in their order in the file.
const COLUMNS: [(&str, Kind); 17] = [
    ("post_id", Kind::Utf8),
    ("account_id", Kind::Utf8),
    ("created_at", Kind::Time),
    ("text?", Kind::Utf8),
    ("platform?", Kind::Utf8),
    ("lang?", Kind::Utf8),
    ("client?", Kind::Utf8),
    ("urls", Kind::Utf8List),
    ("hashtags", Kind::Utf8List),
    ("mentions", Kind::Utf8List),
    ("media", Kind::Utf8List),
    ("repost_of?", Kind::Utf8),
    ("repost_of_account?", Kind::Utf8),
    ("reply_to?", Kind::Utf8),
    ("reply_to_account?", Kind::Utf8),
    ("quote_of?", Kind::Utf8),
    ("automated?", Kind::Bool),
];

/// The columns that stand behind the others where they are asked for.
const COLLECTED_AT: (&str, Kind) = ("collected_at?", Kind::Time);
const PAID_DISCLOSED: (&str, Kind) = ("paid_disclosed?", Kind::Bool);
const DELETED_AT: (&str, Kind) = ("deleted_at?", Kind::Time);

/// The vectors, behind all others.
const EMBEDDING: &str = "embedding?";

/// What a file of posts has beside its posts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostsFile {
    /// Whether it says when copies were observed.
    pub collected_at: bool,
    /// Whether it says which posts disclose that they are paid for.
    pub paid_disclosed: bool,
    /// Whether it says when posts were deleted.
    pub deleted_at: bool,
    /// The length of the posts' vectors; 0 = they have none.
    pub dimension: usize,
    /// Names and values for the file's metadata.
    pub metadata: Vec<(String, String)>,
}

/// One post with the canonical columns of the input contract.
#[derive(Clone, Copy, Debug, Default)]
pub struct PostRow<'a> {
    /// The post's id on its platform.
    pub post_id: &'a str,
    /// Who posted.
    pub account_id: &'a str,
    /// When.
    pub created_at: UnixMillis,
    /// The text.
    pub text: Option<&'a str>,
    /// The platform.
    pub platform: Option<&'a str>,
    /// The language as the platform states it.
    pub lang: Option<&'a str>,
    /// The program that sent the post.
    pub client: Option<&'a str>,
    /// The URLs, as written.
    pub urls: &'a [String],
    /// The hashtags, without `#`.
    pub hashtags: &'a [String],
    /// The accounts mentioned.
    pub mentions: &'a [String],
    /// The media, by hash or id.
    pub media: &'a [String],
    /// The post that this one reposts.
    pub repost_of: Option<&'a str>,
    /// The account whose post is reposted.
    pub repost_of_account: Option<&'a str>,
    /// The post that this one answers.
    pub reply_to: Option<&'a str>,
    /// The account that is answered.
    pub reply_to_account: Option<&'a str>,
    /// The post that this one quotes.
    pub quote_of: Option<&'a str>,
    /// Whether the account declares itself automated.
    pub automated: Option<bool>,
    /// When this copy was observed; only written to files that ask for it.
    pub collected_at: Option<UnixMillis>,
    /// Whether it says that somebody paid for it; only written to files that ask for it.
    pub paid_disclosed: Option<bool>,
    /// When it was deleted, if that is known; only written to files that ask for it.
    pub deleted_at: Option<UnixMillis>,
    /// What the text means, or nothing; only written to files that ask for it.
    pub embedding: &'a [f32],
}

/// Writes posts to one Parquet file, row group by row group; the same posts give the same bytes.
pub struct PostsWriter {
    file: TableFile,
    rows: usize,
    created_at: TimestampMillisecondBuilder,
    automated: BooleanBuilder,
    collected_at: Option<TimestampMillisecondBuilder>,
    deleted_at: Option<TimestampMillisecondBuilder>,
    paid_disclosed: Option<BooleanBuilder>,
    embedding: Option<FixedSizeListBuilder<Float32Builder>>,
    /// In the order of [`COLUMNS`], without `created_at`, the lists and `automated`.
    names: [StringBuilder; 11],
    /// In the order of [`COLUMNS`].
    lists: [ListBuilder<StringBuilder>; 4],
}

impl PostsWriter {
    /// Creates the file.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub fn create(path: &Path) -> Result<Self, ReportError> {
        Self::create_with(path, PostsFile::default())
    }

    /// Creates a file that says more.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub fn create_with(path: &Path, with: PostsFile) -> Result<Self, ReportError> {
        let mut columns = COLUMNS.to_vec();
        if with.collected_at {
            columns.push(COLLECTED_AT);
        }
        if with.deleted_at {
            columns.push(DELETED_AT);
        }
        if with.paid_disclosed {
            columns.push(PAID_DISCLOSED);
        }
        let dimension = i32::try_from(with.dimension).unwrap_or(0);
        if dimension > 0 {
            columns.push((EMBEDDING, Kind::Vector(dimension)));
        }
        let schema = columns::schema(&columns);
        Ok(PostsWriter {
            file: TableFile::create_about(path, schema, with.metadata)?,
            collected_at: with.collected_at.then(TimestampMillisecondBuilder::new),
            deleted_at: with.deleted_at.then(TimestampMillisecondBuilder::new),
            paid_disclosed: with.paid_disclosed.then(BooleanBuilder::new),
            embedding: (dimension > 0).then(|| columns::vectors_builder(dimension)),
            rows: 0,
            created_at: TimestampMillisecondBuilder::new(),
            automated: BooleanBuilder::new(),
            names: std::array::from_fn(|_| StringBuilder::new()),
            lists: std::array::from_fn(|_| columns::utf8_lists_builder()),
        })
    }

    /// Appends one post.
    ///
    /// # Errors
    ///
    /// If a full row group cannot be written.
    pub fn push(&mut self, row: &PostRow<'_>) -> Result<(), ReportError> {
        let names = [
            Some(row.post_id),
            Some(row.account_id),
            row.text,
            row.platform,
            row.lang,
            row.client,
            row.repost_of,
            row.repost_of_account,
            row.reply_to,
            row.reply_to_account,
            row.quote_of,
        ];
        for (column, name) in self.names.iter_mut().zip(names) {
            column.append_option(name);
        }
        let lists = [row.urls, row.hashtags, row.mentions, row.media];
        for (column, list) in self.lists.iter_mut().zip(lists) {
            list.iter().for_each(|name| column.values().append_value(name));
            column.append(true);
        }
        self.created_at.append_value(row.created_at.0);
        self.automated.append_option(row.automated);
        if let Some(column) = &mut self.collected_at {
            column.append_option(row.collected_at.map(|at| at.0));
        }
        if let Some(column) = &mut self.deleted_at {
            column.append_option(row.deleted_at.map(|at| at.0));
        }
        if let Some(column) = &mut self.paid_disclosed {
            column.append_option(row.paid_disclosed);
        }
        if let Some(column) = &mut self.embedding {
            let length = column.value_length() as usize;
            let is_there = row.embedding.len() == length;
            let none = vec![0.0; if is_there { 0 } else { length }];
            column.values().append_slice(if is_there { row.embedding } else { &none });
            column.append(is_there);
        }
        self.rows += 1;
        if self.rows == GROUP_ROWS { self.flush() } else { Ok(()) }
    }

    /// Writes what is left, and the footer.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn finish(mut self) -> Result<(), ReportError> {
        if self.rows > 0 {
            self.flush()?;
        }
        self.file.finish()
    }

    fn flush(&mut self) -> Result<(), ReportError> {
        self.rows = 0;
        let created_at = self.created_at.finish().with_timezone("UTC");
        let mut names = self.names.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let mut lists = self.lists.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let mut columns: Vec<ArrayRef> = names.by_ref().take(2).collect();
        columns.push(Arc::new(created_at));
        columns.extend(names.by_ref().take(4));
        columns.extend(lists.by_ref());
        columns.extend(names);
        columns.push(Arc::new(self.automated.finish()));
        for column in [&mut self.collected_at, &mut self.deleted_at].into_iter().flatten() {
            columns.push(Arc::new(column.finish().with_timezone("UTC")));
        }
        if let Some(column) = &mut self.paid_disclosed {
            columns.push(Arc::new(column.finish()));
        }
        if let Some(column) = &mut self.embedding {
            columns.push(Arc::new(column.finish()));
        }
        debug_assert!(columns.iter().all(|column| column.len() == columns[0].len()));
        self.file.push(columns)
    }
}

//! `zwerm ingest`: posts of any known kind as one file of canonical Parquet.
//!
//! In memory, or with less memory than that through temporary files ([`bounded`]): the same bytes.

mod bounded;

use std::path::{Path, PathBuf};

use rayon::ThreadPoolBuilder;
use serde::Serialize;
use serde_json::json;
use zwerm_ingest::{Ingested, Source};
use zwerm_model::{Embeddings, Posts, Tally, UnixMillis};
use zwerm_report::{FileStaging, PostRow, PostsFile, PostsWriter, RejectRow};

use crate::config::Settings;
use crate::error::ScanError;
use crate::observer::Observer;
use crate::pipeline;

/// What became of the rows: they are its posts, duplicates, merged, filtered and rejected.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IngestOutcome {
    /// The file of posts.
    pub out: PathBuf,
    /// The file of rejected rows, if there are any.
    pub rejects: Option<PathBuf>,
    /// Rows read.
    pub rows: u64,
    /// Posts written.
    pub posts: u64,
    /// Their accounts.
    pub accounts: u64,
    /// Further copies of posts.
    pub duplicates: u64,
    /// Further rows of posts of a long table.
    pub merged: u64,
    /// Rows that are no posts that are wanted.
    pub filtered: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// The order-free digest of the posts.
    pub row_digest: String,
    /// Everything counted.
    pub counts: Vec<(String, u64)>,
}

/// Reads posts and writes them to `settings.out`, sorted by (time, platform, post id): the same
/// posts give the same pages, in whatever order, split and format they come. The names and hashes
/// of the inputs are in the file's metadata. Rejected rows go into a file beside it. With `memory`,
/// in bytes, no more than about that is taken, and the disk instead.
///
/// # Errors
///
/// If an input cannot be read, a file cannot be written, or the memory does not suffice.
pub fn ingest(
    settings: &Settings,
    memory: Option<u64>,
    observer: &mut dyn Observer,
) -> Result<IngestOutcome, ScanError> {
    let pool = ThreadPoolBuilder::new().num_threads(settings.threads).build();
    let pool = pool.map_err(|error| ScanError::config("threads", error.to_string()))?;
    let staging = FileStaging::begin(&settings.out, settings.force)?;
    observer.stage("ingest");
    if let Some(memory) = memory {
        return bounded::ingest(settings, memory, &pool, staging, observer);
    }
    let ingested = pool.install(|| {
        zwerm_ingest::read(&settings.inputs, &settings.ingest()?).map_err(ScanError::from)
    })?;
    observer.stage("report");
    let finished = staging.dir().join("posts.parquet");
    write(&ingested, settings, &finished)?;
    let rejects = write_rejects(&pipeline::reject_rows(&ingested.rejects), &staging, settings)?;
    staging.commit(&finished)?;
    let posts = &ingested.posts;
    Ok(outcome(
        settings,
        rejects,
        posts.accounts.len() as u64,
        &ingested.row_digest,
        &ingested.tally,
    ))
}

/// Writes rejected rows beside the posts, if there are any; where they are.
fn write_rejects(
    rejected: &[RejectRow],
    staging: &FileStaging,
    settings: &Settings,
) -> Result<Option<PathBuf>, ScanError> {
    if rejected.is_empty() {
        return Ok(None);
    }
    let beside = rejects_beside(&settings.out);
    zwerm_report::write_rejects(staging.dir(), rejected)?;
    staging.commit_beside(&staging.dir().join("rejects.parquet"), &beside)?;
    Ok(Some(beside))
}

fn outcome(
    settings: &Settings,
    rejects: Option<PathBuf>,
    accounts: u64,
    row_digest: &str,
    tally: &Tally,
) -> IngestOutcome {
    IngestOutcome {
        out: settings.out.clone(),
        rejects,
        rows: tally.get("ingest.rows"),
        posts: tally.get("ingest.posts"),
        accounts,
        duplicates: tally.get("ingest.duplicate_posts"),
        merged: tally.get("ingest.rows_merged"),
        filtered: sum_of(tally, "ingest.filtered."),
        rejected: sum_of(tally, "ingest.rejected."),
        row_digest: row_digest.to_owned(),
        counts: tally.iter().filter(|&(_, n)| n > 0).map(|(k, n)| (k.to_owned(), n)).collect(),
    }
}

fn sum_of(tally: &Tally, start: &str) -> u64 {
    tally.iter().filter(|(name, _)| name.starts_with(start)).map(|(_, n)| n).sum()
}

/// `posts.rejects.parquet` for `posts.parquet`.
fn rejects_beside(out: &Path) -> PathBuf {
    out.with_extension("rejects.parquet")
}

fn write(ingested: &Ingested, settings: &Settings, path: &Path) -> Result<(), ScanError> {
    let posts = &ingested.posts;
    let file = PostsFile {
        collected_at: !ingested.collected_at.is_empty(),
        deleted_at: !posts.deleted_at.is_empty(),
        paid_disclosed: !posts.paid_disclosed.is_empty(),
        dimension: ingested.embeddings.dimension,
        metadata: metadata(
            &About {
                sources: &ingested.sources,
                row_digest: &ingested.row_digest,
                absent: &ingested.absent,
                embedding_model: ingested.embeddings.model.as_deref(),
            },
            settings,
        ),
    };
    let mut writer = PostsWriter::create_with(path, file)?;
    push(&mut writer, ingested, 0..posts.len())?;
    Ok(writer.finish()?)
}

/// Writes some posts of an input, as numbered there.
pub(crate) fn push(
    writer: &mut PostsWriter,
    ingested: &Ingested,
    which: impl Iterator<Item = usize>,
) -> Result<(), ScanError> {
    let Ingested { posts, collected_at, embeddings, .. } = ingested;
    each_row(posts, collected_at, embeddings, which, |row, _| Ok(writer.push(row)?))
}

/// Calls `each` with posts as rows, and the platform by which each is sorted.
fn each_row(
    posts: &Posts,
    collected_at: &[Option<UnixMillis>],
    embeddings: &Embeddings,
    which: impl Iterator<Item = usize>,
    mut each: impl FnMut(&PostRow<'_>, &str) -> Result<(), ScanError>,
) -> Result<(), ScanError> {
    let mut lists: [Vec<String>; 4] = Default::default();
    for post in which {
        for (list, column) in
            lists.iter_mut().zip([&posts.urls, &posts.hashtags, &posts.mentions, &posts.media])
        {
            list.clear();
            list.extend(column.names_of(post).map(str::to_owned));
        }
        let [urls, hashtags, mentions, media] = &lists;
        let id = posts.id.get(post);
        let row = PostRow {
            urls,
            hashtags,
            mentions,
            media,
            collected_at: collected_at.get(post).copied().flatten(),
            embedding: embeddings.get(post).unwrap_or_default(),
            ..row(posts, post, &id)
        };
        each(&row, posts.accounts.platform_of(posts.account[post]))?;
    }
    Ok(())
}

fn row<'a>(posts: &'a Posts, post: usize, post_id: &'a str) -> PostRow<'a> {
    let account = posts.account[post];
    let platform = posts.accounts.platform_of(account);
    PostRow {
        post_id,
        account_id: posts.accounts.id.get(account as usize),
        created_at: posts.at[post],
        text: Some(posts.text_of(post)).filter(|text| !text.is_empty()),
        platform: Some(platform).filter(|name| *name != zwerm_ingest::assemble::PLATFORM_UNKNOWN),
        lang: posts.lang.get(post),
        client: posts.client.get(post),
        repost_of: posts.repost_of.get(post),
        repost_of_account: posts.repost_of_account.get(post),
        reply_to: posts.reply_to.get(post),
        reply_to_account: posts.reply_to_account.get(post),
        quote_of: posts.quote_of.get(post),
        automated: posts.automated.get(post).copied().flatten(),
        deleted_at: posts.deletion_of(post),
        paid_disclosed: posts.paid_disclosed.get(post).copied().flatten(),
        ..PostRow::default()
    }
}

/// How posts came to be.
struct About<'a> {
    sources: &'a [Source],
    row_digest: &'a str,
    absent: &'a [&'static str],
    embedding_model: Option<&'a str>,
}

/// What the file says of its making: sorted, and without a time or a path of this machine.
fn metadata(about: &About<'_>, settings: &Settings) -> Vec<(String, String)> {
    let mut sources: Vec<&Source> = about.sources.iter().collect();
    sources.sort_by(|a, b| (&a.sha256, a.bytes).cmp(&(&b.sha256, b.bytes)));
    let sources: Vec<_> = sources
        .into_iter()
        .map(|source| {
            json!({
                "sha256": source.sha256,
                "bytes": source.bytes,
                "rows": source.rows,
                "format": source.format,
                "schema": source.schema,
                "mapping": source.mapping,
            })
        })
        .collect();
    let model = about.embedding_model.iter();
    let model = model.map(|&name| (zwerm_ingest::MODEL_KEY.to_owned(), name.to_owned()));
    let own = [
        ("zwerm.row_digest".to_owned(), about.row_digest.to_owned()),
        ("zwerm.map".to_owned(), json!(settings.map).to_string()),
        ("zwerm.absent".to_owned(), json!(about.absent).to_string()),
        ("zwerm.sources".to_owned(), json!(sources).to_string()),
    ];
    model.chain(own).collect()
}

//! `zwerm ingest`: posts of any known kind as one file of canonical Parquet.

use std::path::{Path, PathBuf};

use rayon::ThreadPoolBuilder;
use serde::Serialize;
use serde_json::json;
use zwerm_ingest::{Ingested, Source};
use zwerm_model::{Posts, Tally};
use zwerm_report::{FileStaging, PostRow, PostsFile, PostsWriter};

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
/// of the inputs are in the file's metadata. Rejected rows go into a file beside it.
///
/// # Errors
///
/// If an input cannot be read or a file cannot be written.
pub fn ingest(
    settings: &Settings,
    observer: &mut dyn Observer,
) -> Result<IngestOutcome, ScanError> {
    let pool = ThreadPoolBuilder::new().num_threads(settings.threads).build();
    let pool = pool.map_err(|error| ScanError::config("threads", error.to_string()))?;
    let staging = FileStaging::begin(&settings.out, settings.force)?;
    observer.stage("ingest");
    let ingested = pool.install(|| {
        zwerm_ingest::read(&settings.inputs, &settings.ingest()?).map_err(ScanError::from)
    })?;
    observer.stage("report");
    let finished = staging.dir().join("posts.parquet");
    write(&ingested, settings, &finished)?;
    let rejects = rejects_beside(&settings.out);
    let rejected = pipeline::reject_rows(&ingested);
    if !rejected.is_empty() {
        zwerm_report::write_rejects(staging.dir(), &rejected)?;
        let written = staging.dir().join("rejects.parquet");
        staging.commit_beside(&written, &rejects)?;
    }
    staging.commit(&finished)?;
    let tally = &ingested.tally;
    Ok(IngestOutcome {
        out: settings.out.clone(),
        rejects: (!rejected.is_empty()).then_some(rejects),
        rows: tally.get("ingest.rows"),
        posts: ingested.posts.len() as u64,
        accounts: ingested.posts.accounts.len() as u64,
        duplicates: tally.get("ingest.duplicate_posts"),
        merged: tally.get("ingest.rows_merged"),
        filtered: sum_of(tally, "ingest.filtered."),
        rejected: sum_of(tally, "ingest.rejected."),
        row_digest: ingested.row_digest.clone(),
        counts: tally.iter().filter(|&(_, n)| n > 0).map(|(k, n)| (k.to_owned(), n)).collect(),
    })
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
        dimension: ingested.embeddings.dimension,
        metadata: metadata(ingested, settings),
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
    let posts = &ingested.posts;
    let mut lists: [Vec<String>; 4] = Default::default();
    for post in which {
        for (list, column) in
            lists.iter_mut().zip([&posts.urls, &posts.hashtags, &posts.mentions, &posts.media])
        {
            list.clear();
            list.extend(column.names_of(post).map(str::to_owned));
        }
        let [urls, hashtags, mentions, media] = &lists;
        writer.push(&PostRow {
            urls,
            hashtags,
            mentions,
            media,
            collected_at: ingested.collected_at.get(post).copied().flatten(),
            embedding: ingested.embeddings.get(post).unwrap_or_default(),
            ..row(posts, post)
        })?;
    }
    Ok(())
}

fn row(posts: &Posts, post: usize) -> PostRow<'_> {
    let account = posts.account[post];
    let platform = posts.accounts.platform_of(account);
    PostRow {
        post_id: posts.id.get(post),
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
        ..PostRow::default()
    }
}

/// What the file says of its making: sorted, and without a time or a path of this machine.
fn metadata(ingested: &Ingested, settings: &Settings) -> Vec<(String, String)> {
    let mut sources: Vec<&Source> = ingested.sources.iter().collect();
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
    let model = ingested.embeddings.model.iter();
    let model = model.map(|name| (zwerm_ingest::MODEL_KEY.to_owned(), name.clone()));
    let own = [
        ("zwerm.row_digest".to_owned(), ingested.row_digest.clone()),
        ("zwerm.map".to_owned(), json!(settings.map).to_string()),
        ("zwerm.absent".to_owned(), json!(ingested.absent).to_string()),
        ("zwerm.sources".to_owned(), json!(sources).to_string()),
    ];
    model.chain(own).collect()
}

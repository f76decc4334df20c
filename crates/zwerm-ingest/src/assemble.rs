//! Chunks into posts: one order, one copy of each post, one number for each name.

use rayon::prelude::*;
use zwerm_model::hash::hash128;
use zwerm_model::{Embeddings, NONE, Posts, Resolution, Steps, Tally, UnixMillis};

use crate::chunk::{self, Chunk};
use crate::column;
use crate::decided::{Asked, Decided};
use crate::error::{ErrorKind, IngestError};
use crate::gather::gather;
use crate::times::{EpochUnit, RawTime};
use crate::vectors;
use crate::{IngestConfig, Ingested, Reject, RowLayout, Source};

/// The platform of posts that do not name one.
pub const PLATFORM_UNKNOWN: &str = "unknown";

/// A usable row: its moment, and where it lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    key: u128,
    pub(crate) at: i64,
    pub(crate) collected_at: i64,
    pub(crate) chunk: u32,
    pub(crate) row: u32,
}

/// Posts in their order, of some rows: all that a run has, or all that a part of its posts has.
pub(crate) struct Assembled {
    pub(crate) posts: Posts,
    pub(crate) collected_at: Vec<Option<UnixMillis>>,
    pub(crate) embeddings: Embeddings,
    /// Rows whose epoch integers are no moments.
    pub(crate) rejects: Vec<Reject>,
    pub(crate) tally: Tally,
}

/// Merges chunks into posts sorted by (time, platform, post id), each post once.
///
/// # Errors
///
/// If no usable row is left, or there are more than a `u32` can number.
pub fn assemble(
    mut chunks: Vec<Chunk>,
    sources: Vec<Source>,
    config: &IngestConfig,
) -> Result<Ingested, IngestError> {
    let mut tally = Tally::default();
    let mut asked = Asked::default();
    for chunk in &chunks {
        tally.merge(&chunk.tally);
        asked.add(chunk);
    }
    let decided = asked.decide(&sources, config.rows, &mut tally);
    let assembled = assemble_some(&mut chunks, &decided, &sources)?;
    let Assembled { posts, collected_at, embeddings, rejects: late, tally: of_posts } = assembled;
    if posts.is_empty() {
        return Err(no_rows(&sources));
    }
    tally.merge(&of_posts);
    let mut rejects: Vec<Reject> =
        chunks.iter_mut().flat_map(|chunk| std::mem::take(&mut chunk.rejects)).collect();
    rejects.extend(late);
    count_rejects(&mut rejects, &mut tally);
    tally.add("ingest.posts", posts.len() as u64);
    Ok(Ingested {
        resolution: resolution(&posts),
        row_digest: printed(digest(&posts, &embeddings)),
        posts,
        collected_at,
        embeddings,
        rejects,
        sources,
        passed_over: Vec::new(),
        absent: decided.absent,
        tally,
        pseudonym_key: config.pseudonyms.as_ref().map(|p| p.key_id().to_owned()),
    })
}

/// Merges chunks that hold all rows of some posts.
pub(crate) fn assemble_some(
    chunks: &mut [Chunk],
    decided: &Decided,
    sources: &[Source],
) -> Result<Assembled, IngestError> {
    decided.local_ids.resolve(chunks);
    chunks.par_iter_mut().for_each(|chunk| chunk::derive_lists(chunk, &decided.absent));
    let mut tally = Tally::default();
    let (rows, rejects) = moments(chunks, decided);
    let kept = one_per_post(chunks, rows, decided, &mut tally);
    if u32::try_from(kept.len()).is_err() {
        let what = format!("{} posts", kept.len());
        return Err(IngestError::new("input", ErrorKind::TooLarge(what)));
    }
    let (posts, collected_at, rows) = gather(chunks, kept, decided, &mut tally);
    let vectors = rows.iter().map(|row| chunks[row.chunk as usize].embedding.get(row.row as usize));
    let embeddings = vectors::gather(vectors, sources)?;
    Ok(Assembled { posts, collected_at, embeddings, rejects, tally })
}

/// That nothing is left to read.
pub(crate) fn no_rows(sources: &[Source]) -> IngestError {
    let place = sources.first().map_or_else(|| "input".to_owned(), |s| s.path.clone());
    IngestError::new(place, ErrorKind::NoRows)
}

/// Sorts rejected rows and counts them by reason.
pub(crate) fn count_rejects(rejects: &mut [Reject], tally: &mut Tally) {
    rejects.sort_unstable();
    for reject in rejects {
        tally.add(&format!("ingest.rejected.{}", reject.reason), 1);
    }
}

/// How finely times are told: as by the platform that tells them most coarsely, since what it tells
/// must not look synchronous beside what others tell.
fn resolution(posts: &Posts) -> Resolution {
    let accounts = &posts.accounts;
    let mut steps = vec![Steps::default(); accounts.platforms.len()];
    for (at, &account) in posts.at.iter().zip(&posts.account) {
        steps[accounts.platform[account as usize] as usize].add(*at);
    }
    let coarsest = steps.iter().filter_map(Steps::resolution).max();
    coarsest.unwrap_or_else(|| Resolution::detect(&posts.at))
}

/// The canonical columns that no file has.
pub(crate) fn absent(sources: &[Source]) -> Vec<&'static str> {
    column::TABLE
        .iter()
        .map(|column| column.name)
        .filter(|name| !sources.iter().any(|s| s.mapping.iter().any(|(c, _)| c == name)))
        .collect()
}

/// Gives every usable row its moment; those that have none are rejected.
fn moments(chunks: &[Chunk], decided: &Decided) -> (Vec<Row>, Vec<Reject>) {
    let (mut rows, mut rejects) = (Vec::new(), Vec::new());
    let mut bytes = Vec::new();
    for (chunk_number, chunk) in chunks.iter().enumerate() {
        for row in 0..chunk.len() {
            let Some(at) = millis(chunk.at[row], decided.unit) else {
                rejects.push(Reject {
                    file: chunk.file.clone(),
                    row: chunk.row[row],
                    reason: "created_at_out_of_range",
                    detail: format!("{:?}", chunk.at[row]),
                });
                continue;
            };
            let collected_at = chunk.collected_at.get(row).copied().unwrap_or(RawTime::Missing);
            rows.push(Row {
                key: post_key(chunk, row, &mut bytes),
                at,
                collected_at: millis(collected_at, decided.collected_unit).unwrap_or(i64::MIN),
                chunk: chunk_number as u32,
                row: row as u32,
            });
        }
    }
    (rows, rejects)
}

/// A moment in milliseconds, once the unit of epoch integers is known.
pub(crate) fn millis(time: RawTime, unit: EpochUnit) -> Option<i64> {
    match time {
        RawTime::Millis(at) => Some(at),
        RawTime::Epoch(epoch) => unit.to_millis(epoch),
        RawTime::Missing | RawTime::Invalid(_) => None,
    }
}

/// When a row says that its post was deleted. Databases write 0 for "never".
pub(crate) fn stated_deletion(chunks: &[Chunk], row: Row, decided: &Decided) -> Option<i64> {
    let times = &chunks[row.chunk as usize].deleted_at;
    let time = times.get(row.row as usize).copied().unwrap_or(RawTime::Missing);
    millis(time, decided.deleted_unit).filter(|&deleted| deleted != 0)
}

/// The same, if that can be: not before the post was made.
pub(crate) fn known_deletion(chunks: &[Chunk], row: Row, decided: &Decided) -> Option<i64> {
    stated_deletion(chunks, row, decided).filter(|&deleted| deleted >= row.at)
}

pub(crate) fn name_in<'a>(chunk: &'a Chunk, column: &str, row: usize) -> Option<&'a str> {
    let names = chunk.names.get(column)?;
    match names.values[row] {
        NONE => None,
        number => Some(names.names().get(number as usize)),
    }
}

/// The platform of a row.
pub(crate) fn platform_in(chunk: &Chunk, row: usize) -> &str {
    name_in(chunk, "platform", row).unwrap_or(PLATFORM_UNKNOWN)
}

/// Names a post: its platform and its id there. `bytes` is reused from call to call.
pub(crate) fn post_key(chunk: &Chunk, row: usize, bytes: &mut Vec<u8>) -> u128 {
    bytes.clear();
    bytes.extend_from_slice(platform_in(chunk, row).as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(chunk.post_id.get(row).as_bytes());
    hash128(bytes)
}

/// A post and, for a long table, the further rows that speak of it.
pub(crate) struct Kept {
    pub(crate) row: Row,
    pub(crate) others: Vec<Row>,
}

/// One entry per post. Of several copies the newest counts, ties by what they say; rows of a long
/// table are all kept, under the one that comes first by time and account.
fn one_per_post(
    chunks: &[Chunk],
    mut rows: Vec<Row>,
    decided: &Decided,
    tally: &mut Tally,
) -> Vec<Kept> {
    rows.par_sort_unstable_by_key(|row| (row.key, row.chunk, row.row));
    let mut kept = Vec::with_capacity(rows.len());
    for copies in rows.chunk_by(|a, b| a.key == b.key) {
        if let [only] = copies {
            kept.push(Kept { row: *only, others: Vec::new() });
            continue;
        }
        let mut copies = copies.to_vec();
        match decided.layout {
            RowLayout::Post => {
                copies.sort_by_cached_key(|row| {
                    (std::cmp::Reverse(row.collected_at), row.at, content(chunks, *row, decided))
                });
                tally.add("ingest.duplicate_posts", copies.len() as u64 - 1);
                kept.push(Kept { row: copies[0], others: Vec::new() });
            }
            RowLayout::Long => {
                copies.sort_by_cached_key(|row| (row.at, content(chunks, *row, decided)));
                tally.add("ingest.rows_merged", copies.len() as u64 - 1);
                let account = |row: &Row| {
                    name_in(&chunks[row.chunk as usize], "account_id", row.row as usize)
                };
                let first = (copies[0].at, account(&copies[0]));
                let differ = copies.iter().filter(|row| (row.at, account(row)) != first).count();
                tally.add("ingest.rows_merged_that_disagree", differ as u64);
                kept.push(Kept { row: copies[0], others: copies.split_off(1) });
            }
        }
    }
    kept
}

/// Everything that a row says, for ordering copies of one post. Only called on copies.
type Content = (i64, Vec<String>, Vec<Vec<String>>, Vec<u32>, [Option<bool>; 2]);

/// Of copies that are equally new, one that knows of a deletion comes first: it is not undone.
fn content(chunks: &[Chunk], row: Row, decided: &Decided) -> Content {
    let deleted = known_deletion(chunks, row, decided).unwrap_or(i64::MAX);
    let (chunk, at) = (&chunks[row.chunk as usize], row.row as usize);
    let mut names: Vec<String> = vec![name_in(chunk, "account_id", at).unwrap_or("").to_owned()];
    if !chunk.text.is_empty() {
        names.push(chunk.text.get(at).to_owned());
    }
    names.extend(chunk.names.keys().map(|&c| name_in(chunk, c, at).unwrap_or("").to_owned()));
    let lists = chunk
        .lists
        .values()
        .map(|l| l.row(at).iter().map(|&n| l.names().get(n as usize).to_owned()).collect())
        .collect();
    let vector = chunk.embedding.get(at).iter().map(|value| value.to_bits()).collect();
    let flag = |flags: &[Option<bool>]| flags.get(at).copied().flatten();
    let flags = [flag(&chunk.automated), flag(&chunk.paid_disclosed)];
    (deleted, names, lists, vector, flags)
}

/// The sum over all posts of a hash of what each says: the same for any order and any files.
pub(crate) fn digest(posts: &Posts, embeddings: &Embeddings) -> u128 {
    (0..posts.len())
        .into_par_iter()
        .map_init(Vec::new, |bytes: &mut Vec<u8>, post| {
            bytes.clear();
            let mut push = |text: &str| {
                bytes.extend_from_slice(text.as_bytes());
                bytes.push(0);
            };
            push(&posts.id.get(post));
            push(&posts.accounts.printed(posts.account[post]));
            push(&posts.at[post].0.to_string());
            push(posts.text_of(post));
            for list in [&posts.urls, &posts.hashtags, &posts.mentions, &posts.media] {
                list.names_of(post).for_each(&mut push);
                push("");
            }
            let columns = [
                &posts.lang,
                &posts.client,
                &posts.repost_of,
                &posts.repost_of_account,
                &posts.reply_to,
                &posts.reply_to_account,
                &posts.quote_of,
            ];
            for column in columns {
                push(column.get(post).unwrap_or(""));
            }
            let vector = embeddings.get(post).unwrap_or_default();
            vector.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
            // Posts of which no deletion is known have the digest that they always had, as have
            // those that say nothing of payment.
            if let Some(deleted) = posts.deletion_of(post) {
                bytes.extend_from_slice(format!("\0deleted {}", deleted.0).as_bytes());
            }
            if let Some(Some(paid)) = posts.paid_disclosed.get(post) {
                bytes.extend_from_slice(format!("\0paid {paid}").as_bytes());
            }
            hash128(bytes)
        })
        .reduce(|| 0, u128::wrapping_add)
}

/// A digest as it is printed.
pub(crate) fn printed(digest: u128) -> String {
    format!("{digest:032x}")
}

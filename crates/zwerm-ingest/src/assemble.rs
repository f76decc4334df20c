//! Chunks into posts: one order, one copy of each post, one number for each name.

use rayon::prelude::*;
use zwerm_model::hash::{Map, hash128};
use zwerm_model::names::Interner;
use zwerm_model::{
    Accounts, Dictionary, Embeddings, Lists, NONE, Posts, Resolution, Steps, Strings, Tally,
    UnixMillis,
};

use crate::chunk::{self, Chunk};
use crate::column;
use crate::error::{ErrorKind, IngestError};
use crate::local_ids;
use crate::local_names::LocalNames;
use crate::times::{EpochUnit, RawTime};
use crate::vectors;
use crate::{IngestConfig, Ingested, Reject, RowLayout, Source};

/// The platform of posts that do not name one.
pub const PLATFORM_UNKNOWN: &str = "unknown";

/// A usable row: its moment, and where it lies.
#[derive(Clone, Copy, Debug)]
struct Row {
    key: u128,
    at: i64,
    collected_at: i64,
    chunk: u32,
    row: u32,
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
    let absent = absent(&sources);
    local_ids::resolve(&mut chunks);
    chunks.par_iter_mut().for_each(|chunk| chunk::derive_lists(chunk, &absent));
    let mut tally = Tally::default();
    for chunk in &chunks {
        tally.merge(&chunk.tally);
    }
    let (rows, late_rejects) = moments(&chunks, &mut tally);
    let kept = one_per_post(&chunks, rows, config.rows, &mut tally);
    if kept.is_empty() {
        let place = sources.first().map_or_else(|| "input".to_owned(), |s| s.path.clone());
        return Err(IngestError::new(place, ErrorKind::NoRows));
    }
    if u32::try_from(kept.len()).is_err() {
        let what = format!("{} posts", kept.len());
        return Err(IngestError::new("input", ErrorKind::TooLarge(what)));
    }
    let (posts, collected_at, rows) = gather(&chunks, kept);
    let vectors = rows.iter().map(|row| chunks[row.chunk as usize].embedding.get(row.row as usize));
    let embeddings = vectors::gather(vectors, &sources)?;
    let mut rejects: Vec<Reject> =
        chunks.iter_mut().flat_map(|chunk| std::mem::take(&mut chunk.rejects)).collect();
    rejects.extend(late_rejects);
    rejects.sort_unstable();
    for reject in &rejects {
        tally.add(&format!("ingest.rejected.{}", reject.reason), 1);
    }
    tally.add("ingest.posts", posts.len() as u64);
    let resolution = resolution(&posts);
    let row_digest = digest(&posts, &embeddings);
    let pseudonym_key = config.pseudonyms.as_ref().map(|p| p.key_id().to_owned());
    Ok(Ingested {
        posts,
        collected_at,
        embeddings,
        rejects,
        sources,
        passed_over: Vec::new(),
        resolution,
        row_digest,
        absent,
        tally,
        pseudonym_key,
    })
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

/// Gives every usable row its moment; the unit of epoch integers is decided over all of them.
fn moments(chunks: &[Chunk], tally: &mut Tally) -> (Vec<Row>, Vec<Reject>) {
    let epochs = |times: &[RawTime]| {
        times
            .iter()
            .filter_map(|t| if let RawTime::Epoch(e) = t { Some(e.unsigned_abs()) } else { None })
            .max()
    };
    let largest = chunks.iter().filter_map(|chunk| epochs(&chunk.at)).max();
    let unit = EpochUnit::infer(largest.unwrap_or(0));
    if largest.is_some() {
        tally.add(&format!("ingest.epoch_unit_{}", unit.name()), 1);
    }
    let collected_unit =
        EpochUnit::infer(chunks.iter().filter_map(|c| epochs(&c.collected_at)).max().unwrap_or(0));
    let (mut rows, mut rejects) = (Vec::new(), Vec::new());
    let mut bytes = Vec::new();
    for (chunk_number, chunk) in chunks.iter().enumerate() {
        for row in 0..chunk.len() {
            let Some(at) = millis(chunk.at[row], unit) else {
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
                collected_at: millis(collected_at, collected_unit).unwrap_or(i64::MIN),
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

fn name_in<'a>(chunk: &'a Chunk, column: &str, row: usize) -> Option<&'a str> {
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
fn post_key(chunk: &Chunk, row: usize, bytes: &mut Vec<u8>) -> u128 {
    bytes.clear();
    bytes.extend_from_slice(platform_in(chunk, row).as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(chunk.post_id.get(row).as_bytes());
    hash128(bytes)
}

/// A post and, for a long table, the further rows that speak of it.
struct Kept {
    row: Row,
    others: Vec<Row>,
}

/// One entry per post. Of several copies the newest counts, ties by what they say; rows of a long
/// table are all kept, under the one that comes first by time and account.
fn one_per_post(
    chunks: &[Chunk],
    mut rows: Vec<Row>,
    layout: RowLayout,
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
        match layout {
            RowLayout::Post => {
                copies.sort_by_cached_key(|row| {
                    (std::cmp::Reverse(row.collected_at), row.at, content(chunks, *row))
                });
                tally.add("ingest.duplicate_posts", copies.len() as u64 - 1);
                kept.push(Kept { row: copies[0], others: Vec::new() });
            }
            RowLayout::Long => {
                copies.sort_by_cached_key(|row| (row.at, content(chunks, *row)));
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
fn content(chunks: &[Chunk], row: Row) -> (Vec<String>, Vec<Vec<String>>, Vec<u32>) {
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
    (names, lists, vector)
}

/// Sorts the posts and gathers their columns, and their rows where some have vectors.
fn gather(chunks: &[Chunk], mut kept: Vec<Kept>) -> (Posts, Vec<Option<UnixMillis>>, Vec<Row>) {
    let place = |kept: &Kept| {
        let chunk = &chunks[kept.row.chunk as usize];
        (platform_in(chunk, kept.row.row as usize), chunk.post_id.get(kept.row.row as usize))
    };
    kept.par_sort_unstable_by(|a, b| {
        // Names are looked at only where the moments tie.
        a.row.at.cmp(&b.row.at).then_with(|| place(a).cmp(&place(b)))
    });
    let (accounts, account) = accounts(chunks, &kept);
    let has = |pick: fn(&Chunk) -> bool| chunks.iter().any(pick);
    let names = |column| gather_names(chunks, &kept, column);
    let lists = |column| gather_lists(chunks, &kept, column);
    let collected_at = match has(|chunk| !chunk.collected_at.is_empty()) {
        true => kept.iter().map(|k| known(k.row.collected_at)).collect(),
        false => Vec::new(),
    };
    let posts = Posts {
        accounts,
        account,
        at: kept.iter().map(|k| UnixMillis(k.row.at)).collect(),
        id: kept.iter().map(|k| place(k).1).collect(),
        text: if has(|c| !c.text.is_empty()) { texts(chunks, &kept) } else { Strings::new() },
        lang: names("lang"),
        client: names("client"),
        urls: lists("urls"),
        hashtags: lists("hashtags"),
        mentions: lists("mentions"),
        media: lists("media"),
        repost_of: names("repost_of"),
        repost_of_account: names("repost_of_account"),
        reply_to: names("reply_to"),
        reply_to_account: names("reply_to_account"),
        quote_of: names("quote_of"),
        automated: if has(|c| !c.automated.is_empty()) {
            let flag = |k: &Kept| chunks[k.row.chunk as usize].automated.get(k.row.row as usize);
            kept.iter().map(|k| flag(k).copied().flatten()).collect()
        } else {
            Vec::new()
        },
    };
    let rows = match has(|chunk| !chunk.embedding.is_empty()) {
        true => kept.iter().map(|k| k.row).collect(),
        false => Vec::new(),
    };
    (posts, collected_at, rows)
}

/// When a copy was observed, if it says so.
fn known(collected_at: i64) -> Option<UnixMillis> {
    (collected_at != i64::MIN).then_some(UnixMillis(collected_at))
}

fn texts(chunks: &[Chunk], kept: &[Kept]) -> Strings {
    kept.iter()
        .map(|k| {
            let text = &chunks[k.row.chunk as usize].text;
            if text.is_empty() { "" } else { text.get(k.row.row as usize) }
        })
        .collect()
}

/// The accounts in sorted order, and each post's.
fn accounts(chunks: &[Chunk], kept: &[Kept]) -> (Accounts, Vec<u32>) {
    // Platform and id in one name, so that equal ids on two platforms stay two accounts.
    let mut interner = Interner::default();
    let mut seen: Map<(u32, u32, u32), u32> = Map::default();
    let mut name = String::new();
    let first: Vec<u32> = kept
        .iter()
        .map(|k| {
            let (chunk, row) = (&chunks[k.row.chunk as usize], k.row.row as usize);
            let local = chunk.names["account_id"].values[row];
            let platform = chunk.names.get("platform").map_or(NONE, |p| p.values[row]);
            *seen.entry((k.row.chunk, platform, local)).or_insert_with(|| {
                name.clear();
                name.push_str(platform_in(chunk, row));
                name.push('\0');
                name.push_str(name_in(chunk, "account_id", row).unwrap_or(""));
                interner.number(&name)
            })
        })
        .collect();
    let (names, rank) = interner.into_sorted();
    let mut accounts = Accounts::default();
    for name in names.iter() {
        let (platform, id) = name.split_once('\0').unwrap_or((PLATFORM_UNKNOWN, name));
        let last = accounts.platforms.len();
        if last == 0 || accounts.platforms.get(last - 1) != platform {
            accounts.platforms.push(platform);
        }
        accounts.platform.push(accounts.platforms.len() as u32 - 1);
        accounts.id.push(id);
    }
    (accounts, first.into_iter().map(|number| rank[number as usize]).collect())
}

/// Numbers the names of one column over all chunks: `numbers[chunk][local number]`.
fn number_names<'a>(
    columns: impl Iterator<Item = Option<&'a Strings>>,
) -> (Strings, Vec<Vec<u32>>) {
    let mut interner = Interner::default();
    let unsorted: Vec<Vec<u32>> = columns
        .map(|names| {
            names.map_or_else(Vec::new, |n| n.iter().map(|n| interner.number(n)).collect())
        })
        .collect();
    let (names, rank) = interner.into_sorted();
    let numbers = unsorted
        .into_iter()
        .map(|chunk| chunk.into_iter().map(|number| rank[number as usize]).collect())
        .collect();
    (names, numbers)
}

fn gather_names(chunks: &[Chunk], kept: &[Kept], column: &str) -> Dictionary {
    if !chunks.iter().any(|chunk| chunk.names.contains_key(column)) {
        return Dictionary::default();
    }
    let (names, numbers) =
        number_names(chunks.iter().map(|chunk| chunk.names.get(column).map(LocalNames::names)));
    let of = kept
        .iter()
        .map(|k| {
            let local = chunks[k.row.chunk as usize].names.get(column);
            match local.map_or(NONE, |c| c.values[k.row.row as usize]) {
                NONE => NONE,
                number => numbers[k.row.chunk as usize][number as usize],
            }
        })
        .collect();
    Dictionary { names, of }
}

fn gather_lists(chunks: &[Chunk], kept: &[Kept], column: &str) -> Lists {
    if !chunks.iter().any(|chunk| chunk.lists.contains_key(column)) {
        return Lists::default();
    }
    let (names, numbers) =
        number_names(chunks.iter().map(|chunk| chunk.lists.get(column).map(LocalNames::names)));
    let mut lists = Lists { names, starts: vec![0], values: Vec::new() };
    for k in kept {
        let row_start = lists.values.len();
        for row in std::iter::once(&k.row).chain(&k.others) {
            let Some(local) = chunks[row.chunk as usize].lists.get(column) else { continue };
            let numbers = &numbers[row.chunk as usize];
            lists.values.extend(local.row(row.row as usize).iter().map(|&n| numbers[n as usize]));
        }
        if !k.others.is_empty() {
            // Rows of a long table come in any order: theirs is the order of the names.
            lists.values[row_start..].sort_unstable();
            let mut unique = lists.values.split_off(row_start);
            unique.dedup();
            lists.values.append(&mut unique);
        }
        lists.starts.push(u32::try_from(lists.values.len()).expect("fewer than 2^32 list entries"));
    }
    lists
}

/// The sum over all posts of a hash of what each says: the same for any order and any files.
fn digest(posts: &Posts, embeddings: &Embeddings) -> String {
    let sum = (0..posts.len())
        .into_par_iter()
        .map_init(Vec::new, |bytes: &mut Vec<u8>, post| {
            bytes.clear();
            let mut push = |text: &str| {
                bytes.extend_from_slice(text.as_bytes());
                bytes.push(0);
            };
            push(posts.id.get(post));
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
            hash128(bytes)
        })
        .reduce(|| 0, u128::wrapping_add);
    format!("{sum:032x}")
}

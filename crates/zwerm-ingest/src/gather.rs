//! Rows that are kept, as the columns of posts.

use rayon::prelude::*;
use zwerm_model::hash::Map;
use zwerm_model::names::Interner;
use zwerm_model::{Accounts, Dictionary, Lists, NONE, Posts, Strings, Tally, UnixMillis};

use crate::assemble::{
    Kept, PLATFORM_UNKNOWN, Row, known_deletion, name_in, platform_in, stated_deletion,
};
use crate::chunk::Chunk;
use crate::decided::Decided;
use crate::local_names::LocalNames;

/// The count of posts that were deleted before they were made, which is taken as not known.
const DELETED_BEFORE: &str = "ingest.deletions_before_the_post";

/// Sorts the posts and gathers their columns, and their rows where some have vectors.
pub(crate) fn gather(
    chunks: &[Chunk],
    mut kept: Vec<Kept>,
    decided: &Decided,
    tally: &mut Tally,
) -> (Posts, Vec<Option<UnixMillis>>, Vec<Row>) {
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
        automated: flags(chunks, &kept, |chunk| &chunk.automated),
        paid_disclosed: flags(chunks, &kept, |chunk| &chunk.paid_disclosed),
        deleted_at: match has(|chunk| !chunk.deleted_at.is_empty()) {
            true => deletions(chunks, &kept, decided, tally),
            false => Vec::new(),
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

/// A column of flags; empty if no chunk has it.
fn flags(
    chunks: &[Chunk],
    kept: &[Kept],
    column: fn(&Chunk) -> &[Option<bool>],
) -> Vec<Option<bool>> {
    if chunks.iter().all(|chunk| column(chunk).is_empty()) {
        return Vec::new();
    }
    let flag = |k: &Kept| column(&chunks[k.row.chunk as usize]).get(k.row.row as usize).copied();
    kept.iter().map(|k| flag(k).flatten()).collect()
}

/// When each post was deleted; what cannot be is counted.
fn deletions(
    chunks: &[Chunk],
    kept: &[Kept],
    decided: &Decided,
    tally: &mut Tally,
) -> Vec<Option<UnixMillis>> {
    let before = |k: &&Kept| {
        let stated = stated_deletion(chunks, k.row, decided);
        stated.is_some_and(|deleted| deleted < k.row.at)
    };
    tally.add(DELETED_BEFORE, kept.iter().filter(before).count() as u64);
    kept.iter().map(|k| known_deletion(chunks, k.row, decided).map(UnixMillis)).collect()
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

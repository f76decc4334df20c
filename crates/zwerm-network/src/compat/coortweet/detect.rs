//! `detect_groups`: pairs of rows on one object within the window, from accounts that participate.

use rayon::prelude::*;
use zwerm_model::NONE;
use zwerm_model::hash::{Map, Set};

use super::{MISSING_OBJECT, ONE_SIDE_PASSES, Pair, REPEATED_ROWS, Shares};
use crate::compat::Quirks;

/// What pairs are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct DetectConfig {
    /// Rows at most this far apart pair, in seconds.
    pub window_s: f64,
    /// Accounts need at least so many rows, in all and among those that pair.
    pub participation_min: u64,
    /// Whether pairs of an account, a content or an object with itself stay.
    pub keep_loops: bool,
    /// The peer's surprises.
    pub quirks: Quirks,
}

/// The pairs, object by object in the order in which accounts' rows first name them.
#[must_use]
pub fn detect(shares: &Shares, config: &DetectConfig) -> Vec<Pair> {
    let ranked = ranked(shares, config);
    let of_objects: Vec<Vec<Pair>> = by_object(shares, &ranked)
        .into_par_iter()
        .filter(|rows| config.keep_loops || shares.object[rows[0] as usize] != NONE)
        .map(|rows| pairs(shares, &rows, config.window_s))
        .collect();
    let mut pairs = of_objects.concat();
    if !config.keep_loops {
        let object_of = objects_of_contents(shares);
        pairs.retain(|pair| {
            pair.account != pair.account_y
                && pair.content != pair.content_y
                && object_of[pair.content as usize] != pair.object
                && object_of[pair.content_y as usize] != pair.object
        });
    }
    if config.participation_min >= 1 {
        participating(shares, &ranked, &mut pairs, config);
    }
    pairs
}

/// The rows of accounts with enough of them, account by account in the order in which accounts
/// first appear: the place of a row here decides where times tie.
fn ranked(shares: &Shares, config: &DetectConfig) -> Vec<u32> {
    let mut of_account: Vec<Vec<u32>> = vec![Vec::new(); shares.accounts.len()];
    let mut first_seen: Vec<u32> = Vec::new();
    let mut seen: Set<(u32, u32, u32, u64)> = Set::default();
    let repeats_count = config.quirks.has(REPEATED_ROWS);
    let missing_counts = config.quirks.has(MISSING_OBJECT);
    for row in 0..shares.account.len() {
        if !missing_counts && shares.object[row] == NONE {
            continue;
        }
        let account = shares.account[row];
        let says = (shares.object[row], account, shares.content[row], shares.at_s[row].to_bits());
        if !repeats_count && !seen.insert(says) {
            continue;
        }
        let rows = &mut of_account[account as usize];
        if rows.is_empty() {
            first_seen.push(account);
        }
        rows.push(row as u32);
    }
    first_seen
        .into_iter()
        .map(|account| std::mem::take(&mut of_account[account as usize]))
        .filter(|rows| rows.len() as u64 >= config.participation_min)
        .collect::<Vec<_>>()
        .concat()
}

/// The rows of each object, by rank; objects in the order in which the ranking first names them.
fn by_object(shares: &Shares, ranked: &[u32]) -> Vec<Vec<u32>> {
    let mut places: Map<u32, usize> = Map::default();
    let mut groups: Vec<Vec<u32>> = Vec::new();
    for &row in ranked {
        let place = *places.entry(shares.object[row as usize]).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(row);
    }
    groups
}

/// The pairs of one object's rows within the window, by the later and then the earlier rank.
fn pairs(shares: &Shares, rows: &[u32], window_s: f64) -> Vec<Pair> {
    let at = |rank: u32| shares.at_s[rows[rank as usize] as usize];
    let mut by_time: Vec<u32> = (0..rows.len() as u32).filter(|&rank| !at(rank).is_nan()).collect();
    by_time.sort_unstable_by(|&a, &b| at(a).total_cmp(&at(b)).then(a.cmp(&b)));
    let mut ranks: Vec<(u32, u32)> = Vec::new();
    let mut from = 0;
    for (to, &newer) in by_time.iter().enumerate() {
        while at(newer) - at(by_time[from]) > window_s {
            from += 1;
        }
        ranks.extend(by_time[from..to].iter().map(|&o| (newer.max(o), newer.min(o))));
    }
    ranks.sort_unstable();
    ranks
        .into_iter()
        .map(|(later, earlier)| {
            // At equal times the earlier rank counts as the older.
            let swap = at(earlier) > at(later);
            let (old, new) = if swap { (later, earlier) } else { (earlier, later) };
            let (old_row, new_row) = (rows[old as usize] as usize, rows[new as usize] as usize);
            Pair {
                object: shares.object[old_row],
                content: shares.content[old_row],
                content_y: shares.content[new_row],
                account: shares.account[old_row],
                account_y: shares.account[new_row],
                time_delta: at(new) - at(old),
            }
        })
        .collect()
}

/// The object that has a content's name; the number after the last object if none has.
fn objects_of_contents(shares: &Shares) -> Vec<u32> {
    let numbers: Map<&str, u32> = shares.objects.iter().zip(0..).collect();
    let none = shares.objects.len() as u32;
    let number = |name: &str| numbers.get(name).copied().unwrap_or(none);
    shares.contents.iter().map(number).collect()
}

/// Keeps the pairs in which accounts take part that have enough rows among all that pair.
fn participating(shares: &Shares, rows: &[u32], pairs: &mut Vec<Pair>, config: &DetectConfig) {
    let passing = passing(shares, rows, pairs, config.participation_min);
    let one_side = config.quirks.has(ONE_SIDE_PASSES);
    pairs.retain(|pair| {
        let sides = [passing[pair.content as usize], passing[pair.content_y as usize]];
        if one_side { sides.contains(&true) } else { sides == [true, true] }
    });
}

/// By content: whether it pairs, and one of its accounts has enough rows whose contents pair.
pub(super) fn passing(
    shares: &Shares,
    rows: &[u32],
    pairs: &[Pair],
    participation_min: u64,
) -> Vec<bool> {
    let mut in_pair = vec![false; shares.contents.len()];
    for pair in pairs {
        in_pair[pair.content as usize] = true;
        in_pair[pair.content_y as usize] = true;
    }
    let pairing = || {
        let both =
            rows.iter().map(|&row| (shares.content[row as usize], shares.account[row as usize]));
        both.filter(|&(content, _)| in_pair[content as usize])
    };
    let mut rows_of = vec![0_u64; shares.accounts.len()];
    pairing().for_each(|(_, account)| rows_of[account as usize] += 1);
    let mut passing = vec![false; shares.contents.len()];
    for (content, account) in pairing() {
        passing[content as usize] |= rows_of[account as usize] >= participation_min;
    }
    passing
}

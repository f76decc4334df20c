//! The fast way to some columns of clean files: column by column, nothing sorted that is in order.
//!
//! [`read_columns`](crate::read_columns) tries this first. It gives up where the general reader has
//! to decide something: a row that is rejected or not public, a post that came twice, several
//! platforms. What it does read is what the general reader would have read (tested on random
//! tables). The bench `edges` times the command that reads so.
//!
//! # Memory
//!
//! The columns that are wanted and the posts' ids, twice while they are put together.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use zwerm_model::hash::{Map, hash128};
use zwerm_model::names::Interner;
use zwerm_model::{
    Accounts, Dictionary, Lists, NONE, Posts, Resolution, Strings, Tally, UnixMillis,
};

use crate::assemble::{self, PLATFORM_UNKNOWN};
use crate::cells::trimmed;
use crate::chunk::{self, is_missing};
use crate::column::{Column, Shape};
use crate::decode::{self, ListCells, TextCells};
use crate::error::{ErrorKind, IngestError};
use crate::local_names::LocalNames;
use crate::parquet_file::ParquetFile;
use crate::source::guarded;
use crate::times::{self, EpochUnit, RawTime};

/// The rows of one row group.
#[derive(Default)]
struct Part {
    ids: Strings,
    at: Vec<RawTime>,
    /// Times that carried no zone.
    naive: u64,
    accounts: NameColumn,
    platforms: NameColumn,
    names: BTreeMap<&'static str, NameColumn>,
    lists: BTreeMap<&'static str, LocalNames>,
}

/// A column with at most one name per row.
#[derive(Default)]
struct NameColumn {
    names: Interner,
    values: Vec<u32>,
}

impl NameColumn {
    fn push(&mut self, name: Option<&str>) {
        self.values.push(name.map_or(NONE, |name| self.names.number(name)));
    }
}

/// Posts with the columns that files have, their tally and their resolution; none if the general
/// reader is needed.
pub(crate) fn read(
    files: &[&ParquetFile],
    zone: Option<&TimeZone>,
) -> Result<Option<(Posts, Tally, Resolution)>, IngestError> {
    let partitions: Vec<(&ParquetFile, usize)> = files
        .iter()
        .flat_map(|&file| (0..file.row_groups()).map(move |group| (file, group)))
        .collect();
    let parts: Vec<Result<Option<Part>, IngestError>> = partitions
        .into_par_iter()
        .map(|(file, group)| guarded(&file.name(), || part(file, group, zone))?)
        .collect();
    let Some(parts) = parts.into_iter().collect::<Result<Option<Vec<Part>>, IngestError>>()? else {
        return Ok(None);
    };
    Ok(put_together(parts, zone.is_some()))
}

/// The posts of one row group and their tally; none if the general reader is needed.
pub(crate) fn read_group(
    file: &ParquetFile,
    group: usize,
    zone: Option<&TimeZone>,
) -> Result<Option<(Posts, Tally)>, IngestError> {
    let part = guarded(&file.name(), || part(file, group, zone))??;
    let put_together = part.and_then(|part| put_together(vec![part], zone.is_some()));
    Ok(put_together.map(|(posts, tally, _)| (posts, tally)))
}

/// Reads one row group; none at the first row that needs the general reader.
fn part(
    file: &ParquetFile,
    group: usize,
    zone: Option<&TimeZone>,
) -> Result<Option<Part>, IngestError> {
    let mut part = Part::default();
    for batch in file.batches(group)? {
        let batch = batch.map_err(|error| file.damaged(&error))?;
        for (column, input) in file.inputs() {
            let is_clean =
                part.push(column, &batch, input, zone).map_err(|(expected, found)| {
                    let place = format!("{}: column \"{input}\"", file.name());
                    IngestError::new(place, ErrorKind::WrongType { expected, found })
                })?;
            if !is_clean {
                return Ok(None);
            }
        }
    }
    Ok(Some(part))
}

impl Part {
    /// Appends one column of a batch; says whether no cell of it needs the general reader.
    fn push(
        &mut self,
        column: &'static Column,
        batch: &RecordBatch,
        input: &str,
        zone: Option<&TimeZone>,
    ) -> Result<bool, decode::Mismatch> {
        let Some(array) = batch.column_by_name(input) else { return Ok(false) };
        let rows = 0..batch.num_rows();
        match (column.name, column.shape) {
            ("post_id", _) => {
                let cells = decode::as_ids(array)?;
                // Integers are written without a point.
                let are_integers = matches!(cells, TextCells::Written(_));
                for row in rows {
                    let id = name_in(&cells, row).filter(|id| are_integers || is_id(id));
                    let Some(id) = id else { return Ok(false) };
                    self.ids.push(id);
                }
            }
            ("account_id", _) => {
                let cells = decode::as_ids(array)?;
                let known = self.accounts.names.names().len();
                for row in rows {
                    let Some(id) = name_in(&cells, row) else { return Ok(false) };
                    self.accounts.push(Some(id));
                }
                return Ok(self.accounts.names.names().iter().skip(known).all(is_id));
            }
            ("created_at", _) => {
                let (times, naive) = times::as_times(array, zone)?;
                self.naive += naive;
                let is_moment = |at: &RawTime| matches!(at, RawTime::Millis(_) | RawTime::Epoch(_));
                let is_clean = times.iter().all(is_moment);
                self.at.extend(times);
                return Ok(is_clean);
            }
            ("visibility", _) => {
                let cells = decode::as_ids(array)?;
                let is_public = |row| matches!(name_in(&cells, row), None | Some("public"));
                return Ok(rows.into_iter().all(is_public));
            }
            ("platform", _) => {
                let cells = decode::as_ids(array)?;
                rows.for_each(|row| self.platforms.push(name_in(&cells, row)));
                return Ok(self.platforms.names.names().len() <= 1
                    && !self.platforms.values.contains(&NONE));
            }
            (name, Shape::List) => {
                let cells = decode::as_lists(array)?;
                return Ok(push_lists(self.lists.entry(name).or_default(), name, &cells, rows));
            }
            (name, Shape::Id | Shape::Name) => {
                let cells = decode::as_ids(array)?;
                let names = self.names.entry(name).or_default();
                let known = names.names.names().len();
                rows.for_each(|row| names.push(name_in(&cells, row)));
                return Ok(names.names.names().iter().skip(known).all(is_id));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Whether a name is one that the general reader takes as it stands.
fn is_id(name: &str) -> bool {
    name.len() <= chunk::ID_BYTES_MAX && !chunk::is_rounded_number(name)
}

/// A cell that holds something.
fn name_in<'c>(cells: &'c TextCells<'_>, row: usize) -> Option<&'c str> {
    cells.get(row).map(trimmed).filter(|cell| !is_missing(cell))
}

/// Appends lists; a delimited text that says nothing is not divided. Says whether all of them are
/// short enough to be taken as they stand.
fn push_lists(
    column: &mut LocalNames,
    name: &str,
    cells: &ListCells<'_>,
    rows: std::ops::Range<usize>,
) -> bool {
    let mut is_clean = true;
    for row in rows {
        match cells {
            ListCells::Lists(ranges, _) => is_clean &= ranges[row].len() <= chunk::ENTRIES_MAX,
            ListCells::Delimited(text) if matches!(text.get(row), None | Some("")) => {
                column.end_row();
                continue;
            }
            ListCells::Delimited(_) => {}
        }
        is_clean &= chunk::push_list(column, name, cells, row) == 0;
    }
    is_clean
}

/// Where a post stands: its part and its row there.
type Place = (u32, u32);

/// Puts parts together; none if the general reader has to decide between copies of a post.
fn put_together(mut parts: Vec<Part>, has_zone: bool) -> Option<(Posts, Tally, Resolution)> {
    let platform = one_platform(&parts)?;
    let count: usize = parts.iter().map(|part| part.ids.len()).sum();
    if count == 0 || u32::try_from(count).is_err() {
        return None;
    }
    let ids_rise = ids_rise(&parts);
    if !ids_rise && !numbers_rise(&parts) && has_copies(&parts) {
        return None;
    }
    let mut tally = Tally::default();
    let at = moments(&mut parts, &mut tally)?;
    let naive: u64 = parts.iter().map(|part| part.naive).sum();
    if !has_zone {
        tally.add("ingest.times_without_zone_read_as_utc", naive);
    }
    tally.add("ingest.rows", count as u64);
    tally.add("ingest.posts", count as u64);
    let order = order(&parts, &at, ids_rise);
    let columns = distinct(parts.iter().flat_map(|part| part.names.keys()));
    let ids = || order.iter().map(|&(p, row)| parts[p as usize].ids.get(row as usize));
    let (((accounts, account), id), (mut names, mut lists)) = rayon::join(
        || rayon::join(|| accounts(&parts, &order, &platform), || ids().collect::<Strings>()),
        || {
            let names = || gather_names(&parts, &order, &columns);
            rayon::join(names, || gather_lists(&parts, &order))
        },
    );
    let at: Vec<UnixMillis> =
        order.iter().map(|&(p, row)| UnixMillis(at[p as usize][row as usize])).collect();
    let mut name = |column| names.remove(column).unwrap_or_default();
    let mut list = |column| lists.remove(column).unwrap_or_default();
    let posts = Posts {
        accounts,
        account,
        id,
        lang: name("lang"),
        client: name("client"),
        urls: list("urls"),
        hashtags: list("hashtags"),
        mentions: list("mentions"),
        media: list("media"),
        repost_of: name("repost_of"),
        repost_of_account: name("repost_of_account"),
        reply_to: name("reply_to"),
        reply_to_account: name("reply_to_account"),
        quote_of: name("quote_of"),
        at,
        ..Posts::default()
    };
    let resolution = Resolution::detect(&posts.at);
    Some((posts, tally, resolution))
}

/// The platform that all rows name, or the one of rows that name none.
fn one_platform(parts: &[Part]) -> Option<String> {
    let mut platform = None;
    for part in parts.iter().filter(|part| !part.ids.is_empty()) {
        let name = match part.platforms.names.names().len() {
            0 => PLATFORM_UNKNOWN,
            _ => part.platforms.names.names().get(0),
        };
        match platform {
            None => platform = Some(name),
            Some(known) if known == name => {}
            Some(_) => return None,
        }
    }
    platform.map(str::to_owned)
}

/// Whether ids rise from row to row, so that no post can have come twice.
fn ids_rise(parts: &[Part]) -> bool {
    rise(parts, |id| id)
}

/// Whether ids rise from row to row as numbers do: the longer is the larger.
fn numbers_rise(parts: &[Part]) -> bool {
    rise(parts, |id| (id.len(), id))
}

fn rise<'a, K: Ord>(parts: &'a [Part], key: impl Fn(&'a str) -> K + Sync) -> bool {
    let key_of = |part: &'a Part, row| key(part.ids.get(row));
    let rise =
        |part: &&'a Part| (1..part.ids.len()).all(|row| key_of(part, row - 1) < key_of(part, row));
    let filled: Vec<&Part> = parts.iter().filter(|part| !part.ids.is_empty()).collect();
    let follows = |two: &[&'a Part]| key_of(two[0], two[0].ids.len() - 1) < key_of(two[1], 0);
    filled.windows(2).all(follows) && filled.par_iter().all(rise)
}

/// Whether some post may have come twice: two posts of one hash are not looked at further.
fn has_copies(parts: &[Part]) -> bool {
    let hashes =
        |part: &Part| part.ids.iter().map(|id| hash128(id.as_bytes()) as u64).collect::<Vec<_>>();
    let mut hashes: Vec<u64> = parts.par_iter().map(hashes).collect::<Vec<_>>().concat();
    hashes.par_sort_unstable();
    hashes.windows(2).any(|two| two[0] == two[1])
}

/// The moments of each part in milliseconds; none if one of them cannot be told so.
fn moments(parts: &mut [Part], tally: &mut Tally) -> Option<Vec<Vec<i64>>> {
    let epoch = |at: &RawTime| match at {
        RawTime::Epoch(epoch) => Some(epoch.unsigned_abs()),
        _ => None,
    };
    let largest = parts.par_iter().filter_map(|part| part.at.iter().filter_map(epoch).max()).max();
    let unit = EpochUnit::infer(largest.unwrap_or(0));
    if largest.is_some() {
        tally.add(&format!("ingest.epoch_unit_{}", unit.name()), 1);
    }
    let millis = |part: &mut Part| {
        let at = std::mem::take(&mut part.at);
        at.into_iter().map(|time| assemble::millis(time, unit)).collect::<Option<Vec<i64>>>()
    };
    parts.par_iter_mut().map(millis).collect()
}

/// All places by (time, id).
fn order(parts: &[Part], at: &[Vec<i64>], ids_rise: bool) -> Vec<Place> {
    let mut order: Vec<Place> = Vec::new();
    for (part, of_part) in (0..).zip(parts) {
        order.extend((0..of_part.ids.len() as u32).map(|row| (part, row)));
    }
    let moment = |place: &Place| at[place.0 as usize][place.1 as usize];
    if ids_rise && order.is_sorted_by_key(moment) {
        return order;
    }
    let compare = |a: &Place, b: &Place| {
        let id = |place: &Place| parts[place.0 as usize].ids.get(place.1 as usize);
        moment(a).cmp(&moment(b)).then_with(|| id(a).cmp(id(b)))
    };
    if !order.is_sorted_by(|a, b| compare(a, b).is_le()) {
        order.par_sort_unstable_by(compare);
    }
    order
}

/// The accounts in sorted order, and each post's.
fn accounts(parts: &[Part], order: &[Place], platform: &str) -> (Accounts, Vec<u32>) {
    let dictionary = numbered(parts, |part| Some(&part.accounts), order);
    let count = dictionary.names.len();
    let accounts = Accounts {
        platforms: [platform].into_iter().collect(),
        platform: vec![0; count],
        id: dictionary.names,
    };
    (accounts, dictionary.of)
}

fn gather_names(
    parts: &[Part],
    order: &[Place],
    columns: &[&'static str],
) -> Map<&'static str, Dictionary> {
    let numbered =
        |&column: &&'static str| (column, numbered(parts, |part| part.names.get(column), order));
    columns.iter().map(numbered).collect()
}

fn distinct<'a>(names: impl Iterator<Item = &'a &'static str>) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = names.copied().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// One column over all parts, its names sorted.
fn numbered<'a>(
    parts: &'a [Part],
    column: impl Fn(&'a Part) -> Option<&'a NameColumn>,
    order: &[Place],
) -> Dictionary {
    let (names, numbers) = all_names(parts, |part| Some(column(part)?.names.names()));
    let columns: Vec<Option<&NameColumn>> = parts.iter().map(&column).collect();
    let of = order
        .iter()
        .map(|&(part, row)| {
            let local = columns[part as usize].map_or(NONE, |column| column.values[row as usize]);
            if local == NONE { NONE } else { numbers[part as usize][local as usize] }
        })
        .collect();
    Dictionary { names, of }
}

/// The distinct names of a column, sorted, and the numbers of each part's.
fn all_names<'a>(
    parts: &'a [Part],
    names_of: impl Fn(&'a Part) -> Option<&'a Strings>,
) -> (Strings, Vec<Vec<u32>>) {
    let mut interner = Interner::default();
    let mut numbers: Vec<Vec<u32>> = Vec::with_capacity(parts.len());
    for part in parts {
        let names = names_of(part).map(Strings::iter);
        numbers.push(names.into_iter().flatten().map(|name| interner.number(name)).collect());
    }
    let (names, rank) = interner.into_sorted();
    for number in numbers.iter_mut().flatten() {
        *number = rank[*number as usize];
    }
    (names, numbers)
}

fn gather_lists(parts: &[Part], order: &[Place]) -> Map<&'static str, Lists> {
    let mut gathered = Map::default();
    for column in distinct(parts.iter().flat_map(|part| part.lists.keys())) {
        let (names, numbers) = all_names(parts, |part| Some(part.lists.get(column)?.names()));
        let mut lists = Lists { names, starts: vec![0], values: Vec::new() };
        for &(part, row) in order {
            if let Some(local) = parts[part as usize].lists.get(column) {
                let numbers = &numbers[part as usize];
                lists.values.extend(local.row(row as usize).iter().map(|&n| numbers[n as usize]));
            }
            lists.starts.push(u32::try_from(lists.values.len()).expect("fewer than 2^32 entries"));
        }
        gathered.insert(column, lists);
    }
    gathered
}

//! The fast way to some columns of clean files: column by column, nothing sorted that is in order.
//!
//! [`read_columns`](crate::read_columns) tries this first. It gives up where the general reader has
//! to decide something: a row that is rejected or not public, a post that came twice, several
//! platforms. What it does read is what the general reader would have read (tested on random
//! tables). The bench `edges` times the command that reads so.
//!
//! # Memory
//!
//! The columns that are wanted and the posts' ids, twice while they are put together; names are
//! numbers then.

mod ids;
mod moments;
mod names;

use std::collections::BTreeMap;

use arrow_array::{Array, RecordBatch};
use jiff::tz::TimeZone;
use rayon::prelude::*;
use zwerm_model::hash::Map;
use zwerm_model::names::Interner;
use zwerm_model::{
    Accounts, Dictionary, Lists, NONE, PostIds, Posts, Resolution, Strings, Tally, UnixMillis,
};

use crate::assemble::PLATFORM_UNKNOWN;
use crate::cells::trimmed;
use crate::chunk::{self, is_missing};
use crate::column::{Column, Shape};
use crate::decode::{self, TextCells};
use crate::error::{ErrorKind, IngestError};
use crate::local_names::LocalNames;
use crate::parquet_file::ParquetFile;
use crate::source::guarded;

use ids::Rising;
use moments::Moments;
use names::{ListColumn, NameColumn};

/// Rows for which room is made before they are there: a damaged file may state any number.
const ROOM_ROWS_MAX: usize = 1 << 20;

/// The rows of one row group.
#[derive(Default)]
struct Part {
    ids: PostIds,
    at: Moments,
    accounts: NameColumn,
    platforms: NameColumn,
    names: BTreeMap<&'static str, NameColumn>,
    lists: BTreeMap<&'static str, ListColumn>,
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
    part.reserve(file.rows_of(group).min(ROOM_ROWS_MAX));
    for batch in file.keyed_batches(group)? {
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
    /// Makes room for what every row has; how long ids are is not known.
    fn reserve(&mut self, rows: usize) {
        self.at.reserve(rows);
        self.accounts.reserve(rows);
    }

    /// Appends one column of a batch; says whether no cell of it needs the general reader.
    fn push(
        &mut self,
        column: &'static Column,
        batch: &RecordBatch,
        input: &str,
        zone: Option<&TimeZone>,
    ) -> Result<bool, decode::Mismatch> {
        let Some(array) = batch.column_by_name(input) else { return Ok(false) };
        Ok(match (column.name, column.shape) {
            ("post_id", _) => ids::push(&mut self.ids, array)?,
            ("account_id", _) => {
                let (rows, known) = (self.accounts.values.len(), self.accounts.names().len());
                self.accounts.push(array)?;
                !self.accounts.values[rows..].contains(&NONE) && are_ids(&self.accounts, known)
            }
            ("created_at", _) => self.at.push(array, zone)?,
            ("visibility", _) => {
                let cells = decode::as_ids(array)?;
                let is_public = |row| matches!(name_in(&cells, row), None | Some("public"));
                (0..array.len()).all(is_public)
            }
            ("platform", _) => {
                self.platforms.push(array)?;
                self.platforms.names().len() <= 1 && !self.platforms.values.contains(&NONE)
            }
            (name, Shape::List) => self.lists.entry(name).or_default().push(name, array)?,
            (name, Shape::Id | Shape::Name) => {
                let names = self.names.entry(name).or_default();
                let known = names.names().len();
                names.push(array)?;
                are_ids(names, known)
            }
            _ => false,
        })
    }
}

/// Whether the general reader takes the names of a column as they stand, from a number on.
fn are_ids(column: &NameColumn, from: usize) -> bool {
    let names = column.names();
    (from..names.len()).all(|number| is_id(names.get(number)))
}

/// Whether a name is one that the general reader takes as it stands.
fn is_id(name: &str) -> bool {
    name.len() <= chunk::ID_BYTES_MAX && !chunk::is_rounded_number(name)
}

/// A cell that holds something.
fn name_in<'c>(cells: &'c TextCells<'_>, row: usize) -> Option<&'c str> {
    cells.get(row).map(trimmed).filter(|cell| !is_missing(cell))
}

/// Puts parts together; none if the general reader has to decide between copies of a post.
fn put_together(mut parts: Vec<Part>, has_zone: bool) -> Option<(Posts, Tally, Resolution)> {
    parts.retain(|part| !part.ids.is_empty());
    let platform = one_platform(&parts)?;
    let count: usize = parts.iter().map(|part| part.ids.len()).sum();
    if count == 0 || u32::try_from(count).is_err() {
        return None;
    }
    ids::agree(parts.iter_mut().map(|part| &mut part.ids));
    let rising = ids::rising(&parts.iter().map(|part| &part.ids).collect::<Vec<_>>());
    if rising == Rising::No && has_copies(&parts) {
        return None;
    }
    let mut tally = Tally::default();
    let naive: u64 = parts.iter().map(|part| part.at.naive).sum();
    let at = parts.iter_mut().map(|part| std::mem::take(&mut part.at)).collect();
    let (at, unit) = moments::millis(at)?;
    if let Some(unit) = unit {
        tally.add(&format!("ingest.epoch_unit_{}", unit.name()), 1);
    }
    if !has_zone {
        tally.add("ingest.times_without_zone_read_as_utc", naive);
    }
    tally.add("ingest.rows", count as u64);
    tally.add("ingest.posts", count as u64);
    let resolution = moments::resolution(&at);
    let order = Order::of(&parts, &at, rising);
    let columns = distinct(parts.iter().flat_map(|part| part.names.keys()));
    let ids = || ids::ordered(&parts, &order);
    let moments = || {
        let mut moments = Vec::with_capacity(count);
        order.each(&parts, |part, row| moments.push(UnixMillis(at[part][row])));
        moments
    };
    let (((accounts, account), (id, moments)), (mut names, mut lists)) = rayon::join(
        || rayon::join(|| accounts(&parts, &order, &platform), || rayon::join(ids, moments)),
        || {
            let names = || gather_names(&parts, &order, &columns);
            rayon::join(names, || gather_lists(&parts, &order))
        },
    );
    drop(at);
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
        at: moments,
        ..Posts::default()
    };
    Some((posts, tally, resolution))
}

/// The platform that all rows name, or the one of rows that name none.
fn one_platform(parts: &[Part]) -> Option<String> {
    let mut platform = None;
    for part in parts {
        let name = match part.platforms.names().len() {
            0 => PLATFORM_UNKNOWN,
            _ => part.platforms.names().get(0),
        };
        match platform {
            None => platform = Some(name),
            Some(known) if known == name => {}
            Some(_) => return None,
        }
    }
    platform.map(str::to_owned)
}

/// Whether some post may have come twice: two posts of one hash are not looked at further.
fn has_copies(parts: &[Part]) -> bool {
    let hashes = |part: &Part| ids::hashes(&part.ids);
    let mut hashes: Vec<u64> = parts.par_iter().map(hashes).collect::<Vec<_>>().concat();
    hashes.par_sort_unstable();
    hashes.windows(2).any(|two| two[0] == two[1])
}

/// Posts by (time, id).
enum Order {
    /// As they were read.
    AsRead,
    /// The part of each, and its row there.
    Places(Vec<(u32, u32)>),
}

impl Order {
    fn of(parts: &[Part], at: &[Vec<i64>], rising: Rising) -> Self {
        let follows = |two: &[Vec<i64>]| two[0].last() <= two[1].first();
        let moments_rise = at.windows(2).all(follows) && at.par_iter().all(|at| at.is_sorted());
        if rising == Rising::AsTexts && moments_rise {
            return Order::AsRead;
        }
        let mut places: Vec<(u32, u32)> = Vec::new();
        for (part, of_part) in (0..).zip(parts) {
            places.extend((0..of_part.ids.len() as u32).map(|row| (part, row)));
        }
        let compare = |a: &(u32, u32), b: &(u32, u32)| {
            let moment = |place: &(u32, u32)| at[place.0 as usize][place.1 as usize];
            let id = |place: &(u32, u32)| (&parts[place.0 as usize].ids, place.1 as usize);
            moment(a).cmp(&moment(b)).then_with(|| ids::compare(id(a), id(b)))
        };
        if places.is_sorted_by(|a, b| compare(a, b).is_le()) {
            return Order::AsRead;
        }
        places.par_sort_unstable_by(compare);
        Order::Places(places)
    }

    /// Calls `visit` with the part and the row of each post.
    #[inline]
    fn each(&self, parts: &[Part], mut visit: impl FnMut(usize, usize)) {
        match self {
            Order::AsRead => {
                for (part, of_part) in parts.iter().enumerate() {
                    (0..of_part.ids.len()).for_each(|row| visit(part, row));
                }
            }
            Order::Places(places) => {
                places.iter().for_each(|&(part, row)| visit(part as usize, row as usize));
            }
        }
    }
}

/// The accounts in sorted order, and each post's.
fn accounts(parts: &[Part], order: &Order, platform: &str) -> (Accounts, Vec<u32>) {
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
    order: &Order,
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
    order: &Order,
) -> Dictionary {
    let (names, numbers) = all_names(parts, |part| Some(column(part)?.names()));
    let columns: Vec<Option<&NameColumn>> = parts.iter().map(&column).collect();
    let mut of = Vec::with_capacity(parts.iter().map(|part| part.ids.len()).sum());
    order.each(parts, |part, row| {
        let local = columns[part].map_or(NONE, |column| column.values[row]);
        of.push(if local == NONE { NONE } else { numbers[part][local as usize] });
    });
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

fn gather_lists(parts: &[Part], order: &Order) -> Map<&'static str, Lists> {
    let mut gathered = Map::default();
    for column in distinct(parts.iter().flat_map(|part| part.lists.keys())) {
        let (names, numbers) = all_names(parts, |part| Some(part.lists.get(column)?.lists.names()));
        let mut lists = Lists { names, starts: vec![0], values: Vec::new() };
        let columns: Vec<Option<&LocalNames>> =
            parts.iter().map(|part| Some(&part.lists.get(column)?.lists)).collect();
        order.each(parts, |part, row| {
            if let Some(local) = columns[part] {
                let numbers = &numbers[part];
                lists.values.extend(local.row(row).iter().map(|&n| numbers[n as usize]));
            }
            lists.starts.push(u32::try_from(lists.values.len()).expect("fewer than 2^32 entries"));
        });
        gathered.insert(column, lists);
    }
    gathered
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array, StringArray};
    use parquet::arrow::ArrowWriter;
    use parquet::file::properties::WriterProperties;
    use proptest::prelude::*;
    use tempfile::NamedTempFile;

    use super::*;
    use crate::IngestConfig;

    /// A row: id, account, second, reposted post, URLs.
    type Row = (i64, u8, i64, Option<u8>, u8);

    fn written(
        rows: &[Row],
        group_rows: usize,
        (numbers, dictionary): (bool, bool),
    ) -> NamedTempFile {
        let texts = |text: &dyn Fn(&Row) -> Option<String>| -> ArrayRef {
            Arc::new(rows.iter().map(text).collect::<StringArray>())
        };
        let ids: ArrayRef = match numbers {
            true => Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.0))),
            false => texts(&|row| Some(format!("p{}", row.0))),
        };
        let urls = ["", "https://a.eu/1", "https://a.eu/2 https://a.eu/1", " https://b.eu "];
        let batch = RecordBatch::try_from_iter([
            ("post_id", ids),
            ("account_id", texts(&|row| Some(format!("a{}", row.1)))),
            (
                "created_at",
                Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.2))) as _,
            ),
            (
                "repost_of",
                texts(&|row| row.3.map(|id| if id == 0 { "NA".into() } else { id.to_string() })),
            ),
            ("urls", texts(&|row| Some(urls[usize::from(row.4) % urls.len()].to_owned()))),
        ]);
        let batch = batch.expect("columns of one length");
        let properties = WriterProperties::builder()
            .set_dictionary_enabled(dictionary)
            .set_max_row_group_row_count(Some(group_rows))
            .build();
        let file = NamedTempFile::new().expect("a file");
        let mut writer =
            ArrowWriter::try_new(file.as_file(), batch.schema(), Some(properties)).expect("one");
        writer.write(&batch).expect("rows");
        writer.close().expect("a footer");
        file
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn what_is_read_quickly_is_what_the_general_reader_reads(
            rows in prop::collection::btree_map(
                -3_i64..1_200,
                (0_u8..9, 1_700_000_000_i64..1_700_000_009, prop::option::of(0_u8..5), 0_u8..8),
                1..40,
            ),
            rotated in 0_usize..40,
            group_rows in 1_usize..20,
            form in (any::<bool>(), any::<bool>()),
        ) {
            let row = |(id, (account, at, of, urls))| (id, account, at, of, urls);
            let mut rows: Vec<Row> = rows.into_iter().map(row).collect();
            let middle = rotated % rows.len();
            rows.rotate_left(middle);
            let file = written(&rows, group_rows, form);
            let (inputs, config) = ([file.path().to_owned()], IngestConfig::default());
            let quick = crate::read_columns(&inputs, &config, &["repost_of", "urls"]);
            let quick = quick.expect("posts");
            prop_assert!(quick.row_digest.is_empty(), "the general reader was asked");
            let whole = crate::read(&inputs, &config).expect("posts");
            let read = |posts: Posts| {
                (posts.id, posts.accounts, posts.account, posts.at, posts.repost_of, posts.urls)
            };
            prop_assert_eq!(quick.resolution, whole.resolution);
            prop_assert_eq!(read(quick.posts), read(whole.posts));
        }
    }
}

//! Edges in bounded memory: the same bytes as from all posts at once.
//!
//! # What
//!
//! Posts go by part after part. Who touched which object when goes into buckets by the hash of the
//! object; so do the hashes of all post ids, and, for kinds whose objects are posts, who wrote
//! each. Then bucket after bucket is sorted into a run of acts, object by object, which the
//! [streamed sweep](zwerm_network::sweep::streamed) counts for as many accounts at a time as have
//! room.
//!
//! # Requirements
//!
//! Clean Parquet of one platform ([`PostParts`]), each post once. A kind that needs all posts at
//! once ([`Needs::Run`]) is refused.
//!
//! # Memory
//!
//! What was given, but no less than the names of the accounts, 50 bytes each, and the parts that
//! are read at one time. The disk holds 28 bytes a trace, then 12, and 8 a post.

use std::path::Path;

use rayon::ThreadPool;
use rayon::prelude::*;
use zwerm_ingest::{IngestError, PostParts};
use zwerm_model::hash::{Map, hash128};
use zwerm_model::names::Interner;
use zwerm_model::{Meanings, Posts, Strings, Tally, TextClusters, TraceTable};
use zwerm_network::sweep::streamed;
use zwerm_report::{EdgeColumn, EdgeList, FileStaging};
use zwerm_trace::kinds::Needs;
use zwerm_trace::{Inputs, Kind, Targets};

use super::{EdgesConfig, LayerCounts, Linked, count_swept};
use crate::config::Settings;
use crate::error::ScanError;
use crate::observer::Observer;
use crate::spill::acts::{Acts, BUCKETS, Buckets, bucket};

/// The program itself, and the parts that are read at one time.
const BYTES_ALWAYS: u64 = 160 << 20;

/// An account: its name, its place by name, its visits, and its place in each of some rows.
const BYTES_PER_ACCOUNT: u64 = 50;

/// A meeting, of two ranges of accounts at one time, with its share of an act.
const BYTES_PER_MEETING: u64 = 24;

/// Fewer meetings at one time would mean to read everything again and again.
const MEETINGS_MIN: u64 = 1 << 20;

/// Object, account, moment.
type Traces = Buckets<28>;
/// Post, account.
type Authors = Buckets<20>;
/// The half of a post's hash.
type Ids = Buckets<8>;

/// Which edges are wanted, resolved.
pub(super) struct Wanted<'a> {
    pub(super) settings: &'a Settings,
    pub(super) config: &'a EdgesConfig,
    pub(super) kinds: &'a [&'static Kind],
    pub(super) windows_ms: &'a [i64],
    pub(super) columns: &'a [&'static str],
    /// The columns of the edge list.
    pub(super) written: &'a [EdgeColumn],
    pub(super) memory: u64,
}

/// See [`edges`](super::edges).
pub(super) fn edges(
    wanted: &Wanted<'_>,
    pool: &ThreadPool,
    observer: &mut dyn Observer,
) -> Result<Linked, ScanError> {
    if let Some(kind) = wanted.kinds.iter().find(|kind| kind.needs == Needs::Run) {
        let name = kind.kind.0;
        let problem = format!(
            "expected kinds that a post tells alone, found \"{name}\", which needs all posts; leave --memory out"
        );
        return Err(ScanError::config("--memory", problem));
    }
    let staging = FileStaging::begin(&wanted.settings.out, wanted.settings.force)?;
    observer.stage("ingest");
    let parts =
        PostParts::open(&wanted.settings.inputs, &wanted.settings.ingest()?, wanted.columns)?;
    let mut scattered = Scattered::create(staging.dir(), wanted.kinds)?;
    let numbers: Vec<usize> = (0..parts.count()).collect();
    for wave in numbers.chunks(pool.current_num_threads()) {
        let read = |&part: &usize| Part::read(&parts, part, wanted.kinds);
        let read: Vec<Result<Part, IngestError>> =
            pool.install(|| wave.par_iter().map(read).collect());
        for part in read {
            scattered.push(&part?)?;
        }
    }
    let Scattered { accounts, ids, authors, traces, platform: _, posts, mut tally } = scattered;
    check_posts(posts, ids, &tally)?;
    tally.merge(parts.tally());
    drop(parts);
    observer.stage("trace");
    let (names, ranks) = accounts.into_sorted();
    let runs = sorted_runs(staging.dir(), wanted.kinds, traces, authors, &ranks)?;
    drop(ranks);
    for (kind, run) in wanted.kinds.iter().zip(&runs) {
        tally.add(&format!("trace.{}", kind.kind.0), run.traces);
    }
    observer.stage("network");
    let layers = count(wanted, pool, &staging, names, &runs, &mut tally)?;
    drop(runs);
    let finished = staging.dir().join("edges");
    staging.commit(&finished)?;
    Ok(Linked::new(wanted.settings, posts, layers, &tally))
}

/// What one part of the posts says.
struct Part {
    posts: Posts,
    tally: Tally,
    tables: Vec<TraceTable>,
}

impl Part {
    fn read(parts: &PostParts, part: usize, kinds: &[&'static Kind]) -> Result<Self, IngestError> {
        let (posts, tally) = parts.read(part)?;
        // The authors of posts of other parts are looked up when all have gone by.
        let (targets, clusters) = (Targets::find(&posts), TextClusters::default());
        let meanings = &Meanings::default();
        let inputs = Inputs { posts: &posts, clusters: &clusters, meanings, targets: &targets };
        let tables = kinds.iter().map(|kind| zwerm_trace::extract_kind(&inputs, kind)).collect();
        Ok(Part { posts, tally, tables })
    }
}

/// What has gone by, spread over buckets.
struct Scattered {
    accounts: Interner,
    ids: Ids,
    /// Who wrote each post, if a kind wants to know.
    authors: Option<Authors>,
    /// By kind.
    traces: Vec<Traces>,
    platform: Option<String>,
    posts: u64,
    tally: Tally,
}

impl Scattered {
    fn create(folder: &Path, kinds: &[&'static Kind]) -> Result<Self, ScanError> {
        let authors = kinds.iter().any(|kind| kind.needs == Needs::Author);
        let traces = kinds.iter().map(|kind| Buckets::create(folder, kind.kind.0));
        Ok(Scattered {
            accounts: Interner::default(),
            ids: Buckets::create(folder, "post-ids")?,
            authors: authors.then(|| Buckets::create(folder, "authors")).transpose()?,
            traces: traces.collect::<Result<_, _>>()?,
            platform: None,
            posts: 0,
            tally: Tally::default(),
        })
    }

    fn push(&mut self, part: &Part) -> Result<(), ScanError> {
        let Part { posts, tally, tables } = part;
        self.tally.merge(tally);
        self.posts += posts.len() as u64;
        let platform = posts.accounts.platforms.get(0);
        match &self.platform {
            None => self.platform = Some(platform.to_owned()),
            Some(known) if known == platform => {}
            Some(known) => {
                let problem = format!(
                    "expected one platform, found {known} and {platform}; read them one by one"
                );
                return Err(ScanError::config("--memory", problem));
            }
        }
        let numbers: Vec<u32> =
            posts.accounts.id.iter().map(|name| self.accounts.number(name)).collect();
        for (id, &account) in posts.id.iter().zip(&posts.account) {
            let hash = hash128(id.as_bytes());
            self.ids.push(bucket(hash), (hash as u64).to_le_bytes())?;
            if let Some(authors) = &mut self.authors {
                let account = numbers[account as usize];
                authors.push(bucket(hash), record(hash, [&account.to_le_bytes()]))?;
            }
        }
        for (table, traces) in tables.iter().zip(&mut self.traces) {
            for (object, name) in table.objects.iter().enumerate() {
                let hash = hash128(name.as_bytes());
                for place in table.range(object) {
                    let account = numbers[table.account[place] as usize].to_le_bytes();
                    let at = table.at[place].to_le_bytes();
                    traces.push(bucket(hash), record(hash, [&account[..], &at]))?;
                }
            }
        }
        Ok(())
    }
}

/// A hash and what belongs to it.
fn record<const N: usize, const PARTS: usize>(hash: u128, parts: [&[u8]; PARTS]) -> [u8; N] {
    let mut record = [0; N];
    record[..16].copy_from_slice(&hash.to_le_bytes());
    let mut end = 16;
    for part in parts {
        record[end..end + part.len()].copy_from_slice(part);
        end += part.len();
    }
    record
}

/// Checks what no part can: that there are posts, each came once, and times are of one unit.
fn check_posts(posts: u64, ids: Ids, tally: &Tally) -> Result<(), ScanError> {
    let units: Vec<&str> = tally
        .iter()
        .filter_map(|(name, n)| name.strip_prefix("ingest.epoch_unit_").filter(|_| n > 0))
        .collect();
    if units.len() > 1 {
        let found = units.join(" and ");
        let problem = format!("expected times in one unit, found {found}; leave --memory out");
        return Err(ScanError::config("--memory", problem));
    }
    let mut copies = 0;
    for bucket in ids.read() {
        let mut hashes: Vec<u64> = bucket?.into_iter().map(u64::from_le_bytes).collect();
        hashes.par_sort_unstable();
        copies += hashes.windows(2).filter(|two| two[0] == two[1]).count();
    }
    if copies > 0 {
        let problem = format!(
            "expected each post once, found {copies} of {posts} that came before; \
             `zwerm ingest INPUT… --out posts.parquet` keeps the newest copy of each"
        );
        return Err(ScanError::config("--memory", problem));
    }
    Ok(())
}

/// The acts of a kind on objects that several accounts touched.
struct SortedRun {
    acts: Acts,
    /// Of all objects.
    traces: u64,
    objects: u64,
}

/// Sorts buckets one after the other.
fn sorted_runs(
    folder: &Path,
    kinds: &[&'static Kind],
    traces: Vec<Traces>,
    authors: Option<Authors>,
    ranks: &[u32],
) -> Result<Vec<SortedRun>, ScanError> {
    let create = |kind: &&'static Kind| {
        let acts = Acts::create(folder.join(format!("acts-{}.run", kind.kind.0)))?;
        Ok(SortedRun { acts, traces: 0, objects: 0 })
    };
    let mut runs: Vec<SortedRun> = kinds.iter().map(create).collect::<Result<_, ScanError>>()?;
    let mut authors = authors.map(Buckets::read);
    let mut traces: Vec<_> = traces.into_iter().map(Buckets::read).collect();
    for _ in 0..BUCKETS {
        let author_of = match authors.as_mut().and_then(Iterator::next) {
            Some(records) => authors_of(&records?, ranks),
            None => Map::default(),
        };
        for ((kind, run), traces) in kinds.iter().zip(&mut runs).zip(&mut traces) {
            let records = traces.next().transpose()?.unwrap_or_default();
            let nobody = Map::default();
            let author_of = if kind.needs == Needs::Author { &author_of } else { &nobody };
            run.push(records, author_of, ranks)?;
        }
    }
    runs.iter_mut().try_for_each(|run| run.acts.flush())?;
    Ok(runs)
}

fn authors_of(records: &[[u8; 20]], ranks: &[u32]) -> Map<u128, u32> {
    let author = |record: &[u8; 20]| {
        let (hash, account) = (number(&record[..16]), number(&record[16..]) as usize);
        (hash, ranks[account])
    };
    records.iter().map(author).collect()
}

/// Little-endian bytes as a number.
fn number(bytes: &[u8]) -> u128 {
    let mut all = [0; 16];
    all[..bytes.len()].copy_from_slice(bytes);
    u128::from_le_bytes(all)
}

impl SortedRun {
    fn push(
        &mut self,
        records: Vec<[u8; 28]>,
        author_of: &Map<u128, u32>,
        ranks: &[u32],
    ) -> Result<(), ScanError> {
        let trace = |record: &[u8; 28]| {
            let object = number(&record[..16]);
            let account = ranks[number(&record[16..20]) as usize];
            let at = number(&record[20..]) as u64 as i64;
            (author_of.get(&object) != Some(&account)).then_some((object, at, account))
        };
        let mut traces: Vec<(u128, i64, u32)> = records.iter().filter_map(trace).collect();
        drop(records);
        traces.par_sort_unstable();
        for of_object in traces.chunk_by(|a, b| a.0 == b.0) {
            self.traces += of_object.len() as u64;
            self.objects += 1;
            if of_object.iter().any(|trace| trace.2 != of_object[0].2) {
                self.acts.push(of_object.iter().map(|&(_, at, account)| (account, at)))?;
            }
        }
        Ok(())
    }
}

/// Counts the layers and writes their edges.
fn count(
    wanted: &Wanted<'_>,
    pool: &ThreadPool,
    staging: &FileStaging,
    names: Strings,
    runs: &[SortedRun],
    tally: &mut Tally,
) -> Result<Vec<LayerCounts>, ScanError> {
    let file = staging.dir().join("edges");
    let (accounts, name_bytes) = (names.len(), names.as_str().len() as u64);
    let mut list =
        EdgeList::create((&file, wanted.config.format), names, wanted.windows_ms, wanted.written)?;
    let always = BYTES_ALWAYS + accounts as u64 * BYTES_PER_ACCOUNT + name_bytes;
    let room = wanted.memory.saturating_sub(always) / BYTES_PER_MEETING;
    if room < MEETINGS_MIN {
        let needed = always + MEETINGS_MIN * BYTES_PER_MEETING;
        return Err(ScanError::Memory { given: wanted.memory, needed });
    }
    let mut layers = Vec::new();
    for (kind, run) in wanted.kinds.iter().zip(runs) {
        let config = wanted.config.sweep(wanted.windows_ms);
        let swept = pool.install(|| {
            streamed::sweep(&run.acts, accounts, &config, room as usize, |edges| {
                Ok(list.push(kind.kind, edges)?)
            })
        })?;
        count_swept(tally, kind, &swept);
        layers.push(LayerCounts {
            kind: kind.kind.0,
            traces: run.traces,
            objects: run.objects,
            pairs_visited: swept.pairs_visited,
            edges: swept.edges,
        });
    }
    pool.install(|| list.finish())?;
    Ok(layers)
}

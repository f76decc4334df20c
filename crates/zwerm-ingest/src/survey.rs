//! A look at files: every row is read and judged as for a scan, and none is kept.
//!
//! # Memory
//!
//! A partition per thread, 8 bytes a post and some 20 an account: a file may be as large as it
//! likes.
//!
//! Posts and accounts are told apart by 64-bit hashes of their names: among ten million posts the
//! chance that one is taken for a copy of another is some 10⁻⁶.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;

use rayon::prelude::*;
use zwerm_model::hash::{Set, hash128};
use zwerm_model::{NONE, Resolution, Span, Steps, Tally, UnixMillis};

use crate::assemble::{self, platform_in};
use crate::chunk::Chunk;
use crate::column;
use crate::error::{ErrorKind, IngestError};
use crate::source::{self, Opened, Opening, PASSED_OVER, SourceFile};
use crate::times::{EpochUnit, RawTime};
use crate::{IngestConfig, RowLayout, Source, check_reject_ratio, opening};

/// What files hold.
#[derive(Debug)]
pub struct Survey {
    /// The files; nothing says what their hashes are.
    pub sources: Vec<Source>,
    /// Files of records in folders that hold no posts, by path.
    pub passed_over: Vec<String>,
    /// Distinct posts.
    pub posts: u64,
    /// Their accounts.
    pub accounts: u64,
    /// The platforms, by name.
    pub platforms: Vec<PlatformSurvey>,
    /// How finely times are told, as a scan of all files takes it: the coarsest of the platforms'.
    pub resolution: Resolution,
    /// Canonical columns that no input has.
    pub absent: Vec<&'static str>,
    /// What was counted.
    pub tally: Tally,
}

/// What files hold of one platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformSurvey {
    /// Its name.
    pub name: String,
    /// Usable rows, copies included.
    pub rows: u64,
    /// From the first to the last.
    pub span: Option<Span>,
    /// How finely it tells the time; `None` if it has too few posts to say.
    pub resolution: Option<Resolution>,
}

/// Reads files, folders and glob patterns and says what is in them. `columns` are read beside those
/// that every post must have; all that are known if there are none.
///
/// # Errors
///
/// As [`read`](crate::read).
///
/// # Cost
///
/// Linear in the rows but for one sort of a number per row; partitions in parallel.
pub fn survey(
    inputs: &[PathBuf],
    config: &IngestConfig,
    columns: &[&'static str],
) -> Result<Survey, IngestError> {
    let selection = match columns {
        [] => column::POSTS,
        _ => column::Selection {
            read: column::ALWAYS.iter().chain(columns).copied().collect(),
            needed: column::POSTS.needed,
        },
    };
    let opening = opening(config, selection)?;
    let Opened { files, passed_over } = source::open_all(inputs, &opening)?;
    let seen = Mutex::new(Seen::default());
    let sources: Vec<_> = files.par_iter().map(|file| survey_file(file, &opening, &seen)).collect();
    let sources = sources.into_iter().collect::<Result<Vec<_>, _>>()?;
    let seen = seen.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    seen.finish(sources, passed_over, config.rows)
}

/// Looks at one file and adds what is in it.
fn survey_file(
    file: &SourceFile,
    opening: &Opening<'_>,
    seen: &Mutex<Seen>,
) -> Result<Source, IngestError> {
    let counted = Mutex::new((0, BTreeSet::new(), Tally::default()));
    file.each_chunk(opening.zone.as_ref(), &|_, chunk| {
        let look = Look::at(&chunk);
        if let Ok(mut counted) = counted.lock() {
            counted.0 += chunk.rows;
            counted.1.extend(chunk.columns.iter().copied());
            chunk.rejects.iter().for_each(|reject| counted.2.add(reject.reason, 1));
        }
        if let Ok(mut seen) = seen.lock() {
            seen.add(look, &chunk);
        }
        Ok::<(), IngestError>(())
    })?;
    let counted = counted.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (rows, columns, by_reason): (u64, BTreeSet<&'static str>, Tally) = counted;
    check_reject_ratio(&file.name(), rows, &by_reason, opening.config.reject_ratio_max)?;
    file.describe_unread(rows, &columns.into_iter().collect::<Vec<_>>())
}

/// What one chunk holds.
struct Look {
    posts: Vec<u64>,
    accounts: Vec<u64>,
    platforms: BTreeMap<String, Moments>,
}

impl Look {
    fn at(chunk: &Chunk) -> Self {
        let mut look = Look { posts: Vec::new(), accounts: Vec::new(), platforms: BTreeMap::new() };
        let mut bytes = Vec::new();
        let mut hash = |platform: &str, id: &str| {
            bytes.clear();
            bytes.extend_from_slice(platform.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(id.as_bytes());
            hash128(&bytes) as u64
        };
        let platforms = chunk.names.get("platform");
        let account_ids = chunk.names.get("account_id");
        // By account: the platform that it was last met on. Whoever is named twice counts once.
        let mut known = vec![None; account_ids.map_or(0, |column| column.names().len())];
        let mut last: Option<(u32, Moments, &str)> = None;
        for row in 0..chunk.len() {
            let platform = platforms.map_or(NONE, |column| column.values[row]);
            let account = account_ids.map_or(NONE, |column| column.values[row]);
            let name = platform_in(chunk, row);
            look.posts.push(hash(name, chunk.post_id.get(row)));
            if account != NONE && known[account as usize].replace(platform) != Some(platform) {
                let id = account_ids.map_or("", |column| column.names().get(account as usize));
                look.accounts.push(hash(name, id));
            }
            match &mut last {
                Some((number, moments, _)) if *number == platform => moments.add(chunk.at[row]),
                _ => {
                    look.end_run(last.take());
                    let mut moments = Moments::default();
                    moments.add(chunk.at[row]);
                    last = Some((platform, moments, name));
                }
            }
        }
        look.end_run(last);
        look
    }

    fn end_run(&mut self, run: Option<(u32, Moments, &str)>) {
        let Some((_, moments, name)) = run else { return };
        match self.platforms.get_mut(name) {
            Some(known) => known.merge(&moments),
            None => drop(self.platforms.insert(name.to_owned(), moments)),
        }
    }
}

/// What all chunks hold so far.
#[derive(Default)]
struct Seen {
    posts: Vec<u64>,
    accounts: Set<u64>,
    platforms: BTreeMap<String, Moments>,
    tally: Tally,
}

impl Seen {
    fn add(&mut self, look: Look, chunk: &Chunk) {
        self.posts.extend(look.posts);
        self.accounts.extend(look.accounts);
        for (name, moments) in look.platforms {
            self.platforms.entry(name).or_default().merge(&moments);
        }
        self.tally.merge(&chunk.tally);
        for reject in &chunk.rejects {
            self.tally.add(&format!("ingest.rejected.{}", reject.reason), 1);
        }
    }

    fn finish(
        mut self,
        sources: Vec<Source>,
        passed_over: Vec<String>,
        layout: RowLayout,
    ) -> Result<Survey, IngestError> {
        if self.posts.is_empty() {
            let place = sources.first().map_or_else(|| "input".to_owned(), |s| s.path.clone());
            return Err(IngestError::new(place, ErrorKind::NoRows));
        }
        let rows = self.posts.len();
        self.posts.par_sort_unstable();
        self.posts.dedup();
        let copies = match layout {
            RowLayout::Post => "ingest.duplicate_posts",
            RowLayout::Long => "ingest.rows_merged",
        };
        if rows > self.posts.len() {
            self.tally.add(copies, (rows - self.posts.len()) as u64);
        }
        self.tally.add("ingest.posts", self.posts.len() as u64);
        self.tally.add(PASSED_OVER, passed_over.len() as u64);
        let largest = self.platforms.values().filter_map(|moments| moments.largest_epoch).max();
        let unit = EpochUnit::infer(largest.unwrap_or(0));
        if largest.is_some() {
            self.tally.add(&format!("ingest.epoch_unit_{}", unit.name()), 1);
        }
        let platforms: Vec<PlatformSurvey> = self
            .platforms
            .into_iter()
            .map(|(name, moments)| PlatformSurvey { name, ..moments.finish(unit) })
            .collect();
        let resolutions = platforms.iter().filter_map(|platform| platform.resolution);
        Ok(Survey {
            absent: assemble::absent(&sources),
            sources,
            passed_over,
            posts: self.posts.len() as u64,
            accounts: self.accounts.len() as u64,
            resolution: resolutions.max().unwrap_or(Resolution::UNKNOWN),
            platforms,
            tally: self.tally,
        })
    }
}

/// The moments of one platform, without the moments themselves. What unit epoch integers have is
/// known at the end, so they are counted in each.
#[derive(Clone, Debug, Default)]
struct Moments {
    rows: u64,
    millis: Counted,
    epochs: [Counted; EpochUnit::ALL.len()],
    largest_epoch: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    steps: Steps,
    span: Option<Span>,
}

impl Counted {
    fn add(&mut self, at: i64) {
        let at = UnixMillis(at);
        self.steps.add(at);
        self.widen(Span { first: at, last: at });
    }

    fn merge(&mut self, other: &Counted) {
        self.steps.merge(&other.steps);
        other.span.into_iter().for_each(|span| self.widen(span));
    }

    fn widen(&mut self, by: Span) {
        let span = self.span.get_or_insert(by);
        *span = Span { first: span.first.min(by.first), last: span.last.max(by.last) };
    }
}

impl Moments {
    fn add(&mut self, at: RawTime) {
        self.rows += 1;
        match at {
            RawTime::Millis(at) => self.millis.add(at),
            RawTime::Epoch(epoch) => {
                self.largest_epoch = self.largest_epoch.max(Some(epoch.unsigned_abs()));
                for (counted, unit) in self.epochs.iter_mut().zip(EpochUnit::ALL) {
                    unit.to_millis(epoch).into_iter().for_each(|at| counted.add(at));
                }
            }
            RawTime::Missing | RawTime::Invalid(_) => {}
        }
    }

    fn merge(&mut self, other: &Moments) {
        self.rows += other.rows;
        self.millis.merge(&other.millis);
        self.epochs.iter_mut().zip(&other.epochs).for_each(|(a, b)| a.merge(b));
        self.largest_epoch = self.largest_epoch.max(other.largest_epoch);
    }

    fn finish(self, unit: EpochUnit) -> PlatformSurvey {
        let mut all = self.millis;
        for (counted, _) in self.epochs.iter().zip(EpochUnit::ALL).filter(|(_, of)| *of == unit) {
            all.merge(counted);
        }
        let resolution = all.steps.resolution();
        PlatformSurvey { name: String::new(), rows: self.rows, span: all.span, resolution }
    }
}

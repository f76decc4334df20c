//! Posts that went by as a stream, put into their order.
//!
//! [`Arrivals`] keeps what it takes to put the posts of [`texts`](crate::texts) into the order of
//! [`Posts`](zwerm_model::Posts) when the last partition has gone by: their ids and moments, no
//! text.
//!
//! # Memory
//!
//! Per post its id and up to 50 bytes.

use std::collections::BTreeMap;
use std::hash::BuildHasher;

use rayon::prelude::*;
use zwerm_model::hash::FixedState;
use zwerm_model::names::Interner;
use zwerm_model::{NONE, Strings, Tally};
use zwerm_sketch::bands;

use crate::assemble::{self, PLATFORM_UNKNOWN};
use crate::check_reject_ratio;
use crate::error::{ErrorKind, IngestError};
use crate::source::{PASSED_OVER, SourceFile};
use crate::texts::{TextChunk, TextFiles};
use crate::times::{EpochUnit, RawTime};

/// Posts per partition when it is seen whether they came in order: a fraction of a millisecond.
const PARTITION_POSTS: usize = 1 << 14;

/// The posts of all partitions that went by, in the order in which they did.
#[derive(Debug, Default)]
pub struct Arrivals {
    id: Strings,
    platforms: Interner,
    /// Empty as long as no input names one.
    platform: Vec<u32>,
    /// Empty as long as no input tells it; all of one moment then.
    at: Vec<RawTime>,
    /// As `at`.
    collected_at: Vec<RawTime>,
    /// By file: its rows, and those that were rejected by reason.
    rejects: BTreeMap<String, (u64, Tally)>,
    tally: Tally,
}

/// The posts in their order.
#[derive(Debug)]
pub struct Ordered {
    /// The arrival in each place; none if they came in their order, each once.
    arrival: Option<Vec<u32>>,
    /// The id of each arrival.
    id: Strings,
    /// What was counted.
    pub tally: Tally,
}

impl Ordered {
    /// How many posts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.arrival.as_ref().map_or(self.id.len(), Vec::len)
    }

    /// Whether there is no post.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of the post in a place.
    ///
    /// # Panics
    ///
    /// If `place` is not below [`Ordered::len`].
    #[must_use]
    pub fn id(&self, place: usize) -> &str {
        self.id.get(self.arrival.as_ref().map_or(place, |arrival| arrival[place] as usize))
    }

    /// The place of each arrival, [`NONE`] for a copy of a post that is there already; none if each
    /// came in its place.
    #[must_use]
    pub fn places(&self) -> Option<Vec<u32>> {
        let arrival = self.arrival.as_ref()?;
        let mut places = vec![NONE; self.id.len()];
        for (place, &post) in arrival.iter().enumerate() {
            places[post as usize] = place as u32;
        }
        Some(places)
    }
}

/// The arrivals in their order.
#[derive(Default)]
struct Sorted {
    /// None if they came in their order.
    arrival: Option<Vec<u32>>,
    /// How many copies were left out.
    copies: u64,
    /// How many were left out for their moments.
    out_of_range: u64,
}

impl Arrivals {
    /// How many posts went by, and the bytes of their ids.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.id.len(), self.id.as_str().len())
    }

    /// Adds a partition; returns the number of its first text, the others follow.
    ///
    /// # Errors
    ///
    /// If there are more posts than a `u32` can number.
    pub fn push(&mut self, chunk: &TextChunk) -> Result<u32, IngestError> {
        let TextChunk { chunk, rows } = chunk;
        let first = self.id.len();
        if u32::try_from(first + rows.len()).is_err() {
            let what = format!("more than {first} posts");
            return Err(IngestError::new("input", ErrorKind::TooLarge(what)));
        }
        if rows.len() == chunk.len() {
            self.id.append(&chunk.post_id);
        } else {
            rows.iter().for_each(|&row| self.id.push(chunk.post_id.get(row as usize)));
        }
        let rows = || rows.iter().map(|&row| row as usize);
        if chunk.has_moments() || !self.at.is_empty() {
            self.at.resize(first, RawTime::Millis(0));
            self.at.extend(rows().map(|row| chunk.at[row]));
        }
        if !chunk.collected_at.is_empty() || !self.collected_at.is_empty() {
            let moment = |row| chunk.collected_at.get(row).copied();
            self.collected_at.resize(first, RawTime::Missing);
            self.collected_at.extend(rows().map(|row| moment(row).unwrap_or(RawTime::Missing)));
        }
        if chunk.names.contains_key("platform") || !self.platform.is_empty() {
            let unknown = self.platforms.number(PLATFORM_UNKNOWN);
            self.platform.resize(first, unknown);
            let name = |row| assemble::platform_in(chunk, row);
            self.platform.extend(rows().map(|row| self.platforms.number(name(row))));
        }
        self.tally.merge(&chunk.tally);
        let (rows, rejects) = self.rejects.entry(chunk.file.clone()).or_default();
        *rows += chunk.rows;
        chunk.rejects.iter().for_each(|reject| rejects.add(reject.reason, 1));
        Ok(first as u32)
    }

    /// Puts the posts into the order (time, platform, post id), each once: of several copies the
    /// newest collected, then the earliest; `tie` decides between the rest.
    ///
    /// # Errors
    ///
    /// If too many rows of a file were bad, or none was usable.
    pub fn order<T: Ord>(
        mut self,
        files: &TextFiles,
        tie: impl Fn(u32) -> T + Sync,
    ) -> Result<Ordered, IngestError> {
        for file in &files.files {
            if let Some((rows, rejects)) = self.rejects.get(&file.name()) {
                check_reject_ratio(&file.name(), *rows, rejects, files.reject_ratio_max)?;
                for (reason, n) in rejects.iter() {
                    self.tally.add(&format!("ingest.rejected.{reason}"), n);
                }
            }
        }
        let Sorted { arrival, copies, out_of_range } =
            if self.is_in_order() { Sorted::default() } else { self.sort(tie) };
        let mut ordered = Ordered { arrival, id: self.id, tally: self.tally };
        if ordered.is_empty() {
            let place = files.files.first().map_or_else(|| "input".to_owned(), SourceFile::name);
            return Err(IngestError::new(place, ErrorKind::NoRows));
        }
        let texts = ordered.len() as u64;
        ordered.tally.add("ingest.rejected.created_at_out_of_range", out_of_range);
        ordered.tally.add(PASSED_OVER, files.passed_over);
        ordered.tally.add("ingest.duplicate_posts", copies);
        ordered.tally.add("ingest.texts", texts);
        Ok(ordered)
    }

    /// Whether the posts came in their order and each once, as far as their ids alone can tell.
    fn is_in_order(&self) -> bool {
        let ids_tell = self.at.is_empty() && self.platform.is_empty();
        let rises = |post: usize| self.id.get(post - 1) < self.id.get(post);
        let starts: Vec<usize> = (1..self.id.len()).step_by(PARTITION_POSTS).collect();
        let rise = |start: usize| (start..self.id.len().min(start + PARTITION_POSTS)).all(rises);
        ids_tell && starts.into_par_iter().all(rise)
    }

    /// Sorts them and tells copies apart, see [`order`](Self::order).
    fn sort<T: Ord>(&mut self, tie: impl Fn(u32) -> T + Sync) -> Sorted {
        let at = millis(&std::mem::take(&mut self.at));
        let collected_at = millis(&std::mem::take(&mut self.collected_at));
        let platforms = std::mem::take(&mut self.platforms).into_sorted().1;
        let at = |post: u32| at.get(post as usize).copied().unwrap_or(Some(0));
        let platform = |post: u32| {
            let number = self.platform.get(post as usize)?;
            Some(platforms[*number as usize])
        };
        // Most are told apart without a look at their ids.
        let leading = self.id.leading();
        let key = |post: u32| ((at(post), platform(post), leading.of(post as usize)), post);
        let copies = || {
            self.copies(|a, b| {
                let rank = |post: u32| {
                    let collected = collected_at.get(post as usize).copied().flatten();
                    (std::cmp::Reverse(collected), at(post), tie(post))
                };
                rank(a) < rank(b)
            })
        };
        // In the order in which they came: that of the input, which is often the one wanted.
        let all = 0..self.id.len() as u32;
        let keys = || all.into_par_iter().map(key).collect::<Vec<_>>();
        let ((is_copy, copies), mut keyed) = rayon::join(copies, keys);
        keyed.retain(|&(_, post)| !is_copy[post as usize]);
        let usable = keyed.len();
        keyed.retain(|&((at, ..), _)| at.is_some());
        let out_of_range = (usable - keyed.len()) as u64;
        keyed.par_sort_unstable_by(|a, b| {
            let id = |post: u32| self.id.get(post as usize);
            a.0.cmp(&b.0).then_with(|| id(a.1).cmp(id(b.1)))
        });
        let arrival = keyed.into_iter().map(|(_, post)| post).collect();
        Sorted { arrival: Some(arrival), copies, out_of_range }
    }

    /// Which arrivals are copies of another: all of a platform and post id but the one that comes
    /// before the others. Also returns how many there are.
    fn copies(&self, is_before: impl Fn(u32, u32) -> bool) -> (Vec<bool>, u64) {
        let named = |post: u32| {
            let platform = self.platform.get(post as usize).copied();
            (platform, self.id.get(post as usize))
        };
        // Few hashes are equal but for copies, and equal hashes are looked at.
        let hash = |post: u32| FixedState.hash_one(self.id.get(post as usize)) as u32;
        let hashed: Vec<u32> = (0..self.id.len() as u32).into_par_iter().map(hash).collect();
        let mut room = bands::Room::default();
        let numbered = hashed.iter().copied().zip(0..);
        let hashed = bands::in_company(numbered, hashed.len(), &mut room);
        let mut is_copy = vec![false; self.id.len()];
        let mut kept: Vec<u32> = Vec::new();
        for of_hash in hashed.chunk_by(|a, b| a >> 32 == b >> 32).filter(|run| run.len() > 1) {
            kept.clear();
            for &hashed in of_hash {
                let post = hashed as u32;
                let Some(other) = kept.iter_mut().find(|other| named(**other) == named(post))
                else {
                    kept.push(post);
                    continue;
                };
                let copy =
                    if is_before(post, *other) { std::mem::replace(other, post) } else { post };
                is_copy[copy as usize] = true;
            }
        }
        let copies = is_copy.iter().filter(|&&is_copy| is_copy).count() as u64;
        (is_copy, copies)
    }
}

/// Moments in milliseconds; the unit of epoch integers is decided over all of them.
fn millis(times: &[RawTime]) -> Vec<Option<i64>> {
    let epochs = times.iter().filter_map(|time| match time {
        RawTime::Epoch(epoch) => Some(epoch.unsigned_abs()),
        _ => None,
    });
    let unit = EpochUnit::infer(epochs.max().unwrap_or(0));
    times.iter().map(|&time| assemble::millis(time, unit)).collect()
}

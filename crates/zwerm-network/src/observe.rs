//! Level A, first half: what each account's acts met, object by object.
//!
//! # What
//!
//! For one kind of trace and one rung, every act on an object that several accounts touched gives
//! an [`Observation`]: whether it met another account within the window, how surprising that
//! meeting is had the account acted at another moment of its bin
//! ([`nulls::own_time`](crate::nulls::own_time)), and how much of the crowd around it fell into the
//! window ([`nulls::burst`](crate::nulls::burst)).
//!
//! # Requirements
//!
//! A partition is a range of objects: all acts on an object lie in one partition. Observations of
//! different partitions concatenate; [`fold`] sorts them by account and post, so that neither the
//! split nor the threads can show.
//!
//! # Memory, cost
//!
//! 32 bytes an observation; `O(n log n)` per object of `n` acts.

use std::ops::Range;

use rayon::prelude::*;
use zwerm_model::{Resolution, TraceTable};

use crate::clock::{Rung, Volume};
use crate::crowd::{self, Act, Scratch, Step};
use crate::nulls::{burst, own_time};
use zwerm_stats::combine::P_MAX;
use zwerm_stats::to_fixed;

/// Traces per partition, about; a partition ends with an object.
const PARTITION_TRACES: usize = 1 << 14;

/// What the acts of a rung are compared with.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The step of time.
    pub resolution: Resolution,
    /// The window and its context.
    pub rung: Rung,
    /// The background.
    pub volume: &'a Volume,
    /// Whether only the own-time null is wanted, as of a decoy: bursts are then not measured.
    pub own_time_only: bool,
}

/// What one act met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    /// The account.
    pub account: u32,
    /// The post.
    pub post: u32,
    /// Whether another account acted on the object within the window.
    pub hit: bool,
    /// Whether this is the account's first hit on the object.
    pub hit_object: bool,
    /// −ln p of the own-time null in fixed point; negative if the act does not enter it.
    pub own_time: i64,
    /// −ln p of the burst in fixed point; negative if nobody else was around.
    pub burst: i64,
}

/// The observations of one account on one kind and rung, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountReading {
    /// The account.
    pub account: u32,
    /// Posts with a hit.
    pub hit_posts: u32,
    /// Objects with a hit.
    pub hit_objects: u32,
    /// Posts that enter the own-time null.
    pub own_time_posts: u32,
    /// Their −Σ ln p, in fixed point.
    pub own_time_sum: i64,
    /// Posts with somebody else around.
    pub burst_posts: u32,
    /// Their −Σ ln p, in fixed point.
    pub burst_sum: i64,
}

/// Observes a whole table in partitions and adds up per account; sorted by account.
#[must_use]
pub fn observe_table(table: &TraceTable, frame: Frame<'_>) -> Vec<AccountReading> {
    let parts: Vec<Vec<Observation>> =
        partitions(table).into_par_iter().map(|part| observe(table, part, frame)).collect();
    let mut observations = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    for part in parts {
        observations.extend(part);
    }
    fold(observations)
}

/// Ranges of objects with about equally many traces.
fn partitions(table: &TraceTable) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for object in 0..table.object_count() {
        let traces = (table.starts[object + 1] - table.starts[start]) as usize;
        if traces >= PARTITION_TRACES || object + 1 == table.object_count() {
            parts.push(start..object + 1);
            start = object + 1;
        }
    }
    parts
}

/// Observes the acts on a range of objects. Pure: the kernel of one partition.
#[must_use]
pub fn observe(table: &TraceTable, objects: Range<usize>, frame: Frame<'_>) -> Vec<Observation> {
    let mut observer = Observer::new(frame);
    for object in objects {
        observer.object(table, table.range(object));
    }
    observer.found
}

/// One thread's state while it walks objects.
struct Observer<'a> {
    frame: Frame<'a>,
    /// The object's acts by (account, tick), each with its place among them by time.
    acts: Vec<Act>,
    places: Vec<u32>,
    near: Vec<Step>,
    around: Vec<Step>,
    /// Others near each act, in the order of `acts`.
    met: Vec<u32>,
    scratch: Scratch,
    levels: own_time::Levels,
    bursts: burst::Table,
    found: Vec<Observation>,
}

impl<'a> Observer<'a> {
    fn new(frame: Frame<'a>) -> Self {
        let rung = frame.rung;
        let window = rung.window_ticks(frame.resolution);
        let context = rung.context_ticks(frame.resolution);
        Observer {
            frame,
            acts: Vec::new(),
            places: Vec::new(),
            near: Vec::new(),
            around: Vec::new(),
            met: Vec::new(),
            scratch: Scratch::default(),
            levels: own_time::Levels::default(),
            bursts: burst::Table::new(burst::share(window, context)),
            found: Vec::new(),
        }
    }

    fn object(&mut self, table: &TraceTable, range: Range<usize>) {
        let accounts = &table.account[range.clone()];
        if accounts.iter().all(|&account| account == accounts[0]) {
            return;
        }
        let resolution = self.frame.resolution;
        let tick = |trace: usize| table.at[trace].div_euclid(resolution.0);
        let start = range.start;
        let mut acts: Vec<(Act, u32)> = range
            .clone()
            .map(|trace| {
                let act = Act { account: table.account[trace], tick: tick(trace) };
                (act, (trace - start) as u32)
            })
            .collect();
        acts.sort_unstable();
        self.acts.clear();
        self.acts.extend(acts.iter().map(|(act, _)| *act));
        self.places.clear();
        self.places.extend(acts.iter().map(|(_, place)| *place));
        let rung = self.frame.rung;
        let (window, context) = (rung.window_ticks(resolution), rung.context_ticks(resolution));
        crowd::crowd(&self.acts, window, &mut self.scratch, &mut self.near);
        // Traces are sorted by time: one walk along the steps finds the crowd at each.
        let near = crowd::sizes(&self.near, range.clone().map(tick));
        let around = if self.frame.own_time_only {
            vec![1; near.len()]
        } else {
            crowd::crowd(&self.acts, context, &mut self.scratch, &mut self.around);
            crowd::sizes(&self.around, range.map(tick))
        };
        let first = self.found.len();
        self.meetings(&table.post[start..], &near, &around);
        self.own_times(first, window);
    }

    /// One observation per act, in the order of `acts`; `near` and `around` are by time.
    fn meetings(&mut self, posts: &[u32], near: &[u32], around: &[u32]) {
        self.met.clear();
        let mut hit_before = false;
        for (at, (act, &place)) in self.acts.iter().zip(&self.places).enumerate() {
            if at > 0 && self.acts[at - 1].account != act.account {
                hit_before = false;
            }
            let (met, around) = (near[place as usize] - 1, around[place as usize] - 1);
            let hit = met > 0;
            self.met.push(met);
            self.found.push(Observation {
                account: act.account,
                post: posts[place as usize],
                hit,
                hit_object: hit && !hit_before,
                own_time: -1,
                burst: if around > 0 { self.bursts.minus_ln_p(met, around) } else { -1 },
            });
            hit_before |= hit;
        }
    }

    /// Fills in the own-time null: the first act of an account in each bin.
    fn own_times(&mut self, first: usize, window: i64) {
        let bin_ticks = self.frame.rung.bin_ticks(self.frame.resolution);
        let bin_of = |act: &Act| act.tick.div_euclid(bin_ticks);
        let mut by_bin: Vec<(i64, usize, Range<usize>)> = Vec::new();
        let mut start = 0;
        for own in self.acts.chunk_by(|a, b| a.account == b.account) {
            let range = start..start + own.len();
            let mut place = start;
            for in_bin in own.chunk_by(|a, b| bin_of(a) == bin_of(b)) {
                by_bin.push((bin_of(&in_bin[0]), place, range.clone()));
                place += in_bin.len();
            }
            start = range.end;
        }
        by_bin.sort_unstable_by_key(|&(bin, place, _)| (bin, place));
        for in_bin in by_bin.chunk_by(|a, b| a.0 == b.0) {
            let bin = in_bin[0].0 * bin_ticks..(in_bin[0].0 + 1) * bin_ticks;
            let near = bin.start - window..bin.end + window;
            self.levels.fill(&self.near, bin, self.frame.volume);
            for (_, place, own) in in_bin {
                // Only acts that are near the bin can be near a tick of it.
                let own = &self.acts[own.clone()];
                let from = own.partition_point(|act| act.tick < near.start);
                let to = own.partition_point(|act| act.tick < near.end);
                let met = self.met[*place];
                if let Some(p) = self.levels.p(met, &own[from..to], window, self.frame.volume) {
                    self.found[first + place].own_time = to_fixed(-libm::log(p.min(P_MAX)));
                }
            }
        }
    }
}

/// Adds observations up per account. The order of the observations does not matter.
///
/// Several objects of one post are one observation: the most surprising of them, multiplied by how
/// many there were (Bonferroni).
#[must_use]
pub fn fold(mut observations: Vec<Observation>) -> Vec<AccountReading> {
    // The order within one post does not matter to what is added up.
    let post_of = |o: &Observation| (u64::from(o.account) << 32) | u64::from(o.post);
    observations.par_sort_unstable_by_key(post_of);
    let mut readings: Vec<AccountReading> = Vec::new();
    for of_post in observations.chunk_by(|a, b| (a.account, a.post) == (b.account, b.post)) {
        let account = of_post[0].account;
        if readings.last().is_none_or(|last| last.account != account) {
            readings.push(AccountReading { account, ..AccountReading::default() });
        }
        let Some(reading) = readings.last_mut() else { continue };
        reading.hit_posts += u32::from(of_post.iter().any(|o| o.hit));
        reading.hit_objects += of_post.iter().map(|o| u32::from(o.hit_object)).sum::<u32>();
        if let Some(value) = one_per_post(of_post.iter().map(|o| o.own_time)) {
            reading.own_time_posts += 1;
            reading.own_time_sum += value;
        }
        if let Some(value) = one_per_post(of_post.iter().map(|o| o.burst)) {
            reading.burst_posts += 1;
            reading.burst_sum += value;
        }
    }
    readings
}

/// The largest −ln p among those that count, less the ln of their number, at least that of
/// [`P_MAX`].
fn one_per_post(values: impl Iterator<Item = i64>) -> Option<i64> {
    let (count, largest) =
        values.filter(|&v| v >= 0).fold((0_u32, 0), |(n, largest), v| (n + 1, v.max(largest)));
    let least = to_fixed(-libm::log(P_MAX));
    (count > 0).then(|| (largest - to_fixed(libm::log(f64::from(count)))).max(least))
}

/// How much each account did of one kind: `(distinct posts, distinct objects)` by account number.
#[must_use]
pub fn activity(table: &TraceTable, accounts: usize) -> Vec<(u32, u32)> {
    let mut counts = vec![(0_u32, 0_u32); accounts];
    let mut by_post: Vec<(u32, u32)> =
        table.account.iter().copied().zip(table.post.iter().copied()).collect();
    by_post.par_sort_unstable();
    by_post.dedup();
    for (account, _) in by_post {
        counts[account as usize].0 += 1;
    }
    let mut of_object: Vec<u32> = Vec::new();
    for object in 0..table.object_count() {
        of_object.clear();
        of_object.extend_from_slice(&table.account[table.range(object)]);
        of_object.sort_unstable();
        of_object.dedup();
        for &account in &of_object {
            counts[account as usize].1 += 1;
        }
    }
    counts
}

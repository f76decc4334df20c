//! Level A, first half: what each account's acts met, object by object.
//!
//! # What
//!
//! For one kind of trace and one rung, every act on an object that several accounts touched gives
//! an [`Observation`]: whether it met another account within the window, how surprising that
//! meeting is had the account acted at another moment of its bin
//! ([`nulls::own_time`](crate::nulls::own_time)), and how much of the crowd around it fell into the
//! window ([`nulls::burst`](crate::nulls::burst)). The same walk measures each object for the
//! synchrony null ([`nulls::synchrony`](crate::nulls::synchrony)).
//!
//! # Requirements
//!
//! A partition is a range of objects: all acts on an object lie in one partition. What partitions
//! found concatenates; [`fold`] adds up by account and post, so that neither the split nor the
//! threads can show.
//!
//! # Memory, cost
//!
//! 24 bytes an act and rung; `O(n log n)` per object of `n` acts. All rungs are one walk: a crowd
//! that two of them need is made once.

use std::ops::Range;

use rayon::prelude::*;
use zwerm_model::{Resolution, TraceTable};
use zwerm_stats::combine::P_MAX;
use zwerm_stats::to_fixed;

use crate::acts::{Act, SharedActs};
use crate::ages::{self, Ages, Birth, Odds};
use crate::clock::{Rung, Volume};
use crate::crowd::{self, Scratch, Step};
use crate::nulls::synchrony::ObjectFacts;
use crate::nulls::{burst, own_time};

/// Acts per partition, about; a partition ends with an object.
const PARTITION_ACTS: u32 = 1 << 14;

/// What the acts of a rung are compared with.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The step of time.
    pub resolution: Resolution,
    /// The window and its context.
    pub rung: Rung,
    /// The background.
    pub volume: &'a Volume,
    /// Whether only the own-time null is wanted, as of a decoy: bursts and objects are then not
    /// measured.
    pub own_time_only: bool,
}

/// What one act met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// −ln p of the own-time null in fixed point; negative if the act does not enter it.
    pub own_time: i64,
    /// −ln p of the burst in fixed point; negative if nobody else was around.
    pub burst: i64,
    /// Whether another account acted on the object within the window.
    pub hit: bool,
    /// Whether this is the account's first hit on the object.
    pub hit_object: bool,
}

/// What was seen at one rung: one observation per act, one entry per object.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// In the order of the acts.
    pub observations: Vec<Observation>,
    /// In the order of the objects; empty if only the own-time null was wanted.
    pub objects: Vec<ObjectFacts>,
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

/// Observes all acts in partitions, at all rungs: per frame the accounts' readings, by account, and
/// what was measured of the objects.
#[must_use]
pub fn observe_all(
    acts: &SharedActs,
    ages: &Ages,
    frames: &[Frame<'_>],
) -> Vec<(Vec<AccountReading>, Vec<ObjectFacts>)> {
    let mut parts: Vec<Vec<Observed>> =
        partitions(acts).into_par_iter().map(|part| observe((acts, ages), part, frames)).collect();
    let of_frame = |_| Observed {
        observations: Vec::with_capacity(acts.acts.len()),
        objects: Vec::with_capacity(acts.object_count()),
    };
    let mut of_frames: Vec<Observed> = frames.iter().map(of_frame).collect();
    for part in &mut parts {
        for (whole, part) in of_frames.iter_mut().zip(part) {
            whole.observations.append(&mut part.observations);
            whole.objects.append(&mut part.objects);
        }
    }
    let mut places = vec![0; acts.acts.len()];
    for (place, act) in acts.acts.iter().enumerate() {
        places[act.slot as usize] = place as u32;
    }
    of_frames
        .into_par_iter()
        .map(|observed| (fold(acts, &places, &observed.observations), observed.objects))
        .collect()
}

/// Ranges of objects with about equally many acts.
pub(crate) fn partitions(acts: &SharedActs) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for object in 0..acts.object_count() {
        let end = object + 1;
        if acts.starts[end] - acts.starts[start] >= PARTITION_ACTS || end == acts.object_count() {
            parts.push(start..end);
            start = end;
        }
    }
    parts
}

/// Observes the acts on a range of objects at each frame. Pure: the kernel of one partition.
#[must_use]
pub fn observe(
    (acts, ages): (&SharedActs, &Ages),
    objects: Range<usize>,
    frames: &[Frame<'_>],
) -> Vec<Observed> {
    let mut crowds = Crowds::default();
    let mut views: Vec<View<'_>> = frames.iter().map(|&f| View::new(f, &mut crowds)).collect();
    for object in objects {
        let acts = acts.on(object);
        crowds.fill(acts);
        let birth = ages::birth(acts);
        views.iter_mut().for_each(|view| view.object(acts, (ages, birth), &crowds));
    }
    views.into_iter().map(|view| view.found).collect()
}

/// The crowds of one object, one for each distance that some rung asks for.
#[derive(Default)]
struct Crowds {
    of: Vec<(i64, Vec<Step>)>,
    scratch: Scratch,
}

impl Crowds {
    /// The number of the crowd for a distance in ticks.
    fn number(&mut self, ticks: i64) -> usize {
        if let Some(number) = self.of.iter().position(|(distance, _)| *distance == ticks) {
            return number;
        }
        self.of.push((ticks, Vec::new()));
        self.of.len() - 1
    }

    fn fill(&mut self, acts: &[Act]) {
        for (ticks, steps) in &mut self.of {
            crowd::crowd(acts, *ticks, &mut self.scratch, steps);
        }
    }
}

/// One rung's state while a thread walks objects.
struct View<'a> {
    frame: Frame<'a>,
    window: i64,
    /// The crowd within the window, by its number.
    near: usize,
    /// The crowd within the context; none if bursts are not wanted.
    around: Option<usize>,
    /// Others near each act of the object.
    met: Vec<u32>,
    by_bin: Vec<(i64, usize, Range<usize>)>,
    levels: own_time::Levels,
    odds: Odds,
    bursts: burst::Table,
    found: Observed,
}

impl<'a> View<'a> {
    fn new(frame: Frame<'a>, crowds: &mut Crowds) -> Self {
        let window = frame.rung.window_ticks(frame.resolution);
        let context = frame.rung.context_ticks(frame.resolution);
        View {
            frame,
            window,
            near: crowds.number(window),
            around: (!frame.own_time_only).then(|| crowds.number(context)),
            met: Vec::new(),
            by_bin: Vec::new(),
            levels: own_time::Levels::default(),
            odds: Odds::default(),
            bursts: burst::Table::new(burst::share(window, context)),
            found: Observed::default(),
        }
    }

    fn object(&mut self, acts: &[Act], ages: (&Ages, Birth), crowds: &Crowds) {
        let near = &crowds.of[self.near].1;
        self.met.clear();
        self.met.extend(acts.iter().map(|act| crowd::size_at(near, act.tick) - 1));
        let first = self.found.observations.len();
        self.meetings(acts, self.around.map(|number| crowds.of[number].1.as_slice()));
        self.own_times(acts, ages, near, first);
        if !self.frame.own_time_only {
            self.found.objects.push(ObjectFacts::of(acts, &self.met));
        }
    }

    /// One observation per act.
    fn meetings(&mut self, acts: &[Act], around: Option<&[Step]>) {
        let mut hit_before = false;
        for (at, (act, &met)) in acts.iter().zip(&self.met).enumerate() {
            if at > 0 && acts[at - 1].account != act.account {
                hit_before = false;
            }
            let around = around.map_or(0, |steps| crowd::size_at(steps, act.tick) - 1);
            let hit = met > 0;
            self.found.observations.push(Observation {
                own_time: -1,
                burst: if around > 0 { self.bursts.minus_ln_p(met, around) } else { -1 },
                hit,
                hit_object: hit && !hit_before,
            });
            hit_before |= hit;
        }
    }

    /// Fills in the own-time null: the first act of an account in each bin.
    fn own_times(
        &mut self,
        acts: &[Act],
        (ages, (born, parent)): (&Ages, Birth),
        near: &[Step],
        first: usize,
    ) {
        let volume = self.frame.volume;
        let is_birth =
            |place: usize| acts[place].tick == born && parent == Some(acts[place].account);
        let bin_ticks = self.frame.rung.bin_ticks(self.frame.resolution);
        let bin_of = |act: &Act| act.tick.div_euclid(bin_ticks);
        self.by_bin.clear();
        let mut start = 0;
        for own in acts.chunk_by(|a, b| a.account == b.account) {
            let range = start..start + own.len();
            let mut place = start;
            for in_bin in own.chunk_by(|a, b| bin_of(a) == bin_of(b)) {
                self.by_bin.push((bin_of(&in_bin[0]), place, range.clone()));
                place += in_bin.len();
            }
            start = range.end;
        }
        self.by_bin.sort_unstable_by_key(|&(bin, place, _)| (bin, place));
        for in_bin in self.by_bin.chunk_by(|a, b| a.0 == b.0) {
            let bin = in_bin[0].0 * bin_ticks..(in_bin[0].0 + 1) * bin_ticks;
            let reach = bin.start - self.window..bin.end + self.window;
            self.odds.fill(bin, born, ages, volume);
            self.levels.fill(near, &self.odds);
            for (_, place, own) in in_bin.iter().filter(|(_, place, _)| !is_birth(*place)) {
                // Only acts that are near the bin can be near a tick of it.
                let own = &acts[own.clone()];
                let from = own.partition_point(|act| act.tick < reach.start);
                let to = own.partition_point(|act| act.tick < reach.end);
                let met = self.met[*place];
                if let Some(p) = self.levels.p(met, &own[from..to], self.window, &self.odds) {
                    self.found.observations[first + place].own_time =
                        to_fixed(-libm::log(p.min(P_MAX)));
                }
            }
        }
    }
}

/// Adds observations up per account, by account; `places` says where the act of each slot stands.
///
/// Several objects of one post are one observation: the most surprising of them, multiplied by how
/// many there were (Bonferroni).
#[must_use]
pub fn fold(
    acts: &SharedActs,
    places: &[u32],
    observations: &[Observation],
) -> Vec<AccountReading> {
    let least = to_fixed(-libm::log(P_MAX));
    let mut readings: Vec<AccountReading> = Vec::new();
    let mut slot = 0;
    for of_post in acts.slots.chunk_by(|a, b| a == b) {
        let account = of_post[0].0;
        let slots = slot..slot + of_post.len();
        slot = slots.end;
        let of_post = || places[slots.clone()].iter().map(|&place| &observations[place as usize]);
        if readings.last().is_none_or(|last| last.account != account) {
            readings.push(AccountReading { account, ..AccountReading::default() });
        }
        let Some(reading) = readings.last_mut() else { continue };
        reading.hit_posts += u32::from(of_post().any(|o| o.hit));
        reading.hit_objects += of_post().map(|o| u32::from(o.hit_object)).sum::<u32>();
        if let Some(value) = one_per_post(of_post().map(|o| o.own_time), least) {
            reading.own_time_posts += 1;
            reading.own_time_sum += value;
        }
        if let Some(value) = one_per_post(of_post().map(|o| o.burst), least) {
            reading.burst_posts += 1;
            reading.burst_sum += value;
        }
    }
    readings
}

/// The largest −ln p among those that count, less the ln of their number, at least `least`.
fn one_per_post(values: impl Iterator<Item = i64>, least: i64) -> Option<i64> {
    let (count, largest) =
        values.filter(|&v| v >= 0).fold((0_u32, 0), |(n, largest), v| (n + 1, v.max(largest)));
    match count {
        0 => None,
        1 => Some(largest.max(least)),
        _ => Some((largest - to_fixed(libm::log(f64::from(count)))).max(least)),
    }
}

/// How much each account did of one kind: `(distinct posts, distinct objects)` by account number.
#[must_use]
pub fn activity(table: &TraceTable, accounts: usize) -> Vec<(u32, u32)> {
    let mut counts = vec![(0_u32, 0_u32); accounts];
    let posts = table.post.iter().max().map_or(0, |&last| last as usize + 1);
    let mut is_counted = vec![false; posts];
    // The object for which an account was last counted, plus one.
    let mut counted_for = vec![0_u32; accounts];
    for object in 0..table.object_count() {
        for trace in table.range(object) {
            let (account, post) = (table.account[trace] as usize, table.post[trace] as usize);
            counts[account].0 += u32::from(!is_counted[post]);
            is_counted[post] = true;
            counts[account].1 += u32::from(counted_for[account] != object as u32 + 1);
            counted_for[account] = object as u32 + 1;
        }
    }
    counts
}

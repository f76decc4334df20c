//! Level A, second half: from what accounts met to probabilities, one channel at a time.
//!
//! A channel is a kind of trace under one null at one rung. Each channel gives some accounts a
//! probability; an account that a channel cannot speak about is left out of it, never given a 1.

use std::sync::Arc;

use zwerm_model::{Resolution, TraceKind};

use crate::clock::{Rung, Volume};
use crate::nulls::rarity::{self, Count, Fit, HITS_MIN};
use crate::observe::AccountReading;
use zwerm_stats::combine::ln_fisher;
use zwerm_stats::from_fixed;

/// What a channel asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Null {
    /// [`crate::nulls::burst`]: ranks, never accuses.
    Burst,
    /// [`crate::nulls::rarity`] of meeting a network: attaches, never accuses.
    Company,
    /// [`crate::nulls::own_time`].
    OwnTime,
    /// [`crate::nulls::rarity`].
    Rarity,
}

impl Null {
    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Null::Burst => "burst",
            Null::Company => "company",
            Null::OwnTime => "own_time",
            Null::Rarity => "rarity",
        }
    }

    /// Whether its probabilities enter `coordination_p`.
    #[must_use]
    pub fn tests(self) -> bool {
        matches!(self, Null::OwnTime | Null::Rarity)
    }
}

/// What a channel says about one account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The account.
    pub account: u32,
    /// Objects (rarity) or posts (the other two) that entered.
    pub objects: u32,
    /// Hits (rarity) or −Σ ln p (the other two).
    pub statistic: f64,
    /// ln of the probability under the null.
    pub ln_p: f64,
}

/// One channel's readings, by account.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// The behaviour.
    pub kind: TraceKind,
    /// The question.
    pub null: Null,
    /// Window and context.
    pub rung: Rung,
    /// How often an ordinary account meets anyone on this kind and rung: the rate of the rarity
    /// fit.
    pub rate: f64,
    /// Rarity and company: whether each account, by number, did enough to meet twice. Empty for the
    /// other nulls, which have a reading of every account that they were asked about.
    pub asked: Arc<[bool]>,
    /// What it says, by account.
    pub readings: Vec<Reading>,
}

impl Channel {
    /// No account that it was asked about has a higher number than this, less one.
    pub(crate) fn accounts(&self) -> usize {
        self.readings.last().map_or(0, |last| last.account as usize + 1).max(self.asked.len())
    }

    /// A reading as it stands in the outputs.
    pub(crate) fn row(&self, reading: &Reading) -> zwerm_model::Channel {
        zwerm_model::Channel {
            kind: self.kind,
            null: self.null.name(),
            window_ms: self.rung.window_ms,
            context_ms: self.rung.context_ms,
            objects: reading.objects,
            statistic: reading.statistic,
            p: libm::exp(reading.ln_p),
        }
    }
}

/// The channels of one kind at one rung, from what its accounts met, and what the bulk of them did.
#[must_use]
pub fn channels(
    kind: TraceKind,
    rung: Rung,
    readings: &[AccountReading],
    activity: &Activity,
) -> Option<(Fit, [Channel; 3])> {
    let (fit, rarity) = rarity(kind, rung, &counts(activity, readings), activity)?;
    let burst = Channel {
        null: Null::Burst,
        asked: Arc::default(),
        readings: timed(readings, |r| (r.burst_posts, r.burst_sum)),
        ..rarity
    };
    Some((fit, [burst, own_time(kind, rung, readings, fit.rate), rarity]))
}

/// The rarity channel, and the fit to the bulk that it compares with: `counts` has every account,
/// by number.
pub(crate) fn rarity(
    kind: TraceKind,
    rung: Rung,
    counts: &[Count],
    activity: &Activity,
) -> Option<(Fit, Channel)> {
    let fit = rarity::fit(counts)?;
    let met_twice = (0..).zip(counts).filter(|(_, count)| count.hits >= HITS_MIN);
    let readings = met_twice.map(|(account, &count)| Reading {
        account,
        objects: count.objects,
        statistic: f64::from(count.hits),
        ln_p: rarity::ln_p(count, fit),
    });
    let asked = Arc::clone(&activity.enough);
    let readings = readings.collect();
    Some((fit, Channel { kind, null: Null::Rarity, rung, rate: fit.rate, asked, readings }))
}

/// How much each account did of one kind, by account number.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Distinct posts and distinct objects.
    counts: Vec<(u32, u32)>,
    /// Whether it could have met twice.
    enough: Arc<[bool]>,
}

impl Activity {
    /// From distinct posts and distinct objects.
    #[must_use]
    pub fn of(counts: Vec<(u32, u32)>) -> Self {
        let enough = counts.iter().map(|&(posts, objects)| posts.min(objects) >= HITS_MIN);
        Activity { enough: enough.collect(), counts }
    }

    /// No hits yet, of as many objects as each account touched: several objects of one post, or
    /// several posts on one object, are one.
    pub(crate) fn objects(&self) -> impl Iterator<Item = Count> + '_ {
        self.counts.iter().map(|&(posts, objects)| Count { hits: 0, objects: posts.min(objects) })
    }

    /// Whether each account could have met twice.
    pub(crate) fn enough(&self) -> &Arc<[bool]> {
        &self.enough
    }
}

/// The own-time channel alone.
#[must_use]
pub fn own_time(kind: TraceKind, rung: Rung, readings: &[AccountReading], rate: f64) -> Channel {
    let readings = timed(readings, |r| (r.own_time_posts, r.own_time_sum));
    Channel { kind, null: Null::OwnTime, rung, rate, asked: Arc::default(), readings }
}

/// Fisher's combination of what `pick` takes from each account: (posts, −Σ ln p in fixed point).
fn timed(
    readings: &[AccountReading],
    pick: impl Fn(&AccountReading) -> (u32, i64),
) -> Vec<Reading> {
    readings
        .iter()
        .map(|reading| (reading.account, pick(reading)))
        .filter(|&(_, (posts, _))| posts > 0)
        .map(|(account, (posts, sum))| Reading {
            account,
            objects: posts,
            statistic: from_fixed(sum),
            ln_p: ln_fisher(sum, u64::from(posts)),
        })
        .collect()
}

/// One count per account.
fn counts(activity: &Activity, readings: &[AccountReading]) -> Vec<Count> {
    let mut counts: Vec<Count> = activity.objects().collect();
    for reading in readings {
        counts[reading.account as usize].hits = reading.hit_posts.min(reading.hit_objects);
    }
    counts
}

/// The rungs that the span of the posts allows, each with its background.
#[must_use]
pub fn backgrounds(
    posts: &zwerm_model::Posts,
    resolution: Resolution,
    rungs: &[Rung],
) -> Vec<(Rung, Volume)> {
    rungs.iter().map(|&rung| (rung, Volume::of(posts, resolution, rung))).collect()
}

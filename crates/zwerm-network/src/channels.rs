//! Level A, second half: from what accounts met to probabilities, one channel at a time.
//!
//! A channel is a kind of trace under one null at one rung. Each channel gives some accounts a
//! probability; an account that a channel cannot speak about is left out of it, never given a 1.

use zwerm_model::{Resolution, TraceKind};

use crate::clock::{Rung, Volume};
use crate::nulls::rarity::{self, Count};
use crate::observe::AccountReading;
use zwerm_stats::combine::ln_fisher;
use zwerm_stats::from_fixed;

/// What a channel asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Null {
    /// [`crate::nulls::burst`]: ranks, never accuses.
    Burst,
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
            Null::OwnTime => "own_time",
            Null::Rarity => "rarity",
        }
    }

    /// Whether its probabilities enter `coordination_p`.
    #[must_use]
    pub fn tests(self) -> bool {
        self != Null::Burst
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
    /// What it says, by account.
    pub readings: Vec<Reading>,
}

/// The channels of one kind at one rung, from what its accounts met.
#[must_use]
pub fn channels(
    kind: TraceKind,
    rung: Rung,
    readings: &[AccountReading],
    activity: &[(u32, u32)],
) -> Vec<Channel> {
    let counts = counts(activity, readings);
    let Some(fit) = rarity::fit(&counts) else { return Vec::new() };
    let channel = |null, readings| Channel { kind, null, rung, rate: fit.rate, readings };
    vec![
        channel(Null::Burst, timed(readings, |r| (r.burst_posts, r.burst_sum))),
        own_time(kind, rung, readings, fit.rate),
        channel(Null::Rarity, rarity(readings, &counts, fit)),
    ]
}

/// The own-time channel alone.
#[must_use]
pub fn own_time(kind: TraceKind, rung: Rung, readings: &[AccountReading], rate: f64) -> Channel {
    let readings = timed(readings, |r| (r.own_time_posts, r.own_time_sum));
    Channel { kind, null: Null::OwnTime, rung, rate, readings }
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

/// One count per account: several objects of one post, or several posts on one object, are one.
fn counts(activity: &[(u32, u32)], readings: &[AccountReading]) -> Vec<Count> {
    let mut counts: Vec<Count> = activity
        .iter()
        .map(|&(posts, objects)| Count { hits: 0, objects: posts.min(objects) })
        .collect();
    for reading in readings {
        counts[reading.account as usize].hits = reading.hit_posts.min(reading.hit_objects);
    }
    counts
}

fn rarity(readings: &[AccountReading], counts: &[Count], fit: rarity::Fit) -> Vec<Reading> {
    readings
        .iter()
        .map(|reading| (reading.account, counts[reading.account as usize]))
        .filter(|(_, count)| count.hits >= 2)
        .map(|(account, count)| Reading {
            account,
            objects: count.objects,
            statistic: f64::from(count.hits),
            ln_p: rarity::ln_p(count, fit),
        })
        .collect()
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

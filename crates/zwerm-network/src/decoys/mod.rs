//! Null checks: every test again, on a decoy of its own null.
//!
//! # What
//!
//! A decoy is data in which only chance acts, made from the run's own rows by doing what one null
//! says: moments redrawn ([`timing`], for own time), meetings redrawn ([`meetings`], for rarity),
//! accounts exchanged ([`exchange`], for sharing and synchrony). The tests that ran on the data run
//! on it. If they find more than their level allows, they do not keep what they promise on rows
//! like these, and nothing that rests on them can be believed: every tier of the run becomes
//! `none`.
//!
//! # When it misleads
//!
//! A decoy checks the test, not what the null assumes of people: it says what the test calls
//! significant where the null is right. That honest accounts are as the null says (that fans share
//! no more than their numbers of objects explain, say) no decoy made of that null can show.
//!
//! # Source
//!
//! The target-decoy idea is from proteomics: Elias and Gygi (2007),
//! <https://doi.org/10.1038/nmeth1019>.

pub mod exchange;
pub mod meetings;
pub mod timing;

use rayon::prelude::*;
use zwerm_model::{DecoyCheck, Seed};

use crate::accounts::{self, Verdict};
use crate::channels::{self, Channel, Null};
use crate::edges::PairTests;
use crate::max_statistic::{self, Timing};
use crate::observe::{self, Frame};
use crate::{KindLayer, NetworkConfig};

/// A decoy may show as many discoveries as this whatever the data show: one decoy in twenty shows
/// one by design and one in a few hundred two.
const FOUND_BY_DESIGN: u64 = 2;

/// How a decoy is named and made, for readers of the outputs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decoy {
    name: &'static str,
    made_by: &'static str,
}

/// What is checked at level A.
#[derive(Clone, Copy)]
pub(crate) struct Checked<'a> {
    pub(crate) layers: &'a [KindLayer],
    pub(crate) frames: &'a [Frame<'a>],
    pub(crate) channels: &'a [Channel],
    pub(crate) accounts_tested: u64,
    pub(crate) config: &'a NetworkConfig,
}

impl Checked<'_> {
    /// Whether nothing was tested that could be checked, or nothing is to be.
    fn is_off(&self) -> bool {
        self.config.null_checks == 0 || self.layers.is_empty() || self.frames.is_empty()
    }

    /// The accounts that the channels of one test call significant.
    fn found(&self, channels: &[Channel], test: Null) -> Vec<Verdict> {
        let mut found = accounts::verdicts(channels, self.accounts_tested, |c| c.null == test);
        found.retain(|verdict| verdict.ln_q <= libm::log(self.config.q_discovery));
        found
    }

    /// The same in each decoy, of whose kinds `redrawn` gives the channels.
    fn found_in_decoys(
        &self,
        test: Null,
        redrawn: impl Fn(&KindLayer, (Seed, u32)) -> Vec<Channel> + Sync,
    ) -> Vec<Vec<Verdict>> {
        let found = |number| {
            let of_kind = |layer: &KindLayer| redrawn(layer, (self.config.seed, number));
            let channels: Vec<Channel> = self.layers.par_iter().flat_map_iter(of_kind).collect();
            self.found(&channels, test)
        };
        (0..self.config.null_checks).map(found).collect()
    }

    fn check(
        &self,
        decoy: Decoy,
        test: Null,
        (found, decoys): (&[Verdict], &[Vec<Verdict>]),
    ) -> DecoyCheck {
        let found = found.len() as u64;
        let in_decoys = decoys.iter().map(|found| found.len() as u64);
        let allowed = allowance(self.config.q_discovery, found);
        check(decoy, (test.name(), "account"), (found, in_decoys, allowed), self.config)
    }
}

/// Own time, on decoys of other moments; also returns how strong each is.
pub(crate) fn own_time(checked: Checked<'_>) -> Option<(DecoyCheck, Timing)> {
    if checked.is_off() {
        return None;
    }
    let test = Null::OwnTime;
    let found = checked.found(checked.channels, test);
    let decoys = checked.found_in_decoys(test, |layer, decoy| timed(layer, checked.frames, decoy));
    let check = checked.check(timing::DECOY, test, (&found, &decoys));
    let decoys = decoys.iter().map(max_statistic::strength).collect();
    Some((check, Timing { found, decoys }))
}

/// The own-time channels of one decoy; rungs of one context share the redrawn moments.
fn timed(
    KindLayer { acts, ages, .. }: &KindLayer,
    frames: &[Frame<'_>],
    decoy: (Seed, u32),
) -> Vec<Channel> {
    let frames: Vec<Frame<'_>> =
        frames.iter().map(|&frame| Frame { own_time_only: true, ..frame }).collect();
    frames
        .chunk_by(|a, b| a.rung.context_ms == b.rung.context_ms)
        .flat_map(|frames| {
            let decoy = timing::redraw(acts, ages, frames[0], decoy);
            let readings = observe::observe_all(&decoy, ages, frames);
            frames.iter().zip(readings).map(|(frame, (readings, _))| {
                channels::own_time(acts.kind, frame.rung, &readings, f64::NAN)
            })
        })
        .collect()
}

/// Rarity, on decoys of other meetings.
pub(crate) fn rarity(checked: Checked<'_>) -> Option<DecoyCheck> {
    if checked.is_off() {
        return None;
    }
    let test = Null::Rarity;
    let found = checked.found(checked.channels, test);
    let decoys = checked.found_in_decoys(test, |layer, decoy| {
        let KindLayer { acts, activity, fits, .. } = layer;
        let counts = meetings::redraw(acts.kind, activity, fits, decoy);
        let channel = |(&(rung, _), counts): (&_, Vec<_>)| {
            channels::rarity(acts.kind, rung, &counts, activity).map(|(_, channel)| channel)
        };
        fits.iter().zip(counts).filter_map(channel).collect()
    });
    Some(checked.check(meetings::DECOY, test, (&found, &decoys)))
}

/// Sharing and synchrony, on decoys of exchanged accounts.
///
/// However many pairs the data show, a decoy must be near-empty: sharing alone calls most pairs of
/// one interest significant, and a share of those would allow anything.
pub(crate) fn pairs(
    checked: Checked<'_>,
    data: &PairTests,
    decoys: &[PairTests],
) -> Vec<DecoyCheck> {
    if checked.is_off() {
        return Vec::new();
    }
    let q = checked.config.q_discovery;
    let of = |test, found: fn(&PairTests, f64) -> u64| {
        let in_decoys = decoys.iter().map(|decoy| found(decoy, q));
        let found = (found(data, q), in_decoys, FOUND_BY_DESIGN);
        check(exchange::DECOY, (test, "account pair"), found, checked.config)
    };
    vec![
        of("sharing", |tests, q| tests.sharing.found(q)),
        of("synchrony", |tests, q| tests.synchrony.found(q)),
    ]
}

fn check(
    decoy: Decoy,
    (test, unit): (&str, &str),
    (found_in_data, in_decoys, allowed): (u64, impl Iterator<Item = u64>, u64),
    config: &NetworkConfig,
) -> DecoyCheck {
    let found_in_decoy = in_decoys.max().unwrap_or(0);
    DecoyCheck {
        decoy: decoy.name.to_owned(),
        made_by: decoy.made_by.to_owned(),
        test: test.to_owned(),
        unit: unit.to_owned(),
        decoys: config.null_checks,
        found_in_data,
        found_in_decoy,
        allowed,
        q: config.q_discovery,
        passed: found_in_decoy <= allowed,
    }
}

/// The most discoveries that a decoy may show: what the level predicts among the data's, and at
/// least those that are there by design.
fn allowance(q: f64, found_in_data: u64) -> u64 {
    ((q * found_in_data as f64) as u64).max(FOUND_BY_DESIGN)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use zwerm_graph::Objective;
    use zwerm_model::{Posts, Resolution, Strings, TraceKind, TraceTable};

    use super::*;
    use crate::acts::SharedActs;
    use crate::ages::tests::acts;
    use crate::channels::{Activity, Reading};
    use crate::clock::{Rung, Volume};
    use crate::co_action::{self, Window};
    use crate::edges::Tests;
    use crate::layer::Layer;
    use crate::nulls::rarity::{self, Fit};
    use crate::nulls::sharing::Degrees;

    const Q: f64 = 0.05;
    const KIND: TraceKind = TraceKind("url");
    const RUNG: Rung = Rung { window_ms: 60_000, context_ms: 3_600_000 };

    /// How many of 2,000 accounts a rarity test finds on a decoy of these meetings, if it takes
    /// ordinary accounts to meet others `factor` times as often as they do.
    fn found_by_rarity(truth: Fit, factor: f64) -> u64 {
        let activity = Activity::of((0..2_000).map(|i| (5 + i % 20, 5 + i % 20)).collect());
        let counts = meetings::redraw(KIND, &activity, &[(RUNG, truth)], (Seed(7), 0)).remove(0);
        let (fit, channel) = channels::rarity(KIND, RUNG, &counts, &activity).expect("objects");
        let wrong = Fit { rate: fit.rate * factor, ..fit };
        let readings = channel.readings.iter().map(|reading| Reading {
            ln_p: rarity::ln_p(counts[reading.account as usize], wrong),
            ..*reading
        });
        let channel =
            Channel { readings: readings.collect(), asked: Arc::clone(&channel.asked), ..channel };
        let verdicts = accounts::verdicts(&[channel], 2_000, |_| true);
        verdicts.iter().filter(|verdict| verdict.ln_q <= libm::log(Q)).count() as u64
    }

    #[test]
    fn meetings_show_a_rarity_that_takes_them_to_be_rarer_than_they_are() {
        for truth in [(0.02, 0.0), (0.02, 0.05), (0.3, 0.2)] {
            let truth = Fit { rate: truth.0, correlation: truth.1 };
            let found = found_by_rarity(truth, 1.0);
            assert!(found <= FOUND_BY_DESIGN, "{truth:?}: {found}");
            let found = found_by_rarity(truth, 0.1);
            assert!(found > FOUND_BY_DESIGN, "{truth:?}, a tenth of the rate: {found}");
        }
    }

    /// 400 accounts on 10 to 40 of 300 objects, each at a moment of its own; accounts of one taste
    /// share more than others.
    fn fans() -> SharedActs {
        let mut random = Seed(3);
        let mut rows = Vec::new();
        for account in 0..400 {
            let taste = account % 3;
            for _ in 0..10 + account % 30 {
                let object = random.below(100) as u32 * 3 + taste;
                rows.push((object, random.below(900_000) as i64, account));
            }
        }
        acts("url", rows)
    }

    /// How many pairs of a layer the sharing test finds, if it expects `factor` of what chance
    /// brings.
    fn found_by_sharing(layer: &Layer, factor: f64) -> u64 {
        let objects = layer.objects.iter().max().map_or(0, |&last| last as usize + 1);
        let (rates, weights) = (vec![0; objects], vec![1; objects]);
        let window = Window { ticks: 1_000_000, rates: &rates, weights: &weights };
        let pairs = co_action::count_pairs(layer, &[window], |count| count.shared >= 2);
        let degrees = Degrees::of(layer);
        let wrong = Degrees { chances: (degrees.chances as f64 * factor) as u64, ..degrees };
        let ln_p = pairs.kept[0].iter().map(|count| {
            let degree = |local: u32| layer.degree(local as usize);
            wrong.ln_p(degree(count.a), degree(count.b), count.shared)
        });
        Tests::of(ln_p, 400 * 399 / 2, Q).found(Q)
    }

    #[test]
    fn exchanged_accounts_show_a_sharing_that_expects_too_little() {
        let layer = Layer::of(&fans(), usize::MAX, |_| true);
        assert!(found_by_sharing(&layer, 1.0) > 100, "a shared taste is more than chance");
        let decoy = exchange::redraw(&layer, KIND, (Seed(1), 0));
        assert_eq!(decoy.pair_count(), layer.pair_count());
        let found = found_by_sharing(&decoy, 1.0);
        assert!(found <= FOUND_BY_DESIGN, "{found}");
        let found = found_by_sharing(&decoy, 0.25);
        assert!(found > FOUND_BY_DESIGN, "a quarter of λ: {found}");
    }

    #[test]
    fn a_decoy_that_shows_more_than_its_level_allows_fails() {
        assert_eq!([0, 40, 59, 1_000].map(|found| allowance(Q, found)), [2, 2, 2, 50]);
        let config = NetworkConfig {
            rungs: vec![RUNG],
            q_discovery: Q,
            q_strict: 0.01,
            pair_accounts_max: 100,
            null_checks: 2,
            objective: Objective::Modularity { resolution: zwerm_graph::Resolution::ONE },
            seed: Seed(0),
        };
        let shows = |pairs: usize| PairTests {
            sharing: Tests::of(vec![-30.0; pairs].into_iter(), 1_000, Q),
            synchrony: Tests::default(),
        };
        let posts = Posts::default();
        let volume = Volume::of(&posts, Resolution(1_000), RUNG);
        let frame = Frame {
            resolution: Resolution(1_000),
            rung: RUNG,
            volume: &volume,
            own_time_only: false,
        };
        let frames = [frame];
        let table = TraceTable {
            kind: KIND,
            objects: Strings::default(),
            starts: vec![0],
            account: Vec::new(),
            at: Vec::new(),
            post: Vec::new(),
        };
        let (layer, _) = KindLayer::of(&table, (&posts, 0), (Resolution(1_000), &frames));
        let checks = |frames, worst| {
            let checked = Checked {
                layers: std::slice::from_ref(&layer),
                frames,
                channels: &[],
                accounts_tested: 0,
                config: &config,
            };
            super::pairs(checked, &shows(900), &[shows(0), shows(worst)])
        };
        let passed = |worst: usize| {
            let checks = checks(&frames, worst);
            checks.iter().map(|check| (check.found_in_decoy, check.passed)).collect::<Vec<_>>()
        };
        assert_eq!(passed(2), [(2, true), (0, true)]);
        assert_eq!(passed(3), [(3, false), (0, true)]);
        assert!(checks(&[], 0).is_empty(), "without a rung nothing was tested");
    }
}

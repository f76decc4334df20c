//! Own-time null: would the account still have met the others, had it acted at another moment
//! nearby?
//!
//! # What it measures
//!
//! The others are held fixed. The account's own moment is redrawn inside its fixed bin of twice the
//! context, in proportion to the volume of all posts and to how much is done with objects of this
//! kind at their age then ([`ages`](crate::ages)). p is the share of moments at which at least as
//! many other accounts are near, by mid-p (half of the ties). One act per (account, object, bin),
//! the first, and not the object's birth; Fisher's combination over posts.
//!
//! # Assumptions
//!
//! Without coordination an account's moment inside the bin is independent of the others' moments,
//! given how busy the platform was and how old the object. The bin is fixed beforehand: one centred
//! on the act would move with what is tested.
//!
//! # When it misleads
//!
//! People meet on what is hot. Ages are pooled over a kind: an object that is forgotten much faster
//! than its kind makes meetings of strangers look surprising, so the context stays short (at most 6
//! windows and 6 hours: a context of a week flags a third of the accounts of an ordinary election
//! stream). Where most objects of a kind are pushed, the ages are the pushers' and the test loses
//! power, never validity.
//!
//! # Cost
//!
//! `O(n log n)` per object of `n` acts.

use std::ops::Range;

use crate::acts::Act;
use crate::ages::Odds;
use crate::crowd::{Step, near_intervals, step_at};

/// A stretch of ticks in which the same number of accounts is near.
#[derive(Clone, Copy, Debug)]
struct Level {
    accounts: u32,
    from: i64,
    to: i64,
}

/// The crowd of one object inside one bin, indexed by its size.
#[derive(Debug, Default)]
pub struct Levels {
    bin: Range<i64>,
    /// Sorted by (accounts, from).
    stretches: Vec<Level>,
    /// The measure of all stretches before each; one more entry.
    before: Vec<u64>,
}

impl Levels {
    /// Indexes the part of a crowd that lies in a bin.
    pub fn fill(&mut self, steps: &[Step], odds: &Odds) {
        let bin = odds.bin();
        self.stretches.clear();
        let first = step_at(steps, bin.start);
        for place in first..steps.len() {
            let from = steps[place].tick.max(bin.start);
            if from >= bin.end {
                break;
            }
            let to = steps.get(place + 1).map_or(bin.end, |next| next.tick.min(bin.end));
            self.stretches.push(Level { accounts: steps[place].accounts, from, to });
        }
        self.stretches.sort_unstable_by_key(|level| (level.accounts, level.from));
        self.before.clear();
        let mut sum = 0;
        for level in &self.stretches {
            self.before.push(sum);
            sum += odds.between(level.from, level.to);
        }
        self.before.push(sum);
        self.bin = bin;
    }

    /// Mid-p of meeting `met` others, for the account whose acts near the bin are `own` (sorted by
    /// tick); `None` if no moment of the bin is near another account, so that nothing can be
    /// learnt.
    #[must_use]
    pub fn p(&self, met: u32, own: &[Act], window_ticks: i64, odds: &Odds) -> Option<f64> {
        let total = self.before[self.stretches.len()];
        let more = self.others_at_least(met + 1, own, window_ticks, odds);
        if met == 0 && more == 0 {
            return None;
        }
        let as_many = self.others_at_least(met, own, window_ticks, odds);
        Some((as_many as f64 + more as f64) / 2.0 / total as f64)
    }

    /// The measure of ticks at which at least `count` accounts other than `own`'s are near.
    fn others_at_least(&self, count: u32, own: &[Act], window_ticks: i64, odds: &Odds) -> u64 {
        let total = self.before[self.stretches.len()];
        if count == 0 {
            return total;
        }
        let first = self.stretches.partition_point(|level| level.accounts < count);
        let mut measure = total - self.before[first];
        // Where the account itself is near, a crowd of `count` has one other less.
        for (from, to) in near_intervals(own, window_ticks) {
            measure -= self.of_size(count, from.max(self.bin.start), to.min(self.bin.end), odds);
        }
        measure
    }

    /// The measure of ticks from `from` to before `to` at which exactly `count` accounts are near.
    fn of_size(&self, count: u32, from: i64, to: i64, odds: &Odds) -> u64 {
        if from >= to {
            return 0;
        }
        let first =
            self.stretches.partition_point(|level| (level.accounts, level.to) <= (count, from));
        let end =
            self.stretches.partition_point(|level| (level.accounts, level.from) < (count, to));
        if first >= end {
            return 0;
        }
        let whole = self.before[end] - self.before[first];
        let left = odds.between(self.stretches[first].from, from.max(self.stretches[first].from));
        let right = odds.between(to.min(self.stretches[end - 1].to), self.stretches[end - 1].to);
        whole - left - right
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zwerm_model::{Posts, Resolution, UnixMillis};

    use super::*;
    use crate::ages::{self, Ages};
    use crate::clock::{Rung, Volume};
    use crate::crowd::{Scratch, crowd};

    /// The definition, word for word: try every tick of the bin.
    fn reference(acts: &[Act], who: Act, window: i64, odds: &Odds) -> Option<f64> {
        let others_near = |tick: i64| {
            let mut near: Vec<u32> = acts
                .iter()
                .filter(|a| a.account != who.account && (a.tick - tick).abs() <= window)
                .map(|a| a.account)
                .collect();
            near.sort_unstable();
            near.dedup();
            near.len()
        };
        let met = others_near(who.tick);
        let (mut total, mut as_many, mut more, mut any) = (0, 0, 0, 0);
        for tick in odds.bin() {
            let weight = odds.between(tick, tick + 1);
            let others = others_near(tick);
            total += weight;
            as_many += if others >= met { weight } else { 0 };
            more += if others > met { weight } else { 0 };
            any += if others > 0 { weight } else { 0 };
        }
        (any > 0).then(|| (as_many as f64 + more as f64) / 2.0 / total as f64)
    }

    proptest! {
        #[test]
        fn mid_p_is_its_definition(
            raw in prop::collection::vec((0_u32..5, 0_i64..80), 2..14),
            posts in prop::collection::vec(0_i64..80, 1..40),
        ) {
            let second = Resolution(1_000);
            let rung = Rung { window_ms: 2_000, context_ms: 20_000 };
            let mut at: Vec<UnixMillis> =
                posts.into_iter().map(|s| UnixMillis(s * 1_000)).collect();
            at.extend(raw.iter().map(|&(_, tick)| UnixMillis(tick * 1_000)));
            at.sort_unstable();
            let volume = Volume::of(&Posts { at, ..Posts::default() }, second, rung);
            prop_assume!(raw.iter().any(|act| act.0 != raw[0].0));
            let shared = ages::tests::acts("url", raw.iter().map(|&(a, tick)| (0, tick, a)).collect());
            let (ages, acts) = (Ages::of(&shared), shared.on(0));
            let (born, _) = ages::birth(acts);
            let window = rung.window_ticks(second);
            let (mut scratch, mut steps) = (Scratch::default(), Vec::new());
            crowd(acts, window, &mut scratch, &mut steps);
            let (mut levels, mut odds) = (Levels::default(), Odds::default());
            for &who in acts {
                let start = who.tick.div_euclid(40) * 40;
                odds.fill(start..start + 40, born, &ages, &volume);
                levels.fill(&steps, &odds);
                let own: Vec<Act> =
                    acts.iter().copied().filter(|a| a.account == who.account).collect();
                let met = steps[step_at(&steps, who.tick)].accounts - 1;
                let expected = reference(acts, who, window, &odds);
                prop_assert_eq!(levels.p(met, &own, window, &odds), expected);
            }
        }
    }
}

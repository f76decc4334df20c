//! How many distinct accounts are near any moment on one object.
//!
//! # What
//!
//! With a window of `d` ticks, an account is *near* every tick at most `d` from one of its acts.
//! The crowd is the number of accounts near each tick: a step function, kept as its breakpoints. An
//! account that acts at `t` meets `crowd(t) − 1` others.
//!
//! # Requirements
//!
//! One object's acts by (account, tick); the scratch buffers are the caller's.
//!
//! # Memory, cost
//!
//! 16 bytes a step, at most two steps an act; `O(n log n)`.

use crate::acts::Act;

/// From a tick on (up to the next step), this many accounts are near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The first tick of the step.
    pub tick: i64,
    /// The accounts near.
    pub accounts: u32,
}

/// Buffers that one thread reuses for every object.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Where the crowd grows (even) or shrinks (odd): twice the tick, and one more to shrink.
    changes: Vec<i64>,
}

/// Writes the steps of the crowd of `acts`, which must be sorted by (account, tick), into `steps`.
///
/// The first step starts before everything with nobody near; ticks strictly rise.
pub fn crowd(acts: &[Act], window_ticks: i64, scratch: &mut Scratch, steps: &mut Vec<Step>) {
    debug_assert!(acts.is_sorted());
    let changes = &mut scratch.changes;
    changes.clear();
    for own in acts.chunk_by(|a, b| a.account == b.account) {
        for (from, to) in near_intervals(own, window_ticks) {
            changes.extend([2 * from, 2 * to + 1]);
        }
    }
    changes.sort_unstable();
    steps.clear();
    steps.push(Step { tick: i64::MIN, accounts: 0 });
    let mut near = 0_u32;
    for at_tick in changes.chunk_by(|a, b| a >> 1 == b >> 1) {
        let before = near;
        for change in at_tick {
            near = if change & 1 == 0 { near + 1 } else { near - 1 };
        }
        if near != before {
            steps.push(Step { tick: at_tick[0] >> 1, accounts: near });
        }
    }
}

/// The intervals (from, to before) in which one account's acts, sorted by tick, are near; disjoint
/// and rising.
pub fn near_intervals(own: &[Act], window_ticks: i64) -> impl Iterator<Item = (i64, i64)> {
    own.chunk_by(move |a, b| b.tick - a.tick <= 2 * window_ticks + 1).map(move |run| {
        let (first, last) = (run[0].tick, run[run.len() - 1].tick);
        (first - window_ticks, last + window_ticks + 1)
    })
}

/// The accounts near a tick.
#[must_use]
#[inline]
pub fn size_at(steps: &[Step], tick: i64) -> u32 {
    steps[step_at(steps, tick)].accounts
}

/// The place of the step that holds a tick.
#[must_use]
pub fn step_at(steps: &[Step], tick: i64) -> usize {
    steps.partition_point(|step| step.tick <= tick) - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, word for word.
    fn reference(acts: &[Act], window_ticks: i64, tick: i64) -> u32 {
        let mut near: Vec<u32> = acts
            .iter()
            .filter(|act| (act.tick - tick).abs() <= window_ticks)
            .map(|act| act.account)
            .collect();
        near.sort_unstable();
        near.dedup();
        near.len() as u32
    }

    proptest! {
        #[test]
        fn the_crowd_is_its_definition(
            raw in prop::collection::vec((0_u32..6, -40_i64..40), 0..30),
            window in 0_i64..7,
        ) {
            let mut acts: Vec<Act> =
                raw.into_iter().map(|(account, tick)| Act { account, tick, slot: 0 }).collect();
            acts.sort_unstable();
            let (mut scratch, mut steps) = (Scratch::default(), Vec::new());
            crowd(&acts, window, &mut scratch, &mut steps);
            prop_assert!(steps.is_sorted_by(|a, b| a.tick < b.tick));
            for tick in -60..60 {
                let found = size_at(&steps, tick);
                prop_assert_eq!(found, reference(&acts, window, tick), "at {}", tick);
            }
        }
    }
}

//! Periodicity: gaps between posts that repeat to the second.
//!
//! # What it measures
//!
//! The share of gaps within one twentieth of the lower median gap, less what a spread of gaps over
//! an order of magnitude would bring ([`SHARE_HUMAN`]).
//!
//! # Why it is a signal
//!
//! A timer repeats; people do not.
//!
//! # When it misleads
//!
//! Coarse times: a median below ten steps of the resolution says nothing and is not read.
//!
//! # Cost
//!
//! `O(n)` for `n` posts.
//!
//! # Source
//!
//! Zhang and Paxson (2011), <https://doi.org/10.1007/978-3-642-19260-9_11>, for the idea of
//! testing for timers; the measure is ours.

use super::{Activity, Signal, gaps_ms};

/// A gap this close to the median (in parts of it) repeats it.
const TOLERANCE: i64 = 20;
/// The share of gaps that fall there when gaps spread over an order of magnitude.
const SHARE_HUMAN: f64 = 0.1;
/// A median of fewer steps of the resolution is too coarse.
const STEPS_MIN: i64 = 10;

/// See the [module documentation](self).
pub const SIGNAL: Signal =
    Signal { name: "periodicity", about: "gaps between posts repeat to the second", read };

fn read(activity: &Activity<'_>) -> Option<f64> {
    let mut gaps = gaps_ms(activity);
    let middle = gaps.len().checked_sub(1)? / 2;
    let (_, &mut median, _) = gaps.select_nth_unstable(middle);
    if median < STEPS_MIN * activity.resolution.0 {
        return None;
    }
    let close = gaps.iter().filter(|&gap| (gap - median).abs() <= median / TOLERANCE).count();
    let share = close as f64 / gaps.len() as f64;
    Some(((share - SHARE_HUMAN) / (1.0 - SHARE_HUMAN)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use zwerm_model::{Resolution, UnixMillis};

    use super::*;

    #[track_caller]
    fn check(seconds: &[i64], expected: Option<f64>) {
        let at: Vec<UnixMillis> = seconds.iter().map(|s| UnixMillis(s * 1_000)).collect();
        assert_eq!(read(&Activity::of_moments(&at, Resolution(1_000))), expected);
    }

    #[test]
    fn a_timer_repeats() {
        check(&[0, 600, 1_205, 1_800, 2_400, 3_010], Some(1.0));
        check(&[0, 100, 300, 700, 1_500, 3_100, 6_300, 12_700, 25_500, 51_100, 99_999], Some(0.0));
        check(&[0, 1, 2, 3, 4, 5], None);
    }
}

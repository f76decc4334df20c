//! Gap entropy: gaps between posts that are all of one size.
//!
//! # What it measures
//!
//! One minus the Shannon entropy of the gaps' sizes (powers of two of seconds), over the entropy
//! that as many gaps could have at most ([`CLASSES_HUMAN`] classes).
//!
//! # Why it is a signal
//!
//! People post in bursts and pauses, from seconds to days; a schedule has one gap.
//!
//! # When it misleads
//!
//! A person with one post every evening. Read it beside [`super::circadian_flatness`].
//!
//! # Cost
//!
//! `O(n)` for `n` posts.
//!
//! # Source
//!
//! Chu et al. (2012), <https://doi.org/10.1109/TDSC.2012.75>: entropy of inter-tweet delays.

use super::{Activity, Signal, gaps_ms};

/// The classes that gaps of people spread over: from a minute to two days.
const CLASSES_HUMAN: f64 = 8.0;

/// See the [module documentation](self).
pub const SIGNAL: Signal =
    Signal { name: "gap_entropy", about: "gaps between posts are all of one size", read };

fn read(activity: &Activity<'_>) -> Option<f64> {
    let gaps = gaps_ms(activity);
    let mut counts = [0_u32; 64];
    for gap in &gaps {
        counts[(gap / 1_000).max(1).ilog2() as usize] += 1;
    }
    let n = gaps.len() as f64;
    let entropy: f64 = counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| f64::from(count) / n)
        .map(|share| -share * libm::log(share))
        .sum();
    let most = libm::log(CLASSES_HUMAN.min(n));
    (most > 0.0).then(|| (1.0 - entropy / most).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use zwerm_model::{Resolution, UnixMillis};

    use super::*;

    #[track_caller]
    fn check(seconds: &[i64], expected: f64) {
        let at: Vec<UnixMillis> = seconds.iter().map(|s| UnixMillis(s * 1_000)).collect();
        let found = read(&Activity::of_moments(&at, Resolution(1_000)));
        assert!(found.is_some_and(|f| (f - expected).abs() < 1e-12), "{found:?}");
    }

    #[test]
    fn one_gap_is_a_schedule_and_many_sizes_are_none() {
        check(&[0, 600, 1_200, 1_800, 2_400, 3_000, 3_600, 4_200, 4_800, 5_400], 1.0);
        check(&[0, 1, 3, 7, 15, 31, 63, 127, 255], 0.0);
    }
}

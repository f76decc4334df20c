//! Circadian flatness: posting round the clock.
//!
//! # What it measures
//!
//! The hours of the day (UTC) in which the account posted, against the number that as many posts
//! spread evenly would touch. 0 if it keeps to two thirds of them or fewer, 1 if it touches as
//! many.
//!
//! # Why it is a signal
//!
//! People sleep. The zone does not matter: a night is a night in any of them.
//!
//! # When it misleads
//!
//! Shared accounts, newsrooms with shifts, insomnia. It needs [`POSTS_MIN`] posts over [`DAYS_MIN`]
//! days: below, an even spread cannot be told from a day's.
//!
//! # Cost
//!
//! `O(n)` for `n` posts.
//!
//! # Source
//!
//! Chu et al. (2012), <https://doi.org/10.1109/TDSC.2012.75>, for the night; the measure is ours.

use super::{Activity, Signal};

/// Fewer posts than this touch too few hours either way.
const POSTS_MIN: usize = 24;
/// On fewer days than this a rhythm cannot show.
const DAYS_MIN: i64 = 3;
/// The share of the expected hours that people stay below.
const SHARE_HUMAN: f64 = 2.0 / 3.0;
const HOUR_MS: i64 = 3_600_000;

/// See the [module documentation](self).
pub const SIGNAL: Signal =
    Signal { name: "circadian_flatness", about: "posts round the clock", read };

fn read(activity: &Activity<'_>) -> Option<f64> {
    let n = activity.at.len();
    let span_ms = activity.at.first()?.until(*activity.at.last()?);
    if n < POSTS_MIN || span_ms < DAYS_MIN * 24 * HOUR_MS || activity.resolution.0 > HOUR_MS {
        return None;
    }
    let mut touched = [false; 24];
    for at in activity.at {
        touched[at.0.div_euclid(HOUR_MS).rem_euclid(24) as usize] = true;
    }
    let hours = touched.iter().filter(|&&hour| hour).count() as f64;
    let expected = 24.0 * (1.0 - libm::pow(23.0 / 24.0, n as f64));
    Some(((hours / expected - SHARE_HUMAN) / (1.0 - SHARE_HUMAN)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use zwerm_model::{Resolution, UnixMillis};

    use super::*;

    #[track_caller]
    fn check(hours: impl Iterator<Item = i64>, expected: Option<f64>) {
        let at: Vec<UnixMillis> = hours.map(|hour| UnixMillis(hour * HOUR_MS)).collect();
        assert_eq!(read(&Activity::of_moments(&at, Resolution(1_000))), expected);
    }

    #[test]
    fn round_the_clock_is_one_and_a_working_day_nothing() {
        check((0..20).map(|i| i * 7), None);
        check((0..96).map(|i| i * 7), Some(1.0));
        check((0..96).map(|i| i / 8 * 24 + 9 + i % 8), Some(0.0));
    }
}

//! Signals of automation: one file each, and one row in [`TABLE`].
//!
//! A signal reads one account's activity and says how machine-like it is, from 0 (as people do) to
//! 1, or nothing if there is too little to read. What is ordinary in a run is taken off later
//! ([`crate::calibration`]). To add one, write its file and its row.

use zwerm_model::{Resolution, UnixMillis};

pub mod burst_and_delete;
pub mod circadian_flatness;
pub mod duplicate_share;
pub mod gap_entropy;
pub mod periodicity;
pub mod second_of_minute;

/// Fewer posts than this say nothing about automation.
pub const POSTS_MIN: usize = 10;

/// What a signal reads: one account's posts in the order of their moments, at least [`POSTS_MIN`].
/// It never sees what they say.
#[derive(Clone, Copy, Debug)]
pub struct Activity<'a> {
    /// When each was made, rising.
    pub at: &'a [UnixMillis],
    /// Which cluster of near-duplicate texts each belongs to; [`NONE`](zwerm_model::NONE) for one
    /// without text of its own, a repost too. Empty where texts were not compared.
    pub text: &'a [u32],
    /// When each was deleted, if that is known; empty where nobody looked.
    pub deleted_at: &'a [Option<UnixMillis>],
    /// The step of time.
    pub resolution: Resolution,
}

impl<'a> Activity<'a> {
    /// Moments of which nothing else is known.
    #[must_use]
    pub fn of_moments(at: &'a [UnixMillis], resolution: Resolution) -> Self {
        Activity { at, text: &[], deleted_at: &[], resolution }
    }
}

/// A named measurement.
#[derive(Clone, Copy, Debug)]
pub struct Signal {
    /// Its name.
    pub name: &'static str,
    /// One sentence for readers of a report.
    pub about: &'static str,
    /// Its reading, 0 to 1; `None` = not assessable.
    pub read: fn(&Activity<'_>) -> Option<f64>,
}

/// All signals, by name.
pub const TABLE: &[Signal] = &[
    burst_and_delete::SIGNAL,
    circadian_flatness::SIGNAL,
    duplicate_share::SIGNAL,
    gap_entropy::SIGNAL,
    periodicity::SIGNAL,
    second_of_minute::SIGNAL,
];

/// The gaps between neighbouring moments, in milliseconds.
fn gaps_ms(activity: &Activity<'_>) -> Vec<i64> {
    activity.at.windows(2).map(|pair| pair[0].until(pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_by_name() {
        assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
    }
}

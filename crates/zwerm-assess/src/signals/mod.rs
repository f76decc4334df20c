//! Signals of automation: one file each, and one row in [`TABLE`].
//!
//! A signal reads one account's moments and says how machine-like they are, from 0 (as people do)
//! to 1, or nothing if there is too little to read. What is ordinary in a run is taken off later
//! ([`crate::calibration`]). To add one, write its file and its row.

use zwerm_model::{Resolution, UnixMillis};

pub mod circadian_flatness;
pub mod gap_entropy;
pub mod periodicity;
pub mod second_of_minute;

/// Fewer posts than this say nothing about automation.
pub const POSTS_MIN: usize = 10;

/// What a signal reads: one account's moments, rising, and how finely they are told.
#[derive(Clone, Copy, Debug)]
pub struct Moments<'a> {
    /// The moments, at least [`POSTS_MIN`].
    pub at: &'a [UnixMillis],
    /// The step of time.
    pub resolution: Resolution,
}

/// A named measurement.
#[derive(Clone, Copy, Debug)]
pub struct Signal {
    /// Its name.
    pub name: &'static str,
    /// One sentence for readers of a report.
    pub about: &'static str,
    /// Its reading, 0 to 1; `None` = not assessable.
    pub read: fn(&Moments<'_>) -> Option<f64>,
}

/// All signals, by name.
pub const TABLE: &[Signal] = &[
    circadian_flatness::SIGNAL,
    gap_entropy::SIGNAL,
    periodicity::SIGNAL,
    second_of_minute::SIGNAL,
];

/// The gaps between neighbouring moments, in milliseconds.
fn gaps_ms(moments: &Moments<'_>) -> Vec<i64> {
    moments.at.windows(2).map(|pair| pair[0].until(pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_by_name() {
        assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
    }
}

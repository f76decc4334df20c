//! Second of the minute: posts that leave at the same second of every minute.
//!
//! # What it measures
//!
//! The largest share of posts within five neighbouring seconds of the minute, less the largest
//! share that as many evenly spread posts show by chance (mean and two standard deviations).
//!
//! # Why it is a signal
//!
//! Schedulers fire at :00; people do not look at the second hand.
//!
//! # When it misleads
//!
//! Scheduling tools are used by newsrooms and shops as well. Times told in minutes cannot be read.
//!
//! # Cost
//!
//! `O(n)` for `n` posts.
//!
//! # Source
//!
//! Zhang and Paxson (2011), <https://doi.org/10.1007/978-3-642-19260-9_11>.

use super::{Activity, Signal};

/// Neighbouring seconds that count together.
const SECONDS: usize = 5;

/// See the [module documentation](self).
pub const SIGNAL: Signal = Signal {
    name: "second_of_minute",
    about: "posts leave at the same second of the minute",
    read,
};

fn read(activity: &Activity<'_>) -> Option<f64> {
    if activity.resolution.0 > 1_000 {
        return None;
    }
    let mut counts = [0_u32; 60];
    for at in activity.at {
        counts[at.0.div_euclid(1_000).rem_euclid(60) as usize] += 1;
    }
    let most = (0..60).map(|s| (0..SECONDS).map(|d| counts[(s + d) % 60]).sum::<u32>()).max()?;
    let n = activity.at.len() as f64;
    let even = SECONDS as f64 / 60.0;
    let chance = (even + 2.0 * libm::sqrt(even * (1.0 - even) / n)).min(0.99);
    Some(((f64::from(most) / n - chance) / (1.0 - chance)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use zwerm_model::{Resolution, UnixMillis};

    use super::*;

    fn read_seconds(seconds: impl Iterator<Item = i64>, resolution: i64) -> Option<f64> {
        let at: Vec<UnixMillis> = seconds.map(|s| UnixMillis(s * 1_000)).collect();
        read(&Activity::of_moments(&at, Resolution(resolution)))
    }

    #[test]
    fn a_scheduler_fires_on_the_minute() {
        assert_eq!(read_seconds((0..20).map(|i| i * 660 + i % 3), 1_000), Some(1.0));
        assert_eq!(read_seconds((0..60).map(|i| i * 67), 1_000), Some(0.0));
    }

    #[test]
    fn minutes_have_no_seconds() {
        assert_eq!(read_seconds((0..20).map(|i| i * 60), 60_000), None);
    }
}

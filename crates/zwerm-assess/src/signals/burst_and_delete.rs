//! Burst and delete: posts that came in a burst and were gone within a day.
//!
//! # What it measures
//!
//! The share of the account's posts, reposts among them, that are known to be deleted within a day
//! of being made and have at least two other such posts of the account within an hour before or
//! after them. It takes a column `deleted_at`; where that names no deletion of any post of the
//! account's platform, nobody looked, and nothing can be read, as where times are told more
//! coarsely than a burst is long.
//!
//! # Why it is a signal
//!
//! Trends can be pushed by posts that live only until they are counted: programs post them in one
//! go and take them down again, and the account looks idle to whoever comes to see.
//!
//! # When it misleads
//!
//! A post that is gone was not always taken down by its author: a platform that removes spam or an
//! account leaves the same trace. Threads that are posted again for a slip of the pen. A person who
//! regrets an evening. Those who clear their account on a schedule for privacy mostly do so after
//! weeks, but some do within the day. A deletion that nobody saw is not counted, so a low reading
//! says little; `deleted_at` is often the moment at which somebody looked, later than the deletion.
//!
//! # Cost
//!
//! `O(n)` for `n` posts.
//!
//! # Source
//!
//! Elmas et al. (2021), ephemeral astroturfing, <https://arxiv.org/abs/1910.07783>. The thresholds
//! are ours: a day, since deletions are seen late; three posts in an hour, since one or two are
//! corrections.

use zwerm_model::UnixMillis;

use super::{Activity, Signal};

const HOUR_MS: i64 = 3_600_000;

/// What is gone so soon was hardly meant to stay.
const GONE_MS: i64 = 24 * HOUR_MS;

/// Posts this close are of one burst.
const BURST_MS: i64 = HOUR_MS;

/// One that is posted again is a correction.
const OTHERS_MIN: usize = 2;

/// See the [module documentation](self).
pub const SIGNAL: Signal = Signal {
    name: "burst_and_delete",
    about: "posts come in bursts and are deleted within a day",
    read,
};

fn read(activity: &Activity<'_>) -> Option<f64> {
    if activity.deleted_at.is_empty() || activity.resolution.0 > BURST_MS {
        return None;
    }
    let is_soon = |at: UnixMillis, deleted: UnixMillis| at.until(deleted) <= GONE_MS;
    let gone: Vec<UnixMillis> = activity
        .at
        .iter()
        .zip(activity.deleted_at)
        .filter(|&(&at, deleted)| deleted.is_some_and(|deleted| is_soon(at, deleted)))
        .map(|(&at, _)| at)
        .collect();
    let (mut from, mut to, mut in_burst) = (0, 0, 0_usize);
    for &at in &gone {
        while gone[from].until(at) > BURST_MS {
            from += 1;
        }
        while to < gone.len() && at.until(gone[to]) <= BURST_MS {
            to += 1;
        }
        in_burst += usize::from(to - from > OTHERS_MIN);
    }
    Some(in_burst as f64 / activity.at.len() as f64)
}

#[cfg(test)]
mod tests {
    use zwerm_model::Resolution;

    use super::*;

    const MINUTE: i64 = 60_000;

    /// Posts by the minute at which they were made and the minutes that they lived.
    #[track_caller]
    fn check(posts: &[(i64, Option<i64>)], expected: Option<f64>) {
        let at: Vec<UnixMillis> = posts.iter().map(|post| UnixMillis(post.0 * MINUTE)).collect();
        let deleted = |post: &(i64, Option<i64>)| Some(UnixMillis((post.0 + post.1?) * MINUTE));
        let deleted_at: Vec<Option<UnixMillis>> = posts.iter().map(deleted).collect();
        let moments = Activity::of_moments(&at, Resolution(1_000));
        assert_eq!(read(&Activity { deleted_at: &deleted_at, ..moments }), expected);
    }

    #[test]
    fn three_in_an_hour_that_are_gone_by_the_next_day_count() {
        check(&[(0, Some(5)), (30, Some(5)), (60, Some(1_440)), (900, None)], Some(0.75));
        // Two are a correction, and a third comes too late.
        check(&[(0, Some(5)), (30, Some(5)), (900, Some(5)), (960, None)], Some(0.0));
        check(&[(0, Some(5)), (1, Some(5)), (62, Some(5))], Some(0.0));
        // One in the middle has two beside it, which do not have two each.
        check(&[(0, Some(5)), (50, Some(5)), (100, Some(5)), (800, None)], Some(0.25));
    }

    #[test]
    fn who_deletes_later_or_stays_in_a_burst_does_not() {
        let hour = |lives| (0..12).map(|n| (n * 5, lives)).collect::<Vec<_>>();
        check(&hour(Some(60)), Some(1.0));
        check(&hour(Some(1_441)), Some(0.0));
        check(&hour(None), Some(0.0));
    }

    #[test]
    fn without_deletions_or_hours_nothing_can_be_read() {
        let at: Vec<UnixMillis> = (0..12).map(UnixMillis).collect();
        let moments = Activity::of_moments(&at, Resolution(1_000));
        assert_eq!(read(&moments), None);
        let deleted_at: Vec<Option<UnixMillis>> = at.iter().copied().map(Some).collect();
        let activity = Activity { deleted_at: &deleted_at, ..moments };
        assert_eq!(read(&activity), Some(1.0));
        assert_eq!(read(&Activity { resolution: Resolution(24 * HOUR_MS), ..activity }), None);
    }
}

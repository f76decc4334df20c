//! Moments, spans and how finely a platform tells the time.

use serde::Serialize;

/// A moment: milliseconds since 1970-01-01 UTC, negative before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The milliseconds from `self` to `later`; negative if `later` is earlier. Saturates.
    #[must_use]
    pub fn until(self, later: UnixMillis) -> i64 {
        later.0.saturating_sub(self.0)
    }
}

/// From a first to a last moment, both inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first moment.
    pub first: UnixMillis,
    /// The last moment.
    pub last: UnixMillis,
}

impl Span {
    /// The span of some moments; `None` if there are none.
    #[must_use]
    pub fn of(moments: impl IntoIterator<Item = UnixMillis>) -> Option<Self> {
        moments.into_iter().fold(None, |span: Option<Self>, at| {
            Some(match span {
                None => Span { first: at, last: at },
                Some(s) => Span { first: s.first.min(at), last: s.last.max(at) },
            })
        })
    }

    /// Its length in milliseconds.
    #[must_use]
    pub fn length_ms(self) -> i64 {
        self.first.until(self.last)
    }
}

/// The step in which a platform reports times, in milliseconds: 1, 1,000 (seconds), 60,000
/// (minutes), 3,600,000 (hours) or 86,400,000 (days).
///
/// Data that knows minutes only must not look synchronous: every null counts in steps of this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Resolution(pub i64);

impl Resolution {
    /// The steps that are looked for, coarsest first.
    const STEPS_MS: [i64; 4] = [86_400_000, 3_600_000, 60_000, 1_000];

    /// Fewer moments than this do not show a step: three posts on a full minute are chance.
    const MOMENTS_MIN: u64 = 20;

    /// The coarsest step that all but one in 1,000 moments are multiples of; 1 ms if there is none.
    ///
    /// The tolerance is for files that were joined from two sources; it is decided over all moments
    /// of a run, so neither the order nor the split of the rows can change it.
    #[must_use]
    pub fn detect(moments: &[UnixMillis]) -> Self {
        let all = moments.len() as u64;
        if all < Self::MOMENTS_MIN {
            return Resolution(1_000);
        }
        let step = Self::STEPS_MS.into_iter().find(|&step| {
            let on_step = moments.iter().filter(|at| at.0.rem_euclid(step) == 0).count() as u64;
            on_step.saturating_mul(1_000) >= all.saturating_mul(999)
        });
        Resolution(step.unwrap_or(1))
    }

    /// The step in which `at` lies, counted from 1970.
    #[must_use]
    pub fn tick(self, at: UnixMillis) -> i64 {
        at.0.div_euclid(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(step_ms: i64) -> Vec<UnixMillis> {
        (0..1_000).map(|i| UnixMillis(i * step_ms)).collect()
    }

    #[test]
    fn minutes_are_seen_as_minutes() {
        assert_eq!(Resolution::detect(&every(60_000)), Resolution(60_000));
        assert_eq!(Resolution::detect(&every(7_000)), Resolution(1_000));
        assert_eq!(Resolution::detect(&every(7)), Resolution(1));
    }

    #[test]
    fn few_moments_show_no_step() {
        assert_eq!(Resolution::detect(&every(60_000)[..5]), Resolution(1_000));
    }

    #[test]
    fn a_tick_before_1970_is_negative() {
        assert_eq!(Resolution(1_000).tick(UnixMillis(-1)), -1);
    }
}

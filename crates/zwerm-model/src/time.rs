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

    /// What is assumed where too few moments show a step.
    pub const UNKNOWN: Resolution = Resolution(1_000);

    /// The coarsest step that all but one in 1,000 moments are multiples of; 1 ms if there is none,
    /// seconds if there are too few to tell.
    ///
    /// The tolerance is for files that were joined from two sources; it is decided over all moments
    /// of a platform, so neither the order nor the split of the rows can change it.
    #[must_use]
    pub fn detect(moments: &[UnixMillis]) -> Self {
        let mut steps = Steps::default();
        moments.iter().for_each(|at| steps.add(*at));
        steps.resolution().unwrap_or(Self::UNKNOWN)
    }

    /// The step in which `at` lies, counted from 1970.
    #[must_use]
    pub fn tick(self, at: UnixMillis) -> i64 {
        at.0.div_euclid(self.0)
    }
}

/// How many moments lie on each step that a platform may report times in: what a resolution is told
/// from, without the moments themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    moments: u64,
    /// In the order of [`Resolution::STEPS_MS`].
    on_step: [u64; 4],
}

impl Steps {
    /// Counts a moment.
    #[inline]
    pub fn add(&mut self, at: UnixMillis) {
        self.moments += 1;
        // All steps, known to the compiler: a division by what is not known costs more than four.
        for (place, step) in Resolution::STEPS_MS.into_iter().enumerate() {
            self.on_step[place] += u64::from(at.0 % step == 0);
        }
    }

    /// Adds what others counted.
    pub fn merge(&mut self, other: &Steps) {
        self.moments += other.moments;
        self.on_step.iter_mut().zip(other.on_step).for_each(|(count, more)| *count += more);
    }

    /// See [`Resolution::detect`]; `None` if there are too few moments to tell.
    #[must_use]
    pub fn resolution(&self) -> Option<Resolution> {
        if self.moments < Resolution::MOMENTS_MIN {
            return None;
        }
        let all = self.moments.saturating_mul(999);
        let mut steps = Resolution::STEPS_MS.into_iter().zip(self.on_step);
        let step = steps.find(|(_, on_step)| on_step.saturating_mul(1_000) >= all);
        Some(Resolution(step.map_or(1, |(step, _)| step)))
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
    fn what_is_counted_apart_and_merged_is_counted_as_one() {
        let of = |moments: &[UnixMillis]| {
            let mut steps = Steps::default();
            moments.iter().for_each(|at| steps.add(*at));
            steps
        };
        let moments = [every(60_000), every(1_000), every(7)].concat();
        let (a, b) = moments.split_at(700);
        let mut merged = of(b);
        merged.merge(&of(a));
        assert_eq!(merged, of(&moments));
        assert_eq!(merged.resolution(), Some(Resolution(1)));
        assert_eq!(of(&moments[..5]).resolution(), None);
    }

    #[test]
    fn a_tick_before_1970_is_negative() {
        assert_eq!(Resolution(1_000).tick(UnixMillis(-1)), -1);
    }
}

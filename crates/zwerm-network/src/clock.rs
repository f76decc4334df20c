//! Time in whole steps, and how busy each of them was.
//!
//! Everything below counts in *ticks*: steps of the resolution at which the platform tells the
//! time. Two posts of the same minute are then zero apart and no closer, which is all that is
//! known.

use zwerm_model::{Posts, Resolution, UnixMillis};

/// Weight is spread over buckets of this share of a context: fine enough for nights and outages,
/// coarse enough that a group does not shape the background it is compared with.
const BUCKETS_PER_CONTEXT: i64 = 4;

/// A pair of window and context at which accounts are tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rung {
    /// Acts at most this far apart meet, in milliseconds.
    pub window_ms: i64,
    /// An act could have fallen elsewhere within a fixed bin of twice this, in milliseconds.
    pub context_ms: i64,
}

impl Rung {
    /// The window in ticks.
    #[must_use]
    pub fn window_ticks(self, resolution: Resolution) -> i64 {
        self.window_ms / resolution.0
    }

    /// The context in ticks, at least one.
    #[must_use]
    pub fn context_ticks(self, resolution: Resolution) -> i64 {
        (self.context_ms / resolution.0).max(1)
    }

    /// The length of a bin in ticks.
    #[must_use]
    pub fn bin_ticks(self, resolution: Resolution) -> i64 {
        2 * self.context_ticks(resolution)
    }
}

/// How many posts fell where, as a measure of intervals of ticks.
///
/// Each tick of a bucket weighs one more than the bucket has posts, so that no interval weighs
/// nothing. All in integers: measures of disjoint intervals add exactly.
#[derive(Clone, Debug)]
pub struct Volume {
    first_tick: i64,
    bucket_ticks: i64,
    /// The measure of all buckets before each; one more entry than buckets.
    before: Vec<u64>,
    /// The measure of a tick of each bucket.
    per_tick: Vec<u64>,
}

impl Volume {
    /// The volume of all posts, in buckets that suit a rung. `O(posts + span / bucket)`.
    #[must_use]
    pub fn of(posts: &Posts, resolution: Resolution, rung: Rung) -> Self {
        let bin = rung.bin_ticks(resolution);
        let bucket_ticks = (rung.context_ticks(resolution) / BUCKETS_PER_CONTEXT).max(1);
        let tick = |at: UnixMillis| resolution.tick(at);
        let first = posts.at.first().map_or(0, |&at| tick(at)).div_euclid(bin) * bin;
        let last = (posts.at.last().map_or(0, |&at| tick(at)).div_euclid(bin) + 1) * bin;
        let buckets = usize::try_from((last - first).div_euclid(bucket_ticks) + 1)
            .expect("a span of fewer than 2^63 ticks");
        let mut counts = vec![0_u64; buckets];
        for &at in &posts.at {
            counts[((tick(at) - first) / bucket_ticks) as usize] += 1;
        }
        let per_tick: Vec<u64> = counts.into_iter().map(|count| count + 1).collect();
        let mut before = Vec::with_capacity(buckets + 1);
        let mut sum = 0_u64;
        for weight in &per_tick {
            before.push(sum);
            sum += weight * bucket_ticks as u64;
        }
        before.push(sum);
        Volume { first_tick: first, bucket_ticks, before, per_tick }
    }

    /// The measure of all ticks before `tick`.
    #[must_use]
    #[inline]
    pub fn before(&self, tick: i64) -> u64 {
        let offset = (tick - self.first_tick).max(0);
        let bucket = (offset / self.bucket_ticks) as usize;
        let inside = (offset % self.bucket_ticks) as u64;
        match self.per_tick.get(bucket) {
            Some(per_tick) => self.before[bucket] + inside * per_tick,
            None => self.before[self.per_tick.len()],
        }
    }

    /// The measure of the ticks from `from` to before `to`.
    #[must_use]
    #[inline]
    pub fn between(&self, from: i64, to: i64) -> u64 {
        self.before(to).saturating_sub(self.before(from))
    }

    /// The measure of one tick, and the tick from which on it is another.
    #[must_use]
    #[inline]
    pub fn at(&self, tick: i64) -> (u64, i64) {
        let bucket = (tick - self.first_tick).max(0) / self.bucket_ticks;
        let per_tick = self.per_tick.get(bucket as usize).copied().unwrap_or(1);
        (per_tick, self.first_tick + (bucket + 1) * self.bucket_ticks)
    }

    /// The tick at which the measure first exceeds `level`: the inverse of [`Volume::before`].
    #[must_use]
    #[inline]
    pub fn tick_at(&self, level: u64) -> i64 {
        let bucket = self.before.partition_point(|&before| before <= level).max(1) - 1;
        let bucket = bucket.min(self.per_tick.len() - 1);
        let inside = (level - self.before[bucket]) / self.per_tick[bucket];
        self.first_tick + bucket as i64 * self.bucket_ticks + inside as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts_at(seconds: &[i64]) -> Posts {
        let at = seconds.iter().map(|s| UnixMillis(s * 1_000)).collect();
        Posts { at, ..Posts::default() }
    }

    #[test]
    fn measures_add_and_invert() {
        let second = Resolution(1_000);
        let rung = Rung { window_ms: 60_000, context_ms: 3_600_000 };
        let volume = Volume::of(&posts_at(&[10, 20, 4_000, 4_001, 9_000]), second, rung);
        for tick in [0, 1, 899, 900, 901, 3_600, 5_000, 7_199] {
            assert_eq!(volume.tick_at(volume.before(tick)), tick);
            assert_eq!(
                volume.between(0, tick) + volume.between(tick, 7_200),
                volume.between(0, 7_200)
            );
        }
    }

    #[test]
    fn busy_times_weigh_more() {
        let rung = Rung { window_ms: 60_000, context_ms: 3_600_000 };
        let volume = Volume::of(&posts_at(&[5, 6, 7]), Resolution(1_000), rung);
        assert_eq!(volume.between(0, 1), 4);
        assert_eq!(volume.between(3_600, 3_601), 1);
    }

    #[test]
    fn minutes_are_ticks_of_minutes() {
        let rung = Rung { window_ms: 90_000, context_ms: 3_600_000 };
        assert_eq!(rung.window_ticks(Resolution(60_000)), 1);
        assert_eq!(rung.bin_ticks(Resolution(60_000)), 120);
    }
}

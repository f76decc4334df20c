//! How old objects are when accounts act on them.
//!
//! # What
//!
//! People act on what is new: a cascade of reposts thins out within hours, a link within a day, a
//! hashtag hardly at all. [`Ages`] measures that for one kind of trace: the acts per tick at each
//! age of an object, pooled over all objects of the kind. [`Odds`] then says how likely an
//! independent account's act on one object was at each tick of a bin: as likely as the platform was
//! busy, times as likely as the object was interesting at that age, and not before the object
//! was there.
//!
//! # Requirements
//!
//! The age of an act counts from the object's first tick. An account that was alone there gave
//! birth to the object, and that act is never tested; several at once each found it there.
//!
//! # Memory, cost
//!
//! Some numbers per kind; one pass over the acts. A bin has about 20 pieces.

use std::ops::Range;

use crate::acts::{Act, SharedActs};
use crate::clock::Volume;

/// Ages 0, 1, 2–3, 4–7, … ticks.
const CLASSES: usize = 64;

/// The weight of a tick of the age at which most is done, as an integer. Ages at which less than
/// one in this many is done weigh one: what is that rare is not measured well.
const WEIGHT_MAX: f64 = 4_096.0;

/// See the [module documentation](self).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ages {
    /// How much a tick of each class of ages weighs.
    per_tick: [u64; CLASSES],
}

impl Ages {
    /// Measures the objects of some acts.
    #[must_use]
    pub fn of(acts: &SharedActs) -> Self {
        let last = acts.acts.iter().map(|act| act.tick).max().unwrap_or(0);
        let mut counts = [0_u64; CLASSES];
        // Ticks at which objects were observed at each age.
        let mut observed = [0_u128; CLASSES];
        for object in 0..acts.object_count() {
            let acts = acts.on(object);
            let (born, _) = birth(acts);
            for own in acts.chunk_by(|a, b| a.account == b.account) {
                counts[class(own[0].tick - born)] += 1;
            }
            // The birth itself says nothing.
            counts[0] -= 1;
            let oldest = last - born;
            for (class, ticks) in observed[..=class(oldest)].iter_mut().enumerate() {
                let ages = ages_of(class);
                *ticks += (ages.end.min(oldest + 1) - ages.start) as u128;
            }
        }
        let rates: [f64; CLASSES] =
            core::array::from_fn(|c| counts[c] as f64 / (observed[c] as f64).max(1.0));
        let largest = rates.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let per_tick = rates.map(|rate| ((rate / largest * WEIGHT_MAX) as u64).max(1));
        Ages { per_tick }
    }
}

/// The first tick of an object, and the account that gave birth to it: none if several acted then.
pub type Birth = (i64, Option<u32>);

/// The birth of the object of some acts.
#[must_use]
pub fn birth(acts: &[Act]) -> Birth {
    let tick = acts.iter().map(|act| act.tick).min().expect("an object has acts");
    let mut first = acts.iter().filter(|act| act.tick == tick).map(|act| act.account);
    let one = first.next();
    (tick, one.filter(|&one| first.all(|account| account == one)))
}

fn class(age: i64) -> usize {
    (i64::BITS - age.leading_zeros()) as usize
}

/// The ages of a class.
fn ages_of(class: usize) -> Range<i64> {
    let start = |class: usize| if class == 0 { 0 } else { 1_i64 << (class - 1).min(61) };
    start(class)..start(class + 1).max(1)
}

/// How likely an act on one object was at each tick of a bin, as a measure of intervals of ticks.
/// All in integers: measures of disjoint intervals add exactly.
#[derive(Debug, Default)]
pub struct Odds {
    bin: Range<i64>,
    /// Rising: where a piece starts, the measure of all pieces before, the weight of a tick.
    pieces: Vec<(i64, u64, u64)>,
    total: u64,
}

impl Odds {
    /// Measures the part of a bin in which an object was there.
    pub fn fill(&mut self, bin: Range<i64>, born: i64, ages: &Ages, volume: &Volume) {
        self.pieces.clear();
        self.bin = bin.start.max(born)..bin.end;
        let (mut tick, mut sum) = (self.bin.start, 0_u64);
        while tick < bin.end {
            let (busy, same_until) = volume.at(tick);
            let class = class(tick - born);
            let end = bin.end.min(same_until).min(born.saturating_add(ages_of(class).end));
            let per_tick = busy * ages.per_tick[class];
            self.pieces.push((tick, sum, per_tick));
            sum += per_tick * (end - tick) as u64;
            tick = end;
        }
        self.total = sum;
    }

    /// The ticks that are measured.
    #[must_use]
    pub fn bin(&self) -> Range<i64> {
        self.bin.clone()
    }

    /// The measure of all of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The measure of the ticks of the bin from `from` to before `to`.
    #[must_use]
    pub fn between(&self, from: i64, to: i64) -> u64 {
        self.before(to).saturating_sub(self.before(from))
    }

    fn before(&self, tick: i64) -> u64 {
        let tick = tick.clamp(self.bin.start, self.bin.end);
        let after = self.pieces.partition_point(|&(start, _, _)| start <= tick);
        let Some(&(start, before, per_tick)) = self.pieces[..after].last() else { return 0 };
        before + (tick - start) as u64 * per_tick
    }

    /// The tick at which the measure first exceeds `level`, which is below the total.
    #[must_use]
    pub fn tick_at(&self, level: u64) -> i64 {
        let after = self.pieces.partition_point(|&(_, before, _)| before <= level);
        let (start, before, per_tick) = self.pieces[after - 1];
        start + ((level - before) / per_tick) as i64
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use zwerm_model::{Posts, Resolution, Strings, TraceKind, TraceTable, UnixMillis};

    use super::*;
    use crate::clock::Rung;

    /// Acts (object, second, account).
    pub(crate) fn acts(kind: &'static str, mut rows: Vec<(u32, i64, u32)>) -> SharedActs {
        rows.sort_unstable();
        let objects = rows.last().map_or(0, |row| row.0 + 1);
        let starts = (0..=objects).map(|o| rows.partition_point(|row| row.0 < o) as u32);
        let table = TraceTable {
            kind: TraceKind(kind),
            objects: (0..objects).map(|_| "o").collect::<Strings>(),
            starts: starts.collect(),
            account: rows.iter().map(|row| row.2).collect(),
            at: rows.iter().map(|row| row.1 * 1_000).collect(),
            post: (0..rows.len() as u32).collect(),
        };
        SharedActs::of(&table, Resolution(1_000))
    }

    #[test]
    fn classes_of_ages_are_powers_of_two() {
        for age in 0..5_000 {
            assert!(ages_of(class(age)).contains(&age), "{age}");
        }
        assert_eq!([0, 1, 2, 3, 4, 7, 8].map(class), [0, 1, 2, 2, 3, 3, 4]);
    }

    #[test]
    fn a_rate_is_acts_per_tick_that_was_observed() {
        // Two objects: one act each at age 1, one at age 4; the second is seen up to age 4 only.
        let ages =
            Ages::of(&acts("repost", vec![(0, 0, 0), (0, 1, 1), (0, 10, 2), (1, 6, 0), (1, 7, 1)]));
        // Age 1: two acts on two ticks. Ages 8 to 15: one act on the three ticks up to age 10.
        assert_eq!(ages.per_tick[1], 4_096);
        assert_eq!(ages.per_tick[4], 4_096 / 3);
        assert_eq!(ages.per_tick[2], 1);
    }

    #[test]
    fn odds_are_volume_times_age_from_the_birth_on() {
        let rung = Rung { window_ms: 1_000, context_ms: 10_000 };
        let at: Vec<UnixMillis> = [1, 2, 3, 17].map(|s| UnixMillis(s * 1_000)).into();
        let volume = Volume::of(&Posts { at, ..Posts::default() }, Resolution(1_000), rung);
        let ages = Ages::of(&acts("repost", vec![(0, 5, 0), (0, 6, 1), (0, 8, 2), (0, 19, 3)]));
        let mut odds = Odds::default();
        odds.fill(0..20, 5, &ages, &volume);
        let weight = |tick: i64| {
            if tick < 5 { 0 } else { volume.at(tick).0 * ages.per_tick[class(tick - 5)] }
        };
        let mut sum = 0;
        for tick in 0..20 {
            assert_eq!(odds.between(tick, tick + 1), weight(tick), "{tick}");
            assert_eq!(odds.between(0, tick), sum);
            if weight(tick) > 0 {
                assert_eq!((odds.tick_at(sum), odds.tick_at(sum + weight(tick) - 1)), (tick, tick));
            }
            sum += weight(tick);
        }
        assert_eq!(odds.total(), sum);
    }
}

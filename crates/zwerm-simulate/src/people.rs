//! Who posts: every trait of an account follows from its number.

use zwerm_model::Seed;

use crate::draw::{one_of, percent};
use crate::language::Language;
use crate::setting::stage;

/// A program that people plan posts with, some of them accounts that declare to be automated.
pub(crate) const SCHEDULER: &str = "Cadence Scheduler";
/// What people post with, by how common it is.
const CLIENTS: [&str; 10] = [
    "Pebble for Android",
    "Pebble for Android",
    "Pebble for Android",
    "Pebble for Android",
    "Pebble for iPhone",
    "Pebble for iPhone",
    "Pebble for iPhone",
    "Pebble Web",
    "Pebble Web",
    "Ripple for Pebble",
];

/// An account and its traits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    /// Its number.
    pub(crate) account: u32,
    /// What it speaks.
    pub(crate) language: Language,
    /// How many hours its clock is ahead of the world's, its habits included.
    pub(crate) ahead: i32,
    /// What it posts with.
    pub(crate) client: &'static str,
    /// What it declares.
    pub(crate) automated: Option<bool>,
}

impl Person {
    /// The traits of an account that speaks a language.
    pub(crate) fn new(world_seed: Seed, account: u32, language: Language) -> Self {
        let mut seed = world_seed.for_unit(stage::PERSON, u64::from(account));
        let ahead = match seed.below(100) {
            0..50 => 0,
            50..70 => 1,
            70..90 => -1,
            90..95 => -6,
            _ => 7,
        };
        let plans = percent(&mut seed, 4);
        Person {
            account,
            language,
            ahead,
            client: if plans { SCHEDULER } else { one_of(&mut seed, &CLIENTS) },
            automated: (plans && percent(&mut seed, 30)).then_some(true),
        }
    }
}

/// The organic accounts, the most active first.
///
/// Of the accounts in rank order, each 20 neighbours speak the same mix of languages, and each run
/// of 20 belongs to one community of interest, in turns.
#[derive(Clone, Debug)]
pub(crate) struct People {
    seed: Seed,
    /// The first organic account; groups come before it.
    pub(crate) first: u32,
    /// How many there are.
    pub(crate) count: u32,
    communities: u32,
    lowest: f64,
    highest: f64,
}

impl People {
    /// All accounts from `first` on.
    pub(crate) fn new(seed: Seed, first: u32, count: u32) -> Self {
        // Rank r posts in proportion to (r + shift)^(−2/3): of 1,790 accounts the first posts about
        // 20 times as much as the median one.
        let shift = f64::from(count) / 200.0 + 1.0;
        People {
            seed,
            first,
            count,
            communities: (count / 400).clamp(1, 16),
            lowest: libm::cbrt(shift),
            highest: libm::cbrt(f64::from(count) + shift),
        }
    }

    /// Communities of interest in each language.
    pub(crate) fn communities(&self) -> u64 {
        u64::from(self.communities)
    }

    /// Somebody, active ones more often.
    pub(crate) fn anyone(&self, seed: &mut Seed) -> Person {
        let rank = self.rank(seed);
        self.person(rank)
    }

    /// Somebody of one language slot and community.
    pub(crate) fn one_like(&self, seed: &mut Seed, slot: u64, community: u64) -> Person {
        let wanted = slot % Language::SLOTS + Language::SLOTS * (community % self.communities());
        let run = Language::SLOTS * self.communities();
        let rank = u64::from(self.rank(seed));
        let mut rank = rank - rank % run + wanted;
        if rank >= u64::from(self.count) {
            rank = wanted;
        }
        self.person(rank as u32)
    }

    fn person(&self, rank: u32) -> Person {
        let language = Language::of_slot(u64::from(rank));
        Person::new(self.seed, self.first + rank, language)
    }

    fn rank(&self, seed: &mut Seed) -> u32 {
        let root = self.lowest + seed.unit_f64() * (self.highest - self.lowest);
        let shift = self.lowest * self.lowest * self.lowest;
        ((root * root * root - shift) as u32).min(self.count - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activity_has_a_heavy_tail_that_nobody_dominates() {
        let people = People::new(Seed(1), 100, 1_900);
        let mut posts = vec![0_u32; 1_900];
        let mut seed = Seed(2);
        for _ in 0..20_000 {
            posts[(people.anyone(&mut seed).account - 100) as usize] += 1;
        }
        let top: u32 = posts[..190].iter().sum();
        assert!((5_000..9_000).contains(&top), "{top}");
        assert!(posts.iter().max() < Some(&250));
    }

    #[test]
    fn one_like_speaks_the_language_that_was_asked_for() {
        let people = People::new(Seed(1), 100, 1_907);
        let mut seed = Seed(2);
        for slot in 0..400 {
            let person = people.one_like(&mut seed, slot, slot / 20);
            assert_eq!(person.language, Language::of_slot(slot));
            assert!((100..2_007).contains(&person.account));
        }
    }
}

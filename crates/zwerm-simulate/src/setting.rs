//! A world resolved: its groups, its organic accounts, and how many posts fall on which day.

use zwerm_model::Seed;

use crate::groups::{self, Group};
use crate::ids::Ids;
use crate::language::Language;
use crate::people::People;
use crate::rhythm::DAY_S;
use crate::world::World;

/// What random draws are for, so that no two purposes share a sequence.
pub(crate) mod stage {
    pub(crate) const IDS: u64 = 1;
    pub(crate) const PERSON: u64 = 2;
    pub(crate) const EPISODE: u64 = 3;
    pub(crate) const CONTENT: u64 = 4;
    pub(crate) const CASCADE: u64 = 5;
    pub(crate) const ARTICLE: u64 = 6;
    pub(crate) const HASHTAG: u64 = 7;
    pub(crate) const PICTURE: u64 = 8;
    pub(crate) const GROUP: u64 = 9;
    pub(crate) const ACT: u64 = 10;
    pub(crate) const PART: u64 = 11;
    pub(crate) const ASIDE: u64 = 12;
    pub(crate) const TEMPLATE: u64 = 13;
}

/// Organic posts a day without which groups would not find posts to meet on.
const ORGANIC_PER_DAY_MIN: u64 = 180;
/// Organic accounts without which languages and communities would be too small.
const ORGANIC_ACCOUNTS_MIN: u32 = 500;
/// One of so many posts of a day's organic posts is the root of an obscure episode. Such an episode
/// has at most [`OBSCURE_POSTS_MAX`] posts, so all of them are told on every day.
const POSTS_PER_OBSCURE: u64 = 9;
/// See [`POSTS_PER_OBSCURE`].
pub(crate) const OBSCURE_POSTS_MAX: u32 = 6;

/// A world and what follows from it.
#[derive(Debug)]
pub(crate) struct Setting<'w> {
    /// The world as it was asked for.
    pub(crate) world: &'w World,
    /// Its seed.
    pub(crate) seed: Seed,
    /// Its ids.
    pub(crate) ids: Ids,
    /// Its groups, by their first account.
    pub(crate) groups: Vec<Group>,
    /// Its organic accounts.
    pub(crate) people: People,
    /// Posts of all groups.
    planned: u64,
}

impl<'w> Setting<'w> {
    /// Resolves a world. Sizes may be out of range: see [`World::check`].
    pub(crate) fn new(world: &'w World) -> Self {
        let seed = Seed(world.seed);
        let groups = groups::cast(world);
        let first = groups.last().map_or(0, |group| group.first + group.accounts);
        let count = world.accounts.saturating_sub(first).max(1);
        Setting {
            world,
            seed,
            ids: Ids::new(seed.for_unit(stage::IDS, 0)),
            planned: groups.iter().map(Group::posts).sum(),
            groups,
            people: People::new(seed, first, count),
        }
    }

    /// The fewest posts this world can have.
    pub(crate) fn posts_min(&self) -> u64 {
        self.planned + ORGANIC_PER_DAY_MIN * u64::from(self.world.days)
    }

    /// The fewest accounts this world can have.
    pub(crate) fn accounts_min(&self) -> u32 {
        self.people.first.saturating_add(ORGANIC_ACCOUNTS_MIN)
    }

    /// The organic posts whose episodes begin on a day; together with the groups' they make up the
    /// world's posts exactly.
    pub(crate) fn organic_on(&self, day: u32) -> u64 {
        let organic = self.world.posts.saturating_sub(self.planned);
        let until =
            |day: u32| (u128::from(organic) * u128::from(day) / u128::from(self.world.days)) as u64;
        until(day + 1) - until(day)
    }

    /// How many episodes at the start of each day are obscure.
    pub(crate) fn obscure_per_day(&self) -> u64 {
        let organic = self.world.posts.saturating_sub(self.planned) / u64::from(self.world.days);
        let whole = (organic / POSTS_PER_OBSCURE) / Language::SLOTS * Language::SLOTS;
        whole.max(Language::SLOTS)
    }

    /// The `nth` obscure episode of a day in a language, going round.
    pub(crate) fn obscure_episode(&self, language: Language, nth: u64) -> u64 {
        let runs = self.obscure_per_day() / Language::SLOTS;
        language.slot(nth / runs) + Language::SLOTS * (nth % runs)
    }

    /// The first second after the world's last.
    pub(crate) fn end(&self) -> i64 {
        i64::from(self.world.days) * DAY_S
    }

    /// The first day of the campaign.
    pub(crate) fn campaign_day(&self) -> u32 {
        self.world.days / 2
    }

    /// The day of silence, the last but one.
    pub(crate) fn silence_day(&self) -> u32 {
        self.world.days - 2
    }

    /// The largest cascade: 1 % of all posts, a quarter of the accounts, and less than 2²⁰.
    pub(crate) fn cascade_max(&self) -> u32 {
        let share = (self.world.posts / 100).clamp(20, 800_000) as u32;
        share.min(self.people.count / 4)
    }

    /// Articles that are published in a day.
    pub(crate) fn articles_per_day(&self) -> u64 {
        (self.world.posts / u64::from(self.world.days) / 20).max(20)
    }

    /// Hashtags in use in each language.
    pub(crate) fn hashtags_per_language(&self) -> u64 {
        u64::from(self.world.accounts / 4).max(200)
    }
}

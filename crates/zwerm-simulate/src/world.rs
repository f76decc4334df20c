//! The world that is asked for: how large, when, and with what in it.

use zwerm_model::UnixMillis;

use crate::setting::Setting;

/// Midnight of Monday 2031-05-05 in Europe/Amsterdam, as `datasets-sample/elections.toml` has it.
const SAMPLE_START: UnixMillis = UnixMillis(1_935_698_400_000);

/// What kind of world it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// One of each group, in four weeks around an invented election.
    Sample,
    /// Many planted groups (about 4 % of the posts), the sample's groups once per million posts.
    Perf,
}

/// Which groups a world has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Groups {
    /// All of its preset.
    All,
    /// No planted ones, and nobody who meets them (bystanders, debunkers).
    Unplanted,
    /// None that acts together, planted or legitimate: whoever is found is found wrongly.
    Uncoordinated,
}

/// A world to generate. The same world gives the same rows on every machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    /// How many posts, exactly.
    pub posts: u64,
    /// How many accounts there are; the truth leaves out those that never post.
    pub accounts: u32,
    /// How many days it lasts, 8 to 1,000. The second half is the election's campaign, the last day
    /// but one its silence, the last day the polling.
    pub days: u32,
    /// Local midnight at which it starts, in whole seconds.
    pub start: UnixMillis,
    /// The seed of everything.
    pub seed: u64,
    /// What kind of world it is.
    pub preset: Preset,
    /// Which groups are in it.
    pub groups: Groups,
    /// Whether the copypasta group says each text in ever other words, so that no two are copies.
    pub reworded: bool,
}

impl World {
    /// The world of `datasets-sample/`: 20,000 posts, 2,000 accounts, 28 days.
    #[must_use]
    pub fn sample() -> Self {
        World {
            posts: 20_000,
            accounts: 2_000,
            days: 28,
            start: SAMPLE_START,
            seed: 7,
            preset: Preset::Sample,
            groups: Groups::All,
            reworded: false,
        }
    }

    /// A world to measure speed and memory with: one account per ten posts.
    #[must_use]
    pub fn perf(posts: u64) -> Self {
        let accounts = u32::try_from(posts / 10).unwrap_or(u32::MAX);
        World { posts, accounts: accounts.max(1_000), preset: Preset::Perf, ..World::sample() }
    }

    /// Why the world cannot be generated, if it cannot.
    ///
    /// # Errors
    ///
    /// A sentence for whoever asked: too few posts or accounts for the groups it holds, or a length
    /// or start that is out of range.
    pub fn check(&self) -> Result<(), String> {
        if !(8..=1_000).contains(&self.days) {
            return Err(format!("days: expected 8 to 1000, found {}", self.days));
        }
        if self.start.0 % 1_000 != 0 {
            return Err(format!("start: expected whole seconds, found {} ms", self.start.0));
        }
        let setting = Setting::new(self);
        let (posts_min, accounts_min) = (setting.posts_min(), setting.accounts_min());
        if self.posts < posts_min {
            return Err(format!("posts: expected at least {posts_min}, found {}", self.posts));
        }
        if self.accounts < accounts_min {
            let found = self.accounts;
            return Err(format!("accounts: expected at least {accounts_min}, found {found}"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_that_cannot_be_says_why() {
        let check = |world: World| world.check().expect_err("it cannot be");
        assert!(check(World { days: 2, ..World::sample() }).starts_with("days: "));
        assert!(check(World { posts: 100, ..World::sample() }).starts_with("posts: "));
        assert!(check(World { accounts: 300, ..World::sample() }).starts_with("accounts: "));
        assert!(check(World { start: UnixMillis(1), ..World::sample() }).starts_with("start: "));
    }

    #[test]
    fn the_presets_can_be() {
        assert_eq!(World::sample().check(), Ok(()));
        for posts in [20_000, 1_000_000, 100_000_000] {
            assert_eq!(World::perf(posts).check(), Ok(()));
        }
    }
}

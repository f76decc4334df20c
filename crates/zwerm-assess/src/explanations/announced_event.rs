//! Announced event: the members acted when everybody did, as people do during a debate on
//! television, a match or the count of the votes.
//!
//! # When it fits
//!
//! Nine tenths of the members' posts on shared objects fall into hours in which the accounts
//! outside the network posted at least three times as much as they usually do at that hour of the
//! day (the median over the days of the run).
//!
//! # When it misleads
//!
//! The data show that there was an occasion, not that it was announced. Whoever floods a debate
//! on purpose fits as well as those who watch it. In a run of one or two days no hour is usual.

use zwerm_model::{Posts, UnixMillis};

use super::{Case, Explanation, is_nearly_all};

const HOUR_MS: i64 = 3_600_000;
const HOURS_PER_DAY: usize = 24;

/// An hour with this many times the usual posts is an occasion.
const TIMES_USUAL: u32 = 3;

/// Days without which nothing is usual.
const DAYS_MIN: usize = 3;

/// See the [module documentation](self).
pub const EXPLANATION: Explanation = Explanation { name: "announced_event", fits };

fn fits(case: &Case<'_>) -> bool {
    let posts = case.inputs.posts;
    let mut hours = case.hours.clone();
    for &member in case.members {
        case.posts_of.of(member).iter().for_each(|&post| hours.take(posts.at[post as usize]));
    }
    let usual = hours.usual();
    let at_occasion = |&&post: &&u32| hours.is_occasion(posts.at[post as usize], &usual);
    is_nearly_all(case.joint_posts.iter().filter(at_occasion).count(), case.joint_posts.len())
}

/// How many posts each hour of the run has.
#[derive(Clone, Debug)]
pub struct Hours {
    first: i64,
    posts: Vec<u32>,
}

impl Hours {
    /// Counts the posts of a run.
    #[must_use]
    pub fn of(posts: &Posts) -> Self {
        let hour = |at: &UnixMillis| at.0.div_euclid(HOUR_MS);
        // Posts are sorted by time.
        let first = posts.at.first().map_or(0, hour);
        let last = posts.at.last().map_or(0, hour);
        let mut counts = vec![0; usize::try_from(last - first + 1).unwrap_or(0)];
        posts.at.iter().for_each(|at| counts[(hour(at) - first) as usize] += 1);
        Hours { first, posts: counts }
    }

    fn place(&self, at: UnixMillis) -> usize {
        (at.0.div_euclid(HOUR_MS) - self.first) as usize
    }

    fn take(&mut self, at: UnixMillis) {
        let place = self.place(at);
        self.posts[place] -= 1;
    }

    /// The median of each hour of the day; none where too few days have it.
    fn usual(&self) -> [Option<u32>; HOURS_PER_DAY] {
        core::array::from_fn(|hour| {
            let mut of_hour: Vec<u32> =
                self.posts.iter().copied().skip(hour).step_by(HOURS_PER_DAY).collect();
            of_hour.sort_unstable();
            (of_hour.len() >= DAYS_MIN).then(|| of_hour[of_hour.len() / 2])
        })
    }

    fn is_occasion(&self, at: UnixMillis, usual: &[Option<u32>; HOURS_PER_DAY]) -> bool {
        let place = self.place(at);
        usual[place % HOURS_PER_DAY]
            .is_some_and(|usual| self.posts[place] >= TIMES_USUAL * usual.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_an_occasion_at_three_times_its_usual_posts() {
        // Four days with two posts at each noon; the last noon has seven.
        let noon = |day: i64| UnixMillis((day * 24 + 12) * HOUR_MS);
        let mut at: Vec<UnixMillis> = (0..4).flat_map(|day| [noon(day); 2]).collect();
        at.extend([noon(3); 5]);
        let posts = Posts { at, ..Posts::default() };
        let mut hours = Hours::of(&posts);
        let is_occasion = |hours: &Hours, day| hours.is_occasion(noon(day), &hours.usual());
        assert_eq!([0, 1, 2, 3].map(|day| is_occasion(&hours, day)), [false, false, false, true]);
        (0..2).for_each(|_| hours.take(noon(3)));
        assert!(!is_occasion(&hours, 3), "the network's own posts make no occasion");
    }

    #[test]
    fn two_days_know_no_usual_hour() {
        let at: Vec<UnixMillis> = [0, 24, 24, 24, 24].map(|hour| UnixMillis(hour * HOUR_MS)).into();
        let hours = Hours::of(&Posts { at, ..Posts::default() });
        assert!(!hours.is_occasion(UnixMillis(24 * HOUR_MS), &hours.usual()));
    }
}

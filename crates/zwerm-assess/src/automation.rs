//! The automation axis: how machine-like an account posts, whatever it says and with whom.
//!
//! The score is 100 times the mean of the signals that can be read, each by how far it is above
//! what is ordinary for accounts of this run that post as much ([`crate::calibration`]). An account
//! with fewer than [`POSTS_MIN`] posts, or with fewer than two readable signals, is *not
//! assessable*: absence of data is not evidence of a human. Nothing here knows who is coordinated.

use rayon::prelude::*;
use zwerm_model::{Explained, NONE, Posts, UnixMillis};

use crate::Inputs;
use crate::acts::PostsOf;
use crate::calibration::Bulk;
use crate::signals::{Activity, POSTS_MIN, TABLE};

/// Fewer readable signals than this are not a score.
const SIGNALS_MIN: usize = 2;

/// What each signal of [`TABLE`] reads of one account.
pub type Readings = [Option<f64>; TABLE.len()];

/// The automation score of every account, by number.
#[must_use]
pub fn scores(inputs: &Inputs<'_>, posts_of: &PostsOf) -> Vec<Option<Explained>> {
    let accounts = inputs.posts.accounts.len() as u32;
    let deletions_known = deletions_known(inputs.posts);
    let read = |room: &mut Room, account| {
        let posts = posts_of.of(account);
        if posts.len() < POSTS_MIN {
            return None;
        }
        let platform = inputs.posts.accounts.platform[account as usize] as usize;
        let activity = room.activity(inputs, posts, deletions_known[platform]);
        Some((posts.len(), readings(&activity)))
    };
    let all = (0..accounts).into_par_iter();
    let read: Vec<Option<(usize, Readings)>> = all.map_init(Room::default, read).collect();
    let bulks = bulks(read.iter().flatten());
    read.into_par_iter().map(|read| read.and_then(|(n, r)| score(n, &r, &bulks))).collect()
}

/// By platform: whether any of its posts is known to be deleted. Where none is, nobody looked, and
/// a post that is not known to be deleted need not be there.
#[must_use]
pub fn deletions_known(posts: &Posts) -> Vec<bool> {
    let mut known = vec![false; posts.accounts.platforms.len()];
    for (deleted, &account) in posts.deleted_at.iter().zip(&posts.account) {
        known[posts.accounts.platform[account as usize] as usize] |= deleted.is_some();
    }
    known
}

/// Room for one account's activity, used again for the next.
#[derive(Default)]
struct Room {
    at: Vec<UnixMillis>,
    text: Vec<u32>,
    deleted_at: Vec<Option<UnixMillis>>,
}

impl Room {
    fn activity(&mut self, inputs: &Inputs<'_>, posts: &[u32], is_watched: bool) -> Activity<'_> {
        let all = || posts.iter().map(|&post| post as usize);
        let clusters = &inputs.clusters.cluster;
        self.at.clear();
        self.at.extend(all().map(|post| inputs.posts.at[post]));
        self.text.clear();
        self.text.extend(all().map(|post| clusters.get(post).copied().unwrap_or(NONE)));
        self.deleted_at.clear();
        if is_watched {
            self.deleted_at.extend(all().map(|post| inputs.posts.deletion_of(post)));
        }
        let Room { at, text, deleted_at } = self;
        Activity { at, text, deleted_at, resolution: inputs.resolution }
    }
}

/// What each signal reads.
#[must_use]
pub fn readings(activity: &Activity<'_>) -> Readings {
    core::array::from_fn(|signal| (TABLE[signal].read)(activity))
}

/// What is ordinary for each signal, from the posts and readings of some accounts.
#[must_use]
pub fn bulks<'a>(accounts: impl Iterator<Item = &'a (usize, Readings)> + Clone) -> Vec<Bulk> {
    let of_signal = |signal: usize| {
        Bulk::of(accounts.clone().filter_map(|&(posts, readings)| Some((posts, readings[signal]?))))
    };
    (0..TABLE.len()).map(of_signal).collect()
}

/// The automation score of one account with so many posts; `None` = not assessable.
#[must_use]
pub fn score(posts: usize, readings: &Readings, bulks: &[Bulk]) -> Option<Explained> {
    let parts: Vec<Explained> = TABLE
        .iter()
        .zip(readings)
        .zip(bulks)
        .filter_map(|((signal, reading), bulk)| {
            Some(bulk.explained((signal.name, signal.about), posts, (*reading)?))
        })
        .collect();
    (parts.len() >= SIGNALS_MIN).then(|| {
        let because = format!("the mean of {} signals over {posts} posts", parts.len());
        Explained::derived("automation_score", "percent_mean", because, parts)
    })
}

#[cfg(test)]
mod tests {
    use zwerm_model::{Accounts, Coordination, Resolution, TextClusters};

    use super::*;
    use crate::acts::posts_by_account;

    const MINUTE: i64 = 60_000;

    fn timer() -> Vec<UnixMillis> {
        (0..200).map(|i| UnixMillis(i * 47 * MINUTE)).collect()
    }

    /// A person who posts a few times a day, each in another rhythm.
    fn person(number: i64) -> Vec<UnixMillis> {
        (0..200_i64)
            .map(|i| {
                let (day, n) = (i / 5, i % 5);
                let minute = day * 1_440 + 540 + n * n * 43 + (i * (37 + number)) % 29;
                UnixMillis(minute * MINUTE + i * 7_919 % 60_000)
            })
            .collect()
    }

    fn read(at: &[UnixMillis]) -> (usize, Readings) {
        (at.len(), readings(&Activity::of_moments(at, Resolution(1_000))))
    }

    fn value((posts, readings): &(usize, Readings), bulks: &[Bulk]) -> f64 {
        score(*posts, readings, bulks).expect("enough posts").value
    }

    #[test]
    fn a_timer_scores_high_and_a_person_low() {
        let (timer, person) = (read(&timer()), read(&person(0)));
        let bulks = bulks([timer, person].iter());
        assert!(value(&timer, &bulks) > 95.0, "{}", value(&timer, &bulks));
        assert!(value(&person, &bulks) < 30.0, "{}", value(&person, &bulks));
    }

    #[test]
    fn among_many_people_a_person_scores_nothing_and_a_timer_stays_high() {
        let mut accounts: Vec<(usize, Readings)> = (0..100).map(|n| read(&person(n))).collect();
        accounts.push(read(&timer()));
        let bulks = bulks(accounts.iter());
        assert!(value(&accounts[100], &bulks) > 95.0);
        let mut people: Vec<f64> = accounts[..100].iter().map(|a| value(a, &bulks)).collect();
        people.sort_unstable_by(f64::total_cmp);
        assert!(people[50] < 1.0, "{people:?}");
    }

    /// The parts of each account's score by name, where account 0 is on platform `a` and account 1
    /// on platform `b`; both post as [`timer`] does, in the texts given.
    fn parts(text: [&dyn Fn(u32) -> u32; 2], deleted: [bool; 2]) -> [Vec<(String, f64)>; 2] {
        let mut rows: Vec<(UnixMillis, u32, u32)> =
            (0..2).flat_map(|who| (0..).zip(timer()).map(move |(n, at)| (at, who, n))).collect();
        rows.sort_unstable();
        let posts = Posts {
            accounts: Accounts {
                platforms: ["a", "b"].into_iter().collect(),
                platform: vec![0, 1],
                id: ["x", "y"].into_iter().collect(),
            },
            account: rows.iter().map(|row| row.1).collect(),
            at: rows.iter().map(|row| row.0).collect(),
            deleted_at: rows.iter().map(|r| deleted[r.1 as usize].then_some(r.0)).collect(),
            ..Posts::default()
        };
        let cluster = rows.iter().map(|&(_, who, n)| text[who as usize](n)).collect();
        let inputs = Inputs {
            posts: &posts,
            clusters: &TextClusters { cluster, ..TextClusters::default() },
            tables: &[],
            coordination: &Coordination::default(),
            elections: &[],
            resolution: Resolution(1_000),
            allow_listed: &[],
        };
        let scores = scores(&inputs, &posts_by_account(&posts));
        [0, 1].map(|who: usize| {
            let score = scores[who].as_ref().expect("enough posts");
            score.parts.iter().map(|part| (part.name.clone(), part.value)).collect()
        })
    }

    fn part(parts: &[(String, f64)], name: &str) -> Option<f64> {
        parts.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    #[test]
    fn an_account_is_read_by_its_own_texts() {
        let [one_text, all_new] = parts([&|_| 5, &|n| n], [false, false]);
        assert_eq!(part(&one_text, "duplicate_share"), Some(1.0));
        assert_eq!(part(&all_new, "duplicate_share"), Some(0.0));
        let [nine_texts, _] = parts([&|n| if n < 9 { n } else { NONE }, &|n| n], [false, false]);
        assert_eq!(part(&nine_texts, "duplicate_share"), None);
    }

    #[test]
    fn where_nobody_looked_for_deletions_none_can_be_read() {
        let [gone, unknown] = parts([&|n| n, &|n| n], [true, false]);
        // The first and the last have one beside them.
        assert_eq!(part(&gone, "burst_and_delete"), Some(0.99));
        assert_eq!(part(&unknown, "burst_and_delete"), None);
        let neither = parts([&|n| n, &|n| n], [false, false]);
        assert!(neither.iter().all(|parts| part(parts, "burst_and_delete").is_none()));
    }
}

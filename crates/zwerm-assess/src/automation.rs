//! The automation axis: how machine-like an account's rhythm is, whatever it posts and with whom.
//!
//! The score is 100 times the mean of the signals that can be read, each by how far it is above
//! what is ordinary for accounts of this run that post as much ([`crate::calibration`]). An account
//! with fewer than [`POSTS_MIN`] posts, or with fewer than two readable signals, is *not
//! assessable*: absence of data is not evidence of a human. Nothing here knows who is coordinated.

use rayon::prelude::*;
use zwerm_model::{Explained, UnixMillis};

use crate::Inputs;
use crate::acts::PostsOf;
use crate::calibration::Bulk;
use crate::signals::{Moments, POSTS_MIN, TABLE};

/// Fewer readable signals than this are not a score.
const SIGNALS_MIN: usize = 2;

/// What each signal of [`TABLE`] reads of one account.
pub type Readings = [Option<f64>; TABLE.len()];

/// The automation score of every account, by number.
#[must_use]
pub fn scores(inputs: &Inputs<'_>, posts_of: &PostsOf) -> Vec<Option<Explained>> {
    let accounts = inputs.posts.accounts.len() as u32;
    let read = |account| {
        let posts = posts_of.of(account);
        if posts.len() < POSTS_MIN {
            return None;
        }
        let at: Vec<UnixMillis> = posts.iter().map(|&p| inputs.posts.at[p as usize]).collect();
        Some((posts.len(), readings(&Moments { at: &at, resolution: inputs.resolution })))
    };
    let read: Vec<Option<(usize, Readings)>> = (0..accounts).into_par_iter().map(read).collect();
    let bulks = bulks(read.iter().flatten());
    read.into_par_iter().map(|read| read.and_then(|(n, r)| score(n, &r, &bulks))).collect()
}

/// What each signal reads.
#[must_use]
pub fn readings(moments: &Moments<'_>) -> Readings {
    core::array::from_fn(|signal| (TABLE[signal].read)(moments))
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
    use zwerm_model::Resolution;

    use super::*;

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
        (at.len(), readings(&Moments { at, resolution: Resolution(1_000) }))
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
}

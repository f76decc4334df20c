//! The automation axis: how machine-like an account's rhythm is, whatever it posts and with whom.
//!
//! The score is 100 times the mean of the signals that can be read; an account with fewer than
//! [`POSTS_MIN`] posts, or with fewer than two readable signals, is *not assessable*: absence of
//! data is not evidence of a human.

use rayon::prelude::*;
use zwerm_model::{Explained, UnixMillis};

use crate::Inputs;
use crate::acts::PostsOf;
use crate::signals::{Moments, POSTS_MIN, TABLE};

/// Fewer readable signals than this are not a score.
const SIGNALS_MIN: usize = 2;

/// The automation score of every account, by number.
#[must_use]
pub fn scores(inputs: &Inputs<'_>, posts_of: &PostsOf) -> Vec<Option<Explained>> {
    (0..inputs.posts.accounts.len() as u32)
        .into_par_iter()
        .map(|account| {
            let posts = posts_of.of(account);
            if posts.len() < POSTS_MIN {
                return None;
            }
            let at: Vec<UnixMillis> = posts.iter().map(|&p| inputs.posts.at[p as usize]).collect();
            score(&Moments { at: &at, resolution: inputs.resolution })
        })
        .collect()
}

/// The automation score of one account; `None` = not assessable.
#[must_use]
pub fn score(moments: &Moments<'_>) -> Option<Explained> {
    let parts: Vec<Explained> = TABLE
        .iter()
        .filter_map(|signal| {
            Some(Explained::given(signal.name, (signal.read)(moments)?, signal.about))
        })
        .collect();
    (parts.len() >= SIGNALS_MIN).then(|| {
        let because =
            format!("the mean of {} signals over {} posts", parts.len(), moments.at.len());
        Explained::derived("automation_score", "percent_mean", because, parts)
    })
}

#[cfg(test)]
mod tests {
    use zwerm_model::Resolution;

    use super::*;

    #[test]
    fn a_timer_scores_high_and_a_person_low() {
        let minute = 60_000;
        let timer: Vec<UnixMillis> = (0..200).map(|i| UnixMillis(i * 47 * minute)).collect();
        let person: Vec<UnixMillis> = (0..200_i64)
            .map(|i| {
                let (day, n) = (i / 5, i % 5);
                UnixMillis(
                    (day * 1_440 + 540 + n * n * 43 + (i * 37) % 29) * minute + i * 7_919 % 60_000,
                )
            })
            .collect();
        let value = |at: &[UnixMillis]| {
            score(&Moments { at, resolution: Resolution(1_000) }).expect("enough posts").value
        };
        assert!(value(&timer) > 95.0, "{}", value(&timer));
        assert!(value(&person) < 30.0, "{}", value(&person));
    }
}

//! Duplicate share: posts that say what the account has said before.
//!
//! # What it measures
//!
//! Of the account's posts with text of its own, the share that repeat an earlier one, to the letter
//! or nearly (one cluster of near-duplicate texts): `(n − d) / (n − 1)` for `n` texts in `d`
//! clusters. It is 0 if all texts differ and 1 if all are one; the first cannot repeat anything and
//! is not counted. Reposts are another's text and play no part, nor do posts of which nothing but
//! links, mentions and signs is left. Fewer than [`POSTS_MIN`] texts cannot be read.
//!
//! # Why it is a signal
//!
//! A program has a stock of texts or of templates and starts over; people find other words.
//!
//! # When it misleads
//!
//! A good-morning post every day. Services, shops, clubs, stations with one form of words for the
//! weather, an offer, a match. Answers to many people with the same thanks or the same link, and
//! petitions that ask for it. People who answer in a word: texts of fewer than twenty characters
//! are counted if they are equal. A program that writes each text anew is not seen. What it says is
//! never looked at, so the reading does not tell these from a machine.
//!
//! # Cost
//!
//! `O(n log n)` for `n` posts; the texts were compared before.
//!
//! # Source
//!
//! Chu et al. (2012), <https://doi.org/10.1109/TDSC.2012.75>, read what accounts say beside when;
//! which share is formed, and over near-duplicates, is ours.

use zwerm_model::NONE;

use super::{Activity, POSTS_MIN, Signal};

/// See the [module documentation](self).
pub const SIGNAL: Signal =
    Signal { name: "duplicate_share", about: "posts repeat the account's own texts", read };

fn read(activity: &Activity<'_>) -> Option<f64> {
    let mut texts: Vec<u32> =
        activity.text.iter().copied().filter(|&cluster| cluster != NONE).collect();
    let n = texts.len();
    if n < POSTS_MIN {
        return None;
    }
    texts.sort_unstable();
    texts.dedup();
    Some((n - texts.len()) as f64 / (n - 1) as f64)
}

#[cfg(test)]
mod tests {
    use zwerm_model::{Resolution, UnixMillis};

    use super::*;

    #[track_caller]
    fn check(text: &[u32], expected: Option<f64>) {
        let at: Vec<UnixMillis> = (0..text.len() as i64).map(UnixMillis).collect();
        let activity = Activity { text, ..Activity::of_moments(&at, Resolution(1_000)) };
        assert_eq!(read(&activity), expected);
    }

    #[test]
    fn one_text_is_all_and_different_texts_are_nothing() {
        check(&[7; 10], Some(1.0));
        check(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Some(0.0));
        // Two templates in turn, and one person who says good morning every other day.
        check(&[1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1], Some(0.9));
        check(&[9, 1, 9, 2, 9, 3, 9, 4, 9, 5, 9], Some(0.5));
    }

    #[test]
    fn only_texts_of_its_own_count() {
        let reposts = [NONE; 90];
        check(&[&reposts[..], &[3; 9]].concat(), None);
        check(&[&reposts[..], &[3; 10]].concat(), Some(1.0));
        check(&[], None);
    }
}

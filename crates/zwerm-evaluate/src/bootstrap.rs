//! How sure a figure is: the same figure over resamples of what it was computed from.
//!
//! # What
//!
//! A resample draws as many positives among the positives, and as many negatives among the
//! negatives, as there are, each with replacement: the prevalence, on which precision hangs, stays.
//! Several rankings of the same entries are resampled together, so that they can be compared draw
//! by draw.
//!
//! # Cost
//!
//! `O(entries × rankings)` per resample; a figure of it is then `O(steps)`.
//!
//! # Source
//!
//! Efron (1979), <https://doi.org/10.1214/aos/1176344552>; two systems on the same resample: Koehn
//! (2004), <https://aclanthology.org/W04-3250>.

use crate::ranking::{Ranking, Step};

/// What a resample draws from: the entries of each class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strata {
    /// The entries that are positive.
    pub positives: Vec<u32>,
    /// The others.
    pub negatives: Vec<u32>,
}

impl Strata {
    /// Splits entries by the truth about them.
    #[must_use]
    pub fn new(is_positive: &[bool]) -> Self {
        let entries = 0..is_positive.len() as u32;
        let (positives, negatives) = entries.partition(|&entry| is_positive[entry as usize]);
        Strata { positives, negatives }
    }

    /// One resample of several rankings of these entries: the steps of each. `below(n)` draws a
    /// whole number below n.
    ///
    /// # Panics
    ///
    /// If a ranking has other entries than these.
    #[must_use]
    pub fn resample(
        &self,
        rankings: &[Ranking],
        mut below: impl FnMut(u64) -> u64,
    ) -> Vec<Vec<Step>> {
        let mut drawn: Vec<Vec<Step>> =
            rankings.iter().map(|ranking| vec![Step::default(); ranking.steps.len()]).collect();
        for (class, is_positive) in [(&self.positives, true), (&self.negatives, false)] {
            for _ in 0..class.len() {
                let entry = class[below(class.len() as u64) as usize] as usize;
                for (steps, ranking) in drawn.iter_mut().zip(rankings) {
                    let step = &mut steps[ranking.step_of[entry] as usize];
                    crate::ranking::count(step, is_positive);
                }
            }
        }
        drawn
    }
}

/// The share of values that lies below, by straight lines between neighbours (definition 7 of
/// Hyndman and Fan 1996, <https://doi.org/10.1080/00031305.1996.10473566>). `None` without a value.
///
/// # Panics
///
/// If the values are not in order, or `share` is not within 0 and 1.
#[must_use]
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    assert!((0.0..=1.0).contains(&share), "a share of {share}");
    assert!(sorted.is_sorted(), "values in order");
    let last = sorted.len().checked_sub(1)?;
    let place = share * last as f64;
    let below = place as usize;
    let above = (below + 1).min(last);
    Some(sorted[below] + (place - below as f64) * (sorted[above] - sorted[below]))
}

/// The interval that holds the middle 95 % of values. `None` without a value.
#[must_use]
pub fn interval_95(mut values: Vec<f64>) -> Option<(f64, f64)> {
    values.sort_unstable_by(f64::total_cmp);
    Some((quantile(&values, 0.025)?, quantile(&values, 0.975)?))
}

/// Of pairs of values, the shares in which the first is above the other, and in which both are
/// equal. `None` without a pair.
///
/// # Panics
///
/// If there are not as many of the one as of the other.
#[must_use]
pub fn shares_above_and_equal(first: &[f64], other: &[f64]) -> Option<(f64, f64)> {
    assert_eq!(first.len(), other.len(), "pairs of values");
    let share = |is: fn(f64, f64) -> bool| {
        let hits = first.iter().zip(other).filter(|&(&a, &b)| is(a, b)).count();
        hits as f64 / first.len() as f64
    };
    (!first.is_empty()).then(|| (share(|a, b| a > b), share(|a, b| a == b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranking::{average_precision, total};

    /// A sequence that runs through the numbers below the bound.
    fn in_turn() -> impl FnMut(u64) -> u64 {
        let mut next = 0;
        move |bound| {
            next += 1;
            (next - 1) % bound
        }
    }

    const TRUTH: [bool; 5] = [true, false, true, false, false];

    #[test]
    fn drawing_each_once_gives_the_ranking_itself() {
        let rankings =
            [Ranking::new(&[5.0, 4.0, 3.0, 0.0, 0.0], &TRUTH), Ranking::new(&[1.0; 5], &TRUTH)];
        let strata = Strata::new(&TRUTH);
        assert_eq!((strata.positives.as_slice(), strata.negatives.len()), (&[0, 2][..], 3));
        // Two positives, then three negatives: 0 1 and 2 0 1 of the sequence, each one once.
        let drawn = strata.resample(&rankings, in_turn());
        assert_eq!(drawn[0], rankings[0].steps);
        assert_eq!(drawn[1], rankings[1].steps);
    }

    #[test]
    fn a_resample_keeps_the_prevalence_and_draws_again() {
        let rankings = [Ranking::new(&[5.0, 4.0, 3.0, 0.0, 0.0], &TRUTH)];
        let drawn = Strata::new(&TRUTH).resample(&rankings, |_| 0);
        assert_eq!(total(&drawn[0]), Step { positives: 2, negatives: 3 });
        assert_eq!(drawn[0][0], Step { positives: 2, negatives: 0 });
        assert_eq!(drawn[0][1], Step { positives: 0, negatives: 3 });
        assert_eq!(average_precision(&drawn[0]), Some(1.0));
    }

    #[test]
    fn quantiles_lie_on_lines_between_values() {
        let values = [1.0, 2.0, 4.0, 8.0, 16.0];
        for (share, expected) in [(0.0, 1.0), (0.5, 4.0), (0.625, 6.0), (0.9, 12.8), (1.0, 16.0)] {
            let found = quantile(&values, share).expect("values");
            assert!((found - expected).abs() < 1e-12, "{share}: {found}");
        }
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[3.0], 0.975), Some(3.0));
    }

    #[test]
    fn the_interval_leaves_a_fortieth_on_each_side() {
        let values = (0..=1_000).rev().map(f64::from).collect();
        assert_eq!(interval_95(values), Some((25.0, 975.0)));
        assert_eq!(interval_95(Vec::new()), None);
    }

    #[test]
    fn draws_are_compared_one_by_one() {
        let found = shares_above_and_equal(&[2.0, 3.0, 1.0, 1.0], &[1.0, 3.0, 2.0, 0.0]);
        assert_eq!(found, Some((0.5, 0.25)));
        assert_eq!(shares_above_and_equal(&[], &[]), None);
    }
}

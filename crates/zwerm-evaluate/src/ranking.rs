//! A ranking against a truth: average precision, area under the ROC curve, precision at k, recall
//! at a precision.
//!
//! # What
//!
//! Everything is a function of [`Step`]s: how many positives and negatives share each score, the
//! highest score first. What has one score is taken together, so the order inside a tie, which
//! means nothing, can neither help nor harm.
//!
//! # Cost
//!
//! Sorting, `O(n log n)`, once per [`Ranking`]; every measure is then `O(steps)`.

/// How many positives and negatives have one score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Those that the truth calls positive.
    pub positives: u64,
    /// The others.
    pub negatives: u64,
}

impl Step {
    /// Both.
    #[must_use]
    pub fn total(self) -> u64 {
        self.positives + self.negatives
    }

    /// This step and another one together.
    #[must_use]
    pub fn and(self, other: Step) -> Step {
        Step {
            positives: self.positives + other.positives,
            negatives: self.negatives + other.negatives,
        }
    }
}

/// Scores with the truth about each, in steps of equal score, the highest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// The distinct scores, falling.
    pub scores: Vec<f64>,
    /// What has each of these scores.
    pub steps: Vec<Step>,
    /// The step of each entry of the input.
    pub step_of: Vec<u32>,
}

impl Ranking {
    /// Puts scores into steps. `is_positive` says of each score what the truth says.
    ///
    /// # Panics
    ///
    /// If there are not as many truths as scores, or a score is not a number.
    #[must_use]
    pub fn new(scores: &[f64], is_positive: &[bool]) -> Self {
        assert_eq!(scores.len(), is_positive.len(), "one truth for each score");
        assert!(scores.iter().all(|score| !score.is_nan()), "a score is a number");
        let mut order: Vec<u32> = (0..scores.len() as u32).collect();
        // Adding zero turns −0 into 0: they are one score.
        let key = |i: u32| scores[i as usize] + 0.0;
        order.sort_unstable_by(|&a, &b| key(b).total_cmp(&key(a)).then(a.cmp(&b)));
        let mut ranking =
            Ranking { scores: Vec::new(), steps: Vec::new(), step_of: vec![0; scores.len()] };
        for entry in order {
            let score = key(entry);
            if ranking.scores.last() != Some(&score) {
                ranking.scores.push(score);
                ranking.steps.push(Step::default());
            }
            let step = ranking.steps.len() - 1;
            ranking.step_of[entry as usize] = step as u32;
            count(&mut ranking.steps[step], is_positive[entry as usize]);
        }
        ranking
    }

    /// How many steps have a score above zero. A score of zero is no evidence: no cut is made
    /// there.
    #[must_use]
    pub fn steps_with_evidence(&self) -> usize {
        self.scores.partition_point(|&score| score > 0.0)
    }
}

/// Counts one entry.
pub(crate) fn count(step: &mut Step, is_positive: bool) {
    if is_positive {
        step.positives += 1;
    } else {
        step.negatives += 1;
    }
}

/// All steps together.
#[must_use]
pub fn total(steps: &[Step]) -> Step {
    steps.iter().fold(Step::default(), |sum, &step| sum.and(step))
}

/// Average precision, the area under the precision-recall curve taken in steps:
/// Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores n. `None` without a positive.
///
/// No straight lines are drawn between points: between them precision is not linear, and lines
/// promise too much.
///
/// # Source
///
/// Davis and Goadrich (2006), <https://doi.org/10.1145/1143844.1143874>.
#[must_use]
pub fn average_precision(steps: &[Step]) -> Option<f64> {
    let positives = total(steps).positives;
    if positives == 0 {
        return None;
    }
    let mut above = Step::default();
    let mut area = 0.0;
    for &step in steps.iter().filter(|step| step.total() > 0) {
        above = above.and(step);
        let precision = above.positives as f64 / above.total() as f64;
        area += step.positives as f64 / positives as f64 * precision;
    }
    Some(area)
}

/// The area under the ROC curve: the chance that a positive drawn at random has a higher score than
/// a negative, where a tie counts one half. `None` without a positive or without a negative.
///
/// # Source
///
/// Hanley and McNeil (1982), <https://doi.org/10.1148/radiology.143.1.7063747>.
#[must_use]
pub fn roc_auc(steps: &[Step]) -> Option<f64> {
    let Step { positives, negatives } = total(steps);
    if positives == 0 || negatives == 0 {
        return None;
    }
    let mut halves: u128 = 0;
    let mut below = negatives;
    for step in steps {
        below -= step.negatives;
        halves += u128::from(step.positives) * u128::from(2 * below + step.negatives);
    }
    Some(halves as f64 / (2.0 * positives as f64 * negatives as f64))
}

/// Precision among the first `k`, or among all if there are fewer. A tie across the k-th place
/// counts with the share that it has on average over all orders of the tie. `None` if `k` is zero
/// or nothing is ranked.
///
/// # Source
///
/// McSherry and Najork (2008), <https://doi.org/10.1007/978-3-540-78646-7_38>.
#[must_use]
pub fn precision_at(steps: &[Step], k: u64) -> Option<f64> {
    let k = k.min(total(steps).total());
    let mut above = Step::default();
    for &step in steps {
        let room = k - above.total();
        if step.total() >= room && step.total() > 0 {
            let share = step.positives as f64 / step.total() as f64;
            return (k > 0).then(|| (above.positives as f64 + room as f64 * share) / k as f64);
        }
        above = above.and(step);
    }
    None
}

/// A cut through a ranking: everything down to a step is flagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The last step that is flagged.
    pub step: usize,
    /// What is flagged.
    pub flagged: Step,
}

/// The cut that flags most positives among those whose precision is at least `precision_min`; of
/// equal ones the shortest. `None` if no cut has that precision. Never cuts inside a tie.
#[must_use]
pub fn cut_at_precision(steps: &[Step], precision_min: f64) -> Option<Cut> {
    let mut best: Option<Cut> = None;
    for cut in cuts(steps) {
        let precision = cut.flagged.positives as f64 / cut.flagged.total() as f64;
        let is_better = best.is_none_or(|best| cut.flagged.positives > best.flagged.positives);
        if precision >= precision_min && is_better {
            best = Some(cut);
        }
    }
    best
}

/// The cut with the highest F1 = 2 TP / (flagged + `positives`), where `positives` counts those
/// below the last step as well; of equal ones the shortest. `None` if nothing is ranked.
#[must_use]
pub fn cut_at_best_f1(steps: &[Step], positives: u64) -> Option<Cut> {
    let mut best: Option<Cut> = None;
    for cut in cuts(steps) {
        // Fractions are compared crosswise, in whole numbers.
        let share = |cut: Cut| (cut.flagged.positives, cut.flagged.total() + positives);
        let is_better = best.is_none_or(|best| {
            let ((a, b), (c, d)) = (share(cut), share(best));
            u128::from(a) * u128::from(d) > u128::from(c) * u128::from(b)
        });
        if is_better {
            best = Some(cut);
        }
    }
    best
}

fn cuts(steps: &[Step]) -> impl Iterator<Item = Cut> + '_ {
    let running = steps.iter().scan(Step::default(), |flagged, &step| {
        *flagged = flagged.and(step);
        Some(*flagged)
    });
    let cuts = running.enumerate().map(|(step, flagged)| Cut { step, flagged });
    cuts.filter(|cut| steps[cut.step].total() > 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn steps(counts: &[(u64, u64)]) -> Vec<Step> {
        counts.iter().map(|&(positives, negatives)| Step { positives, negatives }).collect()
    }

    #[track_caller]
    fn close(found: Option<f64>, expected: f64) {
        let found = found.expect("a figure");
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    #[test]
    fn equal_scores_are_one_step_and_zero_has_no_sign() {
        let scores = [0.0, 2.0, -0.0, 1.0, 2.0];
        let ranking = Ranking::new(&scores, &[true, true, false, false, false]);
        assert_eq!(ranking.scores, [2.0, 1.0, 0.0]);
        assert_eq!(ranking.steps, steps(&[(1, 1), (0, 1), (1, 1)]));
        assert_eq!(ranking.step_of, [2, 0, 2, 1, 0]);
        assert_eq!(ranking.steps_with_evidence(), 2);
    }

    /// Labels 0 0 1 1 with scores 0.1 0.4 0.35 0.8: by hand, precision is 1 at the first positive
    /// (recall ½) and 2/3 at the second, so AP = ½ · 1 + ½ · 2/3 = 5/6. Of the four pairs of a
    /// positive and a negative three are in order: AUC = ¾.
    #[test]
    fn the_example_of_four_as_worked_out_by_hand() {
        let ranking = Ranking::new(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]);
        close(average_precision(&ranking.steps), 5.0 / 6.0);
        close(roc_auc(&ranking.steps), 0.75);
        close(precision_at(&ranking.steps, 1), 1.0);
        close(precision_at(&ranking.steps, 2), 0.5);
        close(precision_at(&ranking.steps, 9), 0.5);
    }

    /// One positive, then a tie of one positive and two negatives, then a negative without
    /// evidence. AP = ½ · 1 + ½ · 2/4. AUC: the first positive beats 3, the second 1 and half of 2.
    /// P@2: the place in the tie is worth a third.
    #[test]
    fn ties_are_taken_together() {
        let steps = steps(&[(1, 0), (1, 2), (0, 1)]);
        close(average_precision(&steps), 0.75);
        close(roc_auc(&steps), 5.0 / 6.0);
        close(precision_at(&steps, 2), (1.0 + 1.0 / 3.0) / 2.0);
        close(precision_at(&steps, 4), 0.5);
    }

    #[test]
    fn a_constant_score_is_worth_the_prevalence() {
        let steps = steps(&[(3, 7)]);
        close(average_precision(&steps), 0.3);
        close(roc_auc(&steps), 0.5);
        close(precision_at(&steps, 5), 0.3);
    }

    #[test]
    fn one_class_alone_has_no_figure() {
        assert_eq!(average_precision(&steps(&[(0, 4)])), None);
        assert_eq!(roc_auc(&steps(&[(0, 4)])), None);
        assert_eq!(roc_auc(&steps(&[(4, 0)])), None);
        assert_eq!(precision_at(&steps(&[]), 5), None);
        assert_eq!(precision_at(&steps(&[(1, 1)]), 0), None);
    }

    /// Nine of ten is a precision of 0.9 and enough; the cut goes as deep as that holds, not
    /// inside the tie that follows.
    #[test]
    fn the_cut_of_a_precision_is_the_deepest_that_holds_it() {
        let steps = steps(&[(4, 1), (5, 0), (1, 1), (0, 9)]);
        let cut = cut_at_precision(&steps, 0.9).expect("a cut");
        assert_eq!(cut, Cut { step: 1, flagged: Step { positives: 9, negatives: 1 } });
        assert_eq!(cut_at_precision(&steps, 0.95), None);
    }

    /// F1 of the cuts with ten positives in all: 8/15, 18/20, 20/22; the last is the highest.
    #[test]
    fn the_cut_of_the_best_f1() {
        let steps = steps(&[(4, 1), (5, 0), (1, 1), (0, 9)]);
        assert_eq!(cut_at_best_f1(&steps, 10).map(|cut| cut.step), Some(2));
        // With twenty positives elsewhere: 8/35, 18/40, 20/42.
        assert_eq!(cut_at_best_f1(&steps, 30).map(|cut| cut.step), Some(2));
        assert_eq!(cut_at_best_f1(&[], 3), None);
    }

    /// The definitions, word for word, over entries instead of steps.
    mod reference {
        pub(super) fn average_precision(scores: &[f64], truth: &[bool]) -> f64 {
            let at_least = |score: f64, positive: bool| {
                let flagged = scores.iter().zip(truth).filter(|&(&s, _)| s >= score);
                flagged.filter(|&(_, &t)| t || !positive).count() as f64
            };
            let positives: Vec<f64> =
                scores.iter().zip(truth).filter(|&(_, &t)| t).map(|(&s, _)| s).collect();
            // The mean, over the positives, of the precision among all with a score as high.
            let precision = |&score: &f64| at_least(score, true) / at_least(score, false);
            positives.iter().map(precision).sum::<f64>() / positives.len() as f64
        }

        pub(super) fn roc_auc(scores: &[f64], truth: &[bool]) -> f64 {
            let (mut won, mut pairs) = (0.0, 0.0);
            for (a, _) in scores.iter().zip(truth).filter(|&(_, &t)| t) {
                for (b, _) in scores.iter().zip(truth).filter(|&(_, &t)| !t) {
                    pairs += 1.0;
                    won += if a > b { 1.0 } else { f64::from(u8::from(a == b)) / 2.0 };
                }
            }
            won / pairs
        }

        /// Over all orders of four entries.
        pub(super) fn precision_at(scores: &[f64; 4], truth: &[bool; 4], k: usize) -> f64 {
            let (mut sum, mut orders) = (0.0, 0.0);
            for number in 0..256_usize {
                let order = [number % 4, number / 4 % 4, number / 16 % 4, number / 64];
                let is_order = (0..4).all(|i| order.contains(&i));
                if is_order && order.windows(2).all(|two| scores[two[0]] >= scores[two[1]]) {
                    orders += 1.0;
                    sum += order[..k].iter().filter(|&&i| truth[i]).count() as f64 / k as f64;
                }
            }
            sum / orders
        }
    }

    proptest! {
        #[test]
        fn any_ranking_is_as_the_definitions_say(
            entries in prop::collection::vec((0_u8..6, any::<bool>()), 2..60),
        ) {
            let scores: Vec<f64> = entries.iter().map(|&(score, _)| f64::from(score)).collect();
            let truth: Vec<bool> = entries.iter().map(|&(_, truth)| truth).collect();
            prop_assume!(truth.contains(&true) && truth.contains(&false));
            let ranking = Ranking::new(&scores, &truth);
            close(average_precision(&ranking.steps), reference::average_precision(&scores, &truth));
            close(roc_auc(&ranking.steps), reference::roc_auc(&scores, &truth));
        }

        #[test]
        fn precision_at_is_the_mean_over_all_orders_of_a_tie(
            scores in prop::array::uniform4(0_u8..3),
            truth in prop::array::uniform4(any::<bool>()),
            k in 1_usize..=4,
        ) {
            let scores = scores.map(f64::from);
            let ranking = Ranking::new(&scores, &truth);
            let expected = reference::precision_at(&scores, &truth, k);
            close(precision_at(&ranking.steps, k as u64), expected);
        }

        #[test]
        fn no_cut_of_that_precision_flags_more(
            counts in prop::collection::vec((0_u64..4, 0_u64..3), 1..12),
        ) {
            let steps = steps(&counts);
            let found = cut_at_precision(&steps, 0.7).map_or(0, |cut| cut.flagged.positives);
            let depths = (1..=steps.len()).map(|depth| total(&steps[..depth]));
            let good = depths.filter(|f| 10 * f.positives >= 7 * f.total() && f.total() > 0);
            prop_assert_eq!(found, good.map(|f| f.positives).max().unwrap_or(0));
        }
    }
}

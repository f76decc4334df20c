//! A yes-or-no rule against a truth: precision, recall, F1, and what a flag is worth where
//! positives are rarer than in the truth.

/// How often a rule and a truth agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Flagged, and positive.
    pub true_positives: u64,
    /// Flagged, and negative.
    pub false_positives: u64,
    /// Not flagged, and positive.
    pub false_negatives: u64,
    /// Not flagged, and negative.
    pub true_negatives: u64,
}

impl Rates {
    /// Counts pairs of (flagged, positive).
    pub fn count(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut rates = Rates::default();
        for pair in pairs {
            match pair {
                (true, true) => rates.true_positives += 1,
                (true, false) => rates.false_positives += 1,
                (false, true) => rates.false_negatives += 1,
                (false, false) => rates.true_negatives += 1,
            }
        }
        rates
    }

    /// How many are flagged.
    #[must_use]
    pub fn flagged(self) -> u64 {
        self.true_positives + self.false_positives
    }

    /// How many are positive.
    #[must_use]
    pub fn positives(self) -> u64 {
        self.true_positives + self.false_negatives
    }

    /// How many are negative.
    #[must_use]
    pub fn negatives(self) -> u64 {
        self.false_positives + self.true_negatives
    }

    /// The share of the flagged that is positive; `None` if nothing is flagged.
    #[must_use]
    pub fn precision(self) -> Option<f64> {
        share(self.true_positives, self.flagged())
    }

    /// The share of the positives that is flagged; `None` without a positive.
    #[must_use]
    pub fn recall(self) -> Option<f64> {
        share(self.true_positives, self.positives())
    }

    /// The share of the negatives that is flagged; `None` without a negative.
    #[must_use]
    pub fn false_positive_rate(self) -> Option<f64> {
        share(self.false_positives, self.negatives())
    }

    /// The mean of the F1 of the positives and the F1 of the negatives, where the F1 of a class
    /// that neither the rule nor the truth has is zero.
    ///
    /// Of the two figures that are called Macro-F1 this is the mean of F1, not the F1 of means.
    ///
    /// # Source
    ///
    /// Opitz and Burst (2019), <https://arxiv.org/abs/1911.03347>.
    #[must_use]
    pub fn macro_f1(self) -> f64 {
        let wrong = self.false_positives + self.false_negatives;
        let f1 = |right: u64| share(2 * right, 2 * right + wrong).unwrap_or(0.0);
        (f1(self.true_positives) + f1(self.true_negatives)) / 2.0
    }
}

fn share(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

/// The 95 % quantile of the normal distribution, both sides.
pub const Z_95: f64 = 1.959_963_984_540_054;
/// The 97.5 % quantile, both sides: two intervals at this level hold together in 95 % of cases.
pub const Z_975: f64 = 2.241_402_727_604_947;

/// Wilson's interval of a share: `hits` of `trials`, at `z` standard deviations. Never leaves
/// [0, 1], and is not empty at 0 or 1. All of [0, 1] without a trial.
///
/// # Source
///
/// Wilson (1927), <https://doi.org/10.1080/01621459.1927.10502953>; why not the usual one: Brown,
/// Cai and DasGupta (2001), <https://doi.org/10.1214/ss/1009213286>.
///
/// # Panics
///
/// If there are more hits than trials.
#[must_use]
pub fn wilson(hits: u64, trials: u64, z: f64) -> (f64, f64) {
    assert!(hits <= trials, "{hits} hits in {trials} trials");
    if trials == 0 {
        return (0.0, 1.0);
    }
    let (n, p) = (trials as f64, hits as f64 / trials as f64);
    let scale = 1.0 + z * z / n;
    let middle = p + z * z / (2.0 * n);
    let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    // At the ends the exact bound is 0 or 1; rounding must not say otherwise.
    let low = if hits == 0 { 0.0 } else { ((middle - reach) / scale).max(0.0) };
    let high = if hits == trials { 1.0 } else { ((middle + reach) / scale).min(1.0) };
    (low, high)
}

/// The positive predictive value: the share of flags that would be right where a share
/// `prevalence` is positive, by Bayes. Zero if nothing is ever flagged.
///
/// # Source
///
/// Altman and Bland (1994), <https://doi.org/10.1136/bmj.309.6947.102>.
#[must_use]
pub fn ppv(recall: f64, false_positive_rate: f64, prevalence: f64) -> f64 {
    let right = recall * prevalence;
    let wrong = false_positive_rate * (1.0 - prevalence);
    if right + wrong > 0.0 { right / (right + wrong) } else { 0.0 }
}

/// A positive predictive value and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ppv {
    /// The value.
    pub value: f64,
    /// Whether no negative was flagged: the false positive rate is then taken at its 95 % upper
    /// bound, 3 / negatives, and the value is a lower bound.
    pub is_lower_bound: bool,
    /// The interval: recall and false positive rate, each at Wilson's bounds of 97.5 %, so that
    /// both hold in 95 % of cases, in whatever way they depend on each other.
    pub interval: (f64, f64),
}

/// The positive predictive value of a rule at a prevalence. `None` if nothing is flagged, or if a
/// class is missing.
///
/// The rule of three: Hanley and Lippman-Hand (1983),
/// <https://doi.org/10.1001/jama.1983.03330370053031>.
#[must_use]
pub fn ppv_of(rates: Rates, prevalence: f64) -> Option<Ppv> {
    let (recall, observed) = (rates.recall()?, rates.false_positive_rate()?);
    rates.precision()?;
    let is_lower_bound = rates.false_positives == 0;
    let rate = if is_lower_bound { (3.0 / rates.negatives() as f64).min(1.0) } else { observed };
    let value = ppv(recall, rate, prevalence);
    let (recall_low, recall_high) = wilson(rates.true_positives, rates.positives(), Z_975);
    let (rate_low, rate_high) = wilson(rates.false_positives, rates.negatives(), Z_975);
    let low = ppv(recall_low, rate_high, prevalence).min(value);
    let high = ppv(recall_high, rate_low, prevalence).max(value);
    Some(Ppv { value, is_lower_bound, interval: (low, high) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Eight flagged, six of them right; ten positive; a hundred in all.
    const RATES: Rates =
        Rates { true_positives: 6, false_positives: 2, false_negatives: 4, true_negatives: 88 };

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn counts_fall_into_four() {
        let pairs = [(true, true), (true, false), (true, false), (false, true), (false, false)];
        let rates = Rates::count(pairs);
        let counted = (rates.true_positives, rates.false_positives);
        assert_eq!((counted, rates.false_negatives, rates.true_negatives), ((1, 2), 1, 1));
    }

    #[test]
    fn shares_as_worked_out_by_hand() {
        close(RATES.precision().expect("flagged"), 0.75);
        close(RATES.recall().expect("positives"), 0.6);
        close(RATES.false_positive_rate().expect("negatives"), 2.0 / 90.0);
        // F1 of the positives 12/18, of the negatives 176/182.
        close(RATES.macro_f1(), (12.0 / 18.0 + 176.0 / 182.0) / 2.0);
    }

    #[test]
    fn a_rule_that_flags_nothing_has_no_precision() {
        let rates = Rates::count([(false, true), (false, false)]);
        assert_eq!((rates.precision(), rates.recall()), (None, Some(0.0)));
        close(rates.macro_f1(), (0.0 + 2.0 / 3.0) / 2.0);
        assert_eq!(ppv_of(rates, 0.01), None);
        assert_eq!(Rates::default().recall(), None);
    }

    /// Eight of ten at 1.96: the bounds solve (p − 0.8)² = z² p (1 − p) / 10.
    #[test]
    fn wilsons_bounds_solve_the_equation_that_defines_them() {
        for (hits, trials) in [(8, 10), (1, 7), (50, 51), (3, 1_000)] {
            let (low, high) = wilson(hits, trials, Z_95);
            let (n, share) = (trials as f64, hits as f64 / trials as f64);
            for bound in [low, high] {
                let lack = (bound - share).powi(2) - Z_95 * Z_95 * bound * (1.0 - bound) / n;
                assert!(lack.abs() < 1e-12, "{hits} of {trials}: {bound}");
            }
        }
        assert_eq!(wilson(0, 0, Z_95), (0.0, 1.0));
        let (low, high) = wilson(0, 30, Z_95);
        assert!(low == 0.0 && high > 0.1 && high < 0.12, "{high}");
    }

    /// Of 10,000 where 1 % is positive: 60 of the 100 positives are flagged and 220 of the 9,900
    /// negatives (2 in 90).
    #[test]
    fn a_flag_is_worth_less_where_positives_are_rare() {
        let ppv = ppv_of(RATES, 0.01).expect("flagged");
        close(ppv.value, 60.0 / 280.0);
        assert!(!ppv.is_lower_bound);
        assert!(ppv.interval.0 < ppv.value && ppv.value < ppv.interval.1, "{ppv:?}");
    }

    #[test]
    fn without_a_false_flag_the_value_is_a_lower_bound() {
        let rates = Rates { false_positives: 0, true_negatives: 90, ..RATES };
        let ppv = ppv_of(rates, 0.01).expect("flagged");
        assert!(ppv.is_lower_bound);
        close(ppv.value, 0.6 * 0.01 / (0.6 * 0.01 + 3.0 / 90.0 * 0.99));
        close(ppv.interval.1, 1.0);
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_value(hits in 0_u64..200, misses in 0_u64..200) {
            let trials = hits + misses;
            let (low, high) = wilson(hits, trials, Z_95);
            let value = hits as f64 / trials.max(1) as f64;
            prop_assert!(0.0 <= low && low <= value && value <= high && high <= 1.0);
        }

        #[test]
        fn the_value_at_the_truths_own_prevalence_is_the_precision(
            (a, b, c, d) in (1_u64..50, 1_u64..50, 0_u64..50, 0_u64..50),
        ) {
            let rates = Rates {
                true_positives: a, false_positives: b, false_negatives: c, true_negatives: d,
            };
            let prevalence = (a + c) as f64 / (a + b + c + d) as f64;
            let ppv = ppv_of(rates, prevalence).expect("flagged");
            prop_assert!((ppv.value - a as f64 / (a + b) as f64).abs() < 1e-9);
        }
    }
}

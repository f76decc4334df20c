//! How well accounts are ranked and flagged.

use rayon::prelude::*;
use serde::Serialize;
use zwerm_evaluate::bootstrap::{Strata, interval_95, shares_above_and_equal};
use zwerm_evaluate::ranking::{self, Cut};
use zwerm_evaluate::{Ranking, Rates, Step, rates};
use zwerm_model::{Seed, Tier};

use super::matched::Matched;

/// The precision at which recall is asked for: one wrong flag in ten is what a review queue bears.
pub const PRECISION_MIN: f64 = 0.9;
/// Shares of coordinated accounts at which a flag's worth is worked out.
pub const PREVALENCES: [f64; 4] = [0.05, 0.01, 0.001, 0.0001];
/// Where precision among the first is asked for, beside as many as are coordinated.
pub const FIRST: [u64; 3] = [50, 100, 500];

/// The stage of the seeds of resamples; any constant that no other stage has.
const STAGE: u64 = 0x6576_616c;

/// A figure with its 95 % interval by resampling, if resamples were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// From and to.
    pub interval: Option<(f64, f64)>,
}

/// Precision among the first k.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PrecisionAt {
    /// k.
    pub first: u64,
    /// The figure.
    pub precision: Estimate,
}

/// How well the score ranks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RankingFigures {
    /// The area under the precision-recall curve (average precision, ties taken together).
    pub auprc: Estimate,
    /// The area under the ROC curve.
    pub roc_auc: Estimate,
    /// The highest recall at a cut whose precision is at least [`PRECISION_MIN`]; 0 without one.
    pub recall_at_precision: Estimate,
    /// Precision among the first 50, 100, 500 and as many as are coordinated.
    pub precision_at: Vec<PrecisionAt>,
    /// What the score at the cut is; `None` if no account has evidence.
    pub cut_score: Option<f64>,
    /// (recall, precision) at every distinct score, the highest first: the plot.
    #[serde(skip)]
    pub curve: Vec<(f64, f64)>,
}

/// What a rule flags.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleFigures {
    /// The rule.
    pub rule: String,
    /// Accounts flagged.
    pub flagged: u64,
    /// Those of them that are coordinated.
    pub coordinated: u64,
    /// Their share, with Wilson's 95 % interval; `None` if nothing is flagged.
    pub precision: Option<Estimate>,
    /// The share of the coordinated that is flagged, with Wilson's 95 % interval.
    pub recall: Option<Estimate>,
    /// The mean of the F1 of both classes.
    pub macro_f1: f64,
    /// The share of the others that is flagged.
    pub false_positive_rate: Option<f64>,
    /// What a flag is worth at each of [`PREVALENCES`]; empty if nothing is flagged.
    pub ppv: Vec<PpvFigure>,
}

/// The share of flags that would be right at a prevalence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PpvFigure {
    /// The share of accounts that is coordinated.
    pub prevalence: f64,
    /// The value.
    pub value: f64,
    /// Whether no other account was flagged, so that the value is a lower bound.
    pub is_lower_bound: bool,
    /// From and to, at 95 %.
    pub interval: (f64, f64),
}

/// Two result folders on the same resamples.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Paired {
    /// The first folder.
    pub first: String,
    /// The other one.
    pub other: String,
    /// The first one's AUPRC less the other's.
    pub auprc_difference: Estimate,
    /// The share of draws in which the first one's AUPRC is above the other's.
    pub first_above: f64,
    /// The share of draws in which both are equal.
    pub equal: f64,
}

/// The figures of several rankings of the same accounts, each with its draws of AUPRC.
pub(super) struct Ranked {
    /// `None` where a class is missing from the truth: then nothing can be ranked.
    pub(super) figures: Vec<Option<RankingFigures>>,
    auprc_draws: Vec<Vec<f64>>,
}

/// Measures rankings, with `draws` resamples.
pub(super) fn ranked(rankings: &[Ranking], coordinated: &[bool], draws: u32, seed: u64) -> Ranked {
    let strata = Strata::new(coordinated);
    if strata.positives.is_empty() || strata.negatives.is_empty() {
        let figures = rankings.iter().map(|_| None).collect();
        return Ranked { figures, auprc_draws: Vec::new() };
    }
    let drawn: Vec<Vec<Measures>> = (0..draws)
        .into_par_iter()
        .map(|draw| {
            let mut seed = Seed(seed).for_unit(STAGE, u64::from(draw));
            let resampled = strata.resample(rankings, |bound| seed.below(bound));
            let of = |(ranking, steps): (&Ranking, &Vec<Step>)| Measures::of(ranking, steps);
            rankings.iter().zip(&resampled).map(of).collect()
        })
        .collect();
    let of_folder = |place: usize| {
        let of_draw = |draw: &Vec<Measures>| draw[place].clone();
        drawn.iter().map(of_draw).collect::<Vec<Measures>>()
    };
    let folders = || (0..rankings.len()).map(of_folder);
    Ranked {
        figures: rankings.iter().zip(folders()).map(|(r, d)| Some(figures(r, &d))).collect(),
        auprc_draws: folders().map(|d| d.iter().map(|m| m.auprc).collect()).collect(),
    }
}

impl Ranked {
    /// The first folder against each other one; empty without draws.
    pub(super) fn paired(&self, names: &[String]) -> Vec<Paired> {
        let auprc = |place: usize| self.figures[place].as_ref().map(|f| f.auprc.value);
        let against = |other: usize| {
            let (a, b) = (self.auprc_draws.first()?, &self.auprc_draws[other]);
            let (first_above, equal) = shares_above_and_equal(a, b)?;
            let differences = a.iter().zip(b).map(|(a, b)| a - b).collect();
            Some(Paired {
                first: names[0].clone(),
                other: names[other].clone(),
                auprc_difference: Estimate {
                    value: auprc(0)? - auprc(other)?,
                    interval: interval_95(differences),
                },
                first_above,
                equal,
            })
        };
        (1..names.len()).filter_map(against).collect()
    }
}

/// The measures of one ranking or resample.
#[derive(Clone, Debug)]
struct Measures {
    auprc: f64,
    roc_auc: f64,
    recall_at_precision: f64,
    precision_at: Vec<f64>,
}

impl Measures {
    /// The measures of some steps, which may be a resample of the ranking's own.
    fn of(ranking: &Ranking, steps: &[Step]) -> Self {
        let positives = ranking::total(steps).positives;
        let evident = &steps[..ranking.steps_with_evidence()];
        let cut = ranking::cut_at_precision(evident, PRECISION_MIN);
        let recall = |cut: Cut| cut.flagged.positives as f64 / positives as f64;
        let first = |&k: &u64| ranking::precision_at(steps, k).unwrap_or(0.0);
        Measures {
            auprc: ranking::average_precision(steps).unwrap_or(0.0),
            roc_auc: ranking::roc_auc(steps).unwrap_or(0.0),
            recall_at_precision: cut.map_or(0.0, recall),
            precision_at: firsts(positives).iter().map(first).collect(),
        }
    }
}

/// Where precision among the first is asked for.
fn firsts(positives: u64) -> Vec<u64> {
    let mut firsts = FIRST.to_vec();
    firsts.push(positives);
    firsts
}

fn figures(ranking: &Ranking, drawn: &[Measures]) -> RankingFigures {
    let own = Measures::of(ranking, &ranking.steps);
    let estimate = |of: &dyn Fn(&Measures) -> f64| Estimate {
        value: of(&own),
        interval: interval_95(drawn.iter().map(of).collect()),
    };
    let positives = ranking::total(&ranking.steps).positives;
    let at = |(place, &first): (usize, &u64)| PrecisionAt {
        first,
        precision: estimate(&|m| m.precision_at[place]),
    };
    RankingFigures {
        auprc: estimate(&|m| m.auprc),
        roc_auc: estimate(&|m| m.roc_auc),
        recall_at_precision: estimate(&|m| m.recall_at_precision),
        precision_at: firsts(positives).iter().enumerate().map(at).collect(),
        cut_score: cut(ranking).map(|(_, cut)| ranking.scores[cut.step]),
        curve: curve(&ranking.steps, positives),
    }
}

/// The cut that the figures speak of: at the precision asked for or, where none has it, at the best
/// F1. `None` if no account has evidence.
fn cut(ranking: &Ranking) -> Option<(String, Cut)> {
    let evident = &ranking.steps[..ranking.steps_with_evidence()];
    let positives = ranking::total(&ranking.steps).positives;
    match ranking::cut_at_precision(evident, PRECISION_MIN) {
        Some(cut) => Some((format!("cut at precision ≥ {PRECISION_MIN}"), cut)),
        None => {
            let cut = ranking::cut_at_best_f1(evident, positives)?;
            Some((format!("cut at best F1 (none has precision ≥ {PRECISION_MIN})"), cut))
        }
    }
}

fn curve(steps: &[Step], positives: u64) -> Vec<(f64, f64)> {
    let points = steps.iter().scan(Step::default(), |above, &step| {
        *above = above.and(step);
        let recall = above.positives as f64 / positives as f64;
        Some((recall, above.positives as f64 / above.total() as f64))
    });
    points.collect()
}

/// The rules that a result folder states, and the cut of its ranking.
pub(super) fn rules(
    matched: &Matched,
    ranking: &Ranking,
    coordinated: &[bool],
    q_max: f64,
) -> Vec<RuleFigures> {
    let rates_of = |flags: &mut dyn Iterator<Item = bool>| {
        Rates::count(flags.zip(coordinated.iter().copied()))
    };
    let mut rules = Vec::new();
    if let Some(q) = &matched.q {
        let rates = rates_of(&mut q.iter().map(|&q| q <= q_max));
        rules.push(rule(format!("q ≤ {q_max}"), rates));
    }
    for tier in [Tier::Discovery, Tier::Strict] {
        if let Some(tiers) = &matched.tiers {
            let rates = rates_of(&mut tiers.iter().map(|&own| own >= tier));
            let or_better = if tier == Tier::Discovery { " or better" } else { "" };
            rules.push(rule(format!("tier {}{or_better}", tier.name()), rates));
        }
    }
    if let Some((name, cut)) = cut(ranking) {
        let flagged = |&step: &u32| step as usize <= cut.step;
        rules.push(rule(name, rates_of(&mut ranking.step_of.iter().map(flagged))));
    }
    rules
}

fn rule(name: String, rates: Rates) -> RuleFigures {
    let estimate = |value: Option<f64>, of: u64| {
        let interval = Some(rates::wilson(rates.true_positives, of, rates::Z_95));
        value.map(|value| Estimate { value, interval })
    };
    let ppv = |&prevalence: &f64| {
        let rates::Ppv { value, is_lower_bound, interval } = rates::ppv_of(rates, prevalence)?;
        Some(PpvFigure { prevalence, value, is_lower_bound, interval })
    };
    RuleFigures {
        rule: name,
        flagged: rates.flagged(),
        coordinated: rates.true_positives,
        precision: estimate(rates.precision(), rates.flagged()),
        recall: estimate(rates.recall(), rates.positives()),
        macro_f1: rates.macro_f1(),
        false_positive_rate: rates.false_positive_rate(),
        ppv: PREVALENCES.iter().filter_map(ppv).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten coordinated accounts of forty; the ranking puts some others among them.
    fn world() -> (Ranking, Ranking, Vec<bool>) {
        let coordinated: Vec<bool> = (0..40).map(|n| n < 10).collect();
        let good: Vec<f64> = (0..40).map(|n| f64::from(u8::from(n < 9 || n == 20))).collect();
        let bad: Vec<f64> = (0..40).map(|n| f64::from(n % 7)).collect();
        (Ranking::new(&good, &coordinated), Ranking::new(&bad, &coordinated), coordinated)
    }

    #[test]
    fn a_figure_lies_in_its_interval_and_is_the_same_each_time() {
        let (good, bad, coordinated) = world();
        let rankings = [good, bad];
        let ranked = |seed| super::ranked(&rankings, &coordinated, 200, seed);
        let figures = ranked(1).figures;
        let auprc = figures[0].as_ref().expect("two classes").auprc;
        let (low, high) = auprc.interval.expect("draws");
        assert!(low < auprc.value && auprc.value < high, "{auprc:?}");
        assert_eq!(figures, ranked(1).figures);
        assert_ne!(figures, ranked(2).figures);
        let none = super::ranked(&rankings, &coordinated, 0, 1);
        let of_none = none.figures[0].as_ref().expect("two classes").auprc;
        assert_eq!(of_none, Estimate { value: auprc.value, interval: None });
        assert_eq!(none.paired(&["a".to_owned(), "b".to_owned()]), []);
    }

    #[test]
    fn the_better_ranking_is_above_in_nearly_all_draws() {
        let (good, bad, coordinated) = world();
        let names = ["good", "bad", "good again"].map(str::to_owned);
        let rankings = [good.clone(), bad, good];
        let paired = ranked(&rankings, &coordinated, 200, 1).paired(&names);
        assert_eq!(paired.len(), 2);
        assert!(paired[0].first_above > 0.95 && paired[0].auprc_difference.value > 0.3);
        assert_eq!((paired[1].first_above, paired[1].equal), (0.0, 1.0));
    }

    #[test]
    fn a_truth_of_one_class_ranks_nothing() {
        let ranking = [Ranking::new(&[1.0, 0.0], &[false; 2])];
        let ranked = ranked(&ranking, &[false; 2], 10, 1);
        assert_eq!(ranked.figures, [None]);
        assert_eq!(ranked.paired(&["a".to_owned()]), []);
    }

    #[test]
    fn rules_are_counted_over_all_accounts_of_the_truth() {
        let coordinated = [true, true, false, false];
        let matched = Matched {
            scores: vec![3.0, 0.0, 1.0, 0.0],
            q: Some(vec![0.001, 1.0, 0.05, 0.051]),
            tiers: Some(vec![Tier::Strict, Tier::None, Tier::Discovery, Tier::None]),
            network: None,
            networks: Vec::new(),
            missing: 1,
            not_in_truth: 0,
        };
        let ranking = Ranking::new(&matched.scores, &coordinated);
        let found: Vec<(String, u64, u64)> = rules(&matched, &ranking, &coordinated, 0.05)
            .into_iter()
            .map(|rule| (rule.rule, rule.flagged, rule.coordinated))
            .collect();
        let expected = [
            ("q ≤ 0.05", 2, 1),
            ("tier discovery or better", 2, 1),
            ("tier strict", 1, 1),
            ("cut at precision ≥ 0.9", 1, 1),
        ];
        assert_eq!(found, expected.map(|(rule, n, right)| (rule.to_owned(), n, right)));
    }
}

//! Real posts with real coordinated accounts planted in them: how many are found, how many are
//! wrong. The figures are those of `zwerm evaluate`; a script of others checks them.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::evaluation;
use super::figure::Figure;
use crate::place::Place;
use crate::{python, scan, shell};

/// Two sums of the same numbers in another order differ by less.
const DIFFERENCE_MAX: f64 = 1e-9;

/// A figure of `zwerm evaluate` and the same one of the script.
const SAME: [(&str, &str); 7] = [
    ("/ranking/auprc/value", "/groups/all/auprc"),
    ("/ranking/recall_at_precision/value", "/groups/all/recall_at_p90"),
    ("/ranking/precision_at/0/precision/value", "/groups/all/p_at_50"),
    ("/networks/purity", "/networks/member_purity"),
    ("/networks/all_planted/ari", "/networks/all_planted/ari"),
    ("/networks/all_planted/nmi", "/networks/all_planted/nmi"),
    ("/networks/in_networks/pair_f1", "/networks/flagged/pair_f1"),
];

/// See the [module documentation](self).
pub(super) fn figures(place: &Place, shared: &Path) -> Result<Vec<Figure>> {
    let data = shared.join("data/semi-real/brexit_topic");
    let scanned = scan::scan(place, "brexit_topic", &data.join("posts.parquet"), &[])?;
    let truth = data.join("truth.csv");
    let passed = if scanned.null_check_passed { "passed" } else { "failed" };
    let mut figures =
        vec![Figure::holds("brexit_topic: null check", passed, scanned.null_check_passed)];
    let evaluated = evaluation::of(place, &scanned.results, &truth)?;
    figures.extend(measured(&evaluated)?);
    figures.push(agreement(&evaluated, &score(place, shared, &scanned.results, &truth)?)?);
    Ok(figures)
}

/// What the evaluation script says about a result folder.
fn score(place: &Place, shared: &Path, results: &Path, truth: &Path) -> Result<Value> {
    let environment = python::environment(place)?;
    let accounts = results.join("accounts.parquet");
    let mut script = Command::new(python::program(&environment, "python"));
    script.arg(shared.join("eval/score.py")).arg(&accounts).arg(truth).arg("--networks");
    script.arg(&accounts).args(["--json", "--boot", "0"]);
    Ok(serde_json::from_str(&shell::output(&mut script)?)?)
}

fn measured(evaluated: &Value) -> Result<Vec<Figure>> {
    let figure = |path: &str| evaluation::number(evaluated, path);
    let (found, right) = evaluation::flagged(evaluated, "q ≤ 0.05")?;
    let (strict, strict_right) = evaluation::flagged(evaluated, "tier strict")?;
    Ok(vec![
        Figure::at_least(
            "brexit_topic: AUPRC, all accounts",
            figure("/ranking/auprc/value")?,
            0.75,
        ),
        Figure::plain(
            "brexit_topic: recall at precision ≥ 0.9",
            format!("{:.3}", figure("/ranking/recall_at_precision/value")?),
        ),
        Figure::at_least(
            "brexit_topic: planted in networks",
            figure("/networks/members_coordinated")?,
            80.0,
        ),
        Figure::at_least("brexit_topic: purity of networks", figure("/networks/purity")?, 0.9),
        Figure::at_least("brexit_topic: accounts with q ≤ 0.05", found as f64, 100.0),
        Figure::share_at_least("brexit_topic: … planted", right, found, 0.75),
        Figure::at_least("brexit_topic: strict accounts", strict as f64, 60.0),
        Figure::share_at_least("brexit_topic: … planted", strict_right, strict, 0.9),
    ])
}

/// Whether `zwerm evaluate` and the script find the same.
fn agreement(evaluated: &Value, score: &Value) -> Result<Figure> {
    let mut apart: f64 = 0.0;
    for (own, other) in SAME {
        let value = score.pointer(other).and_then(Value::as_f64);
        let value = value.with_context(|| format!("the score has {other}"))?;
        apart = apart.max((evaluation::number(evaluated, own)? - value).abs());
    }
    let (what, found) = ("brexit_topic: figures agree with score.py", SAME.len());
    let holds = apart <= DIFFERENCE_MAX;
    let found = if holds { format!("all {found}") } else { format!("apart by {apart:e}") };
    Ok(Figure::holds(what, found, holds))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn met(figures: &[Figure]) -> Vec<bool> {
        figures.iter().map(|figure| !figure.is_missed()).collect()
    }

    fn evaluated() -> Value {
        json!({
            "ranking": {
                "auprc": {"value": 0.76},
                "recall_at_precision": {"value": 0.7},
                "precision_at": [{"precision": {"value": 0.9}}],
            },
            "rules": [
                {"rule": "q ≤ 0.05", "flagged": 100, "coordinated": 80},
                {"rule": "tier strict", "flagged": 100, "coordinated": 80},
            ],
            "networks": {
                "members_coordinated": 79,
                "purity": 0.9,
                "all_planted": {"ari": 0.5, "nmi": 0.6},
                "in_networks": {"pair_f1": 0.7},
            },
        })
    }

    #[test]
    fn the_figures_are_read() {
        let found = measured(&evaluated()).expect("all are there");
        assert_eq!(met(&found), [true, true, false, true, true, true, true, false]);
        assert!(measured(&json!({})).is_err());
    }

    #[test]
    fn a_figure_that_is_apart_is_seen() {
        let score = |auprc: f64| {
            json!({
                "groups": {"all": {"auprc": auprc, "recall_at_p90": 0.7, "p_at_50": 0.9}},
                "networks": {
                    "member_purity": 0.9,
                    "all_planted": {"ari": 0.5, "nmi": 0.6},
                    "flagged": {"pair_f1": 0.7},
                },
            })
        };
        let is_missed = |auprc| agreement(&evaluated(), &score(auprc)).expect("both").is_missed();
        assert!(!is_missed(0.76 + 1e-12));
        assert!(is_missed(0.7601));
        assert!(agreement(&evaluated(), &json!({})).is_err());
    }
}

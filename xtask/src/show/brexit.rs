//! Real posts with real coordinated accounts planted in them: how many are found, how many are
//! wrong.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::figure::Figure;
use super::results::{self, Account};
use crate::place::Place;
use crate::{python, scan, shell};

/// The level of `discovery`.
const Q_DISCOVERY: f64 = 0.05;

/// See the [module documentation](self).
pub(super) fn figures(place: &Place, shared: &Path) -> Result<Vec<Figure>> {
    let data = shared.join("data/semi-real/brexit_topic");
    let scanned = scan::scan(place, "brexit_topic", &data.join("posts.parquet"), &[])?;
    let accounts = results::accounts(&scanned.results)?;
    let truth = results::truth(&data.join("truth.csv"))?;
    let planted: BTreeSet<&str> =
        truth.iter().filter(|row| row.coordinated).map(|row| row.id.as_str()).collect();
    let passed = if scanned.null_check_passed { "passed" } else { "failed" };
    let mut figures =
        vec![Figure::holds("brexit_topic: null check", passed, scanned.null_check_passed)];
    figures.extend(scored(&score(place, shared, &scanned.results, &data.join("truth.csv"))?)?);
    figures.extend(counted(&accounts, &planted));
    Ok(figures)
}

/// What the evaluation script says about a result folder.
pub(super) fn score(place: &Place, shared: &Path, results: &Path, truth: &Path) -> Result<Value> {
    let environment = python::environment(place)?;
    let accounts = results.join("accounts.parquet");
    let mut script = Command::new(python::program(&environment, "python"));
    script.arg(shared.join("eval/score.py")).arg(&accounts).arg(truth).arg("--networks");
    script.arg(&accounts).arg("--json");
    Ok(serde_json::from_str(&shell::output(&mut script)?)?)
}

fn scored(score: &Value) -> Result<Vec<Figure>> {
    let figure = |path: &str| {
        score.pointer(path).and_then(Value::as_f64).with_context(|| format!("the score has {path}"))
    };
    Ok(vec![
        Figure::at_least("brexit_topic: AUPRC, all accounts", figure("/groups/all/auprc")?, 0.75),
        Figure::plain(
            "brexit_topic: recall at precision ≥ 0.9",
            format!("{:.3}", figure("/groups/all/recall_at_p90")?),
        ),
        Figure::at_least(
            "brexit_topic: planted in networks",
            figure("/networks/members_planted")?,
            80.0,
        ),
        Figure::at_least(
            "brexit_topic: purity of networks",
            figure("/networks/member_purity")?,
            0.9,
        ),
    ])
}

/// How many accounts each tier names, and how many of them were planted.
fn counted(accounts: &[Account], planted: &BTreeSet<&str>) -> Vec<Figure> {
    let of = |wanted: &dyn Fn(&Account) -> bool| {
        let named: Vec<&Account> = accounts.iter().filter(|&account| wanted(account)).collect();
        let right = named.iter().filter(|account| planted.contains(account.id.as_str())).count();
        (named.len(), right)
    };
    let (found, right) = of(&|account| account.q <= Q_DISCOVERY);
    let (strict, strict_right) = of(&|account| account.tier == "strict");
    vec![
        Figure::at_least("brexit_topic: accounts with q ≤ 0.05", found as f64, 100.0),
        Figure::share_at_least("brexit_topic: … planted", right, found, 0.75),
        Figure::at_least("brexit_topic: strict accounts", strict as f64, 60.0),
        Figure::share_at_least("brexit_topic: … planted", strict_right, strict, 0.9),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts(count: usize, q: f64, tier: &str) -> Vec<Account> {
        let account = |n: usize| Account {
            id: format!("{n}"),
            posts: 5,
            q,
            evidence: 0.0,
            tier: tier.to_owned(),
            network: None,
        };
        (0..count).map(account).collect()
    }

    fn met(figures: &[Figure]) -> Vec<bool> {
        figures.iter().map(|figure| !figure.is_missed()).collect()
    }

    #[test]
    fn accounts_are_counted_against_the_truth() {
        let ids: Vec<String> = (0..80).map(|n| n.to_string()).collect();
        let planted: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        let found = counted(&accounts(100, 0.05, "strict"), &planted);
        assert_eq!(met(&found), [true, true, true, false]);
        let found = counted(&accounts(100, 0.051, "none"), &planted);
        assert_eq!(met(&found), [false; 4]);
    }

    #[test]
    fn the_scripts_figures_are_read() {
        let score = serde_json::json!({
            "groups": {"all": {"auprc": 0.76, "recall_at_p90": 0.7}},
            "networks": {"members_planted": 79, "member_purity": 0.9},
        });
        let figures = scored(&score).expect("all are there");
        assert_eq!(met(&figures), [true, true, false, true]);
        assert!(scored(&serde_json::json!({})).is_err());
    }
}

//! What `zwerm evaluate` says about a result folder: the measures are the product's own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::place::Place;
use crate::{scan, shell};

/// The figures of one result folder against a truth.
pub(super) fn of(place: &Place, results: &Path, truth: &Path) -> Result<Value> {
    by_column(place, results, truth, "coordination_evidence")
}

/// The same where another column ranks.
pub(super) fn by_column(
    place: &Place,
    results: &Path,
    truth: &Path,
    column: &str,
) -> Result<Value> {
    let mut program = Command::new(scan::program(place)?);
    program.arg("evaluate").arg(results).arg("--truth").arg(truth).args(["--json", "--draws", "0"]);
    program.args(["--score", column]);
    let mut evaluation: Value = serde_json::from_str(&shell::output(&mut program)?)?;
    let one = evaluation.pointer_mut("/results/0").context("an evaluation has its results")?;
    Ok(one.take())
}

/// The share of resamples in which one folder has a higher average precision than another.
pub(super) fn share_above(
    place: &Place,
    (results, peer): (&Path, &Path),
    truth: &Path,
) -> Result<f64> {
    let mut program = Command::new(scan::program(place)?);
    program.arg("evaluate").args([results, peer]).arg("--truth").arg(truth).arg("--json");
    let evaluation: Value = serde_json::from_str(&shell::output(&mut program)?)?;
    number(&evaluation, "/paired/0/first_above")
}

/// A figure by its path.
pub(super) fn number(evaluated: &Value, path: &str) -> Result<f64> {
    let number = evaluated.pointer(path).and_then(Value::as_f64);
    number.with_context(|| format!("the evaluation has {path}"))
}

/// How many accounts a rule flags, and how many of them are coordinated.
pub(super) fn flagged(evaluated: &Value, rule: &str) -> Result<(usize, usize)> {
    let mut rules = evaluated["rules"].as_array().into_iter().flatten();
    let found = rules.find(|found| found["rule"] == rule);
    let found = found.with_context(|| format!("the evaluation has the rule {rule}"))?;
    Ok((number(found, "/flagged")? as usize, number(found, "/coordinated")? as usize))
}

//! Parts of real posts scanned again: how soon planted groups are found, and what stays of the
//! findings without a fifth of the posts.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::evaluation::number;
use super::figure::Figure;
use crate::place::Place;
use crate::{scan, shell};

/// Days between scans, and subsamples: as many as a few minutes allow.
const EVERY_DAYS: &str = "7";
const DRAWS: &str = "5";

/// See the [module documentation](self).
pub(super) fn figures(
    place: &Place,
    (name, posts): (&str, &Path),
    truth: &Path,
) -> Result<Vec<Figure>> {
    let out = place.scratch("results")?.join(format!("{name}-again"));
    let mut program = Command::new(scan::program(place)?);
    program.args(["evaluate", "--replay", "--every", EVERY_DAYS, "--subsample", DRAWS, "--json"]);
    program.args(["--force", "--posts"]).arg(posts).arg("--truth").arg(truth);
    let evaluated: Value = serde_json::from_str(&shell::output(program.arg("--out").arg(out))?)?;
    let mut figures = replayed(name, &evaluated)?;
    figures.extend(stable(name, &evaluated)?);
    Ok(figures)
}

fn replayed(name: &str, evaluated: &Value) -> Result<Vec<Figure>> {
    let groups = evaluated["replay"]["planted_groups"].as_array().context("groups replayed")?;
    let figure = |group: &Value| {
        let found = |rule: &str| match (&group[rule], &group[rule]["days_after_half_posted"]) {
            (Value::Null, _) => "never".to_owned(),
            (rule, days) => {
                let share = 100.0 * rule["share_of_posts"].as_f64().unwrap_or(0.0);
                format!("after {days} days, at {share:.0} % of its posts")
            }
        };
        let whose = group["group"].as_str().unwrap_or("");
        let accounts = &group["accounts"];
        Figure::plain(
            format!("{name}: {whose} ({accounts} accounts), half of it posting until half of it …"),
            format!("significant {}; in a network {}", found("significant"), found("in_network")),
        )
    };
    Ok(groups.iter().map(figure).collect())
}

fn stable(name: &str, evaluated: &Value) -> Result<Vec<Figure>> {
    let figure = |what: &str, key: &str| -> Result<Figure> {
        let of = |part: &str| number(evaluated, &format!("/stability/{key}/{part}"));
        let found = format!("{:.3} [{:.3}, {:.3}]", of("mean")?, of("min")?, of("max")?);
        Ok(Figure::plain(format!("{name}: 80 % of the posts, {what}"), found))
    };
    Ok(vec![
        figure("best Jaccard, mean over networks", "networks_jaccard")?,
        figure("Jaccard of significant accounts", "significant_jaccard")?,
        figure("share of its significant accounts that is new", "new")?,
        figure("rank correlation of evidence", "evidence_spearman")?,
    ])
}

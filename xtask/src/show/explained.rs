//! What `zwerm explain` says of a planted account: counted, never shown.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::figure::Figure;
use super::results::Account;
use crate::place::Place;
use crate::{scan, shell};

/// Explains the planted account with the most evidence.
pub(super) fn figures(
    place: &Place,
    (name, results, posts): (&str, &Path, &Path),
    accounts: &[Account],
    is_planted: impl Fn(&str) -> bool,
) -> Result<Vec<Figure>> {
    let planted = accounts.iter().filter(|account| is_planted(&account.id));
    let first = planted.max_by(|a, b| a.evidence.total_cmp(&b.evidence).then(b.id.cmp(&a.id)));
    let first = first.context("a planted account")?;
    let mut program = Command::new(scan::program(place)?);
    program.arg("explain").arg(results).args([&first.id, "--json", "--input"]).arg(posts);
    let explained: Value = serde_json::from_str(&shell::output(&mut program)?)?;
    Ok(of(name, &explained))
}

fn of(name: &str, explained: &Value) -> Vec<Figure> {
    let rows = explained["evidence"].as_array().map(Vec::as_slice).unwrap_or_default();
    let timed = |row: &Value| {
        let posts = row["posts_at"].as_array().map(Vec::as_slice).unwrap_or_default();
        posts.iter().filter(|p| p["post_id"].is_string() && p["created_at"].is_string()).count()
    };
    let posts: usize = rows.iter().map(timed).sum();
    let is_number = |value: &Value| value.as_f64().is_some_and(f64::is_finite);
    let expected = rows.iter().filter(|r| is_number(&r["expected"]) && is_number(&r["p"])).count();
    let length = |key: &str| explained[key].as_array().map_or(0, Vec::len);
    let says = explained["cannot_say"].as_str().unwrap_or_default();
    let q = &explained["finding"]["coordination_q"];
    let what = |part: &str| format!("{name}: a planted account explained, {part}");
    vec![
        Figure::at_least(&what("posts with their times"), posts as f64, 5.0),
        Figure::share_at_least(&what("objects with what was expected"), expected, rows.len(), 1.0),
        Figure::holds(
            &what("its q"),
            if is_number(q) { "stated" } else { "missing" },
            is_number(q),
        ),
        Figure::at_least(
            &what("innocent explanations tried"),
            length("explanations_tried") as f64,
            6.0,
        ),
        Figure::at_least(
            &what("what could not be looked at"),
            length("not_assessable") as f64,
            1.0,
        ),
        Figure::holds(
            &what("what cannot be said"),
            if says.is_empty() { "missing" } else { "stated" },
            !says.is_empty(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn posts_without_a_time_do_not_count() {
        let post = |at: Value| json!({"post_id": "p", "created_at": at});
        let row = json!({
            "expected": 0.5, "p": 0.1, "posts_at": [post(json!("2031-01-01")), post(Value::Null)],
        });
        let explained = json!({
            "finding": {"coordination_q": 0.01},
            "evidence": [row.clone(), row],
            "explanations_tried": ["a", "b", "c", "d", "e", "f"],
            "not_assessable": [["x", "y"]],
            "cannot_say": "who",
        });
        let missed: Vec<bool> = of("n", &explained).iter().map(Figure::is_missed).collect();
        assert_eq!(missed, [true, false, false, false, false, false]);
        assert!(of("n", &json!({})).iter().all(Figure::is_missed));
    }
}

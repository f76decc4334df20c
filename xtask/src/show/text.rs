//! Clusters of real texts beside an exact join of all of them and the same split.
//!
//! The join is independent code in the tests (`tests/it/near_texts`), built and run in release,
//! which takes minutes. Two texts are *near* when their shingles reach a Jaccard similarity of 0.6.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::figure::Figure;
use crate::place::Place;
use crate::shell;

/// The test that computes the figures and prints them as a line of JSON.
const TEST: &str = "near_texts::in_all_real_texts_a_scan_keeps_together_what_the_exact_join_does";

/// The share of what the exact join and split keep together that a scan keeps together.
const RECALL_MIN: f64 = 0.98;

/// See the [module documentation](self).
pub(super) fn figures(place: &Place, shared: &Path) -> Result<Vec<Figure>> {
    let mut test = shell::cargo(&place.root);
    test.args(["test", "--release", "--locked", "--quiet", "--package", "zwerm-tests"]);
    test.args(["--test", "it", "--", "--ignored", "--exact", "--nocapture", TEST]);
    test.env("ZWERM_SHARED", shared);
    // A figure that misses its goal fails the test too: what it printed says more.
    let printed = shell::printed(&mut test)?;
    let json = printed.lines().find_map(|line| line.find('{').map(|at| &line[at..]));
    let json = json.with_context(|| format!("the test printed no figures: {printed}"))?;
    read(&serde_json::from_str(json)?)
}

fn read(found: &Value) -> Result<Vec<Figure>> {
    let count = |name: &str| {
        let count = found[name].as_u64().with_context(|| format!("the figures have {name}"))?;
        anyhow::Ok(count as usize)
    };
    let share = |what: &str, part: &str, whole: &str| {
        anyhow::Ok(Figure::share(what, count(part)?, count(whole)?))
    };
    let at_least = |what: &str, part: &str, whole: &str| {
        anyhow::Ok(Figure::share_at_least(what, count(part)?, count(whole)?, RECALL_MIN))
    };
    let none = |what: &str, name: &str| anyhow::Ok(Figure::at_most(what, count(name)? as f64, 0.0));
    Ok(vec![
        Figure::plain("brexit: distinct texts", count("texts")?.to_string()),
        Figure::plain("brexit: near pairs", count("near")?.to_string()),
        share("brexit: … that exact join and split keep together", "near_exactly", "near")?,
        share("brexit: … that a scan keeps together", "near_scanned", "near")?,
        at_least("brexit: near pairs kept exactly, found", "near_both", "near_exactly")?,
        at_least("brexit: all pairs kept exactly, found", "both", "exactly")?,
        Figure::plain("brexit: texts in clusters", count("members")?.to_string()),
        none("brexit: … below 0.6 to their medoid", "too_far")?,
        none("brexit: … whose similarity is misstated", "misstated")?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_can_miss() {
        let mut found = serde_json::json!({
            "texts": 1_000, "near": 110, "near_exactly": 100, "near_scanned": 99, "near_both": 98,
            "exactly": 200, "both": 196, "members": 50, "too_far": 0, "misstated": 0,
        });
        let missed = |found: &Value| {
            read(found).expect("all are there").iter().filter(|f| f.is_missed()).count()
        };
        assert_eq!(missed(&found), 0);
        for (name, value) in [("near_both", 97), ("both", 195), ("too_far", 1), ("misstated", 1)] {
            let before = found[name].take();
            found[name] = value.into();
            assert_eq!(missed(&found), 1, "{name}");
            found[name] = before;
        }
        assert!(read(&serde_json::json!({})).is_err());
    }
}

//! `zwerm explain`: everything the results say about one account, network or campaign.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use zwerm_assess::explanations;
use zwerm_model::hash::{Map, Set};

use crate::config::Settings;
use crate::error::ScanError;
use crate::inspect::moment;
use crate::results::{Row, rows_where};
use crate::{file_system, manifest};

/// The files in which an id is looked for: (subject, file, column).
const SUBJECTS: [(&str, &str, &str); 3] = [
    ("account", "accounts.parquet", "account_id"),
    ("network", "networks.parquet", "network_id"),
    ("campaign", "campaigns.parquet", "campaign_id"),
];

/// What is always true of a finding, whatever it says.
const CANNOT_SAY: &str = concat!(
    "What this cannot say: who runs an account, why, for whom, or whether anything is untrue or ",
    "forbidden. It says that something is coordinated above chance, under the nulls named, at the ",
    "rate q; a human decides.",
);

/// All that is known of one id.
///
/// # Errors
///
/// If the folder cannot be read, or nothing has the id.
pub fn explain(folder: &Path, id: &str) -> Result<Value, ScanError> {
    zwerm_report::recover(folder)?;
    for (subject, file, column) in SUBJECTS {
        let Some(mut row) = rows_where(&folder.join(file), column, id)?.into_iter().next() else {
            continue;
        };
        if let Some(Value::String(tree)) = row.get("explanation") {
            let tree = serde_json::from_str(tree).unwrap_or(Value::Null);
            row.insert("explanation".to_owned(), tree);
        }
        let evidence: Vec<Row> = rows_where(&folder.join("evidence.parquet"), "subject_id", id)?
            .into_iter()
            .filter(|row| row.get("subject_kind") == Some(&json!(subject)))
            .collect();
        return Ok(json!({
            "subject": subject,
            "finding": row,
            "evidence": evidence,
            "explanations_tried": explanations::TABLE.iter().map(|e| e.name).collect::<Vec<_>>(),
            "not_assessable": not_assessable(folder)?,
            "cannot_say": CANNOT_SAY,
        }));
    }
    Err(ScanError::UnknownId { path: folder.to_path_buf(), id: id.to_owned() })
}

/// What the run could not look at, with the reasons, as its manifest says.
fn not_assessable(folder: &Path) -> Result<Value, ScanError> {
    let path = folder.join(manifest::MANIFEST);
    if !file_system::exists(&path) {
        return Ok(Value::Null);
    }
    let wrong = |error: serde_json::Error| ScanError::Results {
        path: path.clone(),
        problem: error.to_string(),
    };
    let manifest: Value = serde_json::from_str(&file_system::read_result(&path)?).map_err(wrong)?;
    Ok(manifest.pointer("/facts/not_assessable").cloned().unwrap_or(Value::Null))
}

/// Puts the moment of each post of the evidence beside its id: results hold ids only, the posts
/// themselves have the times. What the posts do not have stays without one.
///
/// # Errors
///
/// If the posts cannot be read.
pub fn add_times(explained: &mut Value, settings: &Settings) -> Result<(), ScanError> {
    let ingested = zwerm_ingest::read(&settings.inputs, &settings.ingest()?)?;
    let posts = &ingested.posts;
    let evidence = explained["evidence"].as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
    let wanted: Set<String> = evidence.iter().flat_map(post_ids).collect();
    let mut times: Map<String, String> = Map::default();
    for post in 0..posts.len() {
        let id = posts.id.get(post);
        let platform = posts.accounts.platform_of(posts.account[post]);
        for name in [format!("{platform}:{id}"), id.into_owned()] {
            if wanted.contains(&name) {
                times.insert(name, moment(posts.at[post].0));
            }
        }
    }
    for row in evidence {
        let timed: Vec<Value> =
            post_ids(row).map(|id| json!({"post_id": id, "created_at": times.get(&id)})).collect();
        row["posts_at"] = json!(timed);
    }
    Ok(())
}

fn post_ids(row: &Value) -> impl Iterator<Item = String> + use<> {
    let ids = row["post_ids"].as_array().cloned().unwrap_or_default();
    ids.into_iter().filter_map(|id| id.as_str().map(str::to_owned))
}

/// The same as lines for a terminal.
#[must_use]
pub fn lines(explained: &Value) -> String {
    let mut out = String::new();
    let subject = explained["subject"].as_str().unwrap_or("");
    let _ = writeln!(out, "{subject}");
    for (name, value) in explained["finding"].as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            ("explanation", tree) => {
                let _ = writeln!(out, "\nwhere the scores come from");
                tree_lines(tree, 1, &mut out);
            }
            ("channels", Value::Array(channels)) => {
                let _ =
                    writeln!(out, "\ntests (kind, null, window, context, objects, statistic, p)");
                for channel in channels {
                    let _ = writeln!(out, "  {}", row_line(channel));
                }
            }
            (_, value) => {
                let _ = writeln!(out, "  {name:<24} {}", plain(value));
            }
        }
    }
    let evidence = explained["evidence"].as_array().map(Vec::as_slice).unwrap_or_default();
    let _ = writeln!(out, "\nevidence: {} objects", evidence.len());
    for row in evidence {
        let _ = writeln!(
            out,
            "  {} {}: {} accounts, {} posts in {} ms; chance would bring {}, p = {}",
            plain(&row["kind"]),
            plain(&row["object"]),
            row["accounts"],
            row["posts"],
            row["span_ms"],
            plain(&row["expected"]),
            plain(&row["p"]),
        );
        match row["posts_at"].as_array() {
            None => {
                let _ = writeln!(out, "    posts {}", plain(&row["post_ids"]));
            }
            Some(timed) => {
                for post in timed {
                    let (at, id) = (plain(&post["created_at"]), plain(&post["post_id"]));
                    let _ = writeln!(out, "    {at}  {id}");
                }
            }
        }
    }
    explanation_lines(explained, &mut out);
    let _ = writeln!(out, "\n{}", explained["cannot_say"].as_str().unwrap_or(""));
    out
}

/// Which innocent explanations were tried, and what could not be looked at.
fn explanation_lines(explained: &Value, out: &mut String) {
    let finding = &explained["finding"];
    let is_alone = finding.get("network_id").is_some_and(Value::is_null);
    if let Some(fit) = finding["explanations"].as_array().filter(|_| !is_alone) {
        let _ = writeln!(out, "\ninnocent explanations tried on the network");
        for name in explained["explanations_tried"].as_array().into_iter().flatten() {
            let fits = if fit.contains(name) { "fits" } else { "does not fit" };
            let _ = writeln!(out, "  {:<24} {fits}", plain(name));
        }
    }
    let missing = explained["not_assessable"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !missing.is_empty() {
        let _ = writeln!(out, "\nnot assessable in this run");
    }
    for entry in missing {
        let _ = writeln!(out, "  {}: {}", plain(&entry[0]), plain(&entry[1]));
    }
}

fn tree_lines(tree: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let _ = writeln!(
        out,
        "{indent}{} = {} ({}) {}",
        plain(&tree["name"]),
        plain(&tree["value"]),
        plain(&tree["formula"]),
        plain(&tree["because"]),
    );
    for part in tree["parts"].as_array().into_iter().flatten() {
        tree_lines(part, depth + 1, out);
    }
    let beside = tree["beside"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !beside.is_empty() {
        let _ = writeln!(out, "{indent}beside {}, and no part of it:", plain(&tree["name"]));
    }
    for fact in beside {
        tree_lines(fact, depth + 1, out);
    }
}

fn row_line(row: &Value) -> String {
    let cells = row.as_object().into_iter().flatten();
    cells.map(|(_, value)| plain(value)).collect::<Vec<_>>().join("  ")
}

/// A value without quotes; control characters of strangers' names made visible.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "not assessable".to_owned(),
        Value::String(text) => text.chars().flat_map(visible).collect(),
        Value::Number(number) => match number.as_f64() {
            Some(f) if number.is_f64() && f != 0.0 && f.abs() < 1e-3 => format!("{f:.2e}"),
            Some(f) if number.is_f64() => format!("{f:.3}"),
            _ => number.to_string(),
        },
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// A terminal obeys control characters: strangers' do not get to it.
pub(crate) fn visible(c: char) -> Box<dyn Iterator<Item = char>> {
    let is_bidi =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c.is_control() || is_bidi {
        Box::new(c.escape_unicode())
    } else {
        Box::new(std::iter::once(c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_score_is_told_apart_from_its_parts() {
        let node = |name: &str| json!({"name": name, "value": 1.0, "formula": "given"});
        let mut tree = node("coordination_score");
        tree["parts"] = json!([node("x")]);
        tree["beside"] = json!([node("evasion_percent")]);
        let explained = json!({"subject": "network", "finding": {"explanation": tree}});
        let lines = lines(&explained);
        let places = ["    x = 1", "  beside coordination_score", "    evasion_percent = 1"]
            .map(|line| lines.find(line).unwrap_or_else(|| panic!("{line:?} in {lines}")));
        assert!(places.is_sorted(), "{lines}");
    }
}

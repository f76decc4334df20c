//! `zwerm explain`: everything the results say about one account, network or campaign.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::error::ScanError;
use crate::results::{Row, rows_where};

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
            "cannot_say": CANNOT_SAY,
        }));
    }
    Err(ScanError::UnknownId { path: folder.to_path_buf(), id: id.to_owned() })
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
        let _ = writeln!(out, "    posts {}", plain(&row["post_ids"]));
    }
    let _ = writeln!(out, "\n{}", explained["cannot_say"].as_str().unwrap_or(""));
    out
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

//! What platforms and tools write is read as what it says, with no hint of what it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::harness::ingest::same_in_little_memory;
use crate::harness::program::zwerm;
use crate::harness::{names_in, results, root, scratch, shared};

/// Canonical rows by post id, as an expected file writes them.
type Rows = BTreeMap<String, Map<String, Value>>;

const NAMES: [&str; 6] = ["text", "lang", "repost_of", "reply_to", "quote_of", "client"];

/// The posts of a file of canonical Parquet.
fn ingested(path: &Path) -> Rows {
    let row = |row: results::Row| {
        let mut found = Map::new();
        let id = results::text(&row, "post_id").to_owned();
        for name in NAMES.iter().chain(&["account_id", "platform"]) {
            found.insert((*name).to_owned(), row[*name].clone());
        }
        for name in ["urls", "hashtags", "mentions", "media"] {
            found.insert(name.to_owned(), row[name].clone());
        }
        found.insert("created_at".to_owned(), row["created_at"].clone());
        let paid = row.get("paid_disclosed").cloned().unwrap_or_default();
        found.insert("paid_disclosed".to_owned(), paid);
        (id, found)
    };
    results::rows(path).into_iter().map(row).collect()
}

/// The rows of an expected file: times in milliseconds, media by id, else by address.
fn expected(path: &Path) -> Rows {
    let text = std::fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        let mut row: Map<String, Value> = serde_json::from_str(line).expect("a JSON object");
        let id = row.remove("post_id").expect("an id").as_str().expect("text").to_owned();
        let at = row["created_at"].as_str().expect("a time");
        let at: jiff::Timestamp = at.parse().expect("RFC 3339");
        row.insert("created_at".to_owned(), json!(at.as_millisecond()));
        let media = row["media"].as_array().expect("a list").iter();
        let media: Vec<Value> = media
            .map(|entry| match entry {
                Value::Object(entry) if entry["id"].is_null() => entry["url"].clone(),
                Value::Object(entry) => entry["id"].clone(),
                name => name.clone(),
            })
            .collect();
        row.insert("media".to_owned(), media.into());
        (id, row)
    };
    text.lines().filter(|line| !line.is_empty()).map(row).collect()
}

/// Schemas whose columns have names that any table may have: they must be asked for.
const ASKED_FOR: [&str; 1] = ["cib-mango-tree"];

/// Reads a file with no hint; checks the schema, the posts, and that no row is lost.
#[track_caller]
fn check(input: &Path, schema: &str, rows: &Rows) {
    let folder = scratch();
    let out = folder.path().join("posts.parquet");
    let mut hint: Vec<&Path> = Vec::new();
    if ASKED_FOR.contains(&schema) {
        hint.extend([Path::new("--schema"), Path::new(schema)]);
    }
    let with_hint = |arguments: &[&Path]| zwerm(arguments.iter().chain(&hint));
    let shown = with_hint(&[Path::new("inspect"), input, Path::new("--json")]);
    let shown = if shown.status == Some(0) { shown } else { panic!("{}", shown.err) };
    let file = &shown.json()["files"][0];
    assert_eq!(file["schema"], schema, "{}", input.display());
    assert_eq!(file["evidence"]["schema"], schema, "{}", input.display());
    let run = with_hint(&["ingest".as_ref(), "--json".as_ref(), "--out".as_ref(), &*out, input]);
    let run = run.expect(0);
    let spelled: Vec<String> = hint.iter().map(|path| path.display().to_string()).collect();
    let more: Vec<&str> = spelled.iter().map(String::as_str).collect();
    same_in_little_memory(&[&input.display().to_string()], &out, &more);
    let counts = run.json();
    let count = |name: &str| counts[name].as_u64().expect("a count");
    let all = ["posts", "duplicates", "merged", "filtered", "rejected"];
    let sum: u64 = all.into_iter().map(count).sum();
    assert_eq!(count("rows"), sum, "{counts}");
    assert_eq!(count("posts"), rows.len() as u64, "{}: {counts}", input.display());
    let found = ingested(&out);
    for (id, wanted) in rows {
        let row = found.get(id).unwrap_or_else(|| panic!("{id} in {:?}", found.keys()));
        for (name, value) in wanted {
            assert_eq!(&row[name], value, "{}: {name} of {id}", input.display());
        }
    }
}

/// The files of a folder but for what is expected of them.
fn inputs(folder: &Path) -> Vec<PathBuf> {
    let mut names = names_in(folder);
    names.retain(|name| !name.starts_with("expected"));
    names.sort();
    names.iter().map(|name| folder.join(name)).collect()
}

#[test]
fn every_schema_is_found_and_read() {
    let folder = root().join("tests/schemas");
    let mut names = names_in(&folder);
    names.sort();
    let mut schemas = names_in(&root().join("crates/zwerm-ingest/schemas"));
    schemas.sort();
    let described: Vec<String> = names.iter().map(|name| format!("{name}.toml")).collect();
    assert_eq!(described, schemas);
    for name in names {
        let rows = expected(&folder.join(&name).join("expected.ndjson"));
        assert!(!rows.is_empty(), "{name}");
        let inputs = inputs(&folder.join(&name));
        assert!(!inputs.is_empty(), "{name}");
        inputs.iter().for_each(|input| check(input, &name, &rows));
    }
}

#[test]
fn the_examples_of_every_platform_are_read() {
    let Some(formats) = shared("data/formats") else { return };
    let mut names = names_in(&formats);
    names.retain(|name| name != "README.md");
    names.sort();
    assert!(names.len() >= 13, "{names:?}");
    for name in names {
        let all = expected(&formats.join(&name).join("expected.ndjson"));
        for input in inputs(&formats.join(&name)) {
            let rows = match input.file_name().and_then(|name| name.to_str()) {
                // Its cells are made up: it is for reading only.
                Some("shape_300.csv") => continue,
                Some("shares_text_times.csv") => {
                    all.clone().into_iter().filter(|(id, _)| id == "c1" || id == "c2").collect()
                }
                _ => all.clone(),
            };
            check(&input, &name, &rows);
        }
    }
}

#[test]
fn the_shape_of_a_real_archive_is_read_to_its_last_row() {
    let Some(input) = shared("data/formats/twitter-io-csv/shape_300.csv") else { return };
    let arguments = ["inspect", "--json", "--max-reject-ratio", "1"].map(Path::new);
    let run = zwerm(arguments.into_iter().chain([input.as_path()])).expect(0);
    let shown = run.json();
    assert_eq!(shown["files"][0]["schema"], "twitter-io-csv");
    assert_eq!(shown["files"][0]["rows"], 300);
    let count = |name: &str| {
        let counts = shown["counts"].as_array().expect("counts").iter();
        let found = counts.filter(|count| count[0].as_str().is_some_and(|n| n.starts_with(name)));
        found.map(|count| count[1].as_u64().expect("a number")).sum::<u64>()
    };
    assert_eq!(count("ingest.posts") + count("ingest.rejected"), 300, "{shown}");
}

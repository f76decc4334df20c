//! A peer's table may come as Parquet, as text or as JSON: what is made of it is the same.

use std::path::Path;

use super::table::{Table, assert_same, edges, fixture};
use crate::harness::program::zwerm;
use crate::harness::scratch;

/// A table as one JSON object a line; empty cells are left out, some columns are lists.
fn as_lines(table: &Table, lists: &[&str]) -> String {
    let line = |row: &Vec<String>| {
        let cells = table.columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
        let cells = cells.map(|(name, cell)| {
            let value = match lists.contains(&name.as_str()) {
                true => serde_json::json!(cell.split(' ').collect::<Vec<_>>()),
                false => serde_json::json!(cell),
            };
            (name.clone(), value)
        });
        serde_json::Value::Object(cells.collect()).to_string()
    };
    table.rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Compares what is made of a table in each format with what is made of it as Parquet.
#[track_caller]
fn check(csv: &Path, lists: &[&str], flags: &str) {
    let folder = scratch();
    let table = Table::read(csv);
    let path = |name: &str| folder.path().join(name);
    table.write(&path("in.parquet"));
    let lines = as_lines(&table, lists);
    std::fs::write(path("in.ndjson"), &lines).unwrap();
    std::fs::write(path("in.json"), format!("[{}]", lines.replace('\n', ",\n"))).unwrap();
    let packed = zstd::encode_all(std::fs::File::open(csv).unwrap(), 0).unwrap();
    std::fs::write(path("in.csv.zst"), packed).unwrap();
    let flags: Vec<&str> = flags.split_whitespace().collect();
    let expected = edges(&path("in.parquet"), &flags);
    assert!(!expected.rows.is_empty(), "{flags:?}");
    for name in ["in.ndjson", "in.json", "in.csv.zst"] {
        assert_same(&edges(&path(name), &flags), &expected, name);
    }
    assert_same(&edges(csv, &flags), &expected, "csv");
}

#[test]
fn every_format_gives_the_same_table() {
    let coortweet = "--compat coortweet --window 60s --min-participation 1";
    check(&fixture("coortweet/micro_input.csv"), &[], coortweet);
    for network in super::cnt::NETWORKS {
        // A message without links has no link in a list: the tool's empty link is one of text.
        let quirk = if network == "co_link" { "--quirk empty-link=off" } else { "" };
        let cnt = format!("--compat cnt --window 60s --min-weight 1 --keep-loops {quirk}");
        check(&fixture("cnt/micro.csv"), &["urls"], &format!("{cnt} --network {network}"));
    }
}

#[test]
fn a_column_that_is_not_there_is_named_with_those_that_are() {
    let folder = scratch();
    let out = folder.path().join("out").display().to_string();
    let input = fixture("coortweet/micro_input.csv").display().to_string();
    let fixed = ["edges", &input, "--out", &out, "--compat", "coortweet", "--window", "60s"];
    let run = zwerm(fixed.iter().chain(&["--object", "url"]));
    assert!(run.err.contains("\"url\"") && run.err.contains("object_id"), "{}", run.err);
    run.expect(3);
}

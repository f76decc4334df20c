//! The tables of CooRTweet.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::table::{Table, assert_same, edges, fixture};
use crate::harness::results::{Row, rows};
use crate::harness::{scratch, shared};

/// Flags beside `--compat coortweet`, divided by spaces.
pub(super) fn coortweet(input: &Path, flags: &str) -> Table {
    let fixed = ["--compat", "coortweet"];
    edges(input, &fixed.into_iter().chain(flags.split_whitespace()).collect::<Vec<_>>())
}

/// The edge table sorted as text sorts: the golden files are in the order of R's C locale.
pub(super) fn by_names(table: Table) -> Table {
    let mut table = table;
    table.rows.sort_by(|a, b| (&a[0], &a[1]).cmp(&(&b[0], &b[1])));
    table
}

#[test]
fn all_tables_of_the_small_set() {
    let folder = scratch();
    let input = folder.path().join("in.parquet");
    Table::read(&fixture("coortweet/micro_input.csv")).write(&input);
    let tables = [
        ("noloops", "detect_groups", "pairs"),
        ("noloops", "edges", "edges"),
        ("noloops", "account_stats", "accounts"),
        ("noloops", "group_stats", "objects"),
        ("loops", "detect_groups", "pairs"),
        ("loops", "edges", "edges"),
    ];
    for participation in 0..=3 {
        for (loops, golden, table) in tables {
            let name = format!("micro_tw60_mp{participation}_{loops}_{golden}.csv");
            let keep = if loops == "loops" { "--keep-loops" } else { "" };
            let flags =
                format!("--window 60s --min-participation {participation} --table {table} {keep}");
            let golden = Table::read(&fixture(&format!("coortweet/{name}")));
            assert_same(&coortweet(&input, &flags), &golden, &name);
        }
    }
}

#[test]
fn quirks_can_be_switched_off() {
    let folder = scratch();
    let input = folder.path().join("in.parquet");
    Table::read(&fixture("coortweet/micro_input.csv")).write(&input);
    let cells = |flags: &str, columns: &[&str]| {
        let table = coortweet(&input, &format!("--window 60s {flags}")).select(columns);
        table.rows.iter().map(|row| row.join(" ")).collect::<Vec<String>>()
    };
    let objects = cells("--table objects --quirk comma-split=off", &["object_id", "num_accounts"]);
    assert_eq!(objects.last().map(String::as_str), Some("o5,x 1"));
    let objects = cells("--table objects --quirk from-only=off", &["object_id", "num_accounts"]);
    assert_eq!(objects[0], "o1 3");
    let weights = cells("--quirk repeated-rows=off", &["from", "to", "weight"]);
    assert_eq!(weights[0], "a b 3");
    let contents =
        cells("--quirk contents-by-age=off", &["from", "n_content_id", "n_content_id_y"]);
    assert_eq!(contents[0], "a 2 2");
    // Account c has one row that pairs: its edge stands by the other side alone.
    let both = cells("--quirk one-side-passes=off", &["from", "to"]);
    assert_eq!(both, ["a b", "d e", "d f", "e f"]);
}

/// Compares an edge table with the counts that are stated of it.
#[track_caller]
pub(super) fn check_counts(found: &Table, stated: &Table, case: &str) {
    // The case of two windows has no counts of its own.
    let [row] = &stated.rows[..] else { return assert!(case.ends_with("fast10"), "{case}") };
    let stated = |name| row[stated.place(name)].as_str();
    let weights: Vec<u64> = column(found, "weight").map(|w| w.parse().unwrap()).collect();
    let accounts: BTreeSet<&str> = column(found, "from").chain(column(found, "to")).collect();
    let above = column(found, "weight_threshold").filter(|&flag| flag == "1").count();
    assert_eq!(accounts.len().to_string(), stated("vertices"), "{case}");
    assert_eq!(found.rows.len().to_string(), stated("edges"), "{case}");
    assert_eq!(weights.iter().sum::<u64>().to_string(), stated("sum_weight"), "{case}");
    assert_eq!(weights.iter().max().unwrap().to_string(), stated("max_weight"), "{case}");
    assert_eq!(above.to_string(), stated("edges_above_threshold"), "{case}");
}

fn column<'a>(table: &'a Table, name: &str) -> impl Iterator<Item = &'a str> {
    let place = table.place(name);
    table.rows.iter().map(move |row| row[place].as_str())
}

#[test]
fn an_account_that_only_meets_itself_is_there_only_with_loops() {
    const ACCOUNT: &str = "9fa51ef17278c01d13d313741eddfc0b";
    let Some(input) = shared("data/parity/coortweet/russian_coord_tweets.parquet") else { return };
    let has = |flags: &str| {
        let table = coortweet(&input, &format!("--window 10s --min-participation 5 {flags}"));
        table.rows.iter().any(|row| row[0] == ACCOUNT || row[1] == ACCOUNT)
    };
    assert!(!has("") && has("--keep-loops"));
}

/// The German set with some of its columns of objects, each name with a prefix, and those accounts
/// whose name holds `part`.
pub(super) fn german(path: &Path, objects: &[(&str, &str)], part: &str) -> Option<PathBuf> {
    let source = shared("data/parity/coortweet/german_elections.parquet")?;
    let cell = |row: &Row, column: &str| match &row[column] {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let fixed = ["account_id", "post_id", "timestamp"];
    let columns = fixed.iter().map(|&name| name.to_owned());
    let columns = columns.chain(objects.iter().map(|&(column, _)| column.to_owned())).collect();
    let object = |row: &Row, (column, prefix): (&str, &str)| match cell(row, column) {
        name if name.is_empty() => name,
        name => format!("{prefix}{name}"),
    };
    let rows = rows(&source)
        .iter()
        .filter(|row| cell(row, "account_id").contains(part))
        .map(|row| {
            let fixed = fixed.iter().map(|column| cell(row, column));
            fixed.chain(objects.iter().map(|&o| object(row, o))).collect()
        })
        .collect();
    Table { columns, rows }.write(path);
    Some(path.to_path_buf())
}

//! The tables of CooRTweet.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::table::{Table, assert_same, edges, fixture};
use crate::harness::results::{Row, rows};
use crate::harness::{scratch, shared};

/// Flags beside `--compat coortweet`, divided by spaces.
fn coortweet(input: &Path, flags: &str) -> Table {
    let fixed = ["--compat", "coortweet"];
    edges(input, &fixed.into_iter().chain(flags.split_whitespace()).collect::<Vec<_>>())
}

/// The edge table sorted as text sorts: the golden files are in the order of R's C locale.
fn by_names(table: Table) -> Table {
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

#[track_caller]
fn golden(name: &str) -> Option<Table> {
    shared(&format!("data/parity/coortweet/golden/{name}.csv.gz")).map(|path| Table::read(&path))
}

/// Compares the pairs, the edges and the counts of one case.
#[track_caller]
fn check(input: &Path, case: &str, flags: &str) {
    let (Some(edges), Some(summary)) = (golden(&format!("{case}_edges")), golden("summary")) else {
        return;
    };
    // Stacked pairs are no file of their own.
    if !case.contains("_plus_") {
        let Some(pairs) = golden(&format!("{case}_detect_groups")) else { return };
        assert_same(&coortweet(input, &format!("{flags} --table pairs")), &pairs, case);
    }
    let found = coortweet(input, flags);
    assert_same(&found, &by_names(edges), case);
    let weights: Vec<u64> = column(&found, "weight").map(|w| w.parse().unwrap()).collect();
    let accounts: BTreeSet<&str> = column(&found, "from").chain(column(&found, "to")).collect();
    let expected = summary.with("case", case);
    let expected = |name| expected.rows[0][expected.place(name)].clone();
    assert_eq!(accounts.len().to_string(), expected("vertices"), "{case}");
    assert_eq!(found.rows.len().to_string(), expected("edges"), "{case}");
    assert_eq!(weights.iter().sum::<u64>().to_string(), expected("sum_weight"), "{case}");
    assert_eq!(weights.iter().max().unwrap().to_string(), expected("max_weight"), "{case}");
    let above = column(&found, "weight_threshold").filter(|&flag| flag == "1").count();
    assert_eq!(above.to_string(), expected("edges_above_threshold"), "{case}");
}

fn column<'a>(table: &'a Table, name: &str) -> impl Iterator<Item = &'a str> {
    let place = table.place(name);
    table.rows.iter().map(move |row| row[place].as_str())
}

#[test]
fn a_set_of_reposts() {
    let Some(input) = shared("data/parity/coortweet/russian_coord_tweets.parquet") else { return };
    check(&input, "ru_tw10_mp1", "--window 10s --min-participation 1");
    check(&input, "ru_tw10_mp2", "--window 10s --min-participation 2");
    check(&input, "ru_tw10_mp5_loopskept", "--window 10s --min-participation 5 --keep-loops");
    check(&input, "ru_tw60_mp1", "--window 60s --min-participation 1");
    check(&input, "ru_tw60_mp2", "--window 60s --min-participation 2");
    let stats = "--window 60s --min-participation 2 --table";
    for (name, table) in [
        ("ru_tw60_mp2_account_stats_none", "accounts"),
        ("ru_tw60_mp2_group_stats_none", "objects"),
    ] {
        let Some(golden) = golden(name) else { return };
        assert_same(&coortweet(&input, &format!("{stats} {table}")), &golden, name);
    }
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
fn german(path: &Path, objects: &[(&str, &str)], part: &str) -> Option<PathBuf> {
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

/// The tool's vignette leaves out rows without an object and repeated ones.
const CLEAN: &str = "--map account_id=account_id,content_id=post_id,timestamp_share=timestamp \
                     --quirk missing-object=off,repeated-rows=off";

#[track_caller]
fn check_german(case: &str, objects: &[(&str, &str)], part: &str, window: &str) {
    let folder = scratch();
    let Some(input) = german(&folder.path().join("in.parquet"), objects, part) else { return };
    let columns: Vec<&str> = objects.iter().map(|(column, _)| *column).collect();
    check(&input, case, &format!("{CLEAN} --window {window} --object {}", columns.join(",")));
}

#[test]
fn a_set_of_posts() {
    check_german("de_urls_tw30_mp2", &[("url_id", "url_")], "", "30s");
    check_german("de_images_tw30_mp2", &[("phash_id", "hash_")], "", "30s");
    check_german("de_domains_tw30_mp2", &[("domain_id", "domain_")], "", "30s");
    check_german("de_hashtags_tw30_mp2", &[("hashtag_id", "hashtag_")], "", "30s");
    check_german("de_fb_urls_tw60_mp2", &[("url_id", "url_")], "fb", "60s");
    let both = [("url_id", "url_"), ("phash_id", "hash_")];
    check_german("de_urls_plus_images_tw30_mp2", &both, "", "30s");
}

#[test]
fn a_fast_window_inside_a_slow_one() {
    let folder = scratch();
    let input = german(&folder.path().join("in.parquet"), &[("url_id", "url_")], "fb");
    let Some(input) = input else { return };
    let Some(edges) = golden("de_fb_urls_tw60_fast10_edges") else { return };
    let found =
        coortweet(&input, &format!("{CLEAN} --window 60s --object url_id --fast-window 10s"));
    assert_same(&found, &by_names(edges), "de_fb_urls_tw60_fast10_edges");
}

#[test]
fn two_simulated_sets() {
    for seed in ["sim_seed123", "sim_seed2025"] {
        let Some(input) = golden(&format!("{seed}_input")) else { return };
        let Some(expected) = golden(&format!("{seed}_expected")) else { return };
        let folder = scratch();
        let path = folder.path().join("in.parquet");
        input.write(&path);
        let found = coortweet(&path, "--window 100s --min-participation 3 --table pairs");
        let columns: Vec<&str> = found.columns.iter().map(String::as_str).collect();
        let expected = expected.with("coordinated", "TRUE").select(&columns);
        assert_same(&found.clone().sorted(), &expected.sorted(), seed);
    }
}

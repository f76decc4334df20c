//! When something is wrong, the program says where, what it expected, what it found and what to do,
//! in one line, with the exit status that scripts rely on; it never panics.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::StringArray;
use tempfile::TempDir;

use crate::harness::posts::{self, Post, Table};
use crate::harness::program::{Run, zwerm};
use crate::harness::{names_in, results, scratch};

/// Some good posts in a folder of their own, and room for what is wrong with them.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        Place { folder: scratch() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn spelled(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Writes a small file.
    fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.spelled(name)
    }

    /// Writes a table.
    fn table(&self, name: &str, table: &Table) -> String {
        table.write(&self.path(name), 1_000);
        self.spelled(name)
    }

    /// Writes posts that nothing is wrong with.
    fn posts(&self) -> String {
        self.table("posts.parquet", &Table::of(&few_posts()))
    }

    /// Scans and checks that nothing was written.
    #[track_caller]
    fn refused(&self, input: &str, more: &[&str], status: i32, words: &[&str]) {
        let out = self.spelled("out");
        let mut arguments = vec!["scan", input, "--out", &out];
        arguments.extend(more);
        said(zwerm(arguments), status, words);
        assert!(!self.path("out").exists(), "nothing was asked for that could be written");
        let left = names_in(self.folder.path());
        assert!(!left.iter().any(|name| name.starts_with("out.")), "{left:?}");
    }
}

fn few_posts() -> Vec<Post> {
    posts::sample().into_iter().take(300).collect()
}

/// Checks the status, that one line says what is wrong, and that it holds all of some words.
#[track_caller]
fn said(run: Run, status: i32, words: &[&str]) {
    let run = run.expect(status);
    // `error:` is how the parser of the command line begins.
    let is_ours = |line: &&str| line.starts_with("zwerm: ") || line.starts_with("error: ");
    let lines = run.err.lines().filter(is_ours).count();
    assert_eq!(lines, 1, "{}", run.err);
    for word in words {
        assert!(run.err.contains(word), "expected {word:?} in: {}", run.err);
    }
    for word in ["panicked", "RUST_BACKTRACE", "unwrap", "stack backtrace"] {
        assert!(!run.err.contains(word) && !run.out.contains(word), "{}", run.err);
    }
}

#[test]
fn good_posts_are_not_refused() {
    let place = Place::new();
    let out = place.spelled("out");
    zwerm(["scan", &place.posts(), "--out", &out]).expect(0);
    assert!(place.path("out/accounts.parquet").exists());
}

#[test]
fn an_input_that_is_not_there_is_named() {
    let place = Place::new();
    place.refused(&place.spelled("no.parquet"), &[], 3, &["no.parquet", "cannot be read"]);
    place.refused(&place.spelled("*.parquet"), &[], 3, &["*.parquet", "expected at least one"]);
    std::fs::create_dir(place.path("empty")).unwrap();
    place.refused(&place.spelled("empty"), &[], 3, &["empty", ".parquet", "found none"]);
}

#[test]
fn a_missing_column_names_those_there_are() {
    let place = Place::new();
    let table = Table::of(&few_posts());
    for (column, other) in
        [("created_at", "when"), ("account_id", "author"), ("post_id", "Tweet ID")]
    {
        let input = place.table("posts.parquet", &table.clone().renamed(column, other));
        let words = [&format!("\"{column}\""), other, "text", "urls", &format!("--map {column}=")];
        place.refused(&input, &[], 3, &words);
    }
    let mapped = ["--map", "urls=links"];
    place.refused(&place.posts(), &mapped, 3, &["\"links\"", "urls", "post_id"]);
}

#[test]
fn a_wrong_type_names_the_column_and_what_was_found() {
    let place = Place::new();
    let posts = few_posts();
    let table = Table::of(&posts);
    let flags = Arc::clone(table.column("automated"));
    let floats: arrow_array::ArrayRef =
        Arc::new(arrow_array::Float64Array::from(vec![1.5; posts.len()]));
    for (column, array, found) in [
        ("created_at", &flags, "Boolean"),
        ("created_at", &floats, "Float64"),
        ("account_id", &floats, "Float64"),
        ("post_id", &floats, "Float64"),
        ("text", &flags, "Boolean"),
        ("urls", &floats, "Float64"),
        ("automated", &floats, "Float64"),
    ] {
        let input = place.table("posts.parquet", &table.clone().with(column, Arc::clone(array)));
        let words = ["posts.parquet", &format!("column \"{column}\""), "expected", found];
        place.refused(&input, &[], 3, &words);
    }
}

#[test]
fn a_time_that_is_none_says_what_was_found() {
    let place = Place::new();
    let posts = few_posts();
    let words = StringArray::from(vec!["yesterday"; posts.len()]);
    let table = Table::of(&posts).with("created_at", Arc::new(words));
    let input = place.table("posts.parquet", &table);
    place.refused(&input, &[], 3, &["posts.parquet", "invalid_created_at 300", "300 of 300"]);
}

#[test]
fn a_file_that_is_no_table_of_posts_is_named() {
    let place = Place::new();
    let whole = std::fs::read(place.posts()).unwrap();
    place.refused(&place.file("empty.parquet", ""), &[], 3, &["empty.parquet", "0 bytes"]);
    let no_rows = place.table("none.parquet", &Table::of(&[]));
    place.refused(&no_rows, &[], 3, &["none.parquet", "no row"]);
    let csv = place.file("posts.csv", "name,colour\nann,red\n");
    place.refused(&csv, &[], 3, &["posts.csv", "\"account_id\"", "name, colour", "--schema"]);
    let json = place.file("posts.ndjson", "{\"name\": \"ann\"}\n{\"colour\": 1}\n");
    place.refused(&json, &[], 3, &["posts.ndjson", "\"account_id\"", "colour, name"]);
    let binary = place.file("posts.xlsx", "PK\u{3}\u{4}...");
    place.refused(&binary, &[], 3, &["posts.xlsx", "ZIP archive", "unpack"]);
    let binary = place.file("posts.bin", "\0\u{1}\u{2}");
    place.refused(&binary, &[], 3, &["posts.bin", "no text"]);
    let cut = place.file("cut.json", "[{\"post_id\": \"1\",\n\"account_id\": ");
    place.refused(&cut, &[], 3, &["cut.json", "expected a whole json", "line 2"]);
    for share in [2, 10, 50, 90, 99] {
        let cut = &whole[..whole.len() * share / 100];
        std::fs::write(place.path("cut.parquet"), cut).unwrap();
        let words = ["cut.parquet", "expected a readable Parquet file"];
        place.refused(&place.spelled("cut.parquet"), &[], 3, &words);
    }
}

/// A byte turned over inside the pages, the footer whole: refused, or read as what it now says.
#[test]
fn a_damaged_page_never_panics() {
    let place = Place::new();
    let whole = std::fs::read(place.posts()).unwrap();
    for number in 0..60 {
        let mut bytes = whole.clone();
        let at = 4 + number * (whole.len() - 12) / 60;
        bytes[at] ^= 0xff;
        std::fs::write(place.path("bad.parquet"), bytes).unwrap();
        let run = zwerm(["inspect", &place.spelled("bad.parquet")]);
        assert!(matches!(run.status, Some(0 | 3)), "byte {at}: {:?} {}", run.status, run.err);
        assert!(!run.err.contains("panicked"), "byte {at}: {}", run.err);
    }
}

#[test]
fn too_many_bad_rows_stop_the_run_and_say_why() {
    let place = Place::new();
    let mut posts = few_posts();
    for post in posts.iter_mut().take(20) {
        post.names.insert("post_id", "1.01E+18".to_owned());
    }
    for post in posts.iter_mut().skip(20).take(10) {
        post.names.insert("account_id", "NA".to_owned());
    }
    let input = place.table("posts.parquet", &Table::of(&posts));
    let reasons = ["id_is_a_rounded_number 20", "missing_account_id 10"];
    let words = ["posts.parquet", "30 of 300", reasons[0], reasons[1], "--max-reject-ratio"];
    place.refused(&input, &[], 3, &words);
    // No share of a handful of rows is less than one.
    let input = place.table("few.parquet", &Table::of(&posts[19..25]));
    place.refused(&input, &[], 3, &["few.parquet", "6 of 6"]);
    let input = place.table("few.parquet", &Table::of(&posts[29..35]));
    let out = place.spelled("few");
    zwerm(["scan", &input, "--out", &out]).expect(0);
    // A tenth is allowed when one says so; every bad row is written down.
    let input = place.spelled("posts.parquet");
    let out = place.spelled("out");
    zwerm(["scan", &input, "--out", &out, "--max-reject-ratio", "0.1"]).expect(0);
    let rejects = results::rows(&place.path("out/rejects.parquet"));
    assert_eq!(rejects.len(), 30);
    assert_eq!(rejects[0]["row"].as_u64(), Some(0));
    assert_eq!(results::text(&rejects[0], "reason"), "id_is_a_rounded_number");
    assert_eq!(results::text(&rejects[0], "detail"), "1.01E+18");
    assert!(results::text(&rejects[29], "file").ends_with("posts.parquet"));
    let tally = &results::manifest(&place.path("out"))["facts"]["tally"];
    assert_eq!(tally["ingest.rejected.missing_account_id"], 10);
}

#[test]
fn an_existing_result_stays_without_force() {
    let place = Place::new();
    let (input, out) = (place.posts(), place.spelled("out"));
    zwerm(["scan", &input, "--out", &out]).expect(0);
    let before = results::result_files(&place.path("out"));
    let again = zwerm(["scan", &input, "--out", &out, "--seed", "5"]);
    said(again, 2, &["out", "exists", "--force"]);
    assert_eq!(results::result_files(&place.path("out")), before);
    zwerm(["scan", &input, "--out", &out, "--seed", "5", "--force"]).expect(0);
    assert_eq!(results::manifest(&place.path("out"))["settings"]["seed"], 5);
}

#[test]
fn force_does_not_remove_what_is_not_ours() {
    let place = Place::new();
    let input = place.posts();
    std::fs::create_dir(place.path("out")).unwrap();
    place.file("out/thesis.docx", "years of work");
    let run = zwerm(["scan", &input, "--out", &place.spelled("out"), "--force"]);
    said(run, 2, &["out", "thesis.docx"]);
    assert_eq!(std::fs::read_to_string(place.path("out/thesis.docx")).unwrap(), "years of work");
}

#[test]
fn a_wrong_word_on_the_command_line_is_named() {
    let place = Place::new();
    let input = place.posts();
    place.refused(&input, &["--frobnicate"], 2, &["--frobnicate"]);
    place.refused(&input, &["--null-check", "many"], 2, &["--null-check", "many"]);
    place.refused(&input, &["--map", "created_at"], 2, &["--map", "\"created_at\"", "COLUMN"]);
    let words = ["create_at", "created_at", "account_id"];
    place.refused(&input, &["--map", "create_at=when"], 2, &words);
    place.refused(&input, &["--map", "rows=wide"], 2, &["rows", "wide", "long"]);
    place.refused(&input, &["--schema", "x-api-v3"], 2, &["x-api-v3", "x-api-v2", "auto"]);
    place.refused(&input, &["--timezone", "Mars/Base"], 2, &["Mars/Base", "Europe/Brussels"]);
    place.refused(&input, &["--max-reject-ratio", "7"], 2, &["max_reject_ratio", "7"]);
    place.refused("[", &[], 2, &["["]);
}

#[test]
fn a_wrong_file_of_settings_is_named() {
    let place = Place::new();
    let input = place.posts();
    for (text, words) in [
        ("sede = 1\n", ["bad.toml", "sede"]),
        ("seed = \"one\"\n", ["bad.toml", "seed"]),
        ("[network]\nq_strikt = 0.1\n", ["bad.toml", "q_strikt"]),
        ("[network]\nrungs = [[60000, 1000]]\n", ["rungs", "60000"]),
        ("[map]\ncreated = \"t\"\n", ["created", "created_at"]),
        ("seed = \n", ["bad.toml", "line 1"]),
    ] {
        let config = place.file("bad.toml", text);
        place.refused(&input, &["--config", &config], 2, &words);
    }
    let none = place.spelled("none.toml");
    place.refused(&input, &["--config", &none], 2, &["none.toml"]);
}

#[test]
fn a_wrong_file_of_elections_is_named() {
    let place = Place::new();
    let input = place.posts();
    let election = "[[election]]\nid = \"e\"\njurisdiction = \"X\"\ntime_zone = ";
    let period = "[[election.period]]\nsource = \"s\"\nkind = ";
    for (text, words) in [
        ("[[vote]]\n".to_owned(), ["elections.toml", "vote"]),
        (format!("{election}\"Mars/Base\"\n"), ["elections.toml", "Mars/Base"]),
        (
            format!(
                "{election}\"UTC\"\n{period}\"rest\"\nfrom = \"2031-05-01\"\nto = \"2031-05-02\"\n"
            ),
            ["elections.toml", "rest"],
        ),
        (
            format!(
                "{election}\"UTC\"\n{period}\"silence\"\nfrom = \"May\"\nto = \"2031-05-02\"\n"
            ),
            ["elections.toml", "May"],
        ),
    ] {
        let file = place.file("elections.toml", &text);
        place.refused(&input, &["--elections", &file], 2, &words);
    }
    let none = place.spelled("none.toml");
    place.refused(&input, &["--elections", &none], 2, &["none.toml"]);
}

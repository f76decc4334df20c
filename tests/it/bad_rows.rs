//! A row that cannot be used is counted, written down with its reason, and stops nobody: rows in
//! are posts, duplicates, merged, filtered and rejected rows, always.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use arrow_array::StringArray;
use serde_json::{Value, json};

use crate::harness::ingest::same_in_little_memory;
use crate::harness::posts::{Post, Table};
use crate::harness::program::{Run, zwerm};
use crate::harness::{results, root, scratch};

/// Ingests a file of some bytes and checks that no row is lost; the outcome.
#[track_caller]
fn ingested(folder: &Path, name: &str, bytes: &[u8], more: &[&str]) -> Value {
    let (input, out) = (folder.join(name), folder.join("out.parquet"));
    std::fs::write(&input, bytes).unwrap();
    let (input, out) = (input.display().to_string(), out.display().to_string());
    let mut arguments = vec!["ingest", &input, "--out", &out, "--force", "--json"];
    arguments.extend(["--max-reject-ratio", "1"]);
    arguments.extend(more);
    let counts = zwerm(arguments).expect(0).json();
    no_row_is_lost(&counts);
    let more_of_ingest = [&["--max-reject-ratio", "1"], more].concat();
    same_in_little_memory(&[&input], Path::new(&out), &more_of_ingest);
    // Whoever only looks sees the same, though no post is held.
    let arguments = ["inspect", &input, "--json", "--max-reject-ratio", "1"];
    let seen = zwerm(arguments.iter().chain(more)).expect(0).json();
    assert_eq!(seen["counts"], counts["counts"], "{name}");
    assert_eq!(seen["accounts"], counts["accounts"], "{name}");
    counts
}

#[track_caller]
fn no_row_is_lost(counts: &Value) {
    let count = |name: &str| counts[name].as_u64().expect("a count");
    let sum: u64 =
        ["posts", "duplicates", "merged", "filtered", "rejected"].map(count).iter().sum();
    assert_eq!(count("rows"), sum, "{counts}");
}

fn count(counts: &Value, name: &str) -> u64 {
    let all = counts["counts"].as_array().expect("counts").iter();
    let found = all.filter(|count| count[0] == name).map(|count| count[1].as_u64());
    found.flatten().sum()
}

/// (row, reason) of every rejected row.
fn rejects(folder: &Path) -> Vec<(u64, String)> {
    let rows = results::rows(&folder.join("out.rejects.parquet"));
    let cell = |row: &results::Row| {
        (row["row"].as_u64().expect("a row"), results::text(row, "reason").to_owned())
    };
    rows.iter().map(cell).collect()
}

const TABLE: &[u8] = b"post_id,account_id,created_at,text\r\n\
    1,a,2031-05-05T09:00:00Z,\"good, \"\"yes\"\"\nit is\"\r\n\
    1.01E+18,a,2031-05-05T09:00:01Z,id\r\n\
    3,,2031-05-05T09:00:02Z,nobody\r\n\
    4,a,yesterday,when\r\n\
    5,a\r\n\
    post_id,account_id,created_at,text\r\n\
    6,a,2031-05-05T09:00:05Z,\xff\r\n\
    7,a,2031-05-05 11:00:05 CST,zone\r\n\
    1,a,2031-05-05T09:00:00Z,again\r\n\
    8,a,2031-05-05T09:00:08Z,good\r\n\
    9,a,2031-05-05T09:00:09Z,\"open\r\n";

#[test]
fn bad_rows_of_a_table_are_named() {
    let folder = scratch();
    let counts = ingested(folder.path(), "posts.csv", TABLE, &[]);
    let expected = [
        (1, "id_is_a_rounded_number"),
        (2, "missing_account_id"),
        (3, "invalid_created_at"),
        (4, "wrong_number_of_cells"),
        (6, "invalid_utf8"),
        (7, "created_at_has_an_ambiguous_zone"),
        (10, "quote_is_never_closed"),
    ];
    assert_eq!(rejects(folder.path()), expected.map(|(row, why)| (row, why.to_owned())));
    assert_eq!(count(&counts, "ingest.filtered.repeated_header"), 1);
    assert_eq!(count(&counts, "ingest.duplicate_posts"), 1);
    assert_eq!(counts["posts"], 2);
    // Bytes that are no text are replaced when one says so.
    let counts = ingested(folder.path(), "posts.csv", TABLE, &["--lossy-utf8"]);
    assert_eq!(counts["posts"], 3);
    assert_eq!(count(&counts, "ingest.rows_with_replaced_bytes"), 1);
    // And an abbreviation is read in the zone given.
    let counts = ingested(folder.path(), "posts.csv", TABLE, &["--timezone", "Asia/Shanghai"]);
    assert_eq!(counts["posts"], 3);
}

const LINES: &[u8] =
    b"\xef\xbb\xbf{\"post_id\":\"1\",\"account_id\":\"a\",\"created_at\":1935738000}\n\
    \n\
    {\"post_id\":\"2\",\"account_id\":\"a\",\"created_at\":19357\n\
    {\"post_id\":9007199254740993,\"account_id\":\"a\",\"created_at\":1935738000}\n\
    {\"post_id\":4,\"account_id\":7,\"created_at\":1935738000}\n\
    {\"post_id\":5e3,\"account_id\":7,\"created_at\":1935738000}\n\
    {\"post_id\":\"6\",\"account_id\":\"\xff\",\"created_at\":1935738000}\n\
    {\"post_id\":\"7\",\"account_id\":\"a\",\"created_at\":null}\n\
    \"x\"\n\
    {\"post_id\":\"9\",\"account_id\":\"a\",\"created_at\":1935738000,\"visibility\":\"private\"}\n\
    {\"post_id\":\"10\",\"account_id\":\"a\",\"created_at\":1935738000,\"reply_to\":1.5e18}\n";

#[test]
fn bad_lines_of_json_are_named() {
    let folder = scratch();
    let counts = ingested(folder.path(), "posts.ndjson", LINES, &[]);
    let expected = [
        (1, "invalid_json"),
        (2, "id_is_a_json_number_beyond_2_to_53"),
        (4, "id_is_a_rounded_number"),
        (5, "invalid_utf8"),
        (6, "missing_created_at"),
        (7, "missing_post_id"),
    ];
    assert_eq!(rejects(folder.path()), expected.map(|(row, why)| (row, why.to_owned())));
    assert_eq!(count(&counts, "ingest.filtered.not_public"), 1);
    assert_eq!(count(&counts, "ingest.references_that_are_rounded_numbers"), 1);
    assert_eq!(count(&counts, "ingest.epoch_unit_seconds"), 1);
    assert_eq!(counts["posts"], 3);
    let counts = ingested(folder.path(), "posts.ndjson", LINES, &["--lossy-utf8"]);
    assert_eq!(counts["posts"], 4);
}

#[test]
fn the_newest_copy_of_a_post_counts() {
    let folder = scratch();
    let rows = [
        ("1", "2031-05-06T00:00:00Z", "old"),
        ("1", "2031-05-07T00:00:00Z", "new"),
        ("2", "2031-05-06T00:00:00Z", "b"),
        ("2", "2031-05-06T00:00:00Z", "a"),
    ];
    let line = |(id, seen, text): &(&str, &str, &str)| {
        let row = json!({"post_id": id, "account_id": "a", "created_at": "2031-05-05T09:00:00Z",
            "collected_at": seen, "text": text});
        format!("{row}\n")
    };
    let texts = |rows: &[(&str, &str, &str)]| {
        let lines: String = rows.iter().map(line).collect();
        let counts = ingested(folder.path(), "posts.ndjson", lines.as_bytes(), &[]);
        assert_eq!(counts["duplicates"], 2);
        let rows = results::rows(&folder.path().join("out.parquet"));
        rows.iter().map(|row| results::text(row, "text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(texts(&rows), ["new", "a"]);
    let mut reversed = rows;
    reversed.reverse();
    assert_eq!(texts(&reversed), ["new", "a"]);
}

#[test]
fn what_is_longer_than_any_post_is_no_post() {
    let folder = scratch();
    let row = |id: &str, text: usize, urls: usize, url: usize| {
        let urls = vec!["u".repeat(url); urls];
        let row = json!({"post_id": id, "account_id": "a", "created_at": "2031-05-05T09:00:00Z",
            "text": "x".repeat(text), "urls": urls});
        format!("{row}\n")
    };
    let rows = [
        row("1", 10, 1, 10),
        row("2", 2 << 20, 1, 10),
        row("3", 10, 20_000, 10),
        row(&"4".repeat(5_000), 10, 1, 10),
        row("5", 10, 1, 100_000),
    ];
    let deep = format!("{}1{}\n", "[".repeat(500), "]".repeat(500));
    let lines = [rows.concat(), deep].concat();
    let counts = ingested(folder.path(), "posts.ndjson", lines.as_bytes(), &[]);
    let expected = [
        (1, "text_is_too_long"),
        (2, "list_is_too_long"),
        (3, "id_is_too_long"),
        (5, "invalid_json"),
    ];
    assert_eq!(rejects(folder.path()), expected.map(|(row, why)| (row, why.to_owned())));
    assert_eq!(count(&counts, "ingest.entries_too_long"), 1);
}

/// Bytes turned over, taken out and put in, all over a file: it is read, or refused with reasons.
#[test]
fn a_damaged_copy_loses_nothing_unsaid() {
    let folder = scratch();
    let mut seed = zwerm_model::Seed(7);
    for (schema, file) in [
        ("twitter-io-csv", "archive.csv"),
        ("x-api-v2", "pages.jsonl"),
        ("reddit-ndjson", "old.ndjson"),
        ("telegram-desktop-export", "result.json"),
    ] {
        let whole = std::fs::read(root().join("tests/schemas").join(schema).join(file)).unwrap();
        for round in 0..25 {
            let mut bytes = whole.clone();
            for _ in 0..=bytes.len() / 100 {
                let at = seed.below(bytes.len() as u64) as usize;
                match seed.below(3) {
                    0 => bytes[at] = seed.below(256) as u8,
                    1 => drop(bytes.remove(at)),
                    _ => bytes.insert(at, seed.below(256) as u8),
                }
            }
            let input = folder.path().join(file);
            std::fs::write(&input, bytes).unwrap();
            let out = folder.path().join("out.parquet");
            let mut arguments = ["ingest", "--json", "--force", "--max-reject-ratio", "1", "--out"]
                .map(Path::new)
                .to_vec();
            arguments.extend([out.as_path(), &input]);
            let run: Run = zwerm(arguments);
            match run.status {
                Some(0) => no_row_is_lost(&run.json()),
                Some(3) => assert!(run.err.contains(file), "{round}: {}", run.err),
                other => panic!("{file} {round}: {other:?} {}", run.err),
            }
            assert!(!run.err.contains("panicked"), "{}", run.err);
        }
    }
}

/// The same rows, good and bad, in every format and packing, have the same fate.
#[test]
fn rows_have_the_same_fate_in_every_format() {
    let folder = scratch();
    let at = |n: i64| 1_935_738_000_000 + 1_000 * n;
    let mut posts: Vec<Post> =
        (0..40).map(|n| Post::new(&format!("p{n}"), "a", at(n)).with("text", "t")).collect();
    posts[3] = Post::new("1.5E+18", "a", at(3));
    posts[5] = Post::new("", "a", at(5));
    posts[7] = Post::new("p7", "NA", at(7));
    posts[9] = Post::new(&"9".repeat(5_000), "a", at(9));
    posts[11] = posts[10].clone();
    posts[13] = posts[13].clone().with("visibility", "private");
    posts[15] = posts[15].clone().with("reply_to", "1.5e18");
    let file = folder.path().join("whole.parquet");
    visible(&posts).write(&file, 7);
    let row = |post: &Post| {
        let at = jiff::Timestamp::from_millisecond(post.at_ms).unwrap().to_string();
        let name = |name: &str| post.name(name).to_owned();
        let cells = ["post_id", "account_id", "text", "visibility", "reply_to", "platform"];
        let row = cells.map(|column| (column.to_owned(), json!(name(column))));
        Value::from(serde_json::Map::from_iter(
            row.into_iter().chain([("created_at".to_owned(), json!(at))]),
        ))
    };
    let rows: Vec<Value> = posts.iter().map(row).collect();
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let header: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(&header).unwrap();
    for row in &rows {
        table.write_record(header.iter().map(|name| row[*name].as_str().unwrap())).unwrap();
    }
    let list = serde_json::to_vec_pretty(&rows).unwrap();
    let plain = [("csv", table.into_inner().unwrap()), ("ndjson", lines.into()), ("json", list)];
    let mut files = vec![("parquet".to_owned(), std::fs::read(&file).unwrap())];
    for (ending, bytes) in plain {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&bytes).unwrap();
        files.push((format!("{ending}.gz"), gzip.finish().unwrap()));
        files.push((format!("{ending}.zst"), zstd::encode_all(&*bytes, 1).unwrap()));
        files.push((ending.to_owned(), bytes));
    }
    for (ending, bytes) in files {
        let counts = ingested(folder.path(), &format!("posts.{ending}"), &bytes, &[]);
        let reasons = [
            (3, "id_is_a_rounded_number"),
            (5, "missing_post_id"),
            (7, "missing_account_id"),
            (9, "id_is_too_long"),
        ];
        let reasons = reasons.map(|(row, why)| (row, why.to_owned()));
        assert_eq!(rejects(folder.path()), reasons, "{ending}");
        assert_eq!(counts["rows"], 40, "{ending}");
        assert_eq!(counts["duplicates"], 1, "{ending}");
        assert_eq!(count(&counts, "ingest.filtered.not_public"), 1, "{ending}");
        let ruined = "ingest.references_that_are_rounded_numbers";
        assert_eq!(count(&counts, ruined), 1, "{ending}");
    }
}

/// A table with a column that tables of the sample do not have.
fn visible(posts: &[Post]) -> Table {
    let cells = posts.iter().map(|post| Some(post.name("visibility")).filter(|v| !v.is_empty()));
    Table::of(posts).with("visibility", Arc::new(StringArray::from_iter(cells)))
}

/// What the fuzz targets begin with is answered here too, where no fuzzer is installed.
#[test]
fn every_seed_of_the_fuzz_targets_gets_an_answer() {
    let folder = scratch();
    let mut seeds = 0;
    for target in std::fs::read_dir(root().join("fuzz/seeds")).unwrap() {
        for seed in std::fs::read_dir(target.unwrap().path()).unwrap() {
            let path = seed.unwrap().path();
            let input = folder.path().join("posts");
            std::fs::copy(&path, &input).unwrap();
            let run = zwerm([Path::new("inspect"), &input]);
            assert!(matches!(run.status, Some(0 | 3)), "{}: {}", path.display(), run.err);
            assert!(!run.err.contains("panicked"), "{}: {}", path.display(), run.err);
            seeds += 1;
        }
    }
    assert!(seeds >= 12, "{seeds}");
}

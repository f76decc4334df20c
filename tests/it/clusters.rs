//! `zwerm cluster` gives the clusters of a scan; ids and texts are all that it asks for.

use std::path::Path;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use zwerm_model::Seed;

use crate::harness::posts::{self, Post, Table};
use crate::harness::program::zwerm;
use crate::harness::{names_in, sample_file, scan_sample, scratch};

/// Clusters with some flags and returns the bytes written.
#[track_caller]
fn cluster(input: &Path, out: &Path, flags: &[&str]) -> Vec<u8> {
    let (input, spelled) = (input.display().to_string(), out.display().to_string());
    let fixed = ["cluster", &input, "--out", &spelled, "--force", "--quiet"];
    zwerm(fixed.iter().chain(flags)).expect(0);
    std::fs::read(out).unwrap()
}

#[test]
fn clusters_are_those_of_a_scan_for_any_threads_order_and_memory() {
    let folder = scratch();
    let results = folder.path().join("results");
    scan_sample(&results);
    let expected = std::fs::read(results.join("text_clusters.parquet")).unwrap();
    let (shuffled, out) = (folder.path().join("shuffled.parquet"), folder.path().join("out"));
    Table::of(&posts::shuffled(&posts::sample(), 11)).write(&shuffled, 3_000);
    for input in [sample_file("posts.parquet"), shuffled] {
        for flags in [&["--threads", "1"][..], &["--threads", "7"], &["--memory", "100MiB"]] {
            let found = cluster(&input, &out, flags);
            assert!(found == expected, "{} {flags:?}: other bytes", input.display());
        }
    }
    let beside = names_in(folder.path());
    assert!(!beside.iter().any(|name| name.contains(".tmp-")), "{beside:?}");
}

#[test]
fn a_copy_of_a_dump_changes_nothing() {
    let folder = scratch();
    let (once, twice) = (folder.path().join("once"), folder.path().join("twice"));
    let input = sample_file("posts.parquet");
    let expected = cluster(&input, &once, &[]);
    let spelled = input.display().to_string();
    let out = twice.display().to_string();
    let run = zwerm(["cluster", &spelled, &spelled, "--out", &out, "--json"]).expect(0);
    let counts = run.json()["counts"].to_string();
    assert!(counts.contains("ingest.duplicate_posts"), "{counts}");
    assert!(std::fs::read(&twice).unwrap() == expected);
}

/// A file of nothing but ids and texts.
fn texts(path: &Path, rows: &[(String, String)]) {
    let column = |pick: fn(&(String, String)) -> &str| -> ArrayRef {
        std::sync::Arc::new(StringArray::from_iter_values(rows.iter().map(pick)))
    };
    let columns = [("post_id", column(|row| &row.0)), ("text", column(|row| &row.1))];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = std::fs::File::create(path).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// Texts of invented words, every seventh a copy with one word changed.
fn invented(count: u64) -> Vec<(String, String)> {
    let text = |number: u64, last: u64| {
        let mut seed = Seed(number);
        let words = (0..12).map(|_| format!("w{:x}", seed.below(1 << 24)));
        format!("{} end{last}", words.collect::<Vec<_>>().join(" "))
    };
    let row = |n: u64| (format!("{n:09}"), text(if n.is_multiple_of(7) { 0 } else { n }, n % 3));
    (0..count).map(row).collect()
}

#[test]
fn ids_and_texts_are_enough() {
    let folder = scratch();
    let (input, out) = (folder.path().join("in.parquet"), folder.path().join("out"));
    texts(&input, &invented(70));
    let (spelled, to) = (input.display().to_string(), out.display().to_string());
    let run = zwerm(["cluster", &spelled, "--out", &to, "--json"]).expect(0).json();
    assert_eq!(run["posts"], 70);
    assert_eq!((&run["clusters"], &run["posts_clustered"]), (&1.into(), &10.into()));
    let run = zwerm(["cluster", &spelled, "--out", &to, "--force", "--json", "--jaccard", "1"]);
    assert_eq!(run.expect(0).json()["clusters"], 3);
    let short = ["--min-chars", "4000"];
    let exact = ["cluster", &spelled, "--out", &to, "--force", "--json"];
    assert_eq!(zwerm(exact.iter().chain(&short)).expect(0).json()["clusters"], 3);
}

#[test]
fn too_little_memory_is_said_and_nothing_is_left() {
    let folder = scratch();
    let (input, out) = (folder.path().join("in.parquet"), folder.path().join("out"));
    texts(&input, &invented(20_000));
    let (spelled, to) = (input.display().to_string(), out.display().to_string());
    let run = zwerm(["cluster", &spelled, "--out", &to, "--memory", "65MiB"]).expect(4);
    assert!(run.err.contains("--memory: 68157440 bytes were given, about"), "{}", run.err);
    assert_eq!(names_in(folder.path()), ["in.parquet"]);
}

#[test]
fn a_file_is_replaced_only_when_asked_and_a_folder_never() {
    let folder = scratch();
    let out = folder.path().join("out").display().to_string();
    let input = sample_file("posts.parquet").display().to_string();
    zwerm(["cluster", &input, "--out", &out, "--quiet"]).expect(0);
    let run = zwerm(["cluster", &input, "--out", &out]).expect(2);
    assert!(run.err.contains("it exists; --force replaces it"), "{}", run.err);
    let results = folder.path().display().to_string();
    let run = zwerm(["cluster", &input, "--out", &results, "--force"]).expect(2);
    assert!(run.err.contains("it is a folder"), "{}", run.err);
}

#[test]
fn what_cannot_be_clustered_is_named() {
    let folder = scratch();
    let (input, out) = (folder.path().join("in.parquet"), folder.path().join("out"));
    let to = out.display().to_string();
    posts::write(&input, &[Post::new("1", "a", 0)]);
    let spelled = input.display().to_string();
    for (flags, status, words) in [
        (&["--map", "text=nothing"][..], 3, "nothing"),
        (&["--jaccard", "7"], 2, "jaccard"),
        (&["--memory", "much"], 2, "--memory"),
        (&[], 3, "text"),
    ] {
        let fixed = ["cluster", &spelled, "--out", &to];
        let run = zwerm(fixed.iter().chain(flags)).expect(status);
        assert!(run.err.contains(words), "{flags:?}: {}", run.err);
        assert!(!out.exists());
    }
}

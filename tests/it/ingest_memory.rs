//! `zwerm ingest --memory`: less memory than the posts need, the same bytes.

use std::path::Path;

use serde_json::json;

use crate::harness::ingest::same_in_little_memory;
use crate::harness::program::zwerm;
use crate::harness::{names_in, sample_file, scratch};

#[track_caller]
fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// Overlapping dumps: copies of posts that say different things, at different times, with and
/// without some columns, and moments in two units that only all rows together tell apart.
#[test]
fn copies_in_other_files_are_found() {
    let folder = scratch();
    let mut table = "post_id,account_id,created_at,text,collected_at\n".to_owned();
    let mut lines = String::new();
    for n in 0..2_000_u64 {
        let (id, at) = (n % 700, 1_900_000_000 + n % 13);
        table += &format!("{id},a{},{at},text {},{}\n", n % 40, n % 3, 1_950_000_000 + n % 5);
        let row = json!({
            "post_id": id.to_string(), "account_id": format!("a{}", n % 40), "created_at": at,
            "hashtags": [format!("tag{}", n % 4)], "reply_to": format!("{}", n % 9),
        });
        lines += &format!("{row}\n");
        if n % 50 == 0 {
            table += ",a1,1900000000,nameless,1950000000\n";
            lines += "{\"post_id\": \"x\"\n";
        }
    }
    let table = write(folder.path(), "a.csv", &table);
    let lines = write(folder.path(), "b.ndjson", &lines);
    let sample = sample_file("posts.parquet").display().to_string();
    let out = folder.path().join("posts.parquet");
    same_in_little_memory(&[&table, &lines, &sample], &out, &[]);
    same_in_little_memory(&[&lines, &table], &out, &[]);
}

#[test]
fn rows_of_a_long_table_are_merged() {
    let folder = scratch();
    let mut table = "post_id,account_id,created_at,urls\n".to_owned();
    for n in 0..3_000_u64 {
        table +=
            &format!("{},a{},{},https://e.example/{n}\n", n % 800, n % 7, 1_900_000_000 + n % 11);
    }
    let table = write(folder.path(), "long.csv", &table);
    let out = folder.path().join("posts.parquet");
    same_in_little_memory(&[&table], &out, &["--map", "rows=long"]);
}

#[test]
fn too_little_memory_says_how_much_it_takes_and_leaves_nothing() {
    let folder = scratch();
    let sample = sample_file("posts.parquet").display().to_string();
    let out = folder.path().join("posts.parquet").display().to_string();
    let run = zwerm(["ingest", &sample, "--out", &out, "--memory", "10MB"]).expect(4);
    assert!(run.err.contains("--memory") && run.err.contains("are needed"), "{}", run.err);
    assert_eq!(names_in(folder.path()), Vec::<String>::new());
}

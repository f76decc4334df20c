//! Equal findings give equal bytes.

use std::collections::BTreeMap;
use std::path::Path;

use super::fixture;
use crate::{PostRow, PostsWriter, sha256_file, write_results};

fn hashes(dir: &Path) -> BTreeMap<String, String> {
    std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, sha256_file(&entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn two_runs_write_the_same_bytes() {
    let runs: Vec<_> = (0..2)
        .map(|_| {
            let dir = tempfile::tempdir().unwrap();
            write_results(dir.path(), &fixture::demo().input()).unwrap();
            hashes(dir.path())
        })
        .collect();
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0].len(), crate::exporters::EXPORTERS.len());
}

#[test]
fn the_order_of_edges_does_not_matter() {
    let mut world = fixture::demo();
    let sorted = tempfile::tempdir().unwrap();
    write_results(sorted.path(), &world.input()).unwrap();
    world.findings.edges.reverse();
    let reversed = tempfile::tempdir().unwrap();
    write_results(reversed.path(), &world.input()).unwrap();
    assert_eq!(hashes(sorted.path()), hashes(reversed.path()));
}

#[test]
fn posts_are_written_the_same_twice() {
    let dir = tempfile::tempdir().unwrap();
    let hashes: Vec<String> = ["a", "b"]
        .iter()
        .map(|name| {
            let path = dir.path().join(name);
            let mut writer = PostsWriter::create(&path).unwrap();
            for id in ["1", "2", "3"] {
                let row = PostRow { post_id: id, account_id: "x", ..PostRow::default() };
                writer.push(&row).unwrap();
            }
            writer.finish().unwrap();
            sha256_file(&path).unwrap()
        })
        .collect();
    assert_eq!(hashes[0], hashes[1]);
}

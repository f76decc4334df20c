//! Equal rows give equal bytes: in any order, any files, on any number of threads.

use std::path::PathBuf;

use zwerm::ConfigFile;

use crate::harness::posts::{self, Post, Table};
use crate::harness::{results, scan, scan_sample, scratch, with_elections};

const THREADS: [usize; 3] = [1, 2, 7];
const SEEDS: [u64; 2] = [11, 12];

#[test]
fn order_files_and_threads_change_no_byte_of_a_result_file() {
    let folder = scratch();
    let expected = folder.path().join("expected");
    scan_sample(&expected);
    assert_eq!(results::result_files(&expected).len(), 11);
    let sample = posts::sample();
    for seed in SEEDS {
        let posts = posts::shuffled(&sample, seed);
        assert_ne!(posts, sample);
        for (split, inputs) in [("whole", whole(&posts)), ("three", three(&posts))] {
            let input = folder.path().join(format!("{split}-{seed}"));
            std::fs::create_dir(&input).unwrap();
            for (number, (table, group_rows)) in inputs.iter().enumerate() {
                table.write(&part(&input, number), *group_rows);
            }
            for threads in THREADS {
                let out = folder.path().join("out");
                let config = ConfigFile { threads: Some(threads), ..with_elections() };
                scan(&[&input], &out, config);
                let different = results::different_files(&expected, &out);
                assert!(different.is_empty(), "{split}, seed {seed}, {threads}: {different:?}");
                std::fs::remove_dir_all(&out).unwrap();
            }
        }
    }
}

/// A test that cannot fail proves nothing: one second of one post must show.
#[test]
fn one_second_of_one_post_is_seen() {
    let folder = scratch();
    let sample = posts::sample();
    let mut later = sample.clone();
    later[7].at_ms += 1_000;
    for (name, posts) in [("a", &sample), ("b", &later)] {
        let input = folder.path().join(format!("{name}.parquet"));
        posts::write(&input, posts);
        scan(&[&input], &folder.path().join(name), with_elections());
    }
    let different = results::different_files(&folder.path().join("a"), &folder.path().join("b"));
    assert!(different.contains(&"accounts.parquet".to_owned()), "{different:?}");
}

/// Tables and the rows of their row groups.
fn whole(posts: &[Post]) -> Vec<(Table, usize)> {
    vec![(Table::of(posts), posts.len())]
}

/// Files of unequal size; the first is large and in several row groups, the second ends in a
/// small one, the third is small.
fn three(posts: &[Post]) -> Vec<(Table, usize)> {
    let (first, rest) = posts.split_at(posts.len() * 7 / 10);
    let (second, third) = rest.split_at(rest.len() * 9 / 10);
    vec![(Table::of(first), 3_000), (Table::of(second), 1_000), (Table::of(third), 1_000)]
}

fn part(folder: &std::path::Path, number: usize) -> PathBuf {
    folder.join(format!("part-{number}.parquet"))
}

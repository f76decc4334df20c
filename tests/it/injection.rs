//! Groups are put into any background: its posts stay as they are, and the truth names the groups.

use std::path::Path;

use crate::harness::posts::{self, Post};
use crate::harness::program::zwerm;
use crate::harness::results::{Row, rows, text};
use crate::harness::{names_in, scratch};

fn simulate(out: &Path, more: &[&str]) -> crate::harness::program::Run {
    let out = out.display().to_string();
    zwerm(["simulate", "--out", &out, "--seed", "3"].iter().chain(more))
}

const CELL: &str = "accounts=8,objects=5,jitter=60s,camouflage=1,manner=exact";

#[test]
fn the_background_stays_and_the_truth_names_the_group() {
    let folder = scratch();
    let input = folder.path().join("background.parquet");
    let mut background: Vec<Post> = posts::sample();
    background.truncate(3_000);
    posts::write(&input, &background);
    let out = folder.path().join("out");
    let spelled = input.display().to_string();
    simulate(&out, &["--cell", CELL, "--into", &spelled]).expect(0);
    let mut names = names_in(&out);
    names.sort_unstable();
    assert_eq!(names, ["posts.parquet", "truth.csv"]);
    let all = rows(&out.join("posts.parquet"));
    let truth = std::fs::read_to_string(out.join("truth.csv")).unwrap();
    let planted: Vec<&str> = truth
        .lines()
        .filter(|line| line.ends_with("accounts8-objects5-jitter60s-camouflage1-exact-1"))
        .map(|line| line.split(',').next().unwrap())
        .collect();
    assert_eq!(planted.len(), 8);
    let (own, others): (Vec<&Row>, Vec<&Row>) =
        all.iter().partition(|row| planted.contains(&text(row, "account_id")));
    assert_eq!((own.len(), others.len()), (8 * 5 * 2, background.len()));
    let mut kept: Vec<(&str, i64, &str)> = others
        .iter()
        .map(|row| {
            let at = row["created_at"].as_i64().unwrap();
            (text(row, "post_id"), at, row["text"].as_str().unwrap_or(""))
        })
        .collect();
    let mut before: Vec<(&str, i64, &str)> =
        background.iter().map(|p| (p.name("post_id"), p.at_ms, p.name("text"))).collect();
    kept.sort_unstable();
    before.sort_unstable();
    assert_eq!(kept, before);
    // The same again gives the same bytes, and nothing is replaced unasked.
    let again = folder.path().join("again");
    simulate(&again, &["--cell", CELL, "--into", &spelled]).expect(0);
    for name in ["posts.parquet", "truth.csv"] {
        assert_eq!(
            std::fs::read(out.join(name)).unwrap(),
            std::fs::read(again.join(name)).unwrap()
        );
    }
    simulate(&again, &["--cell", CELL, "--into", &spelled]).expect(2);
    let run = simulate(&again, &["--cell", CELL, "--into", &spelled, "--no-plants"]).expect(2);
    assert!(run.err.contains("--no-plants"), "{}", run.err);
}

#[test]
fn a_group_is_found_in_a_world_without_coordination() {
    let folder = scratch();
    let out = folder.path().join("world");
    simulate(&out, &["--cell", CELL, "--posts", "8000"]).expect(0);
    let results = folder.path().join("results").display().to_string();
    let input = out.join("posts.parquet").display().to_string();
    zwerm(["scan", &input, "--out", &results, "--quiet"]).expect(0);
    let truth = out.join("truth.csv").display().to_string();
    let run = zwerm(["evaluate", &results, "--truth", &truth, "--json", "--draws", "0"]).expect(0);
    let json = run.json();
    assert_eq!(json["truth"]["coordinated"], 8);
    let group = &json["results"][0]["planted_groups"][0];
    assert!(group["discovery"].as_u64().unwrap() >= 6, "{group}");
}

#[test]
fn one_world_of_the_grid_is_written_and_how_many_there_are() {
    let folder = scratch();
    let out = folder.path().join("grid");
    let run = simulate(&out, &["--grid", "--world", "2", "--posts", "8000", "--json"]).expect(0);
    let json = run.json();
    let worlds = json["worlds"].as_u64().unwrap();
    assert!(worlds > 50, "{json}");
    assert_eq!(json["folders"].as_array().unwrap().len(), 1);
    let truth = std::fs::read_to_string(out.join("truth.csv")).unwrap();
    let groups: std::collections::BTreeSet<&str> =
        truth.lines().skip(1).filter_map(|line| line.split(',').nth(3)).collect();
    assert_eq!(json["groups"], groups.len() - 1, "one name is that of no group");
    let beyond = (worlds + 1).to_string();
    let run = simulate(&out, &["--grid", "--world", &beyond, "--posts", "8000", "--force"]);
    let run = run.expect(2);
    assert!(run.err.contains("world: expected 1 to"), "{}", run.err);
}

#[test]
fn what_cannot_be_injected_is_named() {
    let folder = scratch();
    let input = folder.path().join("mute.parquet");
    let mute: Vec<Post> = (0..50).map(|n| Post::new(&n.to_string(), "a", n * 60_000)).collect();
    posts::write(&input, &mute);
    let input = input.display().to_string();
    let out = folder.path().join("out");
    for (more, words) in [
        (vec!["--cell", CELL, "--into", &input], "different words"),
        (vec!["--cell", "accounts=8"], "--cell: expected accounts=8,objects=5"),
        (vec!["--into", &input], "--cell or --grid"),
        (vec!["--world", "1"], "--grid"),
        (vec!["--grid", "--cell", CELL], "--cell"),
    ] {
        let run = simulate(&out, &more).expect(2);
        assert!(run.err.contains(words), "{words:?} in {}", run.err);
    }
}

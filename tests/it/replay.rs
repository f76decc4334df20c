//! Parts of the posts are scanned again: how soon a group is found is what a scan of that day's
//! posts would say, and what stays of the findings without some posts does not depend on their
//! order.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::posts::{self, Post};
use crate::harness::program::{Run, zwerm};
use crate::harness::results::{number, rows, text};
use crate::harness::{names_in, scan, scratch};
use zwerm::ConfigFile;

const DAY_MS: i64 = 86_400_000;
/// A moment of the sample, which lasts from 2031-05-05 to 2031-06-01.
const START_MS: i64 = 1_935_698_400_000;

/// The sample's second and third week: the groups begin to act in it.
fn weeks() -> Vec<Post> {
    let is_in = |post: &Post| {
        let day = (post.at_ms - START_MS).div_euclid(DAY_MS);
        (10..20).contains(&day)
    };
    posts::sample().into_iter().filter(is_in).collect()
}

fn evaluate(folder: &Path, posts: &Path, out: &str, more: &[&str]) -> Run {
    let out = folder.join(out).display().to_string();
    let (posts, truth) = (posts.display().to_string(), truth(folder));
    let fixed = ["evaluate", "--posts", &posts, "--truth", &truth, "--out", &out, "--json"];
    zwerm(fixed.iter().chain(more))
}

/// The sample's planted ring and nobody else: one group, twenty accounts.
fn truth(folder: &Path) -> String {
    let path = folder.join("truth.csv");
    let mut lines = "account_id,coordinated,group\n".to_owned();
    for (account, _, group) in posts::sample_truth() {
        let is_ring = group == "repost-ring-1";
        let (yes, group) = if is_ring { (1, group.as_str()) } else { (0, "") };
        lines += &format!("{account},{yes},{group}\n");
    }
    std::fs::write(&path, lines).unwrap();
    path.display().to_string()
}

fn ring() -> Vec<String> {
    let ring = posts::sample_truth().into_iter().filter(|row| row.2 == "repost-ring-1");
    ring.map(|row| row.0).collect()
}

/// The significant members of the ring after a day (UTC), counted from a scan of the posts by then.
fn counted(folder: &Path, posts: &[Post], day: i64) -> usize {
    let by_then: Vec<Post> =
        posts.iter().filter(|post| post.at_ms.div_euclid(DAY_MS) <= day).cloned().collect();
    let input = folder.join("prefix.parquet");
    posts::write(&input, &by_then);
    let out = folder.join("prefix");
    scan(&[&input], &out, ConfigFile::default());
    let accounts = rows(&out.join("accounts.parquet"));
    std::fs::remove_dir_all(&out).unwrap();
    let ring = ring();
    let significant = accounts.iter().filter(|row| text(row, "tier") != "none");
    significant.filter(|row| ring.iter().any(|id| id == text(row, "account_id"))).count()
}

fn day_of(date: &Value) -> i64 {
    let date: jiff::civil::Date = date.as_str().expect("a day").parse().expect("a date");
    date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_millisecond() / DAY_MS
}

#[test]
fn a_group_is_found_on_the_day_whose_posts_show_it() {
    let folder = scratch();
    let posts = weeks();
    let input = folder.path().join("posts.parquet");
    posts::write(&input, &posts);
    let json =
        evaluate(folder.path(), &input, "out", &["--replay", "--every", "2"]).expect(0).json();
    assert_eq!(names_in(&folder.path().join("out")).len(), 2, "a page and figures, no plot");
    assert!(names_in(folder.path()).iter().all(|name| !name.contains("tmp")));
    let group = &json["replay"]["planted_groups"][0];
    assert_eq!((&group["group"], &group["accounts"]), (&"repost-ring-1".into(), &20.into()));
    let found = &group["significant"];
    let day = day_of(&found["day"]);
    assert!(counted(folder.path(), &posts, day) >= 10);
    assert!(counted(folder.path(), &posts, day - 2) < 10, "the scan before did not show it");
    let (first, half) = (day_of(&group["first_post"]), day_of(&group["half_posted"]));
    assert_eq!(found["days_after_first_post"], day - first);
    assert_eq!(found["days_after_half_posted"], day - half);
    let scans = json["replay"]["scans"].as_array().unwrap();
    assert_eq!(day_of(&scans[0]["day"]), half, "before that no rule can be met");
    let last = posts.iter().map(|post| post.at_ms.div_euclid(DAY_MS)).max().unwrap();
    let end = scans.last().unwrap();
    assert_eq!((day_of(&end["day"]), &end["posts"]), (last, &posts.len().into()));
}

#[test]
fn a_subsample_is_the_same_in_any_order() {
    let folder = scratch();
    let posts = weeks();
    let at = |name: &str| -> PathBuf { folder.path().join(name) };
    posts::write(&at("a.parquet"), &posts);
    posts::write(&at("b.parquet"), &posts::shuffled(&posts, 5));
    let of = |input: &str, of: &str, threads: &str| {
        let more = ["--subsample", "2", "--of", of, "--threads", threads, "--force"];
        evaluate(folder.path(), &at(input), "out", &more).expect(0).out
    };
    let first = of("a.parquet", "posts", "1");
    assert_eq!(first, of("b.parquet", "posts", "2"));
    let json: Value = serde_json::from_str(&first).unwrap();
    let figure = |of: &Value, name: &str| of["stability"][name]["mean"].as_f64().expect("a figure");
    assert!((0.3..1.0).contains(&figure(&json, "evidence_spearman")), "{json}");
    assert!(figure(&json, "significant_jaccard") > 0.5, "{json}");
    let of_accounts: Value = serde_json::from_str(&of("a.parquet", "accounts", "2")).unwrap();
    assert!(figure(&of_accounts, "networks_jaccard") > 0.5, "{of_accounts}");
    assert_ne!(json["stability"], of_accounts["stability"]);

    // The whole is what a scan of everything says.
    scan(&[&at("a.parquet")], &at("whole"), ConfigFile::default());
    let accounts = rows(&at("whole").join("accounts.parquet"));
    let significant = accounts.iter().filter(|row| number(row, "coordination_q") <= 0.05).count();
    assert_eq!(json["stability"]["significant"], significant);
}

#[test]
fn what_cannot_be_replayed_is_named() {
    let folder = scratch();
    let input = folder.path().join("posts.parquet");
    posts::write(&input, &weeks()[..200]);
    let said = |run: Run, status: i32, words: &[&str]| {
        let run = run.expect(status);
        assert!(words.iter().all(|word| run.err.contains(word)), "{words:?} in {}", run.err);
    };
    let of = |more: &[&str]| evaluate(folder.path(), &input, "out", more);
    said(of(&[]), 2, &["--replay", "--subsample"]);
    said(of(&["--replay", "--every", "0"]), 2, &["every", "at least 1 day"]);
    said(of(&["--subsample", "0"]), 2, &["at least 1 draw"]);
    said(of(&["--subsample", "2", "--share", "1.5"]), 2, &["share", "1.5"]);
    let spelled = input.display().to_string();
    let truth = folder.path().join("t.csv");
    let out = folder.path().join("o").display().to_string();
    let against = |lines: &str| {
        std::fs::write(&truth, lines).unwrap();
        let truth = truth.display().to_string();
        zwerm(["evaluate", "--posts", &spelled, "--replay", "--out", &out, "--truth", &truth])
    };
    said(against("account_id,coordinated\nx,1\n"), 3, &["t.csv", "planted groups"]);
    said(against("account_id,coordinated,group\nx,1,g\n"), 3, &["accounts of --posts", "\"x\""]);
    let known = weeks()[0].name("account_id").to_owned();
    let lines = format!("account_id,coordinated,group\n{known},0,\nx,1,g\ny,1,g\n");
    said(against(&lines), 3, &["half has posts"]);
    assert!(!Path::new(&out).exists(), "nothing is left behind");
}

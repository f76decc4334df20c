//! What does not matter changes nothing: names of accounts and posts, addresses, words, and all
//! that is said about a person beside the posts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use zwerm::ConfigFile;

use crate::harness::posts::{self, Post, Table};
use crate::harness::program::zwerm;
use crate::harness::results::{self, Row, number, rows, text, texts};
use crate::harness::{scan, scratch, with_elections};

/// What a scan says about accounts: everything but names.
#[derive(Debug, PartialEq)]
struct Said {
    /// By account: all numbers, to the last bit.
    accounts: BTreeMap<String, Vec<String>>,
    /// The members of each network.
    networks: BTreeSet<BTreeSet<String>>,
}

/// Scans posts; `original` undoes a renaming of accounts.
fn said(folder: &Path, posts: &[Post], original: impl Fn(&str) -> String) -> Said {
    let input = folder.join("posts.parquet");
    posts::write(&input, posts);
    let out = folder.join("out");
    let outcome = scan(&[&input], &out, with_elections());
    assert!(outcome.facts.checks_passed(), "{:?}", outcome.facts.checks);
    std::fs::remove_file(&input).unwrap();
    let all = rows(&out.join("accounts.parquet"));
    std::fs::remove_dir_all(&out).unwrap();
    let mut networks: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for row in all.iter().filter(|row| !row["network_id"].is_null()) {
        let members = networks.entry(text(row, "network_id")).or_default();
        members.insert(original(text(row, "account_id")));
    }
    Said {
        networks: networks.into_values().collect(),
        accounts: all.iter().map(|r| (original(text(r, "account_id")), facts(r))).collect(),
    }
}

fn facts(row: &Row) -> Vec<String> {
    const COLUMNS: [&str; 9] = [
        "coordination_p",
        "coordination_q",
        "coordination_evidence",
        "coordination_score",
        "automation_score",
        "tier",
        "posts",
        "partners",
        "channels",
    ];
    let column = |name: &&str| format!("{name} {}", row[*name]);
    let mut facts: Vec<String> = COLUMNS.iter().map(column).collect();
    facts.push(format!("explanations {:?}", texts(row, "explanations")));
    facts.push(format!("network {}", !row["network_id"].is_null()));
    facts
}

/// Checks that two scans say the same, and that they say something.
#[track_caller]
fn same(expected: &Said, found: &Said) {
    assert!(expected.networks.len() >= 4, "{:?}", expected.networks);
    assert_eq!(expected.accounts.len(), found.accounts.len());
    let mut different = Vec::new();
    for (account, facts) in &expected.accounts {
        let other = &found.accounts[account];
        let pairs = facts.iter().zip(other).filter(|(a, b)| a != b);
        different.extend(pairs.map(|(a, b)| format!("{account}: {a} / {b}")));
    }
    let shown = different.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    assert!(different.is_empty(), "{} differences:\n{shown}", different.len());
    assert_eq!(expected.networks, found.networks);
}

/// Another name that sorts elsewhere: the digits of a number that runs backwards.
fn mirrored(name: &str) -> String {
    name.chars().rev().map(|c| c.to_digit(10).map_or(c, |d| (b'9' - d as u8) as char)).collect()
}

/// The same letters and digits, exchanged one by one; bytes that carry structure stay.
fn exchanged(name: &str) -> String {
    let other = |c: char| match c {
        'a'..='z' => (b'a' + (c as u8 - b'a' + 7) % 26) as char,
        '0'..='9' => (b'0' + (c as u8 - b'0' + 3) % 10) as char,
        _ => c,
    };
    name.chars().map(other).collect()
}

/// Another address for the same page: its site and path exchanged, `utm_…` and the like kept.
fn moved(url: &str) -> String {
    let rest = url.strip_prefix("https://").expect("the sample has secure links");
    let (page, query) = rest.split_once('?').map_or((rest, ""), |(page, query)| (page, query));
    let (host, path) = page.split_once('/').unwrap_or((page, ""));
    let site = host.strip_prefix("www.").unwrap_or(host).strip_suffix(".example");
    let site = exchanged(site.unwrap_or_else(|| panic!("an invented site: {url}")));
    let mark = if query.is_empty() { "" } else { "?" };
    format!("https://www.{site}.example/{}{mark}{query}", exchanged(path))
}

#[test]
fn other_names_of_accounts_and_posts_change_no_evidence() {
    const IDS: [&str; 7] = [
        "post_id",
        "account_id",
        "repost_of",
        "repost_of_account",
        "reply_to",
        "reply_to_account",
        "quote_of",
    ];
    let folder = scratch();
    let sample = posts::sample();
    let mut renamed = sample.clone();
    for post in &mut renamed {
        for column in IDS {
            post.names.entry(column).and_modify(|name| *name = mirrored(name));
        }
        post.lists.entry("mentions").and_modify(|l| l.iter_mut().for_each(|n| *n = mirrored(n)));
    }
    assert_ne!(sample[0], renamed[0]);
    let expected = said(folder.path(), &sample, str::to_owned);
    same(&expected, &said(folder.path(), &renamed, mirrored));
}

#[test]
fn other_addresses_and_hashtags_change_no_evidence() {
    let folder = scratch();
    let sample = posts::sample();
    let mut renamed = sample.clone();
    for post in &mut renamed {
        post.lists.entry("urls").and_modify(|urls| urls.iter_mut().for_each(|u| *u = moved(u)));
        let tags = post.lists.entry("hashtags").or_default();
        tags.iter_mut().for_each(|tag| *tag = format!("x{}", exchanged(&tag.to_lowercase())));
    }
    let expected = said(folder.path(), &sample, str::to_owned);
    same(&expected, &said(folder.path(), &renamed, str::to_owned));
}

/// Letters that are exchanged in a circle, small and capital: those that no other letter of the
/// sample is taken for (`a` is also a Cyrillic letter), so that a disguise stays the same disguise.
const CIRCLES: [&str; 3] = ["bdfghjknrtvz", "бгджзлцчшщюя", "γδθλξφψω"];

fn ciphered(text: &str) -> String {
    let other = |c: char| {
        let small = c.to_lowercase().next().unwrap_or(c);
        let circle = CIRCLES.iter().find(|circle| circle.contains(small));
        let Some(circle) = circle else { return c };
        let letters: Vec<char> = circle.chars().collect();
        let place = letters.iter().position(|&letter| letter == small).expect("it is in there");
        let next = letters[(place + 1) % letters.len()];
        if c == small { next } else { next.to_uppercase().next().unwrap_or(next) }
    };
    // Links and mentions are no words: normalisation takes them out.
    let words = text.split_inclusive(' ');
    let is_name = |word: &str| word.contains("http") || word.starts_with(['@', '#']);
    words.map(|w| if is_name(w) { w.to_owned() } else { w.chars().map(other).collect() }).collect()
}

#[test]
fn other_letters_change_no_evidence() {
    let folder = scratch();
    let sample = posts::sample();
    let mut changed = 0;
    let mut written = sample.clone();
    for post in &mut written {
        let Some(text) = post.names.get_mut("text") else { continue };
        let cipher = ciphered(text);
        changed += usize::from(cipher != *text);
        *text = cipher;
    }
    assert!(changed > sample.len() / 2, "{changed}");
    let expected = said(folder.path(), &sample, str::to_owned);
    same(&expected, &said(folder.path(), &written, str::to_owned));
}

fn column(posts: &[Post], of: impl Fn(usize) -> String) -> ArrayRef {
    Arc::new(StringArray::from_iter_values((0..posts.len()).map(of)))
}

#[test]
fn what_is_said_about_people_is_never_read() {
    let folder = scratch();
    let posts = posts::sample();
    let plain = Table::of(&posts);
    let personal = ["bio", "birth_date", "display_name", "gender", "location", "party"];
    let about = personal.iter().fold(plain.clone(), |table, name| {
        table.with(name, column(&posts, |row| format!("{name} {}", row % 7)))
    });
    for (name, table) in [("plain", &plain), ("about", &about)] {
        let input = folder.path().join(format!("{name}.parquet"));
        table.write(&input, 5_000);
        scan(&[&input], &folder.path().join(name), with_elections());
    }
    let (a, b) = (folder.path().join("plain"), folder.path().join("about"));
    assert_eq!(results::different_files(&a, &b), [""; 0]);
    let input = folder.path().join("about.parquet").display().to_string();
    let run = zwerm(["inspect", &input]).expect(0);
    let never = format!("never read: {}", personal.join(", "));
    assert!(run.out.lines().any(|line| line.trim() == never), "{}", run.out);
}

#[test]
fn posts_that_are_not_public_are_dropped_and_counted() {
    let folder = scratch();
    let sample = posts::sample();
    let kinds = ["public", "", "private", "followers", "unlisted", "direct"];
    // Some posts of everybody, planted groups included.
    let kind = |row: usize| kinds[if row % 9 < 4 { 2 + row % 4 } else { row % 2 }];
    let (all, public) = (folder.path().join("all"), folder.path().join("public"));
    let input = folder.path().join("all.parquet");
    let table = Table::of(&sample);
    table.with("visibility", column(&sample, |row| kind(row).to_owned())).write(&input, 5_000);
    let outcome = scan(&[&input], &all, ConfigFile::default());
    let is_public = |row: usize| matches!(kind(row), "public" | "");
    let kept: Vec<Post> =
        (0..sample.len()).filter(|&row| is_public(row)).map(|row| sample[row].clone()).collect();
    let dropped = (sample.len() - kept.len()) as u64;
    assert!(dropped > 5_000 && kept.len() > 5_000, "{dropped}");
    assert_eq!(outcome.facts.tally.get("ingest.filtered.not_public"), dropped);
    assert_eq!(outcome.facts.posts, kept.len() as u64);
    let input = folder.path().join("public.parquet");
    posts::write(&input, &kept);
    scan(&[&input], &public, ConfigFile::default());
    let different = results::different_files(&all, &public);
    // The page says how many were dropped.
    assert_eq!(different, ["report.html"]);
    let significant = |out: &Path| {
        let all = rows(&out.join("accounts.parquet"));
        all.iter().filter(|row| number(row, "coordination_q") <= 0.05).count()
    };
    assert_eq!(significant(&all), significant(&public));
}

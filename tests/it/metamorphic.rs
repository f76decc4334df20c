//! What must not matter, seen from the other side: posts that share nothing, and words about posts.
//! Renaming and other letters are in `privacy`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use zwerm_model::Seed;

use crate::harness::posts::{self, Post, Table};
use crate::harness::results::{self, number, rows, text};
use crate::harness::{scan, scratch, with_elections};

/// The evidence and the tier of every account.
fn evidence(folder: &Path, posts: &[Post]) -> BTreeMap<String, (f64, String)> {
    let input = folder.join("posts.parquet");
    posts::write(&input, posts);
    let out = folder.join("out");
    let outcome = scan(&[&input], &out, with_elections());
    assert!(outcome.facts.checks_passed(), "{:?}", outcome.facts.checks);
    let accounts = rows(&out.join("accounts.parquet"));
    std::fs::remove_dir_all(&out).unwrap();
    let said =
        |row: &results::Row| (number(row, "coordination_evidence"), text(row, "tier").to_owned());
    accounts.iter().map(|row| (text(row, "account_id").to_owned(), said(row))).collect()
}

/// A post of the same account at the same moment, of words that nobody else has.
fn noise(of: &Post, number: usize) -> Post {
    let mut seed = Seed(99).for_unit(1, number as u64);
    let words: Vec<String> = (0..12).map(|_| format!("{:x}", seed.next_u64() >> 36)).collect();
    let mut post = Post::new(&format!("noise-{number}"), of.name("account_id"), of.at_ms);
    for column in ["platform", "lang", "client"] {
        post = post.with(column, of.name(column));
    }
    post.automated = of.automated;
    post.with("text", &words.join(" "))
}

/// What moves a fit of everybody by a few posts of a few accounts.
const HARDLY: f64 = 0.01;

/// A member of each group gets one post of noise beside each post that it has, at the same moment,
/// so that it posts at no other hours than before.
#[test]
fn twice_as_much_noise_raises_nobodys_evidence() {
    let folder = scratch();
    let sample = posts::sample();
    let first_of: BTreeMap<String, String> = posts::sample_truth()
        .into_iter()
        .rev()
        .filter(|(_, _, group)| !group.is_empty())
        .map(|(account, _, group)| (group, account))
        .collect();
    assert!(first_of.len() >= 10, "{first_of:?}");
    let noisy_accounts: Vec<&String> = first_of.values().collect();
    let mut noisy = sample.clone();
    let is_noisy = |post: &&Post| noisy_accounts.iter().any(|id| *id == post.name("account_id"));
    noisy.extend(sample.iter().filter(is_noisy).zip(0..).map(|(post, number)| noise(post, number)));
    let before = evidence(folder.path(), &sample);
    let after = evidence(folder.path(), &noisy);
    let mut fallen = 0;
    for (group, account) in &first_of {
        let (was, now) = (before[account].0, after[account].0);
        assert!(now <= was + HARDLY, "{group}: {was} -> {now}");
        fallen += usize::from(now < was - 1.0);
    }
    assert!(fallen >= 3, "noise costs those who share texts: {fallen}");
}

/// Noise of everybody makes a meeting of two texts rarer among all texts, so evidence of those who
/// meet may rise; it accuses nobody who was not accused before.
#[test]
fn twice_as_much_noise_of_everybody_accuses_nobody() {
    let folder = scratch();
    let sample = posts::sample();
    let mut noisy = sample.clone();
    noisy.extend(sample.iter().zip(0..).map(|(post, number)| noise(post, number)));
    let before = evidence(folder.path(), &sample);
    let after = evidence(folder.path(), &noisy);
    let tier = |of: &BTreeMap<String, (f64, String)>, id: &str| {
        of.get(id).map_or_else(|| "none".to_owned(), |(_, tier)| tier.clone())
    };
    let accused = |id: &&String| tier(&after, id) != "none" && tier(&before, id) == "none";
    let accused: Vec<&String> = after.keys().filter(accused).collect();
    assert!(accused.is_empty(), "{accused:?}");
    let found = before.values().filter(|(_, tier)| tier != "none").count();
    assert!(found > 50, "{found}");
}

fn column(posts: &[Post], of: impl Fn(usize) -> String) -> ArrayRef {
    Arc::new(StringArray::from_iter_values((0..posts.len()).map(of)))
}

/// The page names a digest of all rows, and languages are in the rows: nothing else differs.
#[test]
fn a_language_or_a_country_changes_nothing() {
    let folder = scratch();
    let posts = posts::sample();
    let bare = Table::of(&posts).without("lang");
    let other = column(&posts, |row| ["nl", "tr", "ar", "zh"][row % 4].to_owned());
    let country = column(&posts, |row| ["NL", "TR", "MA"][row % 3].to_owned());
    let tables = [
        ("bare", bare.clone()),
        ("language", Table::of(&posts)),
        ("other", bare.clone().with("lang", other)),
        ("country", bare.with("country", country)),
    ];
    let mut pages = Vec::new();
    for (name, table) in &tables {
        let input = folder.path().join(format!("{name}.parquet"));
        table.write(&input, 5_000);
        let out = folder.path().join(name);
        let outcome = scan(&[&input], &out, with_elections());
        let page = std::fs::read_to_string(out.join("report.html")).unwrap();
        assert!(page.contains(&outcome.facts.row_digest), "the page names the digest");
        pages.push(page.replace(&outcome.facts.row_digest, ""));
    }
    for ((name, _), page) in tables.iter().zip(&pages).skip(1) {
        let (a, b) = (folder.path().join("bare"), folder.path().join(name));
        let mut different = results::different_files(&a, &b);
        different.retain(|file| file != "report.html");
        assert_eq!(different, [""; 0], "{name}");
        assert!(*page == pages[0], "{name}: the page differs in more than the digest");
    }
}

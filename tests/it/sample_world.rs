//! The sample: planted groups are found, nobody else is accused, and a night alone is enough.

use std::collections::BTreeSet;

use zwerm::ConfigFile;

use crate::harness::results::{self, Row, number, rows, text, texts};
use crate::harness::{posts, sample_file, scan, scan_sample, scratch, with_elections};

/// A group is found when a network overlaps it this much (Jaccard).
const OVERLAP_MIN: f64 = 0.7;

/// What was planted, and how many accounts strong.
const PLANTED: [(&str, usize); 5] = [
    ("copypasta", 12),
    ("hashtag-flood", 15),
    ("reply-swarm", 12),
    ("repost-ring", 20),
    ("slow-drip", 10),
];

/// The innocent explanation that is true of each legitimate group.
const LEGITIMATE: [(&str, &[&str]); 3] = [
    ("fans", &["one_client"]),
    ("newsroom", &["one_client", "own_domain_syndication"]),
    ("volunteers", &["own_domain_syndication"]),
];

const DAY_MS: i64 = 86_400_000;

/// The sample scanned once: networks and the accounts, with what is true of them.
struct World {
    accounts: Vec<Row>,
    networks: Vec<Row>,
    truth: Vec<(String, String, String)>,
}

impl World {
    fn scanned() -> World {
        let folder = scratch();
        let out = folder.path().join("out");
        let outcome = scan_sample(&out);
        assert!(outcome.facts.checks_passed(), "{:?}", outcome.facts.checks);
        World {
            accounts: rows(&out.join("accounts.parquet")),
            networks: rows(&out.join("networks.parquet")),
            truth: posts::sample_truth(),
        }
    }

    /// The accounts of a group, by the start of its name.
    fn group(&self, name: &str) -> BTreeSet<&str> {
        let own = self.truth.iter().filter(|(_, _, group)| group.starts_with(name));
        own.map(|(account, _, _)| account.as_str()).collect()
    }

    fn members(&self, network: &Row) -> BTreeSet<&str> {
        let id = &network["network_id"];
        let own = self.accounts.iter().filter(|row| &row["network_id"] == id);
        own.map(|row| text(row, "account_id")).collect()
    }
}

fn overlap(a: &BTreeSet<&str>, b: &BTreeSet<&str>) -> f64 {
    let shared = a.intersection(b).count();
    shared as f64 / (a.len() + b.len() - shared) as f64
}

#[test]
fn four_of_five_planted_groups_are_found_two_of_them_strict() {
    let world = World::scanned();
    let mut found = Vec::new();
    for (name, accounts) in PLANTED {
        let group = world.group(name);
        assert_eq!(group.len(), accounts, "{name}");
        let overlaps = world.networks.iter().map(|n| (overlap(&group, &world.members(n)), n));
        let best = overlaps.max_by(|a, b| a.0.total_cmp(&b.0)).expect("a network");
        println!("{name}: {:.2} {}", best.0, best.1["tier"]);
        if best.0 >= OVERLAP_MIN {
            found.push(text(best.1, "tier"));
        }
    }
    assert!(found.len() >= 4, "{found:?}");
    assert!(found.iter().filter(|&&tier| tier == "strict").count() >= 2, "{found:?}");
}

#[test]
fn no_innocent_is_a_strict_member_of_a_network() {
    let world = World::scanned();
    let of = |role: &str| -> BTreeSet<&str> {
        let own = world.truth.iter().filter(|(_, is, _)| is == role);
        own.map(|(account, _, _)| account.as_str()).collect()
    };
    let strict: BTreeSet<&str> = world
        .accounts
        .iter()
        .filter(|row| text(row, "tier") == "strict" && !row["network_id"].is_null())
        .map(|row| text(row, "account_id"))
        .collect();
    for role in ["innocent", "organic"] {
        let all = of(role);
        assert!(all.len() >= 8, "{role}: {}", all.len());
        let accused: Vec<_> = strict.intersection(&all).collect();
        assert!(accused.is_empty(), "{role}: {accused:?}");
    }
    assert!(strict.intersection(&of("planted")).count() >= 20);
}

#[test]
fn a_legitimate_group_is_strict_only_beside_its_explanation() {
    let world = World::scanned();
    let mut seen = 0;
    for (name, right) in LEGITIMATE {
        let group = world.group(name);
        assert!(group.len() >= 8, "{name}: {}", group.len());
        for network in &world.networks {
            let members = world.members(network);
            let shared = 2 * members.intersection(&group).count();
            if shared < members.len() && shared < group.len() {
                continue;
            }
            seen += 1;
            let explanations = texts(network, "explanations");
            let is_explained = right.iter().any(|right| explanations.contains(right));
            assert!(text(network, "tier") != "strict" || is_explained, "{name}: {explanations:?}");
        }
    }
    assert!(seen > 0, "no legitimate group made a network: nothing was tested");
}

#[test]
fn the_last_day_alone_is_scanned_and_says_which_rungs_are_off() {
    let folder = scratch();
    let mut posts = posts::sample();
    let end = posts.iter().map(|post| post.at_ms).max().unwrap();
    posts.retain(|post| post.at_ms > end - DAY_MS);
    assert!((100..5_000).contains(&posts.len()), "{}", posts.len());
    let input = folder.path().join("posts.parquet");
    posts::write(&input, &posts);
    let out = folder.path().join("out");
    let outcome = scan(&[&input], &out, with_elections());
    assert!(outcome.facts.checks_passed(), "{:?}", outcome.facts.checks);
    let rungs = results::manifest(&out)["facts"]["rungs"].as_array().unwrap().clone();
    // Twice the context is what a span must hold; here 24 hours, so every default rung fits.
    for rung in &rungs {
        let fits = 2 * rung["context_ms"].as_i64().unwrap() <= DAY_MS;
        assert_eq!(rung["off_because"].is_null(), fits, "{rung}");
    }
    assert_eq!(rungs.len(), 3);
}

#[test]
fn a_rung_that_does_not_fit_is_off_and_the_report_says_so() {
    let folder = scratch();
    let mut posts = posts::sample();
    let end = posts.iter().map(|post| post.at_ms).max().unwrap();
    posts.retain(|post| post.at_ms > end - DAY_MS / 3);
    let input = folder.path().join("posts.parquet");
    posts::write(&input, &posts);
    let out = folder.path().join("out");
    let outcome = scan(&[&input], &out, with_elections());
    let off: Vec<i64> = outcome
        .facts
        .rungs
        .iter()
        .filter(|rung| rung.off_because.is_some())
        .map(|rung| rung.context_ms)
        .collect();
    assert_eq!(off, [21_600_000], "eight hours do not hold twelve");
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    let why = outcome.facts.rungs[2].off_because.as_deref().unwrap();
    assert!(page.contains(why), "the report does not say: {why}");
}

#[test]
fn a_known_newsroom_is_shown_as_known_and_judged_as_before() {
    let folder = scratch();
    let list = folder.path().join("known.txt");
    let truth = posts::sample_truth();
    let newsroom = truth.iter().filter(|(_, _, group)| group.starts_with("newsroom"));
    let ids: Vec<&str> = newsroom.map(|(account, _, _)| account.as_str()).collect();
    std::fs::write(&list, format!("# press\n{}\n", ids.join("\n"))).expect("written");
    let (plain, known) = (folder.path().join("plain"), folder.path().join("known"));
    scan_sample(&plain);
    let config = ConfigFile { allow_list: Some(list), ..with_elections() };
    scan(&[&sample_file("posts.parquet")], &known, config);
    let listed = |row: &Row| texts(row, "explanations").contains(&"allow_listed");
    let (before, after) =
        (rows(&plain.join("accounts.parquet")), rows(&known.join("accounts.parquet")));
    assert!(!before.iter().any(listed));
    assert_eq!(after.iter().filter(|row| listed(row)).count(), ids.len());
    for (before, after) in before.iter().zip(&after) {
        for column in ["account_id", "tier", "coordination_q", "network_id"] {
            assert_eq!(before[column], after[column]);
        }
    }
    let networks = rows(&known.join("networks.parquet"));
    assert_eq!(networks.iter().filter(|row| listed(row)).count(), 1);
}

#[test]
fn nineteen_decoys_give_a_network_that_rests_on_time_a_p() {
    let folder = scratch();
    let networks = |decoys: u32| {
        let out = folder.path().join(decoys.to_string());
        let config = ConfigFile { null_check: Some(decoys), ..with_elections() };
        scan(&[&sample_file("posts.parquet")], &out, config);
        rows(&out.join("networks.parquet"))
    };
    let (with, without) = (networks(19), networks(18));
    assert!(without.iter().all(|network| network["p"].is_null()), "{without:?}");
    let resting_on_time: Vec<f64> =
        with.iter().filter(|n| !n["p"].is_null()).map(|n| number(n, "p")).collect();
    // No decoy finds anybody; networks of texts that hardly anybody posts do not rest on time.
    assert!(!resting_on_time.is_empty() && resting_on_time.len() < with.len(), "{with:?}");
    assert!(resting_on_time.iter().all(|p| (p - 0.05).abs() < 1e-12), "{resting_on_time:?}");
}

#[test]
fn a_check_that_fails_takes_every_tier_and_every_network() {
    let folder = scratch();
    let out = folder.path().join("out");
    // At such a level almost everybody is significant, in a decoy too.
    let mut config = with_elections();
    config.network.q_discovery = Some(0.99);
    let outcome = scan(&[&sample_file("posts.parquet")], &out, config);
    assert!(!outcome.facts.checks_passed(), "{:?}", outcome.facts.checks);
    assert_eq!(outcome.status() as u8, 1);
    for file in ["accounts.parquet", "edges.parquet"] {
        let rows = rows(&out.join(file));
        assert!(!rows.is_empty() && rows.iter().all(|row| text(row, "tier") == "none"), "{file}");
    }
    assert!(rows(&out.join("networks.parquet")).is_empty());
}

//! The sample: is every planted group found, and is nobody else accused?

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use super::evaluation;
use super::figure::Figure;
use super::results::{self, Account, Network, TruthRow};
use crate::place::Place;
use crate::scan;

/// Smaller planted groups are not counted.
const GROUP_ACCOUNTS_MIN: f64 = 8.0;
/// A group is found when a network overlaps it this much.
const JACCARD_MIN: f64 = 0.7;
/// Of the five planted groups, so many are to be found, and so many of these strictly.
const FOUND_MIN: f64 = 4.0;
const STRICT_MIN: f64 = 2.0;
/// The largest report, in bytes.
const REPORT_BYTES_MAX: f64 = 5e6;

/// The explanation that fits a legitimate group by how it was made: what `zwerm-simulate` says.
const RIGHT_EXPLANATIONS: [(&str, &[&str]); 3] = [
    ("fans", &["one_client"]),
    ("newsroom", &["one_client", "own_domain_syndication"]),
    ("volunteers", &["own_domain_syndication"]),
];

/// See the [module documentation](self).
pub(super) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let scanned = scan::sample(place)?;
    let accounts = results::accounts(&scanned.results)?;
    let networks = results::networks(&scanned.results, &accounts)?;
    let truth_path = place.root.join("datasets-sample/truth.csv");
    let truth = results::truth(&truth_path)?;
    let passed = if scanned.null_check_passed { "passed" } else { "failed" };
    let report = scanned.results.join("report.html");
    let bytes = std::fs::metadata(&report).with_context(|| report.display().to_string())?.len();
    let mut figures = vec![Figure::holds("sample: null check", passed, scanned.null_check_passed)];
    figures.extend(planted(&evaluation::of(place, &scanned.results, &truth_path)?)?);
    figures.push(innocents(&truth, &accounts));
    figures.extend(legitimate(&truth, &networks));
    figures.push(Figure::at_most("sample: bytes of report.html", bytes as f64, REPORT_BYTES_MAX));
    Ok(figures)
}

/// Accounts by the name of their group, for one role.
fn groups<'a>(truth: &'a [TruthRow], role: &str) -> BTreeMap<&'a str, BTreeSet<String>> {
    let mut groups: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for row in truth.iter().filter(|row| row.role == role) {
        groups.entry(&row.group).or_default().insert(row.id.clone());
    }
    groups
}

fn planted(evaluated: &Value) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let (mut found, mut strict) = (0, 0);
    let groups = evaluated["planted_groups"].as_array().context("an evaluation has its groups")?;
    for group in groups.iter().filter(|group| group["role"] == "planted") {
        let name = group["group"].as_str().context("a group has a name")?;
        let accounts = evaluation::number(group, "/accounts")?;
        if accounts < GROUP_ACCOUNTS_MIN {
            continue;
        }
        let text = match evaluation::number(group, "/best/jaccard") {
            Err(_) => "no network".to_owned(),
            Ok(overlap) => {
                let tier = group["best"]["tier"].as_str().context("a network has a tier")?;
                found += u32::from(overlap >= JACCARD_MIN);
                strict += u32::from(overlap >= JACCARD_MIN && tier == "strict");
                format!("Jaccard {overlap:.2}, {tier}")
            }
        };
        figures.push(Figure::plain(format!("sample: {name} ({accounts} accounts)"), text));
    }
    let what = format!("sample: planted groups with Jaccard ≥ {JACCARD_MIN}");
    figures.push(Figure::at_least(&what, f64::from(found), FOUND_MIN));
    figures.push(Figure::at_least("sample: … and tier strict", f64::from(strict), STRICT_MIN));
    Ok(figures)
}

/// Innocents that are strict and stand in a network.
fn innocents(truth: &[TruthRow], accounts: &[Account]) -> Figure {
    let innocent: BTreeSet<&str> =
        truth.iter().filter(|row| row.role == "innocent").map(|row| row.id.as_str()).collect();
    let accused = accounts.iter().filter(|account| {
        account.network.is_some()
            && account.tier == "strict"
            && innocent.contains(account.id.as_str())
    });
    let count = accused.count() as f64;
    Figure::at_most("sample: innocents among networks' strict members", count, 0.0)
}

/// Legitimate groups: none may be a strict network without the explanation that is right for it.
fn legitimate(truth: &[TruthRow], networks: &BTreeMap<String, Network>) -> Vec<Figure> {
    let figure = |(name, group): (&str, BTreeSet<String>)| {
        let (found, is_excused) = excuse(name, &group, networks);
        Figure::holds(&format!("sample: {name} (legitimate)"), found, is_excused)
    };
    groups(truth, "legitimate").into_iter().map(figure).collect()
}

/// Whether no legitimate group is a strict network without the explanation that is right for it.
pub(super) fn are_excused(truth: &[TruthRow], networks: &BTreeMap<String, Network>) -> bool {
    let mut groups = groups(truth, "legitimate").into_iter();
    groups.all(|(name, group)| excuse(name, &group, networks).1)
}

/// What the networks of a legitimate group are, and whether each is explained or not strict.
fn excuse(
    name: &str,
    group: &BTreeSet<String>,
    networks: &BTreeMap<String, Network>,
) -> (String, bool) {
    // Networks made of the group, or that hold most of it: not those that a member strayed
    // into.
    let of_group = networks.values().filter(|network| {
        let shared = 2 * network.members.intersection(group).count();
        shared >= network.members.len() || shared >= group.len()
    });
    let mut found = Vec::new();
    let mut is_excused = true;
    for network in of_group {
        let (tier, accounts) = (&network.tier, network.members.len());
        let explanations = network.explanations.join(", ");
        found.push(format!("{tier} ({accounts} accounts): {explanations}"));
        is_excused &= tier != "strict" || is_explained(name, network);
    }
    let found = if found.is_empty() { "no network".to_owned() } else { found.join("; ") };
    (found, is_excused)
}

fn is_explained(group: &str, network: &Network) -> bool {
    let kind = group.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    RIGHT_EXPLANATIONS
        .iter()
        .filter(|(name, _)| *name == kind)
        .flat_map(|(_, right)| right.iter())
        .any(|right| network.explanations.iter().any(|name| name == right))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|&id| id.to_owned()).collect()
    }

    fn network(tier: &str, ids: &[&str], explanations: &[&str]) -> BTreeMap<String, Network> {
        let explanations = explanations.iter().map(|&name| name.to_owned()).collect();
        let network = Network {
            tier: tier.to_owned(),
            explanations,
            bot_network_score: None,
            members: members(ids),
        };
        BTreeMap::from([("n".to_owned(), network)])
    }

    fn truth(role: &str, group: &str, ids: &[&str]) -> Vec<TruthRow> {
        let row = |&id: &&str| TruthRow {
            id: id.to_owned(),
            group: group.to_owned(),
            role: role.to_owned(),
            coordinated: true,
        };
        ids.iter().map(row).collect()
    }

    const IDS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

    #[test]
    fn a_planted_group_is_named_with_its_best_network() {
        let best = json!({"jaccard": 0.5, "tier": "strict"});
        let evaluated = json!({"planted_groups": [
            {"group": "ring-1", "role": "planted", "accounts": 8, "best": best},
            {"group": "drip-1", "role": "planted", "accounts": 9, "best": null},
            {"group": "few-1", "role": "planted", "accounts": 7, "best": null},
            {"group": "newsroom-1", "role": "legitimate", "accounts": 8, "best": null},
        ]});
        let figures = planted(&evaluated).expect("groups");
        let ring = Figure::plain("sample: ring-1 (8 accounts)", "Jaccard 0.50, strict");
        let drip = Figure::plain("sample: drip-1 (9 accounts)", "no network");
        assert_eq!(figures[..2], [ring, drip]);
        assert!(figures[2].is_missed() && figures[3].is_missed());
        assert_eq!(figures.len(), 4);
        assert!(planted(&json!({})).is_err());
    }

    #[test]
    fn a_legitimate_group_may_be_strict_with_its_explanation() {
        let check = |tier: &str, explanations: &[&str]| {
            let networks = network(tier, &IDS, explanations);
            legitimate(&truth("legitimate", "newsroom-1", &IDS), &networks)[0].is_missed()
        };
        assert!(check("strict", &[]));
        assert!(check("strict", &["declared_automation"]));
        assert!(!check("strict", &["own_domain_syndication"]));
        assert!(!check("discovery", &[]));
    }

    #[test]
    fn a_part_of_a_legitimate_group_counts_too() {
        let networks = network("strict", &IDS[..3], &[]);
        assert!(legitimate(&truth("legitimate", "newsroom-1", &IDS), &networks)[0].is_missed());
        let networks = network("strict", &["a", "x", "y"], &[]);
        assert!(!legitimate(&truth("legitimate", "newsroom-1", &IDS), &networks)[0].is_missed());
    }

    #[test]
    fn a_strict_innocent_in_a_network_is_counted() {
        let account = |tier: &str, network: Option<&str>| Account {
            posts: 9,
            evidence: 3.0,
            id: "a".to_owned(),
            q: 0.0,
            tier: tier.to_owned(),
            network: network.map(str::to_owned),
        };
        let truth = truth("innocent", "bystander", &["a"]);
        assert!(innocents(&truth, &[account("strict", Some("n"))]).is_missed());
        assert!(!innocents(&truth, &[account("discovery", Some("n"))]).is_missed());
        assert!(!innocents(&truth, &[account("strict", None)]).is_missed());
    }
}

//! The sample: is every planted group found, and is nobody else accused?

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use super::figure::Figure;
use super::results::{self, Account, Network, TruthRow};
use crate::place::Place;
use crate::scan;

/// Smaller planted groups are not counted.
const GROUP_ACCOUNTS_MIN: usize = 8;
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
    let truth = results::truth(&place.root.join("datasets-sample/truth.csv"))?;
    let passed = if scanned.null_check_passed { "passed" } else { "failed" };
    let report = scanned.results.join("report.html");
    let bytes = std::fs::metadata(&report).with_context(|| report.display().to_string())?.len();
    let mut figures = vec![Figure::holds("sample: null check", passed, scanned.null_check_passed)];
    figures.extend(planted(&truth, &networks));
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

/// Shared accounts over all accounts of both.
fn jaccard(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let shared = a.intersection(b).count();
    shared as f64 / (a.len() + b.len() - shared).max(1) as f64
}

/// The network that overlaps a group most.
fn best<'a>(
    group: &BTreeSet<String>,
    networks: &'a BTreeMap<String, Network>,
) -> Option<(f64, &'a Network)> {
    let overlaps = networks.values().map(|network| (jaccard(group, &network.members), network));
    overlaps.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|&(overlap, _)| overlap > 0.0)
}

fn planted(truth: &[TruthRow], networks: &BTreeMap<String, Network>) -> Vec<Figure> {
    let mut figures = Vec::new();
    let (mut found, mut strict) = (0, 0);
    for (name, group) in groups(truth, "planted") {
        if group.len() < GROUP_ACCOUNTS_MIN {
            continue;
        }
        let text = match best(&group, networks) {
            None => "no network".to_owned(),
            Some((overlap, network)) => {
                found += u32::from(overlap >= JACCARD_MIN);
                strict += u32::from(overlap >= JACCARD_MIN && network.tier == "strict");
                format!("Jaccard {overlap:.2}, {}", network.tier)
            }
        };
        figures.push(Figure::plain(format!("sample: {name} ({} accounts)", group.len()), text));
    }
    let what = format!("sample: planted groups with Jaccard ≥ {JACCARD_MIN}");
    figures.push(Figure::at_least(&what, f64::from(found), FOUND_MIN));
    figures.push(Figure::at_least("sample: … and tier strict", f64::from(strict), STRICT_MIN));
    figures
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
    fn jaccard_counts_shared_over_all() {
        assert!((jaccard(&members(&["a", "b"]), &members(&["b", "c"])) - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_planted_group_is_named_with_its_best_network() {
        let figures =
            planted(&truth("planted", "ring-1", &IDS), &network("strict", &IDS[..4], &[]));
        assert_eq!(
            figures[0],
            Figure::plain("sample: ring-1 (8 accounts)", "Jaccard 0.50, strict")
        );
        assert!(figures[1].is_missed() && figures[2].is_missed());
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

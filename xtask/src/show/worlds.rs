//! Many invented worlds: what is found where there is nothing, who is accused who should not be,
//! and how what is found is ranked.
//!
//! Worlds flatter a detector (`zwerm-simulate` says how): a goal that is met here is necessary, not
//! enough.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::Result;

use super::figure::Figure;
use super::results::{self, Account, Network, TruthRow};
use super::sample;
use crate::place::Place;
use crate::{scan, shell};

/// Worlds without coordination, and worlds of each other kind.
const EMPTY_WORLDS: usize = 200;
const WORLDS: usize = 100;
/// Posts of a world without plants, and of one with them.
const POSTS: &str = "8000";
const POSTS_WITH_PLANTS: &str = "20000";

/// The group of the simulator that one program runs; all others are people.
const AUTOMATED: &str = "repost-ring";

/// A scanned world.
pub(super) struct World {
    truth: Vec<TruthRow>,
    accounts: Vec<Account>,
    networks: BTreeMap<String, Network>,
    campaigns: Vec<(f64, Vec<String>)>,
    null_check_passed: bool,
}

/// See the [module documentation](self).
pub(super) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let mut figures = without_coordination(place)?;
    figures.extend(without_plants(place)?);
    figures.extend(with_plants(place)?);
    Ok(figures)
}

/// Simulates and scans a world.
pub(super) fn world(place: &Place, seed: usize, options: &[&str]) -> Result<World> {
    let folder = place.scratch("worlds")?;
    let program = scan::program(place)?;
    let mut simulate = Command::new(&program);
    simulate.args(["simulate", "--force", "--quiet", "--seed", &seed.to_string(), "--out"]);
    shell::output(simulate.arg(&folder).args(options))?;
    let scanned = scan::quietly(place, "world", &folder.join("posts.parquet"))?;
    let results = scanned.results;
    let accounts = results::accounts(&results)?;
    Ok(World {
        truth: results::truth(&folder.join("truth.csv"))?,
        networks: results::networks(&results, &accounts)?,
        campaigns: results::campaigns(&results)?,
        null_check_passed: scanned.null_check_passed,
        accounts,
    })
}

/// Nobody acts together: every discovery is wrong.
fn without_coordination(place: &Place) -> Result<Vec<Figure>> {
    let (mut found, mut strict, mut failed) = (0, 0, 0);
    for seed in 1..=EMPTY_WORLDS {
        let world = world(place, seed, &["--posts", POSTS, "--no-coordination"])?;
        found += usize::from(world.accounts.iter().any(|account| account.tier != "none"));
        strict += usize::from(world.accounts.iter().any(|account| account.tier == "strict"));
        failed += usize::from(!world.null_check_passed);
    }
    let of = format!("{EMPTY_WORLDS} worlds without coordination: with");
    Ok(vec![
        Figure::at_most(&format!("{of} a discovery"), found as f64, 15.0),
        Figure::at_most(&format!("{of} a strict account"), strict as f64, 4.0),
        // A failed check hides what else was found: it may not be what meets the two goals above.
        Figure::at_most(&format!("{of} a null check that failed"), failed as f64, 2.0),
    ])
}

/// Only legitimate groups act together.
fn without_plants(place: &Place) -> Result<Vec<Figure>> {
    let (mut innocents, mut unexplained) = (0, 0);
    let (mut attached, mut wrongly) = (0, 0);
    for seed in 1..=WORLDS {
        let world = world(place, seed, &["--posts", POSTS, "--no-plants"])?;
        innocents += usize::from(world.has_strict_innocent());
        unexplained += usize::from(!sample::are_excused(&world.truth, &world.networks));
        let (all, innocent) = world.attached();
        (attached, wrongly) = (attached + all, wrongly + innocent);
    }
    let of = format!("{WORLDS} worlds without plants: with");
    let attached_max = (0.05 * attached as f64).floor();
    let attached = format!("{WORLDS} worlds without plants: innocent of {attached} attached");
    Ok(vec![
        Figure::at_most(&format!("{of} a strict fan, copier or bystander"), innocents as f64, 0.0),
        Figure::at_most(
            &format!("{of} a strict legitimate group unexplained"),
            unexplained as f64,
            5.0,
        ),
        Figure::at_most(&attached, wrongly as f64, attached_max),
    ])
}

/// Everything: who ranks above whom.
fn with_plants(place: &Place) -> Result<Vec<Figure>> {
    let (mut automated, mut people) = (Vec::new(), Vec::new());
    let (mut innocents, mut above) = (0, 0);
    for seed in 1..=WORLDS {
        let world = world(place, seed, &["--posts", POSTS_WITH_PLANTS])?;
        innocents += usize::from(world.has_strict_innocent());
        for network in world.networks.values() {
            let Some(group) = world.group_of(network) else { continue };
            let score = network.bot_network_score.unwrap_or(0.0);
            if group.starts_with(AUTOMATED) { &mut automated } else { &mut people }.push(score);
        }
        above += usize::from(
            world.best_campaign("planted").unwrap_or(0.0)
                > world.best_campaign("legitimate").unwrap_or(0.0),
        );
    }
    let of = format!("{WORLDS} worlds with plants:");
    Ok(vec![
        Figure::at_most(
            &format!("{of} with a strict fan, copier, bystander or debunker"),
            innocents as f64,
            0.0,
        ),
        Figure::at_least(
            &format!("{of} bot_network_score, {AUTOMATED} above people (AUC)"),
            auc(&automated, &people),
            0.95,
        ),
        Figure::at_least(
            &format!("{of} the best planted campaign above the best legitimate one"),
            above as f64,
            90.0,
        ),
    ])
}

impl World {
    /// Whether somebody is strict whom the truth calls innocent, or a fan.
    fn has_strict_innocent(&self) -> bool {
        let innocent = self.truth.iter().filter(|row| is_innocent(row));
        let innocent: BTreeSet<&str> = innocent.map(|row| row.id.as_str()).collect();
        let strict = self.accounts.iter().filter(|account| account.tier == "strict");
        strict.map(|account| account.id.as_str()).any(|id| innocent.contains(id))
    }

    /// Accounts of networks that have no tier of their own (attached ones), and how many of them
    /// the truth calls innocent, or fans.
    fn attached(&self) -> (usize, usize) {
        let is_attached = |account: &&Account| account.tier == "none" && account.network.is_some();
        let attached: BTreeSet<&str> =
            self.accounts.iter().filter(is_attached).map(|account| account.id.as_str()).collect();
        let innocent = self.truth.iter().filter(|row| is_innocent(row));
        let innocent = innocent.filter(|row| attached.contains(row.id.as_str())).count();
        (attached.len(), innocent)
    }

    /// How many accounts of one planted group one network with a tier holds, at best.
    pub(super) fn largest_part_in_a_network(&self) -> usize {
        let mut parts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for row in self.truth.iter().filter(|row| row.coordinated) {
            for (id, network) in self.networks.iter().filter(|(_, n)| n.tier != "none") {
                if network.members.contains(&row.id) {
                    *parts.entry((&row.group, id)).or_default() += 1;
                }
            }
        }
        parts.into_values().max().unwrap_or(0)
    }

    /// The group that most members of a network belong to, and its role, if one is.
    fn truth_of(&self, network: &Network) -> Option<(&str, &str)> {
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for row in self.truth.iter().filter(|row| network.members.contains(&row.id)) {
            *counts.entry((&row.group, &row.role)).or_default() += 1;
        }
        let (&most, &count) = counts.iter().max_by_key(|&(_, count)| count)?;
        (2 * count > network.members.len() && !most.0.is_empty()).then_some(most)
    }

    fn group_of(&self, network: &Network) -> Option<&str> {
        self.truth_of(network).map(|(group, _)| group)
    }

    /// The highest score of a campaign that a network of such a group pushed.
    fn best_campaign(&self, role: &str) -> Option<f64> {
        let is_of_role = |id: &String| {
            let network = self.networks.get(id);
            network.and_then(|n| self.truth_of(n)).is_some_and(|(_, of)| of == role)
        };
        let scores = self.campaigns.iter().filter(|(_, pushing)| pushing.iter().any(is_of_role));
        scores.map(|&(score, _)| score).max_by(f64::total_cmp)
    }
}

/// Whom the truth calls innocent, and fans.
fn is_innocent(row: &TruthRow) -> bool {
    row.role == "innocent" || row.group.starts_with("fans")
}

/// The share of pairs in which the first is above the second; equal ones count half.
fn auc(above: &[f64], below: &[f64]) -> f64 {
    let pairs = above.iter().flat_map(|a| below.iter().map(move |b| (a, b)));
    let wins: f64 = pairs.map(|(a, b)| f64::from(u8::from(a > b) + u8::from(a >= b)) / 2.0).sum();
    wins / (above.len() * below.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auc_counts_ties_as_half() {
        assert_eq!(auc(&[2.0, 1.0], &[1.0, 0.0]), 3.5 / 4.0);
        assert_eq!(auc(&[], &[1.0]), 0.0);
    }

    #[test]
    fn a_strict_fan_is_seen() {
        let row = |id: &str, group: &str, role: &str| TruthRow {
            id: id.to_owned(),
            group: group.to_owned(),
            role: role.to_owned(),
            coordinated: false,
        };
        let account = |id: &str, tier: &str| Account {
            id: id.to_owned(),
            posts: 9,
            q: 0.001,
            evidence: 3.0,
            tier: tier.to_owned(),
            network: None,
        };
        let world = |tier: &str| World {
            truth: vec![row("1", "fans-1", "legitimate"), row("2", "ring-1", "planted")],
            accounts: vec![account("1", tier), account("2", "strict")],
            networks: BTreeMap::new(),
            campaigns: Vec::new(),
            null_check_passed: true,
        };
        assert!(world("strict").has_strict_innocent());
        assert!(!world("discovery").has_strict_innocent());
        let mut world = world("none");
        assert_eq!(world.attached(), (0, 0));
        world.accounts[0].network = Some("n1".to_owned());
        assert_eq!(world.attached(), (1, 1));
    }
}

//! Stability: what stays of the findings when a share of the posts, or of the accounts, is missing.
//!
//! # What it measures
//!
//! Every draw keeps each post (or each account with all its posts) with the same probability, by a
//! hash of its id, the seed and the draw: the same posts give the same draws in any order and
//! split. The draw is scanned like the whole. Compared are networks (the mean, over networks of
//! the whole, of the best Jaccard with one of the draw), the accounts with tier discovery or
//! better, and the order of accounts by evidence (Spearman, over accounts with evidence in either
//! scan; what a scan lacks has none there). Where accounts are drawn, those that are left out
//! count nowhere.
//!
//! # When it misleads
//!
//! Tests on fewer posts have less power: that fewer accounts are significant is expected, that
//! others are is not. `new` is the share to look at.
//!
//! # Cost
//!
//! One scan of everything, and one of a part per draw.

use serde::Serialize;
use zwerm_evaluate::correlation::spearman;
use zwerm_evaluate::overlap;
use zwerm_model::hash::hash128;
use zwerm_model::{NONE, Posts, Seed, Tier};

use super::rescan::{Rescans, Scanned};
use crate::error::ScanError;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Each post for itself.
    Posts,
    /// Each account with all its posts.
    Accounts,
}

/// How subsamples are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Subsampling {
    /// How many.
    pub draws: u32,
    /// The probability of being kept, above 0 and below 1.
    pub share: f64,
    /// What is drawn.
    pub of: Unit,
}

/// The share that is kept unless another is given: the usual one of stability reports.
pub const SHARE: f64 = 0.8;

/// What stays of the findings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stability {
    /// How subsamples were drawn.
    pub subsampling: Subsampling,
    /// Their seed.
    pub seed: u64,
    /// Accounts with tier discovery or better in the whole.
    pub significant: u64,
    /// Networks of the whole.
    pub networks: u64,
    /// Draws with a null check that failed: they have no tier and no network.
    pub null_checks_failed: u32,
    /// The mean, over networks of the whole, of the best Jaccard with one of the draw; `None`
    /// without networks.
    pub networks_jaccard: Option<Spread>,
    /// The Jaccard of significant accounts of the whole and of the draw.
    pub significant_jaccard: Option<Spread>,
    /// Of the significant accounts of the whole, the share that stays so.
    pub kept: Option<Spread>,
    /// Of the significant accounts of the draw, the share that is not significant in the whole.
    pub new: Option<Spread>,
    /// Spearman's correlation of the accounts' evidence.
    pub evidence_spearman: Option<Spread>,
}

/// A figure over all draws that have it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

/// One draw against the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Compared {
    networks_jaccard: Option<f64>,
    significant_jaccard: Option<f64>,
    kept: Option<f64>,
    new: Option<f64>,
    spearman: Option<f64>,
}

/// Scans the whole and the draws.
///
/// # Errors
///
/// If a scan fails.
pub(super) fn stability(
    rescans: &Rescans<'_>,
    subsampling: Subsampling,
    seed: u64,
) -> Result<Stability, ScanError> {
    let posts = rescans.posts();
    let whole = rescans.scan(|_| true)?;
    let keys = keys(posts, subsampling.of);
    let (mut compared, mut failed) = (Vec::new(), 0);
    for draw in 0..subsampling.draws {
        let is_kept = |key: u64| {
            let mut drawn = Seed(seed).for_unit(u64::from(draw), key);
            drawn.unit_f64() < subsampling.share
        };
        let part = rescans.scan(|post| is_kept(keys[post]))?;
        failed += u32::from(!part.passed);
        let mut counts = vec![subsampling.of == Unit::Posts; posts.accounts.len()];
        if subsampling.of == Unit::Accounts {
            for (post, &account) in posts.account.iter().enumerate() {
                counts[account as usize] |= is_kept(keys[post]);
            }
        }
        compared.push(Compared::of(&whole, &part, &counts));
    }
    let spread = |of: fn(&Compared) -> Option<f64>| Spread::of(compared.iter().filter_map(of));
    Ok(Stability {
        subsampling,
        seed,
        significant: whole.tier.iter().filter(|&&tier| tier >= Tier::Discovery).count() as u64,
        networks: whole.networks as u64,
        null_checks_failed: failed,
        networks_jaccard: spread(|c| c.networks_jaccard),
        significant_jaccard: spread(|c| c.significant_jaccard),
        kept: spread(|c| c.kept),
        new: spread(|c| c.new),
        evidence_spearman: spread(|c| c.spearman),
    })
}

/// What names the unit that each post is drawn with.
fn keys(posts: &Posts, of: Unit) -> Vec<u64> {
    let mut bytes = Vec::new();
    let key = |post: usize| {
        let account = posts.account[post];
        bytes.clear();
        bytes.extend_from_slice(posts.accounts.platform_of(account).as_bytes());
        bytes.push(0);
        match of {
            Unit::Posts => bytes.extend_from_slice(posts.id.get(post).as_bytes()),
            Unit::Accounts => {
                bytes.extend_from_slice(posts.accounts.id.get(account as usize).as_bytes());
            }
        }
        hash128(&bytes) as u64
    };
    (0..posts.len()).map(key).collect()
}

impl Compared {
    /// `counts`: the accounts that the comparison is about.
    fn of(whole: &Scanned, part: &Scanned, counts: &[bool]) -> Self {
        let accounts = || (0..counts.len()).filter(|&account| counts[account]);
        let is = |scan: &Scanned, account: usize| scan.tier[account] >= Tier::Discovery;
        let in_whole = accounts().filter(|&a| is(whole, a)).count() as u64;
        let in_part = accounts().filter(|&a| is(part, a)).count() as u64;
        let both = accounts().filter(|&a| is(whole, a) && is(part, a)).count() as u64;
        let share = |hits: u64, of: u64| (of > 0).then(|| hits as f64 / of as f64);
        let evidence: Vec<(f64, f64)> = accounts()
            .map(|a| (whole.evidence[a], part.evidence[a]))
            .filter(|pair| pair.0 > 0.0 || pair.1 > 0.0)
            .collect();
        Compared {
            networks_jaccard: networks_jaccard(whole, part, counts),
            significant_jaccard: (in_whole + in_part > 0)
                .then(|| overlap::jaccard(both, in_whole, in_part)),
            kept: share(both, in_whole),
            new: share(in_part - both, in_part),
            spearman: spearman(&evidence),
        }
    }
}

/// The mean of the best overlap over networks of the whole of which somebody counts.
fn networks_jaccard(whole: &Scanned, part: &Scanned, counts: &[bool]) -> Option<f64> {
    let mut shared = std::collections::BTreeMap::new();
    let (mut of_whole, mut of_part) = (vec![0; whole.networks], vec![0; part.networks]);
    for account in (0..counts.len()).filter(|&account| counts[account]) {
        let (a, b) = (whole.network[account], part.network[account]);
        if a != NONE {
            of_whole[a as usize] += 1_u64;
        }
        if b != NONE {
            of_part[b as usize] += 1_u64;
        }
        if a != NONE && b != NONE {
            *shared.entry((a, b)).or_insert(0) += 1;
        }
    }
    let mut best = vec![0.0_f64; whole.networks];
    for (&(a, b), &shared) in &shared {
        let jaccard = overlap::jaccard(shared, of_whole[a as usize], of_part[b as usize]);
        best[a as usize] = best[a as usize].max(jaccard);
    }
    let of: Vec<f64> =
        best.iter().zip(&of_whole).filter(|&(_, &n)| n > 0).map(|(&best, _)| best).collect();
    (!of.is_empty()).then(|| of.iter().sum::<f64>() / of.len() as f64)
}

impl Spread {
    /// `None` without a figure.
    fn of(figures: impl Iterator<Item = f64>) -> Option<Self> {
        let figures: Vec<f64> = figures.collect();
        (!figures.is_empty()).then(|| Spread {
            mean: figures.iter().sum::<f64>() / figures.len() as f64,
            min: figures.iter().copied().fold(f64::INFINITY, f64::min),
            max: figures.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(tiers: [u8; 5], evidence: [f64; 5], network: [u32; 5]) -> Scanned {
        let tier = |n: u8| if n > 0 { Tier::Discovery } else { Tier::None };
        let networks = network.iter().filter(|&&n| n != NONE).max().map_or(0, |&n| n as usize + 1);
        Scanned {
            posts: 1,
            passed: true,
            tier: tiers.map(tier).to_vec(),
            evidence: evidence.to_vec(),
            network: network.to_vec(),
            networks,
        }
    }

    /// Networks a b c and d e against b c (best of the first: ⅔) and nothing (0 for the other).
    #[test]
    fn a_draw_is_compared_as_worked_out_by_hand() {
        let whole = scanned([1, 1, 1, 0, 0], [5.0, 4.0, 3.0, 0.0, 0.0], [0, 0, 0, 1, 1]);
        let part = scanned([0, 1, 1, 1, 0], [0.0, 4.0, 3.0, 1.0, 0.0], [NONE, 0, 0, NONE, NONE]);
        let found = Compared::of(&whole, &part, &[true; 5]);
        assert_eq!(found.networks_jaccard, Some((2.0 / 3.0 + 0.0) / 2.0));
        assert_eq!(found.significant_jaccard, Some(0.5));
        assert_eq!((found.kept, found.new), (Some(2.0 / 3.0), Some(1.0 / 3.0)));
        // Of four with evidence: 5 4 3 0 against 0 4 3 1, ranks 3 2 1 0 against 0 3 2 1.
        let spearman = found.spearman.expect("an order");
        assert!((spearman - (1.0 - 6.0 * 12.0 / (4.0 * 15.0))).abs() < 1e-12, "{spearman}");
        // Without the first account, both agree on all others but one.
        let found = Compared::of(&whole, &part, &[false, true, true, true, true]);
        assert_eq!((found.kept, found.networks_jaccard), (Some(1.0), Some(0.5)));
    }

    #[test]
    fn a_scan_is_as_stable_as_can_be_against_itself() {
        let whole = scanned([1, 1, 0, 0, 0], [5.0, 4.0, 3.0, 0.0, 0.0], [0, 0, NONE, NONE, NONE]);
        let found = Compared::of(&whole, &whole, &[true; 5]);
        let all = Compared {
            networks_jaccard: Some(1.0),
            significant_jaccard: Some(1.0),
            kept: Some(1.0),
            new: Some(0.0),
            spearman: Some(1.0),
        };
        assert_eq!(found, all);
        let nothing = scanned([0; 5], [0.0; 5], [NONE; 5]);
        assert_eq!(Compared::of(&nothing, &nothing, &[true; 5]), Compared::default());
    }
}

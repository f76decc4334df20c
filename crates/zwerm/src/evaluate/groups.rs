//! How well networks put together what belongs together.

use std::collections::BTreeMap;

use serde::Serialize;
use zwerm_evaluate::{Contingency, overlap};
use zwerm_model::{NONE, Tier};

use super::matched::Matched;
use super::truth::Truth;

/// How well networks agree with planted groups, over some accounts that are in one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// Accounts compared.
    pub accounts: u64,
    /// Their planted groups.
    pub planted_groups: u64,
    /// Their networks; an account in none is one alone.
    pub networks: u64,
    /// The adjusted Rand index.
    pub ari: f64,
    /// The normalised mutual information, by the arithmetic mean.
    pub nmi: f64,
    /// The mutual information adjusted for chance, by the arithmetic mean.
    pub ami: f64,
    /// 1 if no network mixes planted groups.
    pub homogeneity: f64,
    /// Of pairs of accounts in one network, the share in one planted group.
    pub pair_precision: f64,
    /// Of pairs of accounts in one planted group, the share in one network.
    pub pair_recall: f64,
    /// The harmonic mean of both.
    pub pair_f1: f64,
}

/// The networks of a result folder against the truth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NetworkFigures {
    /// Networks that hold accounts of the truth.
    pub networks: u64,
    /// Accounts of the truth in them.
    pub members: u64,
    /// Those of them that are coordinated.
    pub members_coordinated: u64,
    /// Their share; `None` without a member.
    pub purity: Option<f64>,
    /// Σ nₖ pₖ² / Σ nₖ pₖ over networks of nₖ members, a share pₖ of them coordinated; `None` if no
    /// network has one.
    pub weighted_precision: Option<f64>,
    /// The mean, over planted groups, of the best Jaccard; `None` without a planted group.
    pub jaccard_mean: Option<f64>,
    /// Over all accounts of planted groups; one in no network is alone.
    pub all_planted: Option<Agreement>,
    /// Over those of them that are in a network and have evidence.
    pub in_networks: Option<Agreement>,
}

/// A planted group and the network that fits it best.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupFigures {
    /// The planted group.
    pub group: String,
    /// Its role, where the truth has one.
    pub role: Option<String>,
    /// Its accounts.
    pub accounts: u64,
    /// Those of them with tier discovery or better; `None` without tiers.
    pub discovery: Option<u64>,
    /// Those of them with tier strict.
    pub strict: Option<u64>,
    /// The network with the highest Jaccard, of equal ones the first by id; `None` if none shares
    /// an account.
    pub best: Option<BestNetwork>,
}

/// The network that fits a planted group best.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BestNetwork {
    /// Its id.
    pub network_id: String,
    /// Its tier.
    pub tier: Tier,
    /// Its accounts, as far as the truth knows them.
    pub accounts: u64,
    /// Those of them that are of the group.
    pub shared: u64,
    /// Shared accounts over all accounts of both.
    pub jaccard: f64,
}

/// The accounts of one role.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoleFigures {
    /// The role.
    pub role: String,
    /// Its accounts.
    pub accounts: u64,
    /// Those of them with tier discovery or better; `None` without tiers.
    pub discovery: Option<u64>,
    /// Those of them with tier strict.
    pub strict: Option<u64>,
    /// Those of them in a network; `None` without networks.
    pub in_networks: Option<u64>,
}

/// Rows of the truth by the place of their planted group.
fn by_group(truth: &Truth) -> Vec<Vec<usize>> {
    let mut groups = vec![Vec::new(); truth.groups.len()];
    for (row, account) in truth.rows.iter().enumerate() {
        if let Some(group) = &account.group {
            let place = truth.groups.binary_search(group).expect("every group of a row is listed");
            groups[place].push(row);
        }
    }
    groups
}

/// How many of some rows have a tier or a better one.
fn with_tier(matched: &Matched, rows: &[usize], tier: Tier) -> Option<u64> {
    let tiers = matched.tiers.as_ref()?;
    Some(rows.iter().filter(|&&row| tiers[row] >= tier).count() as u64)
}

/// Each planted group with its best network.
pub(super) fn planted_groups(truth: &Truth, matched: &Matched) -> Vec<GroupFigures> {
    let sizes = network_sizes(matched);
    let figures = |(rows, group): (&Vec<usize>, &String)| GroupFigures {
        group: group.clone(),
        role: rows.first().and_then(|&row| truth.rows[row].role.clone()),
        accounts: rows.len() as u64,
        discovery: with_tier(matched, rows, Tier::Discovery),
        strict: with_tier(matched, rows, Tier::Strict),
        best: best(matched, &sizes, rows),
    };
    by_group(truth).iter().zip(&truth.groups).map(figures).collect()
}

/// Accounts of the truth in each network.
fn network_sizes(matched: &Matched) -> Vec<u64> {
    let mut sizes = vec![0; matched.networks.len()];
    for &network in matched.network.iter().flatten().filter(|&&network| network != NONE) {
        sizes[network as usize] += 1;
    }
    sizes
}

fn best(matched: &Matched, sizes: &[u64], rows: &[usize]) -> Option<BestNetwork> {
    let network = matched.network.as_ref()?;
    let mut shared: BTreeMap<u32, u64> = BTreeMap::new();
    for &row in rows.iter().filter(|&&row| network[row] != NONE) {
        *shared.entry(network[row]).or_default() += 1;
    }
    let mut best: Option<BestNetwork> = None;
    for (place, shared) in shared {
        let accounts = sizes[place as usize];
        let jaccard = overlap::jaccard(shared, rows.len() as u64, accounts);
        if best.as_ref().is_none_or(|best| jaccard > best.jaccard) {
            let (network_id, tier) = matched.networks[place as usize].clone();
            best = Some(BestNetwork { network_id, tier, accounts, shared, jaccard });
        }
    }
    best
}

/// The networks as a whole; `None` if the results have none to tell of.
pub(super) fn networks(truth: &Truth, matched: &Matched) -> Option<NetworkFigures> {
    let network = matched.network.as_ref()?;
    let sizes = network_sizes(matched);
    let mut coordinated = vec![0; sizes.len()];
    for (row, &place) in truth.rows.iter().zip(network).filter(|&(_, &place)| place != NONE) {
        coordinated[place as usize] += u64::from(row.coordinated);
    }
    let (members, right): (u64, u64) = (sizes.iter().sum(), coordinated.iter().sum());
    let groups = planted_groups(truth, matched);
    let overlaps = groups.iter().map(|g| g.best.as_ref().map_or(0.0, |best| best.jaccard));
    let group = |row: usize| {
        let name = truth.rows[row].group.as_ref()?;
        truth.groups.binary_search(name).ok().map(|place| place as u32)
    };
    // An account in no network is one alone: it gets a number of its own.
    let first_alone = matched.networks.len() as u32;
    let alone =
        |row: usize| if network[row] == NONE { first_alone + row as u32 } else { network[row] };
    let rows = 0..truth.rows.len();
    let all = rows.clone().filter_map(|row| Some((group(row)?, alone(row))));
    let found = rows.filter(|&row| network[row] != NONE && matched.scores[row] > 0.0);
    let inside = found.filter_map(|row| Some((group(row)?, network[row])));
    Some(NetworkFigures {
        networks: sizes.len() as u64,
        members,
        members_coordinated: right,
        purity: (members > 0).then(|| right as f64 / members as f64),
        weighted_precision: overlap::weighted_precision(
            sizes.iter().copied().zip(coordinated.iter().copied()),
        ),
        jaccard_mean: (!groups.is_empty()).then(|| overlaps.sum::<f64>() / groups.len() as f64),
        all_planted: agreement(all),
        in_networks: agreement(inside),
    })
}

/// `None` for fewer than two accounts: there is nothing to put together.
fn agreement(accounts: impl Iterator<Item = (u32, u32)>) -> Option<Agreement> {
    let counted = Contingency::new(accounts);
    let pairs = counted.pairs();
    (counted.total > 1).then(|| Agreement {
        accounts: counted.total,
        planted_groups: counted.rows.len() as u64,
        networks: counted.columns.len() as u64,
        ari: counted.ari(),
        nmi: counted.nmi(),
        ami: counted.ami(),
        homogeneity: counted.homogeneity(),
        pair_precision: pairs.precision(),
        pair_recall: pairs.recall(),
        pair_f1: pairs.f1(),
    })
}

/// The accounts of each role, by its name; empty if the truth has no roles.
pub(super) fn roles(truth: &Truth, matched: &Matched) -> Vec<RoleFigures> {
    if !truth.has_roles {
        return Vec::new();
    }
    let mut roles: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, account) in truth.rows.iter().enumerate() {
        roles.entry(account.role.as_deref().unwrap_or("")).or_default().push(row);
    }
    let figures = |(role, rows): (&str, Vec<usize>)| RoleFigures {
        role: role.to_owned(),
        accounts: rows.len() as u64,
        discovery: with_tier(matched, &rows, Tier::Discovery),
        strict: with_tier(matched, &rows, Tier::Strict),
        in_networks: matched
            .network
            .as_ref()
            .map(|network| rows.iter().filter(|&&row| network[row] != NONE).count() as u64),
    };
    roles.into_iter().map(figures).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::truth::TruthRow;
    use super::*;

    /// Planted: a b c and d e; f and g are not. Networks: a b f and c d e; g is in none.
    fn world() -> (Truth, Matched) {
        let groups = ["g1", "g1", "g1", "g2", "g2", "", ""];
        let row = |(account, group): (&str, &str)| TruthRow {
            platform: None,
            account: account.to_owned(),
            coordinated: !group.is_empty(),
            group: (!group.is_empty()).then(|| group.to_owned()),
            role: Some(if group.is_empty() { "organic" } else { "planted" }.to_owned()),
        };
        let truth = Truth {
            path: PathBuf::new(),
            rows: ["a", "b", "c", "d", "e", "f", "g"].into_iter().zip(groups).map(row).collect(),
            groups: vec!["g1".to_owned(), "g2".to_owned()],
            has_roles: true,
        };
        let (none, some, strict) = (Tier::None, Tier::Discovery, Tier::Strict);
        let matched = Matched {
            scores: vec![9.0, 8.0, 7.0, 6.0, 0.0, 5.0, 0.0],
            q: None,
            tiers: Some(vec![strict, strict, some, some, none, some, none]),
            network: Some(vec![0, 0, 1, 1, 1, 0, NONE]),
            networks: vec![("n1".to_owned(), strict), ("n2".to_owned(), some)],
            missing: 0,
            not_in_truth: 0,
        };
        (truth, matched)
    }

    #[track_caller]
    fn close(found: Option<f64>, expected: f64) {
        let found = found.expect("a figure");
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    #[test]
    fn a_planted_group_has_the_network_that_overlaps_it_most() {
        let (truth, matched) = world();
        let groups = planted_groups(&truth, &matched);
        let best = |place: usize| groups[place].best.clone().expect("a network");
        // Two of three in n1, which has one more; two of two in n2, which has one more.
        assert_eq!((best(0).network_id.as_str(), best(0).tier), ("n1", Tier::Strict));
        close(Some(best(0).jaccard), 0.5);
        assert_eq!((best(1).network_id.as_str(), best(1).shared, best(1).accounts), ("n2", 2, 3));
        close(Some(best(1).jaccard), 2.0 / 3.0);
        assert_eq!((groups[0].discovery, groups[0].strict), (Some(3), Some(2)));
        assert_eq!((groups[1].discovery, groups[1].strict), (Some(1), Some(0)));
        assert_eq!(groups[0].role.as_deref(), Some("planted"));
    }

    #[test]
    fn of_equal_networks_the_first_by_id_is_named() {
        let (truth, mut matched) = world();
        matched.network = Some(vec![1, 0, NONE, NONE, NONE, NONE, NONE]);
        let best = planted_groups(&truth, &matched)[0].best.clone().expect("a network");
        assert_eq!((best.network_id.as_str(), best.shared), ("n1", 1));
    }

    /// WP: n1 is right for 2 of 3, n2 for 3 of 3: (4/3 + 9/3) / 5. Pairs of planted accounts: a b
    /// and d e are together in both, four pairs are in the truth and four in the networks.
    #[test]
    fn networks_are_measured_as_worked_out_by_hand() {
        let (truth, matched) = world();
        let figures = networks(&truth, &matched).expect("networks");
        assert_eq!((figures.networks, figures.members, figures.members_coordinated), (2, 6, 5));
        close(figures.purity, 5.0 / 6.0);
        close(figures.weighted_precision, 13.0 / 15.0);
        close(figures.jaccard_mean, 7.0 / 12.0);
        let all = figures.all_planted.expect("accounts");
        assert_eq!((all.accounts, all.planted_groups, all.networks), (5, 2, 2));
        close(Some(all.pair_precision), 0.5);
        close(Some(all.pair_recall), 0.5);
        // e has no evidence.
        assert_eq!(figures.in_networks.expect("accounts").accounts, 4);
    }

    #[test]
    fn an_account_in_no_network_is_alone() {
        let (truth, mut matched) = world();
        matched.network = Some(vec![0, 0, NONE, NONE, NONE, 0, NONE]);
        let figures = networks(&truth, &matched).expect("networks");
        let all = figures.all_planted.expect("accounts");
        assert_eq!((all.accounts, all.networks), (5, 4));
        close(Some(all.homogeneity), 1.0);
        let inside = figures.in_networks.expect("accounts");
        assert_eq!((inside.accounts, inside.planted_groups, inside.networks), (2, 1, 1));
        matched.network = None;
        assert_eq!(networks(&truth, &matched), None);
    }

    #[test]
    fn roles_are_counted() {
        let (truth, matched) = world();
        let counted: Vec<_> = roles(&truth, &matched)
            .into_iter()
            .map(|role| (role.role, role.accounts, role.discovery, role.strict, role.in_networks))
            .collect();
        let organic = ("organic".to_owned(), 2, Some(1), Some(0), Some(1));
        let planted = ("planted".to_owned(), 5, Some(4), Some(2), Some(5));
        assert_eq!(counted, [organic, planted]);
    }
}

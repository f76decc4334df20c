//! The accounts of a truth beside what a result folder says about each.
//!
//! An account is a platform and an id there. Results print `platform:id` when their run held more
//! than one platform, and always have a column `platform`; a truth has a column `platform` or
//! leaves it out where ids alone are clear.

use zwerm_model::hash::{Map, Set};
use zwerm_model::{NONE, Tier};

use super::found::{Found, FoundAccount};
use super::truth::{Truth, TruthRow};

/// A result folder, row by row of the truth. What is absent from the results has no evidence.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Matched {
    /// What ranks each account.
    pub(super) scores: Vec<f64>,
    /// Its q; no column, no list.
    pub(super) q: Option<Vec<f64>>,
    /// Its tier; no column, no list.
    pub(super) tiers: Option<Vec<Tier>>,
    /// The place of its network in `networks`, or [`NONE`]; no column, no list.
    pub(super) network: Option<Vec<u32>>,
    /// The networks that hold accounts of the truth: id and tier, by id.
    pub(super) networks: Vec<(String, Tier)>,
    /// Accounts of the truth that the results do not have.
    pub(super) missing: u64,
    /// Accounts of the results that the truth does not know: they count nowhere.
    pub(super) not_in_truth: u64,
}

impl Matched {
    /// Finds each account of the truth in the results; or says what is wrong with the truth.
    pub(super) fn new(truth: &Truth, found: &Found) -> Result<Self, String> {
        let index = Index::new(&found.accounts);
        let mut rows: Vec<Option<&FoundAccount>> = Vec::with_capacity(truth.rows.len());
        let mut taken = Set::default();
        for row in &truth.rows {
            let place = index.place(row)?;
            if let Some(place) = place.filter(|&place| !taken.insert(place)) {
                let (id, name) = (&found.accounts[place as usize].id, row.name());
                return Err(format!(
                    "account {name:?}: expected one row for {id:?} of the results, found two"
                ));
            }
            rows.push(place.map(|place| &found.accounts[place as usize]));
        }
        if let (Some(first), true) = (found.accounts.first(), taken.is_empty()) {
            let (id, name) = (&first.id, truth.rows[0].name());
            return Err(format!(
                "expected accounts of the results, such as {id:?}, found none, but such as {name:?}"
            ));
        }
        Ok(Matched::of(&rows, found))
    }

    fn of(rows: &[Option<&FoundAccount>], found: &Found) -> Self {
        let held = |row: &Option<&FoundAccount>| row.and_then(|row| row.network.clone());
        let mut ids: Vec<String> = rows.iter().filter_map(held).collect();
        ids.sort_unstable();
        ids.dedup();
        let place = |id: &String| ids.binary_search(id).map_or(NONE, |place| place as u32);
        let network = |row: &Option<&FoundAccount>| {
            row.and_then(|row| row.network.as_ref()).map_or(NONE, place)
        };
        let missing = rows.iter().filter(|row| row.is_none()).count();
        let tier = |row: &Option<&FoundAccount>| row.and_then(|row| row.tier).unwrap_or_default();
        let q = |row: &Option<&FoundAccount>| row.and_then(|row| row.q).unwrap_or(1.0);
        Matched {
            scores: rows.iter().map(|row| row.map_or(0.0, |row| row.score)).collect(),
            q: found.has_q.then(|| rows.iter().map(q).collect()),
            tiers: found.has_tiers.then(|| rows.iter().map(tier).collect()),
            network: found.has_networks.then(|| rows.iter().map(network).collect()),
            networks: ids
                .iter()
                .map(|id| (id.clone(), found.networks.get(id).copied().unwrap_or_default()))
                .collect(),
            missing: missing as u64,
            not_in_truth: (found.accounts.len() + missing - rows.len()) as u64,
        }
    }
}

/// Where the results have an account.
pub(super) struct Index<'a> {
    /// By platform and id there.
    by_key: Map<(&'a str, &'a str), u32>,
    /// By the id as printed.
    by_print: Map<&'a str, u32>,
    /// By the id on its platform: the first, and whether there are others.
    by_id: Map<&'a str, (u32, bool)>,
    accounts: &'a [FoundAccount],
}

impl<'a> Index<'a> {
    pub(super) fn new(accounts: &'a [FoundAccount]) -> Self {
        // Either all ids carry their platform or none does.
        let is_qualified = accounts.iter().all(|row| unqualified(row).is_some());
        let mut index = Index {
            by_key: Map::default(),
            by_print: Map::default(),
            by_id: Map::default(),
            accounts,
        };
        for (place, row) in accounts.iter().enumerate() {
            let place = place as u32;
            let id = unqualified(row).filter(|_| is_qualified).unwrap_or(&row.id);
            index.by_key.insert((row.platform.as_deref().unwrap_or(""), id), place);
            index.by_print.insert(&row.id, place);
            index.by_id.entry(id).and_modify(|known| known.1 = true).or_insert((place, false));
        }
        index
    }

    /// Where an account of the truth is; or what is unclear about it.
    pub(super) fn place(&self, row: &TruthRow) -> Result<Option<u32>, String> {
        let id = row.account.as_str();
        if let Some(platform) = &row.platform {
            return Ok(self.by_key.get(&(platform.as_str(), id)).copied());
        }
        if let Some(&place) = self.by_print.get(id) {
            return Ok(Some(place));
        }
        match self.by_id.get(id) {
            Some(&(first, true)) => {
                let first = &self.accounts[first as usize].id;
                Err(format!(
                    "column \"platform\": expected one, because {id:?} is an id on several \
                     platforms of the results ({first:?} is one), found none"
                ))
            }
            Some(&(place, false)) => Ok(Some(place)),
            None => Ok(None),
        }
    }
}

/// The id without the platform before it.
fn unqualified(row: &FoundAccount) -> Option<&str> {
    row.id.strip_prefix(row.platform.as_deref()?)?.strip_prefix(':')
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn truth(rows: &[(Option<&str>, &str)]) -> Truth {
        let row = |&(platform, account): &(Option<&str>, &str)| TruthRow {
            platform: platform.map(str::to_owned),
            account: account.to_owned(),
            coordinated: true,
            group: None,
            role: None,
        };
        Truth {
            path: PathBuf::new(),
            rows: rows.iter().map(row).collect(),
            groups: Vec::new(),
            has_roles: false,
        }
    }

    /// Accounts as (platform, printed id), the first with a score of 1, the second of 2, …
    fn found(rows: &[(&str, &str)]) -> Found {
        let row = |(place, &(platform, id)): (usize, &(&str, &str))| FoundAccount {
            id: id.to_owned(),
            platform: Some(platform.to_owned()),
            score: place as f64 + 1.0,
            q: Some(0.5),
            tier: Some(Tier::Strict),
            network: None,
        };
        Found {
            accounts: rows.iter().enumerate().map(row).collect(),
            has_tiers: true,
            ..Found::default()
        }
    }

    #[track_caller]
    fn scores(rows: &[(Option<&str>, &str)], results: &[(&str, &str)], expected: &[f64]) {
        let matched = Matched::new(&truth(rows), &found(results)).expect("a match");
        assert_eq!(matched.scores, expected);
    }

    #[test]
    fn the_same_id_on_two_platforms_is_two_accounts() {
        let results = [("x", "x:1"), ("y", "y:1"), ("y", "y:2")];
        scores(&[(Some("x"), "1"), (Some("y"), "1")], &results, &[1.0, 2.0]);
        scores(&[(None, "x:1"), (None, "y:1"), (None, "2")], &results, &[1.0, 2.0, 3.0]);
        scores(&[(Some("z"), "1"), (Some("y"), "2")], &results, &[0.0, 3.0]);
        let wrong = Matched::new(&truth(&[(None, "1")]), &found(&results)).expect_err("unclear");
        assert!(wrong.contains("\"platform\"") && wrong.contains("\"x:1\""), "{wrong}");
    }

    #[test]
    fn one_platform_prints_bare_ids() {
        let results = [("x", "1"), ("x", "x:1")];
        scores(&[(Some("x"), "1"), (None, "x:1")], &results, &[1.0, 2.0]);
        scores(&[(None, "1"), (Some("x"), "x:1")], &results, &[1.0, 2.0]);
    }

    /// `x:1` is an id of platform x here, printed `x:x:1`.
    #[test]
    fn an_id_that_looks_qualified_is_not_mixed_up() {
        let results = [("x", "x:1"), ("x", "x:x:1"), ("y", "y:1")];
        scores(&[(Some("x"), "x:1"), (Some("x"), "1")], &results, &[2.0, 1.0]);
        scores(&[(Some("x"), "x:x:1"), (Some("x"), "1")], &results, &[0.0, 1.0]);
    }

    #[test]
    fn two_rows_for_one_account_are_an_error() {
        let rows = [(Some("x"), "1"), (None, "1")];
        let wrong = Matched::new(&truth(&rows), &found(&[("x", "1")])).expect_err("twice");
        assert!(wrong.contains("expected one row"), "{wrong}");
    }

    #[test]
    fn what_is_absent_on_either_side_is_counted() {
        let results = found(&[("x", "1"), ("x", "2"), ("x", "3")]);
        let truth = truth(&[(None, "2"), (None, "8"), (None, "9")]);
        let matched = Matched::new(&truth, &results).expect("a match");
        assert_eq!((matched.missing, matched.not_in_truth), (2, 2));
        assert_eq!(matched.tiers, Some(vec![Tier::Strict, Tier::None, Tier::None]));
        assert_eq!((matched.q, matched.network), (None, None));
    }

    #[test]
    fn the_truth_of_other_posts_is_an_error() {
        let wrong = Matched::new(&truth(&[(None, "a")]), &found(&[("x", "1")])).expect_err("none");
        assert!(wrong.contains("\"1\"") && wrong.contains("\"a\""), "{wrong}");
        // Results without a single account are results all the same.
        let matched = Matched::new(&truth(&[(None, "a")]), &found(&[])).expect("a match");
        assert_eq!((matched.scores, matched.missing), (vec![0.0], 1));
    }
}

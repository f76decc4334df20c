//! An ordinary election on two platforms, in a table of another tool: hardly anybody is accused.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;

use super::figure::Figure;
use super::results::{self, Account, Network};
use crate::place::Place;
use crate::scan;

const MAPPING: &str = "datasets-sample/mappings/german_elections.toml";
/// The largest share of accounts that may be significant.
const SHARE_MAX: f64 = 0.03;

/// See the [module documentation](self).
pub(super) fn figures(place: &Place, shared: &Path) -> Result<Vec<Figure>> {
    let input = shared.join("data/parity/coortweet/german_elections.parquet");
    let scanned = scan::scan(place, "german_elections", &input, &["--config", MAPPING])?;
    let passed = if scanned.null_check_passed { "passed" } else { "failed" };
    let total = results::distinct(&input, "account_id")?;
    let accounts = results::accounts(&scanned.results)?;
    let significant = accounts.iter().filter(|account| account.q <= 0.05).count();
    let share = significant as f64 / total.max(1) as f64;
    Ok(vec![
        Figure::holds("german_elections: null check", passed, scanned.null_check_passed),
        Figure::plain("german_elections: accounts", total.to_string()),
        Figure::plain("german_elections: accounts with q ≤ 0.05", significant.to_string()),
        Figure::at_most("german_elections: their share", share, SHARE_MAX),
    ])
}

/// What accounts share of one kind.
#[derive(Default)]
struct Shared {
    accounts: BTreeSet<String>,
    objects: BTreeSet<String>,
    /// One entry per object.
    spans_ms: Vec<i64>,
}

/// What the strict accounts of the last scan share: kinds, objects and explanations, counted.
pub(super) fn strict(place: &Place) -> Result<Vec<Figure>> {
    let folder = place.scratch("results")?.join("german_elections");
    let accounts = results::accounts(&folder)?;
    let networks = results::networks(&folder, &accounts)?;
    let strict: BTreeSet<&str> =
        accounts.iter().filter(|a| a.tier == "strict").map(|a| a.id.as_str()).collect();
    let mut figures = of_networks(&accounts, &networks);
    let mut kinds: BTreeMap<String, Shared> = BTreeMap::new();
    for row in results::evidence(&folder, "account")? {
        if strict.contains(row.subject.as_str()) {
            let shared = kinds.entry(row.kind).or_default();
            shared.accounts.insert(row.subject);
            if shared.objects.insert(row.object) {
                shared.spans_ms.push(row.span_ms);
            }
        }
    }
    for (kind, mut shared) in kinds {
        shared.spans_ms.sort_unstable();
        let median_s = shared.spans_ms[(shared.spans_ms.len() - 1) / 2] / 1_000;
        let (accounts, objects) = (shared.accounts.len(), shared.objects.len());
        figures.push(Figure::plain(
            format!("german_elections, strict: share objects of kind {kind}"),
            format!("{accounts} accounts, {objects} objects, median span {median_s} s"),
        ));
    }
    Ok(figures)
}

/// The networks that hold strict accounts, by the explanations that fit.
fn of_networks(accounts: &[Account], networks: &BTreeMap<String, Network>) -> Vec<Figure> {
    let strict: Vec<&Account> = accounts.iter().filter(|a| a.tier == "strict").collect();
    let mut by_explanation: BTreeMap<String, (BTreeSet<&str>, usize)> = BTreeMap::new();
    let mut alone = 0;
    for account in &strict {
        let Some(id) = account.network.as_deref() else {
            alone += 1;
            continue;
        };
        let fits = networks.get(id).map(|network| network.explanations.join(" + "));
        let fits = fits.filter(|fits| !fits.is_empty()).unwrap_or_else(|| "none".to_owned());
        let (ids, members) = by_explanation.entry(fits).or_default();
        ids.insert(id);
        *members += 1;
    }
    let what = "german_elections, strict: accounts";
    let mut figures = vec![
        Figure::share(what, strict.len(), accounts.len()),
        Figure::plain("german_elections, strict: … in no network", alone.to_string()),
    ];
    for (explanation, (ids, members)) in by_explanation {
        figures.push(Figure::plain(
            format!("german_elections, strict: explanation that fits: {explanation}"),
            format!("{members} accounts in {} networks", ids.len()),
        ));
    }
    figures
}

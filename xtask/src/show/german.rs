//! An ordinary election on two platforms, in a table of another tool: hardly anybody is accused.

use std::path::Path;

use anyhow::Result;

use super::figure::Figure;
use super::results;
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

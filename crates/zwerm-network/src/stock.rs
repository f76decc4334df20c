//! How much an object counts: stock phrases and headline tags weigh by their rarity.
//!
//! # What
//!
//! Two accounts that meet on what everybody says have less in common than two that meet on what
//! hardly anybody does. An object that more than one account in a hundred touched is *stock*: it
//! weighs ln(N/n) / ln(N/n₀), where n of N accounts touched it and n₀ is where stock begins. All
//! other objects weigh one. Weights are used where objects are added up (the edges of networks,
//! whether a partner recurs), never in a probability: the nulls learn from the data how ordinary a
//! meeting is.
//!
//! # When it misleads
//!
//! In a dump of few accounts a group of eight is many per cent: what fewer than
//! [`STOCK_ACCOUNTS_MIN`] accounts touched is never stock.
//!
//! # Source
//!
//! The inverse document frequency of Spärck Jones (1972), <https://doi.org/10.1108/eb026526>, cut
//! off at one.

use crate::acts::SharedActs;

/// The weight of an object that is not stock; weights are integers, so that sums have one value.
pub const WEIGHT_ONE: u64 = 1_024;

/// An object is stock if more accounts than one in this many touched it.
pub const STOCK_ONE_IN: u64 = 100;

/// What fewer accounts touched is not stock.
pub const STOCK_ACCOUNTS_MIN: u64 = 50;

/// The weight of each object of some acts, among `accounts` accounts.
#[must_use]
pub fn weights(acts: &SharedActs, accounts: u64) -> Vec<u32> {
    (0..acts.object_count())
        .map(|object| {
            let runs = acts.on(object).chunk_by(|a, b| a.account == b.account);
            weight(runs.count() as u64, accounts)
        })
        .collect()
}

/// The weight of an object that `touched` of `accounts` accounts touched.
#[must_use]
pub fn weight(touched: u64, accounts: u64) -> u32 {
    let stock_above = (accounts / STOCK_ONE_IN).max(STOCK_ACCOUNTS_MIN);
    if touched <= stock_above {
        return WEIGHT_ONE as u32;
    }
    let ln_one_in = |n: u64| libm::log(accounts as f64 / n as f64);
    let share = ln_one_in(touched) / ln_one_in(stock_above);
    libm::round(share.clamp(0.0, 1.0) * WEIGHT_ONE as f64) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(touched: u64, accounts: u64, expected: f64) {
        let weight = f64::from(weight(touched, accounts)) / WEIGHT_ONE as f64;
        assert!((weight - expected).abs() < 1e-3, "{touched} of {accounts}: {weight}");
    }

    #[test]
    fn what_everybody_says_weighs_nothing_and_what_few_say_one() {
        check(2, 100_000, 1.0);
        check(1_000, 100_000, 1.0);
        check(10_000, 100_000, 0.5);
        check(100_000, 100_000, 0.0);
    }

    #[test]
    fn a_small_dump_has_no_stock_phrases() {
        check(8, 40, 1.0);
        check(40, 40, 1.0);
        check(50, 60, 1.0);
        check(60, 60, 0.0);
    }
}

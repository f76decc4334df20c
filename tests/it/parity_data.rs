//! A real election in another tool's table: it is read by its mapping, and hardly anybody is
//! accused.

use zwerm::ConfigFile;

use crate::harness::results::{number, rows};
use crate::harness::{sample_file, scan, scratch, shared};

/// The largest share of accounts that may be significant.
const SHARE_MAX: f64 = 0.03;

#[test]
fn an_ordinary_election_accuses_few() {
    let Some(input) = shared("data/parity/coortweet/german_elections.parquet") else { return };
    let folder = scratch();
    let out = folder.path().join("out");
    let config = ConfigFile::read(&sample_file("mappings/german_elections.toml")).unwrap();
    let outcome = scan(&[&input], &out, config);
    assert!(outcome.facts.checks_passed(), "{:?}", outcome.facts.checks);
    assert_eq!(outcome.facts.posts, 194_323);
    let accounts = rows(&out.join("accounts.parquet"));
    let significant = accounts.iter().filter(|row| number(row, "coordination_q") <= 0.05).count();
    println!("{significant} of {} accounts at q ≤ 0.05", outcome.facts.accounts);
    assert!(significant > 0, "a platform of real rings: none at all would be blindness");
    assert!(significant as f64 <= SHARE_MAX * outcome.facts.accounts as f64, "{significant}");
}

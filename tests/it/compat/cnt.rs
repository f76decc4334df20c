//! The six networks of coordination-network-toolkit.

use super::table::{Table, assert_same, edges, fixture};
use crate::harness::scratch;

pub(super) const NETWORKS: [&str; 6] =
    ["co_link", "co_post", "co_reply", "co_retweet", "co_similar_tweet", "co_tweet"];

pub(super) fn flags<'a>(network: &'a str, window: &'a str, weight: &'a str) -> Vec<&'a str> {
    let fixed = ["--compat", "cnt", "--keep-loops", "--network"];
    fixed.into_iter().chain([network, "--window", window, "--min-weight", weight]).collect()
}

#[test]
fn all_networks_of_the_small_table() {
    let folder = scratch();
    let input = folder.path().join("in.parquet");
    Table::read(&fixture("cnt/micro.csv")).write(&input);
    let golden = Table::read(&fixture("cnt/micro_expected.csv"));
    for network in NETWORKS {
        let found = edges(&input, &flags(network, "60s", "1"));
        let golden = golden.with("network", network).select(&["user_1", "user_2", "weight"]);
        assert!(!golden.rows.is_empty(), "{network}");
        assert_same(&found, &golden, network);
    }
}

#[test]
fn quirks_can_be_switched_off() {
    let folder = scratch();
    let input = folder.path().join("in.parquet");
    Table::read(&fixture("cnt/micro.csv")).write(&input);
    let rows = |network, switch| {
        let mut flags = flags(network, "60s", "1");
        flags.extend(["--quirk", switch]);
        let table = edges(&input, &flags);
        table.rows.iter().map(|row| row.join(" ")).collect::<Vec<String>>()
    };
    // Two messages of nothing but mentions have the empty text in common.
    assert_eq!(rows("co_tweet", "empty-text=off"), ["A B 1", "B A 1", "B B 2"]);
    // Two messages without links have the empty link in common.
    assert_eq!(rows("co_link", "empty-link=off"), ["A B 1", "B A 1", "B B 2"]);
    // The message matches itself: every account has a loop.
    assert!(rows("co_reply", "same-message=on").contains(&"C C 1".to_owned()));
}

#[test]
fn loops_are_left_out_unless_wanted() {
    let folder = scratch();
    let input = folder.path().join("in.parquet");
    Table::read(&fixture("cnt/micro.csv")).write(&input);
    let fixed = ["--compat", "cnt", "--network", "co_retweet", "--window", "60s"];
    let found = edges(&input, &[&fixed[..], &["--min-weight", "1"]].concat());
    let rows: Vec<String> = found.rows.iter().map(|row| row.join(" ")).collect();
    assert_eq!(rows, ["A B 2", "B A 1"]);
    // The tool's own smallest weight is 2.
    assert_eq!(edges(&input, &fixed).rows, [["A", "B", "2"]]);
}

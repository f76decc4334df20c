//! Level C: communities of accounts over the edges that chance does not explain.
//!
//! Nodes are the accounts with an edge, edges weigh the objects on which two accounts met, stock
//! phrases by their rarity ([`stock`](crate::stock)): the largest over windows, summed over kinds.
//! An edge weighs at least one unit. Leiden splits them; a community of fewer than
//! [`ACCOUNTS_MIN`] is a pair, not a network.

use zwerm_graph::{Graph, Objective, leiden};
use zwerm_model::Edge;

/// The smallest community that is reported.
pub const ACCOUNTS_MIN: usize = 3;

/// The communities over some edges: each sorted, largest first, ties by smallest account.
#[must_use]
pub fn communities(edges: &[&Edge], objective: Objective) -> Vec<Vec<u32>> {
    let mut accounts: Vec<u32> = edges.iter().flat_map(|edge| [edge.a, edge.b]).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let local = |account: u32| accounts.partition_point(|&a| a < account) as u32;
    let weights = weights(edges);
    let local_edges: Vec<(u32, u32, u64)> =
        weights.iter().map(|&(a, b, weight)| (local(a), local(b), weight)).collect();
    let graph = Graph::from_sorted_edges(accounts.len() as u32, &local_edges);
    let partition = leiden(&graph, objective);
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); partition.community_count() as usize];
    for (node, &community) in partition.community.iter().enumerate() {
        members[community as usize].push(accounts[node]);
    }
    members.retain(|community| community.len() >= ACCOUNTS_MIN);
    members.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    members
}

/// One weight per pair, sorted by pair.
fn weights(edges: &[&Edge]) -> Vec<(u32, u32, u64)> {
    let mut rows: Vec<_> = edges.iter().map(|e| (e.a, e.b, e.kind, e.weight.max(1))).collect();
    rows.sort_unstable();
    rows.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1))
        .map(|pair| {
            let of_kinds = pair.chunk_by(|x, y| x.2 == y.2);
            let weight = of_kinds.map(|kind| kind.iter().map(|row| row.3).max().unwrap_or(0)).sum();
            (pair[0].0, pair[0].1, weight)
        })
        .collect()
}

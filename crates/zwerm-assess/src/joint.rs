//! Joint objects: what the members of a network touched within a window of each other.
//!
//! One pass over each table finds the joint objects of all networks together.

use rayon::prelude::*;
use zwerm_model::{NONE, TraceKind, TraceTable};

use crate::Inputs;
use crate::acts::{Reach, most_surprising};

/// An object that at least two members of a network touched within the kind's window.
#[derive(Clone, Debug, PartialEq)]
pub struct JointObject {
    /// The network, as a place among the communities.
    pub network: u32,
    /// The behaviour.
    pub kind: TraceKind,
    /// The object's number in its kind's table.
    pub object: u32,
    /// The members' traces on it, rising: places in the table.
    pub traces: Vec<u32>,
    /// How many members.
    pub accounts: u32,
    /// Others that chance would have brought within the window of its most surprising act.
    pub expected: f64,
    /// The probability of that act, times the number of the members' acts (Bonferroni).
    pub p: f64,
}

/// The joint objects of all networks, by (network, −accounts, kind, object).
///
/// `network_of` gives each account's network or [`NONE`]; a network's kinds and windows are those
/// of the edges between its members.
#[must_use]
pub fn joint_objects(inputs: &Inputs<'_>, network_of: &[u32]) -> Vec<JointObject> {
    let mut found: Vec<JointObject> = inputs
        .tables
        .par_iter()
        .flat_map(|table| {
            let reaches = reaches(inputs, table.kind, network_of);
            in_table(inputs, table, network_of, &reaches)
        })
        .collect();
    found.sort_unstable_by(|a, b| {
        let key = |j: &JointObject| (j.network, std::cmp::Reverse(j.accounts), j.kind, j.object);
        key(a).cmp(&key(b))
    });
    found
}

/// The widest window of a kind's edges inside each network, by network.
fn reaches(inputs: &Inputs<'_>, kind: TraceKind, network_of: &[u32]) -> Vec<(u32, Reach)> {
    let mut widest: Vec<(u32, i64)> = inputs
        .coordination
        .edges
        .iter()
        .filter(|edge| edge.kind == kind && edge.objects > 0)
        .filter(|e| network_of[e.a as usize] == network_of[e.b as usize])
        .map(|edge| (network_of[edge.a as usize], edge.window_ms))
        .filter(|&(network, _)| network != NONE)
        .collect();
    widest.sort_unstable_by_key(|&(network, window)| (network, std::cmp::Reverse(window)));
    widest.dedup_by_key(|&mut (network, _)| network);
    let context = |window: i64| {
        let rungs = &inputs.coordination.rungs;
        rungs.iter().find(|r| r.window_ms == window).map_or(window, |r| r.context_ms)
    };
    widest
        .into_iter()
        .map(|(network, w)| (network, Reach { window_ms: w, context_ms: context(w) }))
        .collect()
}

fn in_table(
    inputs: &Inputs<'_>,
    table: &TraceTable,
    network_of: &[u32],
    reaches: &[(u32, Reach)],
) -> Vec<JointObject> {
    let mut found = Vec::new();
    if reaches.is_empty() {
        return found;
    }
    let mut members: Vec<(u32, u32)> = Vec::new();
    for object in 0..table.object_count() {
        members.clear();
        members.extend(
            table
                .range(object)
                .map(|trace| (network_of[table.account[trace] as usize], trace as u32))
                .filter(|&(network, _)| network != NONE),
        );
        members.sort_unstable();
        for of_network in members.chunk_by(|a, b| a.0 == b.0) {
            let Ok(at) = reaches.binary_search_by_key(&of_network[0].0, |&(n, _)| n) else {
                continue;
            };
            found.extend(joint(inputs, table, object, of_network, reaches[at].1));
        }
    }
    found
}

fn joint(
    inputs: &Inputs<'_>,
    table: &TraceTable,
    object: usize,
    of_network: &[(u32, u32)],
    reach: Reach,
) -> Option<JointObject> {
    let traces: Vec<u32> = of_network.iter().map(|&(_, trace)| trace).collect();
    let meets = traces.windows(2).any(|pair| {
        let (a, b) = (pair[0] as usize, pair[1] as usize);
        table.account[a] != table.account[b] && table.at[b] - table.at[a] <= reach.window_ms
    });
    if !meets {
        return None;
    }
    let mut accounts: Vec<u32> = traces.iter().map(|&t| table.account[t as usize]).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let places: Vec<usize> = traces.iter().map(|&trace| trace as usize).collect();
    let (most, _) = most_surprising(table, object, &places, reach, inputs.resolution)?;
    Some(JointObject {
        network: of_network[0].0,
        kind: table.kind,
        object: object as u32,
        accounts: accounts.len() as u32,
        expected: most.expected,
        p: (libm::exp(most.ln_p) * traces.len() as f64).min(1.0),
        traces,
    })
}

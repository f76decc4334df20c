//! `networks.csv`: the networks for a spreadsheet, without their explanation trees.

use std::path::Path;

use crate::error::ReportError;
use crate::input::ReportInput;
use crate::sheet::{Sheet, guarded, number};
use crate::words::iso;

const COLUMNS: [&str; 15] = [
    "network_id",
    "lineage_id",
    "tier",
    "accounts",
    "edges",
    "posts",
    "first_at",
    "last_at",
    "p",
    "q",
    "coordination_score",
    "automation_score",
    "bot_network_score",
    "kinds",
    "explanations",
];

/// See the [module documentation](self).
pub(crate) fn write(input: &ReportInput<'_>, path: &Path) -> Result<(), ReportError> {
    let mut sheet = Sheet::new(path, &COLUMNS)?;
    for network in &input.findings.networks {
        let kinds: Vec<&str> = network.kinds.iter().map(|kind| kind.0).collect();
        sheet.push(&[
            guarded(&network.id),
            String::new(),
            network.tier.name().to_owned(),
            network.members.len().to_string(),
            network.edges.to_string(),
            network.posts.to_string(),
            iso(network.first_at),
            iso(network.last_at),
            or_empty(network.p),
            number(network.q),
            number(network.coordination_score),
            or_empty(network.automation_score),
            or_empty(network.bot_network_score),
            guarded(&kinds.join("; ")),
            guarded(&network.explanations.join("; ")),
        ])?;
    }
    sheet.finish()
}

fn or_empty(value: Option<f64>) -> String {
    value.map(number).unwrap_or_default()
}

//! `campaign_posts.parquet`: one row per (campaign, network, post).

use std::path::Path;

use crate::columns::{self, Kind};
use crate::error::ReportError;
use crate::input::ReportInput;
use crate::table;

const COLUMNS: [(&str, Kind); 3] =
    [("campaign_id", Kind::Utf8), ("network_id", Kind::Utf8), ("post_id", Kind::Utf8)];

/// See the [module documentation](self).
pub(crate) fn write(input: &ReportInput<'_>, path: &Path) -> Result<(), ReportError> {
    let rows: Vec<(&str, u32, u32)> = input
        .findings
        .campaigns
        .iter()
        .flat_map(|campaign| {
            campaign.posts.iter().map(|&(network, post)| (campaign.id.as_str(), network, post))
        })
        .collect();
    table::write(path, columns::schema(&COLUMNS), rows.len(), |range| {
        let rows = &rows[range];
        vec![
            columns::utf8(rows.iter().map(|&(campaign, _, _)| campaign)),
            columns::utf8(rows.iter().map(|&(_, network, _)| input.network(network))),
            columns::utf8(rows.iter().map(|&(_, _, post)| input.post(post))),
        ]
    })
}

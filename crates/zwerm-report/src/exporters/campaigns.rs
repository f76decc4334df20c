//! `campaigns.parquet`: one row per content that networks pushed, the best first.

use std::path::Path;

use arrow_array::ArrayRef;
use zwerm_model::Campaign;

use super::networks::tree;
use crate::columns::{self, Kind};
use crate::error::ReportError;
use crate::input::ReportInput;
use crate::table;

const TOP_OBJECT: &[(&str, Kind)] =
    &[("kind", Kind::Utf8), ("object", Kind::Utf8), ("accounts", Kind::U32), ("posts", Kind::U32)];

const COLUMNS: [(&str, Kind); 13] = [
    ("campaign_id", Kind::Utf8),
    ("network_ids", Kind::Utf8List),
    ("posts", Kind::U64),
    ("accounts", Kind::U32),
    ("reach", Kind::U64),
    ("first_at", Kind::Time),
    ("last_at", Kind::Time),
    ("campaign_score", Kind::F64),
    ("election_ids", Kind::Utf8List),
    ("posts_in_election_period", Kind::U64),
    ("posts_in_silence", Kind::U64),
    ("top_objects", Kind::StructList(TOP_OBJECT)),
    ("explanation", Kind::Utf8),
];

/// See the [module documentation](self).
pub(crate) fn write(input: &ReportInput<'_>, path: &Path) -> Result<(), ReportError> {
    let campaigns = &input.findings.campaigns;
    table::write(path, columns::schema(&COLUMNS), campaigns.len(), |range| {
        let rows = &campaigns[range];
        let networks = |row: &Campaign| row.networks.clone().into_iter();
        vec![
            columns::utf8(rows.iter().map(|row| &row.id)),
            columns::utf8_lists(rows.iter().map(|row| networks(row).map(|n| input.network(n)))),
            columns::u64s(rows.iter().map(posts)),
            columns::u32s(rows.iter().map(|row| row.accounts)),
            columns::u64s(rows.iter().map(|row| row.reach)),
            columns::times(rows.iter().map(|row| row.first_at)),
            columns::times(rows.iter().map(|row| row.last_at)),
            columns::f64s(rows.iter().map(|row| row.campaign_score)),
            columns::utf8_lists(rows.iter().map(|row| &row.election_ids)),
            columns::u64s(rows.iter().map(|row| row.posts_in_election_period)),
            columns::u64s(rows.iter().map(|row| row.posts_in_silence)),
            top_objects(rows),
            columns::utf8(rows.iter().map(|row| tree(&row.explanation))),
        ]
    })
}

/// The distinct posts of a campaign.
pub(crate) fn posts(campaign: &Campaign) -> u64 {
    let mut posts: Vec<u32> = campaign.posts.iter().map(|&(_, post)| post).collect();
    posts.sort_unstable();
    posts.dedup();
    posts.len() as u64
}

fn top_objects(rows: &[Campaign]) -> ArrayRef {
    let all = || rows.iter().flat_map(|row| &row.top_objects);
    let lengths = rows.iter().map(|row| row.top_objects.len());
    let parts = vec![
        columns::utf8(all().map(|object| object.kind.0)),
        columns::utf8(all().map(|object| &object.object)),
        columns::u32s(all().map(|object| object.accounts)),
        columns::u32s(all().map(|object| object.posts)),
    ];
    columns::struct_lists(TOP_OBJECT, lengths, parts)
}

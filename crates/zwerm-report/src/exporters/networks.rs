//! `networks.parquet`: one row per community of coordinated accounts, the best first.

use std::path::Path;

use zwerm_model::Explained;

use crate::columns::{self, Kind};
use crate::error::ReportError;
use crate::input::ReportInput;
use crate::table;

const COLUMNS: [(&str, Kind); 16] = [
    ("network_id", Kind::Utf8),
    ("lineage_id?", Kind::Utf8),
    ("tier", Kind::Utf8),
    ("accounts", Kind::U32),
    ("edges", Kind::U64),
    ("posts", Kind::U64),
    ("first_at", Kind::Time),
    ("last_at", Kind::Time),
    ("p?", Kind::F64),
    ("q", Kind::F64),
    ("coordination_score", Kind::F64),
    ("automation_score?", Kind::F64),
    ("bot_network_score?", Kind::F64),
    ("kinds", Kind::Utf8List),
    ("explanations", Kind::Utf8List),
    ("explanation", Kind::Utf8),
];

/// See the [module documentation](self).
pub(crate) fn write(input: &ReportInput<'_>, path: &Path) -> Result<(), ReportError> {
    let networks = &input.findings.networks;
    table::write(path, columns::schema(&COLUMNS), networks.len(), |range| {
        let rows = &networks[range];
        vec![
            columns::utf8(rows.iter().map(|row| &row.id)),
            columns::utf8_or_null(rows.iter().map(|_| None::<&str>)),
            columns::utf8(rows.iter().map(|row| row.tier.name())),
            columns::u32s(rows.iter().map(|row| row.members.len() as u32)),
            columns::u64s(rows.iter().map(|row| row.edges)),
            columns::u64s(rows.iter().map(|row| row.posts)),
            columns::times(rows.iter().map(|row| row.first_at)),
            columns::times(rows.iter().map(|row| row.last_at)),
            columns::f64s_or_null(rows.iter().map(|row| row.p)),
            columns::f64s(rows.iter().map(|row| row.q)),
            columns::f64s(rows.iter().map(|row| row.coordination_score)),
            columns::f64s_or_null(rows.iter().map(|row| row.automation_score)),
            columns::f64s_or_null(rows.iter().map(|row| row.bot_network_score)),
            columns::utf8_lists(rows.iter().map(|row| row.kinds.iter().map(|kind| kind.0))),
            columns::utf8_lists(rows.iter().map(|row| &row.explanations)),
            columns::utf8(rows.iter().map(|row| tree(&row.explanation))),
        ]
    })
}

/// An explanation tree as JSON, on one line.
pub(crate) fn tree(explanation: &Explained) -> String {
    serde_json::to_string(explanation).expect("a tree of texts and numbers is JSON")
}

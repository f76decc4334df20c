//! `edges.parquet`: one row per pair of accounts kept, per kind and window, in that order.

use std::path::Path;

use crate::columns::{self, Kind};
use crate::error::ReportError;
use crate::input::ReportInput;
use crate::table;

const COLUMNS: [(&str, Kind); 12] = [
    ("a", Kind::Utf8),
    ("b", Kind::Utf8),
    ("kind", Kind::Utf8),
    ("window_ms", Kind::I64),
    ("objects", Kind::U32),
    ("co_actions", Kind::U64),
    ("expected", Kind::F64),
    ("p", Kind::F64),
    ("q", Kind::F64),
    ("tier", Kind::Utf8),
    ("gap_ms_min", Kind::I64),
    ("gap_ms_mean", Kind::F64),
];

/// See the [module documentation](self).
pub(crate) fn write(input: &ReportInput<'_>, path: &Path) -> Result<(), ReportError> {
    let mut edges: Vec<_> = input.findings.edges.iter().collect();
    edges.sort_by_key(|edge| (edge.kind, edge.window_ms, edge.a, edge.b));
    table::write(path, columns::schema(&COLUMNS), edges.len(), |range| {
        let rows = &edges[range];
        // Account numbers sort by (platform, id): with odd platform names the printed ids may not.
        let pairs: Vec<(String, String)> = rows
            .iter()
            .map(|row| (input.account(row.a), input.account(row.b)))
            .map(|(a, b)| if a <= b { (a, b) } else { (b, a) })
            .collect();
        vec![
            columns::utf8(pairs.iter().map(|pair| &pair.0)),
            columns::utf8(pairs.iter().map(|pair| &pair.1)),
            columns::utf8(rows.iter().map(|row| row.kind.0)),
            columns::i64s(rows.iter().map(|row| row.window_ms)),
            columns::u32s(rows.iter().map(|row| row.objects)),
            columns::u64s(rows.iter().map(|row| row.co_actions)),
            columns::f64s(rows.iter().map(|row| row.expected)),
            columns::f64s(rows.iter().map(|row| row.p)),
            columns::f64s(rows.iter().map(|row| row.q)),
            columns::utf8(rows.iter().map(|row| row.tier.name())),
            columns::i64s(rows.iter().map(|row| row.gap_ms_min)),
            columns::f64s(rows.iter().map(|row| row.gap_ms_mean)),
        ]
    })
}

//! `accounts.parquet`: one row per account with at least one trace, by account number.

use std::path::Path;

use arrow_array::ArrayRef;
use zwerm_model::AccountFinding;

use crate::columns::{self, Kind};
use crate::error::ReportError;
use crate::input::ReportInput;
use crate::table;

const CHANNEL: &[(&str, Kind)] = &[
    ("kind", Kind::Utf8),
    ("null", Kind::Utf8),
    ("window_ms", Kind::I64),
    ("context_ms", Kind::I64),
    ("objects", Kind::U32),
    ("statistic", Kind::F64),
    ("p", Kind::F64),
];

const COLUMNS: [(&str, Kind); 15] = [
    ("account_id", Kind::Utf8),
    ("platform", Kind::Utf8),
    ("posts", Kind::U64),
    ("first_at", Kind::Time),
    ("last_at", Kind::Time),
    ("coordination_p", Kind::F64),
    ("coordination_q", Kind::F64),
    ("coordination_evidence", Kind::F64),
    ("coordination_score", Kind::F64),
    ("automation_score?", Kind::F64),
    ("tier", Kind::Utf8),
    ("network_id?", Kind::Utf8),
    ("partners", Kind::U32),
    ("explanations", Kind::Utf8List),
    ("channels", Kind::StructList(CHANNEL)),
];

/// See the [module documentation](self).
pub(crate) fn write(input: &ReportInput<'_>, path: &Path) -> Result<(), ReportError> {
    let accounts = &input.findings.accounts;
    table::write(path, columns::schema(&COLUMNS), accounts.len(), |range| {
        let rows = &accounts[range];
        vec![
            columns::utf8(rows.iter().map(|row| input.account(row.account))),
            columns::utf8(rows.iter().map(|row| input.posts.accounts.platform_of(row.account))),
            columns::u64s(rows.iter().map(|row| row.posts)),
            columns::times(rows.iter().map(|row| row.first_at)),
            columns::times(rows.iter().map(|row| row.last_at)),
            columns::f64s(rows.iter().map(|row| row.coordination_p)),
            columns::f64s(rows.iter().map(|row| row.coordination_q)),
            columns::f64s(rows.iter().map(|row| row.coordination_evidence)),
            columns::f64s(rows.iter().map(|row| row.coordination_score)),
            columns::f64s_or_null(rows.iter().map(|row| row.automation_score)),
            columns::utf8(rows.iter().map(|row| row.tier.name())),
            columns::utf8_or_null(rows.iter().map(|row| row.network.map(|n| input.network(n)))),
            columns::u32s(rows.iter().map(|row| row.partners)),
            columns::utf8_lists(rows.iter().map(|row| &row.explanations)),
            channels(rows),
        ]
    })
}

fn channels(rows: &[AccountFinding]) -> ArrayRef {
    let all = || rows.iter().flat_map(|row| &row.channels);
    let lengths = rows.iter().map(|row| row.channels.len());
    let parts = vec![
        columns::utf8(all().map(|channel| channel.kind.0)),
        columns::utf8(all().map(|channel| channel.null)),
        columns::i64s(all().map(|channel| channel.window_ms)),
        columns::i64s(all().map(|channel| channel.context_ms)),
        columns::u32s(all().map(|channel| channel.objects)),
        columns::f64s(all().map(|channel| channel.statistic)),
        columns::f64s(all().map(|channel| channel.p)),
    ];
    columns::struct_lists(CHANNEL, lengths, parts)
}

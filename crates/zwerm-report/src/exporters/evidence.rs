//! `evidence.parquet`: one row per (subject, object), by (subject, −accounts, kind, object).

use std::path::Path;

use zwerm_model::{EvidenceRow, Subject};

use crate::columns::{self, Kind};
use crate::error::ReportError;
use crate::input::ReportInput;
use crate::table;

const COLUMNS: [(&str, Kind); 10] = [
    ("subject_kind", Kind::Utf8),
    ("subject_id", Kind::Utf8),
    ("kind", Kind::Utf8),
    ("object", Kind::Utf8),
    ("accounts", Kind::U32),
    ("posts", Kind::U32),
    ("span_ms", Kind::I64),
    ("expected", Kind::F64),
    ("p", Kind::F64),
    ("post_ids", Kind::Utf8List),
];

/// Posts named per row, at most.
const POSTS_MAX: usize = 50;

/// See the [module documentation](self).
pub(crate) fn write(input: &ReportInput<'_>, path: &Path) -> Result<(), ReportError> {
    let evidence = &input.findings.evidence;
    table::write(path, columns::schema(&COLUMNS), evidence.len(), |range| {
        let rows = &evidence[range];
        let shown = |row: &EvidenceRow| row.posts_shown.clone().into_iter().take(POSTS_MAX);
        vec![
            columns::utf8(rows.iter().map(|row| subject_kind(row.subject))),
            columns::utf8(rows.iter().map(|row| subject_id(input, row.subject))),
            columns::utf8(rows.iter().map(|row| row.kind.0)),
            columns::utf8(rows.iter().map(|row| &row.object)),
            columns::u32s(rows.iter().map(|row| row.accounts)),
            columns::u32s(rows.iter().map(|row| row.posts)),
            columns::i64s(rows.iter().map(|row| row.span_ms)),
            columns::f64s(rows.iter().map(|row| row.expected)),
            columns::f64s(rows.iter().map(|row| row.p)),
            columns::utf8_lists(rows.iter().map(|row| shown(row).map(|post| input.post(post)))),
        ]
    })
}

fn subject_kind(subject: Subject) -> &'static str {
    match subject {
        Subject::Account(_) => "account",
        Subject::Campaign(_) => "campaign",
        Subject::Network(_) => "network",
    }
}

fn subject_id(input: &ReportInput<'_>, subject: Subject) -> String {
    match subject {
        Subject::Account(account) => input.account(account),
        Subject::Campaign(campaign) => input.findings.campaigns[campaign as usize].id.clone(),
        Subject::Network(network) => input.network(network).to_owned(),
    }
}

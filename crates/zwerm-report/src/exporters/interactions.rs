//! `interactions.parquet`: who reposts, answers, mentions and quotes whom, by (from, kind, to).

use std::path::Path;

use zwerm_model::Interaction;

use crate::columns::{self, Kind};
use crate::error::ReportError;
use crate::input::ReportInput;
use crate::table;

const COLUMNS: [(&str, Kind); 6] = [
    ("from", Kind::Utf8),
    ("to", Kind::Utf8),
    ("kind", Kind::Utf8),
    ("posts", Kind::U64),
    ("first_at", Kind::Time),
    ("last_at", Kind::Time),
];

/// See the [module documentation](self).
pub(crate) fn write(input: &ReportInput<'_>, path: &Path) -> Result<(), ReportError> {
    let mut interactions: Vec<_> = input.findings.interactions.iter().collect();
    interactions.sort_by(|x, y| (x.from, x.kind, &x.to).cmp(&(y.from, y.kind, &y.to)));
    table::write(path, columns::schema(&COLUMNS), interactions.len(), |range| {
        let rows = &interactions[range];
        vec![
            columns::utf8(rows.iter().map(|row| input.account(row.from))),
            columns::utf8(rows.iter().map(|row| to(input, row))),
            columns::utf8(rows.iter().map(|row| row.kind)),
            columns::u64s(rows.iter().map(|row| row.posts)),
            columns::times(rows.iter().map(|row| row.first_at)),
            columns::times(rows.iter().map(|row| row.last_at)),
        ]
    })
}

/// The other account as an id is printed: it need not have posted, so it has no number, but it is
/// on the platform of the one who addressed it.
fn to(input: &ReportInput<'_>, row: &Interaction) -> String {
    let accounts = &input.posts.accounts;
    if accounts.platforms.len() > 1 {
        format!("{}:{}", accounts.platform_of(row.from), row.to)
    } else {
        row.to.clone()
    }
}

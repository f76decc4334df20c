//! An edge list, streamed: what `zwerm edges` writes, one row per pair, kind and window.
//!
//! Rows come in the order (kind, a, b, window). The columns of the contract's `edges.parquet` that
//! need a test (`expected`, `p`, `q`, `tier`) are absent: nothing here is tested.
//!
//! # Memory
//!
//! One row group of rows (131,072), however many are pushed.

use std::path::Path;

use zwerm_model::{Accounts, CoActions, Strings, TraceKind};

use crate::columns::{self, Kind};
use crate::error::ReportError;
use crate::flat::{Format, StreamedSheet};
use crate::sheet::{guarded, number};
use crate::table::{GROUP_ROWS, TableFile};

const COLUMNS: [(&str, Kind); 12] = [
    ("a", Kind::Utf8),
    ("b", Kind::Utf8),
    ("kind", Kind::Utf8),
    ("window_ms", Kind::I64),
    ("objects", Kind::U32),
    ("co_actions", Kind::U64),
    ("a_first", Kind::U64),
    ("b_first", Kind::U64),
    ("gap_ms_min", Kind::I64),
    ("gap_ms_mean", Kind::F64),
    ("weight", Kind::F64),
    ("co_actions_estimated", Kind::F64),
];

/// An edge list that is being written.
pub struct EdgeList<'a> {
    /// The printed ids of the accounts, by number.
    names: &'a Strings,
    /// Whether the names rise with the numbers.
    is_by_name: bool,
    windows_ms: &'a [i64],
    rows: Vec<(TraceKind, CoActions)>,
    file: File,
}

enum File {
    Parquet(TableFile),
    Csv(StreamedSheet),
}

/// The ids of some accounts as outputs print them, by number.
#[must_use]
pub fn printed(accounts: &Accounts) -> Strings {
    let mut names = Strings::new();
    (0..accounts.len() as u32).for_each(|account| names.push(&accounts.printed(account)));
    names
}

impl<'a> EdgeList<'a> {
    /// Starts the file.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub fn create(
        path: &Path,
        format: Format,
        names: &'a Strings,
        windows_ms: &'a [i64],
    ) -> Result<Self, ReportError> {
        let file = match format {
            Format::Parquet => File::Parquet(TableFile::create(path, columns::schema(&COLUMNS))?),
            Format::Csv => File::Csv(StreamedSheet::create(path, &COLUMNS.map(|(name, _)| name))?),
        };
        let is_by_name = names.iter().is_sorted();
        Ok(EdgeList { names, is_by_name, windows_ms, rows: Vec::new(), file })
    }

    /// Appends edges of one kind, which come by (a, b, window).
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn push(&mut self, kind: TraceKind, edges: &[CoActions]) -> Result<(), ReportError> {
        for edges in edges.chunks(GROUP_ROWS) {
            let (names, is_by_name) = (self.names, self.is_by_name);
            let by_name = |edge| if is_by_name { edge } else { by_name(names, edge) };
            self.rows.extend(edges.iter().map(|edge| (kind, by_name(*edge))));
            while self.rows.len() >= GROUP_ROWS {
                self.write(GROUP_ROWS)?;
            }
        }
        Ok(())
    }

    /// Writes what is left, and the end of the file.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn finish(mut self) -> Result<(), ReportError> {
        if !self.rows.is_empty() {
            self.write(self.rows.len())?;
        }
        match self.file {
            File::Parquet(file) => file.finish(),
            File::Csv(sheet) => sheet.finish(),
        }
    }

    fn write(&mut self, rows: usize) -> Result<(), ReportError> {
        let name = |account: u32| self.names.get(account as usize);
        let window = |edge: &CoActions| self.windows_ms[edge.window as usize];
        let written = &self.rows[..rows];
        let edges = || written.iter().map(|(_, edge)| edge);
        match &mut self.file {
            File::Parquet(file) => file.push(vec![
                columns::utf8(edges().map(|edge| name(edge.a))),
                columns::utf8(edges().map(|edge| name(edge.b))),
                columns::utf8(written.iter().map(|(kind, _)| kind.0)),
                columns::i64s(edges().map(window)),
                columns::u32s(edges().map(|edge| edge.objects)),
                columns::u64s(edges().map(|edge| edge.co_actions)),
                columns::u64s(edges().map(|edge| edge.a_first)),
                columns::u64s(edges().map(|edge| edge.b_first)),
                columns::i64s(edges().map(|edge| edge.gap_ms_min)),
                columns::f64s(edges().map(gap_mean)),
                columns::f64s(edges().map(weight)),
                columns::f64s(edges().map(estimate)),
            ])?,
            File::Csv(sheet) => {
                for (kind, edge) in written {
                    sheet.push(&[
                        guarded(name(edge.a)),
                        guarded(name(edge.b)),
                        kind.0.to_owned(),
                        window(edge).to_string(),
                        edge.objects.to_string(),
                        edge.co_actions.to_string(),
                        edge.a_first.to_string(),
                        edge.b_first.to_string(),
                        edge.gap_ms_min.to_string(),
                        number(gap_mean(edge)),
                        number(weight(edge)),
                        number(estimate(edge)),
                    ])?;
                }
            }
        }
        self.rows.drain(..rows);
        Ok(())
    }
}

/// Account numbers sort by (platform, id): with odd platform names the printed ids may not.
fn by_name(names: &Strings, edge: CoActions) -> CoActions {
    if names.get(edge.a as usize) <= names.get(edge.b as usize) {
        return edge;
    }
    CoActions { a: edge.b, b: edge.a, a_first: edge.b_first, b_first: edge.a_first, ..edge }
}

/// The mean over objects of the smallest gap.
fn gap_mean(edge: &CoActions) -> f64 {
    edge.gap_ms_sum as f64 / f64::from(edge.objects.max(1))
}

/// What the objects weigh together.
fn weight(edge: &CoActions) -> f64 {
    edge.weight as f64 / CoActions::WEIGHT_ONE as f64
}

/// How many co-actions there are, as far as a sample tells.
fn estimate(edge: &CoActions) -> f64 {
    edge.estimate as f64 / CoActions::ESTIMATE_ONE as f64
}

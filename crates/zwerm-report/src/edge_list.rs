//! An edge list, streamed: what `zwerm edges` writes, one row per pair, kind and window.
//!
//! Rows come in the order (kind, a, b, window). The columns of the contract's `edges.parquet` that
//! need a test (`expected`, `p`, `q`, `tier`) are absent: nothing here is tested.
//!
//! # Memory
//!
//! One row group of rows (131,072), however many are pushed.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, LargeStringArray};
use zwerm_model::{Accounts, CoActions, Strings, TraceKind};

use crate::columns::{self, Kind};
use crate::error::ReportError;
use crate::flat::{Format, StreamedSheet};
use crate::sheet::{guarded, number};
use crate::table::{GROUP_ROWS, TableFile};

/// A column of an edge list.
#[derive(Clone, Copy, Debug)]
pub struct EdgeColumn {
    /// Its name.
    pub name: &'static str,
    cells: Cells,
}

/// What the cells of a column say about an edge.
#[derive(Clone, Copy, Debug)]
enum Cells {
    Account(fn(&Row<'_>) -> u32),
    Kind,
    Objects(fn(&Row<'_>) -> u32),
    Count(fn(&Row<'_>) -> u64),
    Millis(fn(&Row<'_>) -> i64),
    Number(fn(&Row<'_>) -> f64),
}

/// All columns, in their order.
pub const EDGE_COLUMNS: [EdgeColumn; 12] = [
    column("a", Cells::Account(|row| row.edge.a)),
    column("b", Cells::Account(|row| row.edge.b)),
    column("kind", Cells::Kind),
    column("window_ms", Cells::Millis(|row| row.windows_ms[row.edge.window as usize])),
    column("objects", Cells::Objects(|row| row.edge.objects)),
    column("co_actions", Cells::Count(|row| row.edge.co_actions)),
    column("a_first", Cells::Count(|row| row.edge.a_first)),
    column("b_first", Cells::Count(|row| row.edge.b_first)),
    column("gap_ms_min", Cells::Millis(|row| row.edge.gap_ms_min)),
    column("gap_ms_mean", Cells::Number(|row| gap_mean(row.edge))),
    column("weight", Cells::Number(|row| weight(row.edge))),
    column("co_actions_estimated", Cells::Number(|row| estimate(row.edge))),
];

const fn column(name: &'static str, cells: Cells) -> EdgeColumn {
    EdgeColumn { name, cells }
}

/// An edge, and what its numbers stand for.
struct Row<'a> {
    windows_ms: &'a [i64],
    kind: TraceKind,
    edge: &'a CoActions,
}

impl EdgeColumn {
    fn field(&self) -> (&'static str, Kind) {
        let kind = match self.cells {
            Cells::Account(_) | Cells::Kind => Kind::Named,
            Cells::Objects(_) => Kind::U32,
            Cells::Count(_) => Kind::U64,
            Cells::Millis(_) => Kind::I64,
            Cells::Number(_) => Kind::F64,
        };
        (self.name, kind)
    }

    /// The column of some edges.
    fn array<'a>(
        &self,
        rows: impl Iterator<Item = Row<'a>>,
        accounts: &Arc<LargeStringArray>,
    ) -> ArrayRef {
        match self.cells {
            Cells::Account(cell) => columns::named(rows.map(|row| cell(&row)), accounts),
            Cells::Kind => {
                // Rows come kind by kind.
                let mut kinds = Strings::new();
                let mut last = None;
                let numbers = rows.map(|row| {
                    if last.replace(row.kind) != Some(row.kind) {
                        kinds.push(row.kind.0);
                    }
                    kinds.len() as u32 - 1
                });
                let numbers: Vec<u32> = numbers.collect();
                columns::named(numbers, &columns::names(kinds))
            }
            Cells::Objects(cell) => columns::u32s(rows.map(|row| cell(&row))),
            Cells::Count(cell) => columns::u64s(rows.map(|row| cell(&row))),
            Cells::Millis(cell) => columns::i64s(rows.map(|row| cell(&row))),
            Cells::Number(cell) => columns::f64s(rows.map(|row| cell(&row))),
        }
    }

    /// The cell of one edge as text.
    fn text(&self, row: &Row<'_>, accounts: &LargeStringArray) -> String {
        match self.cells {
            Cells::Account(cell) => guarded(accounts.value(cell(row) as usize)),
            Cells::Kind => guarded(row.kind.0),
            Cells::Objects(cell) => cell(row).to_string(),
            Cells::Count(cell) => cell(row).to_string(),
            Cells::Millis(cell) => cell(row).to_string(),
            Cells::Number(cell) => number(cell(row)),
        }
    }
}

/// An edge list that is being written.
pub struct EdgeList<'a> {
    /// The printed ids of the accounts, by number.
    accounts: Arc<LargeStringArray>,
    /// Whether they rise with the numbers.
    is_by_name: bool,
    windows_ms: &'a [i64],
    columns: &'a [EdgeColumn],
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
    /// Starts the file, with some of [`EDGE_COLUMNS`]; `accounts` are the printed ids by number.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub fn create(
        (path, format): (&Path, Format),
        accounts: Strings,
        windows_ms: &'a [i64],
        columns: &'a [EdgeColumn],
    ) -> Result<Self, ReportError> {
        let fields: Vec<(&str, Kind)> = columns.iter().map(EdgeColumn::field).collect();
        let header: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let file = match format {
            Format::Parquet => {
                File::Parquet(TableFile::create_fast(path, columns::schema(&fields))?)
            }
            Format::Csv => File::Csv(StreamedSheet::create(path, &header)?),
        };
        let is_by_name = accounts.iter().is_sorted();
        let accounts = columns::names(accounts);
        let rows = Vec::with_capacity(GROUP_ROWS);
        Ok(EdgeList { accounts, is_by_name, windows_ms, columns, rows, file })
    }

    /// Appends edges of one kind, which come by (a, b, window).
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn push(&mut self, kind: TraceKind, edges: &[CoActions]) -> Result<(), ReportError> {
        for edges in edges.chunks(GROUP_ROWS) {
            let by_name =
                |edge| if self.is_by_name { edge } else { by_name(&self.accounts, edge) };
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
        let (accounts, windows_ms) = (&self.accounts, self.windows_ms);
        let written = &self.rows[..rows];
        let row = |place: usize| {
            let (kind, edge) = &written[place];
            Row { windows_ms, kind: *kind, edge }
        };
        match &mut self.file {
            File::Parquet(file) => {
                let array = |column: &EdgeColumn| column.array((0..rows).map(row), accounts);
                file.push(self.columns.iter().map(array).collect())?;
            }
            File::Csv(sheet) => {
                for row in (0..rows).map(row) {
                    let text = |column: &EdgeColumn| column.text(&row, accounts);
                    sheet.push(&self.columns.iter().map(text).collect::<Vec<_>>())?;
                }
            }
        }
        self.rows.drain(..rows);
        Ok(())
    }
}

/// Account numbers sort by (platform, id): with odd platform names the printed ids may not.
fn by_name(accounts: &LargeStringArray, edge: CoActions) -> CoActions {
    if accounts.value(edge.a as usize) <= accounts.value(edge.b as usize) {
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

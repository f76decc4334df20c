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

use arrow_array::LargeStringArray;
use zwerm_model::{Accounts, CoActions, Strings, TraceKind};

use crate::columns::{self, Kind};
use crate::edge_column::{EdgeColumn, Filling, ROWS_BY, WITHOUT_DICTIONARY};
use crate::error::ReportError;
use crate::flat::{Format, StreamedSheet};
use crate::table::{GROUP_ROWS, TableFile};

/// Rows that all columns take before the next ones: few enough to stay in a near cache.
const BLOCK: usize = 256;

/// An edge list that is being written.
pub struct EdgeList<'a> {
    /// The printed ids of the accounts, by number.
    accounts: Arc<LargeStringArray>,
    /// Whether they rise with the numbers.
    is_by_name: bool,
    windows_ms: &'a [i64],
    columns: Vec<Filling>,
    /// How many rows wait in the columns.
    rows: usize,
    file: File,
}

enum File {
    Parquet(TableFile),
    Csv(StreamedSheet),
}

/// The ids of some accounts as outputs print them, by number.
#[must_use]
pub fn printed(accounts: &Accounts) -> Strings {
    // As `Accounts::printed` says, without a text for each.
    if accounts.platforms.len() <= 1 {
        return accounts.id.clone();
    }
    let mut names = Strings::new();
    (0..accounts.len() as u32).for_each(|account| names.push(&accounts.printed(account)));
    names
}

impl<'a> EdgeList<'a> {
    /// Starts the file, with some of [`EDGE_COLUMNS`](crate::EDGE_COLUMNS);
    /// `accounts` are the printed ids by number.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub fn create(
        (path, format): (&Path, Format),
        accounts: Strings,
        windows_ms: &'a [i64],
        columns: &[EdgeColumn],
    ) -> Result<Self, ReportError> {
        let fields: Vec<(&str, Kind)> = columns.iter().map(EdgeColumn::field).collect();
        let header: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let file = match format {
            Format::Parquet => {
                let schema = columns::schema(&fields);
                File::Parquet(TableFile::create_fast(path, schema, &WITHOUT_DICTIONARY, &ROWS_BY)?)
            }
            Format::Csv => File::Csv(StreamedSheet::create(path, &header)?),
        };
        let is_by_name = accounts.iter().is_sorted();
        let accounts = columns::names(accounts);
        let columns = columns.iter().map(EdgeColumn::begin).collect();
        Ok(EdgeList { accounts, is_by_name, windows_ms, columns, rows: 0, file })
    }

    /// Appends edges of one kind, which come by (a, b, window).
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn push(&mut self, kind: TraceKind, edges: &[CoActions]) -> Result<(), ReportError> {
        let by_name: Vec<CoActions>;
        let mut edges = match self.is_by_name {
            true => edges,
            false => {
                by_name = edges.iter().map(|edge| named_in_order(&self.accounts, *edge)).collect();
                &by_name
            }
        };
        while !edges.is_empty() {
            let (some, others) = edges.split_at(edges.len().min(BLOCK).min(GROUP_ROWS - self.rows));
            for column in &mut self.columns {
                column.fill(kind, some, self.windows_ms);
            }
            self.rows += some.len();
            if self.rows == GROUP_ROWS {
                self.write()?;
            }
            edges = others;
        }
        Ok(())
    }

    /// Writes what is left, and the end of the file.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn finish(mut self) -> Result<(), ReportError> {
        if self.rows > 0 {
            self.write()?;
        }
        match self.file {
            File::Parquet(file) => file.finish(),
            File::Csv(sheet) => sheet.finish(),
        }
    }

    /// Writes the rows that wait.
    fn write(&mut self) -> Result<(), ReportError> {
        let (accounts, rows) = (&self.accounts, std::mem::take(&mut self.rows));
        if let File::Csv(sheet) = &mut self.file {
            for row in 0..rows {
                let texts = self.columns.iter().map(|column| column.text(row, accounts));
                sheet.push(&texts.collect::<Vec<_>>())?;
            }
        }
        let arrays = self.columns.iter_mut().map(|column| column.take(accounts)).collect();
        match &mut self.file {
            File::Parquet(file) => file.push(arrays),
            File::Csv(_) => Ok(()),
        }
    }
}

/// Account numbers sort by (platform, id): with odd platform names the printed ids may not.
fn named_in_order(accounts: &LargeStringArray, edge: CoActions) -> CoActions {
    if accounts.value(edge.a as usize) <= accounts.value(edge.b as usize) {
        return edge;
    }
    CoActions { a: edge.b, b: edge.a, a_first: edge.b_first, b_first: edge.a_first, ..edge }
}

//! `zwerm edges --compat`: the tables of another tool, under that tool's names.
//!
//! Rows are read as they stand, by the names that the tool gives its columns; `map` renames them.
//! Nothing is merged, sorted or rejected on the way: what the tool does with missing cells,
//! repeated rows and the order of the file, it does here.

mod cnt;
mod coortweet;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::ThreadPoolBuilder;
use serde::Serialize;
use zwerm_ingest::raw::{RawCells, RawColumn, RawShape};
use zwerm_model::{NONE, Strings};
use zwerm_network::compat::Quirks;
use zwerm_report::{Cells, FileStaging, Format};

use crate::config::Settings;
use crate::error::ScanError;
use crate::observer::Observer;

pub use cnt::CntOptions;
pub use coortweet::{CoortweetOptions, FastOptions, Table};

/// Which tool's tables.
#[derive(Clone, Debug, PartialEq)]
pub enum Compat {
    /// coordination-network-toolkit.
    Cnt(CntOptions),
    /// CooRTweet.
    Coortweet(CoortweetOptions),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repeated {
    /// Where the table is.
    pub out: PathBuf,
    /// Rows of the input.
    pub rows_read: u64,
    /// Rows of the input that no tool can use: without an account, a post or (where a moment is
    /// needed at all times) a time.
    pub rows_skipped: u64,
    /// Rows of the table.
    pub rows: u64,
}

/// Repeats another tool's table and writes it to `settings.out`, a file that appears whole or not
/// at all.
///
/// # Errors
///
/// If an input cannot be read, a column or quirk does not exist, or the file cannot be written.
pub fn repeat(
    settings: &Settings,
    compat: &Compat,
    format: Format,
    observer: &mut dyn Observer,
) -> Result<Repeated, ScanError> {
    let pool = ThreadPoolBuilder::new().num_threads(settings.threads).build();
    let pool = pool.map_err(|error| ScanError::config("threads", error.to_string()))?;
    let staging = FileStaging::begin(&settings.out, settings.force)?;
    let path = staging.dir().join("table");
    let mut stage = |name| observer.stage(name);
    let file = TableFile { path: &path, format };
    let counts = match compat {
        Compat::Cnt(options) => cnt::write(settings, options, &file, &pool, &mut stage)?,
        Compat::Coortweet(options) => {
            coortweet::write(settings, options, &file, &pool, &mut stage)?
        }
    };
    staging.commit(&path)?;
    let Counts { rows_read, rows_skipped, rows } = counts;
    Ok(Repeated { out: settings.out.clone(), rows_read, rows_skipped, rows })
}

/// Rows read, skipped and written.
struct Counts {
    rows_read: u64,
    rows_skipped: u64,
    rows: u64,
}

/// Where the table goes.
struct TableFile<'a> {
    path: &'a Path,
    format: Format,
}

impl TableFile<'_> {
    fn write(&self, columns: &[(&str, Cells<'_>)]) -> Result<(), ScanError> {
        Ok(zwerm_report::write_flat(self.path, self.format, columns)?)
    }
}

/// The columns of a tool, under the names that the input has for them.
///
/// # Errors
///
/// If the mapping names a column that the tool does not have.
fn columns(
    wanted: &[(&'static str, RawShape)],
    map: &BTreeMap<String, String>,
) -> Result<Vec<RawColumn>, ScanError> {
    let known: Vec<&str> = wanted.iter().map(|&(role, _)| role).collect();
    if let Some(unknown) = map.keys().find(|name| !known.contains(&name.as_str())) {
        let problem = format!("expected one of {}, found \"{unknown}\"", known.join(", "));
        return Err(ScanError::config("--map", problem));
    }
    let column = |&(role, shape): &(&'static str, RawShape)| {
        let name = map.get(role).cloned().unwrap_or_else(|| role.to_owned());
        RawColumn { role, name, shape }
    };
    Ok(wanted.iter().map(column).collect())
}

/// A tool's quirks with some switched: (name, on or off).
fn switched(mut quirks: Quirks, switches: &[(String, bool)]) -> Result<Quirks, ScanError> {
    for (name, is_on) in switches {
        if !quirks.switch(name, *is_on) {
            let known: Vec<&str> = quirks.names().collect();
            let problem = format!("expected one of {}, found \"{name}\"", known.join(", "));
            return Err(ScanError::config("--quirk", problem));
        }
    }
    Ok(quirks)
}

fn names(cells: RawCells) -> (Strings, Vec<u32>) {
    match cells {
        RawCells::Names { names, of } => (names, of),
        RawCells::Words { .. } | RawCells::Seconds(_) => unreachable!("asked for as names"),
    }
}

fn words(cells: RawCells) -> (Strings, Vec<u32>, Vec<u32>) {
    match cells {
        RawCells::Words { names, ends, values } => (names, ends, values),
        RawCells::Names { .. } | RawCells::Seconds(_) => unreachable!("asked for as words"),
    }
}

fn seconds(cells: RawCells) -> Vec<f64> {
    match cells {
        RawCells::Seconds(seconds) => seconds,
        RawCells::Names { .. } | RawCells::Words { .. } => unreachable!("asked for as seconds"),
    }
}

/// The rows in which all these names are there, and how many are not among them.
fn complete(columns: &[&[u32]]) -> (Vec<usize>, u64) {
    let rows = columns.first().map_or(0, |column| column.len());
    let kept: Vec<usize> =
        (0..rows).filter(|&row| columns.iter().all(|column| column[row] != NONE)).collect();
    let skipped = (rows - kept.len()) as u64;
    (kept, skipped)
}

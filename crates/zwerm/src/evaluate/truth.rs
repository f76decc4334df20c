//! A truth file: which accounts act by arrangement, in which planted groups and roles.
//!
//! A CSV file with a header. Needed: `account_id`, `coordinated` (0 or 1). If there: `platform`,
//! `campaign` (the planted group of a coordinated account; `group` where there is no `campaign`),
//! `role`. Other columns are not read.

use std::path::{Path, PathBuf};

use crate::error::ScanError;
use crate::file_system;

/// What is known of one account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TruthRow {
    /// Its platform, where the file names it.
    pub(super) platform: Option<String>,
    pub(super) account: String,
    pub(super) coordinated: bool,
    /// Its planted group; only coordinated accounts have one.
    pub(super) group: Option<String>,
    pub(super) role: Option<String>,
}

/// A truth file, in an order that does not depend on that of its lines.
#[derive(Clone, Debug)]
pub(super) struct Truth {
    pub(super) path: PathBuf,
    /// Sorted by platform and account, none twice.
    pub(super) rows: Vec<TruthRow>,
    /// The planted groups, sorted.
    pub(super) groups: Vec<String>,
    /// Whether the file has roles.
    pub(super) has_roles: bool,
}

impl Truth {
    /// Reads a truth file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, lacks a column, holds a value that makes no sense, or names an account
    /// twice.
    pub(super) fn read(path: &Path) -> Result<Self, ScanError> {
        let text = file_system::read_truth(path)?;
        let wrong = |problem: String| ScanError::Truth { path: path.to_path_buf(), problem };
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = Columns::find(reader.headers().map_err(|e| wrong(e.to_string()))?);
        let columns = columns.map_err(wrong)?;
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| wrong(error.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let row = columns.row(&record);
            rows.push(row.map_err(|problem| wrong(format!("line {line}: {problem}")))?);
        }
        rows.sort_unstable();
        let key = |row: &TruthRow| (row.platform.clone(), row.account.clone());
        if let Some(two) = rows.windows(2).find(|two| key(&two[0]) == key(&two[1])) {
            let name = two[0].name();
            return Err(wrong(format!("expected each account once, found {name:?} twice")));
        }
        if rows.is_empty() {
            return Err(wrong("expected at least one account, found none".to_owned()));
        }
        let mut groups: Vec<String> = rows.iter().filter_map(|row| row.group.clone()).collect();
        groups.sort_unstable();
        groups.dedup();
        let has_roles = columns.role.is_some();
        Ok(Truth { path: path.to_path_buf(), rows, groups, has_roles })
    }

    /// How many accounts are coordinated.
    pub(super) fn coordinated(&self) -> usize {
        self.rows.iter().filter(|row| row.coordinated).count()
    }
}

impl TruthRow {
    /// How an error names it.
    pub(super) fn name(&self) -> String {
        match &self.platform {
            Some(platform) => format!("{platform}:{}", self.account),
            None => self.account.clone(),
        }
    }
}

/// Where the columns are.
struct Columns {
    account: usize,
    coordinated: usize,
    platform: Option<usize>,
    group: Option<usize>,
    role: Option<usize>,
}

impl Columns {
    fn find(headers: &csv::StringRecord) -> Result<Self, String> {
        let place = |name: &str| headers.iter().position(|header| header.trim() == name);
        let needed = |name: &str| {
            place(name).ok_or_else(|| {
                let found: Vec<&str> = headers.iter().collect();
                format!("column {name:?}: expected it in the header, found {}", found.join(", "))
            })
        };
        Ok(Columns {
            account: needed("account_id")?,
            coordinated: needed("coordinated")?,
            platform: place("platform"),
            group: place("campaign").or_else(|| place("group")),
            role: place("role"),
        })
    }

    fn row(&self, record: &csv::StringRecord) -> Result<TruthRow, String> {
        let cell = |place: usize| record.get(place).unwrap_or("").trim();
        let named = |place: Option<usize>| {
            place.map(cell).filter(|name| !name.is_empty()).map(str::to_owned)
        };
        let account = cell(self.account);
        if account.is_empty() {
            return Err("column \"account_id\": expected an id, found nothing".to_owned());
        }
        let coordinated = match cell(self.coordinated).to_ascii_lowercase().as_str() {
            "1" | "1.0" | "true" => true,
            "0" | "0.0" | "false" => false,
            other => {
                return Err(format!("column \"coordinated\": expected 0 or 1, found {other:?}"));
            }
        };
        Ok(TruthRow {
            platform: named(self.platform),
            account: account.to_owned(),
            coordinated,
            group: if coordinated { named(self.group) } else { None },
            role: named(self.role),
        })
    }
}

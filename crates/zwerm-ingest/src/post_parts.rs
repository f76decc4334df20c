//! Posts part by part, for what must not hold all of them at once.
//!
//! A part is a row group of a Parquet file, read as [`read_columns`](crate::read_columns) reads
//! clean files. What takes a look at all posts is left to the caller: that each came once, and
//! that all are of one platform.
//!
//! # Memory
//!
//! The wanted columns of the parts that are read at one time, twice.

use std::borrow::Cow;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use zwerm_model::{Posts, Tally};

use crate::error::{ErrorKind, IngestError};
use crate::parquet_file::ParquetFile;
use crate::source::{self, Opened, PASSED_OVER, SourceFile};
use crate::{IngestConfig, Selection, can_be_narrow, column, derive, narrow, opening};

/// Files of posts that are read part by part.
#[derive(Debug)]
pub struct PostParts {
    files: Vec<SourceFile>,
    /// The file and row group of each part.
    parts: Vec<(usize, usize)>,
    zone: Option<TimeZone>,
    tally: Tally,
}

impl PostParts {
    /// Opens files, folders and glob patterns of Parquet files with these columns.
    ///
    /// # Errors
    ///
    /// As [`read`](crate::read), and if a file is no Parquet file, or a list would have to be
    /// derived from texts.
    pub fn open(
        inputs: &[PathBuf],
        config: &IngestConfig,
        columns: &[&'static str],
    ) -> Result<Self, IngestError> {
        let wanted: Vec<&'static str> = column::ALWAYS
            .iter()
            .chain(columns)
            .copied()
            .filter(|&c| c != "collected_at")
            .collect();
        let selection = Selection { read: Cow::Owned(wanted), needed: column::POSTS.needed };
        let opening = opening(config, selection)?;
        let Opened { files, passed_over } = source::open_all(inputs, &opening)?;
        let mut parts = Vec::new();
        for (number, file) in files.iter().enumerate() {
            let Some(parquet) = file.as_parquet() else {
                return Err(not_in_parts(file.name(), "a file that is not Parquet"));
            };
            let has = |name: &str| parquet.inputs().any(|(column, _)| column.name == name);
            let missing = columns.iter().find(|name| derive::DERIVED.contains(name) && !has(name));
            if let Some(missing) = missing {
                return Err(not_in_parts(file.name(), &format!("no column \"{missing}\"")));
            }
            parts.extend((0..parquet.row_groups()).map(|group| (number, group)));
        }
        if !can_be_narrow(config, columns) {
            return Err(not_in_parts("--pseudonymise".to_owned(), "names to be replaced"));
        }
        let mut tally = Tally::default();
        tally.add(PASSED_OVER, passed_over.len() as u64);
        Ok(PostParts { files, parts, zone: opening.zone, tally })
    }

    /// How many parts there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.parts.len()
    }

    /// What was counted when the files were opened.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Reads a part.
    ///
    /// # Errors
    ///
    /// If the file is damaged, or a row cannot be taken as it stands: bad, not public, a copy.
    pub fn read(&self, part: usize) -> Result<(Posts, Tally), IngestError> {
        let (file, group) = self.parts[part];
        let file: &ParquetFile = self.files[file].as_parquet().expect("checked when opened");
        let read = narrow::read_group(file, group, self.zone.as_ref())?;
        let unclean = "rows that are bad, not public, or came twice";
        read.ok_or_else(|| not_in_parts(format!("{}: row group {group}", file.name()), unclean))
    }
}

fn not_in_parts(place: String, found: &str) -> IngestError {
    IngestError::new(place, ErrorKind::NotInParts(found.to_owned()))
}

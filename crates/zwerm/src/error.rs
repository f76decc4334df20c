//! Everything that can stop a command, and the exit status that says what kind of trouble it is.

use std::path::PathBuf;

use thiserror::Error;
use zwerm_ingest::IngestError;
use zwerm_report::ReportError;

/// Exit statuses of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done, findings or none.
    Done = 0,
    /// A check failed.
    CheckFailed = 1,
    /// Usage or configuration.
    Usage = 2,
    /// Input unreadable.
    Input = 3,
    /// Out of space or memory.
    Resources = 4,
}

/// What stopped a command.
#[derive(Debug, Error)]
pub enum ScanError {
    /// An input cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// An output cannot be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A configuration, election or mapping that does not make sense.
    #[error("{place}: {problem}")]
    Config {
        /// The file or flag.
        place: String,
        /// What was expected and what was found.
        problem: String,
    },
    /// A file of results that cannot be read.
    #[error("{}: {problem}", path.display())]
    Results {
        /// The file.
        path: PathBuf,
        /// What was expected and what was found.
        problem: String,
    },
    /// A truth that cannot be read, or that does not fit the results.
    #[error("{}: {problem}", path.display())]
    Truth {
        /// The file.
        path: PathBuf,
        /// What was expected and what was found.
        problem: String,
    },
    /// A spilled run cannot be written or read again.
    #[error("{}: spilled run: {source}", path.display())]
    Spill {
        /// The run.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The work does not fit into the memory that it was given.
    #[error(
        "--memory: {given} bytes were given, about {needed} are needed so far; give more, or fewer posts"
    )]
    Memory {
        /// What was given, in bytes.
        given: u64,
        /// What is needed, about, for the posts read so far.
        needed: u64,
    },
    /// A published detector would have to hold too many pairs of accounts.
    #[error("zwerm baseline: {0}")]
    Pairs(#[from] zwerm_baseline::TooManyPairs),
    /// Results have no such account, network or campaign.
    #[error("{}: no account, network or campaign has the id \"{id}\"", path.display())]
    UnknownId {
        /// The folder.
        path: PathBuf,
        /// What was asked for.
        id: String,
    },
}

impl ScanError {
    /// An error in a configuration.
    pub(crate) fn config(place: impl Into<String>, problem: impl Into<String>) -> Self {
        ScanError::Config { place: place.into(), problem: problem.into() }
    }

    /// An error of a spilled run.
    pub(crate) fn spill(path: &std::path::Path, source: std::io::Error) -> Self {
        ScanError::Spill { path: path.to_path_buf(), source }
    }

    /// The exit status that this error stands for.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            ScanError::Ingest(error) if error.is_usage() => Status::Usage,
            ScanError::Ingest(_) | ScanError::Results { .. } | ScanError::Truth { .. } => {
                Status::Input
            }
            ScanError::Report(error) if error.is_out_of_space() => Status::Resources,
            ScanError::Spill { .. } | ScanError::Memory { .. } | ScanError::Pairs(_) => {
                Status::Resources
            }
            ScanError::Report(_) | ScanError::Config { .. } | ScanError::UnknownId { .. } => {
                Status::Usage
            }
        }
    }
}

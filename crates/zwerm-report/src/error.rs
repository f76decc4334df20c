//! What can go wrong while writing: where, what was being done, and what the system said.

use std::io;
use std::path::{Path, PathBuf};

use arrow_schema::ArrowError;
use parquet::errors::ParquetError;

/// Something that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {doing}: {reason}", path.display())]
pub struct ReportError {
    path: PathBuf,
    doing: &'static str,
    reason: Reason,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("{0}")]
    System(io::Error),
    #[error("{0}")]
    Refused(String),
}

impl ReportError {
    /// The operating system said no.
    pub(crate) fn system(path: &Path, doing: &'static str, source: io::Error) -> Self {
        ReportError { path: path.to_owned(), doing, reason: Reason::System(source) }
    }

    /// We say no.
    pub(crate) fn refused(path: &Path, doing: &'static str, why: impl Into<String>) -> Self {
        ReportError { path: path.to_owned(), doing, reason: Reason::Refused(why.into()) }
    }

    /// Where it happened.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the disk (or the quota) is full: exit status 4.
    #[must_use]
    pub fn is_out_of_space(&self) -> bool {
        match &self.reason {
            Reason::System(source) => {
                matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
            }
            Reason::Refused(_) => false,
        }
    }
}

/// The system's error inside a Parquet error, so that a full disk is still recognised as one.
pub(crate) fn io_of_parquet(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(system) => *system,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

/// An Arrow error as a system error; only a broken promise between our own functions makes one.
pub(crate) fn io_of_arrow(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, system) => system,
        other => io::Error::other(other),
    }
}

/// The system's error inside a CSV error.
pub(crate) fn io_of_csv(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(system) => system,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_recognised_through_every_layer() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let path = Path::new("out/edges.parquet");
        let cases = [
            full(),
            io_of_parquet(ParquetError::from(full())),
            io_of_csv(csv::Error::from(full())),
            io_of_arrow(ArrowError::IoError("write".to_owned(), full())),
            io::Error::from_raw_os_error(28),
        ];
        for (case, source) in cases.into_iter().enumerate() {
            let error = ReportError::system(path, "cannot write", source);
            assert!(error.is_out_of_space(), "case {case}: {error}");
        }
    }

    #[test]
    fn a_message_names_the_place_the_act_and_the_reason() {
        let source = io::Error::from(io::ErrorKind::PermissionDenied);
        let error = ReportError::system(Path::new("out"), "cannot create the folder", source);
        assert_eq!(error.to_string(), "out: cannot create the folder: permission denied");
        assert!(!error.is_out_of_space());
    }
}

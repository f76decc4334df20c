//! Why an input cannot be read: the place, what was expected, what was found, what to do.

use std::fmt;

/// An input that cannot be read.
#[derive(Debug)]
pub struct IngestError {
    place: String,
    kind: ErrorKind,
}

/// What is wrong with it.
#[derive(Debug)]
pub enum ErrorKind {
    /// Nothing is there, or it may not be read.
    Unreadable(std::io::Error),
    /// The glob pattern is malformed.
    BadPattern(String),
    /// A folder or pattern without a Parquet file.
    NoFiles,
    /// A file of no bytes.
    EmptyFile,
    /// The file is not Parquet, or damaged.
    NotParquet(String),
    /// A needed column is not there.
    MissingColumn {
        /// The canonical column.
        canonical: &'static str,
        /// The name that the mapping gives it.
        wanted: String,
        /// The columns that are there.
        available: Vec<String>,
    },
    /// A mapping names a canonical column that does not exist.
    UnknownColumn {
        /// The canonical columns.
        known: Vec<&'static str>,
    },
    /// A column of a type that cannot be read as what it should be.
    WrongType {
        /// What would do.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// The zone is not in the time-zone database.
    UnknownTimeZone,
    /// More rows are bad than the run allows.
    TooManyRejects {
        /// Bad rows.
        rejected: u64,
        /// All rows.
        rows: u64,
        /// The share allowed.
        ratio_max: f64,
        /// Bad rows by reason, most first.
        reasons: Vec<(String, u64)>,
    },
    /// There are files, and not one row that can be used.
    NoRows,
    /// A reader gave up in a way that it should not: reported, never hidden.
    ReaderPanicked(String),
    /// More than one run in memory can hold or number.
    TooLarge(String),
}

impl IngestError {
    /// An error at a place: a path, or a path and a column.
    pub(crate) fn new(place: impl Into<String>, kind: ErrorKind) -> Self {
        IngestError { place: place.into(), kind }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Whether the user's words (flags, mapping) are at fault rather than the input.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::BadPattern(_) | ErrorKind::UnknownColumn { .. } | ErrorKind::UnknownTimeZone
        )
    }
}

impl fmt::Display for IngestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)
    }
}

impl std::error::Error for IngestError {}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorKind::Unreadable(error) => write!(f, "cannot be read: {error}"),
            ErrorKind::BadPattern(why) => write!(f, "not a glob pattern: {why}"),
            ErrorKind::NoFiles => write!(f, "expected at least one .parquet file, found none"),
            ErrorKind::EmptyFile => write!(f, "expected a Parquet file, found 0 bytes"),
            ErrorKind::NotParquet(why) => {
                write!(f, "expected a readable Parquet file, found damage or another format: {why}")
            }
            ErrorKind::MissingColumn { canonical, wanted, available } => write!(
                f,
                "expected a column \"{wanted}\" for {canonical}, found {}; name yours with \
                 --map {canonical}=COLUMN",
                available.join(", ")
            ),
            ErrorKind::UnknownColumn { known } => {
                write!(f, "not a canonical column; these are: {}", known.join(", "))
            }
            ErrorKind::WrongType { expected, found } => {
                write!(f, "expected {expected}, found {found}")
            }
            ErrorKind::UnknownTimeZone => {
                write!(
                    f,
                    "not in the time-zone database; give an IANA name such as Europe/Brussels"
                )
            }
            ErrorKind::TooManyRejects { rejected, rows, ratio_max, reasons } => {
                let top: Vec<String> =
                    reasons.iter().take(5).map(|(name, n)| format!("{name} {n}")).collect();
                write!(
                    f,
                    "{rejected} of {rows} rows are bad (allowed: a share of {ratio_max}): {}; check \
                     the mapping with `zwerm inspect`, or raise --max-reject-ratio",
                    top.join(", ")
                )
            }
            ErrorKind::NoRows => write!(f, "expected posts, found no row that can be used"),
            ErrorKind::ReaderPanicked(why) => write!(f, "the Parquet reader gave up: {why}"),
            ErrorKind::TooLarge(what) => write!(f, "more than one run can hold: {what}"),
        }
    }
}

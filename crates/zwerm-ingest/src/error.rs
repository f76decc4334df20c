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
    /// A file in a format that is not read here.
    ForeignFormat(&'static str),
    /// A file of records that cannot be unpacked or parsed to its end.
    Damaged {
        /// What it is.
        format: String,
        /// What is wrong with it.
        why: String,
    },
    /// No schema is called that.
    UnknownSchema {
        /// The schemas.
        known: Vec<&'static str>,
    },
    /// The schema asked for is one of another kind of file.
    WrongLayout {
        /// The schema.
        schema: &'static str,
        /// What it describes.
        expected: &'static str,
        /// What the file is.
        found: &'static str,
    },
    /// Several schemas fit equally well.
    AmbiguousSchema(Vec<&'static str>),
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
    /// Posts that can only be read all at once, and what makes them so.
    NotInParts(String),
}

impl IngestError {
    /// Whether what was opened is a table or a list of records, but none of posts.
    pub(crate) fn is_no_post_table(&self) -> bool {
        matches!(self.kind, ErrorKind::MissingColumn { .. }) && !self.place.ends_with(".parquet")
    }

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
            ErrorKind::BadPattern(_)
                | ErrorKind::UnknownColumn { .. }
                | ErrorKind::UnknownSchema { .. }
                | ErrorKind::UnknownTimeZone
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
            ErrorKind::NoFiles => write!(
                f,
                "expected at least one file of posts (.parquet, .csv, .tsv, .ndjson, .jsonl, \
                     .json, each also .gz or .zst), found none"
            ),
            ErrorKind::EmptyFile => write!(f, "expected a file of posts, found 0 bytes"),
            ErrorKind::NotParquet(why) => {
                write!(f, "expected a readable Parquet file, found damage or another format: {why}")
            }
            ErrorKind::ForeignFormat(what) => {
                write!(f, "expected Parquet, CSV, NDJSON or JSON, found {what}")
            }
            ErrorKind::Damaged { format, why } => {
                write!(f, "expected a whole {format}, found damage: {why}")
            }
            ErrorKind::UnknownSchema { known } => {
                write!(f, "expected the name of a schema (auto, {}), found none", known.join(", "))
            }
            ErrorKind::WrongLayout { schema, expected, found } => {
                write!(f, "expected {expected} for the schema {schema}, found {found}")
            }
            ErrorKind::AmbiguousSchema(schemas) => write!(
                f,
                "expected one schema to fit best, found {} alike; choose with --schema",
                schemas.join(", ")
            ),
            ErrorKind::MissingColumn { canonical, wanted, available } => write!(
                f,
                "expected a column \"{wanted}\" for {canonical}, found {}; name yours with \
                 --map {canonical}=COLUMN, or the schema with --schema NAME",
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
            ErrorKind::ReaderPanicked(why) => write!(f, "the reader gave up: {why}"),
            ErrorKind::TooLarge(what) => write!(f, "more than one run can hold: {what}"),
            ErrorKind::NotInParts(found) => write!(
                f,
                "expected clean Parquet to read it part by part, found {found}; \
                 `zwerm ingest INPUT… --out posts.parquet` writes such a file"
            ),
        }
    }
}

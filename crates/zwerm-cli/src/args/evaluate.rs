//! The flags of `zwerm evaluate`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Debug, ClapArgs)]
pub(crate) struct Evaluate {
    /// Folders of results; the first is compared with each other one
    #[arg(required_unless_present = "posts")]
    pub(crate) results: Vec<PathBuf>,
    /// A CSV file: account_id, coordinated (0 or 1); if there, platform, campaign or group, role
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: PathBuf,
    /// Write evaluation.md, evaluation.json and precision_recall.svg into a folder that appears
    /// whole or not at all
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Replace an existing evaluation
    #[arg(long)]
    pub(crate) force: bool,
    /// The column of accounts.parquet that ranks; 0 is no evidence [default: coordination_evidence]
    #[arg(long, value_name = "COLUMN")]
    pub(crate) score: Option<String>,
    /// Resamples for 95 % intervals; 0 for none [default: 1000]
    #[arg(long, value_name = "N")]
    pub(crate) draws: Option<u32>,
    /// The seed of resamples [default: 1]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Threads; no figure depends on it [default: one per core]
    #[arg(long, value_name = "N", env = "ZWERM_THREADS")]
    pub(crate) threads: Option<usize>,
    #[command(flatten)]
    pub(crate) again: Again,
}

/// What is asked of posts: scans of parts of them.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Scans of parts of the posts")]
pub(crate) struct Again {
    /// The posts that the truth is about: files, folders or glob patterns
    #[arg(long, value_name = "INPUT", num_args = 1.., requires = "out")]
    pub(crate) posts: Vec<PathBuf>,
    /// Scan all posts up to the end of each day: how soon is each planted group found?
    #[arg(long, requires = "posts")]
    pub(crate) replay: bool,
    /// Days between these scans; the last day is always scanned [default: 1]
    #[arg(long, value_name = "DAYS", requires = "replay")]
    pub(crate) every: Option<u32>,
    /// Scan so many subsamples: what stays of the findings?
    #[arg(long, value_name = "DRAWS", requires = "posts")]
    pub(crate) subsample: Option<u32>,
    /// The probability with which each is kept, by a hash of its id [default: 0.8]
    #[arg(long, value_name = "SHARE", requires = "subsample")]
    pub(crate) share: Option<f64>,
    /// What is drawn: posts, or accounts with all their posts
    #[arg(long, value_enum, default_value = "posts", requires = "subsample")]
    pub(crate) of: Drawn,
    /// A configuration file; the one of the scan
    #[arg(long, value_name = "FILE", env = "ZWERM_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Which input column holds which canonical one, as for the scan
    #[arg(long, value_name = "CANONICAL=COLUMN", value_delimiter = ',', env = "ZWERM_MAP")]
    pub(crate) map: Vec<String>,
    /// What wrote the files that are not Parquet, as for the scan
    #[arg(long, value_name = "NAME", env = "ZWERM_SCHEMA")]
    pub(crate) schema: Option<String>,
}

/// What a subsample is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Drawn {
    /// Each post for itself
    Posts,
    /// Each account with all its posts
    Accounts,
}

//! The command line, defined once: help, man page and completions come from here.

use std::path::PathBuf;

use bytesize::ByteSize;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use self::meaning::Meaning;
pub(crate) use self::{
    compat::{Peer, PeerFlags, PeerTable},
    evaluate::{Again, Drawn, Evaluate},
    simulate::{Inject, Preset, Simulate},
};

mod compat;
mod evaluate;
pub(crate) mod meaning;
mod simulate;

/// Finds accounts that act together more than chance explains, with the evidence and the error
/// rate. Says nothing about who, why or whether anything is untrue: humans decide.
#[derive(Debug, Parser)]
#[command(name = "zwerm", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// What is printed.
#[derive(Debug, ClapArgs)]
pub(crate) struct Output {
    /// Print nothing but errors
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
    /// Print the outcome as JSON on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// How log lines look
    #[arg(long, global = true, value_enum, default_value = "text", env = "ZWERM_LOG_FORMAT")]
    pub(crate) log_format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan posts for coordination: the main job
    Scan(Scan),
    /// Find near-duplicate texts, and nothing else, in bounded memory
    Cluster(Cluster),
    /// Count who acted together on the same objects, and nothing else
    Edges(Edges),
    /// Score accounts as a published detector does, to compare with
    Baseline(Baseline),
    /// Write posts of any known kind as canonical Parquet
    Ingest(Ingest),
    /// Show what inputs are and how a scan would read them; runs nothing else
    Inspect(Inspect),
    /// Show everything the results say about one account, network or campaign
    Explain(Explain),
    /// Measure results against a truth: rankings, tiers, networks, with intervals
    Evaluate(Evaluate),
    /// List whose pseudonyms stand in some results, and write down that it was done
    Reveal(Reveal),
    /// Recompute every hash in the manifest of some results
    Verify(Verify),
    /// Write posts with planted groups, legitimate groups and their truth
    Simulate(Simulate),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// What is read, and how.
#[derive(Debug, ClapArgs)]
pub(crate) struct Input {
    /// Files, folders or glob patterns: Parquet, CSV, TSV, NDJSON, JSON, also as .gz or .zst
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// A configuration file; every flag has its key there
    #[arg(long, value_name = "FILE", env = "ZWERM_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Which input column holds which canonical one, such as created_at=timestamp,urls=url_id
    #[arg(long, value_name = "CANONICAL=COLUMN", value_delimiter = ',', env = "ZWERM_MAP")]
    pub(crate) map: Vec<String>,
    /// The zone of times that carry none, such as Europe/Brussels [default: UTC, and counted]
    #[arg(long, value_name = "ZONE", env = "ZWERM_TIMEZONE")]
    pub(crate) timezone: Option<String>,
    /// What wrote the files that are not Parquet; `zwerm inspect` shows what was found
    #[arg(long, value_name = "NAME", env = "ZWERM_SCHEMA", long_help = schema_help())]
    pub(crate) schema: Option<String>,
    /// Keep rows with bytes that are no UTF-8, and replace these
    #[arg(long)]
    pub(crate) lossy_utf8: bool,
    /// Replace names of accounts and posts by keyed hashes; makes the key if the file is not there
    #[arg(long, value_name = "KEYFILE", env = "ZWERM_PSEUDONYMISE")]
    pub(crate) pseudonymise: Option<PathBuf>,
    /// The share of a file's rows that may be bad before the run stops [default: 0.05]
    #[arg(long, value_name = "SHARE", env = "ZWERM_MAX_REJECT_RATIO")]
    pub(crate) max_reject_ratio: Option<f64>,
}

fn schema_help() -> String {
    format!(
        "What wrote the files that are not Parquet: {}; auto finds out [default: auto]",
        zwerm::schema_names().join(", ")
    )
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Ingest {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The Parquet file of posts; appears whole or not at all
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
    /// Take no more memory than about this (500MB, 1GiB) and the disk instead [default: no limit]
    #[arg(long, value_name = "SIZE", env = "ZWERM_MEMORY")]
    pub(crate) memory: Option<ByteSize>,
    /// Threads; no result depends on it [default: one per core]
    #[arg(long, value_name = "N", env = "ZWERM_THREADS")]
    pub(crate) threads: Option<usize>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Scan {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The folder of results; appears whole or not at all
    #[arg(long, value_name = "DIR", env = "ZWERM_OUT")]
    pub(crate) out: PathBuf,
    /// Replace existing results
    #[arg(long)]
    pub(crate) force: bool,
    /// Elections and their periods
    #[arg(long, value_name = "FILE", env = "ZWERM_ELECTIONS")]
    pub(crate) elections: Option<PathBuf>,
    /// Accounts you know, one id a line; shown as an explanation, moves no tier
    #[arg(long, value_name = "FILE", env = "ZWERM_ALLOW_LIST")]
    pub(crate) allow_list: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) meaning: Meaning,
    /// Decoys of the timing null; 0 switches the check off, 19 and more give networks a p
    /// [default: 1]
    #[arg(long, value_name = "N", env = "ZWERM_NULL_CHECK")]
    pub(crate) null_check: Option<u32>,
    /// Threads; no result depends on it [default: one per core]
    #[arg(long, value_name = "N", env = "ZWERM_THREADS")]
    pub(crate) threads: Option<usize>,
    /// The seed of decoys
    #[arg(long, value_name = "N", env = "ZWERM_SEED")]
    pub(crate) seed: Option<u64>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Cluster {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The Parquet file of clusters; appears whole or not at all
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
    /// The similarity from which two texts are near-duplicates, 0 to 1 [default: 0.6]
    #[arg(long, value_name = "SHARE")]
    pub(crate) jaccard: Option<f32>,
    /// Shorter texts match exactly only, in characters after normalisation [default: 20]
    #[arg(long, value_name = "N")]
    pub(crate) min_chars: Option<usize>,
    /// Stop, instead of taking more memory than this: 500MB, 1GiB [default: no limit]
    #[arg(long, value_name = "SIZE", env = "ZWERM_MEMORY")]
    pub(crate) memory: Option<ByteSize>,
    /// Threads; no result depends on it [default: one per core]
    #[arg(long, value_name = "N", env = "ZWERM_THREADS")]
    pub(crate) threads: Option<usize>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Edges {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The file of edges; appears whole or not at all
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
    /// What accounts have in common: url, repost, hashtag, near_text, … (several: a,b)
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    #[arg(required_unless_present = "compat", conflicts_with = "compat")]
    pub(crate) kind: Vec<String>,
    /// Acts at most this far apart meet: 500ms, 60s, 10m, 1h (several: 60s,1h)
    #[arg(long, value_name = "DURATION", value_delimiter = ',', required = true)]
    pub(crate) window: Vec<String>,
    /// Leave out edges of less weight: co-actions, or what a peer calls weight [default: 1; cnt: 2]
    #[arg(long, value_name = "N")]
    pub(crate) min_weight: Option<u64>,
    /// Write these columns only: a,b,kind,co_actions [default: all]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', conflicts_with = "compat")]
    pub(crate) columns: Vec<String>,
    /// Look at all pairs; else, beyond 100 million, at 1,024 neighbours of an act on a viral object
    #[arg(long, conflicts_with = "compat")]
    pub(crate) exact: bool,
    /// Take no more memory than about this (500MB, 1GiB) and the disk instead; needs clean Parquet
    #[arg(long, value_name = "SIZE", conflicts_with = "compat")]
    pub(crate) memory: Option<ByteSize>,
    /// How the file is written [default: CSV if it ends in .csv, else Parquet]
    #[arg(long, value_enum)]
    pub(crate) format: Option<FileFormat>,
    /// Threads; no result depends on it [default: one per core]
    #[arg(long, value_name = "N", env = "ZWERM_THREADS")]
    pub(crate) threads: Option<usize>,
    /// Repeat another tool's table row for row; --map then renames that tool's columns
    #[arg(long, value_enum)]
    pub(crate) compat: Option<Peer>,
    #[command(flatten)]
    pub(crate) peer: PeerFlags,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Baseline {
    /// The detector, by name
    #[arg(long_help = baseline_help())]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) input: Input,
    /// The folder of scores, for `zwerm evaluate`; appears whole or not at all
    #[arg(long, value_name = "DIR", env = "ZWERM_OUT")]
    pub(crate) out: PathBuf,
    /// Replace an existing folder
    #[arg(long)]
    pub(crate) force: bool,
    /// What the publication says, or what its code does: paper, code [default: paper]
    #[arg(long, value_name = "NAME")]
    pub(crate) variant: Option<String>,
    /// Threads; no result depends on it [default: one per core]
    #[arg(long, value_name = "N", env = "ZWERM_THREADS")]
    pub(crate) threads: Option<usize>,
}

fn baseline_help() -> String {
    let rows = zwerm::baseline::names().into_iter().map(|(name, about)| format!("{name}: {about}"));
    format!("The detector, by name\n\n{}", rows.collect::<Vec<_>>().join("\n"))
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// Apache Parquet
    Parquet,
    /// Comma-separated text
    Csv,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Read these canonical columns only, beside names, times and visibility [default: all]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// A folder of results
    pub(crate) results: PathBuf,
    /// An account, network or campaign id
    pub(crate) id: String,
    /// The posts that were scanned: the time of each post of the evidence is put beside its id
    #[arg(long = "input", value_name = "INPUT", num_args = 1..)]
    pub(crate) inputs: Vec<PathBuf>,
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

#[derive(Debug, ClapArgs)]
pub(crate) struct Reveal {
    /// A folder of results with pseudonyms
    pub(crate) results: PathBuf,
    /// The original dump: files, folders or glob patterns
    #[arg(long = "input", required = true, value_name = "DUMP")]
    pub(crate) inputs: Vec<PathBuf>,
    /// The key by which the pseudonyms were made
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) keyfile: PathBuf,
    /// The table of names, a new file that only you can read
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Why, for the audit beside the results
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
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

#[derive(Debug, ClapArgs)]
pub(crate) struct Verify {
    /// A folder of results
    pub(crate) results: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: Shell,
}

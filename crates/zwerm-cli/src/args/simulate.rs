//! The flags of `zwerm simulate`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Debug, ClapArgs)]
pub(crate) struct Simulate {
    /// The folder for posts.parquet and truth.csv
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Which world
    #[arg(long, value_enum, default_value = "sample")]
    pub(crate) preset: Preset,
    /// How many posts [default: 20000 for sample, 1000000 for perf]
    #[arg(long, value_name = "N")]
    pub(crate) posts: Option<u64>,
    /// How many accounts [default: a tenth of the posts]
    #[arg(long, value_name = "N")]
    pub(crate) accounts: Option<u32>,
    /// The seed of the world [default: 7]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Leave the planted groups out
    #[arg(long)]
    pub(crate) no_plants: bool,
    /// Leave out every group that acts together, planted or legitimate
    #[arg(long)]
    pub(crate) no_coordination: bool,
    /// Let the copypasta group say each of its texts in ever other words
    #[arg(long)]
    pub(crate) reworded: bool,
    /// Replace existing files
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) inject: Inject,
}

/// Groups of a known size and manner, put into a background.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Groups put into a background")]
pub(crate) struct Inject {
    /// Put one group in: accounts=8,objects=5,jitter=60s,camouflage=0,manner=exact (repeatable;
    /// manner: edit, exact, paraphrase, repost, url)
    #[arg(long, value_name = "CELL", conflicts_with_all = ["grid", "no_plants"])]
    pub(crate) cell: Vec<String>,
    /// Put the whole grid of groups in, few to a world, each world in a folder of its own
    #[arg(long, conflicts_with = "no_plants")]
    pub(crate) grid: bool,
    /// Only this world of the grid, from 1 on, straight into --out
    #[arg(long, value_name = "N", requires = "grid")]
    pub(crate) world: Option<usize>,
    /// What they are put into: files, folders or glob patterns [default: a simulated world in which
    /// nobody acts together]
    #[arg(long, value_name = "INPUT", num_args = 1.., conflicts_with_all = ["posts", "accounts"])]
    pub(crate) into: Vec<PathBuf>,
    /// A configuration file for reading it
    #[arg(long, value_name = "FILE", env = "ZWERM_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Which input column holds which canonical one, as for a scan
    #[arg(long, value_name = "CANONICAL=COLUMN", value_delimiter = ',', env = "ZWERM_MAP")]
    pub(crate) map: Vec<String>,
    /// What wrote the files that are not Parquet, as for a scan
    #[arg(long, value_name = "NAME", env = "ZWERM_SCHEMA")]
    pub(crate) schema: Option<String>,
}

/// Which world is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Preset {
    /// Four weeks around an invented election, every kind of group once
    Sample,
    /// As many posts as wanted, in bounded memory, for measuring speed
    Perf,
}

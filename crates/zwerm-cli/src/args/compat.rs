//! The flags of `zwerm edges --compat`.

use clap::{Args as ClapArgs, ValueEnum};

/// A tool whose tables can be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Peer {
    /// coordination-network-toolkit
    Cnt,
    /// CooRTweet
    Coortweet,
}

/// What only means something with --compat.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "With --compat")]
pub(crate) struct PeerFlags {
    /// cnt: co_link, co_post, co_reply, co_retweet, co_similar_tweet or co_tweet
    #[arg(long, value_name = "NAME", requires = "compat")]
    pub(crate) network: Option<String>,
    /// cnt, co_similar_tweet: the share of words in common from which texts match [default: 0.8]
    #[arg(long, value_name = "SHARE", requires = "compat")]
    pub(crate) similarity: Option<f64>,
    /// cnt, co_similar_tweet: texts of fewer words match no other [default: 1]
    #[arg(long, value_name = "N", requires = "compat")]
    pub(crate) min_words: Option<usize>,
    /// coortweet: which table [default: edges]
    #[arg(long, value_enum, requires = "compat")]
    pub(crate) table: Option<PeerTable>,
    /// coortweet: the column of objects, several are stacked [default: object_id]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', requires = "compat")]
    pub(crate) object: Vec<String>,
    /// coortweet: rows that an account needs [default: 2]
    #[arg(long, value_name = "N", requires = "compat")]
    pub(crate) min_participation: Option<u64>,
    /// coortweet: edges above this quantile of the weights are marked [default: 0.5]
    #[arg(long, value_name = "SHARE", requires = "compat")]
    pub(crate) quantile: Option<f64>,
    /// coortweet: only marked edges
    #[arg(long, requires = "compat")]
    pub(crate) only_above: bool,
    /// coortweet: mark what also happened within this narrower window
    #[arg(long, value_name = "DURATION", requires = "compat")]
    pub(crate) fast_window: Option<String>,
    /// coortweet: rows that an account needs there [default: as --min-participation]
    #[arg(long, value_name = "N", requires = "fast_window")]
    pub(crate) fast_participation: Option<u64>,
    /// Keep what an account does with itself
    #[arg(long, requires = "compat")]
    pub(crate) keep_loops: bool,
    /// Switch a surprise of the tool on or off: one-side-passes=off (several: a=off,b=off)
    #[arg(long, value_name = "NAME=on|off", value_delimiter = ',', requires = "compat")]
    pub(crate) quirk: Vec<String>,
}

/// A table of CooRTweet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PeerTable {
    /// Pairs of accounts
    Edges,
    /// Pairs of rows (`detect_groups`)
    Pairs,
    /// Accounts (`account_stats`)
    Accounts,
    /// Objects (`group_stats`)
    Objects,
}

//! CooRTweet 2.1.3: `detect_groups`, `generate_coordinated_network`, and the tables made of them.
//!
//! # What it does
//!
//! [`detect`] finds every pair of rows on one object within the window;
//! [`network`](network::network) counts them by pair of accounts and marks the edges above a
//! quantile of the weights; [`stats`] sums up by account and by object. A pair of rows is one unit
//! of weight: a content with two objects that both match counts twice.
//!
//! # When it misleads
//!
//! See [`QUIRKS`]. Two rows of one object that are missing everything but a time still pair, unless
//! loops are removed; the order of the file decides who comes first where times tie.
//!
//! # Memory, cost
//!
//! 32 bytes a pair; `O(n log n + p log p)` for `n` rows and `p` pairs within the window.
//!
//! # Source
//!
//! Righetti and Balluff (2025), CooRTweet at commit d31a008.

pub mod detect;
pub mod network;
pub mod stats;

use zwerm_model::Strings;

use super::Quirk;

/// A pair of accounts is kept if one of its two contents belongs to an account that participates.
pub(super) const ONE_SIDE_PASSES: &str = "one-side-passes";
/// Rows without an object are one object.
pub(super) const MISSING_OBJECT: &str = "missing-object";
/// Rows that say the same pair with each other and count again.
pub(super) const REPEATED_ROWS: &str = "repeated-rows";
/// Contents are counted as older and newer, not as the first and the second account's.
pub(super) const CONTENTS_BY_AGE: &str = "contents-by-age";
/// The objects of an edge are divided at commas, those inside a name too.
pub(super) const COMMA_SPLIT: &str = "comma-split";
/// Of an edge's two accounts only the first counts toward an object.
pub(super) const FROM_ONLY: &str = "from-only";
/// Means over an account's edges skip edges whose figures equal another's.
pub(super) const DISTINCT_MEANS: &str = "distinct-means";
/// A fast share marks its two contents on every object.
pub(super) const FAST_WITHOUT_OBJECT: &str = "fast-without-object";

/// All quirks, by name.
pub const QUIRKS: &[Quirk] = &[
    quirk(COMMA_SPLIT, "objects are divided at commas, those inside a name too"),
    quirk(CONTENTS_BY_AGE, "n_content_id counts older contents, n_content_id_y newer ones"),
    quirk(DISTINCT_MEANS, "means over an account's edges skip figures that another edge has"),
    quirk(FAST_WITHOUT_OBJECT, "a fast share marks its two contents on every object"),
    quirk(FROM_ONLY, "num_accounts counts the first account of each edge only"),
    quirk(MISSING_OBJECT, "rows without an object count, and with loops kept they pair"),
    quirk(ONE_SIDE_PASSES, "a pair is kept if one of its accounts participates enough"),
    quirk(REPEATED_ROWS, "rows that are repeated count again"),
];

const fn quirk(name: &'static str, about: &'static str) -> Quirk {
    Quirk { name, about, is_on: true }
}

/// The rows of an input, in the order of the file. Accounts and contents are never missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shares {
    /// The objects' names.
    pub objects: Strings,
    /// The accounts' names.
    pub accounts: Strings,
    /// The contents' names.
    pub contents: Strings,
    /// The object of each row, or [`NONE`](zwerm_model::NONE).
    pub object: Vec<u32>,
    /// The account of each row.
    pub account: Vec<u32>,
    /// The content of each row.
    pub content: Vec<u32>,
    /// The time of each row in seconds; NaN if missing.
    pub at_s: Vec<f64>,
}

/// Two rows of one object within the window: the older content first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The object, or [`NONE`](zwerm_model::NONE).
    pub object: u32,
    /// The older content.
    pub content: u32,
    /// The newer content.
    pub content_y: u32,
    /// Who posted the older.
    pub account: u32,
    /// Who posted the newer.
    pub account_y: u32,
    /// The time between the two, in seconds.
    pub time_delta: f64,
}

//! coordination-network-toolkit at commit daa0e11: its six networks.
//!
//! # What it does
//!
//! The weight of an edge from one account to another is the number of distinct messages of the
//! first for which some other message of the second lies within the window and has the same key:
//! the same reposted message, the same link, the same text, … An edge has a direction: three posts
//! of B near one of A weigh 1 from A to B and 3 from B to A. See [`Network`].
//!
//! # When it misleads
//!
//! See [`QUIRKS`]: as the tool stands, posts without a link share the empty link, and posts that
//! only mention somebody share the empty text.
//!
//! # Memory, cost
//!
//! 24 bytes an act and 8 bytes an account and thread; `O(n log n + v)` for `v` visits of acts
//! within the window. [`Network::SimilarText`] compares the words of every two messages within
//! the window, as the tool does.
//!
//! # Source
//!
//! Graham, Hames and Alpert (2024), <https://doi.org/10.1007/s42001-024-00260-z>.

mod acts;
pub mod text;
mod weights;

use zwerm_model::Strings;

use super::{Quirk, Quirks};

/// A message without a link has the empty link.
pub(super) const EMPTY_LINK: &str = "empty-link";
/// A message whose text is nothing but mentions has the empty text.
pub(super) const EMPTY_TEXT: &str = "empty-text";
/// A repeated message is ignored but for its links, which count for who repeats it.
pub(super) const REPEATED_LINKS: &str = "repeated-links";
/// A message matches itself (version 1.5.2 of the package; not in the commit).
pub(super) const SAME_MESSAGE: &str = "same-message";

/// All quirks, by name.
pub const QUIRKS: &[Quirk] = &[
    quirk(EMPTY_LINK, "a message without a link has the empty link", true),
    quirk(EMPTY_TEXT, "a message of nothing but mentions has the empty text", true),
    quirk(REPEATED_LINKS, "the links of a repeated message count, the message does not", true),
    quirk(SAME_MESSAGE, "a message matches itself, as in version 1.5.2", false),
];

const fn quirk(name: &'static str, about: &'static str, is_on: bool) -> Quirk {
    Quirk { name, about, is_on }
}

/// Which messages are compared, and what they have in common. Only the first two look at reposts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Messages that repost the same message.
    CoRepost,
    /// Any two messages: what co-action by chance comes to at most.
    CoPost,
    /// Messages with the same text, see [`text::normalised`].
    SameText,
    /// Messages whose words are nearly the same, see [`text::words`].
    SimilarText,
    /// Messages with the same link.
    CoLink,
    /// Answers to the same message.
    CoReply,
}

impl Network {
    /// Every network with the tool's name for it.
    pub const TABLE: &[(&str, Network)] = &[
        ("co_link", Network::CoLink),
        ("co_post", Network::CoPost),
        ("co_reply", Network::CoReply),
        ("co_retweet", Network::CoRepost),
        ("co_similar_tweet", Network::SimilarText),
        ("co_tweet", Network::SameText),
    ];

    /// Whether the texts of messages are looked at.
    #[must_use]
    pub fn reads_texts(self) -> bool {
        matches!(self, Network::SameText | Network::SimilarText)
    }
}

/// The rows of an input, in the order of the file. Columns that a network does not look at may be
/// empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Messages {
    /// The accounts' names.
    pub accounts: Strings,
    /// The texts.
    pub texts: Strings,
    /// The links.
    pub links: Strings,
    /// How many different messages there are.
    pub message_count: usize,
    /// The message of each row.
    pub message: Vec<u32>,
    /// The account of each row.
    pub account: Vec<u32>,
    /// The time of each row in seconds.
    pub at_s: Vec<f64>,
    /// The message that it reposts, or [`NONE`](zwerm_model::NONE).
    pub repost_of: Vec<u32>,
    /// The message that it answers, or [`NONE`](zwerm_model::NONE).
    pub reply_to: Vec<u32>,
    /// The text of each row, or [`NONE`](zwerm_model::NONE) for an empty one.
    pub text: Vec<u32>,
    /// Where the links of each row end.
    pub link_ends: Vec<u32>,
    /// The links of all rows.
    pub link: Vec<u32>,
}

/// Which edges are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct CntConfig {
    /// Which network.
    pub network: Network,
    /// Messages at most this far apart match, in seconds.
    pub window_s: f64,
    /// Edges of less weight are left out, each direction on its own.
    pub weight_min: u64,
    /// Whether edges of an account to itself stay.
    pub keep_loops: bool,
    /// The similarity from which words are nearly the same: shared words as a share of all.
    pub similarity_min: f64,
    /// Messages of fewer words are like no other; at least 1.
    pub words_min: usize,
    /// The tool's surprises.
    pub quirks: Quirks,
}

/// An edge of the tool's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectedEdge {
    /// Whose messages are counted.
    pub from: u32,
    /// Whose messages they match.
    pub to: u32,
    /// How many.
    pub weight: u64,
}

/// The edges of a network by the names of their accounts.
#[must_use]
pub fn network(messages: &Messages, config: &CntConfig) -> Vec<DirectedEdge> {
    let mut acts = acts::Acts::of(messages, config);
    // Accounts are numbered by name on the way, so that the edges come in their order.
    let ranks = messages.accounts.ranks();
    acts.acts.iter_mut().for_each(|act| act.account = ranks[act.account as usize]);
    let mut edges = weights::weights(&acts, ranks.len(), config);
    let mut account_of = vec![0; ranks.len()];
    for (account, &rank) in (0..).zip(&ranks) {
        account_of[rank as usize] = account;
    }
    for edge in &mut edges {
        edge.from = account_of[edge.from as usize];
        edge.to = account_of[edge.to as usize];
    }
    edges
}

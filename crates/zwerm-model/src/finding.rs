//! What a scan finds: accounts, networks, campaigns and the evidence for each.

use serde::{Deserialize, Serialize};

use crate::edge::{Edge, Interaction};
use crate::evasion::EvasionCounts;
use crate::run::{DecoyCheck, RungState};
use crate::score::Explained;
use crate::time::UnixMillis;
use crate::trace::TraceKind;

/// What the statistics carry. Innocent explanations stand beside it and never change it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Nothing above the stated error.
    #[default]
    None,
    /// q ≤ 0.05.
    Discovery,
    /// q ≤ 0.01, two objects and recurring partners: the full rule is in `ARCHITECTURE.md`.
    Strict,
}

impl Tier {
    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Tier::None => "none",
            Tier::Discovery => "discovery",
            Tier::Strict => "strict",
        }
    }
}

/// One test of one account: a kind of trace under one null at one pair of window and context.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// The behaviour.
    pub kind: TraceKind,
    /// `rarity` or `own_time`; `burst` ranks and `company` attaches to a network, neither accuses.
    pub null: &'static str,
    /// Acts at most this far apart count, in milliseconds.
    pub window_ms: i64,
    /// The time around an act within which it could have fallen elsewhere, in milliseconds.
    pub context_ms: i64,
    /// Objects that entered the test.
    pub objects: u32,
    /// The test's statistic (hits for `rarity` and `company`, −Σ ln p for the others).
    pub statistic: f64,
    /// Its probability under the null.
    pub p: f64,
}

/// An account and what was found about it. Coordination and automation are two axes.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountFinding {
    /// The account's number.
    pub account: u32,
    /// Its posts.
    pub posts: u64,
    /// The first of them.
    pub first_at: UnixMillis,
    /// The last of them.
    pub last_at: UnixMillis,
    /// Probability of meeting others this often by chance, over all channels.
    pub coordination_p: f64,
    /// The same, adjusted over accounts.
    pub coordination_q: f64,
    /// How much speaks for the account itself: log space, 0 = no evidence, no upper end.
    pub own_evidence: f64,
    /// The ranking figure: the same, and a bounded share of what speaks for those it met.
    pub coordination_evidence: f64,
    /// Its own evidence for people, 0 to 100.
    pub coordination_score: f64,
    /// 0 to 100; `None` = not assessable.
    pub automation_score: Option<f64>,
    /// What the statistics carry.
    pub tier: Tier,
    /// The network it belongs to, as a place in [`Findings::networks`].
    pub network: Option<u32>,
    /// Accounts that met it on at least two objects.
    pub partners: u32,
    /// Innocent explanations that fit, by name, sorted.
    pub explanations: Vec<String>,
    /// The tests that had something to say.
    pub channels: Vec<Channel>,
}

/// What levels A, B and C found, before it is scored and explained.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coordination {
    /// Accounts with at least one trace, by number; scores, explanations and networks still empty.
    pub accounts: Vec<AccountFinding>,
    /// The edges kept, by (kind, window, a, b).
    pub edges: Vec<Edge>,
    /// Communities of at least three accounts, each sorted, largest first.
    pub communities: Vec<Vec<u32>>,
    /// The p of each against decoys, where there are enough of them and it rests on time.
    pub community_p: Vec<Option<f64>>,
    /// Accounts that keep company with a community and are no members of any: the account and the
    /// community's place, by account.
    pub attached: Vec<(u32, u32)>,
    /// The rungs and whether the span allowed them.
    pub rungs: Vec<RungState>,
    /// The null checks.
    pub checks: Vec<DecoyCheck>,
}

/// A community of coordinated accounts.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// A hash of its members.
    pub id: String,
    /// What the statistics carry.
    pub tier: Tier,
    /// Its accounts, by number: members, and those that are attached to it.
    pub members: Vec<u32>,
    /// How many of them are attached: they met the members more than chance explains, and are not
    /// significant by themselves. No tier or score reads them.
    pub attached: u32,
    /// Pairs of members that co-acted.
    pub edges: u64,
    /// Posts of its members.
    pub posts: u64,
    /// Their first co-action.
    pub first_at: UnixMillis,
    /// Their last.
    pub last_at: UnixMillis,
    /// How often chance in time makes any network of the run as strong; `None` with too few decoys,
    /// or if it does not rest on time.
    pub p: Option<f64>,
    /// The q of its third-best member: the rate at which "three coordinated accounts" would be
    /// wrong.
    pub q: f64,
    /// 0 to 100.
    pub coordination_score: f64,
    /// 0 to 100; `None` = not assessable.
    pub automation_score: Option<f64>,
    /// The smaller of the two, `None` when automation is not assessable.
    pub bot_network_score: Option<f64>,
    /// The behaviours that join it, sorted.
    pub kinds: Vec<TraceKind>,
    /// Innocent explanations that fit, sorted.
    pub explanations: Vec<String>,
    /// Evasion marks in its members' posts: in no score, tier or rank.
    pub evasion: EvasionCounts,
    /// Where the scores come from, and what stands beside them.
    pub explanation: Explained,
}

/// An object that many accounts of a campaign pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopObject {
    /// The behaviour.
    pub kind: TraceKind,
    /// The object's name (for texts: the cluster id).
    pub object: String,
    /// Campaign accounts on it.
    pub accounts: u32,
    /// Their posts on it.
    pub posts: u32,
}

/// Content that one or more networks pushed.
#[derive(Clone, Debug, PartialEq)]
pub struct Campaign {
    /// A hash of its networks' members and its objects.
    pub id: String,
    /// The networks that pushed it, as places in [`Findings::networks`].
    pub networks: Vec<u32>,
    /// Its posts: (network, post).
    pub posts: Vec<(u32, u32)>,
    /// Accounts of the networks that posted it.
    pub accounts: u32,
    /// Distinct outside accounts that took up an object after the network.
    pub reach: u64,
    /// The first post.
    pub first_at: UnixMillis,
    /// The last post.
    pub last_at: UnixMillis,
    /// 0 to 100.
    pub campaign_score: f64,
    /// Elections in whose periods it was active.
    pub election_ids: Vec<String>,
    /// Posts in campaign, silence or polling periods.
    pub posts_in_election_period: u64,
    /// Posts in silence periods: a fact, not a legal finding.
    pub posts_in_silence: u64,
    /// The objects most of its accounts pushed.
    pub top_objects: Vec<TopObject>,
    /// Where the score comes from.
    pub explanation: Explained,
}

/// Whose evidence a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// An account's number.
    Account(u32),
    /// A campaign, as a place in [`Findings::campaigns`].
    Campaign(u32),
    /// A network, as a place in [`Findings::networks`].
    Network(u32),
}

/// One object that speaks about one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceRow {
    /// Whose evidence it is.
    pub subject: Subject,
    /// The behaviour.
    pub kind: TraceKind,
    /// The object's name (for texts: the cluster id).
    pub object: String,
    /// Coordinated accounts on it.
    pub accounts: u32,
    /// Their posts on it.
    pub posts: u32,
    /// From the first to the last of those posts, in milliseconds.
    pub span_ms: i64,
    /// How many others chance would have brought within the window.
    pub expected: f64,
    /// Probability of as many as were there.
    pub p: f64,
    /// Those posts, by (time, post id), at most 50.
    pub posts_shown: Vec<u32>,
}

/// All that a scan found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Accounts with at least one trace, by number.
    pub accounts: Vec<AccountFinding>,
    /// Pairs kept, by (kind, window, a, b).
    pub edges: Vec<Edge>,
    /// Who reposts, answers, mentions and quotes whom.
    pub interactions: Vec<Interaction>,
    /// Networks, the best first.
    pub networks: Vec<Network>,
    /// Campaigns, the best first.
    pub campaigns: Vec<Campaign>,
    /// The evidence, by (subject, −accounts, kind, object).
    pub evidence: Vec<EvidenceRow>,
    /// Evasion marks in all posts of the run: what a network's are compared with.
    pub evasion: EvasionCounts,
}

//! Pairs of accounts: what they did together, and who answers whom.

use crate::finding::Tier;
use crate::time::UnixMillis;
use crate::trace::TraceKind;

/// The co-actions of one pair of accounts, of one kind, within one window.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The smaller account number.
    pub a: u32,
    /// The larger account number.
    pub b: u32,
    /// The behaviour.
    pub kind: TraceKind,
    /// Two acts at most this far apart count as a co-action, in milliseconds.
    pub window_ms: i64,
    /// Distinct objects with a co-action.
    pub objects: u32,
    /// What those weigh, in units of which an object that few share has 1,024: stock phrases and
    /// the like count by their rarity.
    pub weight: u64,
    /// Pairs of posts, one of each account, that make a co-action.
    pub co_actions: u64,
    /// How many objects chance would bring within the window, given all that the two share.
    pub expected: f64,
    /// Probability of at least `objects` under that null.
    pub p: f64,
    /// `p` adjusted over all tested pairs (Benjamini and Hochberg 1995).
    pub q: f64,
    /// What the statistics carry.
    pub tier: Tier,
    /// The smallest time between two acts of a co-action, in milliseconds.
    pub gap_ms_min: i64,
    /// The mean over objects of the smallest time between the two, in milliseconds.
    pub gap_ms_mean: f64,
}

/// The co-actions of one pair of accounts within one window, counted and not tested.
///
/// Counts over disjoint sets of objects add up: see [`CoActions::add`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoActions {
    /// The smaller account number.
    pub a: u32,
    /// The larger account number.
    pub b: u32,
    /// The window, as a place in the list of windows that were asked for.
    pub window: u32,
    /// Distinct objects with a co-action.
    pub objects: u32,
    /// Pairs of posts, one of each account, that make a co-action.
    pub co_actions: u64,
    /// Those in which `a` acted first. Two acts at one moment have no first.
    pub a_first: u64,
    /// Those in which `b` acted first.
    pub b_first: u64,
    /// The smallest time between two acts of a co-action, in milliseconds.
    pub gap_ms_min: i64,
    /// The sum over objects of the smallest time between the two, in milliseconds.
    pub gap_ms_sum: i64,
    /// The sum over objects of 1 / (accounts on it − 1), in units of 1 / [`CoActions::WEIGHT_ONE`]:
    /// what few share weighs more than what everybody shares (Newman 2001,
    /// <https://doi.org/10.1103/PhysRevE.64.016132>).
    pub weight: u64,
    /// Estimated pairs of posts, in units of 1 / [`CoActions::ESTIMATE_ONE`]: more than
    /// `co_actions` where only a sample of the pairs was looked at.
    pub estimate: u64,
}

impl CoActions {
    /// A weight of 1.
    pub const WEIGHT_ONE: u64 = 1 << 32;
    /// An estimate of 1 pair.
    pub const ESTIMATE_ONE: u64 = 1 << 16;

    /// Adds the co-actions of the same pair and window on other objects.
    pub fn add(&mut self, other: &CoActions) {
        self.objects += other.objects;
        self.co_actions += other.co_actions;
        self.a_first += other.a_first;
        self.b_first += other.b_first;
        self.gap_ms_min = self.gap_ms_min.min(other.gap_ms_min);
        self.gap_ms_sum = self.gap_ms_sum.saturating_add(other.gap_ms_sum);
        self.weight += other.weight;
        self.estimate += other.estimate;
    }

    /// What the counts of a pair are ordered by.
    #[must_use]
    pub fn key(&self) -> (u32, u32, u32) {
        (self.a, self.b, self.window)
    }
}

/// How often one account reposted, answered, mentioned or quoted another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// Who did it (an account number).
    pub from: u32,
    /// To whom, as the posts spell the account.
    pub to: String,
    /// `repost`, `reply`, `mention` or `quote`.
    pub kind: &'static str,
    /// In how many posts.
    pub posts: u64,
    /// The first of them.
    pub first_at: UnixMillis,
    /// The last of them.
    pub last_at: UnixMillis,
}

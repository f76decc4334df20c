//! What a run knows about itself: what it could test, what it checked, what it left out.

use serde::Serialize;

use crate::election::Election;
use crate::tally::Tally;
use crate::time::{Resolution, Span};

/// A pair of window and context at which accounts are tested, and whether the data allow it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RungState {
    /// Acts at most this far apart count, in milliseconds.
    pub window_ms: i64,
    /// The time around an act within which it could have fallen elsewhere, in milliseconds.
    pub context_ms: i64,
    /// Why it is off; `None` = it was used.
    pub off_because: Option<String>,
}

/// A null check: the same tests on a decoy of their own null.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecoyCheck {
    /// Which decoy (`accounts`, `meetings`, `timing`).
    pub decoy: String,
    /// Which test it checks: the name of its null (`own_time`, `rarity`, `sharing`, `synchrony`).
    pub test: String,
    /// What the test calls significant: an `account` or an `account pair`.
    pub unit: String,
    /// How the decoy was made, in a sentence.
    pub made_by: String,
    /// How many decoys were drawn.
    pub decoys: u32,
    /// How many of those the test calls significant in the data, at q ≤ `q`.
    pub found_in_data: u64,
    /// The largest number that it calls significant in a decoy.
    pub found_in_decoy: u64,
    /// The most that a decoy may show for the check to pass.
    pub allowed: u64,
    /// The level.
    pub q: f64,
    /// Whether it passed.
    pub passed: bool,
}

/// Facts of a run that findings must be read with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunFacts {
    /// Posts read and kept.
    pub posts: u64,
    /// Accounts that posted.
    pub accounts: u64,
    /// From the first to the last post.
    pub span: Option<Span>,
    /// How finely the times are told.
    pub resolution: Resolution,
    /// The rungs, used or not.
    pub rungs: Vec<RungState>,
    /// Kinds of trace that could be read, with their number of traces.
    pub kinds: Vec<(String, u64)>,
    /// What could not be assessed, and why.
    pub not_assessable: Vec<(String, String)>,
    /// The null checks.
    pub checks: Vec<DecoyCheck>,
    /// The false discovery rate of the tier `strict`. In a manifest it stands among the settings.
    #[serde(skip)]
    pub q_strict: f64,
    /// As `q_strict`, of the tier `discovery`.
    #[serde(skip)]
    pub q_discovery: f64,
    /// The elections given.
    pub elections: Vec<Election>,
    /// What was counted, capped, filtered and rejected.
    pub tally: Tally,
    /// A digest of the rows that does not depend on their order, split or files.
    pub row_digest: String,
}

impl RunFacts {
    /// Whether every null check passed.
    #[must_use]
    pub fn checks_passed(&self) -> bool {
        self.checks.iter().all(|check| check.passed)
    }
}

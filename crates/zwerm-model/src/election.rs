//! Elections and their periods, as the user states them.

use serde::Serialize;

use crate::time::UnixMillis;

/// What a period of an election is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// Ordinary time to compare with.
    Baseline,
    /// The campaign.
    Campaign,
    /// The days on which campaigning is restricted by law.
    Silence,
    /// The days of polling.
    Polling,
}

impl PeriodKind {
    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PeriodKind::Baseline => "baseline",
            PeriodKind::Campaign => "campaign",
            PeriodKind::Silence => "silence",
            PeriodKind::Polling => "polling",
        }
    }
}

/// One period: `from` is inside, `to` is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// What it is.
    pub kind: PeriodKind,
    /// Its first moment.
    pub from: UnixMillis,
    /// The first moment after it.
    pub to: UnixMillis,
    /// Where the user took it from (a law, a gazette, a calendar).
    pub source: String,
}

impl Period {
    /// Whether a moment lies in it.
    #[must_use]
    pub fn contains(&self, at: UnixMillis) -> bool {
        self.from <= at && at < self.to
    }
}

/// One election.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Election {
    /// Its name in the outputs.
    pub id: String,
    /// Where it is held.
    pub jurisdiction: String,
    /// The zone in which its periods were given.
    pub time_zone: String,
    /// Its periods, by start.
    pub periods: Vec<Period>,
}

impl Election {
    /// Whether a moment lies in its campaign, silence or polling.
    #[must_use]
    pub fn is_election_time(&self, at: UnixMillis) -> bool {
        self.periods.iter().any(|p| p.kind != PeriodKind::Baseline && p.contains(at))
    }

    /// Whether a moment lies in a period of the given kind.
    #[must_use]
    pub fn is_in(&self, kind: PeriodKind, at: UnixMillis) -> bool {
        self.periods.iter().any(|p| p.kind == kind && p.contains(at))
    }
}

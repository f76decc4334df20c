//! What was counted, capped, filtered or rejected: nothing is dropped silently.

use std::collections::BTreeMap;

use serde::Serialize;

/// Named counts of a run. Merging adds, so partial tallies may arrive in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Tally {
    counts: BTreeMap<String, u64>,
}

impl Tally {
    /// Adds `n` to the count called `name` (`stage.what`, for instance `ingest.rows`).
    pub fn add(&mut self, name: &str, n: u64) {
        match self.counts.get_mut(name) {
            Some(count) => *count += n,
            None => {
                self.counts.insert(name.to_owned(), n);
            }
        }
    }

    /// The count called `name`; 0 if nothing was counted.
    #[must_use]
    pub fn get(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    /// Adds every count of another tally.
    pub fn merge(&mut self, other: &Tally) {
        for (name, &n) in &other.counts {
            self.add(name, n);
        }
    }

    /// All counts by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.counts.iter().map(|(name, &n)| (name.as_str(), n))
    }
}

//! Published detectors as recipes: posts and their traces in, a score per account out.
//!
//! They are here to be compared with, not to be trusted: none states an error rate. Each is one
//! file in [`recipes`] and one row in its table, and says word for word what the publication does,
//! where its code does something else, and where we do. What several of them need is beside:
//!
//! ```text
//! TraceTable → Incidence → Vectors → cosines ┐
//!            └ met_within ───────────────────┴→ pairs of accounts → a recipe → Ranked
//! ```
//!
//! Accounts and objects are numbered in the order of their names and every sum is taken in that
//! order, so equal rows give equal scores in any order and on any number of threads.

pub mod cosine;
pub mod incidence;
pub mod pairs;
pub mod recipes;
#[cfg(test)]
mod testing;

use thiserror::Error;
use zwerm_model::{Posts, TraceTable};

pub use crate::recipes::{Recipe, Variant};

/// What a recipe may read.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The posts.
    pub posts: &'a Posts,
    /// The traces of the kinds that the recipe asks for.
    pub tables: &'a [TraceTable],
}

impl<'a> Inputs<'a> {
    /// The traces of one kind.
    ///
    /// # Panics
    ///
    /// If the kind was not extracted: recipes list their kinds.
    #[must_use]
    pub fn table(&self, kind: &str) -> &'a TraceTable {
        let table = self.tables.iter().find(|table| table.kind.0 == kind);
        table.unwrap_or_else(|| panic!("the recipe asks for {kind} without listing it"))
    }

    /// How many accounts there are.
    #[must_use]
    pub fn account_count(&self) -> usize {
        self.posts.accounts.len()
    }
}

/// What a recipe says about every account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranked {
    /// The score of each account, finite; 0 is no evidence.
    pub score: Vec<f64>,
    /// Whether the published rule picks the account; `None` if there is no such rule.
    pub flagged: Option<Vec<bool>>,
    /// The group of each account, or [`NONE`](zwerm_model::NONE); numbered by smallest account.
    /// `None` if the publication makes no groups.
    pub group: Option<Vec<u32>>,
    /// What was set, by name, as it was used.
    pub settings: Vec<(&'static str, String)>,
    /// What was counted on the way.
    pub counts: Vec<(&'static str, u64)>,
}

/// The pairs of accounts that a recipe has to hold are more than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "expected at most {max} pairs of accounts, found more: the method links all accounts that \
     share an object; give fewer posts"
)]
pub struct TooManyPairs {
    /// The limit.
    pub max: usize,
}

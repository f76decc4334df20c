//! What a report is made of, and the few look-ups that all files share.

use std::borrow::Cow;

use zwerm_model::{Findings, Posts, RunFacts, TextClusters};

/// All that the result files are written from.
#[derive(Clone, Copy, Debug)]
pub struct ReportInput<'a> {
    /// The posts that were scanned.
    pub posts: &'a Posts,
    /// Which of them say nearly the same.
    pub clusters: &'a TextClusters,
    /// What was found.
    pub findings: &'a Findings,
    /// What the findings must be read with.
    pub facts: &'a RunFacts,
}

impl<'a> ReportInput<'a> {
    /// The printed id of an account.
    pub(crate) fn account(&self, account: u32) -> String {
        self.posts.accounts.printed(account)
    }

    /// The id of a post, as its platform spells it.
    pub(crate) fn post(&self, post: u32) -> Cow<'a, str> {
        self.posts.id.get(post as usize)
    }

    /// The id of a network, by its place.
    pub(crate) fn network(&self, network: u32) -> &'a str {
        &self.findings.networks[network as usize].id
    }
}

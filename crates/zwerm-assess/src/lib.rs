//! From coordination to findings: signals, scores that account for themselves, evidence.
//!
//! Coordination and automation are two axes, never one number per account. Nothing here reads what
//! a post says, its language or its country: only who acted, on what, when, and which texts are
//! alike. Innocent explanations ([`explanations`]) are computed and shown; they never lower a tier,
//! since whoever runs bots can imitate each of them. Evasion marks in texts ([`evasion`]) and
//! labels of paid posts ([`disclosure`]) are counted when all that is done, and stand beside it.

pub mod acts;
pub mod automation;
pub mod calibration;
pub mod campaigns;
pub mod disclosure;
pub mod evasion;
pub mod evidence;
pub mod explanations;
pub mod joint;
pub mod networks;
pub mod signals;

use zwerm_model::{
    Coordination, Election, EvasionCounts, Findings, Interaction, Posts, Resolution, Tally,
    TextClusters, TraceTable,
};

/// What the stage reads.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The posts.
    pub posts: &'a Posts,
    /// Which of them say nearly the same.
    pub clusters: &'a TextClusters,
    /// Their traces, by kind.
    pub tables: &'a [TraceTable],
    /// What the network stage found.
    pub coordination: &'a Coordination,
    /// The elections given.
    pub elections: &'a [Election],
    /// How finely the times are told.
    pub resolution: Resolution,
    /// Whether each account is on the list of known accounts; empty without a list.
    pub allow_listed: &'a [bool],
}

impl<'a> Inputs<'a> {
    /// The table of a kind.
    #[must_use]
    pub fn table(&self, kind: zwerm_model::TraceKind) -> Option<&'a TraceTable> {
        self.tables.iter().find(|table| table.kind == kind)
    }

    fn is_allow_listed(&self, account: u32) -> bool {
        self.allow_listed.get(account as usize).is_some_and(|&listed| listed)
    }
}

/// Half of the evidence that fills a score for people to 50: −log₁₀ of one in a million.
pub const EVIDENCE_HALF: f64 = 6.0;

/// Scores and explains what was found; evasion marks are still to be counted ([`evasion::beside`]).
#[must_use]
pub fn assess(inputs: &Inputs<'_>, interactions: Vec<Interaction>, tally: &mut Tally) -> Findings {
    let mut accounts = inputs.coordination.accounts.clone();
    let posts_of = acts::posts_by_account(inputs.posts);
    let automation = automation::scores(inputs, &posts_of);
    for account in &mut accounts {
        account.coordination_score = coordination_score(account.own_evidence);
        account.automation_score = automation[account.account as usize].as_ref().map(|a| a.value);
    }
    let (networks, joint) = networks::networks(inputs, &mut accounts, &automation, &posts_of);
    let campaigns = campaigns::campaigns(inputs, &networks, &joint, &posts_of);
    let evidence = evidence::evidence(inputs, &accounts, &joint, &campaigns, tally);
    explain_accounts(inputs, &mut accounts, &networks, &posts_of);
    tally.add("assess.networks", networks.len() as u64);
    tally.add("assess.campaigns", campaigns.len() as u64);
    Findings {
        accounts,
        edges: inputs.coordination.edges.clone(),
        interactions,
        networks,
        campaigns,
        evidence,
        evasion: EvasionCounts::default(),
    }
}

/// Evidence (log space, no end) as a figure from 0 to 100 for people.
fn coordination_score(evidence: f64) -> f64 {
    100.0 * evidence / (evidence + EVIDENCE_HALF)
}

/// An account's explanations are its own and its network's.
fn explain_accounts(
    inputs: &Inputs<'_>,
    accounts: &mut [zwerm_model::AccountFinding],
    networks: &[zwerm_model::Network],
    posts_of: &acts::PostsOf,
) {
    for account in accounts {
        let mut names: Vec<String> = match account.network {
            Some(network) => networks[network as usize].explanations.clone(),
            None => Vec::new(),
        };
        if explanations::declared_automation::declares(inputs.posts, posts_of.of(account.account)) {
            names.push(explanations::declared_automation::EXPLANATION.name.to_owned());
        }
        if inputs.is_allow_listed(account.account) {
            names.push(explanations::allow_listed::EXPLANATION.name.to_owned());
        }
        names.sort_unstable();
        names.dedup();
        account.explanations = names;
    }
}

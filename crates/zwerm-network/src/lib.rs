//! From traces to coordination: co-actions, nulls, edges, communities.
//!
//! Evidence is built in three levels (`ARCHITECTURE.md`, "Evidence"): **A** asks of each account
//! alone whether it meets others more than chance explains ([`observe`],
//! [`channels`](mod@channels), [`accounts`]); **B** asks of pairs ([`edges`](mod@edges),
//! [`co_action`]); **C** finds communities over what is left ([`communities`](mod@communities)).
//! Each null is one file in [`nulls`], and [`decoys`] of it go through the same test on every run.

pub mod accounts;
pub mod acts;
pub mod ages;
mod attached;
pub mod channels;
pub mod clock;
pub mod co_action;
pub mod communities;
pub mod company;
pub mod compat;
pub mod crowd;
pub mod decoys;
pub mod edges;
pub mod evidence;
pub mod layer;
pub mod max_statistic;
pub mod nulls;
pub mod observe;
pub mod stock;
pub mod sweep;
mod tiers;

use rayon::prelude::*;
use zwerm_graph::Objective;
use zwerm_model::{
    AccountFinding, Coordination, DecoyCheck, Edge, NONE, Posts, Resolution, RungState, Seed,
    Tally, Tier, TraceTable,
};

use crate::accounts::Verdict;
use crate::acts::SharedActs;
use crate::ages::Ages;
use crate::attached::Crowd;
use crate::channels::{Activity, Channel};
use crate::clock::Rung;
use crate::decoys::Checked;
use crate::edges::{PairTests, Population};
use crate::nulls::rarity::Fit;
use crate::nulls::synchrony;
use crate::observe::Frame;

/// How to look for coordination.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkConfig {
    /// Windows and contexts at which accounts are tested.
    pub rungs: Vec<Rung>,
    /// The false discovery rate of the tier `discovery`.
    pub q_discovery: f64,
    /// That of the tier `strict`.
    pub q_strict: f64,
    /// Objects with more accounts than this make no pair of accounts that were not raised.
    pub pair_accounts_max: usize,
    /// Decoys drawn of each null; 0 switches the checks off.
    pub null_checks: u32,
    /// What communities maximise.
    pub objective: Objective,
    /// The seed of the decoys.
    pub seed: Seed,
}

/// The contexts stay at six windows and six hours, below the life of organic objects: see
/// [`nulls::own_time`].
pub const RUNGS: [Rung; 3] = [
    Rung { window_ms: 60_000, context_ms: 3_600_000 },
    Rung { window_ms: 600_000, context_ms: 3_600_000 },
    Rung { window_ms: 3_600_000, context_ms: 21_600_000 },
];

/// Looks for coordination in traces.
///
/// # Cost
///
/// Per kind and rung `O(n log n)` for `n` traces, twice with a decoy; pairs as in [`co_action`].
#[must_use]
pub fn link(
    posts: &Posts,
    tables: &[TraceTable],
    resolution: Resolution,
    config: &NetworkConfig,
    tally: &mut Tally,
) -> Coordination {
    let rungs = rung_states(posts, config);
    let active: Vec<Rung> = config
        .rungs
        .iter()
        .zip(&rungs)
        .filter(|(_, s)| s.off_because.is_none())
        .map(|(&r, _)| r)
        .collect();
    let backgrounds = channels::backgrounds(posts, resolution, &active);
    let frames: Vec<Frame<'_>> = backgrounds
        .iter()
        .map(|(rung, volume)| Frame { resolution, rung: *rung, volume, own_time_only: false })
        .collect();
    let traced = traced_accounts(tables, posts.accounts.len());
    let accounts_tested = traced.iter().filter(|&&has| has).count() as u64;
    let of_kind = |table| KindLayer::of(table, (posts, accounts_tested), (resolution, &frames));
    let (layers, channels): (Vec<KindLayer>, Vec<Vec<Channel>>) =
        tables.par_iter().map(of_kind).unzip();
    let channels: Vec<Channel> = channels.into_iter().flatten().collect();
    let verdicts = accounts::verdicts(&channels, accounts_tested, |c| c.null.tests());
    let checked =
        Checked { layers: &layers, frames: &frames, channels: &channels, accounts_tested, config };
    let (own_time, timing) = decoys::own_time(checked).unzip();
    let mut checks: Vec<DecoyCheck> = own_time.into_iter().chain(decoys::rarity(checked)).collect();
    let raised = tiers::Raised::new(&verdicts, &channels, posts.accounts.len(), config.q_discovery);
    let population = Population { accounts_tested, raised: &raised };
    let mut edges: Vec<Edge> = Vec::new();
    let mut tests = vec![PairTests::default(); 1 + config.null_checks as usize];
    for layer in &layers {
        let (of_kind, tests_of_kind) = edges::edges(layer, &population, config, tally);
        edges.extend(of_kind);
        tests.iter_mut().zip(tests_of_kind).for_each(|(all, of_kind)| all.add(of_kind));
    }
    checks.extend(decoys::pairs(checked, &tests[0], &tests[1..]));
    let passed = checks.iter().all(|check| check.passed);
    let own = evidence::own_evidence(posts.accounts.len(), &verdicts, &channels);
    let mut accounts = tiers::accounts(posts, &traced, &verdicts, &channels, &edges, config);
    let acts: Vec<&SharedActs> = layers.iter().map(|layer| &layer.acts).collect();
    let company = company::company(&acts, &channels, &own, config.pair_accounts_max);
    for account in &mut accounts {
        account.own_evidence = own[account.account as usize];
        account.coordination_evidence = account.own_evidence + company[account.account as usize];
    }
    let joined: Vec<&Edge> = edges
        .iter()
        .filter(|e| e.tier == Tier::Strict || (raised.is_raised(e.a) && raised.is_raised(e.b)))
        .collect();
    let communities =
        if passed { communities::communities(&joined, config.objective) } else { Vec::new() };
    let attached = attach((tables, &layers), &channels, &communities, &mut accounts, config);
    tally.add("network.accounts_attached", attached.len() as u64);
    if !passed {
        accounts.iter_mut().for_each(|account| account.tier = Tier::None);
        edges.iter_mut().for_each(|edge| edge.tier = Tier::None);
    }
    let timing = timing.unwrap_or_default();
    let community_p = communities.iter().map(|members| timing.p(members)).collect();
    Coordination { accounts, edges, communities, community_p, attached, rungs, checks }
}

/// Attaches accounts to communities, as `(account, community)`; what speaks for it goes to the
/// channels of the account.
fn attach(
    (tables, layers): (&[TraceTable], &[KindLayer]),
    channels: &[Channel],
    communities: &[Vec<u32>],
    accounts: &mut [AccountFinding],
    config: &NetworkConfig,
) -> Vec<(u32, u32)> {
    if communities.is_empty() {
        return Vec::new();
    }
    let mut community_of = vec![NONE; accounts.last().map_or(0, |last| last.account as usize + 1)];
    for (place, members) in (0..).zip(communities) {
        members.iter().for_each(|&member| community_of[member as usize] = place);
    }
    let members: usize = communities.iter().map(Vec::len).sum();
    let crowd = Crowd { community_of: &community_of, outsiders: (accounts.len() - members) as u64 };
    let kinds: Vec<(&TraceTable, &SharedActs)> =
        tables.iter().zip(layers.iter().map(|layer| &layer.acts)).collect();
    let attached = attached::attached(&kinds, channels, &crowd, config.q_discovery);
    attached
        .into_iter()
        .map(|attached| {
            if let Ok(at) = accounts.binary_search_by_key(&attached.account, |a| a.account) {
                accounts[at].channels.extend(attached.spoken);
            }
            (attached.account, attached.community)
        })
        .collect()
}

/// One kind of trace, walked once.
struct KindLayer {
    acts: SharedActs,
    /// How old its objects are when acted on.
    ages: Ages,
    /// How much each account did.
    activity: Activity,
    /// How often ordinary accounts meet others, at each rung.
    fits: Vec<(Rung, Fit)>,
    /// How likely a meeting on each object is, at each rung.
    rates: Vec<(Rung, Vec<i64>)>,
    /// How much each object counts.
    weights: Vec<u32>,
}

impl KindLayer {
    /// Also returns the channels of the kind.
    fn of(
        table: &TraceTable,
        (posts, accounts_tested): (&Posts, u64),
        (resolution, frames): (Resolution, &[Frame<'_>]),
    ) -> (Self, Vec<Channel>) {
        let acts = SharedActs::of(table, resolution);
        let ages = Ages::of(&acts);
        let activity = Activity::of(observe::activity(table, posts.accounts.len()));
        let (mut channels, mut fits, mut rates) = (Vec::new(), Vec::new(), Vec::new());
        let observed = observe::observe_all(&acts, &ages, frames);
        for (frame, (readings, objects)) in frames.iter().zip(observed) {
            let of_rung = channels::channels(table.kind, frame.rung, &readings, &activity);
            if let Some((fit, of_rung)) = of_rung {
                fits.push((frame.rung, fit));
                channels.extend(of_rung);
            }
            rates.push((frame.rung, synchrony::class_rates(&objects)));
        }
        let weights = stock::weights(&acts, accounts_tested);
        (KindLayer { acts, ages, activity, fits, rates, weights }, channels)
    }
}

/// A rung whose bins do not fit into the span is off: its bins would hold everything.
fn rung_states(posts: &Posts, config: &NetworkConfig) -> Vec<RungState> {
    let span_ms = posts.span().map_or(0, |span| span.length_ms());
    config
        .rungs
        .iter()
        .map(|rung| RungState {
            window_ms: rung.window_ms,
            context_ms: rung.context_ms,
            off_because: (2 * rung.context_ms > span_ms).then(|| {
                format!(
                    "the posts span {span_ms} ms, less than twice the context of {} ms",
                    rung.context_ms
                )
            }),
        })
        .collect()
}

fn traced_accounts(tables: &[TraceTable], accounts: usize) -> Vec<bool> {
    let mut traced = vec![false; accounts];
    for &account in tables.iter().flat_map(|table| &table.account) {
        traced[account as usize] = true;
    }
    traced
}

/// The verdict of an account.
fn verdict_of(verdicts: &[Verdict], account: u32) -> Option<&Verdict> {
    let at = verdicts.binary_search_by_key(&account, |verdict| verdict.account).ok()?;
    verdicts.get(at)
}

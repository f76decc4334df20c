//! From traces to coordination: co-actions, nulls, edges, communities.
//!
//! Evidence is built in three levels (`ARCHITECTURE.md`, "Evidence"): **A** asks of each account
//! alone whether it meets others more than chance explains ([`observe`],
//! [`channels`](mod@channels), [`accounts`]); **B** asks of pairs ([`edges`](mod@edges),
//! [`co_action`]); **C** finds communities over what is left ([`communities`](mod@communities)).
//! Each null is one file in [`nulls`]. A [`decoy`] of the same rows at other moments goes through
//! the same tests on every run.

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
pub mod decoy;
pub mod edges;
pub mod evidence;
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
use crate::channels::{Activity, Channel, Null};
use crate::clock::Rung;
use crate::edges::Population;
use crate::max_statistic::Timing;
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
    /// Decoys drawn; 0 switches the check off.
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
    let (check, timing) =
        timing_check((&layers, &frames), &channels, accounts_tested, config).unzip();
    let passed = check.as_ref().is_none_or(|check| check.passed);
    let raised = tiers::Raised::new(&verdicts, &channels, posts.accounts.len(), config.q_discovery);
    let population = Population { accounts_tested, raised: &raised };
    let mut edges: Vec<Edge> =
        layers.iter().flat_map(|layer| edges::edges(layer, &population, config, tally)).collect();
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
    let checks = check.into_iter().collect();
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
        let (mut channels, mut rates) = (Vec::new(), Vec::new());
        let observed = observe::observe_all(&acts, &ages, frames);
        for (frame, (readings, objects)) in frames.iter().zip(observed) {
            channels.extend(channels::channels(table.kind, frame.rung, &readings, &activity));
            rates.push((frame.rung, synchrony::class_rates(&objects)));
        }
        let weights = stock::weights(&acts, accounts_tested);
        (KindLayer { acts, ages, rates, weights }, channels)
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

/// Runs the own-time channels on decoys of their own null and compares what they call significant;
/// also returns how strong it is.
fn timing_check(
    (layers, frames): (&[KindLayer], &[Frame<'_>]),
    channels: &[Channel],
    accounts_tested: u64,
    config: &NetworkConfig,
) -> Option<(DecoyCheck, Timing)> {
    if config.null_checks == 0 || layers.is_empty() || frames.is_empty() {
        return None;
    }
    let q = config.q_discovery;
    let mut found = accounts::verdicts(channels, accounts_tested, |c| c.null == Null::OwnTime);
    found.retain(|verdict| verdict.ln_q <= libm::log(q));
    let found_in_data = found.len() as u64;
    let (mut found_in_decoy, mut decoys) = (0, Vec::new());
    for number in 0..config.null_checks {
        let channels: Vec<Channel> = layers
            .par_iter()
            .flat_map_iter(|layer| decoy_channels(layer, frames, (config.seed, number)))
            .collect();
        let mut found = accounts::verdicts(&channels, accounts_tested, |_| true);
        found.retain(|verdict| verdict.ln_q <= libm::log(q));
        found_in_decoy = found_in_decoy.max(found.len() as u64);
        decoys.push(max_statistic::strength(&found));
    }
    let allowed = allowance(q, found_in_data);
    let check = DecoyCheck {
        decoy: "timing".to_owned(),
        made_by: "the moment of every act but an object's first redrawn inside its fixed bin of \
                  twice the context, in proportion to the volume of all posts and to how much is \
                  done with objects of that age; accounts and objects kept"
            .to_owned(),
        decoys: config.null_checks,
        found_in_data,
        found_in_decoy,
        allowed,
        q,
        passed: found_in_decoy <= allowed,
    };
    Some((check, Timing { found, decoys }))
}

/// The own-time channels of one decoy; rungs of one context share the redrawn moments.
fn decoy_channels(
    KindLayer { acts, ages, .. }: &KindLayer,
    frames: &[Frame<'_>],
    decoy: (Seed, u32),
) -> Vec<Channel> {
    let frames: Vec<Frame<'_>> =
        frames.iter().map(|&frame| Frame { own_time_only: true, ..frame }).collect();
    frames
        .chunk_by(|a, b| a.rung.context_ms == b.rung.context_ms)
        .flat_map(|frames| {
            let decoy = decoy::redraw(acts, ages, frames[0], decoy);
            let readings = observe::observe_all(&decoy, ages, frames);
            frames.iter().zip(readings).map(|(frame, (readings, _))| {
                channels::own_time(acts.kind, frame.rung, &readings, f64::NAN)
            })
        })
        .collect()
}

/// The most discoveries that a decoy may show: what the level predicts among the data's, and at
/// least two, since one decoy in twenty shows one by design and one in a few hundred two.
fn allowance(q: f64, found_in_data: u64) -> u64 {
    ((q * found_in_data as f64) as u64).max(2)
}

/// The verdict of an account.
fn verdict_of(verdicts: &[Verdict], account: u32) -> Option<&Verdict> {
    let at = verdicts.binary_search_by_key(&account, |verdict| verdict.account).ok()?;
    verdicts.get(at)
}

//! Which accounts are raised, through what, and how far the statistics carry.

use zwerm_model::{AccountFinding, Edge, Posts, Tier, TraceKind, UnixMillis};

use crate::accounts::{Verdict, reading_of};
use crate::channels::{Channel, Null};
use crate::clock::Rung;
use crate::stock::WEIGHT_ONE;
use crate::{NetworkConfig, verdict_of};

/// Accounts that are significant at level A, and the channels through which they are.
pub(crate) struct Raised<'a> {
    flags: Vec<bool>,
    channels: &'a [Channel],
    /// A channel carries an account if its own probability, times the number of channels, would
    /// have been significant alone.
    ln_p_max: f64,
}

impl<'a> Raised<'a> {
    pub(crate) fn new(
        verdicts: &[Verdict],
        channels: &'a [Channel],
        accounts: usize,
        q: f64,
    ) -> Self {
        let mut flags = vec![false; accounts];
        let mut ln_p_max = f64::NEG_INFINITY;
        for verdict in verdicts.iter().filter(|verdict| verdict.ln_q <= libm::log(q)) {
            flags[verdict.account as usize] = true;
            ln_p_max = ln_p_max.max(verdict.ln_p);
        }
        Raised { flags, channels, ln_p_max }
    }

    /// Whether an account is significant.
    pub(crate) fn is_raised(&self, account: u32) -> bool {
        self.flags[account as usize]
    }

    /// The accounts that are significant *and* carried by this kind at this rung.
    pub(crate) fn through(&self, kind: TraceKind, rung: Rung) -> Vec<bool> {
        let mut flags = vec![false; self.flags.len()];
        let of_unit = |c: &&Channel| c.kind == kind && c.rung == rung && c.null.tests();
        for channel in self.channels.iter().filter(of_unit) {
            for reading in channel.readings.iter().filter(|r| r.ln_p <= self.ln_p_max) {
                flags[reading.account as usize] |= self.is_raised(reading.account);
            }
        }
        flags
    }
}

/// Whether two accounts met on two objects or more, not all of which everybody shares.
fn recurs(edge: &Edge) -> bool {
    edge.objects >= 2 && edge.weight > WEIGHT_ONE
}

/// Partners of each account: `(account, partner, recurs)`.
fn partners(edges: &[Edge]) -> Vec<(u32, u32, bool)> {
    let mut pairs: Vec<(u32, u32, bool)> = edges
        .iter()
        .filter(|edge| edge.objects > 0)
        .flat_map(|e| [(e.a, e.b, recurs(e)), (e.b, e.a, recurs(e))])
        .collect();
    // The recurring entry of a pair first, so that the dedup below keeps it.
    pairs.sort_unstable_by_key(|&(a, b, recurs)| (a, b, !recurs));
    pairs.dedup_by_key(|&mut (a, b, _)| (a, b));
    pairs
}

/// Level A's verdict on every account with a trace.
///
/// Strict needs q ≤ `q_strict`, at least two objects, and at least two recurring partners or
/// partners that are strict themselves; the second clause is applied until nothing changes.
pub(crate) fn accounts(
    posts: &Posts,
    traced: &[bool],
    verdicts: &[Verdict],
    channels: &[Channel],
    edges: &[Edge],
    config: &NetworkConfig,
) -> Vec<AccountFinding> {
    let partners = partners(edges);
    let of = |account: u32| {
        let from = partners.partition_point(|&(a, _, _)| a < account);
        let to = partners.partition_point(|&(a, _, _)| a <= account);
        &partners[from..to]
    };
    let mut found = blank_findings(posts, traced);
    let spoken = spoken(channels);
    for finding in &mut found {
        let account = finding.account;
        if let Some(verdict) = verdict_of(verdicts, account) {
            finding.coordination_p = libm::exp(verdict.ln_p);
            finding.coordination_q = libm::exp(verdict.ln_q);
        }
        if finding.coordination_q <= config.q_discovery {
            finding.tier = Tier::Discovery;
        }
        finding.partners = of(account).iter().filter(|&&(_, _, recurs)| recurs).count() as u32;
        let from = spoken.partition_point(|&(a, _)| a < account);
        let to = spoken.partition_point(|&(a, _)| a <= account);
        finding.channels = spoken[from..to].iter().map(|(_, channel)| channel.clone()).collect();
    }
    let mut is_strict = vec![false; traced.len()];
    loop {
        let mut changed = false;
        for account in &mut found {
            if account.tier != Tier::Discovery || account.coordination_q > config.q_strict {
                continue;
            }
            let supporting = of(account.account)
                .iter()
                .filter(|&&(_, partner, recurs)| recurs || is_strict[partner as usize])
                .count();
            if supporting >= 2 && objects_met(channels, account.account) >= 2 {
                account.tier = Tier::Strict;
                is_strict[account.account as usize] = true;
                changed = true;
            }
        }
        if !changed {
            return found;
        }
    }
}

/// Every account with a trace: its posts and when; nothing found yet.
fn blank_findings(posts: &Posts, traced: &[bool]) -> Vec<AccountFinding> {
    let mut seen: Vec<(u64, UnixMillis, UnixMillis)> =
        vec![(0, UnixMillis(0), UnixMillis(0)); traced.len()];
    for (&account, &at) in posts.account.iter().zip(&posts.at) {
        let entry = &mut seen[account as usize];
        // Posts are sorted by time: the first seen is the first.
        *entry = if entry.0 == 0 { (1, at, at) } else { (entry.0 + 1, entry.1, at) };
    }
    (0..traced.len() as u32)
        .filter(|&account| traced[account as usize])
        .map(|account| {
            let (posts, first_at, last_at) = seen[account as usize];
            AccountFinding {
                account,
                posts,
                first_at,
                last_at,
                coordination_p: 1.0,
                coordination_q: 1.0,
                own_evidence: 0.0,
                coordination_evidence: 0.0,
                coordination_score: 0.0,
                automation_score: None,
                tier: Tier::None,
                network: None,
                partners: 0,
                explanations: Vec::new(),
                channels: Vec::new(),
            }
        })
        .collect()
}

/// What each channel says about each account, for the outputs: by account, then by channel.
/// Readings that say nothing (p above one half) are left out.
fn spoken(channels: &[Channel]) -> Vec<(u32, zwerm_model::Channel)> {
    let mut spoken: Vec<(u32, usize, zwerm_model::Channel)> = Vec::new();
    for (place, channel) in channels.iter().enumerate() {
        for reading in channel.readings.iter().filter(|r| r.ln_p <= -core::f64::consts::LN_2) {
            spoken.push((reading.account, place, channel.row(reading)));
        }
    }
    spoken.sort_unstable_by_key(|&(account, place, _)| (account, place));
    spoken.into_iter().map(|(account, _, row)| (account, row)).collect()
}

/// The most objects (or posts) that one channel counted for an account.
fn objects_met(channels: &[Channel], account: u32) -> u32 {
    channels
        .iter()
        .filter(|channel| channel.null.tests())
        .filter_map(|channel| {
            let reading = reading_of(channel, account)?;
            Some(if channel.null == Null::Rarity {
                reading.statistic as u32
            } else {
                reading.objects
            })
        })
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stock;

    #[test]
    fn a_partner_recurs_on_two_objects_but_not_on_two_stock_phrases() {
        let met_on = |touched: &[u64]| Edge {
            a: 0,
            b: 1,
            kind: TraceKind("near_text"),
            window_ms: 60_000,
            objects: touched.len() as u32,
            weight: touched.iter().map(|&n| u64::from(stock::weight(n, 100_000))).sum(),
            co_actions: touched.len() as u64,
            expected: 0.01,
            p: 1e-6,
            q: 1e-3,
            tier: Tier::None,
            gap_ms_min: 0,
            gap_ms_mean: 0.0,
        };
        assert!(recurs(&met_on(&[8, 8])));
        assert!(!recurs(&met_on(&[8])));
        assert!(!recurs(&met_on(&[20_000, 20_000])));
        assert!(recurs(&met_on(&[20_000, 8])));
    }
}

//! An account's own evidence: how much speaks for it, on a scale without an end.
//!
//! # What it is
//!
//! −log₁₀ `coordination_p`, plus the largest −log₁₀ p of the burst channels that are *quiet*: kinds
//! and rungs at which an ordinary account meets anyone on at most one object in fifty
//! ([`QUIET_RATE_MAX`]), and which no event makes loud for a moment ([`NO_BURST`]). With
//! [`company`](crate::company) it orders accounts; no tier is read from it, and it is no
//! probability.
//!
//! # Why
//!
//! The burst says how closely an account sits in the crowd, which the tests of level A throw away.
//! On loud kinds (reposts, common hashtags) everybody sits in crowds: there it only adds noise, and
//! enough of it to bury the rest. The bound lies in a gap that the streams looked at when it was
//! set have in common: ordinary accounts meet on fewer than 0.015 of their texts, and on more than
//! 0.03 of their URLs, reposts and hashtags at the same windows. `cargo xtask show evidence` prints
//! the average precision that the ranking reaches, company included.
//!
//! # When it misleads
//!
//! An account with one copied text in a large burst ranks above one with two quiet meetings.

use core::f64::consts::LN_10;

use zwerm_model::TraceKind;

use crate::accounts::Verdict;
use crate::channels::{Channel, Null};

/// Burst channels with a higher rate of ordinary meetings do not rank.
pub const QUIET_RATE_MAX: f64 = 0.02;

/// Kinds whose bursts do not rank however quiet they are. An event makes strangers say the same at
/// one moment, each in words of their own, though they hardly ever do otherwise: one such post, and
/// an account would stand above those with two quiet meetings.
pub const NO_BURST: &[TraceKind] = &[TraceKind("near_meaning")];

/// The own evidence of every account, by number; 0 where nothing speaks.
#[must_use]
pub fn own_evidence(accounts: usize, verdicts: &[Verdict], channels: &[Channel]) -> Vec<f64> {
    let mut burst = vec![0.0_f64; accounts];
    let ranks = |channel: &&Channel| {
        let is_quiet = channel.null == Null::Burst && channel.rate <= QUIET_RATE_MAX;
        is_quiet && !NO_BURST.contains(&channel.kind)
    };
    for channel in channels.iter().filter(ranks) {
        for reading in &channel.readings {
            let slot = &mut burst[reading.account as usize];
            *slot = slot.max(-reading.ln_p);
        }
    }
    for verdict in verdicts {
        burst[verdict.account as usize] -= verdict.ln_p;
    }
    burst.into_iter().map(|nats| (nats / LN_10).max(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::Reading;
    use crate::clock::Rung;

    /// Evidence of one account with one reading of p = 0.001 and a verdict of p = 0.1.
    fn evidence(kind: &'static str, null: Null, rate: f64) -> f64 {
        let ln = |p: f64| p.log10() * LN_10;
        let reading = Reading { account: 0, objects: 1, statistic: 1.0, ln_p: ln(0.001) };
        let rung = Rung { window_ms: 60_000, context_ms: 3_600_000 };
        let (kind, asked, readings) = (TraceKind(kind), Default::default(), vec![reading]);
        let channel = Channel { kind, null, rung, rate, asked, readings };
        let verdict = Verdict { account: 0, ln_p: ln(0.1), ln_q: 0.0 };
        own_evidence(1, &[verdict], &[channel])[0]
    }

    #[test]
    fn only_bursts_of_quiet_kinds_rank_and_none_of_meanings() {
        for (kind, null, rate, expected) in [
            ("near_text", Null::Burst, 0.01, 4.0),
            ("near_text", Null::Burst, 0.03, 1.0),
            ("near_text", Null::OwnTime, 0.01, 1.0),
            ("near_meaning", Null::Burst, 0.01, 1.0),
        ] {
            let found = evidence(kind, null, rate);
            assert!((found - expected).abs() < 1e-9, "{kind} {null:?} {rate}: {found}");
        }
    }
}

//! An account's own evidence: how much speaks for it, on a scale without an end.
//!
//! # What it is
//!
//! −log₁₀ `coordination_p`, plus the largest −log₁₀ p of the burst channels that are *quiet*: kinds
//! and rungs at which an ordinary account meets anyone on at most one object in fifty
//! ([`QUIET_RATE_MAX`]). With [`company`](crate::company) it orders accounts;
//! no tier is read from it, and it is no probability.
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

use crate::accounts::Verdict;
use crate::channels::{Channel, Null};

/// Burst channels with a higher rate of ordinary meetings do not rank.
pub const QUIET_RATE_MAX: f64 = 0.02;

/// The own evidence of every account, by number; 0 where nothing speaks.
#[must_use]
pub fn own_evidence(accounts: usize, verdicts: &[Verdict], channels: &[Channel]) -> Vec<f64> {
    let mut burst = vec![0.0_f64; accounts];
    for channel in channels.iter().filter(|c| c.null == Null::Burst && c.rate <= QUIET_RATE_MAX) {
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

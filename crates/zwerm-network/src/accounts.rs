//! Level A, the verdict: channels into one probability per account, adjusted over accounts.
//!
//! # What
//!
//! `coordination_p` is the Cauchy combination over the channels that were *asked* about the
//! account: own time, where it acted in a bin in which somebody else did; rarity, where it did two
//! things of the kind and so could have met twice. Neither depends on whether it met anybody, so
//! whom a channel is asked about is settled before its answer is known. An answer above ½ counts as
//! an even chance, which adds nothing and still costs its share: a probability near 1 in one
//! channel (an account that shares nothing there) must not hide evidence in another; for small
//! results the tail of the sum is the same. `coordination_q` is adjusted over all accounts with at
//! least one trace.
//!
//! # Source
//!
//! Liu and Xie (2020), <https://doi.org/10.1080/01621459.2018.1554485>; for the
//! truncation, Gui et al. (2025), <https://arxiv.org/abs/2508.05818>.

use crate::channels::{Channel, Reading};
use zwerm_stats::combine::ln_cauchy;
use zwerm_stats::fdr::ln_q_values;

/// ln ½: a probability above this adds nothing.
const LN_EVEN: f64 = -core::f64::consts::LN_2;

/// One account's probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The account.
    pub account: u32,
    /// ln of `coordination_p`.
    pub ln_p: f64,
    /// ln of `coordination_q`.
    pub ln_q: f64,
}

/// Combines the channels that `used` names; one verdict per account that some channel speaks about,
/// by account. `accounts_tested` is the number of accounts with a trace: those without a verdict
/// have 1.
#[must_use]
pub fn verdicts(
    channels: &[Channel],
    accounts_tested: u64,
    used: impl Fn(&Channel) -> bool,
) -> Vec<Verdict> {
    let asked = asked(channels, &used);
    let mut spoken: Vec<(u32, f64)> = channels
        .iter()
        .filter(|channel| used(channel))
        .flat_map(|channel| &channel.readings)
        .filter(|reading| reading.ln_p < LN_EVEN)
        .map(|reading| (reading.account, reading.ln_p))
        .collect();
    spoken.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut verdicts: Vec<Verdict> = spoken
        .chunk_by(|a, b| a.0 == b.0)
        .map(|of_account| {
            let mut terms: Vec<(f64, f64)> = of_account.iter().map(|&(_, p)| (p, 1.0)).collect();
            let account = of_account[0].0;
            terms.push((LN_EVEN, f64::from(asked[account as usize]) - terms.len() as f64));
            Verdict { account, ln_p: ln_cauchy(&terms), ln_q: 0.0 }
        })
        .collect();
    let ln_p: Vec<f64> = verdicts.iter().map(|verdict| verdict.ln_p).collect();
    for (verdict, ln_q) in verdicts.iter_mut().zip(ln_q_values(&ln_p, accounts_tested)) {
        verdict.ln_q = ln_q;
    }
    verdicts
}

/// How many of the channels that `used` names were asked about each account, by number.
fn asked(channels: &[Channel], used: impl Fn(&Channel) -> bool) -> Vec<u32> {
    let used = || channels.iter().filter(|channel| used(channel));
    let accounts = used().map(Channel::accounts).max().unwrap_or(0);
    let mut asked = vec![0; accounts];
    for channel in used() {
        if !channel.asked.is_empty() {
            for (count, &is_asked) in asked.iter_mut().zip(channel.asked.iter()) {
                *count += u32::from(is_asked);
            }
        } else {
            channel.readings.iter().for_each(|reading| asked[reading.account as usize] += 1);
        }
    }
    asked
}

/// The reading of a channel for an account.
#[must_use]
pub fn reading_of(channel: &Channel, account: u32) -> Option<&Reading> {
    let at = channel.readings.binary_search_by_key(&account, |reading| reading.account).ok()?;
    channel.readings.get(at)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use zwerm_model::TraceKind;

    use super::*;
    use crate::channels::Null;
    use crate::clock::Rung;

    /// A channel that was asked about these accounts.
    fn channel(readings: &[(u32, f64)]) -> Channel {
        let reading = |&(account, p): &(u32, f64)| Reading {
            account,
            objects: 3,
            statistic: 0.0,
            ln_p: libm::log(p),
        };
        Channel {
            kind: TraceKind("url"),
            null: Null::OwnTime,
            rung: Rung { window_ms: 1, context_ms: 1 },
            rate: 0.5,
            asked: Arc::default(),
            readings: readings.iter().map(reading).collect(),
        }
    }

    #[test]
    fn every_channel_that_was_asked_costs_its_share_and_no_other() {
        let channels = [channel(&[(7, 1e-8)]), channel(&[]), channel(&[(7, 0.999), (9, 0.2)])];
        let verdicts = verdicts(&channels, 100, |_| true);
        assert_eq!(verdicts.len(), 2);
        assert!((libm::exp(verdicts[0].ln_p) / 2e-8 - 1.0).abs() < 1e-3);
        assert!((libm::exp(verdicts[0].ln_q) / 2e-6 - 1.0).abs() < 1e-3);
        assert!((libm::exp(verdicts[1].ln_p) / 0.2 - 1.0).abs() < 1e-3);
        assert!(verdicts[0].ln_q < libm::log(0.05) && verdicts[1].ln_q > libm::log(0.05));
        assert_eq!(reading_of(&channels[2], 9).map(|r| r.account), Some(9));
        assert_eq!(reading_of(&channels[2], 8), None);
    }

    #[test]
    fn rarity_is_asked_about_whoever_could_have_met_twice() {
        let asked: Arc<[bool]> = [false, true, true].into();
        let rarity = Channel { null: Null::Rarity, asked, ..channel(&[(1, 1e-6)]) };
        let verdicts = verdicts(&[rarity, channel(&[(0, 1e-4), (1, 0.9)])], 10, |_| true);
        let p: Vec<f64> = verdicts.iter().map(|verdict| libm::exp(verdict.ln_p)).collect();
        assert!((p[0] / 1e-4 - 1.0).abs() < 1e-3 && (p[1] / 2e-6 - 1.0).abs() < 1e-3, "{p:?}");
    }
}

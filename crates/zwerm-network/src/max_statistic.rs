//! Level C, error rate: how often does chance in time alone make any network as strong?
//!
//! # What it measures
//!
//! A network's strength is Σ −ln p over those of its members whom the own-time tests alone call
//! significant, of whom there must be at least [`ACCOUNTS_MIN`]. Each timing decoy
//! ([`decoys::timing`](crate::decoys::timing)) goes through the same tests; its strength is the sum
//! over all accounts found in it, together: no network that could be formed among them is stronger.
//! With R decoys p =
//! (1 + those at least as strong) / (R + 1), which bounds the probability that chance in time makes
//! *any* network of a run this strong (the family-wise error), not that of one network looked at by
//! itself.
//!
//! # Assumptions
//!
//! Those of [`nulls::own_time`](crate::nulls::own_time), whose decoy it is: the data are as likely
//! as any decoy. Nothing is assumed of how members depend on each other.
//!
//! # When it misleads
//!
//! It speaks about time only. A network that rests on rarity (whose members meet where hardly
//! anybody does, at moments that are no wonder) has no p here, which is no verdict on it. With few
//! decoys p is coarse: it is never below 1 / (R + 1), and with fewer than [`DECOYS_MIN`] there is
//! none.
//!
//! # Cost
//!
//! That of the decoys; `O(members)` per network.
//!
//! # Source
//!
//! The maximum statistic of resamples, as in Nichols and Holmes (2002),
//! <https://doi.org/10.1002/hbm.1058>. Taking a decoy's findings together is ours.

use zwerm_stats::to_fixed;

use crate::accounts::Verdict;
use crate::communities::ACCOUNTS_MIN;

/// With fewer decoys the smallest p there is would be above 0.05.
pub const DECOYS_MIN: usize = 19;

/// What the own-time tests alone say, of the data and of each decoy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timing {
    /// The accounts that they call significant in the data, by account.
    pub(crate) found: Vec<Verdict>,
    /// The strength of each decoy, in fixed point.
    pub(crate) decoys: Vec<i64>,
}

impl Timing {
    /// The p of a network, whose members are sorted; `None` if there are too few decoys, or if it
    /// does not rest on time.
    pub(crate) fn p(&self, members: &[u32]) -> Option<f64> {
        let is_member = |verdict: &&Verdict| members.binary_search(&verdict.account).is_ok();
        let own: Vec<&Verdict> = self.found.iter().filter(is_member).collect();
        if self.decoys.len() < DECOYS_MIN || own.len() < ACCOUNTS_MIN {
            return None;
        }
        let strength = strength(own);
        let as_strong = self.decoys.iter().filter(|&&decoy| decoy >= strength).count();
        Some((1 + as_strong) as f64 / (1 + self.decoys.len()) as f64)
    }
}

/// Σ −ln p, in fixed point, so that no order can show.
pub(crate) fn strength<'a>(verdicts: impl IntoIterator<Item = &'a Verdict>) -> i64 {
    verdicts.into_iter().map(|verdict| to_fixed(-verdict.ln_p)).fold(0, i64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(account: u32, ln_p: f64) -> Verdict {
        Verdict { account, ln_p, ln_q: ln_p }
    }

    #[test]
    fn p_counts_the_decoys_that_are_as_strong() {
        let found = vec![verdict(1, -10.0), verdict(2, -11.0), verdict(5, -12.0)];
        let mut decoys = vec![0; 17];
        decoys.extend([to_fixed(32.9), to_fixed(33.0)]);
        let timing = Timing { found, decoys };
        // Its strength is 33: one of nineteen decoys reaches it.
        assert_eq!(timing.p(&[1, 2, 4, 5]), Some(2.0 / 20.0));
        assert_eq!(timing.p(&[1, 2, 4]), None);
        let few = Timing { decoys: timing.decoys[..18].to_vec(), ..timing };
        assert_eq!(few.p(&[1, 2, 5]), None);
    }
}

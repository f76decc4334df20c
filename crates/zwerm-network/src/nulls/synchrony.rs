//! Synchrony null: given what two accounts share, are they too close in time?
//!
//! # What it measures
//!
//! On each shared object they come within the window with a probability π that depends on the kind
//! of object only: the share of account pairs that do, pooled over objects of the same popularity
//! (power of two of accounts) and speed (quarter by lifetime among those). The number of shared
//! objects on which they do is Poisson(Σ π), a little heavier in the tail than the exact
//! Poisson-binomial.
//!
//! # Assumptions
//!
//! Given the object, independent accounts come at independent moments. Taste, popularity and
//! activity do not matter: what is shared is given.
//!
//! # When it misleads
//!
//! π from the object's own curve would be blind, since a group of eight *is* the curve of its
//! object; pooled over a class, a group is a minority. Where most objects of a class are pushed,
//! the class learns from the pushers and the test loses power (never validity). Accounts that act
//! on everything fast look synchronous with each other.
//!
//! # Cost
//!
//! `O(n log n)` per object for the classes, `O(1)` per shared object.
//!
//! # Source
//!
//! The time-window question is that of Giglietto et al. (2020),
//! <https://doi.org/10.1080/1369118X.2020.1739732>; the test given the shared set, and the pooling,
//! are ours.

use ndarray::Array2;
use zwerm_stats::tails::ln_poisson_tail;
use zwerm_stats::to_fixed;

use crate::acts::Act;

/// Speed classes per popularity class.
const SPEEDS: usize = 4;
/// Popularity classes: up to 2³² accounts.
const POPULARITIES: usize = 33;

/// What is known of one object before the classes are made.
#[derive(Clone, Copy, Debug, Default)]
pub struct ObjectFacts {
    accounts: u32,
    lifetime_ticks: i64,
    /// Σ over accounts of the most others that one of its acts met.
    met: u64,
}

impl ObjectFacts {
    /// Measures one object; `met` is how many others each act met within the window.
    #[must_use]
    pub fn of(acts: &[Act], met: &[u32]) -> Self {
        let mut facts = ObjectFacts::default();
        let (mut first, mut last) = (i64::MAX, i64::MIN);
        let mut start = 0;
        for own in acts.chunk_by(|a, b| a.account == b.account) {
            let of_own = &met[start..start + own.len()];
            start += own.len();
            (first, last) = (first.min(own[0].tick), last.max(own[own.len() - 1].tick));
            facts.accounts += 1;
            facts.met += u64::from(of_own.iter().copied().max().unwrap_or(0));
        }
        facts.lifetime_ticks = last - first;
        facts
    }
}

/// π of every object, in fixed point (units of 2⁻³²).
#[must_use]
pub fn class_rates(facts: &[ObjectFacts]) -> Vec<i64> {
    let bounds = speed_bounds(facts);
    let mut met = Array2::<u64>::zeros((POPULARITIES, SPEEDS));
    let mut pairs = Array2::<u64>::zeros((POPULARITIES, SPEEDS));
    for object in facts {
        let class = class_of(object, &bounds);
        met[class] += object.met;
        pairs[class] += u64::from(object.accounts) * u64::from(object.accounts - 1);
    }
    facts
        .iter()
        .map(|object| {
            let class = class_of(object, &bounds);
            // Half a meeting more than seen, of one pair more: no class is certain either way.
            to_fixed((met[class] as f64 + 0.5) / (pairs[class] as f64 + 1.0))
        })
        .collect()
}

/// ln P(at least `met` objects in time), given Σ π over the shared objects.
#[must_use]
pub fn ln_p(met: u32, expected: f64) -> f64 {
    ln_poisson_tail(u64::from(met), expected)
}

fn popularity(accounts: u32) -> usize {
    (32 - accounts.leading_zeros()) as usize
}

/// The lifetimes that part each popularity class into quarters.
fn speed_bounds(facts: &[ObjectFacts]) -> Vec<[i64; SPEEDS - 1]> {
    let mut lifetimes: Vec<Vec<i64>> = vec![Vec::new(); POPULARITIES];
    for object in facts {
        lifetimes[popularity(object.accounts)].push(object.lifetime_ticks);
    }
    lifetimes
        .into_iter()
        .map(|mut of_class| {
            of_class.sort_unstable();
            core::array::from_fn(|quarter| {
                let place = of_class.len() * (quarter + 1) / SPEEDS;
                of_class.get(place).copied().unwrap_or(i64::MAX)
            })
        })
        .collect()
}

fn class_of(object: &ObjectFacts, bounds: &[[i64; SPEEDS - 1]]) -> (usize, usize) {
    let popularity = popularity(object.accounts);
    let speed = bounds[popularity].iter().filter(|&&bound| object.lifetime_ticks >= bound).count();
    (popularity, speed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use zwerm_stats::from_fixed;

    /// One object given as (account, tick, others met).
    fn facts(acts: &[(u32, i64, u32)]) -> ObjectFacts {
        let met: Vec<u32> = acts.iter().map(|act| act.2).collect();
        let acts: Vec<Act> =
            acts.iter().map(|&(account, tick, _)| Act { account, tick, slot: 0 }).collect();
        ObjectFacts::of(&acts, &met)
    }

    #[test]
    fn rates_are_pooled_over_a_class() {
        // Four objects of two accounts with one lifetime: in one of them both met the other.
        let near = facts(&[(0, 0, 1), (0, 20, 0), (1, 5, 1)]);
        let far = facts(&[(0, 0, 0), (1, 20, 0)]);
        let rates = class_rates(&[near, far, far, far]);
        assert!(rates.windows(2).all(|pair| pair[0] == pair[1]), "{rates:?}");
        let expected = (2.0 + 0.5) / (8.0 + 1.0);
        assert!((from_fixed(rates[0]) - expected).abs() < 1e-9, "{}", from_fixed(rates[0]));
    }

    #[test]
    fn an_object_that_lived_longer_has_its_own_class() {
        let quick = facts(&[(0, 0, 1), (1, 1, 1)]);
        let slow = facts(&[(0, 0, 0), (1, 9_000, 0)]);
        let rates = class_rates(&[quick, quick, slow, slow]);
        assert!(rates[0] > rates[2], "{rates:?}");
    }
}

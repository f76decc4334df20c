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
use rayon::prelude::*;
use zwerm_model::{Resolution, TraceTable};

use crate::crowd::{self, Act, Scratch, Step};
use zwerm_stats::tails::ln_poisson_tail;
use zwerm_stats::to_fixed;

/// Speed classes per popularity class.
const SPEEDS: usize = 4;
/// Popularity classes: up to 2³² accounts.
const POPULARITIES: usize = 33;

/// What is known of one object before the classes are made.
#[derive(Clone, Copy, Debug, Default)]
struct ObjectFacts {
    accounts: u32,
    lifetime_ticks: i64,
    /// Σ over accounts of the most others that one of its acts met.
    met: u64,
}

/// π of every object of a table, in fixed point (units of 2⁻³²).
///
/// 0 for objects with fewer than two accounts.
#[must_use]
pub fn class_rates(table: &TraceTable, resolution: Resolution, window_ticks: i64) -> Vec<i64> {
    let facts: Vec<ObjectFacts> = (0..table.object_count())
        .into_par_iter()
        .map_init(
            || (Scratch::default(), Vec::new(), Vec::new()),
            |(scratch, acts, steps), object| {
                facts_of(table, object, resolution, window_ticks, (scratch, acts, steps))
            },
        )
        .collect();
    let bounds = speed_bounds(&facts);
    let mut met = Array2::<u64>::zeros((POPULARITIES, SPEEDS));
    let mut pairs = Array2::<u64>::zeros((POPULARITIES, SPEEDS));
    for object in facts.iter().filter(|object| object.accounts >= 2) {
        let class = class_of(object, &bounds);
        met[class] += object.met;
        pairs[class] += u64::from(object.accounts) * u64::from(object.accounts - 1);
    }
    facts
        .iter()
        .map(|object| {
            if object.accounts < 2 {
                return 0;
            }
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

fn facts_of(
    table: &TraceTable,
    object: usize,
    resolution: Resolution,
    window_ticks: i64,
    (scratch, acts, steps): (&mut Scratch, &mut Vec<Act>, &mut Vec<Step>),
) -> ObjectFacts {
    let range = table.range(object);
    let first = table.account[range.start];
    if table.account[range.clone()].iter().all(|&account| account == first) {
        return ObjectFacts { accounts: 1, ..ObjectFacts::default() };
    }
    acts.clear();
    acts.extend(range.map(|trace| Act {
        account: table.account[trace],
        tick: table.at[trace].div_euclid(resolution.0),
    }));
    acts.sort_unstable();
    crowd::crowd(acts, window_ticks, scratch, steps);
    let ticks = || acts.iter().map(|act| act.tick);
    let mut facts = ObjectFacts {
        lifetime_ticks: ticks().max().unwrap_or(0) - ticks().min().unwrap_or(0),
        ..ObjectFacts::default()
    };
    for own in acts.chunk_by(|a, b| a.account == b.account) {
        let met = own.iter().map(|act| steps[crowd::step_at(steps, act.tick)].accounts - 1).max();
        facts.accounts += 1;
        facts.met += u64::from(met.unwrap_or(0));
    }
    facts
}

fn popularity(accounts: u32) -> usize {
    (32 - accounts.leading_zeros()) as usize
}

/// The lifetimes that part each popularity class into quarters.
fn speed_bounds(facts: &[ObjectFacts]) -> Vec<[i64; SPEEDS - 1]> {
    let mut lifetimes: Vec<Vec<i64>> = vec![Vec::new(); POPULARITIES];
    for object in facts.iter().filter(|object| object.accounts >= 2) {
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
    use zwerm_model::{Strings, TraceKind};

    use super::*;
    use zwerm_stats::from_fixed;

    /// Objects given as lists of (account, second).
    fn table(objects: &[&[(u32, i64)]]) -> TraceTable {
        let mut table = TraceTable {
            kind: TraceKind("url"),
            objects: Strings::new(),
            starts: vec![0],
            account: Vec::new(),
            at: Vec::new(),
            post: Vec::new(),
        };
        for (number, acts) in objects.iter().enumerate() {
            table.objects.push(&format!("{number:03}"));
            for &(account, second) in *acts {
                table.account.push(account);
                table.at.push(second * 1_000);
                table.post.push(table.post.len() as u32);
            }
            table.starts.push(table.account.len() as u32);
        }
        table
    }

    #[test]
    fn rates_are_pooled_over_a_class() {
        // Four objects of two accounts with one lifetime: one in four meets within 10 s... of 20 s.
        let near: &[(u32, i64)] = &[(0, 0), (1, 5), (0, 20)];
        let far: &[(u32, i64)] = &[(0, 0), (1, 20)];
        let rates = class_rates(&table(&[near, far, far, far]), Resolution(1_000), 10);
        assert!(rates.windows(2).all(|pair| pair[0] == pair[1]), "{rates:?}");
        let expected = (2.0 + 0.5) / (8.0 + 1.0);
        assert!((from_fixed(rates[0]) - expected).abs() < 1e-9, "{}", from_fixed(rates[0]));
    }

    #[test]
    fn an_object_of_one_account_meets_nobody() {
        assert_eq!(class_rates(&table(&[&[(3, 1), (3, 2)]]), Resolution(1_000), 10), [0]);
    }
}

//! The decoy of sharing and synchrony: the same acts by other accounts.
//!
//! # What
//!
//! Who touched what is redrawn: every account keeps its number of objects, every object its number
//! of accounts and the moments at which it was touched, and nothing else stays. That is what the
//! sharing null says happens without coordination ([`nulls::sharing`](crate::nulls::sharing)), and
//! what the synchrony null says, since accounts that are strangers to an object cannot have agreed
//! when to come ([`nulls::synchrony`](crate::nulls::synchrony)). The rates that synchrony learnt
//! belong to the objects and stay as well.
//!
//! All accounts are shuffled over all runs (an account's acts on one object); an account that then
//! stands twice on one object changes places with a random run until it does not.
//!
//! # Requirements
//!
//! One thread shuffles a kind; the seed is that of the run and the kind. An account that finds no
//! other place in [`TRIES`] (one that is on nearly every object) keeps both runs as one.
//!
//! # Memory, cost
//!
//! That of a [`Layer`]; `O(n)` for `n` runs, and a set of them if some account stands twice. The
//! pairs are then counted as those of the data.
//!
//! # Source
//!
//! Random graphs with given degrees: Newman, Strogatz and Watts (2001),
//! <https://doi.org/10.1103/PhysRevE.64.026118>, for those between two kinds of nodes. Trades
//! between two accounts at a time (Strona et al. 2014, <https://doi.org/10.1038/ncomms5114>) lead to
//! the same degrees, but need a hundred rounds to forget where they began.

use zwerm_model::hash::{Set, hash128};
use zwerm_model::{NONE, Seed, TraceKind};

use crate::decoys::Decoy;
use crate::layer::Layer;

/// See the [module documentation](self).
pub(super) const DECOY: Decoy = Decoy {
    name: "accounts",
    made_by: "who touched what redrawn: every account keeps how many objects it touched, every \
              object by how many accounts and when, on objects under the cap",
};

/// The stage number of this decoy in [`Seed::for_unit`].
const STAGE: u64 = 0xdec2;

/// How often an account that stands twice on an object tries another place.
const TRIES: u32 = 200;

/// The layer with its accounts exchanged.
pub(crate) fn redraw(layer: &Layer, kind: TraceKind, (seed, decoy): (Seed, u32)) -> Layer {
    let of_kind = hash128(kind.0.as_bytes()) as u64;
    let seed = seed.for_unit(STAGE, u64::from(decoy)).for_unit(0, of_kind);
    layer.relabelled(|starts, accounts| exchange(starts, accounts, seed))
}

/// Shuffles the accounts of runs; `starts` says where each object's runs start.
fn exchange(starts: &[u32], accounts: &mut [u32], mut random: Seed) {
    for place in (1..accounts.len()).rev() {
        accounts.swap(place, random.below(place as u64 + 1) as usize);
    }
    let mut twice = standing_twice(starts, accounts);
    let places: Vec<usize> = (0..accounts.len()).filter(|&place| twice[place]).collect();
    if places.is_empty() {
        return;
    }
    let objects = objects(starts);
    // Where an account stood before stays taken: nothing is lost, and no table is rebuilt.
    let mut taken: Set<(u32, u32)> = Set::default();
    taken.reserve(accounts.len() + 2 * places.len());
    taken.extend(objects.iter().copied().zip(accounts.iter().copied()));
    for place in places {
        for _ in 0..TRIES {
            let other = random.below(accounts.len() as u64) as usize;
            let here = (objects[place], accounts[other]);
            let there = (objects[other], accounts[place]);
            if twice[other] || taken.contains(&here) || taken.contains(&there) {
                continue;
            }
            taken.extend([here, there]);
            accounts.swap(place, other);
            twice[place] = false;
            break;
        }
    }
}

/// The object of each run.
fn objects(starts: &[u32]) -> Vec<u32> {
    let of_object = |(object, bounds): (u32, &[u32])| {
        std::iter::repeat_n(object, (bounds[1] - bounds[0]) as usize)
    };
    (0..).zip(starts.windows(2)).flat_map(of_object).collect()
}

/// Whether the account of each run has one before it on the same object.
fn standing_twice(starts: &[u32], accounts: &[u32]) -> Vec<bool> {
    let mut last_on = vec![NONE; accounts.iter().max().map_or(0, |&last| last as usize + 1)];
    let mut twice = Vec::with_capacity(accounts.len());
    for (object, bounds) in (0..).zip(starts.windows(2)) {
        for &account in &accounts[bounds[0] as usize..bounds[1] as usize] {
            let last = std::mem::replace(&mut last_on[account as usize], object);
            twice.push(last == object);
        }
    }
    twice
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Runs (object, account) from random pairs: where objects start, and the accounts.
    fn runs(mut pairs: Vec<(u32, u32)>) -> (Vec<u32>, Vec<u32>) {
        pairs.sort_unstable();
        pairs.dedup();
        let objects = pairs.last().map_or(0, |pair| pair.0 + 1);
        let starts = (0..=objects).map(|o| pairs.partition_point(|pair| pair.0 < o) as u32);
        (starts.collect(), pairs.iter().map(|pair| pair.1).collect())
    }

    proptest! {
        #[test]
        fn every_account_keeps_its_number_of_runs(
            pairs in prop::collection::vec((0_u32..40, 0_u32..60), 0..200),
            seed in 0_u64..1_000,
        ) {
            let (starts, before) = runs(pairs);
            let mut after = before.clone();
            exchange(&starts, &mut after, Seed(seed));
            let sorted = |mut accounts: Vec<u32>| { accounts.sort_unstable(); accounts };
            prop_assert_eq!(sorted(before), sorted(after));
        }
    }

    #[test]
    fn nobody_stands_twice_on_an_object_and_all_stand_elsewhere() {
        // 300 accounts on 3 to 20 of 200 objects; account 0 on half of them.
        let mut pairs: Vec<(u32, u32)> = (0..100).map(|object| (2 * object, 0)).collect();
        for account in 1..300 {
            pairs
                .extend((0..3 + account % 18).map(|n| ((account * 7 + n * n * 13) % 200, account)));
        }
        let (starts, before) = runs(pairs);
        let mut after = before.clone();
        exchange(&starts, &mut after, Seed(1));
        assert!(standing_twice(&starts, &after).iter().all(|&twice| !twice));
        let stayed = before.iter().zip(&after).filter(|(a, b)| a == b).count();
        assert!(20 * stayed < before.len(), "{stayed} of {} stayed", before.len());
        let mut other = before.clone();
        exchange(&starts, &mut other, Seed(2));
        assert_ne!(after, other);
    }
}

//! The decoy of rarity: the same accounts with as many objects, on which other ones met somebody.
//!
//! # What
//!
//! How often each account met others is redrawn from the beta-binomials that were fitted to the
//! bulk of the accounts: exactly what the rarity null says happens without coordination. How many
//! objects each account touched stays. Then the bulk is trimmed and fitted anew, as it was in the
//! data, so that what the trimming takes from the tails shows as well.
//!
//! # Requirements
//!
//! An account's draws depend on the seed, the kind and the account, not on the rung: who met at one
//! rung is likely to have met at the next, as in data.
//!
//! # When it misleads
//!
//! It cannot show that the bulk is no beta-binomial.
//!
//! # Cost
//!
//! `O(objects)` per account and rung: one random number each.
//!
//! # Source
//!
//! The parametric bootstrap of Efron (1979), <https://doi.org/10.1214/aos/1176344552>; the
//! beta-binomial as an urn to which each draw adds one of its colour is Eggenberger and Pólya's.

use zwerm_model::hash::hash128;
use zwerm_model::{Seed, TraceKind};

use crate::channels::Activity;
use crate::clock::Rung;
use crate::decoys::Decoy;
use crate::nulls::rarity::{Count, Fit};

/// See the [module documentation](self).
pub(super) const DECOY: Decoy = Decoy {
    name: "meetings",
    made_by: "how often each account met others redrawn from the beta-binomial fitted to the bulk \
              of the accounts; how many objects each account touched kept",
};

/// The stage number of this decoy in [`Seed::for_unit`].
const STAGE: u64 = 0xdec1;

/// For each rung and its fit, how often each account met others, by account number.
#[must_use]
pub fn redraw(
    kind: TraceKind,
    activity: &Activity,
    fits: &[(Rung, Fit)],
    (seed, decoy): (Seed, u32),
) -> Vec<Vec<Count>> {
    let of_kind = hash128(kind.0.as_bytes()) as u64;
    let seed = seed.for_unit(STAGE, u64::from(decoy)).for_unit(0, of_kind);
    let of_rung = |&(_, fit): &(Rung, Fit)| {
        let draw = |(account, count): (u64, Count)| Count {
            hits: hits(count.objects, fit, seed.for_unit(1, account)),
            ..count
        };
        (0..).zip(activity.objects()).map(draw).collect()
    };
    fits.iter().map(of_rung).collect()
}

/// Hits among some objects of one account: each hit makes the next one likelier.
fn hits(objects: u32, Fit { rate, correlation }: Fit, mut random: Seed) -> u32 {
    let mut hits = 0;
    for drawn in 0..objects {
        let for_a_hit = rate * (1.0 - correlation) + correlation * f64::from(hits);
        let all = 1.0 - correlation + correlation * f64::from(drawn);
        hits += u32::from(random.unit_f64() * all < for_a_hit);
    }
    hits
}

//! The timing decoy: the same posts at other moments, so that only chance can make them meet.
//!
//! # What
//!
//! The moment of every act but an object's first is redrawn inside its fixed bin of twice the
//! context, by the odds of the own-time null ([`ages`](crate::ages)): exactly what that null says
//! happens without coordination. Accounts, objects and the number of acts per bin stay. The tests
//! that are then run are the tests that ran on the data.
//!
//! # Requirements
//!
//! Acts of one post on several objects move by one random number; it depends on the seed, the
//! context and the post's place among all posts, never on which thread draws it.
//!
//! # Source
//!
//! The target-decoy idea is from proteomics: Elias and Gygi (2007),
//! <https://doi.org/10.1038/nmeth1019>.

use zwerm_model::Seed;

use crate::acts::SharedActs;
use crate::ages::{Ages, Odds};
use crate::observe::Frame;

/// The stage number of decoys in [`Seed::for_unit`].
const STAGE: u64 = 0xdec0;

/// The acts with every post's moment redrawn: one draw serves all rungs of a context.
#[must_use]
pub fn redraw(
    acts: &SharedActs,
    ages: &Ages,
    frame: Frame<'_>,
    (seed, decoy): (Seed, u32),
) -> SharedActs {
    let bin_ticks = frame.rung.bin_ticks(frame.resolution);
    let context_ms = frame.rung.context_ms.unsigned_abs();
    let seed = seed.for_unit(STAGE, u64::from(decoy)).for_unit(0, context_ms);
    acts.moved(|moving| {
        // One act stays where the object began.
        let Some(first) = moving.iter().map(|act| (act.tick, act.slot)).min() else { return };
        let (mut odds, mut filled) = (Odds::default(), None);
        for act in moving.iter_mut().filter(|act| (act.tick, act.slot) != first) {
            let bin = act.tick.div_euclid(bin_ticks) * bin_ticks;
            if filled.replace(bin) != Some(bin) {
                odds.fill(bin..bin + bin_ticks, first.0, ages, frame.volume);
            }
            let (_, post) = acts.slots[act.slot as usize];
            let mut unit = seed.for_unit(1, u64::from(post));
            act.tick = odds.tick_at(unit.below(odds.total()));
        }
    })
}

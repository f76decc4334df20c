//! The decoy of own time: the same posts at other moments, so that only chance can make them meet.
//!
//! # What
//!
//! The moment of every act but an object's first is redrawn inside its fixed bin of twice the
//! context, by the odds of the own-time null ([`ages`](crate::ages)): exactly what that null says
//! happens without coordination. Accounts, objects and the number of acts per bin stay.
//!
//! # Requirements
//!
//! Acts of one post on several objects move by one random number; it depends on the seed, the
//! context and the post's place among all posts, never on which thread draws it.
//!
//! # Cost
//!
//! That of the own-time channels of the data: it is the dearest of the decoys.

use zwerm_model::Seed;

use crate::acts::SharedActs;
use crate::ages::{Ages, Odds};
use crate::decoys::Decoy;
use crate::observe::Frame;

/// See the [module documentation](self).
pub(super) const DECOY: Decoy = Decoy {
    name: "timing",
    made_by: "the moment of every act but an object's first redrawn inside its fixed bin of twice \
              the context, in proportion to the volume of all posts and to how much is done with \
              objects of that age; accounts and objects kept",
};

/// The stage number of this decoy in [`Seed::for_unit`].
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

//! The timing decoy: the same posts at other moments, so that only chance can make them meet.
//!
//! # What
//!
//! Every post's moment is redrawn inside its fixed bin of twice the context, in proportion to the
//! volume of all posts: exactly what the own-time null says happens without coordination. Accounts,
//! objects and the number of posts per bin stay. The tests that are then run are the tests that ran
//! on the data.
//!
//! # Requirements
//!
//! All traces of one post move together; the draw depends on the seed, the context and the post's
//! place among all posts, never on which thread draws it.
//!
//! # Source
//!
//! The target-decoy idea is from proteomics: Elias and Gygi (2007),
//! <https://doi.org/10.1038/nmeth1019>.

use zwerm_model::Seed;

use crate::acts::SharedActs;
use crate::observe::Frame;

/// The stage number of decoys in [`Seed::for_unit`].
const STAGE: u64 = 0xdec0;

/// The acts with every post's moment redrawn: one draw serves all rungs of a context.
#[must_use]
pub fn redraw(acts: &SharedActs, frame: Frame<'_>, seed: Seed, decoy: u32) -> SharedActs {
    let bin_ticks = frame.rung.bin_ticks(frame.resolution);
    let context_ms = frame.rung.context_ms.unsigned_abs();
    let seed = seed.for_unit(STAGE, u64::from(decoy)).for_unit(0, context_ms);
    acts.moved(|act| {
        let bin = act.tick.div_euclid(bin_ticks) * bin_ticks;
        let from = frame.volume.before(bin);
        let measure = frame.volume.between(bin, bin + bin_ticks);
        let (_, post) = acts.slots[act.slot as usize];
        let mut unit = seed.for_unit(1, u64::from(post));
        frame.volume.tick_at(from + unit.below(measure.max(1)))
    })
}

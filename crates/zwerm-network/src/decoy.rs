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
//! All traces of one post move together; the draw depends on the seed, the rung and the post's
//! place among all posts, never on which thread draws it.
//!
//! # Source
//!
//! The target-decoy idea is from proteomics: Elias and Gygi (2007),
//! <https://doi.org/10.1038/nmeth1019>.

use rayon::prelude::*;
use zwerm_model::{Seed, TraceTable};

use crate::observe::Frame;

/// The stage number of decoys in [`Seed::for_unit`].
const STAGE: u64 = 0xdec0;

/// The table with every post's moment redrawn.
#[must_use]
pub fn redraw(table: &TraceTable, frame: Frame<'_>, seed: Seed, decoy: u32) -> TraceTable {
    let resolution = frame.resolution.0;
    let bin_ticks = frame.rung.bin_ticks(frame.resolution);
    let stage_seed = seed
        .for_unit(STAGE, u64::from(decoy))
        .for_unit(frame.rung.window_ms.unsigned_abs(), frame.rung.context_ms.unsigned_abs());
    let moved: Vec<i64> = (0..table.len())
        .into_par_iter()
        .map(|trace| {
            let bin = table.at[trace].div_euclid(resolution).div_euclid(bin_ticks) * bin_ticks;
            let from = frame.volume.before(bin);
            let measure = frame.volume.between(bin, bin + bin_ticks);
            let mut unit = stage_seed.for_unit(1, u64::from(table.post[trace]));
            frame.volume.tick_at(from + unit.below(measure.max(1))) * resolution
        })
        .collect();
    let mut decoy = table.clone();
    for object in 0..table.object_count() {
        let mut acts: Vec<(i64, u32, u32)> = table
            .range(object)
            .map(|trace| (moved[trace], table.post[trace], table.account[trace]))
            .collect();
        acts.sort_unstable();
        for (place, (at, post, account)) in table.range(object).zip(acts) {
            (decoy.at[place], decoy.post[place], decoy.account[place]) = (at, post, account);
        }
    }
    decoy
}

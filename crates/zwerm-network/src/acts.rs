//! The acts on objects that several accounts touched: what every test walks over.
//!
//! # What
//!
//! A trace table without the objects of a single account, in ticks, with the acts on each object
//! sorted by (account, tick): the runs of one account lie together. Sorted once per table, for all
//! rungs, nulls and pair counts.
//!
//! # Memory, cost
//!
//! 24 bytes an act; `O(n log n)`.

use std::ops::Range;

use rayon::prelude::*;
use zwerm_model::{Resolution, TraceKind, TraceTable};

/// One account's act on an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Act {
    /// The account.
    pub account: u32,
    /// The tick.
    pub tick: i64,
    /// The act's place among all acts of the table by (account, post): acts may be put into another
    /// order, and are still found by account and post.
    pub slot: u32,
}

/// The acts of one table on objects that at least two accounts touched.
#[derive(Clone, Debug)]
pub struct SharedActs {
    /// The behaviour.
    pub kind: TraceKind,
    /// The length of a tick.
    pub resolution: Resolution,
    /// Where each object's acts start; one more entry than objects.
    pub starts: Vec<u32>,
    /// The acts, by (object, account, tick, post).
    pub acts: Vec<Act>,
    /// The account and the post of each slot, sorted.
    pub slots: Vec<(u32, u32)>,
}

impl SharedActs {
    /// The shared part of a table. Objects are numbered anew, in the table's order.
    #[must_use]
    pub fn of(table: &TraceTable, resolution: Resolution) -> Self {
        let (mut starts, mut acts) = (vec![0], Vec::new());
        let mut slots: Vec<(u32, u32, u32)> = Vec::new();
        for object in 0..table.object_count() {
            let range = table.range(object);
            let accounts = &table.account[range.clone()];
            if accounts.iter().all(|&account| account == accounts[0]) {
                continue;
            }
            for trace in range {
                let tick = table.at[trace].div_euclid(resolution.0);
                slots.push((table.account[trace], table.post[trace], acts.len() as u32));
                acts.push(Act { account: table.account[trace], tick, slot: 0 });
            }
            starts.push(acts.len() as u32);
        }
        slots.par_sort_unstable();
        for (slot, &(_, _, place)) in slots.iter().enumerate() {
            acts[place as usize].slot = slot as u32;
        }
        let slots = slots.into_iter().map(|(account, post, _)| (account, post)).collect();
        let mut shared = SharedActs { kind: table.kind, resolution, starts, acts, slots };
        shared.sort();
        shared
    }

    /// Puts the acts on each object into order.
    fn sort(&mut self) {
        for bounds in self.starts.windows(2) {
            self.acts[bounds[0] as usize..bounds[1] as usize].sort_unstable();
        }
    }

    /// The same acts at other ticks: `redraw` gets the acts on one object.
    #[must_use]
    pub fn moved(&self, redraw: impl Fn(&mut [Act]) + Sync) -> Self {
        let mut moved = self.clone();
        let mut rest = moved.acts.as_mut_slice();
        let mut of_objects = Vec::with_capacity(self.object_count());
        for object in 0..self.object_count() {
            let (acts, after) = rest.split_at_mut(self.range(object).len());
            of_objects.push(acts);
            rest = after;
        }
        of_objects.into_par_iter().for_each(|acts| {
            redraw(acts);
            acts.sort_unstable();
        });
        moved
    }

    /// How many objects there are.
    #[must_use]
    pub fn object_count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The places of an object's acts.
    #[must_use]
    pub fn range(&self, object: usize) -> Range<usize> {
        self.starts[object] as usize..self.starts[object + 1] as usize
    }

    /// The acts on an object, by (account, tick).
    #[must_use]
    pub fn on(&self, object: usize) -> &[Act] {
        &self.acts[self.range(object)]
    }
}

#[cfg(test)]
mod tests {
    use zwerm_model::Strings;

    use super::*;

    #[test]
    fn an_object_of_one_account_is_left_out_and_slots_survive_a_move() {
        let table = TraceTable {
            kind: TraceKind("url"),
            objects: ["alone", "both"].into_iter().collect::<Strings>(),
            starts: vec![0, 2, 5],
            account: vec![0, 0, 1, 0, 1],
            at: vec![1_000, 2_000, 1_000, 2_000, 3_000],
            post: vec![0, 1, 2, 3, 4],
        };
        let shared = SharedActs::of(&table, Resolution(1_000));
        assert_eq!(shared.object_count(), 1);
        assert_eq!(shared.slots, [(0, 3), (1, 2), (1, 4)]);
        let ticks = |shared: &SharedActs| -> Vec<(u32, i64, u32)> {
            shared.on(0).iter().map(|act| (act.account, act.tick, act.slot)).collect()
        };
        assert_eq!(ticks(&shared), [(0, 2, 0), (1, 1, 1), (1, 3, 2)]);
        let moved = shared.moved(|acts| acts.iter_mut().for_each(|act| act.tick *= -1));
        assert_eq!(ticks(&moved), [(0, -2, 0), (1, -3, 2), (1, -1, 1)]);
    }
}

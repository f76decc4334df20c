//! What must be decided over all rows of a run before any of them can be put in its place.

use std::collections::BTreeSet;

use zwerm_model::{NONE, Strings, Tally};

use crate::assemble::{self, PLATFORM_UNKNOWN};
use crate::chunk::Chunk;
use crate::local_ids::LocalIds;
use crate::times::{EpochUnit, RawTime};
use crate::{RowLayout, Source};

/// What has been decided.
#[derive(Debug)]
pub(crate) struct Decided {
    /// The canonical columns that no file has.
    pub(crate) absent: Vec<&'static str>,
    /// The unit of epoch integers.
    pub(crate) unit: EpochUnit,
    /// The unit of those that say when a copy was observed.
    pub(crate) collected_unit: EpochUnit,
    /// The unit of those that say when a post was deleted.
    pub(crate) deleted_unit: EpochUnit,
    /// The posts that replies name by a number of one server.
    pub(crate) local_ids: LocalIds,
    pub(crate) layout: RowLayout,
    /// Whether any input says when a copy was observed.
    pub(crate) has_collected_at: bool,
    /// Whether any input says when a post was deleted.
    pub(crate) has_deleted_at: bool,
    /// Whether any input says which posts are paid for.
    pub(crate) has_paid_disclosed: bool,
    /// The platforms, sorted: where there are several, accounts are named by theirs as well.
    pub(crate) platforms: Strings,
}

/// What rows say that it takes to decide. Their order does not matter.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    largest_epoch: Option<u64>,
    largest_collected_epoch: Option<u64>,
    largest_deleted_epoch: Option<u64>,
    local_ids: LocalIds,
    has_collected_at: bool,
    has_deleted_at: bool,
    has_paid_disclosed: bool,
    platforms: BTreeSet<String>,
}

impl Asked {
    /// Looks at some rows.
    pub(crate) fn add(&mut self, chunk: &Chunk) {
        self.largest_epoch = self.largest_epoch.max(largest_epoch(&chunk.at));
        let collected = largest_epoch(&chunk.collected_at);
        self.largest_collected_epoch = self.largest_collected_epoch.max(collected);
        let deleted = largest_epoch(&chunk.deleted_at);
        self.largest_deleted_epoch = self.largest_deleted_epoch.max(deleted);
        self.local_ids.add(chunk);
        self.has_collected_at |= !chunk.collected_at.is_empty();
        self.has_deleted_at |= !chunk.deleted_at.is_empty();
        self.has_paid_disclosed |= !chunk.paid_disclosed.is_empty();
        let named = chunk.names.get("platform");
        let all_name_one = named.is_some_and(|column| !column.values.contains(&NONE));
        let unknown = (!all_name_one && !chunk.is_empty()).then_some(PLATFORM_UNKNOWN);
        for name in named.iter().flat_map(|column| column.names().iter()).chain(unknown) {
            if !self.platforms.contains(name) {
                self.platforms.insert(name.to_owned());
            }
        }
    }

    /// Decides.
    pub(crate) fn decide(
        self,
        sources: &[Source],
        layout: RowLayout,
        tally: &mut Tally,
    ) -> Decided {
        let unit = EpochUnit::infer(self.largest_epoch.unwrap_or(0));
        if self.largest_epoch.is_some() {
            tally.add(&format!("ingest.epoch_unit_{}", unit.name()), 1);
        }
        Decided {
            absent: assemble::absent(sources),
            unit,
            collected_unit: EpochUnit::infer(self.largest_collected_epoch.unwrap_or(0)),
            deleted_unit: EpochUnit::infer(self.largest_deleted_epoch.unwrap_or(0)),
            local_ids: self.local_ids,
            layout,
            has_collected_at: self.has_collected_at,
            has_deleted_at: self.has_deleted_at,
            has_paid_disclosed: self.has_paid_disclosed,
            platforms: self.platforms.iter().map(String::as_str).collect(),
        }
    }
}

fn largest_epoch(times: &[RawTime]) -> Option<u64> {
    let epoch = |time: &RawTime| match time {
        RawTime::Epoch(epoch) => Some(epoch.unsigned_abs()),
        _ => None,
    };
    times.iter().filter_map(epoch).max()
}

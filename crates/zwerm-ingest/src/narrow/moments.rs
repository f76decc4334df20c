//! When posts were made: eight bytes each, whatever they were read from.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use zwerm_model::{Resolution, Steps, UnixMillis};

use crate::decode::Mismatch;
use crate::times::{self, EpochUnit, RawTime};

/// The moments of some posts, all told in the same way.
#[derive(Default)]
pub(super) struct Moments {
    values: Vec<i64>,
    /// Whether these are epoch integers, whose unit all parts together tell; else milliseconds.
    are_epochs: bool,
    /// How many carried no zone.
    pub(super) naive: u64,
}

impl Moments {
    pub(super) fn reserve(&mut self, rows: usize) {
        self.values.reserve(rows);
    }

    /// Appends a batch; says whether all of it are moments that are told as those before.
    pub(super) fn push(
        &mut self,
        array: &ArrayRef,
        zone: Option<&TimeZone>,
    ) -> Result<bool, Mismatch> {
        if *array.data_type() == DataType::Int64 && array.null_count() == 0 {
            let is_clean = self.are_told(true);
            self.values.extend_from_slice(array.as_primitive::<Int64Type>().values());
            return Ok(is_clean);
        }
        let (times, naive) = times::as_times(array, zone)?;
        self.naive += naive;
        for time in times {
            let (value, is_epoch) = match time {
                RawTime::Millis(at) => (at, false),
                RawTime::Epoch(epoch) => (epoch, true),
                RawTime::Missing | RawTime::Invalid(_) => return Ok(false),
            };
            if !self.are_told(is_epoch) {
                return Ok(false);
            }
            self.values.push(value);
        }
        Ok(true)
    }

    /// Whether moments that come next are told as those before, if there are some.
    fn are_told(&mut self, as_epochs: bool) -> bool {
        if self.values.is_empty() {
            self.are_epochs = as_epochs;
        }
        self.are_epochs == as_epochs
    }
}

/// The moments of each part in milliseconds, and the unit of those that are epoch integers; none if
/// one of them is out of range.
pub(super) fn millis(parts: Vec<Moments>) -> Option<(Vec<Vec<i64>>, Option<EpochUnit>)> {
    let epochs = parts.par_iter().filter(|part| part.are_epochs);
    let largest =
        epochs.filter_map(|part| part.values.iter().map(|e| e.unsigned_abs()).max()).max();
    let unit = largest.map(EpochUnit::infer);
    let in_millis = |part: Moments| match unit.filter(|_| part.are_epochs) {
        None => Some(part.values),
        Some(unit) => part.values.into_iter().map(|epoch| unit.to_millis(epoch)).collect(),
    };
    let millis: Option<Vec<Vec<i64>>> = parts.into_par_iter().map(in_millis).collect();
    Some((millis?, unit))
}

/// The step in which the moments of all parts are told, in milliseconds.
pub(super) fn resolution(parts: &[Vec<i64>]) -> Resolution {
    let steps = |part: &Vec<i64>| {
        let mut steps = Steps::default();
        part.iter().for_each(|&at| steps.add(UnixMillis(at)));
        steps
    };
    let merged = |mut steps: Steps, others: Steps| {
        steps.merge(&others);
        steps
    };
    let steps = parts.par_iter().map(steps).reduce(Steps::default, merged);
    steps.resolution().unwrap_or(Resolution::UNKNOWN)
}

//! Moments in any of the ways in which inputs write them.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use jiff::tz::TimeZone;

use crate::decode::{self, Mismatch};
use crate::time_text::{INVALID, TimeReader};

/// What a time column must be.
const TIME_TYPES: &str = "timestamp, RFC 3339 text or epoch integer";

/// The count of times that carried no zone, in a run that was given none.
pub(crate) const READ_AS_UTC: &str = "ingest.times_without_zone_read_as_utc";

/// The length of a day.
const MILLIS_PER_DAY: i64 = 86_400_000;

/// A moment as read, before the unit of epoch integers is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RawTime {
    /// Nothing there.
    Missing,
    /// Milliseconds since 1970.
    Millis(i64),
    /// An integer whose unit is decided over all rows of the run.
    Epoch(i64),
    /// Text that is no moment, and why it cannot be taken for one.
    Invalid(&'static str),
}

/// The unit of epoch integers: how many make a millisecond, or how many milliseconds make one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EpochUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds.
    Nanos,
}

impl EpochUnit {
    /// All units, coarsest first.
    pub(crate) const ALL: [Self; 4] = [Self::Seconds, Self::Millis, Self::Micros, Self::Nanos];

    /// The unit in which the largest integer of a run lies between 1973 and 5138: the ranges of the
    /// units do not meet there.
    pub(crate) fn infer(largest: u64) -> Self {
        match largest {
            0..100_000_000_000 => EpochUnit::Seconds,
            100_000_000_000..100_000_000_000_000 => EpochUnit::Millis,
            100_000_000_000_000..100_000_000_000_000_000 => EpochUnit::Micros,
            _ => EpochUnit::Nanos,
        }
    }

    /// An epoch integer in milliseconds; `None` if it overflows.
    pub(crate) fn to_millis(self, epoch: i64) -> Option<i64> {
        match self {
            EpochUnit::Seconds => epoch.checked_mul(1_000),
            EpochUnit::Millis => Some(epoch),
            EpochUnit::Micros => Some(epoch.div_euclid(1_000)),
            EpochUnit::Nanos => Some(epoch.div_euclid(1_000_000)),
        }
    }

    /// The unit of a name in the tally.
    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// Its name in the tally.
    pub(crate) fn name(self) -> &'static str {
        match self {
            EpochUnit::Seconds => "seconds",
            EpochUnit::Millis => "milliseconds",
            EpochUnit::Micros => "microseconds",
            EpochUnit::Nanos => "nanoseconds",
        }
    }
}

/// A column of moments, and how many of them carried no zone.
pub(crate) fn as_times(
    array: &ArrayRef,
    zone: Option<&TimeZone>,
) -> Result<(Vec<RawTime>, u64), Mismatch> {
    let mismatch = || (TIME_TYPES, array.data_type().to_string());
    match array.data_type() {
        DataType::Timestamp(_, stated) => {
            let millis = to_millis(array).ok_or_else(mismatch)?;
            Ok(match stated {
                Some(_) => (millis, 0),
                None => in_zone(millis, zone),
            })
        }
        DataType::Date32 | DataType::Date64 => {
            Ok(in_zone(to_millis(array).ok_or_else(mismatch)?, zone))
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(_, _) => {
            from_text(array, zone).ok_or_else(mismatch)
        }
        DataType::Null => Ok((vec![RawTime::Missing; array.len()], 0)),
        _ => {
            let epoch = |v: Option<i128>| match v.map(i64::try_from) {
                None => RawTime::Missing,
                Some(Ok(epoch)) => RawTime::Epoch(epoch),
                Some(Err(_)) => RawTime::Invalid(INVALID),
            };
            let integers = decode::integers(array).ok_or_else(mismatch)?;
            Ok((integers.into_iter().map(epoch).collect(), 0))
        }
    }
}

fn to_millis(array: &ArrayRef) -> Option<Vec<RawTime>> {
    fn read<T: ArrowPrimitiveType>(
        array: &ArrayRef,
        millis: impl Fn(T::Native) -> Option<i64>,
    ) -> Vec<RawTime> {
        let read = |value| match value {
            None => RawTime::Missing,
            Some(value) => millis(value).map_or(RawTime::Invalid(INVALID), RawTime::Millis),
        };
        array.as_primitive::<T>().iter().map(read).collect()
    }
    let in_unit = |unit: EpochUnit| move |value| unit.to_millis(value);
    Some(match array.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => {
            read::<TimestampSecondType>(array, in_unit(EpochUnit::Seconds))
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            read::<TimestampMillisecondType>(array, in_unit(EpochUnit::Millis))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            read::<TimestampMicrosecondType>(array, in_unit(EpochUnit::Micros))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            read::<TimestampNanosecondType>(array, in_unit(EpochUnit::Nanos))
        }
        DataType::Date32 => {
            read::<Date32Type>(array, |days| Some(i64::from(days) * MILLIS_PER_DAY))
        }
        DataType::Date64 => read::<Date64Type>(array, Some),
        _ => return None,
    })
}

/// Moments of a wall clock in a zone; without one they are read as UTC. Both are counted.
fn in_zone(times: Vec<RawTime>, zone: Option<&TimeZone>) -> (Vec<RawTime>, u64) {
    let naive = times.iter().filter(|t| matches!(t, RawTime::Millis(_))).count() as u64;
    let Some(zone) = zone else { return (times, naive) };
    let times = times
        .into_iter()
        .map(|time| match time {
            RawTime::Millis(wall) => {
                wall_clock(wall, zone).map_or(RawTime::Invalid(INVALID), RawTime::Millis)
            }
            other => other,
        })
        .collect();
    (times, naive)
}

/// The moment at which the wall clock of a zone shows `wall`; of two (clocks set back) the earlier,
/// of none (clocks set forward) the one after the gap.
fn wall_clock(wall: i64, zone: &TimeZone) -> Option<i64> {
    let as_utc = jiff::Timestamp::from_millisecond(wall).ok()?;
    let civil = TimeZone::UTC.to_datetime(as_utc);
    Some(zone.to_ambiguous_zoned(civil).compatible().ok()?.timestamp().as_millisecond())
}

fn from_text(array: &ArrayRef, zone: Option<&TimeZone>) -> Option<(Vec<RawTime>, u64)> {
    let text = decode::as_text(array).ok()?;
    let reader = TimeReader { zone, ..TimeReader::default() };
    let mut naive = 0;
    let read = |row| reader.read(text.get(row).unwrap_or(""), &mut naive);
    Some(((0..array.len()).map(read).collect(), naive))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Int64Array, StringArray, TimestampMicrosecondArray};

    use super::*;

    #[track_caller]
    fn check(array: ArrayRef, zone: Option<&str>, expected: &[RawTime]) {
        let zone = zone.map(|name| TimeZone::get(name).expect("a zone"));
        assert_eq!(as_times(&array, zone.as_ref()).expect("times").0, expected);
    }

    #[test]
    fn a_zone_is_applied_never_stripped() {
        let text = StringArray::from(vec!["2031-05-05T12:00:00+02:00", "2031-05-05T10:00:00Z"]);
        let at = RawTime::Millis(1_935_741_600_000);
        check(Arc::new(text), None, &[at, at]);
    }

    #[test]
    fn a_wall_clock_is_read_in_the_stated_zone() {
        let noon = TimestampMicrosecondArray::from(vec![1_935_835_200_000_000]);
        check(Arc::new(noon.clone()), None, &[RawTime::Millis(1_935_835_200_000)]);
        let summer = RawTime::Millis(1_935_835_200_000 - 7_200_000);
        check(Arc::new(noon), Some("Europe/Amsterdam"), &[summer]);
    }

    #[test]
    fn integers_wait_for_their_unit() {
        let epochs = Int64Array::from(vec![Some(1_629_100_000), None]);
        check(Arc::new(epochs), None, &[RawTime::Epoch(1_629_100_000), RawTime::Missing]);
        assert_eq!(EpochUnit::infer(1_629_100_000), EpochUnit::Seconds);
        assert_eq!(EpochUnit::infer(1_629_100_000_000), EpochUnit::Millis);
        assert_eq!(EpochUnit::infer(1_629_100_000_000_000), EpochUnit::Micros);
    }

    #[test]
    fn what_is_no_moment_is_said_to_be_none() {
        let text = StringArray::from(vec!["yesterday", "", "NA"]);
        check(
            Arc::new(text),
            None,
            &[RawTime::Invalid(INVALID), RawTime::Missing, RawTime::Missing],
        );
    }
}

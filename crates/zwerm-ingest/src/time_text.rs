//! Moments as text, in the ways that platforms and tools write them.
//!
//! A zone is applied, never stripped. A time without one is read in the zone of the run, else in
//! UTC; where a schema knows that its times are local ones, it is refused without a zone. Zone
//! abbreviations that several places share are refused too: a guess would be hours off.

use jiff::civil;
use jiff::tz::TimeZone;

use crate::times::{EpochUnit, RawTime};

/// Why a time that is none is refused.
pub(crate) const INVALID: &str = "invalid_created_at";
/// Why a local time is refused.
const LOCAL: &str = "created_at_is_local_and_no_timezone_given";
/// Why an abbreviated zone is refused.
const ABBREVIATED: &str = "created_at_has_an_ambiguous_zone";

/// How to read the times of a column.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TimeReader<'z> {
    /// The zone of times that carry none.
    pub(crate) zone: Option<&'z TimeZone>,
    /// The unit of epoch integers, where it is known.
    pub(crate) unit: Option<EpochUnit>,
    /// Whether times without a zone are those of an unknown place.
    pub(crate) is_local: bool,
}

impl TimeReader<'_> {
    /// A moment; adds to `naive` if it carried no zone.
    pub(crate) fn read(&self, cell: &str, naive: &mut u64) -> RawTime {
        let cell = cell.trim();
        if crate::chunk::is_missing(cell) {
            return RawTime::Missing;
        }
        if let Some(epoch) = self.epoch(cell) {
            return epoch;
        }
        if let Ok(at) = cell.parse::<jiff::Timestamp>() {
            return RawTime::Millis(at.as_millisecond());
        }
        if let Some(civil) = civil_of(cell) {
            *naive += 1;
            return self.in_zone(civil);
        }
        if let Ok(at) = jiff::fmt::strtime::parse("%a %b %d %H:%M:%S %z %Y", cell)
            && let Ok(at) = at.to_timestamp()
        {
            return RawTime::Millis(at.as_millisecond());
        }
        self.with_suffix(cell).unwrap_or(RawTime::Invalid(INVALID))
    }

    /// Seconds, milliseconds, … since 1970, with or without a fraction.
    fn epoch(&self, cell: &str) -> Option<RawTime> {
        let in_unit = |epoch: i64| match self.unit {
            Some(unit) => unit.to_millis(epoch).map_or(RawTime::Invalid(INVALID), RawTime::Millis),
            None => RawTime::Epoch(epoch),
        };
        if let Ok(epoch) = cell.parse::<i64>() {
            return Some(in_unit(epoch));
        }
        let (whole, fraction) = cell.split_once('.')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole.strip_prefix('-').unwrap_or(whole)) || !digits(fraction) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        if fraction.bytes().all(|b| b == b'0') {
            return Some(in_unit(whole));
        }
        // Only seconds are told in fractions.
        let is_seconds = EpochUnit::infer(whole.unsigned_abs()) == EpochUnit::Seconds;
        if !is_seconds || self.unit.is_some_and(|unit| unit != EpochUnit::Seconds) {
            return Some(in_unit(whole));
        }
        let thousandths = format!("{fraction:0<3}").get(..3)?.parse::<i64>().ok()?;
        let thousandths = if cell.starts_with('-') { -thousandths } else { thousandths };
        Some(RawTime::Millis(whole.checked_mul(1_000)?.checked_add(thousandths)?))
    }

    /// The wall clock of the run's zone; of two moments (clocks set back) the earlier, of none
    /// (clocks set forward) the one after the gap.
    fn in_zone(&self, civil: civil::DateTime) -> RawTime {
        let utc = TimeZone::UTC;
        let zone = match self.zone {
            Some(zone) => zone,
            None if self.is_local => return RawTime::Invalid(LOCAL),
            None => &utc,
        };
        match zone.to_ambiguous_zoned(civil).compatible() {
            Ok(zoned) => RawTime::Millis(zoned.timestamp().as_millisecond()),
            Err(_) => RawTime::Invalid(INVALID),
        }
    }

    /// `2024-06-06 11:00:05 CEST`, `2024-06-06 11:00:05 +0200`.
    fn with_suffix(&self, cell: &str) -> Option<RawTime> {
        let (clock, suffix) = cell.rsplit_once(' ')?;
        let civil = civil_of(clock.trim())?;
        let minutes = match offset(suffix).or_else(|| abbreviated(suffix)) {
            Some(minutes) => minutes,
            // With a zone given, the abbreviation only says which of its two clocks it was.
            None if self.zone.is_some() && is_abbreviation(suffix) => {
                return Some(self.in_zone(civil));
            }
            None if is_abbreviation(suffix) => return Some(RawTime::Invalid(ABBREVIATED)),
            None => return None,
        };
        let utc = civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
        Some(RawTime::Millis(utc - i64::from(minutes) * 60_000))
    }
}

/// A date and time of day; the name of a zone behind it is none of it.
fn civil_of(cell: &str) -> Option<civil::DateTime> {
    let begins_with_year = cell.len() >= 8 && cell.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    if !begins_with_year {
        return None;
    }
    cell.parse().ok()
}

/// The minutes of `+0200` or `+02:00`.
fn offset(suffix: &str) -> Option<i32> {
    let (sign, digits) = match suffix.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = (digits[..2].parse::<i32>().ok()?, digits[2..].parse::<i32>().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn is_abbreviation(suffix: &str) -> bool {
    (2..=5).contains(&suffix.len()) && suffix.bytes().all(|b| b.is_ascii_uppercase())
}

/// The minutes of abbreviations that mean one thing. `CST`, `IST`, `BST` and the like do not.
fn abbreviated(suffix: &str) -> Option<i32> {
    Some(match suffix {
        "UTC" | "GMT" | "Z" | "WET" => 0,
        "CET" | "WEST" => 60,
        "CEST" | "EET" => 120,
        "EEST" | "MSK" => 180,
        "JST" | "KST" => 540,
        "AEST" => 600,
        "AEDT" => 660,
        "NZST" => 720,
        "NZDT" => 780,
        "EDT" => -240,
        "EST" | "CDT" => -300,
        "MDT" => -360,
        "MST" | "PDT" => -420,
        "PST" => -480,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-06-06 09:00:05 UTC.
    const AT: i64 = 1_717_664_405_000;

    #[track_caller]
    fn check(reader: TimeReader<'_>, cell: &str, expected: RawTime, expected_naive: u64) {
        let mut naive = 0;
        assert_eq!(reader.read(cell, &mut naive), expected, "{cell}");
        assert_eq!(naive, expected_naive, "{cell}");
    }

    #[test]
    fn a_zone_is_applied_however_it_is_written() {
        for cell in [
            "2024-06-06T09:00:05Z",
            "2024-06-06T09:00:05+00:00",
            "2024-06-06 09:00:05+00:00",
            "2024-06-06T11:00:05+02:00",
            "2024-06-06T11:00:05.000+0200",
            "2024-06-06 11:00:05 +0200",
            "2024-06-06 11:00:05 CEST",
            "2024-06-06 05:00:05 EDT",
            "2024-06-06 09:00:05 UTC",
            "Thu Jun 06 09:00:05 +0000 2024",
            "Thu Jun 06 11:00:05 +0200 2024",
        ] {
            check(TimeReader::default(), cell, RawTime::Millis(AT), 0);
        }
    }

    #[test]
    fn a_time_without_a_zone_is_utc_or_local() {
        let reader = TimeReader::default();
        check(reader, "2024-06-06 09:00:05", RawTime::Millis(AT), 1);
        check(reader, "2024-06-06T09:00:05", RawTime::Millis(AT), 1);
        check(reader, "2024-06-06 09:00", RawTime::Millis(AT - 5_000), 1);
        let local = TimeReader { is_local: true, ..reader };
        check(local, "2024-06-06 09:00:05", RawTime::Invalid(LOCAL), 1);
        let zone = TimeZone::get("Europe/Brussels").expect("a zone");
        let local = TimeReader { zone: Some(&zone), ..local };
        check(local, "2024-06-06 11:00:05", RawTime::Millis(AT), 1);
    }

    #[test]
    fn clocks_that_are_set_back_or_forward_have_one_answer() {
        let zone = TimeZone::get("Europe/Brussels").expect("a zone");
        let reader = TimeReader { zone: Some(&zone), ..TimeReader::default() };
        // 02:30 comes twice on 27 October 2024: the earlier is in summer time.
        check(reader, "2024-10-27 02:30:00", RawTime::Millis(1_729_989_000_000), 1);
        // 02:30 does not come on 31 March 2024: 03:30 does.
        check(reader, "2024-03-31 02:30:00", RawTime::Millis(1_711_848_600_000), 1);
    }

    #[test]
    fn an_abbreviation_of_several_places_is_refused() {
        let reader = TimeReader::default();
        check(reader, "2024-06-06 11:00:05 CST", RawTime::Invalid(ABBREVIATED), 0);
        let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
        let given = TimeReader { zone: Some(&zone), ..reader };
        check(given, "2024-06-06 17:00:05 CST", RawTime::Millis(AT), 0);
    }

    #[test]
    fn an_epoch_may_have_a_fraction_and_a_known_unit() {
        let reader = TimeReader::default();
        check(reader, "1717664405", RawTime::Epoch(1_717_664_405), 0);
        check(reader, "1717664405.0", RawTime::Epoch(1_717_664_405), 0);
        check(reader, "1717664405.25", RawTime::Millis(AT + 250), 0);
        check(reader, "1717664405.2", RawTime::Millis(AT + 200), 0);
        let micros = TimeReader { unit: Some(EpochUnit::Micros), ..reader };
        check(micros, "1717664405000000", RawTime::Millis(AT), 0);
    }

    #[test]
    fn what_is_no_moment_is_said_to_be_none() {
        for cell in ["yesterday", "7/3/2018", "1.7E9", "2024-13-01", "06.06.2024 11:00", "-"] {
            check(TimeReader::default(), cell, RawTime::Invalid(INVALID), 0);
        }
    }
}

//! `elections.toml`: which elections, when their periods are, and who says so.
//!
//! ```toml
//! [[election]]
//! id = "velmora-2031"
//! jurisdiction = "Velmora"
//! time_zone = "Europe/Amsterdam"
//!
//! [[election.period]]
//! kind = "silence"          # baseline, campaign, silence or polling
//! from = "2031-05-31"       # local; a date or a date and time; inside
//! to = "2031-06-01"         # outside
//! source = "Electoral Act, article 9"
//! ```

use std::path::Path;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Deserialize;
use zwerm_model::{Election, Period, PeriodKind, UnixMillis};

use crate::error::ScanError;
use crate::file_system;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ElectionsFile {
    #[serde(default)]
    election: Vec<ElectionEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ElectionEntry {
    id: String,
    jurisdiction: String,
    time_zone: String,
    #[serde(default)]
    period: Vec<PeriodEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodEntry {
    kind: String,
    from: String,
    to: String,
    source: String,
}

/// Reads a file of elections.
///
/// # Errors
///
/// If it cannot be read, is not of this form, or names an unknown zone, kind or time.
pub fn read(path: &Path) -> Result<Vec<Election>, ScanError> {
    parse(&file_system::read_config(path)?, &path.display().to_string())
}

/// Reads elections from the text of a file; `place` names it in errors.
///
/// # Errors
///
/// As [`read`].
pub fn parse(text: &str, place: &str) -> Result<Vec<Election>, ScanError> {
    let file: ElectionsFile =
        toml::from_str(text).map_err(|error| ScanError::config(place, error.to_string()))?;
    file.election.into_iter().map(|entry| election(entry, place)).collect()
}

fn election(entry: ElectionEntry, place: &str) -> Result<Election, ScanError> {
    let place = format!("{place}: election \"{}\"", entry.id);
    let zone = TimeZone::get(&entry.time_zone).map_err(|_| {
        let found =
            format!("expected a time zone such as Europe/Brussels, found {}", entry.time_zone);
        ScanError::config(&place, found)
    })?;
    let mut periods = entry
        .period
        .iter()
        .map(|entry| period(entry, &zone, &place))
        .collect::<Result<Vec<_>, _>>()?;
    periods.sort_by_key(|period| (period.from, period.kind));
    Ok(Election {
        id: entry.id,
        jurisdiction: entry.jurisdiction,
        time_zone: entry.time_zone,
        periods,
    })
}

fn period(entry: &PeriodEntry, zone: &TimeZone, place: &str) -> Result<Period, ScanError> {
    let kind = match entry.kind.as_str() {
        "baseline" => PeriodKind::Baseline,
        "campaign" => PeriodKind::Campaign,
        "silence" => PeriodKind::Silence,
        "polling" => PeriodKind::Polling,
        other => {
            let problem = format!("expected baseline, campaign, silence or polling, found {other}");
            return Err(ScanError::config(place, problem));
        }
    };
    let (from, to) = (moment(&entry.from, zone, place)?, moment(&entry.to, zone, place)?);
    if from >= to {
        let problem = format!("expected from before to, found {} and {}", entry.from, entry.to);
        return Err(ScanError::config(place, problem));
    }
    Ok(Period { kind, from, to, source: entry.source.clone() })
}

fn moment(text: &str, zone: &TimeZone, place: &str) -> Result<UnixMillis, ScanError> {
    let wrong = || {
        let problem = format!("expected a local date or date and time, found \"{text}\"");
        ScanError::config(place, problem)
    };
    let local: DateTime = match text.parse::<Date>() {
        Ok(date) if !text.contains(':') => date.at(0, 0, 0, 0),
        _ => text.parse().map_err(|_| wrong())?,
    };
    let zoned = zone.to_ambiguous_zoned(local).compatible().map_err(|_| wrong())?;
    Ok(UnixMillis(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(kind: &str, zone: &str, from: &str, to: &str) -> String {
        format!(
            "[[election]]\nid = \"e\"\njurisdiction = \"X\"\ntime_zone = \"{zone}\"\n\
             [[election.period]]\nkind = \"{kind}\"\nfrom = \"{from}\"\nto = \"{to}\"\nsource = \"s\"\n"
        )
    }

    #[test]
    fn a_day_on_which_clocks_change_has_its_own_length() {
        let text = file("silence", "Europe/Amsterdam", "2031-03-30", "2031-03-31");
        let elections = parse(&text, "test").expect("elections");
        let period = &elections[0].periods[0];
        assert_eq!(period.from.until(period.to), 23 * 3_600_000);
        assert!(period.contains(period.from));
        assert!(!period.contains(period.to));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, word) in [
            (file("rest", "UTC", "2031-03-30", "2031-03-31"), "found rest"),
            (file("silence", "Mars/Base", "2031-03-30", "2031-03-31"), "Mars/Base"),
            (file("silence", "UTC", "30 March", "2031-03-31"), "30 March"),
            (file("silence", "UTC", "2031-03-31", "2031-03-30"), "before"),
            ("[[vote]]".to_owned(), "vote"),
        ] {
            let error = parse(&text, "elections.toml").expect_err("wrong").to_string();
            assert!(error.contains(word) && error.starts_with("elections.toml"), "{error}");
        }
    }
}

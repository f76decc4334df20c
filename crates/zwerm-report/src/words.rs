//! Numbers, times and durations as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use zwerm_model::UnixMillis;

/// Milliseconds of a day.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// A moment as RFC 3339 with milliseconds; what lies outside the calendar as a bare number.
pub(crate) fn iso(at: UnixMillis) -> String {
    strftime(at, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

/// A moment to the minute.
pub(crate) fn minute(at: UnixMillis) -> String {
    strftime(at, "%Y-%m-%d %H:%M")
}

/// A moment to the second.
pub(crate) fn second(at: UnixMillis) -> String {
    strftime(at, "%Y-%m-%d %H:%M:%S")
}

/// A day, as in `3 Feb 2027`.
pub(crate) fn day(at: UnixMillis) -> String {
    strftime(at, "%-d %b %Y")
}

/// A day without its year.
pub(crate) fn day_short(at: UnixMillis) -> String {
    strftime(at, "%-d %b")
}

fn strftime(at: UnixMillis, format: &str) -> String {
    match Timestamp::from_millisecond(at.0) {
        Ok(stamp) => stamp.to_zoned(TimeZone::UTC).strftime(format).to_string(),
        Err(_) => format!("{} ms", at.0),
    }
}

/// A whole number in groups of three.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun: `1 account`, `2 accounts`.
pub(crate) fn counted(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{} {noun}s", count(n)) }
}

/// A probability: `0.03`, `4 × 10⁻¹²`.
pub(crate) fn probability(p: f64) -> String {
    if p == 0.0 || p >= 0.001 {
        return decimal(p, 3);
    }
    let text = format!("{p:.0e}");
    match text.split_once("e-") {
        Some((mantissa, exponent)) => format!("{mantissa} × 10⁻{}", superscript(exponent)),
        None => text,
    }
}

/// A number with at most some decimals and no trailing zeros.
pub(crate) fn decimal(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e15 {
        return format!("{value:e}");
    }
    let text = format!("{value:.decimals$}");
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A share of some things in percent; only none is `0 %`, and only all are `100 %`.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    let percent = 100.0 * part as f64 / whole.max(1) as f64;
    if part > 0 && percent < 0.1 {
        "below 0.1 %".to_owned()
    } else if part < whole && percent > 99.9 {
        "above 99.9 %".to_owned()
    } else {
        format!("{} %", decimal(percent, 1))
    }
}

/// A duration in its largest fitting unit: `40 s`, `5 min`, `2.5 h`, `3 days`.
pub(crate) fn duration(ms: i64) -> String {
    let seconds = ms as f64 / 1_000.0;
    let (value, unit) = match ms {
        i64::MIN..=999 => return format!("{ms} ms"),
        1_000..=59_999 => (seconds, "s"),
        60_000..=3_599_999 => (seconds / 60.0, "min"),
        3_600_000..=172_799_999 => (seconds / 3_600.0, "h"),
        _ => (seconds / 86_400.0, "days"),
    };
    format!("{} {unit}", decimal(value, if value < 10.0 { 1 } else { 0 }))
}

fn superscript(digits: &str) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    digits.chars().filter_map(|c| c.to_digit(10)).map(|d| RAISED[d as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (368_775, "368,775"),
            (1_234_567, "1,234,567"),
        ];
        for (n, expected) in cases {
            assert_eq!(count(n), expected);
        }
        assert_eq!(counted(1, "account"), "1 account");
        assert_eq!(counted(2_000, "post"), "2,000 posts");
    }

    #[test]
    fn small_probabilities_keep_their_size() {
        let cases = [
            (0.0, "0"),
            (1.0, "1"),
            (0.05, "0.05"),
            (0.0012, "0.001"),
            (4.2e-12, "4 × 10⁻¹²"),
            (1e-300, "1 × 10⁻³⁰⁰"),
        ];
        for (p, expected) in cases {
            assert_eq!(probability(p), expected);
        }
    }

    #[test]
    fn only_none_is_0_percent_and_only_all_are_100() {
        let cases = [
            (0, 7, "0 %"),
            (0, 0, "0 %"),
            (7, 7, "100 %"),
            (1, 3, "33.3 %"),
            (1, 1_000, "0.1 %"),
            (1, 20_000, "below 0.1 %"),
            (19_999, 20_000, "above 99.9 %"),
        ];
        for (part, whole, expected) in cases {
            assert_eq!(percent(part, whole), expected);
        }
    }

    #[test]
    fn durations_take_their_unit() {
        let cases = [
            (0, "0 ms"),
            (40_000, "40 s"),
            (90_000, "1.5 min"),
            (3_600_000, "1 h"),
            (36 * 3_600_000, "36 h"),
            (3 * DAY_MS, "3 days"),
        ];
        for (ms, expected) in cases {
            assert_eq!(duration(ms), expected);
        }
    }

    #[test]
    fn moments_are_utc_and_never_panic() {
        assert_eq!(iso(UnixMillis(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(minute(UnixMillis(90_000)), "1970-01-01 00:01");
        assert_eq!(iso(UnixMillis(i64::MAX)), format!("{} ms", i64::MAX));
        assert_eq!(decimal(-0.0, 2), "0");
    }
}

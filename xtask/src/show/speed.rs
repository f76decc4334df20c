//! How much a scan of 368,775 real posts costs, and how much of that its null check.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::figure::Figure;
use crate::place::Place;
use crate::scan;

/// What a scan may cost: seconds of all cores together, and bytes at its peak.
const CPU_SECONDS_MAX: f64 = 6.0;
const BYTES_MAX: f64 = 1.5e9;

/// See the [module documentation](self).
pub(super) fn figures(place: &Place, shared: &Path) -> Result<Vec<Figure>> {
    let input = shared.join("data/semi-real/brexit/posts.parquet");
    let whole = timings(place, "brexit", &input, &[])?;
    let unchecked = timings(place, "brexit-unchecked", &input, &["--null-check", "0"])?;
    let decoy = 100.0 * (whole.cpu_seconds - unchecked.cpu_seconds) / whole.cpu_seconds;
    Ok(vec![
        Figure::time_at_most("brexit: CPU-seconds of a scan", whole.cpu_seconds, CPU_SECONDS_MAX),
        Figure::plain("brexit: … of these the decoy's", format!("{decoy:.0} %")),
        Figure::at_most("brexit: bytes at the peak", whole.peak_bytes, BYTES_MAX),
    ])
}

/// What a scan cost.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cost {
    cpu_seconds: f64,
    peak_bytes: f64,
}

fn timings(place: &Place, name: &str, input: &Path, options: &[&str]) -> Result<Cost> {
    let path = scan::scan(place, name, input, options)?.results.join("timings.json");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    cost(&serde_json::from_str(&text)?)
}

/// Reads `timings.json`; a machine that cannot tell what a process used has no figure to show.
fn cost(timings: &Value) -> Result<Cost> {
    let number = |name: &str| {
        timings[name]
            .as_f64()
            .filter(|&n| n > 0.0)
            .with_context(|| format!("timings without {name}"))
    };
    Ok(Cost { cpu_seconds: number("cpu_s")?, peak_bytes: number("peak_rss_bytes")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_that_was_not_measured_is_no_cost() {
        let of = |value: serde_json::Value| cost(&value);
        let read = of(serde_json::json!({"cpu_s": 2.5, "peak_rss_bytes": 7_000}));
        assert_eq!(read.ok(), Some(Cost { cpu_seconds: 2.5, peak_bytes: 7_000.0 }));
        assert!(of(serde_json::json!({"cpu_s": 0.0, "peak_rss_bytes": 7_000})).is_err());
        assert!(of(serde_json::json!({"cpu_s": 2.5, "peak_rss_bytes": null})).is_err());
    }
}

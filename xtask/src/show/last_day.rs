//! The sample's last 24 hours alone: a night's worth of posts, where long rungs do not fit.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMillisecondType;
use arrow_array::{BooleanArray, RecordBatch};
use arrow_select::filter::filter_record_batch;
use parquet::arrow::ArrowWriter;

use super::figure::Figure;
use super::results;
use crate::place::Place;
use crate::scan;

const DAY_MS: i64 = 86_400_000;

/// See the [module documentation](self).
pub(super) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let input = place.scratch("last-day")?.join("posts.parquet");
    let posts = write_last_day(&place.root.join("datasets-sample/posts.parquet"), &input)?;
    let scanned = scan::scan(place, "last-day", &input, &[])?;
    let passed = if scanned.null_check_passed { "passed" } else { "failed" };
    let manifest = scanned.results.join("manifest.json");
    let text =
        std::fs::read_to_string(&manifest).with_context(|| manifest.display().to_string())?;
    let off = rungs_off(&serde_json::from_str(&text)?);
    Ok(vec![
        Figure::plain("last 24 h: posts", posts.to_string()),
        Figure::holds("last 24 h: null check", passed, scanned.null_check_passed),
        Figure::holds(
            "last 24 h: says which rungs are off",
            off.clone().unwrap_or_default(),
            off.is_some(),
        ),
    ])
}

/// Writes the posts of a file's last day; how many there are.
fn write_last_day(from: &Path, to: &Path) -> Result<usize> {
    let batches = results::batches(from)?;
    let mut end = i64::MIN;
    for batch in &batches {
        end = times(batch)?.values().iter().fold(end, |end, &at| end.max(at));
    }
    let first = batches.first().with_context(|| format!("{} is empty", from.display()))?;
    let file = File::create(to).with_context(|| to.display().to_string())?;
    let mut writer = ArrowWriter::try_new(file, first.schema(), None)?;
    let mut rows = 0;
    for batch in &batches {
        let is_last = times(batch)?.values().iter().map(|&at| Some(at > end - DAY_MS));
        let kept = filter_record_batch(batch, &BooleanArray::from_iter(is_last))?;
        rows += kept.num_rows();
        writer.write(&kept)?;
    }
    writer.close()?;
    Ok(rows)
}

fn times(batch: &RecordBatch) -> Result<&arrow_array::TimestampMillisecondArray> {
    results::column(batch, "created_at")?
        .as_primitive_opt::<TimestampMillisecondType>()
        .context("created_at holds milliseconds")
}

/// What a manifest says about its rungs; `None` if it says nothing.
fn rungs_off(manifest: &serde_json::Value) -> Option<String> {
    let rungs = manifest.pointer("/facts/rungs")?.as_array()?;
    let mut off = Vec::new();
    for rung in rungs {
        let state = rung.as_object()?.get("off_because")?;
        if !state.is_null() {
            off.push(format!(
                "{} s / {} s",
                seconds(rung, "window_ms")?,
                seconds(rung, "context_ms")?
            ));
        }
    }
    let count = rungs.len();
    Some(if off.is_empty() { format!("none of {count}") } else { off.join(", ") })
}

fn seconds(rung: &serde_json::Value, field: &str) -> Option<i64> {
    rung.get(field)?.as_i64().map(|ms| ms / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_names_its_rungs_that_are_off() {
        let rung = |off: Option<&str>| serde_json::json!({"window_ms": 60_000, "context_ms": 3_600_000, "off_because": off});
        let of = |rungs: &[serde_json::Value]| {
            rungs_off(&serde_json::json!({"facts": {"rungs": rungs}}))
        };
        assert_eq!(of(&[rung(None)]), Some("none of 1".to_owned()));
        assert_eq!(of(&[rung(None), rung(Some("x"))]), Some("60 s / 3600 s".to_owned()));
        assert_eq!(rungs_off(&serde_json::json!({})), None);
    }
}

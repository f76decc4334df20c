//! A scan of posts of which one row in a hundred was damaged.
//!
//! Real posts are written as CSV, and one byte of every hundredth row is overwritten, anywhere, by
//! any byte: seeded, so that every run damages the same. The scan may finish or stop with the
//! reasons; no row may be lost without a word.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use super::super::figure::Figure;
use crate::measured;
use crate::place::Place;
use crate::scan;

/// One row in so many is damaged.
const ROWS_PER_DAMAGE: u64 = 100;

/// See the [module documentation](self).
pub(super) fn figures(place: &Place, shared: &Path, folder: &Path) -> Result<Vec<Figure>> {
    let input = folder.join("damaged.csv");
    let (rows, damaged) = write(&shared.join("data/semi-real/brexit/posts.parquet"), &input)?;
    let out = folder.join("results");
    let mut command = Command::new(scan::program(place)?);
    let run = measured::run(command.arg("scan").arg(&input).arg("--out").arg(&out))?;
    let ends = match run.status {
        Some(0 | 1) => "finished".to_owned(),
        Some(3) => format!("stopped: {}", run.err.trim()),
        other => format!("{other:?}: {}", run.err.trim()),
    };
    let is_answer = matches!(run.status, Some(0 | 1 | 3)) && !run.err.contains("panicked");
    let mut figures = vec![
        Figure::plain("damaged brexit: rows written", rows.to_string()),
        Figure::plain("damaged brexit: … of them damaged", damaged.to_string()),
        Figure::holds("damaged brexit: a scan finishes, or stops with reasons", ends, is_answer),
    ];
    let posts = folder.join("posts.parquet");
    let mut command = Command::new(scan::program(place)?);
    let arguments = ["ingest", "--json", "--max-reject-ratio", "1", "--out"];
    let run = measured::run(command.args(arguments).arg(&posts).arg(&input))?;
    ensure!(run.status == Some(0), "{}", run.err);
    figures.extend(accounts(&serde_json::from_str(&run.out)?)?);
    Ok(figures)
}

/// What became of the rows.
fn accounts(found: &Value) -> Result<Vec<Figure>> {
    let count = |name: &str| found[name].as_u64().with_context(|| format!("a count of {name}"));
    let parts = ["posts", "duplicates", "merged", "filtered", "rejected"];
    let mut figures = Vec::new();
    for part in parts {
        figures.push(Figure::plain(format!("damaged brexit: {part}"), count(part)?.to_string()));
    }
    for entry in found["counts"].as_array().context("counts")? {
        if let Some(reason) = entry[0].as_str().and_then(|n| n.strip_prefix("ingest.rejected.")) {
            let what = format!("damaged brexit: … {reason}");
            figures.push(Figure::plain(what, entry[1].to_string()));
        }
    }
    let sum = parts.into_iter().map(count).sum::<Result<u64>>()?;
    let rows = count("rows")?;
    let said = format!("{sum} of {rows}");
    figures.push(Figure::holds("damaged brexit: every row is accounted for", said, sum == rows));
    Ok(figures)
}

/// Writes posts as CSV, damaged; how many rows there are, and how many were damaged.
fn write(posts: &Path, out: &Path) -> Result<(u64, u64)> {
    let file = File::open(posts).with_context(|| posts.display().to_string())?;
    let mut out = BufWriter::new(File::create(out)?);
    out.write_all(b"post_id,account_id,created_at,text,hashtags\n")?;
    let (mut rows, mut damaged, mut random) = (0, 0, Random(1));
    for batch in ParquetRecordBatchReaderBuilder::try_new(file)?.build()? {
        let batch = batch?;
        for row in 0..batch.num_rows() {
            let mut line = line(&batch, row)?;
            rows += 1;
            if random.below(ROWS_PER_DAMAGE) == 0 {
                let at = random.below(line.len() as u64) as usize;
                line[at] = random.below(256) as u8;
                damaged += 1;
            }
            out.write_all(&line)?;
        }
    }
    out.flush()?;
    Ok((rows, damaged))
}

fn line(batch: &RecordBatch, row: usize) -> Result<Vec<u8>> {
    let column = |name: &str| batch.column_by_name(name).with_context(|| format!("no {name}"));
    let text = |name: &str| anyhow::Ok(column(name)?.as_string::<i64>().value(row).to_owned());
    let created_at = column("created_at")?.as_primitive::<TimestampMicrosecondType>();
    let tags = column("hashtags")?.as_list::<i32>().value(row);
    let tags = tags.as_string::<i32>();
    let tags: Vec<&str> = tags.iter().flatten().collect();
    let cells = [
        text("post_id")?,
        text("account_id")?,
        (created_at.value(row) / 1_000_000).to_string(),
        text("text")?,
        tags.join("|"),
    ];
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells)?;
    Ok(writer.into_inner()?)
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_row_misses_the_goal() {
        let found = |posts: u64| {
            serde_json::json!({"rows": 10, "posts": posts, "duplicates": 1, "merged": 0,
                "filtered": 0, "rejected": 2, "counts": [["ingest.rejected.invalid_utf8", 2]]})
        };
        let missed = |posts| {
            let figures = accounts(&found(posts)).expect("all are there");
            figures.iter().filter(|figure| figure.is_missed()).count()
        };
        assert_eq!((missed(7), missed(6)), (0, 1));
        assert!(accounts(&serde_json::json!({})).is_err());
    }
}

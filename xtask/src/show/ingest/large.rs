//! What it costs to look at a file that is larger than memory should be, and to make canonical
//! Parquet of it: five gigabytes of lines of JSON, written, read and deleted.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::super::Shown;
use super::super::figure::Figure;
use crate::measured;
use crate::place::Place;
use crate::scan;

/// Bytes of the file.
const FILE_BYTES: u64 = 5_000_000_000;

/// What reading may hold.
const BYTES_MAX: f64 = 300e6;

/// What canonical Parquet may be made in, as it is given and as it is measured.
const INGEST_MEMORY: &str = "512MiB";
const INGEST_BYTES_MAX: f64 = 512.0 * 1_048_576.0;

/// Bytes that a CPU second should read.
const BYTES_PER_SECOND: f64 = 200e6;

/// See the [module documentation](self).
pub(crate) fn figures(place: &Place) -> Result<Shown> {
    let folder = place.empty_scratch("large")?;
    let path = folder.join("posts.ndjson");
    let (rows, bytes) = write(&path, FILE_BYTES)?;
    let mut command = Command::new(scan::program(place)?);
    let run = measured::run(command.args(["inspect", "--json"]).arg(&path));
    let mut command = Command::new(scan::program(place)?);
    command.args(["ingest", "--json", "--memory", INGEST_MEMORY]).arg(&path);
    let ingest = measured::run(command.arg("--out").arg(folder.join("posts.parquet")));
    std::fs::remove_dir_all(&folder)?;
    let (run, ingest) = (run?, ingest?);
    ensure!(ingest.status == Some(0), "{}", ingest.err);
    ensure!(run.status == Some(0), "{}", run.err);
    let found: serde_json::Value = serde_json::from_str(&run.out)?;
    let posts = found["posts"].as_u64().context("a count of posts")?;
    let ingested: serde_json::Value = serde_json::from_str(&ingest.out)?;
    let per_second = bytes as f64 / run.cpu_s;
    let said = format!("{:.0} MB", per_second / 1e6);
    let figures = vec![
        Figure::plain("large: bytes", bytes.to_string()),
        Figure::plain("large: seconds on the clock", format!("{:.1}", run.wall_s)),
        Figure::plain(
            format!("large: read per CPU second (aim: {} MB)", BYTES_PER_SECOND / 1e6),
            said,
        ),
        Figure::holds("large: every post is counted", posts.to_string(), posts == rows),
        Figure::at_most("large: bytes at the peak", run.peak_bytes, BYTES_MAX),
        Figure::holds(
            "large: every post is in the Parquet",
            ingested["posts"].to_string(),
            ingested["posts"] == rows,
        ),
        Figure::plain("large: CPU seconds of ingest", format!("{:.0}", ingest.cpu_s)),
        Figure::at_most(
            &format!("large: bytes at the peak of ingest --memory {INGEST_MEMORY}"),
            ingest.peak_bytes,
            INGEST_BYTES_MAX,
        ),
    ];
    Ok(Shown { figures, ..Shown::default() })
}

/// Writes lines until there are so many bytes; how many lines and bytes it were.
fn write(path: &Path, bytes_min: u64) -> Result<(u64, u64)> {
    let file = File::create(path).with_context(|| path.display().to_string())?;
    let mut file = BufWriter::with_capacity(1 << 20, file);
    let (mut rows, mut bytes) = (0_u64, 0_u64);
    let mut line = String::new();
    while bytes < bytes_min {
        line.clear();
        push_line(&mut line, rows);
        file.write_all(line.as_bytes())?;
        rows += 1;
        bytes += line.len() as u64;
    }
    file.flush()?;
    Ok((rows, bytes))
}

/// A post as platforms write them: some of what it says is read, some is not.
fn push_line(line: &mut String, row: u64) {
    use std::fmt::Write as _;
    let mixed = row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let (account, second) = (mixed % 500_000, row / 50 % 86_400);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    // Writing to a string cannot fail.
    let _ = writeln!(
        line,
        "{{\"post_id\":\"{}\",\"account_id\":\"{}\",\"created_at\":\"2031-05-{:02}T{hour:02}:\
         {minute:02}:{second:02}.000Z\",\"text\":\"Word {mixed} of \\u201cthe day\\u201d, caf\u{e9} \
         and {} others: https://example.org/{} #tag{}\",\"lang\":\"nl\",\"client\":\"Pebble Web\",\
         \"urls\":[\"https://example.org/{}\"],\"hashtags\":[\"tag{}\"],\"mentions\":[],\
         \"repost_of\":null,\"metrics\":{{\"likes\":{},\"views\":{}}},\"geo\":null}}",
        500_000_000_000_000_000 + row,
        100_000_000 + account,
        1 + row / 4_320_000 % 28,
        mixed % 977,
        mixed % 40_000,
        mixed % 3_000,
        mixed % 40_000,
        mixed % 3_000,
        mixed % 51,
        mixed % 8_191,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_post_of_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for row in [0, 1, 4_319_999, 9_999_999] {
            let mut line = String::new();
            push_line(&mut line, row);
            let post: serde_json::Value = serde_json::from_str(&line).expect("JSON");
            assert!(seen.insert(post["post_id"].to_string()), "{line}");
            assert_eq!(post["created_at"].as_str().map(str::len), Some(24), "{line}");
        }
    }
}

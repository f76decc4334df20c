//! Files that are made to hurt a reader: those of others beside the repository, and our own.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{Answer, inspected};
use crate::place::Place;

/// Bytes written at a time.
const BLOCK_BYTES: usize = 1 << 16;

/// Columns asked for per file.
const COLUMNS_MAX: usize = 24;

/// Answers to every Parquet file of the manifest. None has our columns, so each column is asked for
/// under the names that we need; the worst answer and the highest cost stand for the file.
pub(super) fn parquet(place: &Place, shared: &Path, scratch: &Path) -> Result<Vec<Answer>> {
    let folder = shared.join("data/hostile-parquet");
    let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).context("manifest.tsv")?;
    let rows = manifest.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let paths = rows.filter_map(|row| Some(folder.join(row.first()?).join(row.get(1)?)));
    let config = scratch.join("map.toml");
    paths.map(|path| worst(place, &path, &config)).collect()
}

fn worst(place: &Place, path: &Path, config: &Path) -> Result<Answer> {
    let mut worst = inspected(place, path, &[])?;
    for column in columns(path).iter().take(COLUMNS_MAX) {
        let name = serde_json::to_string(column)?;
        let map = ["post_id", "account_id", "created_at", "text", "urls"]
            .map(|canonical| format!("{canonical} = {name}\n"));
        std::fs::write(config, format!("[map]\n{}", map.concat()))?;
        let answer = inspected(place, path, &[PathBuf::from("--config"), config.to_path_buf()])?;
        worst.cpu_s = worst.cpu_s.max(answer.cpu_s);
        worst.peak_bytes = worst.peak_bytes.max(answer.peak_bytes);
        if answer.outcome == "NEITHER" {
            (worst.outcome, worst.said) = (answer.outcome, answer.said);
        }
    }
    Ok(worst)
}

/// The columns that a footer tells of; none if it cannot be read.
fn columns(path: &Path) -> Vec<String> {
    let read = || {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).ok()?).ok()?;
        Some(reader.schema().fields().iter().map(|field| field.name().clone()).collect())
    };
    std::panic::catch_unwind(read).ok().flatten().unwrap_or_default()
}

/// A file of our own: its name, and what it is made of.
type Hostile = (&'static str, &'static [Piece<'static>]);

/// Bytes, and how often they come.
type Piece<'p> = (&'p [u8], usize);

const HEADER: &[u8] = b"post_id,account_id,created_at,text\n";
const ROW: &[u8] = b"{\"post_id\":\"1\",\"account_id\":\"a\",\"created_at\":1935738000,";

/// All of them, by name.
const OWN: &[Hostile] = &[
    ("a-cell-of-64-MB.csv", &[(HEADER, 1), (b"1,a,1935738000,", 1), (b"x", 64 << 20)]),
    ("a-key-of-64-MB.ndjson", &[(b"{\"", 1), (b"k", 64 << 20), (b"\":1}\n", 1)]),
    ("a-line-of-64-MB.ndjson", &[(ROW, 1), (b"\"text\":\"", 1), (b"x", 64 << 20), (b"\"}\n", 1)]),
    ("a-number-of-a-million-digits.ndjson", &[(b"{\"post_id\":", 1), (b"7", 1 << 20), (b"}\n", 1)]),
    ("a-text-of-64-MB.json", &[(b"[\n", 1), (ROW, 1), (b"\"text\":\"", 1), (b"x", 64 << 20)]),
    ("deep-lists.json", &[(b"[", 1 << 20)]),
    ("deep-lists.ndjson", &[(b"{}\n", 1), (b"[", 1 << 20), (b"]", 1 << 20), (b"\n", 1)]),
    ("deep-objects.ndjson", &[(ROW, 1), (b"\"x\":{\"y\":", 1 << 18), (b"\n", 1)]),
    ("empty-lines.csv", &[(HEADER, 1), (b"\n", 32 << 20)]),
    ("empty-objects.ndjson", &[(b"{}\n", 1 << 20)]),
    ("empty.csv", &[]),
    ("escapes.ndjson", &[(ROW, 1), (b"\"text\":\"", 1), (b"\\u0000", 1 << 17), (b"\"}\n", 1)]),
    ("many-cells.csv", &[(HEADER, 1), (b",", 8 << 20), (b"\n", 1)]),
    ("many-columns.csv", &[(b"post_id,account_id,created_at", 1), (b",c", 1 << 20), (b"\n", 1)]),
    ("many-entries.ndjson", &[(ROW, 1), (b"\"urls\":[1", 1), (b",2", 4 << 20), (b"]}\n", 1)]),
    ("many-keys.ndjson", &[(ROW, 1), (b"\"k\":1,", 2 << 20), (b"\"z\":1}\n", 1)]),
    ("nulls-behind-a-header.csv", &[(HEADER, 1), (b"\0", 32 << 20)]),
    ("nulls.csv", &[(b"\0", 32 << 20)]),
    ("one-page.ndjson", &[(b"{\"data\":[{}", 1), (b",{}", 4 << 20), (b"]}\n", 1)]),
    ("only-quotes.csv", &[(HEADER, 1), (b"\"", (32 << 20) + 1)]),
    ("open-quote.csv", &[(HEADER, 1), (b"1,\"", 1), (b"a,b,1,c\n", 5 << 19)]),
    ("open-quotes.csv", &[(HEADER, 1), (b"1,\"a\n", 1 << 20)]),
    ("unpaired-surrogates.ndjson", &[(ROW, 1), (b"\"text\":\"\\ud83d", 1), (b"\"}\n", 1)]),
    ("utf-16-without-end.csv", &[(b"\xff\xfe", 1), (b"\x3d\xd8", 16 << 20)]),
];

/// Answers to files of our own, each of them also packed so often that it is a bomb.
pub(super) fn own(place: &Place, folder: &Path) -> Result<Vec<Answer>> {
    let mut answers = Vec::new();
    let mut ask = |path: &Path| -> Result<()> {
        answers.push(inspected(place, path, &[])?);
        Ok(std::fs::remove_file(path)?)
    };
    for (name, pieces) in OWN {
        let path = folder.join(name);
        write(&path, pieces)?;
        ask(&path)?;
    }
    for (ending, packed) in [("gz", gzip_member()?), ("zst", zstd_frame()?)] {
        let packed = packed.as_slice();
        let path = folder.join(format!("bomb-of-blanks.ndjson.{ending}"));
        write(&path, &[(packed, 20_000)])?;
        ask(&path)?;
        let path = folder.join(format!("cut-short.ndjson.{ending}"));
        write(&path, &[(packed, 3), (&packed[..packed.len() / 2], 1)])?;
        ask(&path)?;
        let path = folder.join(format!("noise.ndjson.{ending}"));
        write(&path, &[(&packed[..10], 1), (b"\x5a\xa5\x00\xff", 1 << 18)])?;
        ask(&path)?;
    }
    Ok(answers)
}

fn write(path: &Path, pieces: &[Piece<'_>]) -> Result<()> {
    let file = File::create(path).with_context(|| path.display().to_string())?;
    let mut file = BufWriter::with_capacity(1 << 20, file);
    for (bytes, times) in pieces {
        // Written in blocks: a byte at a time would take longer than the reader.
        let per_block = (BLOCK_BYTES / bytes.len().max(1)).clamp(1, *times);
        let block = bytes.repeat(per_block);
        (0..times / per_block).try_for_each(|_| file.write_all(&block))?;
        (0..times % per_block).try_for_each(|_| file.write_all(bytes))?;
    }
    Ok(file.flush()?)
}

/// A mebibyte of blanks behind an empty object: as small as anything that a reader must look at.
fn blanks() -> Vec<u8> {
    let mut blanks = vec![b' '; 1 << 20];
    blanks[..2].copy_from_slice(b"{}");
    blanks.push(b'\n');
    blanks
}

fn gzip_member() -> Result<Vec<u8>> {
    let mut member = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    member.write_all(&blanks())?;
    Ok(member.finish()?)
}

fn zstd_frame() -> Result<Vec<u8>> {
    Ok(zstd::encode_all(blanks().as_slice(), 19)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_of_its_pieces() {
        let path = std::env::temp_dir().join(format!("zwerm-pieces-{}", std::process::id()));
        write(&path, &[(b"ab", 3), (b"x", 70_000), (b"", 2), (b"\n", 1)]).expect("it is written");
        let found = std::fs::read(&path).expect("it is there");
        std::fs::remove_file(&path).expect("it is removed");
        let expected = [&b"ababab"[..], &[b'x'; 70_000][..], b"\n"].concat();
        assert!(found == expected);
    }

    #[test]
    fn files_of_our_own_are_sorted() {
        assert!(OWN.is_sorted_by_key(|(name, _)| name));
    }
}

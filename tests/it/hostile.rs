//! Broken, odd and fuzzed Parquet files: an answer or an error, never a panic or a hang, whatever
//! column is asked of them.

use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::harness::program::{Run, zwerm_within};
use crate::harness::{scratch, shared};

/// No file here holds more than some megabytes: beyond this it hangs.
const SECONDS_MAX: u64 = 20;
/// The address space that one file may take: a reader that needs more allocates without bound.
const KIBIBYTES_MAX: u64 = 4 << 20;
/// Columns asked for per file.
const COLUMNS_MAX: usize = 24;

fn files(folder: &Path) -> Vec<PathBuf> {
    let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).unwrap();
    let rows = manifest.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let paths: Vec<PathBuf> = rows.map(|row| folder.join(row[0]).join(row[1])).collect();
    assert!(paths.len() >= 175 && paths.iter().all(|path| path.exists()), "{}", paths.len());
    paths
}

/// What is wrong with an answer, if anything.
fn trouble(path: &Path, run: &Run) -> Option<String> {
    let name = path.display().to_string();
    let says = |word: &str| run.err.contains(word);
    let panic = ["panicked", "memory allocation", "stack overflow"].into_iter().find(|w| says(w));
    let lines = run.err.lines().filter(|line| line.starts_with("zwerm: ")).count();
    let is_clear = match run.status {
        Some(0) => true,
        Some(3) => lines == 1 && says(&name),
        _ => false,
    };
    (!is_clear || panic.is_some()).then(|| format!("{name}: {:?} {}", run.status, run.err))
}

#[test]
fn every_file_gets_an_answer() {
    let Some(folder) = shared("data/hostile-parquet") else { return };
    let answers = files(&folder).into_iter().filter_map(|path| {
        let run = zwerm_within([Path::new("inspect"), &path], KIBIBYTES_MAX, SECONDS_MAX);
        trouble(&path, &run)
    });
    let troubles: Vec<String> = answers.collect();
    assert!(troubles.is_empty(), "{} files:\n{}", troubles.len(), troubles.join("\n"));
}

/// The columns of a file that our own reader can list.
fn columns(path: &Path) -> Vec<String> {
    let read = || {
        let file = File::open(path).ok()?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).ok()?;
        Some(reader.schema().fields().iter().map(|field| field.name().clone()).collect())
    };
    std::panic::catch_unwind(read).ok().flatten().unwrap_or_default()
}

/// None of the files has our columns, so a plain `inspect` stops before a page is decoded: here
/// every column is asked for under each name that we need.
#[test]
fn every_column_of_every_file_gets_an_answer() {
    let Some(folder) = shared("data/hostile-parquet") else { return };
    let scratch = scratch();
    let config = scratch.path().join("map.toml");
    let (mut asked, mut troubles) = (0, Vec::new());
    for path in files(&folder) {
        for column in columns(&path).iter().take(COLUMNS_MAX) {
            let name = serde_json::to_string(column).unwrap();
            let map = ["post_id", "account_id", "created_at", "text", "urls"]
                .map(|canonical| format!("{canonical} = {name}\n"));
            std::fs::write(&config, format!("[map]\n{}", map.concat())).unwrap();
            let arguments: [&Path; 4] =
                [Path::new("inspect"), &path, Path::new("--config"), &config];
            let run = zwerm_within(arguments, KIBIBYTES_MAX, SECONDS_MAX);
            troubles.extend(trouble(&path, &run).map(|trouble| format!("{column}: {trouble}")));
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked} columns");
    assert!(troubles.is_empty(), "{} of {asked}:\n{}", troubles.len(), troubles.join("\n"));
}

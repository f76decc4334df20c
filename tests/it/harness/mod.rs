//! What several subjects need: posts to scan, the program, results read back.

use std::path::{Path, PathBuf};

use zwerm::{ConfigFile, Outcome, Settings, Silent};

pub(crate) mod ingest;
pub(crate) mod posts;
pub(crate) mod program;
pub(crate) mod results;

/// The top of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository")
}

/// A file of the sample.
pub(crate) fn sample_file(name: &str) -> PathBuf {
    root().join("datasets-sample").join(name)
}

/// A file or folder of the evaluation data, which a machine may not have; says so if it does not.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("ZWERM_SHARED")
        .map_or_else(|| root().join("../shared"), PathBuf::from)
        .join(name);
    if folder.exists() {
        return Some(folder);
    }
    println!("skipped: no {} (ZWERM_SHARED names the evaluation data)", folder.display());
    None
}

/// A path as an argument of the program.
pub(crate) fn spelled(path: &Path) -> String {
    path.display().to_string()
}

/// A folder that is removed at the end of the test.
pub(crate) fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a machine that tests can write temporary files")
}

/// The names of what a folder holds.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The settings that one would have without a single flag, but for the sample's elections.
pub(crate) fn with_elections() -> ConfigFile {
    ConfigFile { elections: Some(sample_file("elections.toml")), ..ConfigFile::default() }
}

/// Scans by the library, which is faster than the program.
#[track_caller]
pub(crate) fn scan(inputs: &[&Path], out: &Path, config: ConfigFile) -> Outcome {
    let inputs = inputs.iter().map(|path| path.to_path_buf()).collect();
    let settings = Settings::resolve(inputs, out.to_path_buf(), config).expect("settings");
    zwerm::scan(&settings, &mut Silent).expect("a scan")
}

/// Scans the sample with its elections into a folder.
#[track_caller]
pub(crate) fn scan_sample(out: &Path) -> Outcome {
    scan(&[&sample_file("posts.parquet")], out, with_elections())
}

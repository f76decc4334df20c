//! Runs the program as people run it: the release build, through its command line.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Result, bail};

use crate::place::Place;
use crate::shell;

/// Set once the program was built: it is built at most once per command.
static BUILT: OnceLock<()> = OnceLock::new();

/// Builds the program and returns where it is.
pub(crate) fn program(place: &Place) -> Result<PathBuf> {
    if BUILT.get().is_none() {
        rebuild(place)?;
    }
    Ok(place.target.join("release").join(format!("zwerm{}", std::env::consts::EXE_SUFFIX)))
}

/// Builds the program although it was built, after something else took its place.
pub(crate) fn rebuild(place: &Place) -> Result<()> {
    let build = ["build", "--release", "--locked", "--package", "zwerm-cli"];
    shell::run(shell::cargo(&place.root).args(build))?;
    BUILT.get_or_init(|| ());
    Ok(())
}

/// How a scan ended.
#[derive(Debug)]
pub(crate) struct Scanned {
    /// The folder of its results.
    pub(crate) results: PathBuf,
    /// Whether its null check passed.
    pub(crate) null_check_passed: bool,
}

/// Scans files into a scratch folder, over what was there before.
pub(crate) fn scan(place: &Place, name: &str, input: &Path, options: &[&str]) -> Result<Scanned> {
    let results = place.scratch("results")?.join(name);
    let mut command = command(place, input, options, &results)?;
    match shell::status(&mut command)? {
        0 => Ok(Scanned { results, null_check_passed: true }),
        1 => Ok(Scanned { results, null_check_passed: false }),
        code => bail!("the scan of {} ended with status {code}", input.display()),
    }
}

fn command(place: &Place, input: &Path, options: &[&str], results: &Path) -> Result<Command> {
    let mut command = Command::new(program(place)?);
    command.current_dir(&place.root).arg("scan").arg(input).args(options);
    command.args(["--force", "--quiet", "--out"]).arg(results);
    Ok(command)
}

/// As [`scan`], without a word.
pub(crate) fn quietly(place: &Place, name: &str, input: &Path) -> Result<Scanned> {
    let results = place.scratch("results")?.join(name);
    match command(place, input, &[], &results)?.output()?.status.code() {
        Some(0) => Ok(Scanned { results, null_check_passed: true }),
        Some(1) => Ok(Scanned { results, null_check_passed: false }),
        code => bail!("the scan of {} ended with status {code:?}", input.display()),
    }
}

/// Scans the sample as the first command of the README does.
pub(crate) fn sample(place: &Place) -> Result<Scanned> {
    let elections = ["--elections", "datasets-sample/elections.toml"];
    scan(place, "sample", Path::new("datasets-sample/posts.parquet"), &elections)
}

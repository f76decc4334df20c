//! `fuzz`: every fuzz target for a while, a minute in all.
//!
//! The targets are built with the address sanitizer by the stable compiler (`RUSTC_BOOTSTRAP=1`) in
//! a target folder of their own. `cargo fuzz` is installed there if it is missing; where it cannot
//! be, or where there is no C++ compiler for its runtime, the step says so and is skipped.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::shell;

/// Seconds for all targets together, unless one is named and says otherwise.
const SECONDS: usize = 60;

/// See the [module documentation](self). `fuzz TARGET SECONDS` runs one for as long as it says.
pub(crate) fn run(place: &Place, arguments: &[String]) -> Result<()> {
    let all = targets(&place.root)?;
    let (wanted, seconds) = match arguments {
        [] => (all.clone(), SECONDS / all.len().max(1)),
        [target, seconds] => (vec![target.clone()], seconds.parse().context("seconds")?),
        _ => bail!("fuzz: expected nothing, or a target and seconds"),
    };
    if let Some(unknown) = wanted.iter().find(|name| !all.contains(name)) {
        bail!("fuzz: expected one of {}, found {unknown:?}", all.join(", "));
    }
    let tools = place.scratch("tools")?;
    if let Some(why) = missing(place, &tools) {
        println!("fuzz: skipped: {why}");
        return Ok(());
    }
    for target in wanted {
        let corpus = place.scratch("fuzz-corpus")?.join(&target);
        std::fs::create_dir_all(&corpus)?;
        let seeds = place.root.join("fuzz/seeds").join(&target);
        let mut command = fuzz(place, &tools);
        command.args(["run", &target]).arg(corpus);
        if seeds.is_dir() {
            command.arg(seeds);
        }
        let seconds = format!("-max_total_time={seconds}");
        let bounds =
            ["-timeout=10", "-rss_limit_mb=2048", "-max_len=16384", "-print_final_stats=1"];
        shell::run(command.args(["--", &seconds, "-verbosity=0"]).args(bounds))?;
    }
    Ok(())
}

/// The targets, by name: one file each.
fn targets(root: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(root.join("fuzz/Cargo.toml")).context("fuzz/Cargo.toml")?;
    let file: toml::Table = toml::from_str(&text)?;
    let programs = file["bin"].as_array().context("fuzz/Cargo.toml has targets")?.iter();
    let names = programs.filter_map(|program| Some(program.get("name")?.as_str()?.to_owned()));
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    Ok(names)
}

/// Why nothing can be fuzzed here, if so.
fn missing(place: &Place, tools: &Path) -> Option<String> {
    let compilers = ["c++", "g++", "clang++"];
    if !compilers.into_iter().any(shell::exists) {
        return Some("there is no C++ compiler for the fuzzer's runtime".to_owned());
    }
    let is_there = || {
        let mut version = fuzz(place, tools);
        version.arg("--version").output().is_ok_and(|output| output.status.success())
    };
    if is_there() {
        return None;
    }
    let mut install = shell::cargo(&place.root);
    install.args(["install", "cargo-fuzz", "--locked", "--quiet", "--root"]).arg(tools);
    install.env("CARGO_TARGET_DIR", tools.join("target"));
    let installed = shell::run(&mut install);
    let _ = std::fs::remove_dir_all(tools.join("target"));
    match installed {
        Ok(()) if is_there() => None,
        Ok(()) => Some("cargo-fuzz was installed and cannot be started".to_owned()),
        Err(error) => Some(format!("cargo-fuzz is not here and cannot be installed: {error:#}")),
    }
}

/// `cargo fuzz`, by the stable compiler and into a folder of its own.
fn fuzz(place: &Place, tools: &Path) -> Command {
    let mut command = shell::cargo(&place.root);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::iter::once(tools.join("bin")).chain(std::env::split_paths(&path));
    // Only a folder with a colon in its name cannot be joined.
    let path = std::env::join_paths(places.collect::<Vec<PathBuf>>()).unwrap_or(path);
    command.arg("fuzz").env("PATH", path).env("RUSTC_BOOTSTRAP", "1");
    command.env("CARGO_TARGET_DIR", place.target.join("fuzz"));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_a_file_and_has_seeds_if_it_reads() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the top");
        let names = targets(root).expect("there are targets");
        assert!(names.len() >= 5, "{names:?}");
        for name in names {
            let file = root.join("fuzz/fuzz_targets").join(&name).with_extension("rs");
            assert!(file.is_file(), "{name}");
            assert_eq!(name.starts_with("read_"), root.join("fuzz/seeds").join(&name).is_dir());
        }
    }
}

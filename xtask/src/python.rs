//! A Python of our own, in cargo's target folder: what the notebook and the evaluation need.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::shell;

/// What the notebook imports, one package a line.
const OF_THE_NOTEBOOK: &str = "notebooks/requirements.txt";
/// What runs a notebook without a browser, and what the evaluation script imports.
const OF_THE_TOOLS: [&str; 5] = ["ipykernel", "nbclient", "nbformat", "numpy", "scikit-learn"];

/// The folder of an environment that has everything; made on first use, or when the list changes.
pub(crate) fn environment(place: &Place) -> Result<PathBuf> {
    let folder = place.scratch("python")?;
    let of_notebook = std::fs::read_to_string(place.root.join(OF_THE_NOTEBOOK))
        .with_context(|| OF_THE_NOTEBOOK.to_owned())?;
    environment_with(&folder, &wanted(&of_notebook))
}

/// An environment with some packages; made on first use, or when the list changes.
pub(crate) fn environment_with(folder: &Path, wanted: &[String]) -> Result<PathBuf> {
    let mark = folder.join("installed.txt");
    let done = std::fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted.join("\n"));
    if !done {
        make(folder)?;
        let mut pip = Command::new(program(folder, "python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(wanted);
        shell::run(&mut pip)?;
        std::fs::write(&mark, wanted.join("\n")).with_context(|| mark.display().to_string())?;
    }
    Ok(folder.to_path_buf())
}

/// A program of an environment.
pub(crate) fn program(environment: &Path, name: &str) -> PathBuf {
    environment.join(if cfg!(windows) { "Scripts" } else { "bin" }).join(name)
}

/// The packages of a requirements file and our own.
fn wanted(of_notebook: &str) -> Vec<String> {
    let lines = of_notebook.lines().map(|line| line.split('#').next().unwrap_or("").trim());
    let mut wanted: Vec<String> =
        lines.filter(|line| !line.is_empty()).chain(OF_THE_TOOLS).map(str::to_owned).collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// Makes an empty environment; on Debian and its kin the module for it is a package of its own.
fn make(folder: &Path) -> Result<()> {
    let make = || {
        let mut python = Command::new(if cfg!(windows) { "python" } else { "python3" });
        shell::run(python.args(["-m", "venv", "--clear"]).arg(folder))
    };
    let Err(error) = make() else { return Ok(()) };
    if !can_install() {
        bail!("no Python environment ({error:#}): install Python 3 with its module `venv`");
    }
    install("python3-venv")?;
    make()
}

/// Whether system packages can be installed here without asking anyone.
pub(crate) fn can_install() -> bool {
    let is_root = || shell::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    shell::exists("apt-get") && is_root()
}

/// Installs a system package.
pub(crate) fn install(package: &str) -> Result<()> {
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    shell::run(apt().args(["update", "-q"]))?;
    shell::run(apt().args(["install", "-y", "-q", "--no-install-recommends", package]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_repeats_are_left_out() {
        let wanted = wanted("polars  # tables\n\n# plots\nnumpy\n");
        assert_eq!(
            wanted,
            ["ipykernel", "nbclient", "nbformat", "numpy", "polars", "scikit-learn"]
        );
    }
}

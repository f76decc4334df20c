//! `notebook`: executes the notebook on a fresh scan of the sample; any error in a cell fails.

use std::process::Command;

use anyhow::Result;

use crate::place::Place;
use crate::{python, scan, shell};

/// See the [module documentation](self).
pub(crate) fn run(place: &Place, _: &[String]) -> Result<()> {
    let environment = python::environment(place)?;
    let scanned = scan::sample(place)?;
    let executed = place.scratch("notebook")?.join("01-read-findings.ipynb");
    let mut execute = Command::new(python::program(&environment, "jupyter-execute"));
    execute.current_dir(&place.root).env("ZWERM_RESULTS", &scanned.results);
    // The kernel of this environment, whatever else is installed on the machine.
    execute.arg("--kernel_name=python3").arg("--timeout=300").arg("--output").arg(&executed);
    shell::run(execute.arg("notebooks/01-read-findings.ipynb"))
}

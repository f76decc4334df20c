//! `test`: all tests of the workspace.
//!
//! Tests that need the evaluation data find them through `ZWERM_SHARED` and say so when they skip.
//! Further arguments are handed on: `cargo xtask test -p zwerm-text`.

use anyhow::Result;

use crate::check::FEATURES;
use crate::place::Place;
use crate::shell;

/// See the [module documentation](self).
pub(crate) fn run(place: &Place, arguments: &[String]) -> Result<()> {
    let mut command = shell::cargo(&place.root);
    command.arg("test");
    if arguments.is_empty() {
        command.args(["--workspace", "--features", FEATURES]);
    }
    command.arg("--locked").args(arguments);
    match place.shared() {
        Some(shared) => command.env("ZWERM_SHARED", shared),
        None => command.env_remove("ZWERM_SHARED"),
    };
    shell::run(&mut command)
}

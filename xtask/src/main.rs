//! The developer's tools: `cargo xtask COMMAND`.
//!
//! One entry, in Rust, with nothing to install first; `cargo xtask ci` is what a fresh machine
//! runs. Each command is one file and one row in [`COMMANDS`].

#![allow(clippy::disallowed_methods, reason = "developer tools read and write files freely")]

use std::process::ExitCode;

use anyhow::{Result, bail};

mod check;
mod ci;
mod fuzz;
mod licences;
mod measured;
mod notebook;
mod place;
mod python;
mod readme;
mod sample;
mod scan;
mod shell;
mod show;
mod test;
mod tidy;

use place::Place;

/// One command.
struct Command {
    name: &'static str,
    about: &'static str,
    run: fn(&Place, &[String]) -> Result<()>,
}

/// All commands, by name.
const COMMANDS: &[Command] = &[
    Command { name: "check", about: "format, clippy, tidy, documentation", run: check::run },
    Command { name: "ci", about: "everything, installs included", run: ci::run },
    Command { name: "fuzz", about: "every fuzz target, a minute in all", run: fuzz::run },
    Command { name: "licences", about: "licences of all packages", run: licences::run },
    Command { name: "notebook", about: "execute the notebook on a fresh scan", run: notebook::run },
    Command { name: "readme", about: "run the examples of README.md", run: readme::run },
    Command {
        name: "sample",
        about: "write datasets-sample again; --check compares",
        run: sample::run,
    },
    Command {
        name: "show",
        about: "figures beside their goals: show main, evidence, grid, text, ingest, meaning, …",
        run: show::run,
    },
    Command { name: "test", about: "all tests of the workspace", run: test::run },
    Command { name: "tidy", about: "the invariants that a program can check", run: tidy::run },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        bail!("which command?\n{}", usage());
    };
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(&Place::find()?, rest),
        None => bail!("no command {name:?}\n{}", usage()),
    }
}

fn usage() -> String {
    let rows = COMMANDS.iter().map(|c| format!("  cargo xtask {:<10} {}\n", c.name, c.about));
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(COMMANDS.is_sorted_by_key(|command| command.name));
    }

    #[test]
    fn an_unknown_command_lists_those_there_are() {
        let error = dispatch(&["dance".to_owned()]).expect_err("no such command").to_string();
        assert!(error.contains("cargo xtask tidy"), "{error}");
    }
}

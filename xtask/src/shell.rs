//! Running other programs, with what was run in every message.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The cargo that runs us, in a folder.
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder);
    command
}

/// Shows a command, runs it with our own streams, and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    match status(command)? {
        0 => Ok(()),
        code => bail!("{} ended with status {code}", line(command)),
    }
}

/// Shows a command and runs it with our own streams; its exit status, -1 if a signal ended it.
pub(crate) fn status(command: &mut Command) -> Result<i32> {
    // Standard output is for what was asked for: a table can be copied from it.
    eprintln!("$ {}", line(command));
    let status = command.status().with_context(|| format!("start {}", line(command)))?;
    Ok(status.code().unwrap_or(-1))
}

/// Shows a command, runs it, and returns what it printed, however it ended; its errors are shown.
pub(crate) fn printed(command: &mut Command) -> Result<String> {
    eprintln!("$ {}", line(command));
    let command = command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().with_context(|| format!("start {}", line(command)))?;
    String::from_utf8(output.stdout).with_context(|| format!("output of {}", line(command)))
}

/// Runs a command silently and returns what it printed; fails with its errors if it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let command = command.stdin(Stdio::null());
    let output = command.output().with_context(|| format!("start {}", line(command)))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("{} ended with {}\n{errors}", line(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("output of {}", line(command)))
}

/// Whether a program of that name can be started.
pub(crate) fn exists(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok()
}

/// A command as one would type it, without quoting.
fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).expect_err("it fails");
        assert_eq!(error.to_string(), "sh -c exit 3 ended with status 3");
    }

    #[test]
    fn what_was_printed_comes_back() {
        let printed = output(Command::new("sh").args(["-c", "echo yes"])).expect("it runs");
        assert_eq!(printed, "yes\n");
    }

    #[test]
    fn what_was_printed_before_a_failure_comes_back() {
        let printed = printed(Command::new("sh").args(["-c", "echo yes; exit 3"]));
        assert_eq!(printed.expect("it starts"), "yes\n");
    }
}

//! `readme`: runs the examples of `README.md` and compares what they print with what stands there.
//!
//! In a block marked `console` a line that begins with `$ ` is a command (a `\` at its end
//! continues it), and what follows is what it prints on its standard output. There, `…` stands for
//! anything within a line, and alone on a line for any number of lines. `cargo xtask` is skipped:
//! it runs us. `--write` puts the real output where another stands.
//!
//! Examples run in order in a scratch folder with copies of `datasets-sample` and `tests/schemas`,
//! so a result folder of one is there for the next and nothing of the reader's is touched.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::{scan, shell};

/// A command and what it prints.
#[derive(Debug, PartialEq, Eq)]
struct Example {
    /// The line of the command, from 1.
    line: usize,
    command: String,
    /// The line before its output, from 1.
    last_line: usize,
    output: Vec<String>,
}

/// See the [module documentation](self).
pub(crate) fn run(place: &Place, arguments: &[String]) -> Result<()> {
    let is_writing = match arguments {
        [] => false,
        [only] if only == "--write" => true,
        _ => bail!("readme: expected nothing or --write, found {}", arguments.join(" ")),
    };
    let path = place.root.join("README.md");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let examples = examples(&text);
    let program = scan::program(place)?;
    let folder = place.empty_scratch("readme")?;
    for examples in ["datasets-sample", "tests/schemas"] {
        copy_folder(&place.root.join(examples), &folder.join(examples))?;
    }
    let mut wrong = Vec::new();
    for example in &examples {
        println!("README.md:{}: $ {}", example.line, example.command);
        if example.command.starts_with("cargo xtask") {
            println!("  skipped: it would run itself");
            continue;
        }
        let found = printed(place, &folder, &program, example)?;
        if !lines_match(&example.output, &found) {
            println!("expected\n{}\nfound\n{}", example.output.join("\n"), found.join("\n"));
            wrong.push((example, found));
        }
    }
    if is_writing {
        return std::fs::write(&path, rewritten(&text, &wrong)).context("README.md");
    }
    if !wrong.is_empty() || examples.is_empty() {
        let (wrong, all) = (wrong.len(), examples.len());
        bail!("README.md: {wrong} of {all} examples differ; `cargo xtask readme --write` corrects");
    }
    Ok(())
}

/// The lines that a command prints on its standard output.
fn printed(place: &Place, folder: &Path, program: &Path, example: &Example) -> Result<Vec<String>> {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(here(&example.command, place)).current_dir(folder).stdin(Stdio::null());
    // `zwerm` without a path is the program that was just built.
    let bin = program.parent().context("the program lies in a folder")?.to_path_buf();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(bin).chain(std::env::split_paths(&path));
    shell.env("PATH", std::env::join_paths(paths)?);
    let printed = shell::output(&mut shell)?;
    Ok(printed.lines().map(|line| line.trim_end().to_owned()).collect())
}

/// The text with the outputs of some examples replaced.
fn rewritten(text: &str, wrong: &[(&Example, Vec<String>)]) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    for (example, found) in wrong.iter().rev() {
        let end = example.last_line + example.output.len();
        lines.splice(example.last_line..end, found.iter().map(String::as_str));
    }
    lines.join("\n") + "\n"
}

/// `cargo run` as it would run at the top of the repository.
fn here(command: &str, place: &Place) -> String {
    let manifest = place.root.join("Cargo.toml");
    let quoted = format!("'{}'", manifest.display().to_string().replace('\'', "'\\''"));
    match command.strip_prefix("cargo run ") {
        Some(rest) => format!("cargo run --quiet --manifest-path {quoted} {rest}"),
        None => command.to_owned(),
    }
}

/// The examples of a Markdown text.
fn examples(text: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut inside = false;
    let mut continues = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            (inside, continues) = (line == "```console", false);
        } else if inside {
            let command = line.strip_prefix("$ ");
            match (examples.last_mut(), command) {
                (Some(last), None) if continues => {
                    push_command(last, line);
                    last.last_line = number + 1;
                }
                (Some(last), None) => last.output.push(line.trim_end().to_owned()),
                (_, Some(command)) => {
                    let line = number + 1;
                    let mut example = Example {
                        line,
                        command: String::new(),
                        last_line: line,
                        output: Vec::new(),
                    };
                    push_command(&mut example, command);
                    examples.push(example);
                }
                (None, None) => {}
            }
            continues = line.ends_with('\\') && (continues || command.is_some());
        }
    }
    examples
}

fn push_command(example: &mut Example, line: &str) {
    if !example.command.is_empty() {
        example.command.push(' ');
    }
    example.command.push_str(line.trim_end_matches('\\').trim());
}

/// Whether lines are as expected, where a line `…` stands for any number of lines.
fn lines_match<E: AsRef<str>, F: AsRef<str>>(expected: &[E], found: &[F]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((first, rest)) if first.as_ref().trim() == "…" => {
            (0..=found.len()).any(|skip| lines_match(rest, &found[skip..]))
        }
        Some((first, rest)) => found.split_first().is_some_and(|(line, others)| {
            line_matches(first.as_ref(), line.as_ref()) && lines_match(rest, others)
        }),
    }
}

/// Whether a line is as expected, where `…` stands for anything.
fn line_matches(expected: &str, found: &str) -> bool {
    match expected.split_once('…') {
        None => expected == found,
        Some((before, after)) => found.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| line_matches(after, &rest[at..]))
        }),
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn console_blocks_hold_commands_and_their_output() {
        let text = "a\n```console\n$ one \\\n    --two\nx\n\n$ three\n```\n```toml\n$ no\n```\n";
        let found = examples(text);
        let expected = |line, command: &str, last_line, output: &[&str]| Example {
            line,
            command: command.to_owned(),
            last_line,
            output: output.iter().map(|&line| line.to_owned()).collect(),
        };
        let one = expected(3, "one --two", 4, &["x", ""]);
        assert_eq!(found, [one, expected(7, "three", 7, &[])]);
    }

    #[test]
    fn outputs_are_replaced_where_they_stand() {
        let text = "```console\n$ one\nx\ny\n$ two\n```\n";
        let examples = examples(text);
        let wrong = [(&examples[0], vec!["z".to_owned()]), (&examples[1], vec!["w".to_owned()])];
        assert_eq!(rewritten(text, &wrong), "```console\n$ one\nz\n$ two\nw\n```\n");
    }

    #[track_caller]
    fn check(expected: &[&str], found: &[&str], matches: bool) {
        assert_eq!(lines_match(expected, found), matches, "{expected:?} {found:?}");
    }

    #[test]
    fn dots_stand_for_anything() {
        check(&["a … b", "c"], &["a 12 b", "c"], true);
        check(&["a … b", "c"], &["a 12 b"], false);
        check(&["a … b"], &["a 12 c"], false);
        check(&["…", "c"], &["a", "b", "c"], true);
        check(&["a", "…"], &["a"], true);
        check(&["a", "…"], &["b", "a"], false);
        check(&["…ü…"], &["über"], true);
        check(&[], &["a"], false);
    }
}

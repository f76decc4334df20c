//! What becomes of files that nobody should be given: broken, hostile and damaged ones.
//!
//! Every file is read by the program as people run it. An answer is its posts (`ok`) or one message
//! that names the file (`error`); anything else is neither, and a goal missed. What a file costs is
//! that of the whole process.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::figure::Figure;
use crate::measured::{self, Measured};
use crate::place::Place;
use crate::scan;

mod damaged;
mod hostile;
pub(super) mod large;

/// What one file may cost.
const SECONDS_MAX: f64 = 2.0;
const BYTES_MAX: f64 = 512e6;

/// What the program made of a file.
#[derive(Clone, Debug)]
struct Answer {
    file: String,
    outcome: &'static str,
    cpu_s: f64,
    peak_bytes: f64,
    /// What it said where it should have answered.
    said: String,
}

/// The figures of files of our own.
pub(super) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let folder = place.empty_scratch("hostile")?;
    let answers = hostile::own(place, &folder)?;
    std::fs::remove_dir_all(&folder)?;
    Ok(judged("hostile files of our own", &answers))
}

/// The figures of files beside the repository.
pub(super) fn figures_of(place: &Place, shared: &Path) -> Result<Vec<Figure>> {
    let folder = place.empty_scratch("hostile")?;
    let parquet = hostile::parquet(place, shared, &folder)?;
    let mut figures = judged("hostile Parquet files", &parquet);
    figures.extend(damaged::figures(place, shared, &folder)?);
    std::fs::remove_dir_all(&folder)?;
    Ok(figures)
}

/// Prints the answers and judges them.
fn judged(what: &str, answers: &[Answer]) -> Vec<Figure> {
    println!("{what}");
    let width = answers.iter().map(|answer| answer.file.chars().count()).max().unwrap_or(0);
    for Answer { file, outcome, cpu_s, peak_bytes, said } in answers {
        let megabytes = peak_bytes / 1e6;
        println!("{file:<width$}  {outcome:<7}  {cpu_s:5.2} CPU s  {megabytes:4.0} MB  {said}");
    }
    println!();
    let neither = answers.iter().filter(|answer| answer.outcome == "NEITHER").count();
    let most = |figure: fn(&Answer) -> f64| answers.iter().map(figure).fold(0.0, f64::max);
    vec![
        Figure::plain(format!("{what}: files"), answers.len().to_string()),
        Figure::at_most(&format!("{what}: neither ok nor error"), neither as f64, 0.0),
        Figure::time_at_most(&format!("{what}: most CPU seconds"), most(|a| a.cpu_s), SECONDS_MAX),
        Figure::at_most(&format!("{what}: most bytes"), most(|a| a.peak_bytes), BYTES_MAX),
    ]
}

/// Asks the program what a file is.
fn inspected(place: &Place, path: &Path, options: &[PathBuf]) -> Result<Answer> {
    let mut command = Command::new(scan::program(place)?);
    let run = measured::run(command.arg("inspect").arg(path).args(options))?;
    Ok(answer(path, &run))
}

fn answer(path: &Path, run: &Measured) -> Answer {
    let name = path.display().to_string();
    let messages = run.err.lines().filter(|line| line.starts_with("zwerm: ")).count();
    let outcome = match run.status {
        Some(0) if !run.err.contains("panicked") => "ok",
        Some(3) if messages == 1 && run.err.contains(&name) && !run.err.contains("panicked") => {
            "error"
        }
        _ => "NEITHER",
    };
    let said = match outcome {
        "NEITHER" => format!("{:?} {}", run.status, run.err.trim()),
        _ => String::new(),
    };
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Answer { file, outcome, cpu_s: run.cpu_s, peak_bytes: run.peak_bytes, said }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_posts_or_one_message_are_an_answer() {
        let outcome = |status: Option<i32>, err: &str| {
            let err = err.to_owned();
            let out = String::new();
            let run = Measured { status, out, err, cpu_s: 0.1, wall_s: 0.1, peak_bytes: 1.0 };
            answer(Path::new("a/b.csv"), &run).outcome
        };
        assert_eq!(outcome(Some(0), ""), "ok");
        assert_eq!(outcome(Some(3), "zwerm: a/b.csv: expected …\n"), "error");
        assert_eq!(outcome(Some(3), "zwerm: expected …\n"), "NEITHER");
        assert_eq!(outcome(Some(3), "thread panicked\nzwerm: a/b.csv: x\n"), "NEITHER");
        assert_eq!(outcome(None, ""), "NEITHER");
        assert_eq!(outcome(Some(101), ""), "NEITHER");
    }

    #[test]
    fn one_file_that_costs_too_much_misses_the_goal() {
        let answer = |peak_bytes, outcome| Answer {
            file: "x".to_owned(),
            outcome,
            cpu_s: 0.1,
            peak_bytes,
            said: String::new(),
        };
        let missed = |answers: &[Answer]| {
            judged("x", answers).iter().filter(|figure| figure.is_missed()).count()
        };
        assert_eq!(missed(&[answer(1e6, "ok"), answer(1e6, "error")]), 0);
        assert_eq!(missed(&[answer(1e6, "ok"), answer(1e9, "error")]), 1);
        assert_eq!(missed(&[answer(1e6, "NEITHER"), answer(1e6, "error")]), 1);
    }
}

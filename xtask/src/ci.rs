//! `ci`: everything the project needs to hold, on a machine that has only Rust, Git and Python 3.
//!
//! Steps run in order and all of them run, so that one failure does not hide another.

use anyhow::Result;

use crate::place::Place;
use crate::{check, fuzz, notebook, python, readme, sample, shell, show, test};

/// One step.
struct Step {
    name: &'static str,
    run: fn(&Place) -> Result<()>,
}

const STEPS: &[Step] = &[
    Step { name: "install", run: install },
    Step { name: "check", run: |place| check::run(place, &[]) },
    Step { name: "test", run: |place| test::run(place, &[]) },
    Step { name: "sample --check", run: |place| sample::run(place, &["--check".to_owned()]) },
    Step { name: "readme", run: |place| readme::run(place, &[]) },
    Step { name: "notebook", run: |place| notebook::run(place, &[]) },
    Step { name: "fuzz", run: |place| fuzz::run(place, &[]) },
    Step { name: "show main", run: |place| show::run(place, &["main".to_owned()]) },
];

/// See the [module documentation](self).
pub(crate) fn run(place: &Place, _: &[String]) -> Result<()> {
    let mut failed = Vec::new();
    for step in STEPS {
        println!("\n== {} ==", step.name);
        if let Err(error) = (step.run)(place) {
            println!("{} failed: {error:#}", step.name);
            failed.push(step.name);
        }
    }
    println!("\n{}", closing_line(STEPS.len(), failed.len()));
    if failed.is_empty() { Ok(()) } else { anyhow::bail!("failed: {}", failed.join(", ")) }
}

/// Alone on its line, for whoever reads only the end.
fn closing_line(steps: usize, failed: usize) -> String {
    format!("{} passed, {failed} failed", steps - failed)
}

/// What steps need beside Rust. Without a browser the test that opens the report in one is skipped
/// and says so.
fn install(place: &Place) -> Result<()> {
    python::environment(place)?;
    let browsers = ["chromium", "chromium-browser", "google-chrome"];
    if let Some(browser) = browsers.into_iter().find(|browser| shell::exists(browser)) {
        println!("browser: {browser}");
    } else if !python::can_install() {
        println!("browser: none, and none can be installed here: its test will be skipped");
    } else if let Err(error) = python::install("chromium") {
        println!("browser: none ({error:#}): its test will be skipped");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_counts_steps() {
        assert_eq!(closing_line(7, 2), "5 passed, 2 failed");
    }
}

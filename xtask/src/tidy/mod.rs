//! `tidy`: the invariants of `ARCHITECTURE.md` and `STYLE.md` that a program can check.
//!
//! Each check is a function from the [`Tree`] to its violations, one file and one row in
//! [`CHECKS`]. A message names the place, what was expected, what was found, and what to do about
//! it.

use std::fmt;

use anyhow::{Result, bail};

use crate::place::Place;

mod arrows;
mod docs;
mod hygiene;
mod names;
mod packages;
mod reach;
mod sizes;
mod source;
mod tables;
mod tree;

use tree::Tree;

/// Something that must not be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The file, with a line if there is one.
    pub(crate) place: String,
    /// What the rule asks for.
    pub(crate) expected: String,
    /// What is there.
    pub(crate) found: String,
    /// What to do.
    pub(crate) cure: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { place, expected, found, cure } = self;
        write!(f, "{place}: expected {expected}, found {found}; {cure}")
    }
}

/// One check.
struct Check {
    name: &'static str,
    run: fn(&Tree) -> Vec<Violation>,
}

/// All checks, by name.
const CHECKS: &[Check] = &[
    Check { name: "arrows", run: arrows::check },
    Check { name: "docs", run: docs::check },
    Check { name: "hygiene", run: hygiene::check },
    Check { name: "names", run: names::check },
    Check { name: "packages", run: packages::check },
    Check { name: "reach", run: reach::check },
    Check { name: "sizes", run: sizes::check },
    Check { name: "tables", run: tables::check },
];

/// See the [module documentation](self).
pub(crate) fn run(place: &Place, _: &[String]) -> Result<()> {
    let tree = Tree::read(&place.root)?;
    let mut count = 0;
    for check in CHECKS {
        for violation in (check.run)(&tree) {
            println!("tidy/{}: {violation}", check.name);
            count += 1;
        }
    }
    println!(
        "tidy: {} Rust files, {} checks, {count} violations",
        tree.sources.len(),
        CHECKS.len()
    );
    if count > 0 {
        bail!("tidy found {count} violations");
    }
    Ok(())
}

/// What one check says about a tree, as text: for the tests of the checks.
#[cfg(test)]
fn messages(check: fn(&Tree) -> Vec<Violation>, texts: &[(&str, &str)]) -> Vec<String> {
    check(&Tree::of(texts)).iter().map(Violation::to_string).collect()
}

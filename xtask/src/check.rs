//! `check`: what must hold before a change is shown to others: form, invariants, lints, licences,
//! documentation. Nothing of the program is run.

use anyhow::Result;

use crate::place::Place;
use crate::{licences, shell, tidy};

/// The features that most builds go without: nothing else looks at their code.
pub(crate) const FEATURES: &str = "zwerm-meaning/hnsw,zwerm-tests/embed";

/// See the [module documentation](self).
pub(crate) fn run(place: &Place, _: &[String]) -> Result<()> {
    shell::run(shell::cargo(&place.root).args(["fmt", "--all", "--check"]))?;
    tidy::run(place, &[])?;
    licences::run(place, &[])?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--locked"];
    let features = ["--features", FEATURES, "--", "-D", "warnings"];
    shell::run(shell::cargo(&place.root).args(clippy).args(features))?;
    let doc = ["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"];
    shell::run(shell::cargo(&place.root).args(doc).env("RUSTDOCFLAGS", "-D warnings"))
}

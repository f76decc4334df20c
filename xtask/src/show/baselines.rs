//! Published detectors beside ours, on posts whose planted accounts are known.
//!
//! The labelled sets of real posts have no reposts, URLs or replies, so what reads these finds
//! nobody there, and the table says so; the sample has all of them, and is invented.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::evaluation::number;
use super::figure::Figure;
use crate::place::Place;
use crate::{scan, shell};

/// Detectors and variants.
const BASELINES: [(&str, &str); 6] = [
    ("luceri-2024", "paper"),
    ("luceri-2024", "code"),
    ("nizzoli-2021", "paper"),
    ("pacheco-2021-co-retweet", "paper"),
    ("pacheco-2021-co-retweet", "code"),
    ("schoch-2022", "paper"),
];

/// See the [module documentation](self).
pub(super) fn figures(place: &Place, shared: Option<&Path>) -> Result<Vec<Figure>> {
    let sample = place.root.join("datasets-sample");
    let mut figures = of_set(place, "sample", &sample)?;
    for name in ["brexit_topic", "brexit"] {
        if let Some(shared) = shared {
            figures.extend(of_set(place, name, &shared.join("data/semi-real").join(name))?);
        }
    }
    Ok(figures)
}

fn of_set(place: &Place, set: &str, data: &Path) -> Result<Vec<Figure>> {
    let posts = data.join("posts.parquet");
    let ours = scan::scan(place, &format!("{set}-ours"), &posts, &[])?.results;
    let mut folders = vec![ours];
    let mut scored = Vec::new();
    for (name, variant) in BASELINES {
        let out = place.scratch("results")?.join(format!("{set}-{name}-{variant}"));
        scored.push(baseline(place, (name, variant), &posts, &out)?);
        folders.push(out);
    }
    let evaluation = evaluated(place, &folders, &data.join("truth.csv"))?;
    let auprc =
        |place: usize| number(&evaluation, &format!("/results/{place}/ranking/auprc/value"));
    let recall = |place: usize| {
        number(&evaluation, &format!("/results/{place}/ranking/recall_at_precision/value"))
    };
    let found = format!("AUPRC {:.3}, recall at precision ≥ 0.9 {:.3}", auprc(0)?, recall(0)?);
    let mut figures = vec![Figure::plain(format!("{set}: zwerm"), found)];
    for (at, ((name, variant), scored)) in BASELINES.into_iter().zip(&scored).enumerate() {
        let what = format!("{set}: {name} ({variant})");
        let with_score = number(scored, "/scored")?;
        if with_score == 0.0 {
            figures.push(Figure::plain(what, "nothing to read: no account has a score"));
            continue;
        }
        let above = number(&evaluation, &format!("/paired/{at}/first_above"))?;
        let found = format!(
            "AUPRC {:.3}, recall at precision ≥ 0.9 {:.3}; {with_score} accounts scored{}; zwerm \
             above in {:.1} % of resamples",
            auprc(at + 1)?,
            recall(at + 1)?,
            scored["flagged"].as_u64().map(|n| format!(", {n} picked")).unwrap_or_default(),
            100.0 * above,
        );
        figures.push(Figure::plain(what, found));
    }
    Ok(figures)
}

fn baseline(
    place: &Place,
    (name, variant): (&str, &str),
    posts: &Path,
    out: &Path,
) -> Result<Value> {
    let mut program = Command::new(scan::program(place)?);
    program.args(["baseline", name]).arg(posts).arg("--out").arg(out);
    program.args(["--variant", variant, "--force", "--json", "--quiet"]);
    serde_json::from_str(&shell::output(&mut program)?).context("scores as JSON")
}

fn evaluated(place: &Place, folders: &[PathBuf], truth: &Path) -> Result<Value> {
    let mut program = Command::new(scan::program(place)?);
    program.arg("evaluate").args(folders).arg("--truth").arg(truth).args(["--draws", "200"]);
    serde_json::from_str(&shell::output(program.arg("--json"))?).context("figures as JSON")
}

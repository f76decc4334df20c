//! `show`: figures that have goals, computed now, beside their goals.
//!
//! `show main` has those that one looks at after every change, `show evidence` what is found in
//! hundreds of invented worlds and how accounts are ranked, `show baselines` how published
//! detectors rank them, `show grid` which groups are found by their size and manner, `show ingest`
//! what becomes of hostile and damaged files, `show large` what it costs to look at a file of five
//! gigabytes, `show meaning` what is found of rewordings, `show text` what an exact join says about
//! clusters of texts. A figure that misses its goal is printed as missed, and the command fails.
//! Figures on real posts need the evaluation data beside the repository; without them they are
//! named as not computed.

use std::path::Path;

use anyhow::{Result, bail};

use crate::place::Place;

use figure::Figure;

mod ablation;
mod again;
mod baselines;
mod brexit;
mod evaluation;
mod evidence;
mod exact_text;
mod explained;
mod figure;
mod german;
mod grid;
mod ingest;
mod last_day;
mod meaning;
mod results;
mod sample;
mod small_groups;
mod speed;
mod static_model;
mod text;
mod worlds;

/// What is said of figures that were not computed.
const NO_REAL_POSTS: &str = "the evaluation data are not beside this repository";

/// One table of figures.
struct Table {
    name: &'static str,
    figures: fn(&Place) -> Result<Shown>,
}

/// All tables, by name.
const TABLES: &[Table] = &[
    Table { name: "baselines", figures: baselines },
    Table { name: "evidence", figures: evidence },
    Table { name: "evidence german", figures: |place| real(place, evidence::german) },
    Table { name: "evidence labelled", figures: |place| real(place, evidence::labelled) },
    Table { name: "evidence replay", figures: |place| real(place, evidence::replay) },
    Table { name: "evidence small", figures: |place| simulated(place, small_groups::figures) },
    Table { name: "evidence worlds", figures: |place| simulated(place, worlds::figures) },
    Table { name: "grid", figures: grid },
    Table { name: "grid real", figures: |place| real(place, grid::real) },
    Table { name: "grid simulated", figures: |place| simulated(place, grid::simulated) },
    Table { name: "ingest", figures: ingest },
    Table { name: "large", figures: ingest::large::figures },
    Table { name: "main", figures: main },
    Table { name: "meaning", figures: meaning },
    Table { name: "meaning encoders", figures: meaning::encoders },
    Table { name: "meaning graph", figures: meaning::graph },
    Table { name: "meaning real", figures: meaning::real },
    Table { name: "meaning static", figures: meaning::static_models },
    Table { name: "meaning worlds", figures: meaning::reworded },
    Table { name: "text", figures: text },
];

/// Figures, and what others need that were not computed.
#[derive(Default)]
struct Shown {
    figures: Vec<Figure>,
    skipped: Vec<String>,
}

/// See the [module documentation](self).
pub(crate) fn run(place: &Place, arguments: &[String]) -> Result<()> {
    let wanted = arguments.join(" ");
    let Some(table) = TABLES.iter().find(|table| table.name == wanted) else {
        let names: Vec<String> = TABLES.iter().map(|table| format!("`{}`", table.name)).collect();
        bail!("show: expected {}, found {wanted:?}", names.join(" or "));
    };
    let Shown { figures, skipped } = (table.figures)(place)?;
    print!("{}", figure::table(&figures));
    for reason in skipped {
        println!("not computed: {reason}");
    }
    let missed = figures.iter().filter(|figure| figure.is_missed()).count();
    let with_goal = figures.iter().filter(|figure| figure.has_goal()).count();
    let met = figures.iter().filter(|figure| figure.is_met()).count();
    println!("{met} of {with_goal} goals met");
    if missed > 0 {
        bail!("show {}: {missed} figures miss their goal", table.name);
    }
    Ok(())
}

/// The figures that one looks at after every change.
fn main(place: &Place) -> Result<Shown> {
    let mut shown = Shown { figures: sample::figures(place)?, ..Shown::default() };
    shown.figures.extend(last_day::figures(place)?);
    match place.shared() {
        Some(shared) => {
            shown.figures.extend(brexit::figures(place, &shared)?);
            shown.figures.extend(german::figures(place, &shared)?);
            shown.figures.extend(speed::figures(place, &shared)?);
        }
        None => shown.skipped.push(format!("figures on real posts: {NO_REAL_POSTS}")),
    }
    Ok(shown)
}

/// Published detectors beside ours.
fn baselines(place: &Place) -> Result<Shown> {
    let shared = place.shared();
    let mut shown =
        Shown { figures: baselines::figures(place, shared.as_deref())?, ..Shown::default() };
    if shared.is_none() {
        shown.skipped.push(format!("figures on real posts: {NO_REAL_POSTS}"));
    }
    Ok(shown)
}

/// What is found where nothing is, how accounts are ranked, and what it rests on: all parts of it.
fn evidence(place: &Place) -> Result<Shown> {
    parts(place, "evidence ")
}

/// What is found of rewordings.
fn meaning(place: &Place) -> Result<Shown> {
    parts(place, "meaning ")
}

/// Which injected groups are found, among whom.
fn grid(place: &Place) -> Result<Shown> {
    parts(place, "grid ")
}

/// All tables whose names begin so, one after the other.
fn parts(place: &Place, beginning: &str) -> Result<Shown> {
    let mut shown = Shown::default();
    for part in TABLES.iter().filter(|table| table.name.starts_with(beginning)) {
        let Shown { figures, skipped } = (part.figures)(place)?;
        shown.figures.extend(figures);
        shown.skipped.extend(skipped);
    }
    shown.skipped.dedup();
    Ok(shown)
}

/// What becomes of hostile and damaged files.
fn ingest(place: &Place) -> Result<Shown> {
    let mut shown = Shown { figures: ingest::figures(place)?, ..Shown::default() };
    match place.shared() {
        Some(shared) => shown.figures.extend(ingest::figures_of(place, &shared)?),
        None => shown.skipped.push(format!("figures on files of others: {NO_REAL_POSTS}")),
    }
    Ok(shown)
}

/// Figures that need nothing but this repository.
fn simulated(place: &Place, figures: fn(&Place) -> Result<Vec<Figure>>) -> Result<Shown> {
    Ok(Shown { figures: figures(place)?, ..Shown::default() })
}

/// Figures that need the evaluation data.
fn real(place: &Place, figures: fn(&Place, &Path) -> Result<Vec<Figure>>) -> Result<Shown> {
    match place.shared() {
        Some(shared) => Ok(Shown { figures: figures(place, &shared)?, ..Shown::default() }),
        None => Ok(Shown {
            skipped: vec![format!("figures on real posts: {NO_REAL_POSTS}")],
            ..Shown::default()
        }),
    }
}

/// What an exact join says about clusters of texts.
fn text(place: &Place) -> Result<Shown> {
    real(place, text::figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(TABLES.is_sorted_by_key(|table| table.name));
    }
}

//! Medians of many runs, with the smallest and the largest, as tables.

use std::fmt::Write;

use crate::definition::{Definition, Engine};
use crate::run::{Cost, Run, Stage};

/// Everything there is to read off the runs of a bench.
pub(crate) fn table(definition: &Definition, runs: &[Run]) -> String {
    let base = &definition.engines[0].name;
    let header = ["workload", "engine", "CPU s", &format!("of {base}'s"), "wall s", "peak MB"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    let mut notes = String::new();
    let mut stages = vec![["workload", "stage", "CPU s", "wall s"].map(str::to_owned).to_vec()];
    for workload in &definition.workloads {
        let of = |engine: &Engine| -> Vec<&Run> {
            let is_of = |run: &&Run| run.workload == workload.name && run.engine == engine.name;
            runs.iter().filter(is_of).collect()
        };
        let base_runs = of(&definition.engines[0]);
        if base_runs.is_empty() {
            continue;
        }
        for engine in &definition.engines {
            let own = of(engine);
            let ratios = ratios(&own, &base_runs);
            let figure = |of: fn(&Cost) -> f64, digits| {
                spread(own.iter().map(|run| of(&run.cost)).collect(), digits)
            };
            rows.push(vec![
                workload.name.clone(),
                engine.name.clone(),
                figure(|cost| cost.cpu_s, 2),
                format!("{:.0} %", 100.0 * median(&ratios)),
                figure(|cost| cost.wall_s, 2),
                figure(|cost| cost.peak_bytes as f64 / 1e6, 0),
            ]);
            if let Some(what) = &engine.without {
                let percent = 100.0 * (1.0 - median(&ratios));
                let _ = writeln!(
                    notes,
                    "{}: {what} takes {percent:.0} % of {base}'s CPU seconds",
                    workload.name
                );
            }
        }
        stages.extend(stage_rows(&workload.name, &base_runs));
    }
    let about = about(definition);
    let analysis = &definition.analysis;
    format!("{}\n{notes}\n{base} by stage\n{}\n{about}\n{analysis}", lines(&rows), lines(&stages))
}

/// What the names in the tables stand for.
fn about(definition: &Definition) -> String {
    let workloads = definition.workloads.iter().map(|workload| (&workload.name, &workload.about));
    let engines = definition.engines.iter().map(|engine| (&engine.name, &engine.about));
    let rows = workloads.chain(engines).map(|(name, about)| vec![name.clone(), about.clone()]);
    lines(&rows.collect::<Vec<_>>())
}

/// What each run cost of what the first engine cost in the same round: neighbours in time, so that
/// a busy minute meets both.
fn ratios(own: &[&Run], base: &[&Run]) -> Vec<f64> {
    own.iter()
        .filter_map(|run| {
            let beside = base.iter().find(|base| base.round == run.round)?;
            Some(run.cost.cpu_s / beside.cost.cpu_s)
        })
        .collect()
}

fn stage_rows(workload: &str, runs: &[&Run]) -> Vec<Vec<String>> {
    let names = runs.first().map(|run| run.stages.as_slice()).unwrap_or_default();
    names
        .iter()
        .map(|name| {
            let all = || runs.iter().flat_map(|run| &run.stages).filter(|s| s.stage == name.stage);
            let figure = |of: fn(&Stage) -> f64| spread(all().map(of).collect(), 2);
            let (cpu, wall) = (figure(|stage| stage.cpu_s), figure(|stage| stage.wall_s));
            vec![workload.to_owned(), name.stage.clone(), cpu, wall]
        })
        .collect()
}

/// The median with the smallest and the largest value.
fn spread(values: Vec<f64>, digits: usize) -> String {
    let smallest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = values.iter().copied().fold(0.0, f64::max);
    format!("{:.digits$} ({smallest:.digits$}–{largest:.digits$})", median(&values))
}

/// The middle value, or the mean of the two in the middle.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n => f64::midpoint(sorted[(n - 1) / 2], sorted[n / 2]),
    }
}

/// Rows with their columns below each other.
fn lines(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().enumerate();
        let line: Vec<String> =
            cells.map(|(i, cell)| format!("{cell:<0$}", width(i).unwrap_or(0))).collect();
        let _ = writeln!(text, "{}", line.join("  ").trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(engine: &str, round: usize, cpu_s: f64) -> Run {
        let cost = Cost { wall_s: 1.0, cpu_s, peak_bytes: 5_000_000 };
        let (workload, engine) = ("w".to_owned(), engine.to_owned());
        Run { workload, engine, round, cost, stages: Vec::new() }
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
        assert_eq!(spread(vec![3.0, 1.0, 2.0], 1), "2.0 (1.0–3.0)");
    }

    #[test]
    fn runs_are_compared_with_those_beside_them() {
        let base = [run("a", 1, 10.0), run("a", 2, 20.0), run("a", 3, 10.0)];
        let own = [run("b", 1, 5.0), run("b", 2, 10.0), run("b", 3, 6.0)];
        let (own, base): (Vec<_>, Vec<_>) = (own.iter().collect(), base.iter().collect());
        assert_eq!(median(&ratios(&own, &base)), 0.5);
    }
}

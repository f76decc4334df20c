//! Medians of many runs, with the smallest and the largest, as tables.

use std::fmt::Write;

use crate::definition::{Definition, Engine, Share, Workload};
use crate::run::{Cost, Run, Stage};

/// Everything there is to read off the runs of a bench.
pub(crate) fn table(definition: &Definition, runs: &[Run]) -> String {
    let base = &definition.engines[0].name;
    let mut rows = vec![header(definition)];
    let mut notes = String::new();
    let mut stages = vec![["workload", "stage", "CPU s", "wall s"].map(str::to_owned).to_vec()];
    for workload in &definition.workloads {
        let of = |engine: &Engine| of(runs, workload, engine);
        let base_runs = of(&definition.engines[0]);
        if base_runs.is_empty() {
            continue;
        }
        for engine in &definition.engines {
            let own = of(engine);
            let names = [workload.name.clone(), engine.name.clone()];
            let cells = cells(definition, &own, &base_runs);
            rows.push(names.into_iter().chain(cells).collect());
            if let Some(what) = &engine.without {
                let percent = 100.0 * (1.0 - median(&ratios(&own, &base_runs, |c| c.cpu_s)));
                let _ = writeln!(
                    notes,
                    "{}: {what} takes {percent:.0} % of {base}'s CPU seconds",
                    workload.name
                );
            }
        }
        stages.extend(stage_rows(&workload.name, &base_runs));
    }
    notes.extend(beside(definition, runs));
    notes.extend(growth(definition, runs));
    let mut text = lines(&rows);
    let stages = (stages.len() > 1).then(|| format!("{base} by stage\n{}", lines(&stages)));
    for part in [notes, stages.unwrap_or_default(), about(definition)] {
        if !part.is_empty() {
            let _ = write!(text, "\n{part}");
        }
    }
    format!("{text}\n{}", definition.analysis)
}

fn of<'a>(runs: &'a [Run], workload: &Workload, engine: &Engine) -> Vec<&'a Run> {
    let is_of = |run: &&Run| run.workload == workload.name && run.engine == engine.name;
    runs.iter().filter(is_of).collect()
}

fn header(definition: &Definition) -> Vec<String> {
    let of_base = format!("of {}'s", definition.engines[0].name);
    let fixed = ["workload", "engine", "CPU s", &of_base, "wall s", &of_base, "peak MB"];
    let rate = definition.rate.iter().map(|count| format!("{count} per CPU s"));
    let shares = definition.shares.iter().map(|share| share.name.clone());
    fixed.into_iter().map(str::to_owned).chain(rate).chain(shares).collect()
}

/// The figures of one engine on one workload, in the order of the header.
fn cells(definition: &Definition, own: &[&Run], base: &[&Run]) -> Vec<String> {
    let figure = |of: fn(&Cost) -> f64, digits| {
        spread(own.iter().map(|run| of(&run.cost)).collect(), digits)
    };
    let beside = |of: fn(&Cost) -> f64| times(median(&ratios(own, base, of)));
    let mut cells = vec![
        figure(|cost| cost.cpu_s, 2),
        beside(|cost| cost.cpu_s),
        figure(|cost| cost.wall_s, 2),
        beside(|cost| cost.wall_s),
        figure(|cost| cost.peak_bytes as f64 / 1e6, 0),
    ];
    if let Some(count) = &definition.rate {
        let rates: Vec<f64> = own.iter().map(|run| number(run, count) / run.cost.cpu_s).collect();
        cells.push(grouped(median(&rates)));
    }
    for Share { part, whole, .. } in &definition.shares {
        let shares: Vec<f64> =
            own.iter().map(|run| number(run, part) / number(run, whole)).collect();
        cells.push(format!("{:.4}", median(&shares)));
    }
    cells
}

/// What a run counted under a name.
fn number(run: &Run, count: &str) -> f64 {
    run.counts[count].as_f64().unwrap_or(f64::NAN)
}

/// How the cost of one unit of work grows from the first workload to the others.
fn growth(definition: &Definition, runs: &[Run]) -> Vec<String> {
    let Some(count) = &definition.rate else { return Vec::new() };
    let mut lines = Vec::new();
    for engine in &definition.engines {
        let each = |workload: &Workload, cost: fn(&Cost) -> f64| {
            let own = of(runs, workload, engine);
            median(&own.iter().map(|run| cost(&run.cost) / number(run, count)).collect::<Vec<_>>())
        };
        let ran = |workload: &&Workload| !of(runs, workload, engine).is_empty();
        let mut workloads = definition.workloads.iter().filter(ran);
        let Some(first) = workloads.next() else { continue };
        for other in workloads {
            let grown = |cost| each(other, cost) / each(first, cost);
            let (cpu, wall) = (grown(|cost| cost.cpu_s), grown(|cost| cost.wall_s));
            let (name, from, to) = (&engine.name, &first.name, &other.name);
            lines.push(format!(
                "{name}: CPU seconds by {count} on {to} are {cpu:.2} times those on {from}, \
                 seconds on the clock {wall:.2} times\n"
            ));
        }
    }
    lines
}

/// What engines take of what others take that do the same work.
fn beside(definition: &Definition, runs: &[Run]) -> Vec<String> {
    let mut lines = Vec::new();
    for workload in &definition.workloads {
        for engine in &definition.engines {
            let is_other = |other: &&Engine| Some(&other.name) == engine.beside.as_ref();
            let Some(other) = definition.engines.iter().find(is_other) else { continue };
            let (own, base) = (of(runs, workload, engine), of(runs, workload, other));
            if own.is_empty() {
                continue;
            }
            let times = |cost| median(&ratios(&own, &base, cost));
            let (cpu, wall) = (times(|cost| cost.cpu_s), times(|cost| cost.wall_s));
            lines.push(format!(
                "{}: {} takes {cpu:.2} times the CPU seconds of {}, {wall:.2} times its seconds on \
                 the clock\n",
                workload.name, engine.name, other.name
            ));
        }
    }
    lines
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
fn ratios(own: &[&Run], base: &[&Run], of: fn(&Cost) -> f64) -> Vec<f64> {
    own.iter()
        .filter_map(|run| {
            let beside = base.iter().find(|base| base.round == run.round)?;
            Some(of(&run.cost) / of(&beside.cost))
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

/// A ratio in percent; from ten on as a factor.
fn times(ratio: f64) -> String {
    if ratio < 10.0 { format!("{:.0} %", 100.0 * ratio) } else { format!("{ratio:.1} ×") }
}

/// A whole number with its thousands apart.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
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
        let counts = serde_json::json!({"posts": 1_000_000, "pairs": 8, "planted": 6});
        Run { workload, engine, round, counts, cost, stages: Vec::new() }
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
        assert_eq!(median(&ratios(&own, &base, |cost| cost.cpu_s)), 0.5);
    }

    #[test]
    fn a_ratio_is_a_factor_when_it_is_large() {
        assert_eq!([0.34, 1.0, 9.4, 66.04].map(times), ["34 %", "100 %", "940 %", "66.0 ×"]);
    }

    #[test]
    fn thousands_stand_apart() {
        let found = [0.0, 999.4, 1000.0, 12_345.6, 123_456.0, 1_234_567.0].map(grouped);
        assert_eq!(found, ["0", "999", "1,000", "12,346", "123,456", "1,234,567"]);
    }

    const TEXT: &str = r#"
        analysis = "none"
        rate = "posts"
        share = [{ name = "precision", part = "planted", whole = "pairs" }]
        engine = [
            { name = "a", about = "x", command = [] },
            { name = "b", about = "x", command = [] },
            { name = "c", about = "x", command = [], beside = "b" },
        ]
        [[workload]]
        name = "w"
        about = "y"
        input = { shared = "posts.parquet" }
        expect.a = { posts = 1, pairs = 1, planted = 1 }
        expect.b = { posts = 1, pairs = 1, planted = 1 }
        expect.c = { posts = 1, pairs = 1, planted = 1 }
        [[workload]]
        name = "v"
        about = "y"
        input = { shared = "posts.parquet" }
        expect.a = { posts = 1, pairs = 1, planted = 1 }
        expect.b = { posts = 1, pairs = 1, planted = 1 }
        expect.c = { posts = 1, pairs = 1, planted = 1 }
    "#;

    #[test]
    fn engines_that_do_the_same_work_are_compared_in_a_note() {
        let definition = Definition::parse("t", TEXT).expect("it is a definition");
        let runs = [run("a", 1, 4.0), run("b", 1, 2.0), run("c", 1, 5.0)];
        let note =
            "w: c takes 2.50 times the CPU seconds of b, 1.00 times its seconds on the clock";
        assert!(table(&definition, &runs).lines().any(|line| line == note));
        let unknown = TEXT.replace(r#"beside = "b""#, r#"beside = "d""#);
        let problem = Definition::parse("t", &unknown).expect_err("there is no d");
        assert_eq!(problem.to_string(), "expected an engine beside c, found none named d");
    }

    #[test]
    fn work_by_second_and_shares_are_columns_and_growth_is_a_line() {
        let definition = Definition::parse("t", TEXT).expect("it is a definition");
        let mut runs = vec![run("a", 1, 4.0), run("b", 1, 80.0)];
        let table = table(&definition, &runs);
        let header = "CPU s of a's wall s of a's peak MB posts per CPU s precision";
        let b = "80.00 (80.00–80.00) 20.0 × 1.00 (1.00–1.00) 100 % 5 (5–5) 12,500 0.7500";
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let table: Vec<String> = table.lines().map(words).collect();
        assert_eq!(table[0], format!("workload engine {header}"));
        assert_eq!(table[2], format!("w b {b}"));
        assert!(growth(&definition, &runs).is_empty());
        runs.push(Run { workload: "v".to_owned(), ..run("a", 1, 5.0) });
        let line = "a: CPU seconds by posts on v are 1.25 times those on w";
        assert!(growth(&definition, &runs)[0].starts_with(line));
    }
}

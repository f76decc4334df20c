//! Keeping figures: the raw runs, the table, and the machine, without its name or its folders.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::calm::Calm;
use crate::definition::Definition;
use crate::place::{Place, make_folder};
use crate::run::Run;

/// Above this somebody else is working here, and seconds on the clock say little.
const LOAD_MAX: f64 = 1.5;

/// What the figures were measured on.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    /// The day, in UTC.
    date: String,
    /// The processor, as it calls itself.
    cpu: String,
    /// Cores that the process may use.
    cores: usize,
    /// Memory in GiB.
    memory_gib: f64,
    /// The kernel's release.
    kernel: String,
    /// The compiler.
    rustc: String,
    /// The commit, marked if files differ from it.
    commit: String,
    /// Runs of each engine on each workload.
    rounds: u32,
    /// Processes that wanted a core in the minute before the first run.
    load_before: f64,
}

impl Machine {
    /// Asks the machine.
    pub(crate) fn describe(place: &Place, rounds: u32) -> Result<Self> {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let memory_kib: f64 = value(&read("/proc/meminfo"), "MemTotal")
            .and_then(|memory| memory.trim_end_matches("kB").trim().parse().ok())
            .unwrap_or(0.0);
        let load = read("/proc/loadavg");
        let load = load.split(' ').next().and_then(|load| load.parse().ok());
        Ok(Machine {
            date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
            cpu: value(&read("/proc/cpuinfo"), "model name").unwrap_or("unknown").to_owned(),
            cores: std::thread::available_parallelism()?.get(),
            memory_gib: (memory_kib / 1024.0 / 1024.0 * 10.0).round() / 10.0,
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            rustc: printed(&place.root, "rustc", &["--version"])?,
            commit: printed(&place.root, "git", &["describe", "--always", "--dirty"])?,
            rounds,
            load_before: load.unwrap_or(0.0),
        })
    }

    /// Says so if the machine is not quiet.
    pub(crate) fn warn(&self) {
        let load = self.load_before;
        if load >= LOAD_MAX {
            eprintln!("the machine is busy (load {load}): trust CPU seconds and ratios only");
        }
    }
}

/// The value of the first `key : value` line.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let of_key = |line: &'a str| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then(|| value.trim())
    };
    text.lines().find_map(of_key)
}

fn printed(folder: &Path, program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output = output.with_context(|| format!("start {program}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What stands in `<bench>-machine.toml`.
#[derive(Serialize)]
pub(crate) struct Described<'a> {
    #[serde(flatten)]
    pub(crate) machine: &'a Machine,
    pub(crate) peers: &'a BTreeSet<String>,
    pub(crate) calm: &'a Calm,
}

/// Writes to `benches/record/DATE_CORES/`, over what the same bench measured there on the same day.
pub(crate) fn write(
    place: &Place,
    definition: &Definition,
    runs: &[Run],
    table: &str,
    described: &Described<'_>,
) -> Result<()> {
    let name = format!("{}_{}core", described.machine.date, described.machine.cores);
    let folder = place.benches.join("record").join(&name);
    make_folder(&folder)?;
    let bench = &definition.name;
    write_runs(&folder.join(format!("{bench}.csv")), runs)?;
    if runs.iter().any(|run| !run.stages.is_empty()) {
        write_stages(&folder.join(format!("{bench}-stages.csv")), runs)?;
    }
    let keep = |file: &str, text: &str| {
        std::fs::write(folder.join(file), text).with_context(|| file.to_owned())
    };
    keep(&format!("{bench}.txt"), table)?;
    keep(&format!("{bench}-machine.toml"), &toml::to_string(described)?)?;
    println!("recorded in benches/record/{name}");
    Ok(())
}

fn write_runs(path: &Path, runs: &[Run]) -> Result<()> {
    let mut csv = csv::Writer::from_path(path)?;
    csv.write_record(["workload", "engine", "round", "wall_s", "cpu_s", "peak_bytes"])?;
    for Run { workload, engine, round, cost, .. } in runs {
        let (wall, cpu) = (format!("{:.3}", cost.wall_s), format!("{:.3}", cost.cpu_s));
        let (round, peak) = (round.to_string(), cost.peak_bytes.to_string());
        csv.write_record([workload, engine, &round, &wall, &cpu, &peak])?;
    }
    Ok(csv.flush()?)
}

fn write_stages(path: &Path, runs: &[Run]) -> Result<()> {
    let mut csv = csv::Writer::from_path(path)?;
    csv.write_record(["workload", "engine", "round", "stage", "wall_s", "cpu_s"])?;
    for Run { workload, engine, round, stages, .. } in runs {
        for stage in stages {
            let (wall, cpu) = (format!("{:.3}", stage.wall_s), format!("{:.2}", stage.cpu_s));
            csv.write_record([workload, engine, &round.to_string(), &stage.stage, &wall, &cpu])?;
        }
    }
    Ok(csv.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stands_behind_its_key() {
        let text = "processor\t: 0\nmodel name\t: A: B\nMemTotal:  12 kB\n";
        assert_eq!(value(text, "model name"), Some("A: B"));
        assert_eq!(value(text, "MemTotal"), Some("12 kB"));
        assert_eq!(value(text, "model"), None);
    }
}

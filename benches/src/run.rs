//! One run of one engine: a whole process, and what the kernel says it cost.

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Map, Value};
use wait4::Wait4;

use crate::definition::Engine;

/// A run.
#[derive(Debug)]
pub(crate) struct Run {
    /// On which posts.
    pub(crate) workload: String,
    /// Of which engine.
    pub(crate) engine: String,
    /// From 1.
    pub(crate) round: usize,
    /// What it counted.
    pub(crate) counts: Value,
    /// What the process cost.
    pub(crate) cost: Cost,
    /// What its stages cost, as it says itself; empty if it says nothing.
    pub(crate) stages: Vec<Stage>,
}

/// What a process cost, start and end included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cost {
    /// Seconds on the clock.
    pub(crate) wall_s: f64,
    /// Seconds of all cores together.
    pub(crate) cpu_s: f64,
    /// Bytes that were resident at the peak.
    pub(crate) peak_bytes: u64,
}

/// What a stage of a scan cost.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Stage {
    /// Its name.
    pub(crate) stage: String,
    /// Seconds on the clock.
    pub(crate) wall_s: f64,
    /// Seconds of all cores together.
    pub(crate) cpu_s: f64,
}

/// The programs that commands name.
#[derive(Debug)]
pub(crate) struct Tools<'a> {
    /// zwerm.
    pub(crate) program: &'a Path,
    /// Python with the packages of the peers.
    pub(crate) python: &'a Path,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = self.peak_bytes as f64 / 1e6;
        write!(f, "{:6.2} CPU s  {:6.2} s  {megabytes:5.0} MB", self.cpu_s, self.wall_s)
    }
}

/// Runs an engine and returns what it counted and what it cost; what scores it costs nothing.
pub(crate) fn run(
    engine: &Engine,
    tools: &Tools<'_>,
    input: &Path,
    out: &Path,
) -> Result<(Value, Cost)> {
    let mut command = started(&engine.command, tools, input, out)?;
    let (printed, cost) = measure(&mut command).with_context(|| engine.name.clone())?;
    let mut counts = counted(&printed)?;
    if let Some(score) = &engine.score {
        let (printed, _) = measure(&mut started(score, tools, input, out)?)
            .with_context(|| format!("the score of {}", engine.name))?;
        counts.extend(counted(&printed)?);
    }
    Ok((Value::Object(counts), cost))
}

/// The process that words stand for.
fn started(words: &[String], tools: &Tools<'_>, input: &Path, out: &Path) -> Result<Command> {
    let peers = Path::new("peers");
    let places = [
        ("{program}", tools.program),
        ("{python}", tools.python),
        ("{peers}", peers),
        ("{input}", input),
        ("{out}", out),
    ];
    let mut words = words.iter().map(|word| {
        places.iter().fold(word.clone(), |word, (name, path)| {
            word.replace(name, &path.display().to_string())
        })
    });
    let mut command = Command::new(words.next().context("an engine without a command")?);
    command.args(words).current_dir(env!("CARGO_MANIFEST_DIR"));
    Ok(command)
}

fn counted(printed: &str) -> Result<Map<String, Value>> {
    serde_json::from_str(printed).with_context(|| format!("expected counts, found {printed:?}"))
}

/// Runs a process to its end: what it printed and what it cost. It must succeed.
fn measure(command: &mut Command) -> Result<(String, Cost)> {
    let began = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut printed = String::new();
    child.stdout.take().context("its output is piped")?.read_to_string(&mut printed)?;
    let used = child.wait4()?;
    let wall_s = began.elapsed().as_secs_f64();
    ensure!(used.status.success(), "ended with {}", used.status);
    let cpu_s = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    Ok((printed, Cost { wall_s, cpu_s, peak_bytes: used.rusage.maxrss }))
}

/// The stages that a scan wrote down, if it was one.
pub(crate) fn stages(out: &Path) -> Result<Vec<Stage>> {
    #[derive(Deserialize)]
    struct Timings {
        stages: Vec<Stage>,
    }
    match std::fs::read_to_string(out.join("timings.json")) {
        Ok(text) => Ok(serde_json::from_str::<Timings>(&text).context("timings.json")?.stages),
        Err(_) => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_computes_costs_time_of_a_core() {
        let mut command = Command::new("sh");
        let loop_for_a_while = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done";
        let (printed, cost) = measure(command.args(["-c", loop_for_a_while])).expect("it runs");
        assert_eq!(printed, "done\n");
        assert!(cost.cpu_s > 0.01 && cost.wall_s > 0.01, "{cost:?}");
        assert!(cost.peak_bytes > 100_000, "{cost:?}");
    }

    #[test]
    fn a_score_adds_counts_and_no_cost() {
        let shell = |script: &str| ["sh", "-c", script].map(str::to_owned).to_vec();
        let engine = Engine {
            name: "e".to_owned(),
            about: String::new(),
            without: None,
            beside: None,
            command: shell("echo '{\"posts\": 3, \"pairs\": 1}'"),
            score: Some(shell("sleep 0.5; echo '{\"pairs\": 2}' # {out}")),
        };
        let path = Path::new("x");
        let tools = Tools { program: path, python: path };
        let (counts, cost) = run(&engine, &tools, path, path).expect("both run");
        assert_eq!(counts, serde_json::json!({"posts": 3, "pairs": 2}));
        assert!(cost.wall_s < 0.5, "{cost:?}");
    }

    #[test]
    fn a_process_that_fails_has_no_cost() {
        assert!(measure(Command::new("sh").args(["-c", "exit 3"])).is_err());
    }
}

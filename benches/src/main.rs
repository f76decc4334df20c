//! Speed and memory of whole processes, beside a peer: `cargo run --release -p zwerm-benches scan`.
//!
//! A bench is one file in `definitions/`: what is run on which posts, what must come out, and how
//! the figures are to be read. Engines take turns, round by round, because machines are shared;
//! a run that counts anything else than its definition says fails, because its figures mean
//! nothing.

#![allow(
    clippy::disallowed_methods,
    reason = "a bench reads clocks, and the files that it measures with"
)]

mod calm;
mod definition;
mod place;
mod record;
mod run;
mod summary;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;

use calm::Calm;
use definition::Definition;
use place::Place;
use record::Described;
use run::Run;

/// Runs a bench and prints medians with the smallest and the largest figure.
#[derive(Debug, Parser)]
#[command(name = "zwerm-benches")]
struct Args {
    /// Which bench: a file of `benches/definitions`, without its ending
    bench: String,
    /// How often every engine runs on every workload
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Seconds that a run waits at the most for a machine that is shared to be calm
    #[arg(long, default_value_t = 10)]
    patience: u32,
    /// Write the runs, the table and the machine to `benches/record`
    #[arg(long)]
    record: bool,
}

fn main() -> ExitCode {
    match bench(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn bench(args: &Args) -> Result<()> {
    let place = Place::find()?;
    let definition = Definition::read(&place.benches, &args.bench)?;
    let program = place.program()?;
    let python = place.python()?;
    // After the build, which would count itself; before the runs, which count themselves.
    let machine = record::Machine::describe(&place, args.rounds)?;
    machine.warn();
    let mut calm = Calm::new(Duration::from_secs(args.patience.into()));
    let mut runs: Vec<Run> = Vec::new();
    let mut versions = std::collections::BTreeSet::new();
    for workload in &definition.workloads {
        let tools = run::Tools { program: &program, python: &python };
        let Some(input) = place.input(workload, &tools)? else { continue };
        for round in 0..args.rounds as usize {
            for turn in 0..definition.engines.len() {
                // Another engine begins each round.
                let engine = &definition.engines[(round + turn) % definition.engines.len()];
                let out = place.results(&definition, workload, engine)?;
                calm.wait();
                let (counts, cost) = run::run(engine, &tools, &input, &out)?;
                workload.check(engine, &counts)?;
                versions.extend(counts.get("version").and_then(|v| v.as_str()).map(str::to_owned));
                eprintln!("round {} {:<8} {:<18} {cost}", round + 1, workload.name, engine.name);
                let stages = run::stages(&out)?;
                let (workload, engine) = (workload.name.clone(), engine.name.clone());
                runs.push(Run { workload, engine, round: round + 1, counts, cost, stages });
            }
        }
    }
    if runs.is_empty() {
        return Ok(());
    }
    let table = summary::table(&definition, &runs);
    println!("{table}");
    if args.record {
        let described = Described { machine: &machine, peers: &versions, calm: &calm };
        record::write(&place, &definition, &runs, &table, &described)?;
    }
    Ok(())
}

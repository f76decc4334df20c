//! The commands, one file each.

mod baseline;
mod cluster;
mod edges;
mod evaluate;
mod explain;
mod ingest;
mod inspect;
mod man;
mod reveal;
mod scan;
mod simulate;
mod verify;

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use zwerm::{ConfigFile, Status};

use crate::args::{Args, Command, Input};

/// Runs what was asked for.
pub(crate) fn run(args: Args) -> Result<Status> {
    match args.command {
        Command::Scan(scan) => scan::run(scan, &args.output),
        Command::Cluster(cluster) => cluster::run(cluster, &args.output),
        Command::Edges(edges) => edges::run(edges, &args.output),
        Command::Baseline(baseline) => baseline::run(baseline, &args.output),
        Command::Ingest(ingest) => ingest::run(ingest, &args.output),
        Command::Inspect(inspect) => inspect::run(inspect, &args.output),
        Command::Explain(explain) => explain::run(&explain, &args.output),
        Command::Evaluate(evaluate) => evaluate::run(evaluate, &args.output),
        Command::Reveal(reveal) => reveal::run(reveal, &args.output),
        Command::Verify(verify) => verify::run(&verify, &args.output),
        Command::Simulate(simulate) => simulate::run(&simulate, &args.output),
        Command::Completions(completions) => man::completions(&completions),
        Command::Man => man::page(),
    }
}

/// The configuration file, with the flags and the environment laid over it.
fn config(input: &Input) -> Result<ConfigFile> {
    let mut file = match &input.config {
        Some(path) => ConfigFile::read(path)?,
        None => ConfigFile::default(),
    };
    file.map.extend(pairs(&input.map)?);
    if input.timezone.is_some() {
        file.timezone.clone_from(&input.timezone);
    }
    if input.schema.is_some() {
        file.schema.clone_from(&input.schema);
    }
    if input.pseudonymise.is_some() {
        file.pseudonymise.clone_from(&input.pseudonymise);
    }
    if input.lossy_utf8 {
        file.lossy_utf8 = Some(true);
    }
    file.max_reject_ratio = input.max_reject_ratio.or(file.max_reject_ratio);
    Ok(file)
}

fn pairs(map: &[String]) -> Result<BTreeMap<String, String>> {
    let mut pairs = BTreeMap::new();
    for pair in map {
        let Some((canonical, column)) = pair.split_once('=') else {
            bail!("--map: expected CANONICAL=COLUMN, found \"{pair}\"");
        };
        pairs.insert(canonical.trim().to_owned(), column.trim().to_owned());
    }
    Ok(pairs)
}

/// Prints to standard output; a reader that went away (`| head`) is no error.
fn print(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().write_all(text.as_bytes());
}

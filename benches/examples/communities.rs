//! Leiden on a graph in a file of lines `a b weight`, with what it cost; `peers/leiden_igraph.py`
//! reads the same file and prints the same counts.
//!
//! `cargo run --release -p zwerm-benches --example communities -- GRAPH [THREADS]`

#![allow(clippy::disallowed_methods, reason = "a measurement reads files and clocks")]

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result};
use zwerm_graph::{Graph, Objective, Resolution, leiden, quality};

const MODULARITY: Objective = Objective::Modularity { resolution: Resolution::ONE };

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().context("which graph?")?;
    let threads = arguments.next().map_or(Ok(1), |n| n.parse())?;
    let text = fs::read_to_string(&path).with_context(|| path.clone())?;
    let mut edges: Vec<(u32, u32, u64)> = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let mut next = || words.next().context("three numbers a line");
        edges.push((next()?.parse()?, next()?.parse()?, next()?.parse()?));
    }
    let nodes = edges.iter().map(|edge| edge.1 + 1).max().unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let (began, used) = (Instant::now(), cpu_s()?);
    let graph = Graph::from_sorted_edges(nodes, &edges);
    let (built, build_s) = (cpu_s()? - used, began.elapsed().as_secs_f64());
    let found = pool.install(|| leiden(&graph, MODULARITY));
    let (cpu, wall) = (cpu_s()? - used - built, began.elapsed().as_secs_f64() - build_s);
    println!(
        "{{\"nodes\": {nodes}, \"edges\": {}, \"communities\": {}, \"modularity\": {:.5}, \
         \"threads\": {threads}, \"build_cpu_s\": {built:.2}, \"cpu_s\": {cpu:.2}, \"wall_s\": \
         {wall:.2}}}",
        edges.len(),
        found.community_count(),
        quality(&graph, &found, MODULARITY),
    );
    Ok(())
}

/// Processor time of this process, in seconds, in steps of a hundredth.
fn cpu_s() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = fields.split_whitespace().skip(11).take(2).flat_map(str::parse::<f64>).sum();
    Ok(ticks / 100.0)
}

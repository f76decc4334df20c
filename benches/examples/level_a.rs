//! What level A costs, rung by rung: processor time and memory on two sizes of a simulated world.
//!
//! `MALLOC_MMAP_THRESHOLD_=65536 MALLOC_TRIM_THRESHOLD_=65536 cargo run --release -p zwerm-benches
//! --example level_a -- 550000 6700000`: the numbers are posts of each world and the defaults, the
//! second has ten million traces; the two settings make glibc give freed memory back, without
//! which what stages before had freed hides the peak. One thread does the work, and its own time
//! on a processor is taken, so other programs on the machine count little. Memory is the peak above
//! what was held before, by the kernel's count (Linux only; elsewhere nothing is measured).
//!
//! A rung alone walks all acts once; the program walks them once for all rungs together. Input,
//! texts and traces are made before and not measured.

#![allow(clippy::disallowed_methods, reason = "the kernel tells its figures in files")]

use std::fs;
use std::path::Path;

use rayon::ThreadPoolBuilder;
use zwerm::simulate::{POSTS, World, simulate};
use zwerm::{ConfigFile, Settings};
use zwerm_model::{Meanings, Posts, Resolution, Tally, TraceTable};
use zwerm_network::acts::SharedActs;
use zwerm_network::ages::Ages;
use zwerm_network::channels::{self, Activity, Channel};
use zwerm_network::clock::{Rung, Volume};
use zwerm_network::observe::{self, Frame};
use zwerm_network::{RUNGS, accounts};

/// Posts of the worlds, unless others are asked for.
const WORLDS: [u64; 2] = [550_000, 6_700_000];

fn main() {
    let asked: Vec<u64> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let worlds = if asked.is_empty() { WORLDS.to_vec() } else { asked };
    let pool = ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    for posts in worlds {
        let folder = tempfile::tempdir().expect("a folder for posts");
        simulate(&World::perf(posts), folder.path(), true).expect("a world");
        pool.install(|| world(&folder.path().join(POSTS)));
    }
}

/// Measures one world and prints it.
fn world(path: &Path) {
    let inputs = vec![path.to_path_buf()];
    let settings = Settings::resolve(inputs, path.with_extension("out"), ConfigFile::default());
    let settings = settings.expect("defaults make sense");
    let config = settings.ingest().expect("defaults make sense");
    let ingested = zwerm_ingest::read(&settings.inputs, &config).expect("what was written");
    let (posts, resolution) = (&ingested.posts, ingested.resolution);
    let clusters = zwerm_text::cluster(posts, &settings.text(), &mut Tally::default());
    let targets = zwerm_trace::Targets::find(posts);
    let meanings = Meanings::default();
    let traced =
        zwerm_trace::Inputs { posts, clusters: &clusters, meanings: &meanings, targets: &targets };
    let tables = zwerm_trace::extract(&traced, &mut Tally::default());
    let traces: usize = tables.iter().map(TraceTable::len).sum();
    println!("{} posts, {} accounts, {traces} traces", posts.len(), posts.accounts.len());

    let (acts, made) = measured(|| {
        let of = |table| {
            let acts = SharedActs::of(table, resolution);
            let ages = Ages::of(&acts);
            (acts, ages)
        };
        tables.iter().map(of).collect::<Vec<(SharedActs, Ages)>>()
    });
    let shared: usize = acts.iter().map(|(acts, _)| acts.acts.len()).sum();
    print("acts and ages", &made, traces, posts);
    println!("  {shared} acts on objects that several accounts touched");
    for rung in RUNGS {
        let (_, cost) = measured(|| level_a(posts, &tables, &acts, resolution, &[rung]));
        let (window, context) = (rung.window_ms / 1_000, rung.context_ms / 1_000);
        print(&format!("rung {window} s in {context} s"), &cost, traces, posts);
    }
    let (channels, cost) = measured(|| level_a(posts, &tables, &acts, resolution, &RUNGS));
    print("all rungs in one walk", &cost, traces, posts);
    let tested = posts.accounts.len() as u64;
    let (_, cost) = measured(|| accounts::verdicts(&channels, tested, |c| c.null.tests()));
    print("verdicts", &cost, traces, posts);
}

/// All channels of some rungs.
fn level_a(
    posts: &Posts,
    tables: &[TraceTable],
    acts: &[(SharedActs, Ages)],
    resolution: Resolution,
    rungs: &[Rung],
) -> Vec<Channel> {
    let backgrounds: Vec<(Rung, Volume)> = channels::backgrounds(posts, resolution, rungs);
    let frames: Vec<Frame<'_>> = backgrounds
        .iter()
        .map(|(rung, volume)| Frame { resolution, rung: *rung, volume, own_time_only: false })
        .collect();
    let mut all = Vec::new();
    for (table, (acts, ages)) in tables.iter().zip(acts) {
        let activity = Activity::of(observe::activity(table, posts.accounts.len()));
        let observed = observe::observe_all(acts, ages, &frames);
        for (frame, (readings, _)) in frames.iter().zip(observed) {
            let found = channels::channels(table.kind, frame.rung, &readings, &activity);
            all.extend(found.into_iter().flat_map(|(_, channels)| channels));
        }
    }
    all
}

/// What something took.
struct Cost {
    cpu_s: Option<f64>,
    peak_bytes: Option<u64>,
}

fn measured<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let (cpu, held) = (cpu_s(), forget_peak().and_then(|()| status_bytes("VmRSS:")));
    let done = work();
    let cpu_s = cpu_s().zip(cpu).map(|(after, before)| after - before);
    let peak = status_bytes("VmHWM:").zip(held).map(|(peak, held)| peak.saturating_sub(held));
    (done, Cost { cpu_s, peak_bytes: peak })
}

/// Seconds that this thread was on a processor.
fn cpu_s() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse::<f64>().ok().map(|ns| ns / 1e9)
}

/// Lets the kernel count the peak anew.
fn forget_peak() -> Option<()> {
    fs::write("/proc/self/clear_refs", "5").ok()
}

fn status_bytes(name: &str) -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1_024)
}

fn print(what: &str, cost: &Cost, traces: usize, posts: &Posts) {
    let cpu = cost.cpu_s.map_or("not measured".to_owned(), |s| {
        format!("{s:.2} s of a processor, {:.0} ns a trace", s * 1e9 / traces.max(1) as f64)
    });
    let memory = cost.peak_bytes.map_or("not measured".to_owned(), |bytes| {
        let accounts = posts.accounts.len().max(1) as f64;
        format!("{} MB, {:.0} bytes an account", bytes / 1_000_000, bytes as f64 / accounts)
    });
    println!("  {what:<24} {cpu}; peak {memory}");
}

//! `zwerm cluster`: near-duplicate texts alone, in bounded memory.
//!
//! Texts go by batch after batch; what must be seen again (band keys, normalised texts) goes into
//! spilled runs, and ids, hashes and digests stay. The clusters are those of a scan: the kernels
//! are the same.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::sync::Mutex;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use serde::Serialize;
use zwerm_ingest::{Arrivals, Lane, TextChunk, TextFiles};
use zwerm_model::{NONE, Tally};
use zwerm_report::FileStaging;
use zwerm_text::{Collected, TextConfig};

use crate::config::Settings;
use crate::error::ScanError;
use crate::observer::Observer;
use crate::spill::texts;

/// What stays per text when all have gone by: hash, digest, places and moments, once as collected
/// and once as put into order.
const BYTES_PER_TEXT: u64 = 150;

/// The program itself, and the batches that are read and sketched at one time.
const BYTES_ALWAYS: u64 = 64 << 20;

/// Reading is a fifth of the work: one lane feeds this many threads.
const THREADS_PER_LANE: usize = 4;

/// Batches that a lane reads while the ones before are sketched.
const BATCHES: usize = 8;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clustered {
    /// Where the clusters are.
    pub out: PathBuf,
    /// Posts with a comparable text that are no reposts.
    pub posts: u64,
    /// Their distinct texts after normalisation.
    pub texts: u64,
    /// Clusters of two or more posts.
    pub clusters: u64,
    /// The posts in those.
    pub posts_clustered: u64,
    /// Everything counted.
    pub counts: Vec<(String, u64)>,
}

/// What stays of the texts that went by.
struct Passed {
    arrivals: Arrivals,
    collected: Collected,
    runs: texts::Writer,
}

/// Clusters the texts of posts and writes `text_clusters.parquet` to `settings.out`, a file that
/// appears whole or not at all. With `memory`, the run stops when what must stay in memory needs
/// more bytes than that.
///
/// # Errors
///
/// If an input cannot be read, the file cannot be written, or the memory does not suffice.
pub fn cluster(
    settings: &Settings,
    memory: Option<u64>,
    observer: &mut dyn Observer,
) -> Result<Clustered, ScanError> {
    observer.stage("ingest");
    let files = TextFiles::open(&settings.inputs, &settings.ingest()?)?;
    let pool = ThreadPoolBuilder::new().num_threads(settings.threads).build();
    let pool = pool.map_err(|error| ScanError::config("threads", error.to_string()))?;
    let staging = FileStaging::begin(&settings.out, settings.force)?;
    let mut passed = Passed {
        arrivals: Arrivals::default(),
        collected: Collected::default(),
        runs: texts::Writer::create(staging.dir())?,
    };
    let config = settings.text();
    let threads = pool.current_num_threads();
    let mut lanes = files.lanes(threads.div_ceil(THREADS_PER_LANE).min(files.parts()));
    // One batch first: as long as it is read, the other threads wait.
    let mut chunks = pool.install(|| read(&mut lanes, 1))?;
    while !chunks.is_empty() {
        chunks = pool.install(|| {
            let (read, sketched) =
                rayon::join(|| read(&mut lanes, BATCHES), || pass(&chunks, &config, &mut passed));
            sketched.and(read)
        })?;
        check_memory(memory, passed.arrivals.size())?;
    }
    observer.stage("text");
    let finished = staging.dir().join("text_clusters.parquet");
    let outcome = pool.install(|| link(passed, &files, settings, &finished))?;
    staging.commit(&finished)?;
    Ok(outcome)
}

/// The next batches of all lanes, so many of each.
fn read(lanes: &mut [Lane<'_>], batches: usize) -> Result<Vec<TextChunk>, ScanError> {
    let of_lane = |lane: &mut Lane<'_>| -> Result<Vec<TextChunk>, ScanError> {
        let mut chunks = Vec::new();
        while chunks.len() < batches
            && let Some(chunk) = lane.next_chunk()?
        {
            chunks.push(chunk);
        }
        Ok(chunks)
    };
    let of_lanes: Vec<_> = lanes.par_iter_mut().map(of_lane).collect();
    let of_lanes: Vec<Vec<TextChunk>> = of_lanes.into_iter().collect::<Result<_, _>>()?;
    Ok(of_lanes.into_iter().flatten().collect())
}

/// Sketches some batches and keeps of them what stays.
fn pass(chunks: &[TextChunk], config: &TextConfig, passed: &mut Passed) -> Result<(), ScanError> {
    let mut numbered = Vec::with_capacity(chunks.len());
    for chunk in chunks {
        numbered.push((passed.arrivals.push(chunk)?, chunk));
    }
    let passed = Mutex::new(passed);
    let results: Vec<Result<(), ScanError>> = numbered
        .into_par_iter()
        .map(|(first, chunk)| {
            let texts = (0..chunk.len()).map(|row| (first + row as u32, chunk.text(row)));
            let mut sketched = zwerm_text::sketch_all(texts, config, true);
            let mut passed = passed.lock().map_err(|_| poisoned())?;
            passed.runs.push(&sketched)?;
            passed.collected.push(&mut sketched);
            Ok(())
        })
        .collect();
    results.into_iter().collect()
}

/// From what went by to the file of clusters.
fn link(
    passed: Passed,
    files: &TextFiles,
    settings: &Settings,
    finished: &std::path::Path,
) -> Result<Clustered, ScanError> {
    let Passed { arrivals, mut collected, runs } = passed;
    // Only asked for if a post came twice.
    let hashes = OnceCell::new();
    let texts = arrivals.size().0;
    let tie = |post: u32| hashes.get_or_init(|| collected.hashes(texts))[post as usize];
    let ordered = arrivals.order(files, tie)?;
    drop(hashes);
    collected.renumber(&ordered.place);
    let mut tally: Tally = ordered.tally;
    let (bands, texts) = runs.finish();
    let (posts, config) = (ordered.arrival.len(), settings.text());
    let clusters =
        zwerm_text::cluster_collected(collected, (bands, &texts), posts, &config, &mut tally)?;
    drop(texts);
    let id = |post: u32| ordered.id.get(ordered.arrival[post as usize] as usize);
    zwerm_report::write_text_clusters(finished, &clusters, id)?;
    Ok(Clustered {
        out: settings.out.clone(),
        posts: tally.get("text.posts"),
        texts: tally.get("text.distinct"),
        clusters: tally.get("text.clusters"),
        posts_clustered: clusters.cluster.iter().filter(|&&c| c != NONE).count() as u64,
        counts: tally.iter().filter(|&(_, n)| n > 0).map(|(k, n)| (k.to_owned(), n)).collect(),
    })
}

/// Stops before more stays than the memory can hold.
fn check_memory(memory: Option<u64>, (texts, id_bytes): (usize, usize)) -> Result<(), ScanError> {
    let needed = BYTES_ALWAYS + texts as u64 * BYTES_PER_TEXT + id_bytes as u64;
    match memory {
        Some(given) if needed > given => Err(ScanError::Memory { given, needed }),
        _ => Ok(()),
    }
}

fn poisoned() -> ScanError {
    ScanError::config("threads", "another thread failed")
}

//! `zwerm cluster`: near-duplicate texts alone, in bounded memory.
//!
//! Texts go by batch after batch; what must be seen again (band keys, normalised texts) goes into
//! spilled runs, and ids, hashes and digests stay. The clusters are those of a scan: the kernels
//! are the same.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rayon::prelude::*;
use rayon::{Scope, ThreadPoolBuilder};
use serde::Serialize;
use zwerm_ingest::{Arrivals, Lane, TextChunk, TextFiles};
use zwerm_model::NONE;
use zwerm_report::FileStaging;
use zwerm_text::{Collected, Keep, TextConfig};

use crate::config::Settings;
use crate::error::ScanError;
use crate::observer::Observer;
use crate::spill::texts;

/// What stays per text when all have gone by: hash, digest, places and moments, once as collected
/// and once as put into order.
const BYTES_PER_TEXT: u64 = 160;

/// The program itself, and the batches that are read and sketched at one time.
const BYTES_ALWAYS: u64 = 64 << 20;

/// Reading is a fifth of the work: one lane feeds this many threads.
const THREADS_PER_LANE: usize = 4;

/// Batches per thread that wait to be sketched: enough that no thread waits for the next.
const BATCHES_AHEAD: usize = 2;

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

/// Texts that go by: lanes read them, and whichever thread is free sketches them.
struct Passing<'a> {
    config: &'a TextConfig,
    memory: Option<u64>,
    arrivals: Mutex<Arrivals>,
    sketched: Mutex<(Collected, texts::Writer)>,
    /// Batches that wait to be sketched, and how many may.
    ahead: AtomicUsize,
    ahead_max: usize,
    /// Why to stop.
    failed: OnceLock<ScanError>,
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
    let config = settings.text();
    let threads = pool.current_num_threads();
    let mut lanes = files.lanes(threads.div_ceil(THREADS_PER_LANE).min(files.parts()));
    let passing = Passing {
        config: &config,
        memory,
        arrivals: Mutex::default(),
        sketched: Mutex::new((Collected::default(), texts::Writer::create(staging.dir())?)),
        ahead: AtomicUsize::new(0),
        ahead_max: BATCHES_AHEAD * threads,
        failed: OnceLock::new(),
    };
    pool.install(|| passing.all(&mut lanes));
    let passed = passing.finish()?;
    observer.stage("text");
    let finished = staging.dir().join("text_clusters.parquet");
    let outcome = pool.install(|| link(passed, &files, settings, &finished))?;
    staging.commit(&finished)?;
    Ok(outcome)
}

impl Passing<'_> {
    /// Lets all lanes go by.
    fn all(&self, lanes: &mut [Lane<'_>]) {
        rayon::scope(|scope| {
            lanes.par_iter_mut().for_each(|lane| self.stop_at(self.lane(lane, scope)));
        });
    }

    /// Reads a lane and has its batches sketched. A lane that is far ahead takes a part in that.
    fn lane<'scope>(
        &'scope self,
        lane: &mut Lane<'_>,
        scope: &Scope<'scope>,
    ) -> Result<(), ScanError> {
        while self.failed.get().is_none()
            && let Some(chunk) = lane.next_chunk()?
        {
            let first = self.arrive(&chunk)?;
            self.ahead.fetch_add(1, Ordering::Relaxed);
            scope.spawn(move |_| {
                self.ahead.fetch_sub(1, Ordering::Relaxed);
                self.stop_at(self.sketch(first, &chunk));
            });
            while self.ahead.load(Ordering::Relaxed) > self.ahead_max {
                rayon::yield_now();
            }
        }
        Ok(())
    }

    /// Numbers the texts of a batch and returns the first of these numbers.
    fn arrive(&self, chunk: &TextChunk) -> Result<u32, ScanError> {
        let mut arrivals = entered(&self.arrivals);
        let first = arrivals.push(chunk)?;
        check_memory(self.memory, arrivals.size())?;
        Ok(first)
    }

    /// Sketches a batch and keeps of it what stays.
    fn sketch(&self, first: u32, chunk: &TextChunk) -> Result<(), ScanError> {
        let texts = (0..chunk.len()).map(|row| (first + row as u32, chunk.text(row)));
        let mut partition = zwerm_text::sketch_all(texts, self.config, Keep::Texts);
        let (collected, runs) = &mut *entered(&self.sketched);
        runs.push(&partition)?;
        collected.push(&mut partition);
        Ok(())
    }

    fn stop_at(&self, outcome: Result<(), ScanError>) {
        if let Err(error) = outcome {
            // One reason is enough.
            let _ = self.failed.set(error);
        }
    }

    /// What stays, when all went by.
    fn finish(self) -> Result<Passed, ScanError> {
        if let Some(error) = self.failed.into_inner() {
            return Err(error);
        }
        let arrivals = self.arrivals.into_inner().unwrap_or_else(PoisonError::into_inner);
        let sketched = self.sketched.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (collected, runs) = sketched;
        Ok(Passed { arrivals, collected, runs })
    }
}

/// What a lock holds. A thread that fails while it holds the lock ends the run anyway.
fn entered<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
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
    let hashes = OnceLock::new();
    let texts = arrivals.size().0;
    let tie = |post: u32| hashes.get_or_init(|| collected.hashes(texts))[post as usize];
    let mut ordered = arrivals.order(files, tie)?;
    drop(hashes);
    if let Some(places) = ordered.places() {
        collected.renumber(&places);
    }
    let mut tally = std::mem::take(&mut ordered.tally);
    let (bands, texts) = runs.finish()?;
    let (posts, config) = (ordered.len(), settings.text());
    let clusters =
        zwerm_text::cluster_collected(collected, (bands, &texts), posts, &config, &mut tally)?;
    let id = |post: u32| ordered.id(post as usize);
    let write = || zwerm_report::write_text_clusters(finished, &clusters, id);
    // A large file takes its time to go.
    rayon::join(write, || drop(texts)).0?;
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

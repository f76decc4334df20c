//! `zwerm edges`: the co-action layers of some kinds, counted and not tested.
//!
//! Only the columns that the kinds need are read. Texts are read for the kind `near_text`, and
//! where a list of URLs, hashtags or mentions has to be derived from them. With less memory than
//! posts, see [`bounded`].

mod bounded;

use std::path::PathBuf;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use serde::Serialize;
use zwerm_ingest::Ingested;
use zwerm_model::{Meanings, Tally, TextClusters, TraceTable};
use zwerm_network::sweep::{self, SweepConfig, Swept};
use zwerm_report::{EDGE_COLUMNS, EdgeColumn, EdgeList, FileStaging, Format};
use zwerm_trace::{Inputs, Kind, Targets, kinds};

use crate::config::Settings;
use crate::embedding_model::EmbeddingModel;
use crate::error::ScanError;
use crate::observer::Observer;

/// The kind whose objects are clusters of texts.
const NEAR_TEXT: &str = "near_text";

/// The kind that is made of those that say the same.
const NEAR_MEANING: &str = "near_meaning";

/// Which edges are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgesConfig {
    /// Kinds of trace, by name.
    pub kinds: Vec<String>,
    /// Windows in milliseconds.
    pub windows_ms: Vec<i64>,
    /// Pairs with fewer co-actions in a window are left out.
    pub co_actions_min: u64,
    /// The columns to write, by name; all of them if empty.
    pub columns: Vec<String>,
    /// How the file is written.
    pub format: Format,
    /// Whether all pairs are looked at, however many there are.
    pub is_exact: bool,
    /// The most memory to take, in bytes.
    pub memory: Option<u64>,
}

impl EdgesConfig {
    fn sweep(&self, windows_ms: &[i64]) -> SweepConfig {
        SweepConfig {
            windows_ms: windows_ms.to_vec(),
            co_actions_min: self.co_actions_min,
            pairs_exact_max: if self.is_exact { u64::MAX } else { SweepConfig::PAIRS_EXACT_MAX },
            neighbours_max: SweepConfig::NEIGHBOURS_MAX,
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Linked {
    /// Where the edges are.
    pub out: PathBuf,
    /// Posts read.
    pub posts: u64,
    /// What each kind came to, by name.
    pub layers: Vec<LayerCounts>,
    /// Everything counted.
    pub counts: Vec<(String, u64)>,
}

impl Linked {
    fn new(settings: &Settings, posts: u64, layers: Vec<LayerCounts>, tally: &Tally) -> Self {
        let counts = tally.iter().filter(|&(_, n)| n > 0).map(|(k, n)| (k.to_owned(), n));
        Linked { out: settings.out.clone(), posts, layers, counts: counts.collect() }
    }
}

/// What one kind came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerCounts {
    /// The kind.
    pub kind: &'static str,
    /// Traces: one per post and object.
    pub traces: u64,
    /// Objects.
    pub objects: u64,
    /// Pairs of acts within the largest window.
    pub pairs_visited: u64,
    /// Rows written, over all windows.
    pub edges: u64,
}

/// Counts who acted together on the same objects within some windows and writes the edges to
/// `settings.out`, a file that appears whole or not at all.
///
/// # Errors
///
/// If an input cannot be read, a kind or window makes no sense, or the file cannot be written.
pub fn edges(
    settings: &Settings,
    config: &EdgesConfig,
    observer: &mut dyn Observer,
) -> Result<Linked, ScanError> {
    let kinds = kinds_of(&config.kinds)?;
    let windows_ms = windows_of(&config.windows_ms)?;
    let written = written_of(&config.columns)?;
    let pool = ThreadPoolBuilder::new().num_threads(settings.threads).build();
    let pool = pool.map_err(|error| ScanError::config("threads", error.to_string()))?;
    let mut columns: Vec<&'static str> =
        kinds.iter().flat_map(|kind| kind.columns).copied().collect();
    columns.sort_unstable();
    columns.dedup();
    if let Some(memory) = config.memory {
        let (kinds, windows_ms) = (&kinds, &windows_ms);
        let (columns, written) = (&columns, &written);
        let wanted =
            bounded::Wanted { settings, config, kinds, windows_ms, columns, written, memory };
        return bounded::edges(&wanted, &pool, observer);
    }
    let wants_meaning = kinds.iter().any(|kind| kind.kind.0 == NEAR_MEANING);
    let model = if wants_meaning { settings.meaning.read_model()? } else { None };
    let staging = FileStaging::begin(&settings.out, settings.force)?;
    observer.stage("ingest");
    let ingest = settings.ingest()?;
    let mut ingested = pool.install(|| {
        zwerm_ingest::read_columns(&settings.inputs, &ingest, &columns).map_err(ScanError::from)
    })?;
    let mut tally = std::mem::take(&mut ingested.tally);
    observer.stage("trace");
    let tables =
        pool.install(|| traces(&mut ingested, &kinds, settings, model.as_ref(), &mut tally));
    drop(model);
    observer.stage("network");
    let names = zwerm_report::printed(&ingested.posts.accounts);
    let (posts, accounts) = (ingested.posts.len() as u64, names.len());
    // What nobody needs any more is given back while co-actions are counted.
    pool.spawn(move || drop(ingested));
    let finished = staging.dir().join("edges");
    let mut list = EdgeList::create((&finished, config.format), names, &windows_ms, &written)?;
    let sweep_config = config.sweep(&windows_ms);
    let mut layers = Vec::new();
    for (kind, table) in kinds.iter().zip(&tables) {
        let swept = pool.install(|| {
            sweep::sweep(table, accounts, &sweep_config, |edges| list.push(table.kind, edges))
        })?;
        count_swept(&mut tally, kind, &swept);
        layers.push(LayerCounts {
            kind: table.kind.0,
            traces: table.len() as u64,
            objects: table.object_count() as u64,
            pairs_visited: swept.pairs_visited,
            edges: swept.edges,
        });
    }
    pool.install(|| list.finish())?;
    staging.commit(&finished)?;
    Ok(Linked::new(settings, posts, layers, &tally))
}

/// Takes note of what was only sampled; `co_actions_estimated` says what it comes to.
fn count_swept(tally: &mut Tally, kind: &Kind, swept: &Swept) {
    let name = kind.kind.0;
    tally.add(&format!("edges.{name}.acts_sampled"), swept.acts_sampled);
    tally.add(&format!("edges.{name}.neighbours_not_visited"), swept.neighbours_not_visited);
}

/// The kinds with these names, in the order of the table.
fn kinds_of(names: &[String]) -> Result<Vec<&'static Kind>, ScanError> {
    for name in names {
        if kinds::find(name).is_none() {
            let known: Vec<&str> = kinds::TABLE.iter().map(|kind| kind.kind.0).collect();
            let problem = format!("expected one of {}, found \"{name}\"", known.join(", "));
            return Err(ScanError::config("--kind", problem));
        }
    }
    let wanted: Vec<&Kind> =
        kinds::TABLE.iter().filter(|kind| names.iter().any(|n| n == kind.kind.0)).collect();
    match wanted.is_empty() {
        true => Err(ScanError::config("--kind", "expected at least one kind, found none")),
        false => Ok(wanted),
    }
}

/// The columns with these names, in their order here; all of them if there is none.
fn written_of(names: &[String]) -> Result<Vec<EdgeColumn>, ScanError> {
    if names.is_empty() {
        return Ok(EDGE_COLUMNS.to_vec());
    }
    let mut written: Vec<EdgeColumn> = Vec::with_capacity(names.len());
    for name in names {
        let Some(column) = EDGE_COLUMNS.iter().find(|column| column.name == name) else {
            let known: Vec<&str> = EDGE_COLUMNS.iter().map(|column| column.name).collect();
            let problem = format!("expected one of {}, found \"{name}\"", known.join(", "));
            return Err(ScanError::config("--columns", problem));
        };
        if written.iter().any(|other| other.name == name) {
            let problem = format!("expected each column once, found \"{name}\" twice");
            return Err(ScanError::config("--columns", problem));
        }
        written.push(*column);
    }
    Ok(written)
}

/// The windows, rising, each once.
fn windows_of(windows_ms: &[i64]) -> Result<Vec<i64>, ScanError> {
    let mut windows = windows_ms.to_vec();
    windows.sort_unstable();
    windows.dedup();
    match windows.first() {
        None => Err(ScanError::config("--window", "expected at least one window, found none")),
        Some(&ms) if ms < 0 => {
            Err(ScanError::config("--window", format!("expected 0 ms or more, found {ms} ms")))
        }
        Some(_) => Ok(windows),
    }
}

/// The traces of each kind; what is not needed after that is given back.
fn traces(
    ingested: &mut Ingested,
    kinds: &[&'static Kind],
    settings: &Settings,
    model: Option<&EmbeddingModel>,
    tally: &mut Tally,
) -> Vec<TraceTable> {
    let posts = &ingested.posts;
    let is_wanted = |name| kinds.iter().any(|kind| kind.kind.0 == name);
    let clusters = match is_wanted(NEAR_TEXT) || is_wanted(NEAR_MEANING) {
        true => zwerm_text::cluster(posts, &settings.text(), tally),
        false => TextClusters::default(),
    };
    let targets = Targets::find(posts);
    let meanings = match is_wanted(NEAR_MEANING) {
        true => settings.meaning.relate(ingested, &clusters, &targets, model, tally),
        false => Meanings::default(),
    };
    let inputs = Inputs { posts, clusters: &clusters, meanings: &meanings, targets: &targets };
    // No table before all kinds are extracted: whoever is done with one helps with another.
    let partials: Vec<_> =
        kinds.par_iter().map(|kind| zwerm_trace::partials(&inputs, kind)).collect();
    let merge = |(kind, partials): (&&Kind, _)| zwerm_trace::merge(kind.kind, posts, partials);
    let tables: Vec<TraceTable> = kinds.par_iter().zip(partials).map(merge).collect();
    for table in &tables {
        tally.add(&format!("trace.{}", table.kind.0), table.len() as u64);
    }
    tables
}

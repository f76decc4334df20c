//! The main job, and the only place that knows the order of the stages.

use rayon::ThreadPoolBuilder;
use zwerm_assess::Inputs;
use zwerm_ingest::{Ingested, Reject, column};
use zwerm_model::{Coordination, Election, Findings, Posts, RunFacts, Tally, Tier, TraceTable};
use zwerm_report::{RejectRow, ReportInput, Staging};

use crate::allow_list::AllowList;
use crate::config::Settings;
use crate::elections;
use crate::embedding_model::{EmbeddingModel, ModelFacts};
use crate::error::{ScanError, Status};
use crate::manifest::{self, Manifest};
use crate::meaning;
use crate::observer::Observer;

/// What a scan came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The facts of the run.
    pub facts: RunFacts,
    /// Accounts, networks and campaigns found.
    pub found: Found,
}

/// Counts of what was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Accounts with a tier.
    pub accounts: u64,
    /// Strict accounts.
    pub accounts_strict: u64,
    /// Networks.
    pub networks: u64,
    /// Strict networks.
    pub networks_strict: u64,
    /// Campaigns.
    pub campaigns: u64,
}

impl Outcome {
    /// The exit status: a null check that is not near-empty is a failed check.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.facts.checks_passed() { Status::Done } else { Status::CheckFailed }
    }
}

/// Reads posts, looks for coordination, and writes a folder of results that appears whole or not at
/// all.
///
/// # Errors
///
/// If an input cannot be read, a setting makes no sense, or the results cannot be written.
pub fn scan(settings: &Settings, observer: &mut dyn Observer) -> Result<Outcome, ScanError> {
    let pool = ThreadPoolBuilder::new().num_threads(settings.threads).build();
    let pool = pool.map_err(|error| ScanError::config("threads", error.to_string()))?;
    let elections = match &settings.elections {
        Some(path) => elections::read(path)?,
        None => Vec::new(),
    };
    let allow_list = match &settings.allow_list {
        Some(path) => AllowList::read(path)?,
        None => AllowList::default(),
    };
    let model = settings.meaning.read_model()?;
    let staging = Staging::begin(&settings.out, settings.force)?;
    let (facts, found) = {
        // The observer stays on this thread; the work happens in the pool.
        let mut stage = |name| observer.stage(name);
        stage("ingest");
        let reading = settings.ingest()?;
        let mut ingested = pool.install(|| zwerm_ingest::read(&settings.inputs, &reading))?;
        let mut tally = std::mem::take(&mut ingested.tally);
        let posts = &ingested.posts;
        let allow_list = allow_list.behind(reading.pseudonyms.as_ref(), &posts.accounts);
        stage("text");
        let clusters = pool.install(|| zwerm_text::cluster(posts, &settings.text(), &mut tally));
        let targets = zwerm_trace::Targets::find(posts);
        stage("meaning");
        let model = model.as_ref();
        let meanings = pool
            .install(|| settings.meaning.relate(&ingested, &clusters, &targets, model, &mut tally));
        stage("trace");
        let (clusters, meanings) = (&clusters, &meanings);
        let traced = zwerm_trace::Inputs { posts, clusters, meanings, targets: &targets };
        let tables = pool.install(|| zwerm_trace::extract(&traced, &mut tally));
        let interactions = zwerm_trace::interactions(posts, &targets);
        stage("network");
        let resolution = ingested.resolution;
        let coordination = pool.install(|| {
            zwerm_network::link(posts, &tables, resolution, &settings.network(), &mut tally)
        });
        stage("assess");
        let inputs = Inputs {
            posts,
            clusters,
            tables: &tables,
            coordination: &coordination,
            elections: &elections,
            resolution,
            allow_listed: &allow_list.listed(&posts.accounts, &mut tally),
        };
        let findings = pool.install(|| zwerm_assess::assess(&inputs, interactions, &mut tally));
        let findings = zwerm_assess::evasion::beside(findings, posts, clusters);
        let findings = zwerm_assess::disclosure::beside(findings, posts, clusters);
        stage("report");
        let limits = not_assessable(settings, &ingested, model, &tables, &tally);
        let facts = facts(limits, &ingested, &tables, &coordination, (settings, elections), tally);
        let report = ReportInput { posts, clusters, findings: &findings, facts: &facts };
        pool.install(|| zwerm_report::write_results(staging.dir(), &report))?;
        let model = settings.meaning.model_facts(&ingested, model);
        let told = Told { settings, ingested: &ingested, model: model.as_ref(), facts: &facts };
        write_run_files(&told, &staging, observer)?;
        (facts, count(&findings))
    };
    staging.commit()?;
    Ok(Outcome { facts, found })
}

/// What a manifest tells.
struct Told<'a> {
    settings: &'a Settings,
    ingested: &'a Ingested,
    model: Option<&'a ModelFacts>,
    facts: &'a RunFacts,
}

fn write_run_files(
    told: &Told<'_>,
    staging: &Staging,
    observer: &mut dyn Observer,
) -> Result<(), ScanError> {
    let Told { settings, ingested, model, facts } = *told;
    zwerm_report::write_rejects(staging.dir(), &reject_rows(&ingested.rejects))?;
    zwerm_report::write_json(staging.dir(), manifest::TIMINGS, &observer.timings())?;
    let manifest = Manifest {
        zwerm_version: env!("CARGO_PKG_VERSION"),
        settings,
        inputs: &ingested.sources,
        passed_over: &ingested.passed_over,
        embedding_model: model,
        pseudonym_key: ingested.pseudonym_key.as_deref(),
        elections_file: settings.elections.as_ref().map(|path| path.display().to_string()),
        allow_list_file: settings.allow_list.as_ref().map(|path| path.display().to_string()),
        facts,
        files: manifest::hashes(staging.dir())?,
    };
    Ok(zwerm_report::write_json(staging.dir(), manifest::MANIFEST, &manifest)?)
}

/// The rows that could not be read, as they are written.
pub(crate) fn reject_rows(rejects: &[Reject]) -> Vec<RejectRow> {
    let rejects = rejects.iter().map(|reject| RejectRow {
        file: reject.file.clone(),
        row: reject.row,
        reason: reject.reason.to_owned(),
        detail: reject.detail.clone(),
    });
    rejects.collect()
}

fn facts(
    not_assessable: Vec<(String, String)>,
    ingested: &Ingested,
    tables: &[TraceTable],
    coordination: &Coordination,
    (settings, elections): (&Settings, Vec<Election>),
    tally: Tally,
) -> RunFacts {
    RunFacts {
        posts: ingested.posts.len() as u64,
        accounts: ingested.posts.accounts.len() as u64,
        span: ingested.posts.span(),
        resolution: ingested.resolution,
        rungs: coordination.rungs.clone(),
        kinds: tables.iter().map(|t| (t.kind.0.to_owned(), t.len() as u64)).collect(),
        not_assessable,
        checks: coordination.checks.clone(),
        q_strict: settings.q_strict,
        q_discovery: settings.q_discovery,
        elections,
        tally,
        row_digest: ingested.row_digest.clone(),
    }
}

/// What the input cannot show, with the reason: absence of data is never an absence of behaviour.
fn not_assessable(
    settings: &Settings,
    ingested: &Ingested,
    model: Option<&EmbeddingModel>,
    tables: &[TraceTable],
    tally: &Tally,
) -> Vec<(String, String)> {
    // A model makes them where the column is absent.
    let has_vectors = settings.meaning.is_on(ingested, model);
    let mut list: Vec<(String, String)> = column::TABLE
        .iter()
        .filter(|column| ingested.absent.contains(&column.name) && !column.without.is_empty())
        .filter(|column| !is_derived(column.name, tables))
        .filter(|column| !(has_vectors && column.name == meaning::COLUMN))
        .map(|column| {
            (column.without.to_owned(), format!("the input has no column \"{}\"", column.name))
        })
        .collect();
    list.extend(settings.meaning.not_assessable(ingested, model, tally));
    if ingested.resolution.0 > 1_000 {
        let why = format!("times are told in steps of {} ms", ingested.resolution.0);
        list.push(("the second of the minute (automation)".to_owned(), why));
    }
    if settings.elections.is_none() {
        let why = "no elections were given (--elections FILE)".to_owned();
        list.push(("election periods and silence".to_owned(), why));
    }
    if settings.allow_list.is_none() {
        let why = "no list was given (--allow-list FILE)".to_owned();
        list.push(("accounts that are known".to_owned(), why));
    }
    list.extend(deletions_unknown(&ingested.posts));
    let later = "this version does not look for them".to_owned();
    list.push(("account ages".to_owned(), later));
    list
}

/// On which platforms nobody looked for deletions, though there is a column for them.
fn deletions_unknown(posts: &Posts) -> Option<(String, String)> {
    let without = column::find("deleted_at")?.without;
    let known = zwerm_assess::automation::deletions_known(posts);
    let unknown = known.iter().zip(posts.accounts.platforms.iter());
    let unknown: Vec<&str> = unknown.filter(|(known, _)| !**known).map(|(_, name)| name).collect();
    let is_asked = !posts.deleted_at.is_empty() && !unknown.is_empty();
    let why = || format!("no deletion is known of any post of: {}", unknown.join(", "));
    is_asked.then(|| (without.to_owned(), why()))
}

/// Whether a list column that no input has was filled from the texts.
fn is_derived(column: &str, tables: &[TraceTable]) -> bool {
    let kind = match column {
        "urls" => "url",
        "hashtags" => "hashtag",
        "mentions" => "mention",
        _ => return false,
    };
    tables.iter().any(|table| table.kind.0 == kind)
}

fn count(findings: &Findings) -> Found {
    let accounts = |tier| findings.accounts.iter().filter(|a| a.tier >= tier).count() as u64;
    Found {
        accounts: accounts(Tier::Discovery),
        accounts_strict: accounts(Tier::Strict),
        networks: findings.networks.len() as u64,
        networks_strict: findings.networks.iter().filter(|n| n.tier == Tier::Strict).count() as u64,
        campaigns: findings.campaigns.len() as u64,
    }
}

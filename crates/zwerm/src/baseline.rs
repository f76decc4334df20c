//! `zwerm baseline`: accounts scored as a published detector scores them, to compare with.
//!
//! The folder has what `zwerm evaluate` reads of results: `accounts.parquet`, whose column
//! `coordination_evidence` holds the detector's own score, and `networks.parquet` where the
//! detector makes groups. Nothing here is tested against chance: there is no q, and no tier but
//! `none`. The detectors themselves are in `zwerm_baseline`.

use std::path::PathBuf;

use rayon::ThreadPoolBuilder;
use serde::Serialize;
use zwerm_baseline::{Inputs, Ranked, Recipe, TooManyPairs, Variant, recipes};
use zwerm_ingest::{Ingested, Source};
use zwerm_model::hash::content_id;
use zwerm_model::{NONE, Strings, Tally, TextClusters, Tier, TraceTable};
use zwerm_report::{Cells, Format, Staging};
use zwerm_trace::{Targets, kinds};

use crate::config::{Reading, Settings};
use crate::error::ScanError;
use crate::manifest::{self, FileHash};
use crate::observer::Observer;
use crate::pipeline;

/// The kind whose objects are clusters of texts.
const NEAR_TEXT: &str = "near_text";

/// Which detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineConfig {
    /// Its name, one of [`names`].
    pub name: String,
    /// Its variant, by name; its first if none is given.
    pub variant: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scored {
    /// Where the scores are.
    pub out: PathBuf,
    /// The detector.
    pub name: &'static str,
    /// Its variant.
    pub variant: &'static str,
    /// Posts read.
    pub posts: u64,
    /// Their accounts.
    pub accounts: u64,
    /// Accounts with a score above 0.
    pub scored: u64,
    /// Accounts that the published rule picks, if it has one.
    pub flagged: Option<u64>,
    /// Groups, if it makes any.
    pub groups: Option<u64>,
    /// The traces of each kind that it reads.
    pub traces: Vec<(&'static str, u64)>,
    /// What it counted.
    pub counts: Vec<(&'static str, u64)>,
}

/// The names of all detectors, each with one sentence about it.
#[must_use]
pub fn names() -> Vec<(&'static str, &'static str)> {
    recipes::TABLE.iter().map(|recipe| (recipe.name, recipe.about)).collect()
}

/// Scores the accounts of some posts as a published detector does, and writes a folder that appears
/// whole or not at all.
///
/// # Errors
///
/// If there is no such detector or variant, an input cannot be read, the detector would have to
/// hold too many pairs of accounts, or the folder cannot be written.
pub fn baseline(
    settings: &Settings,
    config: &BaselineConfig,
    observer: &mut dyn Observer,
) -> Result<Scored, ScanError> {
    let (recipe, variant) = asked(config)?;
    let pool = ThreadPoolBuilder::new().num_threads(settings.threads).build();
    let pool = pool.map_err(|error| ScanError::config("threads", error.to_string()))?;
    let staging = Staging::begin(&settings.out, settings.force)?;
    observer.stage("ingest");
    let reading = settings.ingest()?;
    let ingested = pool.install(|| zwerm_ingest::read(&settings.inputs, &reading))?;
    let mut tally = ingested.tally.clone();
    observer.stage("trace");
    let tables = pool.install(|| traces(&ingested, recipe, settings, &mut tally));
    observer.stage("network");
    let posts = &ingested.posts;
    let ranked: Result<Ranked, TooManyPairs> =
        pool.install(|| (recipe.run)(&Inputs { posts, tables: &tables }, variant));
    let ranked = ranked?;
    observer.stage("report");
    let groups = write(&staging, recipe, &ingested, &ranked)?;
    zwerm_report::write_rejects(staging.dir(), &pipeline::reject_rows(&ingested.rejects))?;
    let count = |flags: &Vec<bool>| flags.iter().filter(|&&flag| flag).count() as u64;
    let scored = Scored {
        out: settings.out.clone(),
        name: recipe.name,
        variant: variant.name(),
        posts: posts.len() as u64,
        accounts: posts.accounts.len() as u64,
        scored: ranked.score.iter().filter(|&&score| score > 0.0).count() as u64,
        flagged: ranked.flagged.as_ref().map(count),
        groups,
        traces: tables.iter().map(|table| (table.kind.0, table.len() as u64)).collect(),
        counts: ranked.counts.clone(),
    };
    let manifest = Manifest {
        zwerm_version: env!("CARGO_PKG_VERSION"),
        baseline: Facts { source: recipe.source, settings: &ranked.settings, found: &scored },
        settings: settings.reading(),
        inputs: &ingested.sources,
        passed_over: &ingested.passed_over,
        pseudonym_key: ingested.pseudonym_key.as_deref(),
        row_digest: &ingested.row_digest,
        tally: &tally,
        files: manifest::hashes(staging.dir())?,
    };
    zwerm_report::write_json(staging.dir(), manifest::MANIFEST, &manifest)?;
    staging.commit()?;
    Ok(scored)
}

fn asked(config: &BaselineConfig) -> Result<(&'static Recipe, Variant), ScanError> {
    let Some(recipe) = recipes::find(&config.name) else {
        let known: Vec<&str> = recipes::TABLE.iter().map(|recipe| recipe.name).collect();
        let problem = format!("expected one of {}, found \"{}\"", known.join(", "), config.name);
        return Err(ScanError::config("NAME", problem));
    };
    let Some(wanted) = &config.variant else { return Ok((recipe, recipe.variants[0])) };
    let known: Vec<&str> = recipe.variants.iter().map(|variant| variant.name()).collect();
    match recipe.variants.iter().find(|variant| variant.name() == wanted) {
        Some(&variant) => Ok((recipe, variant)),
        None => {
            let known = known.join(" or ");
            let problem = format!("expected {known} for {}, found \"{wanted}\"", recipe.name);
            Err(ScanError::config("--variant", problem))
        }
    }
}

/// The traces of the kinds that a recipe reads.
fn traces(
    ingested: &Ingested,
    recipe: &Recipe,
    settings: &Settings,
    tally: &mut Tally,
) -> Vec<TraceTable> {
    let posts = &ingested.posts;
    let clusters = match recipe.kinds.contains(&NEAR_TEXT) {
        true => zwerm_text::cluster(posts, &settings.text(), tally),
        false => TextClusters::default(),
    };
    let targets = Targets::find(posts);
    // Published detectors know nothing of meanings.
    let meanings = &zwerm_model::Meanings::default();
    let inputs = zwerm_trace::Inputs { posts, clusters: &clusters, meanings, targets: &targets };
    let table = |name: &&str| {
        let kind = kinds::find(name).expect("a test holds recipes to the kinds there are");
        zwerm_trace::extract_kind(&inputs, kind)
    };
    recipe.kinds.iter().map(table).collect()
}

/// Writes the accounts and, if there are groups, the networks; says how many of these there are.
fn write(
    staging: &Staging,
    recipe: &Recipe,
    ingested: &Ingested,
    ranked: &Ranked,
) -> Result<Option<u64>, ScanError> {
    let accounts = &ingested.posts.accounts;
    let ids = zwerm_report::printed(accounts);
    let all = 0..accounts.len() as u32;
    let mut posts = vec![0_u64; accounts.len()];
    ingested.posts.account.iter().for_each(|&account| posts[account as usize] += 1);
    let mut columns = vec![
        ("account_id", Cells::Names(ids.iter().collect())),
        ("platform", Cells::Names(all.map(|account| accounts.platform_of(account)).collect())),
        ("posts", Cells::Counts(posts)),
        ("coordination_evidence", Cells::Numbers(ranked.score.clone())),
    ];
    columns.extend(ranked.flagged.clone().map(|flagged| ("flagged", Cells::Flags(flagged))));
    let path = staging.dir().join("accounts.parquet");
    let Some(group) = &ranked.group else {
        zwerm_report::write_flat(&path, Format::Parquet, &columns)?;
        return Ok(None);
    };
    let groups = Groups::new(recipe, group, &ids);
    let name = |&group: &u32| (group != NONE).then(|| groups.ids[group as usize].as_str());
    columns.push(("network_id", Cells::NamesOrNone(group.iter().map(name).collect())));
    zwerm_report::write_flat(&path, Format::Parquet, &columns)?;
    // Communities of one account keep their number and are no network.
    let is_network = |place: &usize| groups.sizes[*place] > 0;
    let mut rows: Vec<usize> = (0..groups.ids.len()).filter(is_network).collect();
    rows.sort_unstable_by(|&a, &b| groups.ids[a].cmp(&groups.ids[b]));
    let networks = [
        ("network_id", Cells::Names(rows.iter().map(|&row| groups.ids[row].as_str()).collect())),
        ("tier", Cells::Names(vec![Tier::None.name(); rows.len()])),
        ("accounts", Cells::Counts(rows.iter().map(|&row| groups.sizes[row]).collect())),
    ];
    let path = staging.dir().join("networks.parquet");
    zwerm_report::write_flat(&path, Format::Parquet, &networks)?;
    Ok(Some(rows.len() as u64))
}

/// The groups of a recipe: a name that its members make, and how many these are.
struct Groups {
    ids: Vec<String>,
    sizes: Vec<u64>,
}

impl Groups {
    fn new(recipe: &Recipe, group: &[u32], names: &Strings) -> Self {
        let count = group.iter().filter(|&&g| g != NONE).max().map_or(0, |&last| last as usize + 1);
        let mut members: Vec<Vec<&str>> = vec![vec![recipe.name]; count];
        for (account, &group) in group.iter().enumerate().filter(|(_, group)| **group != NONE) {
            members[group as usize].push(names.get(account));
        }
        let ids = members.iter().map(|parts| content_id("n", parts.iter().copied())).collect();
        Groups { ids, sizes: members.iter().map(|parts| parts.len() as u64 - 1).collect() }
    }
}

/// What `manifest.json` holds.
#[derive(Debug, Serialize)]
struct Manifest<'a> {
    zwerm_version: &'static str,
    baseline: Facts<'a>,
    settings: Reading<'a>,
    inputs: &'a [Source],
    passed_over: &'a [String],
    pseudonym_key: Option<&'a str>,
    row_digest: &'a str,
    tally: &'a Tally,
    files: Vec<FileHash>,
}

/// The detector, how it was set, and what it came to.
#[derive(Debug, Serialize)]
struct Facts<'a> {
    source: &'static str,
    settings: &'a [(&'static str, String)],
    found: &'a Scored,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_read_kinds_that_there_are() {
        for recipe in recipes::TABLE {
            assert!(recipe.kinds.iter().all(|kind| kinds::find(kind).is_some()), "{}", recipe.name);
        }
    }
}

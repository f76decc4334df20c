//! Reading result files and truths.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, bail};
use arrow_array::cast::AsArray;
use arrow_array::{Array, Float64Array, Int64Array, RecordBatch, StringArray, UInt64Array};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// What a scan says about an account.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) posts: u64,
    pub(super) q: f64,
    pub(super) evidence: f64,
    pub(super) tier: String,
    pub(super) network: Option<String>,
}

/// What a scan says about a network.
#[derive(Clone, Debug)]
pub(super) struct Network {
    pub(super) tier: String,
    pub(super) explanations: Vec<String>,
    pub(super) bot_network_score: Option<f64>,
    pub(super) members: BTreeSet<String>,
}

/// What a truth file says about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TruthRow {
    pub(super) id: String,
    pub(super) group: String,
    pub(super) role: String,
    pub(super) coordinated: bool,
}

/// The accounts of a result folder.
pub(super) fn accounts(results: &Path) -> Result<Vec<Account>> {
    let mut accounts = Vec::new();
    for batch in batches(&results.join("accounts.parquet"))? {
        let ids = strings(&batch, "account_id")?;
        let tiers = strings(&batch, "tier")?;
        let networks = strings(&batch, "network_id")?;
        let q = floats(&batch, "coordination_q")?;
        let evidence = floats(&batch, "coordination_evidence")?;
        let posts: &UInt64Array =
            column(&batch, "posts")?.as_primitive_opt().context("posts holds counts")?;
        for row in 0..batch.num_rows() {
            accounts.push(Account {
                id: ids.value(row).to_owned(),
                posts: posts.value(row),
                q: q.value(row),
                evidence: evidence.value(row),
                tier: tiers.value(row).to_owned(),
                network: networks.is_valid(row).then(|| networks.value(row).to_owned()),
            });
        }
    }
    Ok(accounts)
}

/// The networks of a result folder with their members, by id.
pub(super) fn networks(results: &Path, accounts: &[Account]) -> Result<BTreeMap<String, Network>> {
    let mut networks = BTreeMap::new();
    for batch in batches(&results.join("networks.parquet"))? {
        let ids = strings(&batch, "network_id")?;
        let tiers = strings(&batch, "tier")?;
        let bot = floats(&batch, "bot_network_score")?;
        let lists = column(&batch, "explanations")?
            .as_list_opt::<i32>()
            .context("explanations is a list")?;
        for row in 0..batch.num_rows() {
            let list = lists.value(row);
            let names = list.as_string_opt::<i32>().context("explanations are strings")?;
            let network = Network {
                tier: tiers.value(row).to_owned(),
                explanations: names.iter().flatten().map(str::to_owned).collect(),
                bot_network_score: bot.is_valid(row).then(|| bot.value(row)),
                members: BTreeSet::new(),
            };
            networks.insert(ids.value(row).to_owned(), network);
        }
    }
    for account in accounts {
        if let Some(id) = &account.network {
            let network = networks
                .get_mut(id)
                .with_context(|| format!("networks.parquet has no row for {id}"))?;
            network.members.insert(account.id.clone());
        }
    }
    Ok(networks)
}

/// What a subject shares, object by object.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub(super) subject: String,
    pub(super) kind: String,
    pub(super) object: String,
    pub(super) span_ms: i64,
}

/// The evidence about all subjects of a kind (`account`, `network`, `campaign`).
pub(super) fn evidence(results: &Path, subject_kind: &str) -> Result<Vec<Shared>> {
    let mut shared = Vec::new();
    for batch in batches(&results.join("evidence.parquet"))? {
        let subjects = strings(&batch, "subject_id")?;
        let subject_kinds = strings(&batch, "subject_kind")?;
        let (kinds, objects) = (strings(&batch, "kind")?, strings(&batch, "object")?);
        let spans: &Int64Array =
            column(&batch, "span_ms")?.as_primitive_opt().context("span_ms holds times")?;
        for row in (0..batch.num_rows()).filter(|&row| subject_kinds.value(row) == subject_kind) {
            shared.push(Shared {
                subject: subjects.value(row).to_owned(),
                kind: kinds.value(row).to_owned(),
                object: objects.value(row).to_owned(),
                span_ms: spans.value(row),
            });
        }
    }
    Ok(shared)
}

/// The campaigns of a result folder: score, and the networks that pushed it.
pub(super) fn campaigns(results: &Path) -> Result<Vec<(f64, Vec<String>)>> {
    let mut campaigns = Vec::new();
    for batch in batches(&results.join("campaigns.parquet"))? {
        let scores = floats(&batch, "campaign_score")?;
        let lists =
            column(&batch, "network_ids")?.as_list_opt::<i32>().context("network_ids is a list")?;
        for row in 0..batch.num_rows() {
            let list = lists.value(row);
            let ids = list.as_string_opt::<i32>().context("network_ids are strings")?;
            campaigns.push((scores.value(row), ids.iter().flatten().map(str::to_owned).collect()));
        }
    }
    Ok(campaigns)
}

/// Pairs of accounts that are strict in some kind and window.
pub(super) fn strict_pairs(results: &Path) -> Result<BTreeSet<(String, String)>> {
    let mut pairs = BTreeSet::new();
    for batch in batches(&results.join("edges.parquet"))? {
        let (a, b, tiers) =
            (strings(&batch, "a")?, strings(&batch, "b")?, strings(&batch, "tier")?);
        let strict = (0..batch.num_rows()).filter(|&row| tiers.value(row) == "strict");
        pairs.extend(strict.map(|row| (a.value(row).to_owned(), b.value(row).to_owned())));
    }
    Ok(pairs)
}

/// A truth file; columns that it lacks are empty.
pub(super) fn truth(path: &Path) -> Result<Vec<TruthRow>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    let headers = reader.headers()?.clone();
    let place = |name: &str| headers.iter().position(|header| header == name);
    let (Some(id), Some(coordinated)) = (place("account_id"), place("coordinated")) else {
        bail!("{}: expected account_id and coordinated, found {headers:?}", path.display());
    };
    let group = place("group").or_else(|| place("campaign"));
    let role = place("role");
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let text = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or("").to_owned();
        rows.push(TruthRow {
            id: text(Some(id)),
            group: text(group),
            role: text(role),
            coordinated: matches!(text(Some(coordinated)).as_str(), "1" | "true"),
        });
    }
    Ok(rows)
}

/// How many different names a column of a Parquet file holds.
pub(super) fn distinct(path: &Path, name: &str) -> Result<usize> {
    let mut seen = BTreeSet::new();
    for batch in batches(path)? {
        seen.extend(strings(&batch, name)?.iter().flatten().map(str::to_owned));
    }
    Ok(seen.len())
}

/// A Parquet file in memory.
pub(super) fn batches(path: &Path) -> Result<Vec<RecordBatch>> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .with_context(|| path.display().to_string())?;
    reader.map(|batch| batch.with_context(|| path.display().to_string())).collect()
}

/// A column by name.
pub(super) fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a dyn Array> {
    let column = batch.column_by_name(name).with_context(|| format!("no column {name}"))?;
    Ok(column.as_ref())
}

fn floats<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a Float64Array> {
    column(batch, name)?.as_primitive_opt().with_context(|| format!("{name} holds floats"))
}

fn strings<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a StringArray> {
    column(batch, name)?.as_string_opt().with_context(|| format!("{name} holds strings"))
}

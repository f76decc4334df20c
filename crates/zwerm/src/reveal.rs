//! `zwerm reveal`: whose pseudonyms stand in some results.
//!
//! A keyed hash cannot be turned back: the names are read from the original dump once more, and
//! those whose pseudonyms the results have are listed. Each time is written down.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};

use crate::config::Settings;
use crate::error::ScanError;
use crate::results::texts_of;
use crate::{file_system, keyfile, manifest};

/// Who reveals, when and why: for the audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// When, as RFC 3339.
    pub at: String,
    /// Who, as the system knows them.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// What was revealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Revealed {
    /// The table of names.
    pub out: PathBuf,
    /// The file that says who revealed what.
    pub audit: PathBuf,
    /// Accounts of the results that the dump has.
    pub accounts: usize,
    /// Posts of campaigns that the dump has.
    pub posts: usize,
    /// Pseudonyms of the results that the dump does not have.
    pub unknown: usize,
}

/// Reads `settings.inputs` again and writes the names behind the pseudonyms of some results to
/// `settings.out`, a new table that only its owner can read; appends to the audit beside the
/// results.
///
/// # Errors
///
/// If the results have no pseudonyms, or by another key; if an input or a file cannot be read or
/// written.
pub fn reveal(
    results: &Path,
    settings: &Settings,
    keyfile: &Path,
    audit: &Audit,
) -> Result<Revealed, ScanError> {
    zwerm_report::recover(results)?;
    let pseudonyms = keyfile::read(keyfile)?;
    check_key(results, pseudonyms.key_id())?;
    let wanted_accounts = names_in(results, "accounts.parquet", "account_id")?;
    let wanted_posts = names_in(results, "campaign_posts.parquet", "post_id")?;
    // The dump as it is: what the results were made of.
    let config = zwerm_ingest::IngestConfig { pseudonyms: None, ..settings.ingest()? };
    let ingested = zwerm_ingest::read(&settings.inputs, &config)?;
    let posts = &ingested.posts;
    let mut found: BTreeMap<(&str, String), String> = BTreeMap::new();
    for account in 0..posts.accounts.len() {
        let (platform, id) =
            (posts.accounts.platform_of(account as u32), posts.accounts.id.get(account));
        let pseudonym = pseudonyms.account(platform, id);
        if wanted_accounts.contains(&pseudonym) {
            found.insert(("account", pseudonym), id.to_owned());
        }
    }
    for post in 0..posts.len() {
        let id = posts.id.get(post);
        let pseudonym = pseudonyms.post(posts.accounts.platform_of(posts.account[post]), &id);
        if wanted_posts.contains(&pseudonym) {
            found.insert(("post", pseudonym), id.into_owned());
        }
    }
    let accounts = found.keys().filter(|(kind, _)| *kind == "account").count();
    let revealed = Revealed {
        out: settings.out.clone(),
        audit: audit_beside(results),
        accounts,
        posts: found.len() - accounts,
        unknown: wanted_accounts.len() + wanted_posts.len() - found.len(),
    };
    // What is not written down must not be known.
    let line = json!({
        "action": "reveal",
        "at": audit.at,
        "by": audit.by,
        "reason": audit.reason,
        "accounts": revealed.accounts,
        "posts": revealed.posts,
        "unknown": revealed.unknown,
        "key_id": pseudonyms.key_id(),
        "inputs": ingested.sources.iter().map(|source| &source.sha256).collect::<Vec<_>>(),
    });
    keyfile::append_private(&revealed.audit, &line.to_string()).map_err(|error| {
        ScanError::config(revealed.audit.display().to_string(), error.to_string())
    })?;
    write(&settings.out, &found)?;
    Ok(revealed)
}

fn check_key(results: &Path, key_id: &str) -> Result<(), ScanError> {
    let path = results.join(manifest::MANIFEST);
    let text = file_system::read_result(&path)?;
    let manifest: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    let problem = match manifest["pseudonym_key"].as_str() {
        Some(found) if found == key_id => return Ok(()),
        Some(found) => {
            format!("expected results by the key {key_id}, found pseudonyms by the key {found}")
        }
        None => "expected results with pseudonyms, found none".to_owned(),
    };
    Err(ScanError::Results { path, problem })
}

/// The names in a column of results, without the platform that is put before them where there are
/// several.
fn names_in(results: &Path, file: &str, column: &str) -> Result<BTreeSet<String>, ScanError> {
    let names = texts_of(&results.join(file), column)?;
    let bare = |name: String| match name.split_once(':') {
        Some((_, bare)) => bare.to_owned(),
        None => name,
    };
    Ok(names.into_iter().map(bare).collect())
}

fn audit_beside(results: &Path) -> PathBuf {
    let mut name = results.file_name().unwrap_or_default().to_owned();
    name.push(".audit.jsonl");
    results.with_file_name(name)
}

fn write(out: &Path, found: &BTreeMap<(&str, String), String>) -> Result<(), ScanError> {
    let failed =
        |error: std::io::Error| ScanError::config(out.display().to_string(), error.to_string());
    let mut file = keyfile::new_private(out).map_err(failed)?;
    let mut text = "kind,pseudonym,name\n".to_owned();
    for ((kind, pseudonym), name) in found {
        // Quoted always: names are strangers' words.
        text.push_str(&format!("{kind},{pseudonym},\"{}\"\n", name.replace('"', "\"\"")));
    }
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
}

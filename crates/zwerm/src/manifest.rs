//! `manifest.json`: what a run read, how, with what seed, what it counted, and a hash of every
//! file.

use std::path::Path;

use serde::Serialize;
use zwerm_ingest::Source;
use zwerm_model::RunFacts;

use crate::config::Settings;
use crate::embedding_model::ModelFacts;
use crate::error::ScanError;
use crate::file_system;

/// The name of the manifest.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The name of the one file that the manifest does not hash: it holds wall-clock times.
pub(crate) const TIMINGS: &str = "timings.json";

/// What `manifest.json` holds.
#[derive(Debug, Serialize)]
pub(crate) struct Manifest<'a> {
    pub(crate) zwerm_version: &'static str,
    pub(crate) settings: &'a Settings,
    pub(crate) inputs: &'a [Source],
    /// Files in folders that hold no posts.
    pub(crate) passed_over: &'a [String],
    pub(crate) elections_file: Option<String>,
    pub(crate) allow_list_file: Option<String>,
    /// The static embedding model; null where none was given.
    pub(crate) embedding_model: Option<&'a ModelFacts>,
    /// What tells the key of the pseudonyms from others; null where names are names.
    pub(crate) pseudonym_key: Option<&'a str>,
    pub(crate) facts: &'a RunFacts,
    pub(crate) files: Vec<FileHash>,
}

/// A file and its hash.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FileHash {
    pub(crate) name: String,
    pub(crate) sha256: String,
}

/// The hashes of all files in a folder but the manifest and the timings, by name.
pub(crate) fn hashes(folder: &Path) -> Result<Vec<FileHash>, ScanError> {
    file_system::names_in(folder)?
        .into_iter()
        .filter(|name| name != MANIFEST && name != TIMINGS)
        .map(|name| {
            let sha256 = zwerm_report::sha256_file(&folder.join(&name))?;
            Ok(FileHash { name, sha256 })
        })
        .collect()
}

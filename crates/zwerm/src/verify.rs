//! `zwerm verify`: recompute every hash in the manifest.

use std::path::Path;

use serde::Deserialize;

use crate::error::ScanError;
use crate::{file_system, manifest};

#[derive(Debug, Deserialize)]
struct ManifestFiles {
    files: Vec<Hash>,
}

#[derive(Debug, Deserialize)]
struct Hash {
    name: String,
    sha256: String,
}

/// What is wrong with one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Its bytes are not those that the manifest was made for.
    Changed(String),
    /// The manifest names it, and it is not there.
    Missing(String),
    /// It is there, and the manifest does not know it.
    Unknown(String),
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Mismatch::Changed(name) => write!(f, "{name}: its bytes are not those of the manifest"),
            Mismatch::Missing(name) => write!(f, "{name}: the manifest names it, it is not there"),
            Mismatch::Unknown(name) => write!(f, "{name}: the manifest does not know it"),
        }
    }
}

/// Compares a folder of results with its manifest: `(files checked, what is wrong)`.
///
/// # Errors
///
/// If there is no manifest, or it cannot be read.
pub fn verify(folder: &Path) -> Result<(usize, Vec<Mismatch>), ScanError> {
    zwerm_report::recover(folder)?;
    let path = folder.join(manifest::MANIFEST);
    let text = file_system::read_result(&path)?;
    let named: ManifestFiles = serde_json::from_str(&text).map_err(|error| ScanError::Results {
        path,
        problem: format!("not a manifest: {error}"),
    })?;
    let found = manifest::hashes(folder)?;
    let mut wrong = Vec::new();
    for hash in &named.files {
        match found.iter().find(|file| file.name == hash.name) {
            None => wrong.push(Mismatch::Missing(hash.name.clone())),
            Some(file) if file.sha256 != hash.sha256 => {
                wrong.push(Mismatch::Changed(hash.name.clone()));
            }
            Some(_) => {}
        }
    }
    for file in &found {
        if !named.files.iter().any(|hash| hash.name == file.name) {
            wrong.push(Mismatch::Unknown(file.name.clone()));
        }
    }
    Ok((named.files.len(), wrong))
}

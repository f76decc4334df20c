//! The one place of this crate that touches the file system.
//!
//! Every call adds the path to its error.

#![allow(clippy::disallowed_methods, reason = "this is the wrapper that adds the path")]

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{ErrorKind, IngestError};

/// Opens a file to read.
pub(crate) fn open(path: &Path) -> Result<File, IngestError> {
    File::open(path).map_err(|error| unreadable(path, error))
}

/// The size of a file in bytes.
pub(crate) fn size(path: &Path) -> Result<u64, IngestError> {
    fs::metadata(path).map(|meta| meta.len()).map_err(|error| unreadable(path, error))
}

/// Whether a file begins with one of some words of four bytes.
pub(crate) fn begins_with(path: &Path, words: &[&[u8; 4]]) -> Result<bool, IngestError> {
    let mut head = [0; 4];
    match open(path)?.read_exact(&mut head) {
        Ok(()) => Ok(words.contains(&&head)),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(unreadable(path, error)),
    }
}

/// Whether a path is a folder.
pub(crate) fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// The files in a folder and its subfolders whose names are wanted, sorted.
pub(crate) fn files_below(
    folder: &Path,
    is_wanted: &dyn Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>, IngestError> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, error))? {
            let entry = entry.map_err(|error| unreadable(&folder, error))?;
            let kind = entry.file_type().map_err(|error| unreadable(&entry.path(), error))?;
            let path = entry.path();
            if kind.is_dir() {
                open.push(path);
            } else if is_wanted(&path) {
                found.push(path);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// The SHA-256 of a file, in hexadecimal.
pub(crate) fn sha256(path: &Path) -> Result<String, IngestError> {
    let mut file = open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        let n = file.read(&mut buffer).map_err(|error| unreadable(path, error))?;
        if n == 0 {
            return Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        hasher.update(&buffer[..n]);
    }
}

pub(crate) fn unreadable(path: &Path, error: std::io::Error) -> IngestError {
    IngestError::new(path.display().to_string(), ErrorKind::Unreadable(error))
}

//! The one place of this crate that touches the file system; every error names its path.

#![allow(clippy::disallowed_methods, reason = "this is the wrapper that adds the path")]

use std::fs::{self, File};
use std::path::Path;

use crate::error::ScanError;

/// Reads a text file that belongs to the configuration.
pub(crate) fn read_config(path: &Path) -> Result<String, ScanError> {
    fs::read_to_string(path)
        .map_err(|error| ScanError::config(path.display().to_string(), error.to_string()))
}

/// Reads a text file of results.
pub(crate) fn read_result(path: &Path) -> Result<String, ScanError> {
    fs::read_to_string(path).map_err(|error| unreadable(path, &error))
}

/// Reads a truth file.
pub(crate) fn read_truth(path: &Path) -> Result<String, ScanError> {
    fs::read_to_string(path)
        .map_err(|error| ScanError::Truth { path: path.to_path_buf(), problem: error.to_string() })
}

/// Opens a file of results.
pub(crate) fn open_result(path: &Path) -> Result<File, ScanError> {
    File::open(path).map_err(|error| unreadable(path, &error))
}

/// The names of the files in a folder of results, sorted.
pub(crate) fn names_in(folder: &Path) -> Result<Vec<String>, ScanError> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

/// Reads a file of a model.
#[cfg(feature = "embed")]
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, ScanError> {
    fs::read(path).map_err(|error| ScanError::config(path.display().to_string(), error.to_string()))
}

/// The size of a file, in bytes.
#[cfg(feature = "embed")]
pub(crate) fn size(path: &Path) -> Result<u64, ScanError> {
    let metadata = fs::metadata(path);
    let metadata = metadata
        .map_err(|error| ScanError::config(path.display().to_string(), error.to_string()))?;
    Ok(metadata.len())
}

/// Whether a path is there.
pub(crate) fn exists(path: &Path) -> bool {
    path.exists()
}

/// Makes a folder, unless it is there.
pub(crate) fn make_folder(path: &Path) -> Result<(), ScanError> {
    fs::create_dir_all(path)
        .map_err(|error| ScanError::config(path.display().to_string(), error.to_string()))
}

/// Moves a finished file to its place.
pub(crate) fn publish(from: &Path, to: &Path) -> Result<(), ScanError> {
    fs::rename(from, to)
        .map_err(|error| ScanError::config(to.display().to_string(), error.to_string()))
}

/// Creates a file to write.
pub(crate) fn create(path: &Path) -> Result<File, ScanError> {
    File::create(path)
        .map_err(|error| ScanError::config(path.display().to_string(), error.to_string()))
}

/// Writes a whole text file.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), ScanError> {
    fs::write(path, text)
        .map_err(|error| ScanError::config(path.display().to_string(), error.to_string()))
}

fn unreadable(path: &Path, error: &std::io::Error) -> ScanError {
    ScanError::Results { path: path.to_path_buf(), problem: error.to_string() }
}

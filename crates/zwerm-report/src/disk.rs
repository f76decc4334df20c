//! The file system, with the path and the act in every error.

#![allow(clippy::disallowed_methods, reason = "this is the wrapper that adds the path")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::ReportError;

/// Creates (or empties) a file.
pub(crate) fn create(path: &Path) -> Result<File, ReportError> {
    File::create(path).map_err(|e| ReportError::system(path, "cannot create the file", e))
}

/// Opens a file to read it.
pub(crate) fn open(path: &Path) -> Result<File, ReportError> {
    File::open(path).map_err(|e| ReportError::system(path, "cannot read", e))
}

/// Writes a whole file.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    fs::write(path, bytes).map_err(|e| ReportError::system(path, "cannot write", e))
}

/// Creates a folder whose parent exists.
pub(crate) fn create_dir(path: &Path) -> Result<(), ReportError> {
    fs::create_dir(path).map_err(|e| ReportError::system(path, "cannot create the folder", e))
}

/// Creates a folder and all above it.
pub(crate) fn create_dir_all(path: &Path) -> Result<(), ReportError> {
    fs::create_dir_all(path).map_err(|e| ReportError::system(path, "cannot create the folder", e))
}

/// Removes a folder with all that is in it.
pub(crate) fn remove_dir_all(path: &Path) -> Result<(), ReportError> {
    fs::remove_dir_all(path).map_err(|e| ReportError::system(path, "cannot remove the folder", e))
}

/// Renames a folder.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), ReportError> {
    fs::rename(from, to).map_err(|e| ReportError::system(to, "cannot move the folder here", e))
}

/// The path with every symbolic link followed.
pub(crate) fn canonicalize(path: &Path) -> Result<PathBuf, ReportError> {
    fs::canonicalize(path).map_err(|e| ReportError::system(path, "cannot find", e))
}

/// What a folder holds, sorted by name.
pub(crate) fn list(dir: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let failed = |e| ReportError::system(dir, "cannot list the folder", e);
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort_unstable();
    Ok(paths)
}

/// Waits until a file, or a folder's list of names, is on the disk.
pub(crate) fn sync(path: &Path) -> Result<(), ReportError> {
    // Only Unix can open a folder; elsewhere the rename alone has to do.
    if cfg!(not(unix)) && path.is_dir() {
        return Ok(());
    }
    let failed = |e| ReportError::system(path, "cannot flush to disk", e);
    File::open(path).and_then(|file| file.sync_all()).map_err(failed)
}

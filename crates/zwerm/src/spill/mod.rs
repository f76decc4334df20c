//! Spilled runs: what does not stay in memory while posts go by.
//!
//! Runs are files in a folder of their own that the caller removes. They are written once, front
//! to back, and read after that.

#![allow(clippy::disallowed_methods, reason = "this is the wrapper that adds the path")]

pub(crate) mod acts;
pub(crate) mod posts;
pub(crate) mod texts;

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;

use crate::error::ScanError;

/// A file that is removed when it is dropped: what nobody reads again need not reach the disk.
#[derive(Debug)]
pub(crate) struct Run {
    path: PathBuf,
    file: Mutex<File>,
}

impl Drop for Run {
    fn drop(&mut self) {
        // Nothing can be done about a failure here; the folder is removed as a whole later.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Run {
    /// Starts an empty run.
    pub(crate) fn create(path: PathBuf) -> Result<Self, ScanError> {
        let file = File::options().read(true).write(true).create_new(true).open(&path);
        let file = file.map_err(|error| ScanError::spill(&path, error))?;
        Ok(Run { path, file: Mutex::new(file) })
    }

    /// Does something with the file.
    pub(crate) fn with<T>(
        &self,
        act: impl FnOnce(&mut File) -> io::Result<T>,
    ) -> Result<T, ScanError> {
        let locked = self.file.lock();
        let mut file =
            locked.map_err(|_| self.failed(io::Error::other("another thread failed")))?;
        act(&mut file).map_err(|error| self.failed(error))
    }

    pub(crate) fn failed(&self, error: io::Error) -> ScanError {
        ScanError::spill(&self.path, error)
    }
}

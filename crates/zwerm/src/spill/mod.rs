//! Spilled runs: what does not stay in memory while posts go by.
//!
//! Runs are files in a folder of their own that the caller removes. They are written once, front
//! to back, and read after that.

#![allow(clippy::disallowed_methods, reason = "this is the wrapper that adds the path")]

pub(crate) mod acts;
pub(crate) mod posts;
pub(crate) mod texts;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::error::ScanError;

/// Bytes that wait to be written to a run, and of a run that are read at one time.
pub(crate) const BUFFER_BYTES: usize = 1 << 16;

/// A file that is removed when it is dropped: what nobody reads again need not reach the disk.
#[derive(Debug)]
pub(crate) struct Run {
    path: PathBuf,
    file: File,
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
        Ok(Run { path, file })
    }

    /// Does something with the file, which has one place where it is read and written.
    pub(crate) fn with<T>(
        &self,
        act: impl FnOnce(&mut &File) -> io::Result<T>,
    ) -> Result<T, ScanError> {
        act(&mut &self.file).map_err(|error| self.failed(error))
    }

    /// Reads from `start` on until `bytes` are full: any number of threads may at one time.
    pub(crate) fn read_at(&self, bytes: &mut [u8], start: u64) -> Result<(), ScanError> {
        read_exact_at(&self.file, bytes, start).map_err(|error| self.failed(error))
    }

    pub(crate) fn failed(&self, error: io::Error) -> ScanError {
        ScanError::spill(&self.path, error)
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, start)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut start: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, start)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = &mut bytes[read..];
                start += read as u64;
            }
        }
    }
    Ok(())
}

/// A run that is written through a buffer.
#[derive(Debug)]
pub(crate) struct Buffered {
    run: Run,
    waiting: Vec<u8>,
}

impl Buffered {
    /// Starts an empty run.
    pub(crate) fn create(path: PathBuf) -> Result<Self, ScanError> {
        Ok(Buffered { run: Run::create(path)?, waiting: Vec::new() })
    }

    /// Appends what is written to the buffer.
    pub(crate) fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), ScanError> {
        write(&mut self.waiting);
        if self.waiting.len() >= BUFFER_BYTES { self.flush() } else { Ok(()) }
    }

    /// Writes what waits.
    fn flush(&mut self) -> Result<(), ScanError> {
        self.run.with(|file| file.write_all(&self.waiting))?;
        self.waiting.clear();
        Ok(())
    }

    /// The run, with all that was pushed.
    pub(crate) fn finish(mut self) -> Result<Run, ScanError> {
        self.flush()?;
        Ok(self.run)
    }

    /// All of it; the run is removed.
    pub(crate) fn read(self) -> Result<Vec<u8>, ScanError> {
        self.run.with(|file| {
            let written = file.seek(SeekFrom::End(0))? as usize;
            let mut bytes = Vec::with_capacity(written + self.waiting.len());
            file.seek(SeekFrom::Start(0))?;
            file.read_to_end(&mut bytes)?;
            bytes.extend_from_slice(&self.waiting);
            Ok(bytes)
        })
    }
}

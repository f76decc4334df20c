//! The runs of `zwerm edges`: records in buckets by hash, and acts object by object.

use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use zwerm_network::sweep::streamed::Stream;

use super::Run;
use crate::error::ScanError;

/// Buckets by the first bits of a hash: what is in one of them has room when all have not.
pub(crate) const BUCKETS: usize = 32;

/// Bytes of a bucket that wait to be written, and of a run that are read at one time.
const BUFFER_BYTES: usize = 1 << 16;

/// The bucket of a hash.
pub(crate) fn bucket(hash: u128) -> usize {
    (hash >> (128 - BUCKETS.ilog2())) as usize
}

/// Records of `N` bytes, spread over buckets.
#[derive(Debug)]
pub(crate) struct Buckets<const N: usize> {
    runs: Vec<Run>,
    waiting: Vec<Vec<u8>>,
}

impl<const N: usize> Buckets<N> {
    /// Starts empty buckets in a folder.
    pub(crate) fn create(folder: &Path, name: &str) -> Result<Self, ScanError> {
        let run = |bucket| Run::create(folder.join(format!("{name}-{bucket}.run")));
        let runs: Vec<Run> = (0..BUCKETS).map(run).collect::<Result<_, _>>()?;
        Ok(Buckets { runs, waiting: vec![Vec::new(); BUCKETS] })
    }

    pub(crate) fn push(&mut self, bucket: usize, record: [u8; N]) -> Result<(), ScanError> {
        let waiting = &mut self.waiting[bucket];
        waiting.extend_from_slice(&record);
        if waiting.len() >= BUFFER_BYTES {
            self.runs[bucket].with(|file| file.write_all(waiting))?;
            waiting.clear();
        }
        Ok(())
    }

    /// The records of each bucket, one bucket after the other; what was read is removed.
    pub(crate) fn read(self) -> impl Iterator<Item = Result<Vec<[u8; N]>, ScanError>> {
        self.runs.into_iter().zip(self.waiting).map(|(run, waiting)| {
            let bytes = run.with(|file| {
                let mut bytes = Vec::new();
                file.seek(SeekFrom::Start(0))?;
                file.read_to_end(&mut bytes)?;
                bytes.extend_from_slice(&waiting);
                Ok(bytes)
            })?;
            Ok(bytes.as_chunks::<N>().0.to_vec())
        })
    }
}

/// Who acted when, object by object.
#[derive(Debug)]
pub(crate) struct Acts {
    run: Run,
    waiting: Vec<u8>,
}

impl Acts {
    /// Starts an empty run.
    pub(crate) fn create(path: PathBuf) -> Result<Self, ScanError> {
        Ok(Acts { run: Run::create(path)?, waiting: Vec::new() })
    }

    /// Appends the acts on an object, by (time, account).
    pub(crate) fn push(
        &mut self,
        acts: impl ExactSizeIterator<Item = (u32, i64)> + Clone,
    ) -> Result<(), ScanError> {
        self.waiting.extend_from_slice(&(acts.len() as u32).to_le_bytes());
        self.waiting.extend(acts.clone().flat_map(|(account, _)| account.to_le_bytes()));
        self.waiting.extend(acts.flat_map(|(_, at)| at.to_le_bytes()));
        if self.waiting.len() >= BUFFER_BYTES { self.flush() } else { Ok(()) }
    }

    /// Ends the run, to be read.
    pub(crate) fn flush(&mut self) -> Result<(), ScanError> {
        self.run.with(|file| file.write_all(&self.waiting))?;
        self.waiting.clear();
        Ok(())
    }
}

impl Stream for Acts {
    type Error = ScanError;

    fn each(&self, visit: &mut dyn FnMut(&[u32], &[i64])) -> Result<(), ScanError> {
        let (mut bytes, mut accounts, mut moments) = (Vec::new(), Vec::new(), Vec::new());
        self.run.with(|file| {
            let end = file.seek(SeekFrom::End(0))?;
            file.seek(SeekFrom::Start(0))?;
            let mut file = BufReader::with_capacity(BUFFER_BYTES, file);
            let mut read = 0;
            while read < end {
                let mut count = [0; 4];
                file.read_exact(&mut count)?;
                let count = u32::from_le_bytes(count) as usize;
                bytes.resize(count * 12, 0);
                file.read_exact(&mut bytes)?;
                read += 4 + bytes.len() as u64;
                let (of_accounts, of_moments) = bytes.split_at(count * 4);
                accounts.clear();
                accounts.extend(of_accounts.as_chunks().0.iter().map(|&b| u32::from_le_bytes(b)));
                moments.clear();
                moments.extend(of_moments.as_chunks().0.iter().map(|&b| i64::from_le_bytes(b)));
                visit(&accounts, &moments);
            }
            Ok(())
        })
    }
}

//! The runs of `zwerm edges`: records in buckets by hash, and acts object by object.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use zwerm_network::sweep::streamed::Stream;

use super::{BUFFER_BYTES, Buffered};
use crate::error::ScanError;

/// Buckets by the first bits of a hash: what is in one of them has room when all have not.
pub(crate) const BUCKETS: usize = 32;

/// The bucket of a hash.
pub(crate) fn bucket(hash: u128) -> usize {
    (hash >> (128 - BUCKETS.ilog2())) as usize
}

/// Records of `N` bytes, spread over buckets.
#[derive(Debug)]
pub(crate) struct Buckets<const N: usize>(Vec<Buffered>);

impl<const N: usize> Buckets<N> {
    /// Starts empty buckets in a folder.
    pub(crate) fn create(folder: &Path, name: &str) -> Result<Self, ScanError> {
        let run = |bucket| Buffered::create(folder.join(format!("{name}-{bucket}.run")));
        Ok(Buckets((0..BUCKETS).map(run).collect::<Result<_, _>>()?))
    }

    pub(crate) fn push(&mut self, bucket: usize, record: [u8; N]) -> Result<(), ScanError> {
        self.0[bucket].push(|bytes| bytes.extend_from_slice(&record))
    }

    /// The records of each bucket, one bucket after the other; what was read is removed.
    pub(crate) fn read(self) -> impl Iterator<Item = Result<Vec<[u8; N]>, ScanError>> {
        self.0.into_iter().map(|run| Ok(run.read()?.as_chunks::<N>().0.to_vec()))
    }
}

/// Who acted when, object by object.
#[derive(Debug)]
pub(crate) struct Acts(Buffered);

impl Acts {
    /// Starts an empty run.
    pub(crate) fn create(path: PathBuf) -> Result<Self, ScanError> {
        Ok(Acts(Buffered::create(path)?))
    }

    /// Appends the acts on an object, by (time, account).
    pub(crate) fn push(
        &mut self,
        acts: impl ExactSizeIterator<Item = (u32, i64)> + Clone,
    ) -> Result<(), ScanError> {
        self.0.push(|bytes| {
            bytes.extend_from_slice(&(acts.len() as u32).to_le_bytes());
            bytes.extend(acts.clone().flat_map(|(account, _)| account.to_le_bytes()));
            bytes.extend(acts.flat_map(|(_, at)| at.to_le_bytes()));
        })
    }

    /// Ends the run, to be read.
    pub(crate) fn flush(&mut self) -> Result<(), ScanError> {
        self.0.flush()
    }
}

impl Stream for Acts {
    type Error = ScanError;

    fn each(&self, visit: &mut dyn FnMut(&[u32], &[i64])) -> Result<(), ScanError> {
        let (mut bytes, mut accounts, mut moments) = (Vec::new(), Vec::new(), Vec::new());
        self.0.run.with(|file| {
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

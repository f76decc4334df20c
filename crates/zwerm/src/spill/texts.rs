//! The runs of `zwerm cluster`: one per band of the sketches with its keys, one with the normalised
//! texts.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use zwerm_text::{BANDS, Keys, Sketched, Texts};

use super::{Buffered, Run};
use crate::error::ScanError;

/// A key in a run.
const KEY_BYTES: usize = size_of::<u32>();

/// Keys that are read at a time.
const KEYS_AT_ONCE: usize = 8_192;

/// Runs that are being written.
#[derive(Debug)]
pub(crate) struct Writer {
    bands: Vec<Buffered>,
    texts: Run,
    /// Where each text ends.
    ends: Vec<u64>,
}

impl Writer {
    /// Starts the runs in a folder.
    pub(crate) fn create(folder: &Path) -> Result<Self, ScanError> {
        let path = |band| folder.join(format!("band-{band}.run"));
        let bands = (0..BANDS).map(|band| Buffered::create(path(band)));
        Ok(Writer {
            bands: bands.collect::<Result<_, _>>()?,
            texts: Run::create(folder.join("texts.run"))?,
            ends: Vec::new(),
        })
    }

    /// Appends a partition.
    pub(crate) fn push(&mut self, partition: &Sketched) -> Result<(), ScanError> {
        let per_band = partition.keys.chunks(partition.len().max(1));
        for (keys, run) in per_band.zip(&mut self.bands) {
            run.push(|waiting| waiting.extend(keys.iter().flat_map(|key| key.to_le_bytes())))?;
        }
        self.texts.with(|file| file.write_all(&partition.texts))?;
        let mut end = self.ends.last().copied().unwrap_or(0);
        for &bytes in &partition.text_bytes {
            end += u64::from(bytes);
            self.ends.push(end);
        }
        Ok(())
    }

    /// Ends the runs, to be read.
    pub(crate) fn finish(self) -> Result<(BandRuns, TextRun), ScanError> {
        let bands = self.bands.into_iter().map(Buffered::finish).collect::<Result<_, _>>()?;
        Ok((BandRuns(bands), TextRun { run: self.texts, ends: self.ends }))
    }
}

/// The keys of all sketches, band by band.
#[derive(Debug)]
pub(crate) struct BandRuns(Vec<Run>);

impl Keys for BandRuns {
    type Error = ScanError;

    fn band(&self, band: usize, keys: &mut Vec<u32>) -> Result<(), ScanError> {
        self.0[band].with(|file| {
            let mut left = file.metadata()?.len() as usize / KEY_BYTES;
            file.seek(SeekFrom::Start(0))?;
            keys.clear();
            keys.reserve(left);
            let mut bytes = [[0; KEY_BYTES]; KEYS_AT_ONCE];
            while left > 0 {
                let some = &mut bytes[..KEYS_AT_ONCE.min(left)];
                file.read_exact(some.as_flattened_mut())?;
                keys.extend(some.iter().map(|&key| u32::from_le_bytes(key)));
                left -= some.len();
            }
            Ok(())
        })
    }
}

/// The normalised texts of all sketches.
#[derive(Debug)]
pub(crate) struct TextRun {
    run: Run,
    ends: Vec<u64>,
}

impl Texts for TextRun {
    type Error = ScanError;

    fn codes(&self, sketch: u32, _post: u32, codes: &mut Vec<u32>) -> Result<(), ScanError> {
        let start = if sketch == 0 { 0 } else { self.ends[sketch as usize - 1] };
        let mut bytes = vec![0; (self.ends[sketch as usize] - start) as usize];
        self.run.read_at(&mut bytes, start)?;
        match zwerm_text::codes_of(&bytes, codes) {
            true => Ok(()),
            false => Err(self.run.failed(io::ErrorKind::InvalidData.into())),
        }
    }
}

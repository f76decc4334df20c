//! A file as a stream of unpacked bytes, whatever it is packed with.
//!
//! What a file is, its first bytes say; its name is only asked where they say nothing.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{ErrorKind, IngestError};
use crate::file_system;
use crate::utf16::{FromUtf16, Order};

/// Bytes looked at to tell what a file is: enough for a page of any interface.
pub(crate) const HEAD_BYTES: usize = 1 << 18;

/// Less than this may be packed as tightly as it likes, in bytes.
const UNPACKED_BYTES_MAX: u64 = 1 << 25;

/// Beyond it, this many times the packed size is a bomb: posts pack to a tenth.
const EXPANSION_MAX: u64 = 500;

/// The largest window of zstd: the dumps of Reddit use all of it.
const ZSTD_WINDOW_LOG_MAX: u32 = 31;

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl Packing {
    fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Packing::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Packing::Zstd,
            _ => Packing::Plain,
        }
    }

    /// Its name behind that of a format: `csv.gz`.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Packing::Plain => "",
            Packing::Gzip => ".gz",
            Packing::Zstd => ".zst",
        }
    }
}

/// What packs, or writes, in a way that is not read here.
fn foreign(head: &[u8]) -> Option<&'static str> {
    Some(match head {
        [b'B', b'Z', b'h', ..] => "a file packed by bzip2; unpack it first",
        [0xfd, b'7', b'z', b'X', b'Z', ..] => "a file packed by xz; unpack it first",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive (or a spreadsheet); unpack or export it first",
        [b'7', b'z', 0xbc, 0xaf, ..] => "a 7z archive; unpack it first",
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => "UTF-32; save it as UTF-8 first",
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => "an SQLite database; export its table first",
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => "an Arrow file; save it as Parquet first",
        _ => return None,
    })
}

/// The unpacked bytes of a file, and how they were packed.
pub(crate) fn open(path: &Path) -> Result<(Packing, Box<dyn Read + Send>), IngestError> {
    let mut file = file_system::open(path)?;
    let mut head = [0; 16];
    let n = fill(&mut file, &mut head).map_err(|error| file_system::unreadable(path, error))?;
    if let Some(what) = foreign(&head[..n]) {
        let name = path.display().to_string();
        return Err(IngestError::new(name, ErrorKind::ForeignFormat(what)));
    }
    let file = file_system::open(path)?;
    let packing = Packing::of(&head[..n]);
    let read = Arc::new(AtomicU64::new(0));
    let packed = Counted { inner: file, read: Arc::clone(&read) };
    let unpacked: Box<dyn Read + Send> = match packing {
        Packing::Plain => {
            let plain: Box<dyn Read + Send> = match Order::of(&head[..n]) {
                Some(order) => Box::new(FromUtf16::new(packed, order)),
                None => Box::new(packed),
            };
            return Ok((packing, plain));
        }
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(
            1 << 16,
            packed,
        ))),
        Packing::Zstd => {
            let decoder = zstd::Decoder::new(packed).and_then(|mut decoder| {
                decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
                Ok(decoder)
            });
            Box::new(decoder.map_err(|error| file_system::unreadable(path, error))?)
        }
    };
    Ok((packing, Box::new(Bounded { inner: unpacked, unpacked: 0, packed: read })))
}

/// Reads until a buffer is full or the file ends; how many bytes it was.
pub(crate) fn fill(from: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

struct Counted {
    inner: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Stops at what unpacks to far more than it is.
struct Bounded {
    inner: Box<dyn Read + Send>,
    unpacked: u64,
    packed: Arc<AtomicU64>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.unpacked += n as u64;
        let packed = self.packed.load(Ordering::Relaxed);
        if self.unpacked > UNPACKED_BYTES_MAX && self.unpacked / EXPANSION_MAX > packed {
            let why = format!("{packed} bytes unpack to {} and more", self.unpacked);
            return Err(io::Error::other(why));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_stopped_and_a_large_file_is_not() {
        let read = |packed: u64| {
            let packed = Arc::new(AtomicU64::new(packed));
            let inner = Box::new(io::repeat(b'a').take(UNPACKED_BYTES_MAX + 1_000));
            io::copy(&mut Bounded { inner, unpacked: 0, packed }, &mut io::sink())
        };
        assert!(read(1_000).is_err());
        assert!(read(UNPACKED_BYTES_MAX / 450).is_ok());
    }
}

//! The key of pseudonyms: made once, readable by its owner alone, never printed.

#![allow(clippy::disallowed_methods, reason = "this is the wrapper that adds the path")]

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use zwerm_ingest::Pseudonyms;

use crate::error::ScanError;

/// Fewer bytes could be guessed.
const KEY_BYTES_MIN: usize = 16;

/// The pseudonyms by the key in a file; without one, a key is made and kept there.
pub(crate) fn read_or_make(path: &Path) -> Result<Pseudonyms, ScanError> {
    if !path.exists() {
        make(path)?;
    }
    read(path)
}

/// The pseudonyms by the key in a file.
pub(crate) fn read(path: &Path) -> Result<Pseudonyms, ScanError> {
    let failed = |problem: String| ScanError::config(path.display().to_string(), problem);
    check_mode(path)?;
    let key = fs::read(path).map_err(|error| failed(format!("key file: {error}")))?;
    let key = key.trim_ascii();
    if key.len() < KEY_BYTES_MIN {
        let found = key.len();
        return Err(failed(format!(
            "expected a key of at least {KEY_BYTES_MIN} bytes, found {found}"
        )));
    }
    Ok(Pseudonyms::new(key))
}

fn make(path: &Path) -> Result<(), ScanError> {
    let failed = |problem: String| ScanError::config(path.display().to_string(), problem);
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| failed(format!("no random bytes: {error}")))?;
    let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut file = new_private(path).map_err(|error| failed(format!("key file: {error}")))?;
    writeln!(file, "{text}")
        .and_then(|()| file.sync_all())
        .map_err(|error| failed(format!("key file: {error}")))
}

/// Creates a file that nobody but its owner can read; it must not be there.
pub(crate) fn new_private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Appends one line to a file that nobody but its owner can read.
pub(crate) fn append_private(path: &Path, line: &str) -> std::io::Result<()> {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{line}")?;
    file.sync_all()
}

/// Refuses a key that others on the machine can read: it would protect nobody.
#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), ScanError> {
    use std::os::unix::fs::PermissionsExt as _;
    let failed = |problem: String| ScanError::config(path.display().to_string(), problem);
    let meta = fs::metadata(path).map_err(|error| failed(format!("key file: {error}")))?;
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(failed(format!(
        "expected a key file that only its owner can read (mode 600), found mode {mode:o}; if \
         nobody else has read it, `chmod 600` it"
    )))
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), ScanError> {
    Ok(())
}

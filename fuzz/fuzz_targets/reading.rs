//! What must hold of every reader, whatever it reads.

use std::io::Write as _;
use std::sync::Once;

use zwerm_ingest::{ErrorKind, IngestConfig};

/// Reads a file of some bytes by the schema that fits: no panic, and every row is accounted for.
#[allow(dead_code, reason = "each target includes this file and uses one of the two")]
pub fn check(bytes: &[u8], name: &str) {
    check_but(bytes, name, false);
}

/// The same of what may be Parquet. Its decoder panics on some damaged files, which is no part of
/// this project: what must hold is that the panic becomes an error that names the file.
#[allow(dead_code, reason = "each target includes this file and uses one of the two")]
pub fn check_parquet(bytes: &[u8], name: &str) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The fuzzer ends at a panic, be it caught or not.
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !zwerm_ingest::source::is_guarded() {
                hook(panic);
            }
        }));
    });
    check_but(bytes, name, true);
}

fn check_but(bytes: &[u8], name: &str, may_panic: bool) {
    let mut file = tempfile::Builder::new().suffix(name).tempfile().expect("a file");
    file.write_all(bytes).expect("room for it");
    let path = file.path().to_path_buf();
    let config = IngestConfig { reject_ratio_max: 1.0, ..IngestConfig::default() };
    match zwerm_ingest::read(&[path], &config) {
        Ok(read) => {
            let filtered = |&(name, _): &(&str, u64)| name.starts_with("ingest.filtered.");
            let filtered: u64 = read.tally.iter().filter(filtered).map(|(_, n)| n).sum();
            let used = read.posts.len() + read.rejects.len();
            let copies = read.tally.get("ingest.duplicate_posts");
            assert_eq!(read.tally.get("ingest.rows"), used as u64 + copies + filtered);
        }
        // A panic of a parser is caught in the product: here it is a finding.
        Err(error) if matches!(error.kind(), ErrorKind::ReaderPanicked(_)) => {
            assert!(may_panic && error.to_string().contains(name), "{error}");
        }
        Err(_) => {}
    }
}

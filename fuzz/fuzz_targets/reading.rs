//! What must hold of every reader, whatever it reads.

use std::io::Write as _;

use zwerm_ingest::{ErrorKind, IngestConfig};

/// Reads a file of some bytes by the schema that fits: no panic, and every row is accounted for.
pub fn check(bytes: &[u8], name: &str) {
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
        Err(error) => assert!(!matches!(error.kind(), ErrorKind::ReaderPanicked(_)), "{error}"),
    }
}

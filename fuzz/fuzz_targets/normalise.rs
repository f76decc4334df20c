//! Any text can be normalised: without a panic, to at most thrice its bytes, and once is enough.

#![no_main]

use std::borrow::Cow;

use libfuzzer_sys::fuzz_target;

// Bytes that are no UTF-8 are read in two ways: with replacement characters, and up to the first
// byte that is none.
fuzz_target!(|bytes: &[u8]| {
    let lossy = String::from_utf8_lossy(bytes);
    check(&lossy);
    if let Cow::Owned(_) = lossy {
        let valid = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        check(valid);
    }
});

fn check(text: &str) {
    let once = zwerm_text::normalise(text);
    assert!(once.len() <= 3 * text.len(), "{} bytes became {}", text.len(), once.len());
    assert_eq!(zwerm_text::normalise(&once), once, "normalising twice is normalising once");
}

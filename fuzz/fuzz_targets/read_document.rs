//! Any bytes can be read as a JSON document: with posts or with an error, and no row is lost.

#![no_main]

mod reading;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| reading::check(&[b"[\n", bytes].concat(), "posts.json"));

//! Any bytes can be read as the lines of a table: with posts or with an error, and no row is lost.

#![no_main]

mod reading;

use libfuzzer_sys::fuzz_target;

const HEADER: &[u8] = b"post_id,account_id,created_at,text,urls\n";

fuzz_target!(|bytes: &[u8]| reading::check(&[HEADER, bytes].concat(), "posts.csv"));

//! Any bytes can be read: as Parquet, packed, as a table, as JSON, or with an error.

#![no_main]

mod reading;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| reading::check_parquet(bytes, "posts"));

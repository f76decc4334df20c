//! Any bytes can be read as Parquet: with posts or with an error that names the file, and no row is
//! lost.

#![no_main]

mod reading;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| reading::check_parquet(bytes, "posts.parquet"));

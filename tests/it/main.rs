//! Tests of the whole: what people who run the program, or read its results, rely on.
//!
//! A module is a subject; its first words say what is promised there. What several of them need is
//! in [`harness`]: posts to scan, the program, results read back. Tests that need something that a
//! machine may lack (evaluation data, a browser, the right to mount) say so and pass.

#![allow(clippy::disallowed_methods, reason = "tests read and write files, and look at clocks")]
#![allow(clippy::unwrap_used, reason = "clippy does not see that helpers of tests are tests")]

mod harness;

mod bad_rows;
mod baselines;
mod clusters;
mod commands;
mod communities;
mod compat;
mod crash;
mod deletions;
mod determinism;
mod disclosure;
mod edges;
mod embedding_model;
mod errors;
mod evaluate;
mod formats;
mod hostile;
mod ingest_memory;
mod injection;
mod meaning;
mod metamorphic;
mod near_texts;
mod outputs;
mod parity_data;
mod privacy;
mod pseudonyms;
mod readers;
mod replay;
mod report_page;
mod sample_world;
mod schemas;

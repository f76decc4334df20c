//! `zwerm edges --compat` gives the tables of other tools: rows, orientation, weights and flags.
//!
//! Golden files are the tools' own output. Small ones are in `tests/fixtures/compat`; those on real
//! data are skipped where the evaluation data are absent.

mod cnt;
mod coortweet;
mod formats;
mod golden;
mod reference;
pub(crate) mod table;

//! The program: flags in, progress and results out, an exit status that says what happened.
//!
//! | status | means |
//! |---|---|
//! | 0 | done, findings or none |
//! | 1 | a check failed (`verify`, or a null check of `scan`: results are written, every tier is `none`) |
//! | 2 | usage or configuration |
//! | 3 | input unreadable |
//! | 4 | out of space or memory |

mod args;
mod cmd;
mod progress;
mod usage;

use std::process::ExitCode;

use clap::Parser;
use zwerm::{ScanError, Status};

fn main() -> ExitCode {
    zwerm::print_only_unguarded_panics();
    let args = args::Args::parse();
    progress::start_log(&args.output);
    let status = match cmd::run(args) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("zwerm: {error:#}");
            error.downcast_ref::<ScanError>().map_or(Status::Usage, ScanError::status)
        }
    };
    ExitCode::from(status as u8)
}

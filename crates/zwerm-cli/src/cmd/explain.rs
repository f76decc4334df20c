//! `zwerm explain`.

use anyhow::Result;
use zwerm::Status;

use super::print;
use crate::args::{Explain, Output};

pub(super) fn run(args: &Explain, output: &Output) -> Result<Status> {
    let explained = zwerm::explain::explain(&args.results, &args.id)?;
    if output.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&explained)?));
    } else {
        print(&zwerm::explain::lines(&explained));
    }
    Ok(Status::Done)
}

//! `zwerm inspect`.

use std::path::PathBuf;

use anyhow::Result;
use zwerm::{Settings, Status};

use super::{config, print};
use crate::args::{Inspect, Output};

pub(super) fn run(args: Inspect, output: &Output) -> Result<Status> {
    let file = config(&args.input)?;
    let settings = Settings::resolve(args.input.inputs, PathBuf::new(), file)?;
    let inspection = zwerm::inspect::inspect(&settings, &args.columns)?;
    if output.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&inspection)?));
    } else {
        print(&inspection.lines());
    }
    Ok(Status::Done)
}

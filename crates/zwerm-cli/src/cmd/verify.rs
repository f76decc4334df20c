//! `zwerm verify`.

use anyhow::Result;
use serde_json::json;
use zwerm::Status;

use super::print;
use crate::args::{Output, Verify};

pub(super) fn run(args: &Verify, output: &Output) -> Result<Status> {
    let (files, wrong) = zwerm::verify::verify(&args.results)?;
    if output.json {
        let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        print(&format!("{}\n", json!({ "files": files, "wrong": wrong })));
    } else if wrong.is_empty() && !output.quiet {
        print(&format!("{files} files are as the manifest says\n"));
    }
    for mismatch in &wrong {
        eprintln!("zwerm: {}: {mismatch}", args.results.display());
    }
    Ok(if wrong.is_empty() { Status::Done } else { Status::CheckFailed })
}

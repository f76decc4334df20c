//! `zwerm ingest`.

use std::fmt::Write as _;

use anyhow::Result;
use zwerm::{IngestOutcome, Settings, Status};

use super::{config, print};
use crate::args::{Ingest, Output};
use crate::progress::Progress;

pub(super) fn run(args: Ingest, output: &Output) -> Result<Status> {
    let mut file = config(&args.input)?;
    file.threads = args.threads.or(file.threads);
    let settings =
        Settings { force: args.force, ..Settings::resolve(args.input.inputs, args.out, file)? };
    let mut progress = Progress::new(output);
    let memory = args.memory.map(|size| size.as_u64());
    let outcome = zwerm::ingest(&settings, memory, &mut progress);
    progress.finish();
    let outcome = outcome?;
    if output.json {
        print(&format!("{}\n", serde_json::to_string(&outcome)?));
    } else if !output.quiet {
        print(&summary(&outcome));
    }
    Ok(Status::Done)
}

fn summary(outcome: &IngestOutcome) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "posts      {} by {} accounts", outcome.posts, outcome.accounts);
    let _ = writeln!(
        text,
        "rows       {}: {} posts, {} duplicates, {} merged, {} filtered, {} rejected",
        outcome.rows,
        outcome.posts,
        outcome.duplicates,
        outcome.merged,
        outcome.filtered,
        outcome.rejected
    );
    let _ = writeln!(text, "written    {}", outcome.out.display());
    if let Some(rejects) = &outcome.rejects {
        let _ = writeln!(text, "rejects    {}", rejects.display());
    }
    text
}

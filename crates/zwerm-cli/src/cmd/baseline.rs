//! `zwerm baseline`.

use std::fmt::Write as _;

use anyhow::Result;
use zwerm::baseline::BaselineConfig;
use zwerm::{Scored, Settings, Status};

use super::{config, print};
use crate::args::{Baseline, Output};
use crate::progress::Progress;

pub(super) fn run(args: Baseline, output: &Output) -> Result<Status> {
    let mut file = config(&args.input)?;
    file.threads = args.threads.or(file.threads);
    let settings =
        Settings { force: args.force, ..Settings::resolve(args.input.inputs, args.out, file)? };
    let asked = BaselineConfig { name: args.name, variant: args.variant };
    let mut progress = Progress::new(output);
    let scored = zwerm::baseline(&settings, &asked, &mut progress);
    progress.finish();
    let scored = scored?;
    if output.json {
        print(&format!("{}\n", serde_json::to_string(&scored)?));
    } else if !output.quiet {
        print(&summary(&scored));
    }
    Ok(Status::Done)
}

fn summary(scored: &Scored) -> String {
    let mut text = format!("detector   {} ({})\n", scored.name, scored.variant);
    let _ = writeln!(text, "posts      {} by {} accounts", scored.posts, scored.accounts);
    for (kind, traces) in &scored.traces {
        let _ = writeln!(text, "{kind:<10} {traces} traces");
    }
    let _ = write!(text, "accounts   {} with a score", scored.scored);
    if let Some(flagged) = scored.flagged {
        let _ = write!(text, ", {flagged} picked by its rule");
    }
    let _ = writeln!(text);
    if let Some(groups) = scored.groups {
        let _ = writeln!(text, "groups     {groups}");
    }
    let _ = writeln!(text, "written    {}", scored.out.display());
    text
}

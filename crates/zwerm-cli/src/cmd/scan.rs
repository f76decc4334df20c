//! `zwerm scan`.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use serde_json::json;
use zwerm::{Outcome, Settings, Status};

use super::{config, print};
use crate::args::{Output, Scan};
use crate::progress::Progress;

pub(super) fn run(args: Scan, output: &Output) -> Result<Status> {
    let mut file = config(&args.input)?;
    file.null_check = args.null_check.or(file.null_check);
    file.threads = args.threads.or(file.threads);
    file.seed = args.seed.or(file.seed);
    if args.elections.is_some() {
        file.elections = args.elections;
    }
    if args.allow_list.is_some() {
        file.allow_list = args.allow_list;
    }
    args.meaning.over(&mut file.meaning);
    let settings =
        Settings { force: args.force, ..Settings::resolve(args.input.inputs, args.out, file)? };
    let mut progress = Progress::new(output);
    let outcome = zwerm::scan(&settings, &mut progress);
    progress.finish();
    let outcome = outcome?;
    if output.json {
        print(&format!("{}\n", as_json(&outcome, &settings.out)));
    } else if !output.quiet {
        print(&summary(&outcome, &settings));
    }
    Ok(outcome.status())
}

fn as_json(outcome: &Outcome, out: &Path) -> serde_json::Value {
    let found = outcome.found;
    json!({
        "out": out,
        "posts": outcome.facts.posts,
        "accounts": outcome.facts.accounts,
        "accounts_found": found.accounts,
        "accounts_strict": found.accounts_strict,
        "networks": found.networks,
        "networks_strict": found.networks_strict,
        "campaigns": found.campaigns,
        "checks": outcome.facts.checks,
        "row_digest": outcome.facts.row_digest,
        "status": outcome.status() as u8,
    })
}

fn summary(outcome: &Outcome, settings: &Settings) -> String {
    let (facts, found) = (&outcome.facts, outcome.found);
    let mut text = String::new();
    let _ = writeln!(text, "posts      {} by {} accounts", facts.posts, facts.accounts);
    let _ = writeln!(
        text,
        "accounts   {} coordinated above chance (q ≤ {}), {} of them strict",
        found.accounts, settings.q_discovery, found.accounts_strict
    );
    let _ =
        writeln!(text, "networks   {}, {} of them strict", found.networks, found.networks_strict);
    let _ = writeln!(text, "campaigns  {}", found.campaigns);
    for check in &facts.checks {
        let _ = writeln!(
            text,
            "null check of {}: {} {}s in the decoy, {} in the data, {} allowed: {}",
            check.test,
            check.found_in_decoy,
            check.unit,
            check.found_in_data,
            check.allowed,
            if check.passed { "passed" } else { "FAILED, every tier is none" }
        );
    }
    for rung in &facts.rungs {
        if let Some(why) = &rung.off_because {
            let _ = writeln!(text, "rung off   window {} ms: {why}", rung.window_ms);
        }
    }
    let _ = writeln!(text, "report     {}", settings.out.join("report.html").display());
    text
}

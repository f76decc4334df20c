//! `zwerm evaluate`.

use anyhow::Result;
use zwerm::Status;
use zwerm::evaluate::{DRAWS, Question, SCORE, SEED, evaluate};

use super::print;
use crate::args::{Evaluate, Output};

pub(super) fn run(args: Evaluate, output: &Output) -> Result<Status> {
    let evaluation = evaluate(&Question {
        results: args.results,
        truth: args.truth,
        score: args.score.unwrap_or_else(|| SCORE.to_owned()),
        draws: args.draws.unwrap_or(DRAWS),
        seed: args.seed.unwrap_or(SEED),
        threads: args.threads.unwrap_or(0),
    })?;
    if let Some(out) = &args.out {
        evaluation.write(out, args.force)?;
    }
    if output.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&evaluation)?));
    } else if !output.quiet {
        print(&evaluation.page());
    }
    Ok(Status::Done)
}

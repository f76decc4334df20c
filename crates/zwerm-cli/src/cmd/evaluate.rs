//! `zwerm evaluate`.

use std::path::Path;

use anyhow::{Context, Result, bail};
use zwerm::evaluate::{
    DRAWS, PostsQuestion, Question, SCORE, SEED, SHARE, Subsampling, Unit, evaluate,
};
use zwerm::{ConfigFile, Settings, Status};

use super::{pairs, print};
use crate::args::{Again, Drawn, Evaluate, Output};

pub(super) fn run(args: Evaluate, output: &Output) -> Result<Status> {
    let threads = args.threads.unwrap_or(0);
    let posts = match (&args.out, args.again.posts.is_empty()) {
        (_, true) => None,
        (Some(out), false) => Some(posts(args.again, (out, args.force), threads)?),
        (None, false) => None.context("--posts: expected --out beside it")?,
    };
    let evaluation = evaluate(&Question {
        results: args.results,
        truth: args.truth,
        score: args.score.unwrap_or_else(|| SCORE.to_owned()),
        draws: args.draws.unwrap_or(DRAWS),
        seed: args.seed.unwrap_or(SEED),
        threads,
        posts,
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

/// What is asked of the posts.
fn posts(again: Again, (out, force): (&Path, bool), threads: usize) -> Result<PostsQuestion> {
    if !again.replay && again.subsample.is_none() {
        bail!("--posts: expected --replay or --subsample beside it, found neither");
    }
    let mut file = match &again.config {
        Some(path) => ConfigFile::read(path)?,
        None => ConfigFile::default(),
    };
    file.map.extend(pairs(&again.map)?);
    file.schema = again.schema.or(file.schema);
    file.threads = Some(threads);
    let settings = Settings::resolve(again.posts, out.to_path_buf(), file)?;
    let of = match again.of {
        Drawn::Posts => Unit::Posts,
        Drawn::Accounts => Unit::Accounts,
    };
    let share = again.share.unwrap_or(SHARE);
    Ok(PostsQuestion {
        settings: Settings { force, ..settings },
        replay_every_days: again.replay.then(|| again.every.unwrap_or(1)),
        subsampling: again.subsample.map(|draws| Subsampling { draws, share, of }),
    })
}

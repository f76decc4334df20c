//! `zwerm simulate`.

use anyhow::Result;
use zwerm::Status;
use zwerm::simulate::{Groups, POSTS, World, simulate};

use super::print;
use crate::args::{Output, Preset, Simulate};

/// Posts of the `perf` preset when no number is given.
const PERF_POSTS: u64 = 1_000_000;

pub(super) fn run(args: &Simulate, output: &Output) -> Result<Status> {
    let mut world = match args.preset {
        Preset::Sample => World::sample(),
        Preset::Perf => World::perf(args.posts.unwrap_or(PERF_POSTS)),
    };
    if let Some(posts) = args.posts {
        world.posts = posts;
        world.accounts = u32::try_from(posts / 10).unwrap_or(u32::MAX);
    }
    world.accounts = args.accounts.unwrap_or(world.accounts);
    world.seed = args.seed.unwrap_or(world.seed);
    world.reworded = args.reworded;
    if args.no_plants {
        world.groups = Groups::Unplanted;
    }
    if args.no_coordination {
        world.groups = Groups::Uncoordinated;
    }
    simulate(&world, &args.out, args.force)?;
    if !output.quiet {
        print(&format!("{} posts in {}\n", world.posts, args.out.join(POSTS).display()));
    }
    Ok(Status::Done)
}

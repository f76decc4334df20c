//! `zwerm simulate`.

use anyhow::{Result, anyhow, bail};
use zwerm::inject::{Background, Cell, Plan, inject};
use zwerm::simulate::{Groups, POSTS, World, simulate};
use zwerm::{ConfigFile, Settings, Status};

use super::{pairs, print};
use crate::args::{Inject, Output, Preset, Simulate};

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
    if args.inject.grid || !args.inject.cell.is_empty() {
        return inject_groups(args, world, output);
    }
    if !args.inject.into.is_empty() {
        bail!("--into: expected --cell or --grid beside it, found neither");
    }
    simulate(&world, &args.out, args.force)?;
    if !output.quiet {
        print(&format!("{} posts in {}\n", world.posts, args.out.join(POSTS).display()));
    }
    Ok(Status::Done)
}

fn inject_groups(args: &Simulate, world: World, output: &Output) -> Result<Status> {
    let seed = world.seed;
    let plan = if args.inject.grid {
        Plan::Grid { world: args.inject.world }
    } else {
        let cell = |text: &String| text.parse::<Cell>().map_err(|why| anyhow!("--cell: {why}"));
        Plan::Cells(args.inject.cell.iter().map(cell).collect::<Result<_>>()?)
    };
    let background = match background(&args.inject, args)? {
        Some(settings) => Background::Input(Box::new(settings)),
        None => Background::World(world),
    };
    let done = inject(&background, &plan, seed, (&args.out, args.force))?;
    if output.json {
        print(&format!("{}\n", serde_json::to_string(&done)?));
    } else if !output.quiet {
        print(&format!(
            "{} groups in {} of {} worlds: {} posts, added to {} in each\n",
            done.groups,
            done.folders.len(),
            done.worlds,
            done.added_posts,
            done.background_posts,
        ));
    }
    Ok(Status::Done)
}

/// How posts that are there already are read.
fn background(inject: &Inject, args: &Simulate) -> Result<Option<Settings>> {
    if inject.into.is_empty() {
        return Ok(None);
    }
    let mut file = match &inject.config {
        Some(path) => ConfigFile::read(path)?,
        None => ConfigFile::default(),
    };
    file.map.extend(pairs(&inject.map)?);
    file.schema = inject.schema.clone().or(file.schema);
    Ok(Some(Settings::resolve(inject.into.clone(), args.out.clone(), file)?))
}

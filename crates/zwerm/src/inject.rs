//! `zwerm simulate --cell` and `--grid`: groups put into a background, with their truth.
//!
//! The background is anybody's posts, read as a scan reads them, or a world without coordination.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use zwerm_ingest::{Ingested, assemble::PLATFORM_UNKNOWN};
use zwerm_model::Seed;
use zwerm_report::{FileStaging, PostRow, PostsFile, PostsWriter};
use zwerm_simulate::inject::{Injected, InjectedPost, inject as make};

pub use zwerm_simulate::inject::Cell;

use crate::config::{ConfigFile, Settings};
use crate::error::ScanError;
use crate::simulate::{Groups, POSTS, TRUTH, World};
use crate::{file_system, ingest, simulate};

/// What groups are put into.
#[derive(Clone, Debug, PartialEq)]
pub enum Background {
    /// Posts, read by these settings.
    Input(Box<Settings>),
    /// A simulated world; its groups that act together are left out.
    World(World),
}

/// What is put into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// These groups, in one world.
    Cells(Vec<Cell>),
    /// The grid, shared out to as many worlds as it takes; of these one (counted from 1), or all,
    /// each in a folder of its own.
    Grid {
        /// The world that is wanted.
        world: Option<usize>,
    },
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Injection {
    /// Folders with [`POSTS`] and [`TRUTH`].
    pub folders: Vec<PathBuf>,
    /// Worlds that the plan takes, written or not.
    pub worlds: usize,
    /// Groups in those that were written.
    pub groups: usize,
    /// Posts of the background.
    pub background_posts: u64,
    /// Posts that were added to it, in all folders.
    pub added_posts: u64,
}

/// Puts groups into a background. The same rows, plan and seed give the same bytes.
///
/// # Errors
///
/// If the background cannot be read or cannot hold a group, a world is wanted that the grid does
/// not have, or files cannot be written.
pub fn inject(
    background: &Background,
    plan: &Plan,
    seed: u64,
    (out, force): (&Path, bool),
) -> Result<Injection, ScanError> {
    file_system::make_folder(out)?;
    let ingested = read(background, out)?;
    let posts = &ingested.posts;
    let size = (posts.len() as u64, posts.accounts.len() as u64);
    let (worlds, wanted) = match plan {
        Plan::Cells(cells) => (vec![cells.clone()], Some(1)),
        Plan::Grid { world } => (Cell::worlds(&Cell::grid(), size, Seed(seed)), *world),
    };
    if let Some(wanted) = wanted.filter(|wanted| !(1..=worlds.len()).contains(wanted)) {
        let problem = format!("expected 1 to {}, found {wanted}", worlds.len());
        return Err(ScanError::config("world", problem));
    }
    let mut injection = Injection {
        folders: Vec::new(),
        worlds: worlds.len(),
        groups: 0,
        background_posts: size.0,
        added_posts: 0,
    };
    for (cells, number) in worlds.iter().zip(1..) {
        if wanted.is_some_and(|wanted| wanted != number) {
            continue;
        }
        let folder =
            if wanted.is_some() { out.to_path_buf() } else { out.join(format!("{number:03}")) };
        let unit = Seed(seed).for_unit(1, number as u64);
        let injected = make(posts, ingested.resolution, cells, unit)
            .map_err(|problem| ScanError::config("inject", problem))?;
        write(&ingested, &injected, (&folder, force))?;
        injection.groups += cells.len();
        injection.added_posts += injected.posts.len() as u64;
        injection.folders.push(folder);
    }
    Ok(injection)
}

/// Reads the background; a world is written beside the result first, and removed again.
fn read(background: &Background, out: &Path) -> Result<Ingested, ScanError> {
    let room = FileStaging::begin(&out.join("background"), true)?;
    let settings = match background {
        Background::Input(settings) => (**settings).clone(),
        Background::World(world) => {
            let world = World { groups: Groups::Uncoordinated, ..world.clone() };
            simulate::simulate(&world, room.dir(), true)?;
            let input = vec![room.dir().join(POSTS)];
            Settings::resolve(input, out.to_path_buf(), ConfigFile::default())?
        }
    };
    Ok(zwerm_ingest::read(&settings.inputs, &settings.ingest()?)?)
}

fn write(
    ingested: &Ingested,
    injected: &Injected,
    (folder, force): (&Path, bool),
) -> Result<(), ScanError> {
    file_system::make_folder(folder)?;
    let place = folder.join(TRUTH);
    if !force && file_system::exists(&place) {
        let place = place.display().to_string();
        return Err(ScanError::config(place, "is already there; --force replaces it"));
    }
    let staging = FileStaging::begin(&folder.join(POSTS), force)?;
    let finished = staging.dir().join(POSTS);
    // What is put in has no vectors, so nothing has: a tier would see who is new by that.
    let file = PostsFile {
        collected_at: !ingested.collected_at.is_empty(),
        deleted_at: !ingested.posts.deleted_at.is_empty(),
        paid_disclosed: !ingested.posts.paid_disclosed.is_empty(),
        ..PostsFile::default()
    };
    let mut writer = PostsWriter::create_with(&finished, file)?;
    ingest::push(&mut writer, ingested, 0..ingested.posts.len())?;
    for added in &injected.posts {
        writer.push(&row(ingested, added))?;
    }
    writer.finish()?;
    let truth = staging.dir().join(TRUTH);
    write_truth(ingested, injected, &truth)?;
    staging.commit_beside(&truth, &place)?;
    Ok(staging.commit(&finished)?)
}

fn row<'a>(ingested: &'a Ingested, added: &'a InjectedPost) -> PostRow<'a> {
    let (posts, post, like) = (&ingested.posts, &added.post, added.like);
    let platform = posts.accounts.platform_of(posts.account[like]);
    PostRow {
        platform: Some(platform).filter(|name| *name != PLATFORM_UNKNOWN),
        lang: posts.lang.get(like),
        client: posts.client.get(like),
        ..simulate::row(post)
    }
}

/// Who was put in, and all accounts of the background, of which nothing is known.
fn write_truth(ingested: &Ingested, injected: &Injected, path: &Path) -> Result<(), ScanError> {
    let accounts = &ingested.posts.accounts;
    let mut posts = vec![0_u64; accounts.len()];
    ingested.posts.account.iter().for_each(|&account| posts[account as usize] += 1);
    let wrong =
        |error: std::io::Error| ScanError::config(path.display().to_string(), error.to_string());
    let has_platforms = accounts.platforms.len() > 1;
    let mut rows = csv::Writer::from_writer(BufWriter::new(file_system::create(path)?));
    let mut push = |platform: &str, cells: [&str; 6]| {
        let platform = has_platforms.then_some(platform);
        let cells = cells.into_iter().chain(platform);
        rows.write_record(cells).map_err(|error| wrong(error.into()))
    };
    push("platform", ["account_id", "coordinated", "posts", "campaign", "role", "group"])?;
    for added in &injected.accounts {
        let (id, group, posts) = (&added.account_id, &added.group, added.posts.to_string());
        push(&added.platform, [id, "1", &posts, group, "planted", group])?;
    }
    for (account, posts) in (0..).zip(&posts) {
        let (id, platform) = (accounts.id.get(account as usize), accounts.platform_of(account));
        push(platform, [id, "0", &posts.to_string(), "", "background", ""])?;
    }
    let mut file = rows.into_inner().map_err(|error| wrong(error.into_error()))?;
    file.flush().map_err(wrong)
}

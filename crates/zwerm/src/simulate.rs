//! `zwerm simulate`: a world with a known truth, as canonical Parquet and `truth.csv`.

use std::io::{BufWriter, Write};
use std::path::Path;

use zwerm_report::{PostRow, PostsWriter};
use zwerm_simulate::{SimPost, TruthRow, generate};

pub use zwerm_simulate::{Groups, World};

use crate::error::ScanError;
use crate::file_system;

/// The posts.
pub const POSTS: &str = "posts.parquet";
/// Which account belongs to which group, and in which role.
pub const TRUTH: &str = "truth.csv";

/// Writes a world into a folder: posts in the order of their making, in bounded memory.
///
/// Only [`POSTS`] and [`TRUTH`] are written, each whole or not at all; existing ones need `force`.
///
/// # Errors
///
/// If the world makes no sense, or a file cannot be written.
pub fn simulate(world: &World, folder: &Path, force: bool) -> Result<(), ScanError> {
    world.check().map_err(|problem| ScanError::config("simulate", problem))?;
    file_system::make_folder(folder)?;
    for name in [POSTS, TRUTH] {
        if !force && file_system::exists(&folder.join(name)) {
            let place = folder.join(name).display().to_string();
            return Err(ScanError::config(place, "is already there; --force replaces it"));
        }
    }
    let posts_path = folder.join(format!("{POSTS}.tmp-{}", std::process::id()));
    let truth_path = folder.join(format!("{TRUTH}.tmp-{}", std::process::id()));
    let mut posts = PostsWriter::create(&posts_path)?;
    let mut truth = BufWriter::new(file_system::create(&truth_path)?);
    let cannot_write = |error: std::io::Error| {
        ScanError::config(folder.join(TRUTH).display().to_string(), error.to_string())
    };
    writeln!(truth, "account_id,coordinated,posts,campaign,role,group").map_err(cannot_write)?;
    generate(
        world,
        &mut |post: &SimPost| posts.push(&row(post)).map_err(ScanError::from),
        &mut |row: &TruthRow| {
            let campaign = if row.coordinated { row.group.as_str() } else { "" };
            let (id, yes) = (&row.account_id, u8::from(row.coordinated));
            let (posts, role, group) = (row.posts, row.role.name(), &row.group);
            writeln!(truth, "{id},{yes},{posts},{campaign},{role},{group}").map_err(cannot_write)
        },
    )?;
    posts.finish()?;
    truth.flush().map_err(cannot_write)?;
    file_system::publish(&posts_path, &folder.join(POSTS))?;
    file_system::publish(&truth_path, &folder.join(TRUTH))
}

pub(crate) fn row(post: &SimPost) -> PostRow<'_> {
    PostRow {
        post_id: &post.post_id,
        account_id: &post.account_id,
        created_at: post.created_at,
        text: Some(&post.text),
        platform: Some(post.platform),
        lang: Some(post.lang),
        client: Some(post.client),
        urls: &post.urls,
        hashtags: &post.hashtags,
        mentions: &post.mentions,
        media: &post.media,
        repost_of: post.repost_of.as_deref(),
        repost_of_account: post.repost_of_account.as_deref(),
        reply_to: post.reply_to.as_deref(),
        reply_to_account: post.reply_to_account.as_deref(),
        quote_of: post.quote_of.as_deref(),
        automated: post.automated,
        collected_at: None,
        deleted_at: None,
        paid_disclosed: None,
        embedding: &[],
    }
}

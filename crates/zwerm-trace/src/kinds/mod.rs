//! The kinds of trace: one file each, and one row in [`TABLE`].
//!
//! To add a kind, write its file (what is the object, which posts make a trace, when does it
//! mislead) and add its row. Nothing else knows the list.

use std::ops::Range;

use zwerm_model::{Posts, Strings, TraceKind};

use crate::{Inputs, Partial};

pub mod domain;
pub mod fast_repost;
pub mod hashtag;
pub mod hashtag_sequence;
pub mod media;
pub mod mention;
pub mod near_meaning;
pub mod near_text;
pub mod quote;
pub mod reply;
pub mod repost;
pub mod url;

/// A behaviour that accounts can share.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name.
    pub kind: TraceKind,
    /// One sentence for readers of a report.
    pub about: &'static str,
    /// The canonical columns that it reads, beside who posted what when.
    pub columns: &'static [&'static str],
    /// What it takes to tell the traces of a post.
    pub needs: Needs,
    /// Appends the traces of a range of posts.
    pub extract: fn(&Inputs<'_>, Range<usize>, &mut Partial),
}

/// What it takes to tell the traces of a post, beside the post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Post,
    /// Who wrote the post that is the object, by its id: nobody coordinates with a post of one's
    /// own.
    Author,
    /// All posts of the run.
    Run,
}

/// All kinds, by name.
pub const TABLE: &[Kind] = &[
    domain::KIND,
    fast_repost::KIND,
    hashtag::KIND,
    hashtag_sequence::KIND,
    media::KIND,
    mention::KIND,
    near_meaning::KIND,
    near_text::KIND,
    quote::KIND,
    reply::KIND,
    repost::KIND,
    url::KIND,
];

/// The kind called `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Kind> {
    TABLE.iter().find(|kind| kind.kind.0 == name)
}

/// The posts of a range that are not reposts: what a repost contains is the reposted author's, and
/// counting it again would count one act twice.
fn own_posts(posts: &Posts, range: Range<usize>) -> impl Iterator<Item = usize> {
    range.filter(|&post| !posts.is_repost(post))
}

/// Whether a name is the account that posted.
fn is_own(posts: &Posts, post: usize, account: &str) -> bool {
    posts.accounts.id.get(posts.account[post] as usize).eq_ignore_ascii_case(account)
}

/// Adds the trace of a post on what an id stands for: with its platform when the run holds several.
/// `number` is that of the id among `ids`.
fn trace_id(partial: &mut Partial, posts: &Posts, post: usize, (number, ids): (u32, &Strings)) {
    // An id is far away in memory: looked at once, not for every post that has it.
    let id = || ids.get(number as usize);
    let account = posts.account[post];
    if posts.accounts.platforms.len() > 1 {
        let platform = posts.accounts.platform[account as usize];
        let name = || format!("{}:{}", posts.accounts.platform_of(account), id());
        partial.trace_numbered(post, (platform, number), name);
    } else {
        partial.trace_numbered(post, (0, number), id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_by_name() {
        assert!(TABLE.is_sorted_by(|a, b| a.kind < b.kind));
    }
}

//! Mention: posts that mention the same account.
//!
//! # What is the object
//!
//! The mentioned account in lower case. The account that a reply answers is left out: platforms put
//! it there by themselves.
//!
//! # When it misleads
//!
//! Politicians, newsrooms and customer services are mentioned by all.

use std::ops::Range;

use zwerm_model::TraceKind;

use super::{Kind, Needs, is_own, own_posts};
use crate::{Inputs, Partial};

/// See the [module documentation](self).
pub const KIND: Kind = Kind {
    kind: TraceKind("mention"),
    about: "mentioned the same account",
    columns: &["mentions", "reply_to_account", "repost_of"],
    needs: Needs::Post,
    extract,
};

fn extract(inputs: &Inputs<'_>, range: Range<usize>, partial: &mut Partial) {
    let posts = inputs.posts;
    let name = |account: &str| Some(account.trim_start_matches('@').to_lowercase());
    partial.trace_list(&posts.mentions, own_posts(posts, range), name, |post, entry| {
        let account = posts.mentions.names.get(entry as usize);
        let answered = posts.reply_to_account.get(post);
        is_own(posts, post, account) || answered.is_some_and(|a| a.eq_ignore_ascii_case(account))
    });
}

//! Hashtag: posts that carry the same hashtag.
//!
//! # What is the object
//!
//! The hashtag in lower case, without `#`.
//!
//! # When it misleads
//!
//! A hashtag *is* a topic: people who talk about one thing share it by design. Several hashtags of
//! one post count once.

use std::ops::Range;

use zwerm_model::TraceKind;

use super::{Kind, Needs, own_posts};
use crate::{Inputs, Partial};

/// See the [module documentation](self).
pub const KIND: Kind = Kind {
    kind: TraceKind("hashtag"),
    about: "used the same hashtag",
    columns: &["hashtags", "repost_of"],
    needs: Needs::Post,
    extract,
};

fn extract(inputs: &Inputs<'_>, range: Range<usize>, partial: &mut Partial) {
    let posts = own_posts(inputs.posts, range);
    partial.trace_list(&inputs.posts.hashtags, posts, |tag| Some(folded(tag)), |_, _| false);
}

/// A hashtag as it is compared.
pub(crate) fn folded(tag: &str) -> String {
    tag.trim_start_matches(['#', '＃']).to_lowercase()
}

//! Quote: posts that quote the same post.
//!
//! # What is the object
//!
//! The id of that post. One's own posts are left out.
//!
//! # When it misleads
//!
//! Famous posts are quoted by all who disagree.

use std::ops::Range;

use zwerm_model::TraceKind;

use super::{Kind, Needs, own_posts, trace_id};
use crate::{Inputs, Partial};

/// See the [module documentation](self).
pub const KIND: Kind = Kind {
    kind: TraceKind("quote"),
    about: "quoted the same post",
    columns: &["quote_of", "repost_of"],
    needs: Needs::Author,
    extract,
};

fn extract(inputs: &Inputs<'_>, range: Range<usize>, partial: &mut Partial) {
    let posts = inputs.posts;
    for post in own_posts(posts, range) {
        let Some(number) = posts.quote_of.number(post) else { continue };
        let author = inputs.targets.quoted(posts, post).map(|row| posts.account[row]);
        if author != Some(posts.account[post]) {
            trace_id(partial, posts, post, (number, &posts.quote_of.names));
        }
    }
}

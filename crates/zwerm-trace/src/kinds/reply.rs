//! Reply: posts that answer the same post.
//!
//! # What is the object
//!
//! The id of that post. One's own posts are left out.
//!
//! # When it misleads
//!
//! Posts of public figures draw hundreds of strangers within minutes.

use std::ops::Range;

use zwerm_model::TraceKind;

use super::{Kind, Needs, own_posts, trace_id};
use crate::{Inputs, Partial};

/// See the [module documentation](self).
pub const KIND: Kind = Kind {
    kind: TraceKind("reply"),
    about: "answered the same post",
    columns: &["reply_to", "repost_of"],
    needs: Needs::Author,
    extract,
};

fn extract(inputs: &Inputs<'_>, range: Range<usize>, partial: &mut Partial) {
    let posts = inputs.posts;
    for post in own_posts(posts, range) {
        let Some(number) = posts.reply_to.number(post) else { continue };
        let author = inputs.targets.replied(posts, post).map(|row| posts.account[row]);
        if author != Some(posts.account[post]) {
            trace_id(partial, posts, post, (number, &posts.reply_to.names));
        }
    }
}

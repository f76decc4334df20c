//! Repost: accounts that repost the same post.
//!
//! # What is the object
//!
//! The id of the reposted post. Reposts of one's own posts are left out.
//!
//! # When it misleads
//!
//! Viral posts are reposted by strangers within seconds of each other; most traffic of most
//! platforms is reposts. Its rarity null is therefore hard to pass.

use std::ops::Range;

use zwerm_model::TraceKind;

use super::{Kind, Needs, is_own, trace_id};
use crate::{Inputs, Partial};

/// See the [module documentation](self).
pub const KIND: Kind = Kind {
    kind: TraceKind("repost"),
    about: "reposted the same post",
    columns: &["repost_of", "repost_of_account"],
    needs: Needs::Author,
    extract,
};

fn extract(inputs: &Inputs<'_>, range: Range<usize>, partial: &mut Partial) {
    let posts = inputs.posts;
    for post in range {
        let Some(number) = posts.repost_of.number(post) else { continue };
        let author = inputs.targets.reposted(posts, post).map(|row| posts.account[row]);
        let states_own = posts.repost_of_account.get(post).is_some_and(|a| is_own(posts, post, a));
        if author != Some(posts.account[post]) && !states_own {
            trace_id(partial, posts, post, (number, &posts.repost_of.names));
        }
    }
}

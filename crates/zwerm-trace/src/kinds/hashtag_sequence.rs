//! Hashtag sequence: posts that carry the same hashtags in the same order.
//!
//! # What is the object
//!
//! The ordered hashtags of one post, at least [`TAGS_MIN`], in lower case. In a table of one row
//! per (post, object) the order is lost: there they are sorted, so the object is the set.
//!
//! # When it misleads
//!
//! Event organisers hand out templates; fan drives agree on their tags.
//!
//! # Source
//!
//! Luceri et al. (2024), <https://doi.org/10.1145/3589334.3645529>: three or more.

use std::ops::Range;

use zwerm_model::TraceKind;

use super::hashtag::folded;
use super::{Kind, Needs, own_posts};
use crate::{Inputs, Partial};

/// Shorter sequences are topics.
pub const TAGS_MIN: usize = 3;

/// See the [module documentation](self).
pub const KIND: Kind = Kind {
    kind: TraceKind("hashtag_sequence"),
    about: "used the same hashtags in the same order",
    columns: &["hashtags", "repost_of"],
    needs: Needs::Post,
    extract,
};

fn extract(inputs: &Inputs<'_>, range: Range<usize>, partial: &mut Partial) {
    let mut sequence = String::new();
    for post in own_posts(inputs.posts, range) {
        if inputs.posts.hashtags.row(post).len() < TAGS_MIN {
            continue;
        }
        sequence.clear();
        for tag in inputs.posts.hashtags.names_of(post) {
            sequence.push('#');
            sequence.push_str(&folded(tag));
        }
        partial.trace(post, &sequence);
    }
}

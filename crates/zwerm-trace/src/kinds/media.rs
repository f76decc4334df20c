//! Media: posts that carry the same image, video or sound.
//!
//! # What is the object
//!
//! The media's hash or id as the input states it; nothing is compared here but names.
//!
//! # When it misleads
//!
//! Memes, GIF pickers and press photos travel on their own.

use std::ops::Range;

use zwerm_model::TraceKind;

use super::{Kind, Needs, own_posts};
use crate::{Inputs, Partial};

/// See the [module documentation](self).
pub const KIND: Kind = Kind {
    kind: TraceKind("media"),
    about: "posted the same media",
    columns: &["media", "repost_of"],
    needs: Needs::Post,
    extract,
};

fn extract(inputs: &Inputs<'_>, range: Range<usize>, partial: &mut Partial) {
    let posts = own_posts(inputs.posts, range);
    let name = |media: &str| Some(media.to_owned());
    partial.trace_list(&inputs.posts.media, posts, name, |_, _| false);
}

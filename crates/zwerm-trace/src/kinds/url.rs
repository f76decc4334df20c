//! URL: posts that link to the same page.
//!
//! # What is the object
//!
//! The URL in its one spelling, see [`crate::canonical_url`](mod@crate::canonical_url).
//!
//! # When it misleads
//!
//! News spreads: the same article is linked by strangers within the hour. Newsrooms link their own.

use std::ops::Range;

use zwerm_model::TraceKind;

use super::{Kind, Needs, own_posts};
use crate::canonical_url::canonical_url;
use crate::{Inputs, Partial};

/// See the [module documentation](self).
pub const KIND: Kind = Kind {
    kind: TraceKind("url"),
    about: "linked to the same page",
    columns: &["repost_of", "urls"],
    needs: Needs::Post,
    extract,
};

fn extract(inputs: &Inputs<'_>, range: Range<usize>, partial: &mut Partial) {
    let posts = own_posts(inputs.posts, range);
    partial.trace_list(&inputs.posts.urls, posts, canonical_url, |_, _| false);
}

//! Domain: posts that link to the same registrable domain.
//!
//! # What is the object
//!
//! The registrable domain of each URL (`news.example.co.uk` → `example.co.uk`, by the public suffix
//! list). Coded URLs without a host make no trace.
//!
//! # When it misleads
//!
//! Large platforms and newspapers are on everybody's lips. It says little alone; its rarity null
//! finds that out from the data.

use std::ops::Range;

use zwerm_model::TraceKind;

use super::{Kind, Needs, own_posts};
use crate::canonical_url::registrable_domain;
use crate::{Inputs, Partial};

/// See the [module documentation](self).
pub const KIND: Kind = Kind {
    kind: TraceKind("domain"),
    about: "linked to the same domain",
    columns: &["repost_of", "urls"],
    needs: Needs::Post,
    extract,
};

fn extract(inputs: &Inputs<'_>, range: Range<usize>, partial: &mut Partial) {
    let posts = own_posts(inputs.posts, range);
    partial.trace_list(&inputs.posts.urls, posts, registrable_domain, |_, _| false);
}

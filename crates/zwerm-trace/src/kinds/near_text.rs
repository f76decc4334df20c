//! Near text: posts that say nearly the same.
//!
//! # What is the object
//!
//! The cluster of near-duplicate texts that the post belongs to. A text that nobody else has is an
//! object too: it tells how often an account says something of its own.
//!
//! # When it misleads
//!
//! Share buttons fill in headlines; quotes, lyrics and greetings are nobody's; volunteers are
//! handed prepared texts. Reposts make no trace here.

use std::ops::Range;

use zwerm_model::TraceKind;

use super::{Kind, Needs, own_posts};
use crate::{Inputs, Partial};

/// See the [module documentation](self).
pub const KIND: Kind = Kind {
    kind: TraceKind("near_text"),
    about: "posted nearly the same text",
    columns: &["repost_of", "text"],
    needs: Needs::Run,
    extract,
};

fn extract(inputs: &Inputs<'_>, range: Range<usize>, partial: &mut Partial) {
    for post in own_posts(inputs.posts, range) {
        if let Some(cluster) = inputs.clusters.of(post) {
            let id = || inputs.clusters.ids.get(cluster);
            partial.trace_numbered(post, (0, cluster as u32), id);
        }
    }
}

//! Near meaning: posts that say the same, in these or in other words.
//!
//! # What is the object
//!
//! The meaning that the post's cluster of near-duplicate texts belongs to, named by the smallest id
//! of its clusters. As with [`near_text`](super::near_text), a meaning that nobody else has is an
//! object too. Posts whose text was not compared (no vector, too short) make no trace, and neither
//! do copies that nobody reworded: [`near_text`](super::near_text) has them, and one act would
//! count twice. Copies of a text that others reworded are here.
//!
//! # When it misleads
//!
//! Whoever comments on the same event the same hour says much the same: this kind is shared by
//! chance far more often than texts are. It is held against its own rate of chance, as all kinds
//! are, and where it is common it says little.

use std::ops::Range;

use zwerm_model::TraceKind;

use super::{Kind, Needs, own_posts};
use crate::{Inputs, Partial};

/// See the [module documentation](self).
pub const KIND: Kind = Kind {
    kind: TraceKind("near_meaning"),
    about: "said the same in these or other words",
    columns: &["embedding", "lang", "media", "reply_to", "repost_of", "text", "urls"],
    needs: Needs::Run,
    extract,
};

fn extract(inputs: &Inputs<'_>, range: Range<usize>, partial: &mut Partial) {
    if inputs.meanings.of_cluster.is_empty() {
        return;
    }
    for post in own_posts(inputs.posts, range) {
        let meaning = inputs.clusters.of(post).and_then(|cluster| inputs.meanings.of(cluster));
        if let Some(id) = meaning {
            partial.trace(post, id);
        }
    }
}

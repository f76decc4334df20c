//! Fast repost: accounts that repost the same author within a minute of the post.
//!
//! # What is the object
//!
//! The reposted author, for reposts at most [`LATENCY_MS_MAX`] after the original. The original
//! must be in the input: its time is what the latency is measured from.
//!
//! # When it misleads
//!
//! Notification bots, newsroom staff, and fans with alerts switched on are fast by choice.
//!
//! # Source
//!
//! Luceri et al. (2024), <https://doi.org/10.1145/3589334.3645529>: 60 s found more than 10 s.

use std::ops::Range;

use zwerm_model::TraceKind;

use super::{Kind, Needs, is_own, trace_id};
use crate::{Inputs, Partial};

/// A repost this long after the original still counts, in milliseconds.
pub const LATENCY_MS_MAX: i64 = 60_000;

/// See the [module documentation](self).
pub const KIND: Kind = Kind {
    kind: TraceKind("fast_repost"),
    about: "reposted the same author within a minute",
    columns: &["repost_of"],
    needs: Needs::Run,
    extract,
};

fn extract(inputs: &Inputs<'_>, range: Range<usize>, partial: &mut Partial) {
    let posts = inputs.posts;
    for post in range {
        let Some(original) = inputs.targets.reposted(posts, post) else { continue };
        let latency = posts.at[original].until(posts.at[post]);
        let number = posts.account[original];
        let author = posts.accounts.id.get(number as usize);
        if (0..=LATENCY_MS_MAX).contains(&latency) && !is_own(posts, post, author) {
            trace_id(partial, posts, post, (number, &posts.accounts.id));
        }
    }
}

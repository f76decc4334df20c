//! One client: the shared posts were sent by one program.
//!
//! # When it fits
//!
//! Nine tenths of the members' posts on shared objects name the same client, and that client sends
//! no more than a tenth of all posts: what everybody uses explains nothing.
//!
//! # When it misleads
//!
//! Petition sites and campaign apps post the same words for people who pressed a button; so does
//! the scheduler of a bot net.

use zwerm_model::NONE;

use super::{Case, Explanation, is_nearly_all};

/// A client with a larger share of all posts (one in so many) is everybody's.
const COMMON_SHARE: usize = 10;

/// See the [module documentation](self).
pub const EXPLANATION: Explanation = Explanation { name: "one_client", fits };

fn fits(case: &Case<'_>) -> bool {
    let of = &case.inputs.posts.client.of;
    let mut clients: Vec<u32> =
        case.joint_posts.iter().filter_map(|&p| of.get(p as usize).copied()).collect();
    clients.retain(|&client| client != NONE);
    clients.sort_unstable();
    let Some(most) = clients.chunk_by(|a, b| a == b).max_by_key(|run| (run.len(), run[0])) else {
        return false;
    };
    let everywhere = of.iter().filter(|&&client| client == most[0]).count();
    is_nearly_all(most.len(), case.joint_posts.len()) && COMMON_SHARE * everywhere <= of.len()
}

//! Declared automation: the accounts say themselves that they are automated.
//!
//! # When it fits
//!
//! Nine tenths of the members declare it in at least one post. An input without the column can
//! never show it: then it is not assessable, and the report says so.
//!
//! # When it misleads
//!
//! A declaration covers what an account is, not what it is used for.

use zwerm_model::Posts;

use super::{Case, Explanation, is_nearly_all};

/// See the [module documentation](self).
pub const EXPLANATION: Explanation = Explanation { name: "declared_automation", fits };

fn fits(case: &Case<'_>) -> bool {
    let declaring =
        case.members.iter().filter(|&&m| declares(case.inputs.posts, case.posts_of.of(m))).count();
    is_nearly_all(declaring, case.members.len())
}

/// Whether one of some posts declares its account automated.
#[must_use]
pub fn declares(posts: &Posts, of_account: &[u32]) -> bool {
    of_account.iter().any(|&post| posts.automated.get(post as usize) == Some(&Some(true)))
}

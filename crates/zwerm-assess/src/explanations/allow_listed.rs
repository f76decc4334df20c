//! Allow-listed: whoever runs the scan knows these accounts and says so.
//!
//! # When it fits
//!
//! Nine tenths of the members are on the list that was given (`--allow-list`). Without a list it is
//! not assessable.
//!
//! # When it misleads
//!
//! The list is somebody's judgement, and an account can be taken over after it was made.

use super::{Case, Explanation, is_nearly_all};

/// See the [module documentation](self).
pub const EXPLANATION: Explanation = Explanation { name: "allow_listed", fits };

fn fits(case: &Case<'_>) -> bool {
    let listed = case.members.iter().filter(|&&member| case.inputs.is_allow_listed(member));
    is_nearly_all(listed.count(), case.members.len())
}

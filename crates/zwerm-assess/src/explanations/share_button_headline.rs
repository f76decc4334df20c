//! Share-button headline: the shared text is the one that the share button of a page fills in.
//!
//! # When it fits
//!
//! Nine tenths of the members' posts on shared objects have a text that comes with a link to one
//! site in nine tenths of its posts, and that at least as many accounts outside the network
//! posted as members.
//!
//! # When it misleads
//!
//! A group that hides among the readers of an article fits too: what tells it from them is how
//! closely it acted, which the tier states.

use zwerm_model::TraceTable;

use super::own_domain_syndication::hosts_of;
use super::{Case, Explanation, is_nearly_all};
use crate::joint::JointObject;

/// See the [module documentation](self).
pub const EXPLANATION: Explanation = Explanation { name: "share_button_headline", fits };

fn fits(case: &Case<'_>) -> bool {
    let texts = case.joint.iter().filter(|joint| joint.kind.0 == "near_text");
    let mut filled_in: Vec<u32> = Vec::new();
    for joint in texts {
        let Some(table) = case.inputs.table(joint.kind) else { continue };
        if is_headline(case, table, joint) {
            filled_in.extend(joint.traces.iter().map(|&trace| table.post[trace as usize]));
        }
    }
    filled_in.sort_unstable();
    filled_in.dedup();
    is_nearly_all(filled_in.len(), case.joint_posts.len())
}

fn is_headline(case: &Case<'_>, table: &TraceTable, joint: &JointObject) -> bool {
    let range = table.range(joint.object as usize);
    let mut outside: Vec<u32> = table.account[range.clone()].to_vec();
    outside.retain(|account| case.members.binary_search(account).is_err());
    outside.sort_unstable();
    outside.dedup();
    if outside.len() < joint.accounts as usize {
        return false;
    }
    let posts = &table.post[range];
    let mut hosts: Vec<(&str, u32)> = posts
        .iter()
        .flat_map(|&post| hosts_of(case, post as usize).map(move |host| (host, post)))
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    let most = hosts.chunk_by(|a, b| a.0 == b.0).map(<[_]>::len).max().unwrap_or(0);
    is_nearly_all(most, posts.len())
}

//! Own-domain syndication: the shared posts all link to one site that is mostly theirs.
//!
//! # When it fits
//!
//! Nine tenths of the members' posts on shared objects carry a URL of one host, and at least half
//! of all posts that link to that host are the members': some of those who spread a campaign's site
//! act too seldom to be members, while a site of the general press has many more readers than any
//! network.
//!
//! # When it misleads
//!
//! A newsroom's regional accounts and a campaign's volunteers syndicate their own site; so does a
//! network that was made to push a site of its own.

use super::{Case, Explanation, is_nearly_all};

/// See the [module documentation](self).
pub const EXPLANATION: Explanation = Explanation { name: "own_domain_syndication", fits };

fn fits(case: &Case<'_>) -> bool {
    let mut hosts: Vec<(&str, u32)> = case
        .joint_posts
        .iter()
        .flat_map(|&post| hosts_of(case, post as usize).map(move |host| (host, post)))
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    let Some(most) = hosts.chunk_by(|a, b| a.0 == b.0).max_by_key(|run| (run.len(), run[0].0))
    else {
        return false;
    };
    if !is_nearly_all(most.len(), case.joint_posts.len()) {
        return false;
    }
    let host = most[0].0;
    let links = |post: &usize| hosts_of(case, *post).any(|other| other == host);
    let (mut members, mut all) = (0, 0);
    let posts = case.inputs.posts;
    for post in (0..posts.len()).filter(|&post| !posts.is_repost(post)).filter(links) {
        all += 1;
        members += usize::from(case.members.binary_search(&posts.account[post]).is_ok());
    }
    2 * members >= all
}

/// The hosts that a post links to, as written, without `www.`.
pub(super) fn hosts_of<'a>(case: &'a Case<'_>, post: usize) -> impl Iterator<Item = &'a str> {
    case.inputs.posts.urls.names_of(post).filter_map(|url| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next()?;
        (!host.is_empty()).then(|| host.strip_prefix("www.").unwrap_or(host))
    })
}

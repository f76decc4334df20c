//! The account interaction graph: who reposts, answers, mentions and quotes whom.
//!
//! A directed pair and kind is counted once per post. The target is the account id that the post
//! states; where it states none and the target post is in the input, that post's author. An account
//! that answers itself is left out.

use zwerm_model::hash::Map;
use zwerm_model::{Dictionary, Interaction, Posts, UnixMillis};

use crate::Targets;

/// The interactions of all posts, by (from, to, kind).
#[must_use]
pub fn interactions(posts: &Posts, targets: &Targets) -> Vec<Interaction> {
    let mut found = Found { posts, edges: Vec::new(), numbers: Map::default() };
    for post in 0..posts.len() {
        if let Some(to) =
            target(posts, &posts.repost_of_account, targets.reposted(posts, post), post)
        {
            found.add(post, to, "repost");
        }
        if let Some(to) = target(posts, &posts.reply_to_account, targets.replied(posts, post), post)
        {
            found.add(post, to, "reply");
        }
        if let Some(row) = targets.quoted(posts, post) {
            found.add(post, author(posts, row), "quote");
        }
        if !posts.is_repost(post) {
            let mut mentioned: Vec<&str> = posts.mentions.names_of(post).collect();
            mentioned.sort_unstable();
            mentioned.dedup();
            for to in mentioned {
                found.add(post, to, "mention");
            }
        }
    }
    let mut edges = found.edges;
    edges.sort_unstable_by(|a, b| (a.from, &a.to, a.kind).cmp(&(b.from, &b.to, b.kind)));
    edges
}

struct Found<'a> {
    posts: &'a Posts,
    edges: Vec<Interaction>,
    numbers: Map<(u32, &'a str, &'static str), usize>,
}

impl<'a> Found<'a> {
    fn add(&mut self, post: usize, to: &'a str, kind: &'static str) {
        let (from, at) = (self.posts.account[post], self.posts.at[post]);
        if self.posts.accounts.id.get(from as usize) == to {
            return;
        }
        let number = *self.numbers.entry((from, to, kind)).or_insert_with(|| {
            let to = to.to_owned();
            self.edges.push(Interaction { from, to, kind, posts: 0, first_at: at, last_at: at });
            self.edges.len() - 1
        });
        let edge = &mut self.edges[number];
        edge.posts += 1;
        edge.first_at = UnixMillis(edge.first_at.0.min(at.0));
        edge.last_at = UnixMillis(edge.last_at.0.max(at.0));
    }
}

fn target<'a>(
    posts: &'a Posts,
    stated: &'a Dictionary,
    row: Option<usize>,
    post: usize,
) -> Option<&'a str> {
    stated.get(post).or_else(|| row.map(|row| author(posts, row)))
}

fn author(posts: &Posts, post: usize) -> &str {
    posts.accounts.id.get(posts.account[post] as usize)
}

//! Which texts may be shown to people: none that its author, or the platform, has taken down.
//!
//! Results may be passed on long after a post is gone; its id and its moment are enough to account
//! for a finding. Everything that prints texts asks here.

use std::borrow::Cow;

use crate::hash::Set;
use crate::posts::Posts;

/// The texts of some posts, without those that were deleted.
#[derive(Clone, Debug)]
pub struct Quotable<'a> {
    posts: &'a Posts,
    /// The ids of posts that are known to be deleted, on whichever platform.
    deleted: Set<Cow<'a, str>>,
}

impl<'a> Quotable<'a> {
    /// Looks up what was deleted. `O(posts)` if the input says so of any, else nothing.
    #[must_use]
    pub fn of(posts: &'a Posts) -> Self {
        let is_deleted = posts.deleted_at.iter().enumerate().filter(|(_, at)| at.is_some());
        Quotable { posts, deleted: is_deleted.map(|(post, _)| posts.id.get(post)).collect() }
    }

    /// The text of a post, empty where there is none; `None` if the post is known to be deleted, or
    /// repeats one that is: the text of a repost is another's.
    #[must_use]
    pub fn text(&self, post: usize) -> Option<&'a str> {
        let original = self.posts.repost_of.get(post);
        let is_gone = self.posts.deletion_of(post).is_some()
            || original.is_some_and(|id| self.deleted.contains(id));
        (!is_gone).then(|| self.posts.text_of(post))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{Dictionary, NONE, Strings};
    use crate::time::UnixMillis;

    #[test]
    fn a_deleted_text_is_quoted_neither_from_its_post_nor_from_a_repost() {
        let posts = Posts {
            account: vec![0; 4],
            id: ["1", "2", "3", "4"].into_iter().collect(),
            text: ["gone", "gone", "stays", ""].into_iter().collect(),
            repost_of: Dictionary {
                names: Strings::from_iter(["1"]),
                of: vec![NONE, 0, NONE, NONE],
            },
            ..Posts::default()
        };
        let texts = |posts: &Posts| {
            let quotable = Quotable::of(posts);
            (0..4).map(|post| quotable.text(post).map(str::to_owned)).collect::<Vec<_>>()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(texts(&posts), [some("gone"), some("gone"), some("stays"), some("")]);
        let deleted_at = vec![Some(UnixMillis(9)), None, None, None];
        let posts = Posts { deleted_at, ..posts };
        assert_eq!(texts(&posts), [None, None, some("stays"), some("")]);
    }
}

//! Posts as columns, in the one order that all stages rely on.

use crate::names::{Dictionary, Lists, Strings};
use crate::post_ids::PostIds;
use crate::time::{Span, UnixMillis};

/// The accounts of a run, sorted by (platform, id); an account's number is its place here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// The platforms' names, sorted.
    pub platforms: Strings,
    /// The platform of each account.
    pub platform: Vec<u32>,
    /// The id of each account on its platform.
    pub id: Strings,
}

impl Accounts {
    /// How many accounts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether there is no account.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// The name of an account's platform.
    #[must_use]
    pub fn platform_of(&self, account: u32) -> &str {
        self.platforms.get(self.platform[account as usize] as usize)
    }

    /// The id that outputs print: `platform:id` when the run holds more than one platform.
    #[must_use]
    pub fn printed(&self, account: u32) -> String {
        let id = self.id.get(account as usize);
        if self.platforms.len() > 1 {
            format!("{}:{id}", self.platform_of(account))
        } else {
            id.to_owned()
        }
    }
}

/// Posts as columns of one length, sorted by (time, platform, post id), each post once.
///
/// A column that the input does not have is empty, and its accessors then give no value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posts {
    /// The accounts that posted.
    pub accounts: Accounts,
    /// Who posted.
    pub account: Vec<u32>,
    /// When.
    pub at: Vec<UnixMillis>,
    /// The id of each post on its platform.
    pub id: PostIds,
    /// The text; empty where there is none.
    pub text: Strings,
    /// The language as the platform states it.
    pub lang: Dictionary,
    /// The program that sent the post.
    pub client: Dictionary,
    /// The URLs in the post, as written.
    pub urls: Lists,
    /// The hashtags, without `#`, as written.
    pub hashtags: Lists,
    /// The accounts mentioned, as written.
    pub mentions: Lists,
    /// The media, by hash or id.
    pub media: Lists,
    /// The post that this one reposts.
    pub repost_of: Dictionary,
    /// The account whose post is reposted.
    pub repost_of_account: Dictionary,
    /// The post that this one answers.
    pub reply_to: Dictionary,
    /// The account that is answered.
    pub reply_to_account: Dictionary,
    /// The post that this one quotes.
    pub quote_of: Dictionary,
    /// Whether the account declares itself automated.
    pub automated: Vec<Option<bool>>,
    /// Whether the post says that somebody paid for it.
    pub paid_disclosed: Vec<Option<bool>>,
    /// When each post was deleted, or seen to be gone, whoever took it down; `None` where that is
    /// not known. Never before the post was made.
    pub deleted_at: Vec<Option<UnixMillis>>,
}

impl Posts {
    /// How many posts there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.account.len()
    }

    /// Whether there is no post.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.account.is_empty()
    }

    /// From the first to the last post.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        Some(Span { first: *self.at.first()?, last: *self.at.last()? })
    }

    /// Whether a post repeats another one as it is.
    #[must_use]
    pub fn is_repost(&self, post: usize) -> bool {
        self.repost_of.number(post).is_some()
    }

    /// When a post was deleted, if that is known.
    #[must_use]
    pub fn deletion_of(&self, post: usize) -> Option<UnixMillis> {
        self.deleted_at.get(post).copied().flatten()
    }

    /// The text of a post, empty where there is none. For reading, not for quoting: what may be
    /// shown to people, [`Quotable`](crate::Quotable) says.
    #[must_use]
    #[inline]
    pub fn text_of(&self, post: usize) -> &str {
        if self.text.is_empty() { "" } else { self.text.get(post) }
    }
}

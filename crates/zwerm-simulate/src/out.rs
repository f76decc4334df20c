//! Where posts go: one buffer that is filled again and again, and a count per account.

use crate::ids::{Ids, Place};
use crate::people::Person;
use crate::post::{PLATFORM, SimPost};
use crate::rhythm::DAY_S;
use crate::setting::Setting;

/// Takes a post away.
pub(crate) type Emit<'e, E> = &'e mut dyn FnMut(&SimPost) -> Result<(), E>;

/// A post that another one refers to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) place: Place,
    pub(crate) account: u32,
}

/// The way out for posts.
pub(crate) struct Out<'e, E> {
    emit: Emit<'e, E>,
    ids: Ids,
    start_ms: i64,
    end: i64,
    account: u32,
    /// Posts per account, for the truth.
    pub(crate) posts_of: Vec<u32>,
    /// The post that is being written.
    pub(crate) post: SimPost,
}

impl<'e, E> Out<'e, E> {
    /// Nothing has been sent yet.
    pub(crate) fn new(setting: &Setting<'_>, emit: Emit<'e, E>) -> Self {
        Out {
            emit,
            ids: setting.ids,
            start_ms: setting.world.start.0,
            end: i64::from(setting.world.days) * DAY_S,
            account: 0,
            posts_of: vec![0; setting.world.accounts as usize],
            post: SimPost { platform: PLATFORM, ..SimPost::default() },
        }
    }

    /// Starts a post at a second of the world; it has no content yet.
    pub(crate) fn begin(&mut self, place: Place, person: &Person, second: i64) -> &mut SimPost {
        assert!((0..self.end).contains(&second), "a post outside its world");
        self.account = person.account;
        let post = &mut self.post;
        post.post_id.clear();
        self.ids.push_post(place, &mut post.post_id);
        post.account_id.clear();
        self.ids.push_account(person.account, &mut post.account_id);
        post.created_at.0 = self.start_ms + second * 1_000;
        post.lang = person.language.code();
        post.client = person.client;
        post.automated = person.automated;
        clear_content(post);
        post
    }

    /// Makes the post a repost of another, whose text it repeats.
    pub(crate) fn repost(&mut self, target: Target, text: &str) {
        self.post.text.push_str(text);
        self.post.repost_of = Some(self.post_id(target.place));
        self.post.repost_of_account = Some(self.account_id(target.account));
    }

    /// Makes the post a reply; the text begins with whom it answers.
    pub(crate) fn reply(&mut self, target: Target) {
        self.post.reply_to = Some(self.post_id(target.place));
        self.post.reply_to_account = Some(self.account_id(target.account));
        self.mention(target.account);
    }

    /// Makes the post a quote.
    pub(crate) fn quote(&mut self, target: Target) {
        self.post.quote_of = Some(self.post_id(target.place));
    }

    /// Appends `@`, an account and a space to the text, and the account to the mentions.
    pub(crate) fn mention(&mut self, account: u32) {
        let id = self.account_id(account);
        self.post.text.push('@');
        self.post.text.push_str(&id);
        self.post.text.push(' ');
        self.post.mentions.push(id);
    }

    /// Sends the post.
    pub(crate) fn send(&mut self) -> Result<(), E> {
        self.posts_of[self.account as usize] += 1;
        (self.emit)(&self.post)
    }

    fn post_id(&self, place: Place) -> String {
        let mut id = String::with_capacity(18);
        self.ids.push_post(place, &mut id);
        id
    }

    fn account_id(&self, account: u32) -> String {
        let mut id = String::with_capacity(18);
        self.ids.push_account(account, &mut id);
        id
    }
}

/// Empties everything but ids, time and traits, and keeps the buffers.
pub(crate) fn clear_content(post: &mut SimPost) {
    post.text.clear();
    for list in [&mut post.urls, &mut post.hashtags, &mut post.mentions, &mut post.media] {
        list.clear();
    }
    post.repost_of = None;
    post.repost_of_account = None;
    post.reply_to = None;
    post.reply_to_account = None;
    post.quote_of = None;
}

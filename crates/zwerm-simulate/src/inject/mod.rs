//! Groups put into a background that is already there: anybody's posts, or a simulated world.
//!
//! # What
//!
//! A group is a [`Cell`]: its members act on its objects, each member once on each, all within the
//! jitter; and they do ordinary things besides. Accounts, texts and addresses are new, so groups
//! neither touch each other nor change what the background's accounts do.
//!
//! # How it is made to look like the background
//!
//! An object's moment is that of a random post, so it falls when people are awake; times are told
//! in the background's steps. Texts are words of the background, of one of its languages, in
//! random order: nothing in them gives a group away, and no sentence of anybody is used again.
//! What a member does besides has the hashtags, addresses, media or repost target of a random
//! post, hours later. Each member borrows platform, language and client from a random post.
//!
//! # Where it flatters a detector
//!
//! Every member takes part in every object, and a group does nothing else in common. Texts of
//! random words are never near-duplicates of others by chance.
//!
//! # Memory
//!
//! The posts that are added.

mod cell;
mod words;

use std::borrow::Cow;

use zwerm_model::hash::Set;
use zwerm_model::{Posts, Resolution, Seed};

pub use cell::{
    Cell, GRID_ACCOUNTS, GRID_CAMOUFLAGE, GRID_JITTER_S, GRID_MANNERS, GRID_OBJECTS, Manner,
};
use words::Words;

use crate::draw::log_normal;
use crate::edits;
use crate::ids::push_decimal;
use crate::post::SimPost;
use crate::setting::stage;

/// How long after another's post an ordinary act on its objects comes: the middle and the spread,
/// in seconds, as in simulated cascades.
const DELAY: (f64, f64) = (14_400.0, 1.3);
/// How often a draw that does not fit is repeated before what there is is taken.
const TRIES: u32 = 200;

/// A post to add.
#[derive(Clone, Debug, PartialEq)]
pub struct InjectedPost {
    /// All but platform, language and client.
    pub post: SimPost,
    /// The post of the background whose platform, language and client it has.
    pub like: usize,
}

/// An account to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InjectedAccount {
    /// Its id.
    pub account_id: String,
    /// Its platform.
    pub platform: String,
    /// The name of its group: that of its cell and a number.
    pub group: String,
    /// Its posts.
    pub posts: u64,
}

/// What is added to a background.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Injected {
    /// The posts, group by group.
    pub posts: Vec<InjectedPost>,
    /// Their accounts.
    pub accounts: Vec<InjectedAccount>,
}

/// Makes one group per cell. The same background, cells and seed give the same posts.
///
/// # Errors
///
/// A sentence for whoever asked, if the background cannot hold a cell: no posts, or texts without
/// enough words for a group that shares texts.
pub fn inject(
    background: &Posts,
    resolution: Resolution,
    cells: &[Cell],
    seed: Seed,
) -> Result<Injected, String> {
    let mut out = Injected::default();
    let mut ids = Ids::new(background);
    for (cell, number) in cells.iter().zip(0..) {
        let mut seed = seed.for_unit(stage::GROUP, number);
        let group = Group::new(background, resolution, cell, &mut seed)?;
        let name = format!("{cell}-{}", number + 1);
        let first = out.accounts.len();
        for _ in 0..cell.accounts {
            let account_id = ids.account(&mut seed);
            let platform = group.platform.to_owned();
            let group = name.clone();
            out.accounts.push(InjectedAccount { account_id, platform, group, posts: 0 });
        }
        group.tell(&mut seed, &mut ids, &mut out, first);
    }
    Ok(out)
}

/// New ids that the background does not have.
struct Ids<'p> {
    posts: Set<Cow<'p, str>>,
    accounts: Set<&'p str>,
    new: Set<String>,
}

impl<'p> Ids<'p> {
    fn new(background: &'p Posts) -> Self {
        Ids {
            posts: background.id.iter().collect(),
            accounts: background.accounts.id.iter().collect(),
            new: Set::default(),
        }
    }

    fn account(&mut self, seed: &mut Seed) -> String {
        Self::unused(seed, |id| self.accounts.contains(id), &mut self.new)
    }

    fn post(&mut self, seed: &mut Seed) -> String {
        Self::unused(seed, |id| self.posts.contains(id), &mut self.new)
    }

    fn unused(seed: &mut Seed, is_known: impl Fn(&str) -> bool, new: &mut Set<String>) -> String {
        loop {
            let mut id = String::with_capacity(18);
            push_decimal(100_000_000_000_000_000 + seed.below(900_000_000_000_000_000), &mut id);
            if !is_known(&id) && new.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// A group on its background.
struct Group<'p> {
    background: &'p Posts,
    resolution: Resolution,
    cell: &'p Cell,
    /// One platform for all members.
    platform: &'p str,
    words: Words,
}

/// What all members do at about one moment.
struct Object {
    begin_ms: i64,
    /// What they say, or the names that a rewording keeps.
    text: String,
    names: Vec<String>,
    url: Option<String>,
    target: Option<usize>,
}

impl<'p> Group<'p> {
    fn new(
        background: &'p Posts,
        resolution: Resolution,
        cell: &'p Cell,
        seed: &mut Seed,
    ) -> Result<Self, String> {
        if background.is_empty() {
            return Err("expected posts to inject into, found none".to_owned());
        }
        let any = seed.below(background.len() as u64) as usize;
        let platform = background.accounts.platform_of(background.account[any]);
        let words = Words::of(background, platform, seed);
        let needs_texts = !matches!(cell.manner, Manner::Url | Manner::Repost);
        if needs_texts && !words.are_enough() {
            let found = words.len();
            return Err(format!(
                "{cell}: expected texts of one language with at least {} different words, found \
                 {found}",
                Words::MIN
            ));
        }
        Ok(Group { background, resolution, cell, platform, words })
    }

    fn tell(&self, seed: &mut Seed, ids: &mut Ids<'_>, out: &mut Injected, first: usize) {
        let members = 0..self.cell.accounts as usize;
        let like: Vec<usize> = members.clone().map(|_| self.any_post(seed)).collect();
        for _ in 0..self.cell.objects {
            let object = self.object(seed);
            for member in members.clone() {
                let mut post = self.act(seed, &object);
                post.post_id = ids.post(seed);
                out.push(post, first + member, like[member]);
            }
        }
        for member in members {
            for _ in 0..self.cell.objects * self.cell.camouflage {
                let mut post = self.aside(seed);
                post.post_id = ids.post(seed);
                out.push(post, first + member, like[member]);
            }
        }
    }

    /// A random post of the group's platform.
    fn any_post(&self, seed: &mut Seed) -> usize {
        self.post_after(seed, 0)
    }

    /// A random post of the group's platform from a place on.
    fn post_after(&self, seed: &mut Seed, from: usize) -> usize {
        let posts = self.background;
        let mut post = from;
        for _ in 0..TRIES {
            post = from + seed.below((posts.len() - from) as u64) as usize;
            if posts.accounts.platform_of(posts.account[post]) == self.platform {
                break;
            }
        }
        post
    }

    fn object(&self, seed: &mut Seed) -> Object {
        let jitter_ms = i64::from(self.cell.jitter_s) * 1_000;
        let end = self.background.at[self.background.len() - 1].0;
        let mut object = Object {
            begin_ms: end,
            text: String::new(),
            names: Vec::new(),
            url: None,
            target: None,
        };
        let mut from = 0;
        match self.cell.manner {
            Manner::Exact | Manner::Edit => self.words.push_text(seed, &[], &mut object.text),
            Manner::Paraphrase => object.names = self.words.names(seed),
            Manner::Url => {
                object.url = Some(format!("https://lnk.example/{:016x}", seed.next_u64()))
            }
            Manner::Repost => {
                let target = self.original(seed);
                self.background.text_of(target).clone_into(&mut object.text);
                object.target = Some(target);
                from = target;
            }
        }
        for _ in 0..TRIES {
            let begin = self.background.at[self.post_after(seed, from)].0;
            if begin + jitter_ms <= end {
                object.begin_ms = begin;
                break;
            }
            object.begin_ms = object.begin_ms.min(begin);
        }
        object
    }

    /// A random post that is no repost itself.
    fn original(&self, seed: &mut Seed) -> usize {
        let mut post = self.any_post(seed);
        for _ in 0..TRIES {
            if !self.background.is_repost(post) {
                break;
            }
            post = self.any_post(seed);
        }
        post
    }

    /// What one member does with an object.
    fn act(&self, seed: &mut Seed, object: &Object) -> SimPost {
        let mut post = SimPost::default();
        let jitter_ms = u64::from(self.cell.jitter_s) * 1_000;
        self.set_time(&mut post, object.begin_ms + seed.below(jitter_ms + 1) as i64);
        match self.cell.manner {
            Manner::Exact => post.text.push_str(&object.text),
            Manner::Edit => {
                let swap = |seed: &mut Seed, text: &mut String| self.words.swap_one(seed, text);
                edits::push_disguised(seed, &object.text, swap, &mut post);
            }
            Manner::Paraphrase => self.words.push_text(seed, &object.names, &mut post.text),
            Manner::Url => {
                self.words.push_text(seed, &[], &mut post.text);
                post.urls.extend(object.url.clone());
            }
            Manner::Repost => post.text.push_str(&object.text),
        }
        if let Some(target) = object.target {
            post.repost_of = Some(self.background.id.get(target).into_owned());
            post.repost_of_account = Some(self.account_id(target).to_owned());
        }
        post
    }

    /// An ordinary act: a random post's objects, some time after it.
    fn aside(&self, seed: &mut Seed) -> SimPost {
        let posts = self.background;
        let end = posts.at[posts.len() - 1].0;
        let (mut other, mut at) = (0, end);
        for _ in 0..TRIES {
            other = self.any_post(seed);
            at = posts.at[other].0 + 3_000 + 1_000 * log_normal(seed, DELAY.0, DELAY.1);
            if at <= end {
                break;
            }
            at = end;
        }
        let mut post = SimPost::default();
        self.set_time(&mut post, at);
        if let Some(target) = posts.repost_of.get(other) {
            post.text.push_str(posts.text_of(other));
            post.repost_of = Some(target.to_owned());
            post.repost_of_account = posts.repost_of_account.get(other).map(str::to_owned);
            return post;
        }
        self.words.push_text(seed, &[], &mut post.text);
        let lists = [
            (&posts.urls, &mut post.urls),
            (&posts.hashtags, &mut post.hashtags),
            (&posts.media, &mut post.media),
        ];
        for (from, to) in lists {
            to.extend(from.names_of(other).map(str::to_owned));
        }
        post.reply_to = posts.reply_to.get(other).map(str::to_owned);
        post.reply_to_account = posts.reply_to_account.get(other).map(str::to_owned);
        post
    }

    fn account_id(&self, post: usize) -> &'p str {
        self.background.accounts.id.get(self.background.account[post] as usize)
    }

    /// Times as the background tells them.
    fn set_time(&self, post: &mut SimPost, at_ms: i64) {
        let step = self.resolution.0.max(1);
        post.created_at.0 = at_ms.div_euclid(step) * step;
    }
}

impl Injected {
    fn push(&mut self, mut post: SimPost, account: usize, like: usize) {
        let author = &mut self.accounts[account];
        author.posts += 1;
        post.account_id.clone_from(&author.account_id);
        self.posts.push(InjectedPost { post, like });
    }
}

#[cfg(test)]
mod tests;

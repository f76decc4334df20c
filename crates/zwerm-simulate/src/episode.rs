//! Organic life: a root post with its cascade of reposts, its replies and its quotes.
//!
//! Delays are log-normal around a median of the episode's own, itself log-normal around four hours:
//! some episodes live for minutes, some for days. Most who take part share the author's language
//! and community of interest, once each, and when they are awake.

use zwerm_model::Seed;
use zwerm_model::hash::Set;

use crate::draw::{cascade_size, log_normal, percent};
use crate::ids::Place;
use crate::language::Language;
use crate::objects;
use crate::out::{Out, Target};
use crate::people::Person;
use crate::post::SimPost;
use crate::rhythm::{self, DAY_S};
use crate::setting::{OBSCURE_POSTS_MAX, Setting, stage};
use crate::text;

/// The middle of the episodes' median delays, and how far they spread.
const LIFE_S: f64 = 14_400.0;
const LIFE_SIGMA: f64 = 1.3;
/// How far delays spread within one episode.
const DELAY_SIGMA: f64 = 1.3;
/// How often a sleeping account looks for another moment.
const AWAKE_TRIES: u32 = 8;

/// The root of an episode: all that others need to know of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Root {
    /// Who posted it.
    pub(crate) author: Person,
    /// At which second of the world.
    pub(crate) at: i64,
    /// The post.
    pub(crate) target: Target,
    day: u32,
    slot: u64,
    community: u64,
    seed: Seed,
}

/// What is reused from one cascade to the next.
#[derive(Debug, Default)]
pub(crate) struct Cascade {
    seen: Set<u32>,
    text: String,
}

impl Cascade {
    /// Clearing a table costs its capacity, so one that a huge cascade left is not kept (for 10
    /// million posts 7.5 seconds of CPU instead of 8.9, and more for more).
    const CAPACITY_KEPT: usize = 1 << 10;

    fn begin(&mut self, author: u32) {
        if self.seen.capacity() > Self::CAPACITY_KEPT {
            self.seen = Set::default();
        }
        self.seen.clear();
        self.seen.insert(author);
    }
}

/// The root of an episode, without telling the episode.
pub(crate) fn root(setting: &Setting<'_>, day: u32, episode: u64) -> Root {
    let mut seed = setting.seed.for_unit(stage::EPISODE, u64::from(day) << 32 | episode);
    let slot = episode % Language::SLOTS;
    let community = seed.below(setting.people.communities());
    let author = setting.people.one_like(&mut seed, slot, community);
    let at = i64::from(day) * DAY_S + rhythm::second_of_day(&mut seed, author.ahead);
    let place = Place::Episode { day, episode, index: 0 };
    let target = Target { place, account: author.account };
    Root { author, at, target, day, slot, community, seed }
}

impl Root {
    /// What the root says.
    pub(crate) fn text(&self, setting: &Setting<'_>) -> String {
        let mut post = SimPost::default();
        push_content(&mut self.content_seed(), setting, self.author.language, self.day, &mut post);
        post.text
    }

    fn content_seed(&self) -> Seed {
        self.seed.for_unit(stage::CONTENT, 0)
    }
}

/// Appends what an ordinary post says.
pub(crate) fn push_content(
    seed: &mut Seed,
    setting: &Setting<'_>,
    language: Language,
    day: u32,
    post: &mut SimPost,
) {
    text::push_organic(seed, language, &mut post.text);
    if percent(seed, 30) {
        objects::push_hashtags(seed, setting, language, post);
    }
    if percent(seed, 25) {
        objects::push_article(seed, setting, day, post);
    }
    if percent(seed, 8) {
        objects::push_picture(seed, day, post);
    }
}

/// Tells episode `which.1` of day `which.0`, at most `left` posts of it; returns how many.
pub(crate) fn tell<E>(
    setting: &Setting<'_>,
    which: (u32, u64),
    left: u64,
    cascade: &mut Cascade,
    out: &mut Out<'_, E>,
) -> Result<u64, E> {
    let (day, episode) = which;
    let root = root(setting, day, episode);
    let language = root.author.language;
    let post = out.begin(root.target.place, &root.author, root.at);
    push_content(&mut root.content_seed(), setting, language, day, post);
    cascade.text.clone_from(&post.text);
    cascade.begin(root.author.account);
    out.send()?;

    let mut seed = root.seed.for_unit(stage::CASCADE, 0);
    let parts = Parts::draw(&mut seed, setting, episode);
    let life = log_normal(&mut seed, LIFE_S, LIFE_SIGMA).clamp(300, 2 * DAY_S) as f64;
    let mut told = 1;
    for part in 0..parts.reposts + parts.replies + parts.quotes {
        if told == left {
            break;
        }
        let person = participant(&mut seed, setting, &root);
        let at = moment(&mut seed, &root, &person, life);
        if at >= setting.end() || !cascade.seen.insert(person.account) {
            continue;
        }
        let place = Place::Episode { day, episode, index: part + 1 };
        out.begin(place, &person, at);
        if part < parts.reposts {
            out.repost(root.target, &cascade.text);
        } else if part < parts.reposts + parts.replies {
            out.reply(root.target);
            text::push_organic(&mut seed, person.language, &mut out.post.text);
        } else {
            out.quote(root.target);
            push_content(&mut seed, setting, person.language, day, &mut out.post);
        }
        out.send()?;
        told += 1;
    }
    Ok(told)
}

/// How many take part in an episode, and how.
struct Parts {
    reposts: u32,
    replies: u32,
    quotes: u32,
}

impl Parts {
    fn draw(seed: &mut Seed, setting: &Setting<'_>, episode: u64) -> Self {
        if episode < setting.obscure_per_day() {
            let reposts = cascade_size(seed, OBSCURE_POSTS_MAX - 2);
            return Parts { reposts, replies: u32::from(percent(seed, 15)), quotes: 0 };
        }
        let reposts = cascade_size(seed, setting.cascade_max());
        Parts {
            reposts,
            replies: reposts / 8 + u32::from(percent(seed, 12)),
            quotes: reposts / 40 + u32::from(percent(seed, 3)),
        }
    }
}

fn participant(seed: &mut Seed, setting: &Setting<'_>, root: &Root) -> Person {
    let people = &setting.people;
    match seed.below(100) {
        0..80 => {
            // Another slot of the same language, so that the community is all who speak it.
            let slot = root.author.language.slot(seed.below(Language::SLOTS));
            people.one_like(seed, slot, root.community)
        }
        80..95 => {
            let community = seed.below(people.communities());
            people.one_like(seed, root.slot, community)
        }
        _ => people.anyone(seed),
    }
}

fn moment(seed: &mut Seed, root: &Root, person: &Person, life: f64) -> i64 {
    after(seed, root.at, person, (life, DELAY_SIGMA))
}

/// A moment after another, log-normal by (median, spread), at which an account is awake if such a
/// moment is found.
pub(crate) fn after(seed: &mut Seed, from: i64, person: &Person, delay: (f64, f64)) -> i64 {
    let mut at = from;
    for _ in 0..AWAKE_TRIES {
        at = from + 3 + log_normal(seed, delay.0, delay.1);
        if rhythm::is_awake(seed, at, person.ahead) {
            break;
        }
    }
    at
}

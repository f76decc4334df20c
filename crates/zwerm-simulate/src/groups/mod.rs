//! The groups of a world: one row of [`TABLE`] and one file each.
//!
//! A group has `acts`, in each of which `parts` posts are made, and every member makes `asides`:
//! ordinary posts of its own. These numbers are exact, so the posts of a world are known before the
//! first is told. Whether an act falls on a day follows from the group's seed alone.

mod aside;
mod breaking_news;
mod copiers;
mod copypasta;
mod debunkers;
mod drip;
mod fans;
mod flood;
mod newsroom;
mod rewordings;
mod ring;
mod slogans;
mod swarm;
mod volunteers;
mod waves;

use core::fmt::Write;

use zwerm_model::Seed;

use crate::draw::between;
use crate::ids::Place;
use crate::language::Language;
use crate::out::Out;
use crate::people::Person;
use crate::post::Role;
use crate::setting::{Setting, stage};
use crate::world::{Groups, Preset, World};

/// What a group does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Copypasta,
    Ring,
    Flood,
    Drip,
    Swarm,
    Volunteers,
    Newsroom,
    Fans,
    Bystanders,
    Debunkers,
    Copiers,
    Hyperactive,
    BreakingNews,
    Waves,
}

/// A row of the table of groups.
struct Spec {
    kind: Kind,
    /// Its name in the truth, before its number.
    name: &'static str,
    role: Role,
    coordinated: bool,
    language: Language,
    accounts: u32,
    acts: u32,
    parts: u32,
    asides: u32,
}

/// Every group of one cast. [`Kind::Copypasta`] comes first: bystanders and debunkers look for it.
const TABLE: [Spec; 13] = {
    use Kind as K;
    use Language::{Arabic, Bulgarian, Chinese, Dutch, Greek};
    use Role::{Innocent, Legitimate, Organic, Planted};
    [
        spec(K::Copypasta, "copypasta", (Planted, true), Dutch, [12, 6, 12, 14]),
        spec(K::Ring, "repost-ring", (Planted, true), Greek, [20, 15, 20, 40]),
        spec(K::Flood, "hashtag-flood", (Planted, true), Bulgarian, [15, 8, 15, 12]),
        spec(K::Drip, "slow-drip", (Planted, true), Chinese, [10, 12, 10, 20]),
        spec(K::Swarm, "reply-swarm", (Planted, true), Arabic, [12, 5, 12, 14]),
        spec(K::Volunteers, "volunteers", (Legitimate, true), Dutch, [14, 8, 10, 15]),
        // Two acts a day: `cast` sets the number.
        spec(K::Newsroom, "newsroom", (Legitimate, true), Greek, [8, 0, 5, 0]),
        spec(K::Fans, "fans", (Legitimate, false), Bulgarian, [16, 40, 15, 20]),
        spec(K::Bystanders, "bystander", (Innocent, false), Dutch, [10, 10, 1, 12]),
        spec(K::Debunkers, "debunker", (Innocent, false), Dutch, [6, 6, 2, 12]),
        spec(K::Copiers, "headline-copier", (Innocent, false), Bulgarian, [24, 24, 2, 10]),
        spec(K::Hyperactive, "hyperactive-fan", (Innocent, false), Dutch, [8, 0, 0, 60]),
        spec(K::BreakingNews, "breaking-news", (Organic, false), Dutch, [0, 1, 150, 0]),
    ]
};

/// Planted groups of [`Preset::Perf`].
const WAVES: Spec = spec(
    Kind::Waves,
    "waves",
    (Role::Planted, true),
    Language::Dutch,
    // `waves` sets the numbers.
    [0, 0, 0, 1],
);
/// Share of the posts of a [`Preset::Perf`] world that waves make, in hundredths.
const WAVES_PERCENT: u64 = 4;
/// A [`Preset::Perf`] world holds one cast for every so many posts.
const POSTS_PER_CAST: u64 = 1_000_000;

const fn spec(
    kind: Kind,
    name: &'static str,
    truth: (Role, bool),
    language: Language,
    [accounts, acts, parts, asides]: [u32; 4],
) -> Spec {
    let (role, coordinated) = truth;
    Spec { kind, name, role, coordinated, language, accounts, acts, parts, asides }
}

/// One group of a world.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    kind: Kind,
    name: &'static str,
    role: Role,
    coordinated: bool,
    language: Language,
    /// Its place among all groups, and that of the first of its cast.
    index: u32,
    cast_index: u32,
    /// How many casts came before.
    cast: u32,
    /// Its first account.
    pub(crate) first: u32,
    /// Its accounts, which follow each other.
    pub(crate) accounts: u32,
    acts: u32,
    parts: u32,
    asides: u32,
    seed: Seed,
}

/// The groups of a world, in the order of their accounts.
pub(crate) fn cast(world: &World) -> Vec<Group> {
    let casts = match world.preset {
        Preset::Sample => 1,
        Preset::Perf => (world.posts / POSTS_PER_CAST).clamp(1, 10_000) as u32,
    };
    let mut groups: Vec<Group> = Vec::new();
    for cast in 0..casts {
        let cast_index = groups.len() as u32;
        for spec in TABLE.iter().filter(|spec| exists(world.groups, spec)) {
            let mut group = Group::new(world, spec, &groups);
            (group.cast, group.cast_index) = (cast, cast_index);
            if group.kind == Kind::Newsroom {
                group.acts = 2 * world.days;
            }
            groups.push(group);
        }
    }
    if world.preset == Preset::Perf && world.groups == Groups::All {
        push_waves(world, &mut groups);
    }
    groups
}

/// Whether a world has a group.
fn exists(groups: Groups, spec: &Spec) -> bool {
    match groups {
        Groups::All => true,
        Groups::Unplanted => !needs_plants(spec.kind),
        Groups::Uncoordinated => !needs_plants(spec.kind) && !spec.coordinated,
    }
}

/// Whether a kind is planted, or meets what is.
fn needs_plants(kind: Kind) -> bool {
    TABLE.iter().any(|spec| spec.kind == kind && spec.role == Role::Planted)
        || matches!(kind, Kind::Bystanders | Kind::Debunkers)
}

fn push_waves(world: &World, groups: &mut Vec<Group>) {
    let wanted = world.posts / 100 * WAVES_PERCENT;
    let mut posts = 0;
    for cast in 0.. {
        let mut group = Group::new(world, &WAVES, groups);
        let mut seed = group.seed;
        group.cast = cast;
        group.accounts = between(&mut seed, 15, 120);
        group.acts = between(&mut seed, 4, 24);
        group.parts = (group.accounts * 3).div_ceil(5);
        group.language = Language::of_slot(seed.below(Language::SLOTS));
        posts += group.posts();
        if posts > wanted {
            return;
        }
        groups.push(group);
    }
}

impl Group {
    fn new(world: &World, spec: &Spec, before: &[Group]) -> Self {
        let index = before.len() as u32;
        Group {
            kind: spec.kind,
            name: spec.name,
            role: spec.role,
            coordinated: spec.coordinated,
            language: spec.language,
            index,
            cast_index: index,
            cast: 0,
            first: before.last().map_or(0, |group| group.first + group.accounts),
            accounts: spec.accounts,
            acts: spec.acts,
            parts: spec.parts,
            asides: spec.asides,
            seed: Seed(world.seed).for_unit(stage::GROUP, u64::from(index)),
        }
    }

    /// All posts it makes.
    pub(crate) fn posts(&self) -> u64 {
        u64::from(self.acts) * u64::from(self.parts)
            + u64::from(self.accounts) * u64::from(self.asides)
    }

    /// The truth about one of its members.
    pub(crate) fn truth_of(&self, member: u32) -> (Role, bool) {
        if self.kind == Kind::Fans && member == fans::IDOL {
            return (Role::Organic, false);
        }
        (self.role, self.coordinated)
    }

    /// Appends its name in the truth.
    pub(crate) fn push_name(&self, to: &mut String) {
        let _ = write!(to, "{}-{}", self.name, self.cast + 1);
    }

    /// A member with its traits.
    fn member(&self, setting: &Setting<'_>, member: u32) -> Person {
        assert!(member < self.accounts, "nobody acts for a group but its members");
        Person::new(setting.seed, self.first + member, self.language)
    }

    /// The seed of an act.
    fn act_seed(&self, act: u32) -> Seed {
        self.seed.for_unit(stage::ACT, u64::from(act))
    }

    /// The seed of what one part of an act adds.
    fn part_seed(&self, act: u32, part: u32) -> Seed {
        self.seed.for_unit(stage::PART, u64::from(act) << 32 | u64::from(part))
    }

    /// The place of a part's post.
    fn place(&self, act: u32, part: u32) -> Place {
        Place::Act { group: self.index, act, part }
    }

    /// The day of an act if acts go evenly from the campaign's first day to the day of silence.
    fn campaign_day(&self, setting: &Setting<'_>, act: u32) -> u32 {
        let first = setting.campaign_day();
        let days = setting.silence_day() - first;
        first + act * days / (self.acts - 1).max(1)
    }

    /// The copypasta group of the same cast.
    fn copypasta<'s>(&self, setting: &'s Setting<'_>) -> &'s Group {
        let group = &setting.groups[self.cast_index as usize];
        assert_eq!(group.kind, Kind::Copypasta, "it is the first of its cast");
        group
    }
}

/// Tells what falls on a day.
pub(crate) fn tell<E>(
    setting: &Setting<'_>,
    group: &Group,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    let tell_act = match group.kind {
        Kind::Copypasta => copypasta::tell,
        Kind::Ring => ring::tell,
        Kind::Flood => flood::tell,
        Kind::Drip => drip::tell,
        Kind::Swarm => swarm::tell,
        Kind::Volunteers => volunteers::tell,
        Kind::Newsroom => newsroom::tell,
        Kind::Fans => fans::tell,
        Kind::Bystanders => copypasta::tell_bystander,
        Kind::Debunkers => debunkers::tell,
        Kind::Copiers => copiers::tell,
        Kind::Hyperactive => return aside::tell(setting, group, day, out),
        Kind::BreakingNews => breaking_news::tell,
        Kind::Waves => waves::tell,
    };
    for act in 0..group.acts {
        tell_act(setting, group, act, day, out)?;
    }
    match group.kind {
        Kind::Ring => ring::tell_schedule(setting, group, day, out),
        _ => aside::tell(setting, group, day, out),
    }
}

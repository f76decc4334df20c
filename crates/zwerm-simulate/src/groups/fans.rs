//! Legitimate: fans of one account. They repost their idol early and often, each at its own pace,
//! with their club's program, and strangers repost the same posts later. The idol is nobody's
//! accomplice: its role is organic.

use zwerm_model::Seed;
use zwerm_model::hash::Set;

use crate::draw::choose;
use crate::episode;
use crate::groups::Group;
use crate::language::Language;
use crate::out::{Out, Target};
use crate::people::Person;
use crate::rhythm::{self, DAY_S, HOUR_S};
use crate::setting::Setting;

/// The member that is the idol.
pub(super) const IDOL: u32 = 0;
/// Fans that repost each post; the others are strangers.
const FANS_PER_POST: u32 = 8;
/// The program of their club.
const CLIENT: &str = "Fanclub Companion";
/// The middle of the delays, and how far they spread.
const FAN_DELAY: (f64, f64) = (5_400.0, 1.4);
const STRANGER_DELAY: (f64, f64) = (14_400.0, 1.3);
/// Nobody reposts it later.
const DELAY_MAX_S: i64 = 40 * HOUR_S;

/// Tells post `act` of the idol, and who reposts it, if this is its day.
pub(super) fn tell<E>(
    setting: &Setting<'_>,
    group: &Group,
    act: u32,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    // The last two days are left to the reposts.
    if act * (setting.world.days - 2) / group.acts != day {
        return Ok(());
    }
    let mut seed = group.act_seed(act);
    let idol = group.member(setting, IDOL);
    let at = i64::from(day) * DAY_S + rhythm::second_between(&mut seed, 10, 22);
    let target = Target { place: group.place(act, 0), account: idol.account };
    let post = out.begin(target.place, &idol, at);
    episode::push_content(&mut seed, setting, group.language, day, post);
    let text = post.text.clone();
    out.send()?;

    let mut fans = Vec::new();
    choose(&mut seed, FANS_PER_POST, group.accounts - 1, &mut fans);
    let mut strangers: Set<u32> = Set::default();
    for part in 1..group.parts {
        let mut seed = group.part_seed(act, part);
        let (person, delay) = match fans.get(part as usize - 1) {
            Some(fan) => (member(setting, group, IDOL + 1 + fan), FAN_DELAY),
            None => (stranger(setting, group, &mut seed, &mut strangers), STRANGER_DELAY),
        };
        let mut when = episode::after(&mut seed, at, &person, delay);
        if when > at + DELAY_MAX_S {
            when = at + seed.below(DELAY_MAX_S as u64) as i64;
        }
        out.begin(group.place(act, part), &person, when);
        out.repost(target, &text);
        out.send()?;
    }
    Ok(())
}

/// A fan, at its club's program.
fn member(setting: &Setting<'_>, group: &Group, member: u32) -> Person {
    Person { client: CLIENT, automated: None, ..group.member(setting, member) }
}

/// Somebody of the same language who has not reposted it yet.
fn stranger(setting: &Setting<'_>, group: &Group, seed: &mut Seed, seen: &mut Set<u32>) -> Person {
    loop {
        let slot = group.language.slot(seed.below(Language::SLOTS));
        let community = seed.below(setting.people.communities());
        let person = setting.people.one_like(seed, slot, community);
        if seen.insert(person.account) {
            return person;
        }
    }
}

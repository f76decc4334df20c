//! What members of a group post besides: ordinary posts and reposts, by day, at their own hours.

use crate::draw::percent;
use crate::episode;
use crate::groups::{Group, Kind};
use crate::ids::Place;
use crate::out::Out;
use crate::rhythm::{self, DAY_S};
use crate::setting::{Setting, stage};

/// Acts are numbered below this, asides from here on.
const FIRST: u32 = 1 << 19;
/// The middle of the delays of reposts, and how far they spread.
const DELAY: (f64, f64) = (14_400.0, 1.5);

/// The place of a member's aside.
pub(super) fn place(group: &Group, aside: u32, member: u32) -> Place {
    group.place(FIRST + aside, member)
}

/// Tells the asides that fall on a day.
pub(super) fn tell<E>(
    setting: &Setting<'_>,
    group: &Group,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    for member in 0..group.accounts {
        for aside in 0..group.asides {
            tell_one(setting, group, (member, aside), day, out)?;
        }
    }
    Ok(())
}

/// Reposts among a hundred asides.
fn reposts_percent(kind: Kind) -> u64 {
    match kind {
        Kind::Hyperactive => 90,
        _ => 45,
    }
}

fn tell_one<E>(
    setting: &Setting<'_>,
    group: &Group,
    (member, aside): (u32, u32),
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    let unit = u64::from(member) << 32 | u64::from(aside);
    let mut seed = group.seed.for_unit(stage::ASIDE, unit);
    if seed.below(u64::from(setting.world.days)) != u64::from(day) {
        return Ok(());
    }
    let person = group.member(setting, member);
    let place = place(group, aside, member);
    if percent(&mut seed, reposts_percent(group.kind)) {
        let nth = seed.below(setting.obscure_per_day());
        let root = episode::root(setting, day, setting.obscure_episode(group.language, nth));
        let at = episode::after(&mut seed, root.at, &person, DELAY);
        if at < setting.end() {
            out.begin(place, &person, at);
            out.repost(root.target, &root.text(setting));
            return out.send();
        }
    }
    let at = i64::from(day) * DAY_S + rhythm::second_of_day(&mut seed, person.ahead);
    let post = out.begin(place, &person, at);
    episode::push_content(&mut seed, setting, group.language, day, post);
    out.send()
}

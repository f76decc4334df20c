//! Planted: an automated ring. Twenty accounts repost the same obscure post in the first seconds of
//! one minute, at any hour; between that a scheduler posts for each of them at regular gaps.

use crate::episode;
use crate::groups::{Group, aside};
use crate::out::Out;
use crate::people::{Person, SCHEDULER};
use crate::rhythm::{DAY_S, HOUR_S};
use crate::setting::{Setting, stage};

/// How many seconds after the full minute the last account acts.
const SPREAD_S: u64 = 6;

/// Reposts target `act` if it was posted on this day.
pub(super) fn tell<E>(
    setting: &Setting<'_>,
    group: &Group,
    act: u32,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    if group.campaign_day(setting, act) != day {
        return Ok(());
    }
    let nth = u64::from(group.cast * group.acts + act);
    let root = episode::root(setting, day, setting.obscure_episode(group.language, nth));
    let after = 600 + group.act_seed(act).below(11 * HOUR_S as u64) as i64;
    let minute = (root.at + after) / 60 * 60;
    let text = root.text(setting);
    for part in 0..group.parts {
        let at = minute + group.part_seed(act, part).below(SPREAD_S) as i64;
        out.begin(group.place(act, part), &member(setting, group, part), at);
        out.repost(root.target, &text);
        out.send()?;
    }
    Ok(())
}

/// Posts what the schedule has for this day: each account at its own minutes, evenly from the
/// campaign's first moment to the end.
pub(super) fn tell_schedule<E>(
    setting: &Setting<'_>,
    group: &Group,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    let from = i64::from(setting.campaign_day()) * DAY_S;
    let gap = (setting.end() - from) / i64::from(group.asides) / 60 * 60;
    for member_number in 0..group.accounts {
        let person = member(setting, group, member_number);
        let mut seed = group.seed.for_unit(stage::ASIDE, u64::from(member_number));
        let first = from + seed.below(gap as u64) as i64 / 60 * 60;
        for number in 0..group.asides {
            let at = first + i64::from(number) * gap + seed.below(SPREAD_S) as i64;
            let mut content = seed.for_unit(stage::CONTENT, u64::from(number));
            if at.div_euclid(DAY_S) == i64::from(day) {
                let post = out.begin(aside::place(group, number, member_number), &person, at);
                episode::push_content(&mut content, setting, group.language, day, post);
                out.send()?;
            }
        }
    }
    Ok(())
}

fn member(setting: &Setting<'_>, group: &Group, member: u32) -> Person {
    Person { client: SCHEDULER, automated: None, ..group.member(setting, member) }
}

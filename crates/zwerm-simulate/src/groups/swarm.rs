//! Planted: a reply swarm. Five times everybody answers the same post within eight minutes, each in
//! words of its own.

use crate::episode::{self, Root};
use crate::groups::Group;
use crate::out::Out;
use crate::rhythm::{DAY_S, HOUR_S};
use crate::setting::Setting;
use crate::text;

/// How long everybody takes.
const SPREAD_S: u64 = 480;

/// Answers target `act` if it was posted on this day.
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
    let root = target(setting, group, act, day);
    let begin = root.at + 900 + group.act_seed(act).below(HOUR_S as u64) as i64;
    for part in 0..group.parts {
        let mut seed = group.part_seed(act, part);
        let at = begin + seed.below(SPREAD_S) as i64;
        out.begin(group.place(act, part), &group.member(setting, part), at);
        out.reply(root.target);
        text::push_organic(&mut seed, group.language, &mut out.post.text);
        out.send()?;
    }
    Ok(())
}

/// A post of the day that can be answered by daylight; any post if there is none.
fn target(setting: &Setting<'_>, group: &Group, act: u32, day: u32) -> Root {
    let nth = u64::from(group.cast * group.acts + act);
    let candidate = |step: u64| {
        episode::root(setting, day, setting.obscure_episode(group.language, nth + step))
    };
    (0..20)
        .map(candidate)
        .find(|root| (9 * HOUR_S..19 * HOUR_S).contains(&root.at.rem_euclid(DAY_S)))
        .unwrap_or_else(|| candidate(0))
}

//! Innocent: people who quote posts of the copypasta group and say in their own words what is
//! wrong.

use crate::draw::log_normal;
use crate::groups::{Group, copypasta};
use crate::out::Out;
use crate::rhythm::HOUR_S;
use crate::setting::Setting;
use crate::text;

/// Debunker `act` quotes as many texts as there are parts, those that were posted on this day.
pub(super) fn tell<E>(
    setting: &Setting<'_>,
    group: &Group,
    act: u32,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    let planted = group.copypasta(setting);
    for part in 0..group.parts {
        let text = (act + part * (planted.acts / group.parts)) % planted.acts;
        if planted.campaign_day(setting, text) != day {
            continue;
        }
        let mut seed = group.part_seed(act, part);
        let (target, there_at) = copypasta::posted(setting, planted, text, act);
        let at = there_at + 900 + log_normal(&mut seed, 10_800.0, 0.8).min(20 * HOUR_S);
        out.begin(group.place(act, part), &group.member(setting, act), at);
        out.quote(target);
        text::push_organic(&mut seed, group.language, &mut out.post.text);
        out.send()?;
    }
    Ok(())
}

//! Planted: copypasta with edits. Everybody posts the same text within ten minutes, each disguised
//! in its own way, or says it in its own words where the world is asked for that. Bystanders pick
//! up one of these texts, once, up to hours later.

use zwerm_model::Seed;

use crate::draw::{log_normal, percent};
use crate::edits;
use crate::groups::{Group, rewordings, slogans};
use crate::out::{Out, Target};
use crate::rhythm::{self, DAY_S, HOUR_S};
use crate::setting::Setting;

/// How long everybody takes.
const SPREAD_S: u64 = 600;

/// Posts text `act` if this is its day.
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
    let begin = begin(setting, group, act);
    let template = slogans::template(group, slogans::COPYPASTA, act);
    for part in 0..group.parts {
        let mut seed = group.part_seed(act, part);
        let person = group.member(setting, part);
        let at = begin + seed.below(SPREAD_S) as i64;
        out.begin(group.place(act, part), &person, at);
        maybe_mention(&mut seed, setting, out);
        if setting.world.reworded {
            rewordings::push_reworded(&mut seed, act, &mut out.post.text);
        } else {
            edits::push_edited(&mut seed, group.language, &template, &mut out.post);
        }
        out.send()?;
    }
    Ok(())
}

/// Bystander `act` posts one text some time after the group.
pub(super) fn tell_bystander<E>(
    setting: &Setting<'_>,
    group: &Group,
    act: u32,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    let copypasta = group.copypasta(setting);
    let text = act % copypasta.acts;
    if copypasta.campaign_day(setting, text) != day {
        return Ok(());
    }
    let mut seed = group.act_seed(act);
    let person = group.member(setting, act);
    let delay = log_normal(&mut seed, 7_200.0, 0.8).min(20 * HOUR_S);
    let at = begin(setting, copypasta, text) + 1_200 + delay;
    let template = slogans::template(copypasta, slogans::COPYPASTA, text);
    out.begin(group.place(act, 0), &person, at).text.push_str(&template);
    out.send()
}

/// A post of text `act` that others may quote, and when it was there at the latest.
pub(super) fn posted(setting: &Setting<'_>, group: &Group, act: u32, nth: u32) -> (Target, i64) {
    let part = nth % group.parts;
    let target = Target { place: group.place(act, part), account: group.first + part };
    (target, begin(setting, group, act) + SPREAD_S as i64)
}

/// Puts a mention of somebody before the text, in a third of the posts.
pub(super) fn maybe_mention<E>(seed: &mut Seed, setting: &Setting<'_>, out: &mut Out<'_, E>) {
    if percent(seed, 35) {
        let somebody = setting.people.anyone(seed);
        out.mention(somebody.account);
    }
}

fn begin(setting: &Setting<'_>, group: &Group, act: u32) -> i64 {
    let day = i64::from(group.campaign_day(setting, act));
    day * DAY_S + rhythm::second_between(&mut group.act_seed(act), 9, 21)
}

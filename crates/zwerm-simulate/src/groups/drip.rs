//! Planted: a slow drip. On two days, every hour for six hours, everybody posts the hour's text at
//! its own time within half an hour of the full hour, among twenty ordinary posts.

use crate::edits;
use crate::groups::{Group, copypasta, slogans};
use crate::out::Out;
use crate::rhythm::{DAY_S, HOUR_S};
use crate::setting::Setting;

/// The hour of a day's first text.
const FIRST_HOUR: i64 = 11;
/// Texts in a day.
const TEXTS_PER_DAY: u32 = 6;

/// Posts text `act` if this is its day.
pub(super) fn tell<E>(
    setting: &Setting<'_>,
    group: &Group,
    act: u32,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    let first_run = act < TEXTS_PER_DAY;
    let run_day = if first_run { setting.campaign_day() + 1 } else { setting.silence_day() };
    if run_day != day {
        return Ok(());
    }
    let hour = i64::from(day) * DAY_S + (FIRST_HOUR + i64::from(act % TEXTS_PER_DAY)) * HOUR_S;
    let template = slogans::template(group, slogans::DRIP, act);
    for part in 0..group.parts {
        let mut seed = group.part_seed(act, part);
        let at = hour - HOUR_S / 2 + seed.below(HOUR_S as u64 + 1) as i64;
        out.begin(group.place(act, part), &group.member(setting, part), at);
        copypasta::maybe_mention(&mut seed, setting, out);
        edits::push_edited(&mut seed, group.language, &template, &mut out.post);
        out.send()?;
    }
    Ok(())
}

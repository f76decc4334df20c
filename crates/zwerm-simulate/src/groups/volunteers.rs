//! Legitimate: volunteers of a party with a campaign toolkit. Two texts go out on a morning; most
//! volunteers post each of them in the hours after, with a URL of the campaign's own site.

use crate::draw::{choose, log_normal, percent};
use crate::groups::{Group, slogans};
use crate::objects;
use crate::out::Out;
use crate::rhythm::{DAY_S, HOUR_S};
use crate::setting::Setting;

/// When the toolkit is mailed.
const RELEASE_HOUR: i64 = 9;
/// The middle of the delays and how far they spread, and the last moment of the day.
const DELAY: (f64, f64, i64) = (9_000.0, 0.8, 13 * HOUR_S);

/// Posts text `act` if this is its day.
pub(super) fn tell<E>(
    setting: &Setting<'_>,
    group: &Group,
    act: u32,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    if group.campaign_day(setting, act / 2 * 2) != day {
        return Ok(());
    }
    let release = i64::from(day) * DAY_S + RELEASE_HOUR * HOUR_S;
    let template = slogans::template(group, slogans::VOLUNTEERS, act);
    let mut members = Vec::new();
    choose(&mut group.act_seed(act), group.parts, group.accounts, &mut members);
    for (part, &member) in (0..).zip(&members) {
        let mut seed = group.part_seed(act, part);
        let mut delay = log_normal(&mut seed, DELAY.0, DELAY.1);
        if delay >= DELAY.2 {
            delay = seed.below(DELAY.2 as u64) as i64;
        }
        let post =
            out.begin(group.place(act, part), &group.member(setting, member), release + delay);
        post.text.push_str(&template);
        if percent(&mut seed, 25) {
            post.text.push_str(" 🏮");
        }
        objects::push_url(site(group, act), post);
        out.send()?;
    }
    Ok(())
}

/// A page of the campaign's own site.
fn site(group: &Group, act: u32) -> String {
    match group.cast {
        0 => format!("https://lantaarnlijst.example/plan/{}", act + 1),
        cast => format!("https://lantaarnlijst{cast}.example/plan/{}", act + 1),
    }
}

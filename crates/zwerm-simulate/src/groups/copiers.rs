//! Innocent: readers who press a share button, which writes headline and URL for them, at any time
//! of the day on which the article appeared.

use crate::draw::choose;
use crate::groups::Group;
use crate::objects;
use crate::out::Out;
use crate::rhythm::{self, DAY_S};
use crate::setting::{Setting, stage};
use crate::text;

/// Articles whose button is pressed.
const HEADLINES: u32 = 12;

/// Reader `act` shares as many articles as there are parts, those of this day.
pub(super) fn tell<E>(
    setting: &Setting<'_>,
    group: &Group,
    act: u32,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    let mut headlines = Vec::new();
    choose(&mut group.act_seed(act), group.parts, HEADLINES, &mut headlines);
    for (part, &headline) in (0..).zip(&headlines) {
        let first = setting.campaign_day();
        if first + headline * (setting.world.days - first) / HEADLINES != day {
            continue;
        }
        let mut seed = group.part_seed(act, part);
        let person = group.member(setting, act);
        let at = i64::from(day) * DAY_S + rhythm::second_of_day(&mut seed, person.ahead);
        let post = out.begin(group.place(act, part), &person, at);
        let mut words = group.seed.for_unit(stage::TEMPLATE, u64::from(headline));
        text::push_text(&mut words, group.language, (9, 13), &mut post.text);
        post.text.push_str(" |");
        // Further down the ranking than most readers come.
        let number = setting.articles_per_day() / 2 + u64::from(group.cast % 8);
        objects::push_url(objects::article(setting, day, number), post);
        out.send()?;
    }
    Ok(())
}

//! Legitimate: a newsroom whose regional editions syndicate their own articles through one program,
//! within three minutes.

use crate::draw::choose;
use crate::groups::Group;
use crate::objects;
use crate::out::Out;
use crate::people::Person;
use crate::rhythm::{self, DAY_S};
use crate::setting::{Setting, stage};
use crate::text;

/// The newsroom's own program.
const CLIENT: &str = "Newsdesk Publisher";
/// How long an article takes to all editions.
const SPREAD_S: u64 = 180;

/// Publishes article `act` if this is its day; there are two a day.
pub(super) fn tell<E>(
    setting: &Setting<'_>,
    group: &Group,
    act: u32,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    if act / 2 != day {
        return Ok(());
    }
    let mut seed = group.act_seed(act);
    let begin = i64::from(day) * DAY_S + rhythm::second_between(&mut seed, 6, 22);
    let mut headline = String::new();
    text::push_text(
        &mut group.seed.for_unit(stage::TEMPLATE, u64::from(act)),
        group.language,
        (9, 14),
        &mut headline,
    );
    let mut members = Vec::new();
    choose(&mut seed, group.parts, group.accounts, &mut members);
    for (part, &member) in (0..).zip(&members) {
        let at = begin + group.part_seed(act, part).below(SPREAD_S) as i64;
        let person = Person { client: CLIENT, automated: None, ..group.member(setting, member) };
        let post = out.begin(group.place(act, part), &person, at);
        post.text.push_str(&headline);
        objects::push_url(article(group, act), post);
        out.send()?;
    }
    Ok(())
}

/// An article on the newsroom's own site.
fn article(group: &Group, act: u32) -> String {
    match group.cast {
        0 => format!("https://www.velmoracourier.example/nea/{}", 4_100 + act),
        cast => format!("https://www.velmoracourier{cast}.example/nea/{}", 4_100 + act),
    }
}

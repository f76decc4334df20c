//! Planted: a hashtag flood. In each burst of ten minutes everybody uses the same three rare
//! hashtags in the same order, in words of its own.

use crate::draw::choose;
use crate::groups::Group;
use crate::objects;
use crate::out::Out;
use crate::rhythm::{self, DAY_S};
use crate::setting::{Setting, stage};
use crate::text;

/// How long a burst takes.
const SPREAD_S: u64 = 600;
/// Hashtags the group invented.
const TAGS: u32 = 8;

/// Tells burst `act` if this is its day.
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
    let begin = i64::from(day) * DAY_S + rhythm::second_between(&mut group.act_seed(act), 9, 21);
    let tags = sequence(group, act);
    for part in 0..group.parts {
        let mut seed = group.part_seed(act, part);
        let at = begin + seed.below(SPREAD_S) as i64;
        let post = out.begin(group.place(act, part), &group.member(setting, part), at);
        text::push_organic(&mut seed, group.language, &mut post.text);
        for tag in &tags {
            objects::push_hashtag(tag.clone(), post);
        }
        out.send()?;
    }
    Ok(())
}

/// The hashtags of a burst. The first is another one each time, so that no sequence comes twice.
fn sequence(group: &Group, act: u32) -> [String; 3] {
    let first = act % TAGS;
    let mut others = Vec::new();
    choose(&mut group.act_seed(act), 2, TAGS - 1, &mut others);
    let tag = |number: u32| {
        let mut seed = group.seed.for_unit(stage::HASHTAG, u64::from(number));
        let mut tag = String::new();
        text::push_name(&mut seed, group.language, 3, &mut tag);
        text::push_name(&mut seed, group.language, 2, &mut tag);
        tag
    };
    // The others count from the first on, so they are never the first.
    [tag(first), tag((first + 1 + others[0]) % TAGS), tag((first + 1 + others[1]) % TAGS)]
}

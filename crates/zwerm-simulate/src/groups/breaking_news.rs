//! Organic: a breaking-news burst. Many strangers post about one event within half an hour, in
//! their own words, with one or two of the same few hashtags; every third of them with the same
//! URL.

use zwerm_model::hash::Set;

use crate::draw::{choose, percent};
use crate::groups::Group;
use crate::objects;
use crate::out::Out;
use crate::rhythm::{DAY_S, HOUR_S};
use crate::setting::Setting;
use crate::text;

/// When the news breaks.
const SECOND_OF_DAY: i64 = 14 * HOUR_S + 20 * 60 + 11;
/// How long the burst lasts.
const SPREAD_S: u64 = 1_800;
/// The hashtags people find for it.
const TAGS: [&str; 3] = ["harborbridge", "velmora", "bridgeclosed"];

/// Tells the burst if this is its day.
pub(super) fn tell<E>(
    setting: &Setting<'_>,
    group: &Group,
    act: u32,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    let days = setting.silence_day() - setting.campaign_day();
    if setting.campaign_day() + (3 + group.cast) % days != day {
        return Ok(());
    }
    let begin = i64::from(day) * DAY_S + SECOND_OF_DAY;
    let mut seen: Set<u32> = Set::default();
    let mut tags = Vec::new();
    for part in 0..group.parts {
        let mut seed = group.part_seed(act, part);
        let mut person = setting.people.anyone(&mut seed);
        while !seen.insert(person.account) {
            person = setting.people.anyone(&mut seed);
        }
        // The earlier of two: the burst falls off towards its end.
        let at = begin + seed.below(SPREAD_S).min(seed.below(SPREAD_S)) as i64;
        let post = out.begin(group.place(act, part), &person, at);
        text::push_organic(&mut seed, person.language, &mut post.text);
        let count = 1 + u32::from(percent(&mut seed, 40));
        choose(&mut seed, count, TAGS.len() as u32, &mut tags);
        for &tag in &tags {
            objects::push_hashtag(TAGS[tag as usize].to_owned(), post);
        }
        if percent(&mut seed, 33) {
            let url = format!("https://www.harborpost.example/live/{}", day + 1);
            objects::push_url(url, post);
        }
        out.send()?;
    }
    Ok(())
}

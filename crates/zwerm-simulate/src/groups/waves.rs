//! Planted groups of the perf world, three of five members at
//! a time repost one post, share one URL or post one template, within 5 to 45 seconds.

use crate::draw::{between, choose, percent};
use crate::edits;
use crate::episode::{self, Root};
use crate::groups::{Group, copypasta, slogans};
use crate::objects;
use crate::out::Out;
use crate::rhythm::{self, DAY_S};
use crate::setting::{Setting, stage};
use crate::text;

/// What all waves of a group have in common.
enum Manner {
    Repost,
    Url,
    Text,
}

/// What one wave is about.
enum Matter {
    Repost(Root, String),
    Url(String),
    Text(String),
}

/// Tells wave `act` if this is its day.
pub(super) fn tell<E>(
    setting: &Setting<'_>,
    group: &Group,
    act: u32,
    day: u32,
    out: &mut Out<'_, E>,
) -> Result<(), E> {
    let mut seed = group.act_seed(act);
    // The last day is left to waves that go on past midnight.
    if seed.below(u64::from(setting.world.days) - 1) != u64::from(day) {
        return Ok(());
    }
    let matter = matter(setting, group, act, day);
    let begin = match &matter {
        Matter::Repost(root, _) => root.at + 60 + seed.below(14_400) as i64,
        _ => i64::from(day) * DAY_S + rhythm::second_of_day(&mut seed, 0),
    };
    let spread = u64::from(between(&mut seed, 5, 45));
    let mut members = Vec::new();
    choose(&mut seed, group.parts, group.accounts, &mut members);
    for (part, &member) in (0..).zip(&members) {
        let mut seed = group.part_seed(act, part);
        let at = begin + seed.below(spread) as i64;
        out.begin(group.place(act, part), &group.member(setting, member), at);
        match &matter {
            Matter::Repost(root, text) => out.repost(root.target, text),
            Matter::Url(url) => {
                text::push_organic(&mut seed, group.language, &mut out.post.text);
                objects::push_url(url.clone(), &mut out.post);
            }
            Matter::Text(template) => {
                copypasta::maybe_mention(&mut seed, setting, out);
                edits::push_edited(&mut seed, group.language, template, &mut out.post);
            }
        }
        out.send()?;
    }
    Ok(())
}

fn matter(setting: &Setting<'_>, group: &Group, act: u32, day: u32) -> Matter {
    let mut seed = group.seed.for_unit(stage::TEMPLATE, u64::from(act));
    let manner = match group.seed.0 % 3 {
        0 => Manner::Repost,
        1 => Manner::Url,
        _ => Manner::Text,
    };
    match manner {
        Manner::Repost => {
            let nth = seed.below(setting.obscure_per_day());
            let root = episode::root(setting, day, setting.obscure_episode(group.language, nth));
            Matter::Repost(root, root.text(setting))
        }
        Manner::Url if percent(&mut seed, 30) => {
            let number = seed.below(setting.articles_per_day());
            Matter::Url(objects::article(setting, day, number))
        }
        Manner::Url => Matter::Url(format!("https://lnk.example/w{:010x}", seed.0 >> 24)),
        Manner::Text => Matter::Text(slogans::invented(group, act)),
    }
}

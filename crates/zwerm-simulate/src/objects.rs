//! What posts can have in common: articles of invented sites, hashtags, pictures.
//!
//! All of it is computed from a number, so that a world of any size keeps no table of it.

use core::fmt::Write;

use zwerm_model::Seed;

use crate::draw::{between, one_of, percent, popular};
use crate::language::Language;
use crate::post::SimPost;
use crate::setting::{Setting, stage};
use crate::text;

/// Sites of news and leisure, the most read first (12 × 12 names).
const SITE_FIRST: [&str; 12] = [
    "harbor", "morning", "river", "north", "lantern", "daily", "garden", "bridge", "open",
    "little", "island", "evening",
];
/// Second parts of their names.
const SITE_SECOND: [&str; 12] = [
    "post", "herald", "kitchen", "sports", "notes", "weekly", "film", "radio", "market", "science",
    "travel", "chess",
];
/// What platforms hang onto the address of an article that is shared by a button.
const TRACKING: [&str; 3] = ["?utm_source=share", "?utm_medium=social&utm_source=app", "?fbclid="];

/// Appends a URL to the text and the list of URLs.
pub(crate) fn push_url(url: String, post: &mut SimPost) {
    post.text.push(' ');
    post.text.push_str(&url);
    post.urls.push(url);
}

/// A URL of a shortener that gives every copy its own address.
pub(crate) fn push_short_url(seed: &mut Seed, post: &mut SimPost) {
    push_url(format!("https://lnk.example/{:09x}", seed.below(1 << 36)), post);
}

/// The URL of an article of today or one of the two days before, as a reader shares it.
pub(crate) fn push_article(seed: &mut Seed, setting: &Setting<'_>, day: u32, post: &mut SimPost) {
    if percent(seed, 10) {
        push_short_url(seed, post);
        return;
    }
    let published = day.saturating_sub(seed.below(3) as u32);
    let number = popular(seed, setting.articles_per_day());
    let mut url = article(setting, published, number);
    if percent(seed, 20) {
        url.push_str(one_of(seed, &TRACKING));
        if url.ends_with('=') {
            let _ = write!(url, "{:x}", seed.below(1 << 40));
        }
    }
    push_url(url, post);
}

/// The address of an article.
pub(crate) fn article(setting: &Setting<'_>, day: u32, number: u64) -> String {
    let mut seed = setting.seed.for_unit(stage::ARTICLE, u64::from(day) << 32 | number);
    let site = popular(&mut seed, (SITE_FIRST.len() * SITE_SECOND.len()) as u64) as usize;
    // 5 and 12 have no common factor: neighbours in the ranking share neither part of their names.
    let first = SITE_FIRST[(site * 5 + site / SITE_FIRST.len()) % SITE_FIRST.len()];
    let second = SITE_SECOND[site % SITE_SECOND.len()];
    let mut url = format!("https://www.{first}{second}.example/{}/", day + 1);
    let syllables = between(&mut seed, 3, 5);
    text::push_latin(&mut seed, syllables, &mut url);
    let _ = write!(url, "-{:x}", seed.below(1 << 20));
    url
}

/// One to three hashtags of a language.
pub(crate) fn push_hashtags(
    seed: &mut Seed,
    setting: &Setting<'_>,
    lang: Language,
    post: &mut SimPost,
) {
    for _ in 0..between(seed, 1, 3) {
        let number = popular(seed, setting.hashtags_per_language());
        let mut tag = String::new();
        push_hashtag_name(setting, lang, number, &mut tag);
        if !post.hashtags.contains(&tag) {
            push_hashtag(tag, post);
        }
    }
}

/// Appends a hashtag to the text and the list of hashtags.
pub(crate) fn push_hashtag(tag: String, post: &mut SimPost) {
    post.text.push_str(" #");
    post.text.push_str(&tag);
    post.hashtags.push(tag);
}

/// Appends the name of a hashtag; the most popular one is the election's, in every language.
fn push_hashtag_name(setting: &Setting<'_>, language: Language, number: u64, to: &mut String) {
    if number == 0 {
        to.push_str("velmora2031");
        return;
    }
    let unit = u64::from(language as u8) << 40 | number;
    let mut seed = setting.seed.for_unit(stage::HASHTAG, unit);
    let syllables = between(&mut seed, 2, 4);
    text::push_name(&mut seed, language, syllables, to);
}

/// A picture: mostly an own one, sometimes one that goes round that day.
pub(crate) fn push_picture(seed: &mut Seed, day: u32, post: &mut SimPost) {
    let picture = if percent(seed, 20) {
        let number = popular(seed, 200);
        format!("m{:010x}", Seed(u64::from(day)).for_unit(stage::PICTURE, number).0 >> 24)
    } else {
        format!("m{:010x}", seed.below(1 << 40))
    };
    post.media.push(picture);
}

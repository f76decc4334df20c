//! How a copied text is disguised: none of these edits may hide it from a detector.

use zwerm_model::Seed;

use crate::draw::{between, one_of, percent};
use crate::language::Language;
use crate::objects;
use crate::post::SimPost;

/// Latin letters and Cyrillic ones that look the same.
const HOMOGLYPHS: [(char, char); 6] =
    [('a', 'а'), ('e', 'е'), ('o', 'о'), ('c', 'с'), ('p', 'р'), ('x', 'х')];
/// Put behind a text.
const EMOJI: [&str; 6] = ["🌊", "⚓", "🌻", "✨", "👏", "🏮"];

/// Appends `template` to a post as one member of a group would disguise it.
///
/// At most one word is swapped, in three of ten copies, so that two copies stay near-duplicates.
/// The other edits vanish in any careful normalisation.
pub(crate) fn push_edited(seed: &mut Seed, language: Language, template: &str, post: &mut SimPost) {
    let swap = |seed: &mut Seed, text: &mut String| swap_word(seed, language, text);
    push_disguised(seed, template, swap, post);
}

/// As [`push_edited`]; `swap` puts another word in the place of one.
pub(crate) fn push_disguised(
    seed: &mut Seed,
    template: &str,
    swap: impl FnOnce(&mut Seed, &mut String),
    post: &mut SimPost,
) {
    let mut text = String::from(template);
    if percent(seed, 30) {
        swap(seed, &mut text);
    }
    if percent(seed, 20) {
        look_alike(seed, &mut text);
    }
    if percent(seed, 20) {
        let place = char_boundary(seed, &text);
        text.insert(place, '\u{200b}');
    }
    if percent(seed, 15) {
        text = text.to_uppercase();
    }
    post.text.push_str(&text);
    if percent(seed, 30) {
        for _ in 0..between(seed, 1, 3) {
            post.text.push_str(one_of(seed, &EMOJI));
        }
    }
    if percent(seed, 30) {
        objects::push_short_url(seed, post);
    }
}

/// Puts another common word in the place of one word (of two characters in Chinese).
fn swap_word(seed: &mut Seed, language: Language, text: &mut String) {
    let word = one_of(seed, language.lexicon().words);
    if language == Language::Chinese {
        let letters: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        if letters.len() > 3 {
            let first = seed.below(letters.len() as u64 - 2) as usize;
            text.replace_range(letters[first]..letters[first + 2], word);
        }
        return;
    }
    let nth = seed.below(text.split(' ').count() as u64) as usize;
    let swapped: Vec<&str> =
        text.split(' ').enumerate().map(|(i, old)| if i == nth { word } else { old }).collect();
    *text = swapped.join(" ");
}

/// Exchanges a third of the letters that have a look-alike.
fn look_alike(seed: &mut Seed, text: &mut String) {
    *text = text
        .chars()
        .map(|letter| match HOMOGLYPHS.iter().find(|(latin, _)| *latin == letter) {
            Some(&(_, other)) if percent(seed, 33) => other,
            _ => letter,
        })
        .collect();
}

/// A random place between two characters.
fn char_boundary(seed: &mut Seed, text: &str) -> usize {
    let mut place = seed.below(text.len() as u64 + 1) as usize;
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_leave_most_words_where_they_were() {
        let template = "morgen lopen wij samen langs de haven van Velmora naar de brug";
        let small = template.to_lowercase();
        for number in 0..300 {
            let mut post = SimPost::default();
            push_edited(&mut Seed(number), Language::Dutch, template, &mut post);
            let plain = post.text.replace('\u{200b}', "").to_lowercase();
            let plain: String = plain
                .chars()
                .map(|c| HOMOGLYPHS.iter().find(|(_, other)| *other == c).map_or(c, |(l, _)| *l))
                .collect();
            let kept = small.split(' ').zip(plain.split(' ')).filter(|(a, b)| a == b);
            assert!(kept.count() >= 10, "{}", post.text);
        }
    }
}

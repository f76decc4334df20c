//! What people say: common words of their language and invented names, in random order.

use zwerm_model::Seed;

use crate::draw::{between, one_of, percent};
use crate::language::Language;

/// How many of 100 words are invented names. With 120 common words, two texts without names would
/// share too many of them.
const NAMES_PERCENT: u64 = 30;

/// Appends a text of the usual length.
pub(crate) fn push_organic(seed: &mut Seed, language: Language, to: &mut String) {
    let lexicon = language.lexicon();
    push_text(seed, language, (lexicon.words_min, lexicon.words_max), to);
    to.push_str(one_of(seed, lexicon.ends));
}

/// Appends a text of at least and at most so many words.
pub(crate) fn push_text(seed: &mut Seed, language: Language, words: (u32, u32), to: &mut String) {
    let lexicon = language.lexicon();
    for word in 0..between(seed, words.0, words.1) {
        if word > 0 {
            to.push_str(lexicon.space);
        }
        if percent(seed, NAMES_PERCENT) {
            let syllables = between(seed, 2, 4);
            push_name(seed, language, syllables, to);
        } else {
            to.push_str(one_of(seed, lexicon.words));
        }
    }
}

/// Appends an invented name, with a capital letter where the script has them.
pub(crate) fn push_name(seed: &mut Seed, language: Language, syllables: u32, to: &mut String) {
    let lexicon = language.lexicon();
    let first = to.len();
    for _ in 0..syllables {
        to.push_str(one_of(seed, lexicon.syllables));
    }
    let Some(small) = to[first..].chars().next() else { return };
    let mut large = small.to_uppercase();
    if let (Some(capital), None) = (large.next(), large.next())
        && capital != small
        && capital.len_utf8() == small.len_utf8()
    {
        to.replace_range(first..first + small.len_utf8(), capital.encode_utf8(&mut [0; 4]));
    }
}

/// Appends a word in Latin letters, for names of sites and tags.
pub(crate) fn push_latin(seed: &mut Seed, syllables: u32, to: &mut String) {
    for _ in 0..syllables {
        to.push_str(one_of(seed, Language::Dutch.lexicon().syllables));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_the_length_that_was_asked_for() {
        let mut seed = Seed(1);
        for language in Language::ALL {
            for _ in 0..200 {
                let mut text = String::new();
                push_organic(&mut seed, language, &mut text);
                let (words, letters) = (text.split(' ').count(), text.chars().count());
                match language {
                    Language::Chinese => assert!((12..=70).contains(&letters), "{text}"),
                    _ => assert!((8..=22).contains(&words), "{text}"),
                }
            }
        }
    }
}

//! Five languages in five scripts: common words, and syllables for invented names.

mod ar;
mod bg;
mod el;
mod nl;
mod zh;

/// A language of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Dutch, in Latin script.
    Dutch,
    /// Bulgarian, in Cyrillic script.
    Bulgarian,
    /// Greek, in Greek script.
    Greek,
    /// Arabic, in Arabic script.
    Arabic,
    /// Chinese, in Han script, without spaces.
    Chinese,
}

/// What texts in a language are made of.
#[derive(Debug)]
pub(crate) struct Lexicon {
    /// Common words.
    pub(crate) words: &'static [&'static str],
    /// Syllables of invented names (characters in Chinese).
    pub(crate) syllables: &'static [&'static str],
    /// What stands between words.
    pub(crate) space: &'static str,
    /// What ends a text.
    pub(crate) ends: &'static [&'static str],
    /// How the text of an organic post is long: fewest and most words.
    pub(crate) words_min: u32,
    /// See `words_min`.
    pub(crate) words_max: u32,
}

/// Which language each of 20 neighbouring accounts speaks (and each of 20 neighbouring episodes is
/// told in).
const SLOTS: [Language; 20] = {
    use Language::{Arabic as A, Bulgarian as B, Chinese as Z, Dutch as N, Greek as E};
    [N, B, N, E, N, A, N, Z, N, B, N, E, N, A, N, Z, B, E, A, Z]
};

impl Language {
    /// All of them.
    pub const ALL: [Language; 5] = [
        Language::Dutch,
        Language::Bulgarian,
        Language::Greek,
        Language::Arabic,
        Language::Chinese,
    ];

    /// Its ISO 639-1 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Language::Dutch => "nl",
            Language::Bulgarian => "bg",
            Language::Greek => "el",
            Language::Arabic => "ar",
            Language::Chinese => "zh",
        }
    }

    /// The language of a slot; slots repeat.
    pub(crate) fn of_slot(slot: u64) -> Language {
        SLOTS[(slot % SLOTS.len() as u64) as usize]
    }

    /// How many slots there are before they repeat.
    pub(crate) const SLOTS: u64 = SLOTS.len() as u64;

    /// The `nth` slot of this language, going round.
    pub(crate) fn slot(self, nth: u64) -> u64 {
        let count = SLOTS.iter().filter(|&&language| language == self).count() as u64;
        let mut left = nth % count;
        for (slot, &language) in SLOTS.iter().enumerate() {
            if language == self {
                if left == 0 {
                    return slot as u64;
                }
                left -= 1;
            }
        }
        unreachable!("a language has the slots that were counted")
    }

    /// What its texts are made of.
    pub(crate) fn lexicon(self) -> &'static Lexicon {
        match self {
            Language::Dutch => &nl::LEXICON,
            Language::Bulgarian => &bg::LEXICON,
            Language::Greek => &el::LEXICON,
            Language::Arabic => &ar::LEXICON,
            Language::Chinese => &zh::LEXICON,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lexicon_has_enough_different_words() {
        for language in Language::ALL {
            let lexicon = language.lexicon();
            let mut words = lexicon.words.to_vec();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), lexicon.words.len(), "{language:?} has a word twice");
            assert!(words.len() >= 110, "{language:?} has {} words", words.len());
            assert!(lexicon.syllables.len() >= 24, "{language:?}");
        }
    }

    #[test]
    fn slots_speak_their_language() {
        for language in Language::ALL {
            for nth in 0..10 {
                assert_eq!(Language::of_slot(language.slot(nth)), language);
            }
        }
    }
}

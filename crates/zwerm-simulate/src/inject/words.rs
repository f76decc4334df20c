//! Words of a background, and texts that are made of them.

use zwerm_model::{Posts, Seed};

use crate::draw::between;

/// Texts that are looked at for words.
const TEXTS: u32 = 3_000;
/// Longer runs of letters are of a script without spaces, and cut into pieces of this length.
const LETTERS_MAX: usize = 24;
const PIECE: usize = 3;
/// Words of a text, at least and at most.
const TEXT_WORDS: (u32, u32) = (12, 20);
/// Names that a rewording keeps.
const NAMES: usize = 3;

/// Different words of one language, sorted.
#[derive(Clone, Debug)]
pub(super) struct Words(Vec<String>);

impl Words {
    /// With fewer, texts of random words would resemble each other.
    pub(super) const MIN: usize = 100;

    /// Words of a random post's language on a platform, as the platform states languages.
    pub(super) fn of(posts: &Posts, platform: &str, seed: &mut Seed) -> Self {
        let any = |seed: &mut Seed| seed.below(posts.len() as u64) as usize;
        let is_there = |post: usize| {
            posts.accounts.platform_of(posts.account[post]) == platform
                && !posts.is_repost(post)
                && !posts.text_of(post).is_empty()
        };
        let mut words = Vec::new();
        let mut language = None;
        for _ in 0..TEXTS {
            let post = any(seed);
            if !is_there(post) {
                continue;
            }
            let own = posts.lang.get(post);
            if *language.get_or_insert(own) == own {
                posts
                    .text_of(post)
                    .split_whitespace()
                    .for_each(|word| push_words(word, &mut words));
            }
        }
        words.sort_unstable();
        words.dedup();
        Words(words)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn are_enough(&self) -> bool {
        self.len() >= Self::MIN
    }

    /// Appends random words, some names among them; nothing where there are no words.
    pub(super) fn push_text(&self, seed: &mut Seed, names: &[String], to: &mut String) {
        if self.0.is_empty() {
            return;
        }
        let count = between(seed, TEXT_WORDS.0, TEXT_WORDS.1) as usize;
        let mut words: Vec<&str> = (0..count).map(|_| self.one(seed)).collect();
        for name in names {
            let place = seed.below(words.len() as u64 + 1) as usize;
            words.insert(place, name);
        }
        to.push_str(&words.join(" "));
    }

    /// Names for a text that each member words for itself.
    pub(super) fn names(&self, seed: &mut Seed) -> Vec<String> {
        (0..NAMES).map(|_| self.one(seed).to_owned()).collect()
    }

    /// Puts another word in the place of one.
    pub(super) fn swap_one(&self, seed: &mut Seed, text: &mut String) {
        let mut words: Vec<&str> = text.split(' ').collect();
        let place = seed.below(words.len() as u64) as usize;
        words[place] = self.one(seed);
        *text = words.join(" ");
    }

    fn one(&self, seed: &mut Seed) -> &str {
        &self.0[seed.below(self.0.len() as u64) as usize]
    }
}

/// Appends what is between two spaces, without marks at its ends; nothing if it is an address, a
/// mention, a hashtag or has no letter.
fn push_words(token: &str, words: &mut Vec<String>) {
    let is_word = !token.starts_with(['@', '#']) && !token.contains("://");
    let bare = token.trim_matches(|c: char| !c.is_alphanumeric());
    if !is_word || !bare.chars().any(char::is_alphabetic) {
        return;
    }
    let letters: Vec<char> = bare.chars().collect();
    if letters.len() <= LETTERS_MAX {
        words.push(bare.to_owned());
    } else {
        words.extend(letters.chunks(PIECE).map(|piece| piece.iter().collect::<String>()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_is_between_spaces() {
        let mut words = Vec::new();
        for token in "Hello, @you #tag https://x.example (world) 12 … 2nd".split(' ') {
            push_words(token, &mut words);
        }
        assert_eq!(words, ["Hello", "world", "2nd"]);
        words.clear();
        push_words(&"今天我们去海边".repeat(4), &mut words);
        assert_eq!((words.len(), words[0].as_str()), (10, "今天我"));
    }

    #[test]
    fn a_text_holds_its_names() {
        let words = Words((0..200).map(|n| format!("w{n}")).collect());
        let names = words.names(&mut Seed(1));
        let mut text = String::new();
        words.push_text(&mut Seed(2), &names, &mut text);
        assert!(names.iter().all(|name| text.split(' ').any(|word| word == name)), "{text}");
        let before = text.clone();
        words.swap_one(&mut Seed(3), &mut text);
        let changed = before.split(' ').zip(text.split(' ')).filter(|(a, b)| a != b).count();
        assert_eq!(changed, 1);
    }
}

//! Plain ASCII words, told eight bytes at a time: most texts are little else.
//!
//! # What it computes
//!
//! How far letters go, and how far words go that need nothing done but to be written small: letters
//! after single spaces, none of which may start a URL.
//!
//! # Requirements
//!
//! None.
//!
//! # Memory
//!
//! None.
//!
//! # Cost
//!
//! `O(n)`; some thirty instructions per eight bytes, and one branch that is not foreseen per run,
//! where a loop over words has one per word.

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * EACH;

/// Whether the letter at the start does not start a URL; most need no more than this look.
#[inline]
pub(crate) fn starts_no_url(text: &[u8]) -> bool {
    let next = || text.get(1).map_or(b' ', u8::to_ascii_lowercase);
    match text[0] {
        b'h' | b'H' => next() != b't',
        b'w' | b'W' => next() != b'w',
        _ => true,
    }
}

/// How many ASCII letters a text starts with.
#[inline]
pub(crate) fn letters_at(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks();
    for (place, word) in words.iter().enumerate() {
        let others = !letters_in(u64::from_le_bytes(*word)) & HIGH;
        if others != 0 {
            return place * 8 + others.trailing_zeros() as usize / 8;
        }
    }
    let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    text.len() - rest.len() + letters
}

/// The bytes of the plain words that a text starts with, each after a single space.
#[inline]
pub(crate) fn words_at(text: &[u8]) -> usize {
    let end = quickly(text);
    // Back to the end of a word, then word by word.
    let mut end = text[..end].iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1);
    end += letters_at(&text[end..]) * usize::from(end > 0);
    while let [b' ', word @ ..] = &text[end..]
        && word.first().is_some_and(u8::is_ascii_alphabetic)
        && starts_no_url(word)
    {
        end += 1 + letters_at(word);
    }
    end
}

/// Some bytes from the first on that are spaces and plain words after single ones.
#[inline]
fn quickly(text: &[u8]) -> usize {
    let mut at = 0;
    if text.first() != Some(&b' ') {
        return 0;
    }
    let eight = |at: usize| text.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
    while let (Some(here), Some(next), Some(after)) = (eight(at), eight(at + 1), eight(at + 2)) {
        let (is_letter, is_space) = (letters_in(here), equal(here, b' '));
        let url =
            (small(next, b'h') & small(after, b't')) | (small(next, b'w') & small(after, b'w'));
        let bad = !(is_letter | is_space) | (is_space & (!letters_in(next) | url));
        if bad & HIGH != 0 {
            return at + (bad & HIGH).trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at
}

/// The highest bit of each of eight bytes that is an ASCII letter.
#[inline]
fn letters_in(bytes: u64) -> u64 {
    // Seven bits of a byte and what is added to them stay below the next byte.
    let small = (bytes | 0x20 * EACH) & !HIGH;
    let from_a = small + (0x80 - u64::from(b'a')) * EACH;
    let beyond_z = small + (0x7f - u64::from(b'z')) * EACH;
    from_a & !beyond_z & !bytes & HIGH
}

/// The highest bit of each of eight bytes that is a letter in either case.
#[inline]
fn small(bytes: u64, letter: u8) -> u64 {
    equal(bytes | 0x20 * EACH, letter)
}

/// The highest bit of each of eight bytes that is an ASCII character.
#[inline]
fn equal(bytes: u64, ascii: u8) -> u64 {
    let differing = bytes ^ u64::from(ascii) * EACH;
    !((differing & !HIGH) + 0x7f * EACH | differing) & HIGH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As [`words_at`], word by word.
    fn reference(text: &[u8]) -> usize {
        let mut end = 0;
        while let [b' ', word @ ..] = &text[end..]
            && word.first().is_some_and(u8::is_ascii_alphabetic)
            && starts_no_url(word)
        {
            end += 1 + word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        }
        end
    }

    #[test]
    fn every_byte_is_told_at_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..20 {
                let mut text = *b"abyzABYZmMabyzABYZmM";
                text[place] = byte;
                let expected = if byte.is_ascii_alphabetic() { text.len() } else { place };
                assert_eq!(letters_at(&text), expected, "{byte} at {place}");
                let mut text = *b" aa hA HT wx Www zz aa bb cc";
                text[place] = byte;
                assert_eq!(words_at(&text), reference(&text), "{byte} at {place}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]
        #[test]
        fn words_are_those_that_are_told_one_by_one(text in "( [ahtwzAHTWZ]{1,4}| |[é.1]){0,20}") {
            prop_assert_eq!(words_at(text.as_bytes()), reference(text.as_bytes()));
        }
    }
}

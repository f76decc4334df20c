//! Plain ASCII words, told by blocks and by eight bytes at a time: most texts are little else.
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
//! `O(n)`, by vectors as long as whole blocks are plain and by eight bytes at their ends; one
//! branch that is not foreseen per run, where a loop over words has one per word.

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * EACH;
/// What makes a letter small.
const CASE: u64 = 0x20 * EACH;

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
    let mut end = blocks(text);
    loop {
        end += quickly(&text[end..]);
        // Back to the end of a word, and to the end of the one that was cut.
        while end > 0 && text[end - 1] == b' ' {
            end -= 1;
        }
        if end > 0 {
            end += letters_at(&text[end..]);
        }
        // The word that stopped the quick way may be a plain one: the text may end with it.
        match &text[end..] {
            [b' ', word @ ..] if word.first().is_some_and(u8::is_ascii_alphabetic) => {
                if !starts_no_url(word) {
                    return end;
                }
                end += 1 + letters_at(word);
            }
            _ => return end,
        }
    }
}

/// The code of an ASCII letter. A space is itself: it has the bit that makes a letter small.
#[inline]
pub(crate) fn code(byte: u8) -> u32 {
    u32::from(byte | 0x20)
}

/// Appends the codes of plain words.
#[multiversion::multiversion(targets("x86_64+avx2"))]
pub(crate) fn push_codes(words: &[u8], codes: &mut Vec<u32>) {
    codes.extend(words.iter().copied().map(code));
}

/// Bytes that [`blocks`] tells at a time.
const BLOCK: usize = 32;

/// As [`quickly`], by whole blocks.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn blocks(text: &[u8]) -> usize {
    /// How many bytes after a byte are looked at to tell what it is.
    const AFTER: usize = 2;
    let mut end = 0;
    if text.first() != Some(&b' ') {
        return 0;
    }
    while let Some(bytes) = text[end..].first_chunk::<{ BLOCK + AFTER }>() {
        let mut bad = 0;
        for place in 0..BLOCK {
            let [one, two, three] =
                [bytes[place], bytes[place + 1] | 0x20, bytes[place + 2] | 0x20];
            let is_url = (two == b'h') & (three == b't') | (two == b'w') & (three == b'w');
            let opened = (one == b' ') & two.is_ascii_lowercase() & !is_url;
            bad |= u8::from(!((one | 0x20).is_ascii_lowercase() | opened));
        }
        if bad != 0 {
            break;
        }
        end += BLOCK;
    }
    end
}

/// Some bytes from the first on that are spaces and plain words after single ones.
#[inline]
fn quickly(text: &[u8]) -> usize {
    if text.first() != Some(&b' ') {
        return 0;
    }
    let (eights, _) = text.as_chunks();
    for (place, bytes) in eights.iter().enumerate() {
        let at = place * 8;
        let (bytes, after) = (u64::from_le_bytes(*bytes), text.get(at + 8).copied().unwrap_or(0));
        // What follows each byte.
        let next = |marks: u64, of_after: bool| marks >> 8 | u64::from(of_after) << 63;
        let (letters, spaces) = (letters_in(bytes), equal(bytes, b' '));
        let small = bytes | CASE;
        let may_be_url = equal(small, b'h') | equal(small, b'w');
        let opened = spaces & next(letters, after.is_ascii_alphabetic());
        let after = matches!(after | 0x20, b'h' | b'w');
        let mut bad = HIGH & !(letters | opened) | spaces & next(may_be_url, after);
        while bad != 0 {
            let place = at + bad.trailing_zeros() as usize / 8;
            // Most words only begin like a URL.
            let is_word = opened & bad & bad.wrapping_neg() != 0;
            if !is_word || !starts_no_url(&text[place + 1..]) {
                return place;
            }
            bad &= bad - 1;
        }
    }
    text.len() / 8 * 8
}

/// The highest bit of each of eight bytes that is an ASCII letter.
#[inline]
fn letters_in(bytes: u64) -> u64 {
    // Seven bits of a byte and what is added to them stay below the next byte.
    let small = (bytes | CASE) & !HIGH;
    let from_a = small + (0x80 - u64::from(b'a')) * EACH;
    let beyond_z = small + (0x7f - u64::from(b'z')) * EACH;
    from_a & !beyond_z & !bytes & HIGH
}

/// The highest bit of each of eight bytes that is an ASCII character.
#[inline]
fn equal(bytes: u64, ascii: u8) -> u64 {
    let differing = bytes ^ (u64::from(ascii) * EACH);
    !(((differing & !HIGH) + 0x7f * EACH) | differing) & HIGH
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
            for place in 0..BLOCK + 4 {
                let mut text = *b" aa hA HT wx Www zz aa bb cc dd ee ff gg hh";
                text[5..16].copy_from_slice(b"aa bb cc dd");
                text[place] = byte;
                assert_eq!(words_at(&text), reference(&text), "{byte} at {place} of a block");
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

//! The table behind the normaliser: one number per character.
//!
//! # What it holds
//!
//! What [`fold`] says of each code point below [`LIMIT`], packed into 32 bits: the letter that it
//! becomes (or where its letters stand), what to do, and marks that tell the caller what to look at
//! again. It is computed from the Unicode crates, a page of 256 code points at its first use; a
//! test compares every entry.
//!
//! # Requirements
//!
//! [`fold`] must leave its own results alone: an entry's letters have entries of their own.
//!
//! # Memory
//!
//! 1 KiB per page in use, of which a text in one script touches a few, and 256 KiB for the
//! characters of two bytes, of which it touches less than one.
//!
//! # Cost
//!
//! Far below a millisecond per page, once per process; a look-up is one load. Beyond the limit
//! [`fold`] is asked each time.
//!
//! # Source
//!
//! As [`fold`](crate::fold).

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use unicode_script::{Script, UnicodeScript};
use zwerm_sketch::shingle;

use crate::codes::SPACE;
use crate::fold::{Fold, fold, is_dense, is_unspaced, passes_for_latin};

/// The first code point without an entry: letters and signs lie below it, rare ideographs above.
pub(crate) const LIMIT: u32 = 0x2_0000;

/// The letter that a character becomes, or `start << 4 | count` of its letters.
const PAYLOAD: u32 = (1 << 21) - 1;

/// The bits that say what to do; none of them: the payload is the one letter.
pub(crate) const ACTION: u32 = MANY | NOTHING | BOUNDARY;
/// The payload says where the letters stand.
pub(crate) const MANY: u32 = 1 << 21;
/// Leave the character out.
pub(crate) const NOTHING: u32 = 1 << 22;
/// End the word.
pub(crate) const BOUNDARY: u32 = 1 << 23;
/// Of a script without spaces.
pub(crate) const UNSPACED: u32 = 1 << 24;
/// A letter of the Latin script as it stands.
pub(crate) const LATIN: u32 = 1 << 25;
/// A letter of another script that passes for Latin.
pub(crate) const FOREIGN: u32 = 1 << 26;
/// A full-width Latin letter.
pub(crate) const WIDE: u32 = 1 << 27;
/// An ASCII character that may start a URL or a mention, or stand for a letter.
pub(crate) const SPECIAL: u32 = 1 << 28;
/// An invisible character.
pub(crate) const HIDDEN: u32 = 1 << 29;
/// An ASCII digit.
pub(crate) const DIGIT: u32 = 1 << 30;
/// Shingles that start here are short; the bit is part of the code.
pub(crate) const DENSE: u32 = shingle::DENSE;

/// A jamo, which may have to join the letter before it: of the [`DENSE`], no digit.
pub(crate) const JAMO: u32 = DIGIT;

/// Code points in a page.
const PAGE: usize = 256;

/// Code points of up to three bytes of UTF-8.
const THREE_BYTES: usize = 0x1_0000;

/// Places for any two bytes.
const SHORT: usize = 0x1_0000;

static TABLE: Table = Table {
    entries: [const { AtomicU32::new(UNKNOWN) }; LIMIT as usize],
    letters: [const { OnceLock::new() }; LIMIT as usize / PAGE],
    short: OnceLock::new(),
};

/// No entry yet; none is zero, since no letter is.
const UNKNOWN: u32 = 0;

/// See the [module documentation](self).
pub(crate) struct Table {
    /// By code point. Whoever finds one unknown computes its page; all compute the same.
    entries: [AtomicU32; LIMIT as usize],
    /// The letters of the characters of each page that become several; there once its entries are.
    letters: [OnceLock<Vec<char>>; LIMIT as usize / PAGE],
    short: OnceLock<Short>,
}

/// The entries of the characters of two bytes of UTF-8, once more and by these bytes: letters of
/// most alphabets, looked up by one load. A single space before one of them has an entry too.
pub(crate) struct Short(Box<[u32; SHORT]>);

impl Short {
    /// The entry of the character of two bytes, or of a space and the first byte of one; of any
    /// other two bytes, [`NOTHING`] that is known.
    #[inline]
    pub(crate) fn entry(&self, utf8: [u8; 2]) -> u32 {
        self.0[usize::from(u16::from_be_bytes(utf8))]
    }
}

impl Table {
    /// The one table of the process.
    pub(crate) fn get() -> &'static Table {
        &TABLE
    }

    /// The entry of a character.
    #[inline]
    pub(crate) fn entry(&self, c: char) -> u32 {
        match self.entries.get(c as usize).map(|entry| entry.load(Relaxed)) {
            Some(UNKNOWN) | None => self.new_entry(c),
            Some(entry) => entry,
        }
    }

    /// The entry of a character that is not known yet.
    #[cold]
    fn new_entry(&self, c: char) -> u32 {
        if c as u32 >= LIMIT {
            return entry(c, &mut Vec::new());
        }
        self.letters_of_page(c as usize / PAGE);
        self.entries[c as usize].load(Relaxed)
    }

    /// The entries of characters of two bytes.
    #[inline]
    pub(crate) fn short(&self) -> &Short {
        self.short.get_or_init(|| {
            let mut short = Box::new([NOTHING; SHORT]);
            for c in '\u{80}'..='\u{7ff}' {
                let mut utf8 = [0; 2];
                c.encode_utf8(&mut utf8);
                short[usize::from(u16::from_be_bytes(utf8))] = self.entry(c);
                short[usize::from(u16::from_be_bytes([b' ', utf8[0]]))] = SPACE;
            }
            Short(short)
        })
    }

    /// The entry of the character of three bytes that some UTF-8 starts with; if it starts with
    /// another one or the entry is not known yet, [`NOTHING`] that is known.
    #[inline]
    pub(crate) fn entry_of_three(&self, utf8: [u8; 3]) -> u32 {
        let [one, two, three] = utf8.map(usize::from);
        // Without the highest bits, of which those of another first byte are left.
        let c = (one << 12 ^ two << 6 ^ three) ^ 0xe_2080;
        match self.entries[..THREE_BYTES].get(c).map(|entry| entry.load(Relaxed)) {
            Some(UNKNOWN) | None => NOTHING,
            Some(entry) => entry,
        }
    }

    /// The letters of a character whose entry is marked [`MANY`].
    pub(crate) fn letters(&self, c: char) -> &[char] {
        let payload = self.entry(c) & PAYLOAD;
        let (start, count) = (payload >> 4, payload & 15);
        &self.letters_of_page(c as usize / PAGE)[start as usize..(start + count) as usize]
    }

    /// The letters of a page, whose entries are known then.
    fn letters_of_page(&self, page: usize) -> &[char] {
        self.letters[page].get_or_init(|| {
            let mut letters = Vec::new();
            for code in page * PAGE..(page + 1) * PAGE {
                let of = |c| entry(c, &mut letters);
                let entry = char::from_u32(code as u32).map_or(NOTHING, of);
                self.entries[code].store(entry, Relaxed);
            }
            letters
        })
    }
}

/// The code of an entry that is one letter: the letter and its [`DENSE`] mark.
#[inline]
pub(crate) fn code(entry: u32) -> u32 {
    entry & (PAYLOAD | DENSE)
}

/// The entry of a character; several letters go to the end of `letters`.
fn entry(c: char, letters: &mut Vec<char>) -> u32 {
    let marks = marks(c);
    match fold(c) {
        Fold::Nothing | Fold::Joint => marks | NOTHING,
        Fold::Hidden => marks | NOTHING | HIDDEN,
        Fold::Boundary => marks | BOUNDARY,
        Fold::Letters(folded) => {
            let mut chars = folded.chars();
            match (chars.next(), chars.next()) {
                (Some(one), None) => marks | kind(one) | one as u32,
                _ => {
                    let start = letters.len() as u32;
                    letters.extend(folded.chars());
                    marks | MANY | start << 4 | (letters.len() as u32 - start)
                }
            }
        }
    }
}

/// What the character is as it stands.
fn marks(c: char) -> u32 {
    let script = c.script();
    let letter = c.is_alphabetic();
    let wide = matches!(c, 'Ａ'..='Ｚ' | 'ａ'..='ｚ');
    let special = matches!(c, 'h' | 'H' | 'w' | 'W' | '@' | '$' | '#' | '/');
    let flag = |is: bool, mark: u32| if is { mark } else { 0 };
    flag(letter && script == Script::Latin, LATIN)
        | flag(letter && passes_for_latin(script), FOREIGN)
        | flag(wide, WIDE)
        | flag(special, SPECIAL)
}

/// What the letter is that the character becomes.
fn kind(letter: char) -> u32 {
    let flag = |is: bool, mark: u32| if is { mark } else { 0 };
    flag(is_dense(letter), DENSE)
        | flag(is_unspaced(letter), UNSPACED)
        | flag(matches!(letter, '\u{1100}'..='\u{11ff}'), JAMO)
        | flag(letter.is_ascii_digit(), DIGIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the table says of a character, in the words of [`fold`].
    fn unpacked(table: &Table, c: char) -> Option<String> {
        let entry = table.entry(c);
        match entry & ACTION {
            0 => Some(char::from_u32(entry & PAYLOAD).expect("a code point").to_string()),
            MANY => Some(table.letters(c).iter().collect()),
            _ => None,
        }
    }

    #[test]
    fn every_entry_is_what_the_definition_says() {
        let table = Table::get();
        for c in '\0'..=char::MAX {
            let entry = table.entry(c);
            let action = match fold(c) {
                Fold::Nothing | Fold::Joint | Fold::Hidden => NOTHING,
                Fold::Boundary => BOUNDARY,
                Fold::Letters(letters) => {
                    assert_eq!(unpacked(table, c), Some(letters), "{c:?}");
                    entry & MANY
                }
            };
            assert_eq!(entry & ACTION, action, "{c:?}");
        }
    }

    #[test]
    fn three_bytes_have_the_entry_of_their_character_and_other_bytes_none() {
        let table = Table::get();
        for c in '\0'..=char::MAX {
            let mut utf8 = [0; 4];
            let bytes = c.encode_utf8(&mut utf8).len();
            let expected = if bytes == 3 { table.entry(c) } else { NOTHING };
            // What follows a shorter one is the start of another.
            for next in ['a', 'é', 'ก', '🇳'] {
                let mut text = [0; 8];
                text[..bytes].copy_from_slice(&utf8[..bytes]);
                next.encode_utf8(&mut text[bytes..]);
                let found = table.entry_of_three([text[0], text[1], text[2]]);
                assert_eq!(found, expected, "{c:?} {next:?}");
            }
        }
    }

    #[test]
    fn jamo_are_dense() {
        for jamo in '\u{1100}'..='\u{11ff}' {
            let entry = Table::get().entry(jamo);
            assert!(entry & ACTION != 0 || entry & DENSE != 0, "{jamo:?}");
        }
    }

    #[test]
    fn two_bytes_have_the_entry_of_their_character_and_other_bytes_none() {
        let (table, mut known) = (Table::get(), 0);
        for bytes in 0..=u16::MAX {
            let utf8 = bytes.to_be_bytes();
            let mut chars = std::str::from_utf8(&utf8).unwrap_or_default().chars();
            let expected = match (chars.next(), chars.next()) {
                (Some(c), None) => table.entry(c),
                _ if matches!(utf8, [b' ', 0xc2..=0xdf]) => SPACE,
                _ => NOTHING,
            };
            known += u32::from(expected != NOTHING);
            assert_eq!(table.short().entry(utf8), expected, "{utf8:x?}");
        }
        assert!(known > 1_500, "{known}");
    }

    #[test]
    fn folding_twice_is_folding_once_and_grows_threefold_at_most() {
        let table = Table::get();
        for c in '\0'..=char::MAX {
            let Some(letters) = unpacked(table, c) else { continue };
            assert!(letters.len() <= 3 * c.len_utf8(), "{c:?} {letters}");
            for letter in letters.chars() {
                assert_eq!(unpacked(table, letter), Some(letter.to_string()), "{c:?} {letters}");
                assert_eq!(table.entry(letter) & ACTION, 0, "{c:?} {letters}");
            }
        }
    }

    #[test]
    fn several_letters_only_come_from_below_the_limit() {
        let table = Table::get();
        let beyond = char::from_u32(LIMIT).expect("a code point")..=char::MAX;
        assert!(beyond.into_iter().all(|c| table.entry(c) & MANY == 0));
    }
}

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
//! 1 KiB per page in use, of which a text in one script touches a few, and 32 KiB, of which it
//! touches less than one.
//!
//! # Cost
//!
//! Far below a millisecond per page, once per process; a look-up is three loads. Beyond the limit
//! [`fold`] is asked each time.
//!
//! # Source
//!
//! As [`fold`](crate::fold).

use std::sync::OnceLock;

use unicode_script::{Script, UnicodeScript};
use zwerm_sketch::shingle;

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

/// Code points in a page.
const PAGE: usize = 256;

/// Places for the characters of two bytes of UTF-8: five bits of the first byte, and the second
/// without the highest.
const SHORT: usize = 0x2000;

static TABLE: Table =
    Table { pages: [const { OnceLock::new() }; LIMIT as usize / PAGE], short: OnceLock::new() };

/// See the [module documentation](self).
pub(crate) struct Table {
    pages: [OnceLock<Page>; LIMIT as usize / PAGE],
    short: OnceLock<Short>,
}

/// The entries of the characters of two bytes of UTF-8, once more and by these bytes: letters of
/// most alphabets, looked up by one load.
pub(crate) struct Short(Box<[u32; SHORT]>);

impl Short {
    /// The entry of a character of two bytes of UTF-8; of other bytes, [`NOTHING`] that is known.
    #[inline]
    pub(crate) fn entry(&self, utf8: [u8; 2]) -> u32 {
        self.0.get(Self::place(utf8)).copied().unwrap_or(NOTHING)
    }

    /// Where the entry of such a character is: its bytes without the bits that all of them have.
    #[inline]
    fn place(utf8: [u8; 2]) -> usize {
        usize::from(u16::from_be_bytes(utf8) ^ 0xc080)
    }
}

/// The entries of neighbouring code points, and the letters of those that become several.
struct Page {
    entries: Box<[u32; PAGE]>,
    letters: Vec<char>,
}

/// Some neighbouring entries of the table, for who looks up several of them.
#[derive(Clone, Copy)]
pub(crate) struct PageOf {
    number: usize,
    /// None beyond the limit.
    entries: Option<&'static [u32; PAGE]>,
}

impl PageOf {
    /// Whether the entry of a character is among them.
    #[inline]
    pub(crate) fn holds(self, c: char) -> bool {
        c as usize / PAGE == self.number
    }

    /// The entry of a character that it [holds](Self::holds).
    #[inline]
    pub(crate) fn entry(self, c: char) -> u32 {
        match self.entries {
            Some(entries) => entries[c as usize % PAGE],
            None => entry(c, &mut Vec::new()),
        }
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
        match self.page(c) {
            Some(page) => page.entries[c as usize % PAGE],
            None => entry(c, &mut Vec::new()),
        }
    }

    /// The entries of characters of two bytes.
    #[inline]
    pub(crate) fn short(&self) -> &Short {
        self.short.get_or_init(|| {
            let mut short = Box::new([NOTHING; SHORT]);
            for c in '\u{80}'..='\u{7ff}' {
                let mut utf8 = [0; 2];
                c.encode_utf8(&mut utf8);
                short[Short::place(utf8)] = self.entry(c);
            }
            Short(short)
        })
    }

    /// The entry of a character of three bytes of UTF-8, if these are one and its page is in use.
    #[inline]
    pub(crate) fn entry_of_three(&self, utf8: [u8; 3]) -> Option<u32> {
        if utf8[0] & 0xf0 != 0xe0 {
            return None;
        }
        let number = usize::from(utf8[0] & 0xf) << 4 | usize::from(utf8[1] >> 2 & 0xf);
        let place = usize::from(utf8[1] & 3) << 6 | usize::from(utf8[2] & 0x3f);
        Some(self.pages[number].get()?.entries[place])
    }

    /// The entries around that of a character.
    #[inline]
    pub(crate) fn page_of(&'static self, c: char) -> PageOf {
        PageOf { number: c as usize / PAGE, entries: self.page(c).map(|page| &*page.entries) }
    }

    /// The letters of a character whose entry is marked [`MANY`].
    pub(crate) fn letters(&self, c: char) -> &[char] {
        let Some(page) = self.page(c) else { return &[] };
        let payload = page.entries[c as usize % PAGE] & PAYLOAD;
        let (start, count) = (payload >> 4, payload & 15);
        &page.letters[start as usize..(start + count) as usize]
    }

    #[inline]
    fn page(&self, c: char) -> Option<&Page> {
        let number = c as usize / PAGE;
        Some(self.pages.get(number)?.get_or_init(|| Page::build(number)))
    }
}

impl Page {
    fn build(number: usize) -> Page {
        let mut letters = Vec::new();
        let mut entries = Box::new([NOTHING; PAGE]);
        for (place, slot) in entries.iter_mut().enumerate() {
            if let Some(c) = char::from_u32((number * PAGE + place) as u32) {
                *slot = entry(c, &mut letters);
            }
        }
        Page { entries, letters }
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
    fn two_bytes_have_the_entry_of_their_character_and_other_bytes_none() {
        let (table, mut known) = (Table::get(), 0);
        for bytes in 0..=u16::MAX {
            let utf8 = bytes.to_be_bytes();
            let mut chars = std::str::from_utf8(&utf8).unwrap_or_default().chars();
            let expected = match (chars.next(), chars.next()) {
                (Some(c), None) => table.entry(c),
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

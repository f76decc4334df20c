//! Letters of one kind in a row, written without a look at what the pass knows.
//!
//! # What it computes
//!
//! The codes of the letters of two or of three bytes of UTF-8 each that a text starts with, for as
//! long as they are of one kind and need nothing done: most alphabets, syllables and ideographs.
//!
//! # Requirements
//!
//! Valid UTF-8 that starts with a character.
//!
//! # Memory
//!
//! None; codes go where the caller has room.
//!
//! # Cost
//!
//! `O(n)`, one load per letter and one branch that is not foreseen per word.

use crate::codes::SPACE;
use crate::table::{self, ACTION, DENSE, DIGIT, SPECIAL, Short, Table, UNSPACED};

/// What letters must have in common to be written together; a digit is always looked at.
const NOT_ALIKE: u32 = ACTION | SPECIAL | DIGIT | DENSE | UNSPACED;

/// What was written at once.
#[derive(Default)]
pub(crate) struct Written {
    /// How many bytes of the text that was.
    pub(crate) bytes: usize,
    /// How many codes that gave.
    pub(crate) codes: usize,
    /// The marks of the letters together.
    pub(crate) marks: u32,
    /// Where the last space is among the codes.
    pub(crate) last_space: Option<usize>,
}

/// Writes the letters of two bytes each that `utf8` starts with as long as they are no digits,
/// dense or of a script without spaces, and the single spaces between them where there may be some.
#[inline]
pub(crate) fn two(short: &Short, has_spaces: bool, utf8: &[u8], room: &mut [u32]) -> Written {
    let (mut at, mut codes, mut marks, mut last_space) = (0, 0, 0, None);
    loop {
        let (pairs, _) = utf8[at..].as_chunks();
        let mut letters = 0;
        for (slot, &pair) in room[codes..].iter_mut().zip(pairs) {
            let entry = short.entry(pair);
            if !is_alike(entry, 0) {
                break;
            }
            *slot = table::code(entry);
            marks |= entry;
            letters += 1;
        }
        at += 2 * letters;
        codes += letters;
        let (Some(&[b' ', one, two]), [slot, next, ..], true) =
            (utf8[at..].first_chunk(), &mut room[codes..], has_spaces)
        else {
            break;
        };
        let entry = short.entry([one, two]);
        if !is_alike(entry, 0) {
            break;
        }
        last_space = Some(codes);
        (*slot, *next) = (SPACE, table::code(entry));
        marks |= entry;
        at += 3;
        codes += 2;
    }
    Written { bytes: at, codes, marks, last_space }
}

/// As [`two`], letters of three bytes each of some `kind`.
#[inline]
pub(crate) fn three(table: &Table, kind: u32, utf8: &[u8], room: &mut [u32]) -> Written {
    let mut written = Written::default();
    let (threes, _) = utf8.as_chunks();
    for (slot, &three) in room.iter_mut().zip(threes) {
        match table.entry_of_three(three) {
            Some(entry) if is_alike(entry, kind) => {
                *slot = table::code(entry);
                written.marks |= entry;
                written.codes += 1;
            }
            _ => break,
        }
    }
    written.bytes = 3 * written.codes;
    written
}

/// Whether an entry is a letter that needs nothing done but to be written after one of its kind.
#[inline]
pub(crate) fn is_alike(entry: u32, kind: u32) -> bool {
    // A jamo, which is dense, may have to join the letter before.
    entry & NOT_ALIKE == kind && (kind == 0 || !is_jamo(entry))
}

fn is_jamo(entry: u32) -> bool {
    matches!(table::code(entry) & !DENSE, 0x1100..=0x11ff)
}

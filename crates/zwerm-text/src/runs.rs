//! Letters of one kind in a row, written without a look at what the pass knows.
//!
//! # What it computes
//!
//! The codes of the letters that a text starts with, for as long as they are of one kind and need
//! nothing done: most alphabets, syllables and ideographs, which have two or three bytes of UTF-8.
//!
//! # Requirements
//!
//! Valid UTF-8 that starts with a character.
//!
//! # Memory
//!
//! 4 bytes for each of [`BLOCK`] entries.
//!
//! # Cost
//!
//! `O(n)`, one load per letter; no branch that is not foreseen but where a run ends.

use crate::codes::SPACE;
use crate::table::{self, ACTION, DENSE, DIGIT, SPECIAL, Short, Table, UNSPACED};

/// What letters must have in common to be written together; a digit is always looked at.
const NOT_ALIKE: u32 = ACTION | SPECIAL | DIGIT | DENSE | UNSPACED;

/// Bytes, and letters at the most, that are written at a time.
const BLOCK: usize = 64;

/// Bytes that are looked at for a block: the last letter may end behind it.
const LOOK: usize = BLOCK + 2;

/// Letters that are looked up between two looks at whether one ends the run.
const TOGETHER: usize = 16;

/// Appends the codes of the letters that a text starts with as long as they are of some `kind`, and
/// of the single spaces before them if there may be some; adds their marks. Returns their bytes.
#[inline]
pub(crate) fn alike(
    table: &Table,
    text: &str,
    (kind, has_spaces): (u32, bool),
    codes: &mut Vec<u32>,
    marks: &mut u32,
) -> usize {
    let mut end = 0;
    loop {
        let space = has_spaces && text.as_bytes().get(end) == Some(&b' ');
        let Some(c) = text[end + usize::from(space)..].chars().next() else { return end };
        let entry = table.entry(c);
        if !is_alike(entry, kind) {
            return end;
        }
        if space {
            codes.push(SPACE);
        }
        codes.push(table::code(entry));
        *marks |= entry;
        end += usize::from(space) + c.len_utf8();
        let rest = &text.as_bytes()[end..];
        end += match c.len_utf8() {
            2 if has_spaces => two(table.short(), rest, codes, marks),
            3 => three(table, rest, kind, codes, marks),
            _ => 0,
        };
    }
}

/// Whether an entry is a letter that needs nothing done but to be written after one of its kind.
#[inline]
fn is_alike(entry: u32, kind: u32) -> bool {
    entry & NOT_ALIKE == kind
}

/// Appends the codes of the letters of two bytes each that `utf8` starts with as long as they are
/// no digits, dense or of a script without spaces, and of the single spaces before them; adds their
/// marks. Returns their bytes.
#[multiversion::multiversion(targets("x86_64+avx2+bmi1"))]
fn two(short: &Short, utf8: &[u8], codes: &mut Vec<u32>, marks: &mut u32) -> usize {
    let mut entries = [0; BLOCK];
    let mut at = 0;
    loop {
        let mut rest = [0; LOOK];
        let bytes = utf8[at..].first_chunk().unwrap_or_else(|| {
            rest[..utf8.len() - at].copy_from_slice(&utf8[at..]);
            &rest
        });
        // Where characters start is told for all of them at once: from one to the next, each would
        // wait for the one before.
        let starts = starts(bytes);
        let count = starts.count_ones() as usize;
        let (mut left, mut letters) = (starts, 0);
        for slots in entries[..count].chunks_mut(TOGETHER) {
            let mut met = 0;
            for slot in &mut *slots {
                let start = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                *slot = short.entry([bytes[start], bytes[start + 1]]);
                met |= *slot;
            }
            if !is_alike(met, 0) {
                letters += slots.iter().take_while(|&&entry| is_alike(entry, 0)).count();
                break;
            }
            letters += slots.len();
        }
        push(&entries[..letters], codes, marks);
        if letters < count {
            let next = (0..letters).fold(starts, |left, _| left & left.wrapping_sub(1));
            at += next.trailing_zeros() as usize;
            // A space that no letter of the run follows is not of it.
            let spaces = usize::from(utf8[..at].ends_with(b" "));
            codes.truncate(codes.len() - spaces);
            return at - spaces;
        }
        // The last letter may end behind the block.
        at += BLOCK + usize::from(!starts_character(bytes[BLOCK]));
    }
}

fn starts_character(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// Which of some bytes start a character, by bits.
#[inline(always)]
fn starts(bytes: &[u8; LOOK]) -> u64 {
    /// The highest bit of each byte.
    const HIGH: u64 = 0x8080_8080_8080_8080;
    /// Puts the highest bits of eight bytes side by side.
    const GATHER: u64 = 0x0002_0408_1020_4081;
    let (eights, _) = bytes[..BLOCK].as_chunks::<8>();
    eights.iter().rev().fold(0, |starts, eight| {
        let eight = u64::from_le_bytes(*eight);
        let highest = (!eight | eight << 1) & HIGH;
        starts << 8 | highest.wrapping_mul(GATHER) >> 56
    })
}

/// As [`two`], letters of three bytes each of some `kind`, without spaces.
fn three(table: &Table, utf8: &[u8], kind: u32, codes: &mut Vec<u32>, marks: &mut u32) -> usize {
    let mut entries = [0; BLOCK];
    let (threes, _) = utf8.as_chunks();
    let mut written = 0;
    loop {
        let mut letters = 0;
        for (slot, &three) in entries.iter_mut().zip(&threes[written..]) {
            *slot = table.entry_of_three(three);
            if !is_alike(*slot, kind) {
                break;
            }
            letters += 1;
        }
        push(&entries[..letters], codes, marks);
        written += letters;
        if letters < BLOCK {
            return 3 * written;
        }
    }
}

/// Appends the codes of entries.
#[inline(always)]
fn push(entries: &[u32], codes: &mut Vec<u32>, marks: &mut u32) {
    codes.extend(entries.iter().copied().map(table::code));
    *marks = entries.iter().fold(*marks, |marks, entry| marks | entry);
}

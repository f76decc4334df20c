//! Shingles: hashed runs of neighbouring code points.
//!
//! # What it computes
//!
//! For each place in a sequence, a 32-bit hash of the [`LONG`] code points that start there, or of
//! [`SHORT`] when the first of them carries the mark [`DENSE`]: a character of a script without
//! spaces, or one that stands for a syllable, says as much as two or three letters. A space counts
//! as what follows it. The length is decided place by place and not text by text, so a text that is
//! half Latin and half Han has no cliff at which all of its shingles change.
//!
//! A sequence that is too short for any shingle has one: the hash of the whole.
//!
//! # Requirements
//!
//! Code points below 2³¹, the mark in the highest bit.
//!
//! # Memory
//!
//! 4 bytes per shingle, in a buffer that the caller owns.
//!
//! # Cost
//!
//! `O(n)`: five multiplications, four additions and a finaliser per place, vectorised by the
//! compiler where all places are of one kind.
//!
//! # Source
//!
//! Broder (1997), "On the resemblance and containment of documents",
//! <https://doi.org/10.1109/SEQUEN.1997.666900>.

use crate::hash::mix32;

/// The mark of a code point whose shingles are [`SHORT`].
pub const DENSE: u32 = 1 << 31;

/// Code points in a shingle. Five characters of a normalised text find edits in every alphabet.
pub const LONG: usize = 5;

/// Code points in a shingle that starts with a [`DENSE`] one.
pub const SHORT: usize = 3;

/// Odd multipliers, one per place in a shingle.
const WEIGHTS: [u32; LONG] = [0x9e37_79b1, 0x85eb_ca77, 0xc2b2_ae3d, 0x27d4_eb2f, 0x1656_67b1];

/// Keeps shingles of the two lengths apart.
const SHORT_SALT: u32 = 0x5bd1_e995;

/// A space, which takes the kind of what follows it.
const SPACE: u32 = ' ' as u32;

/// Appends the shingles of a sequence in order, repeated ones as often as they occur.
pub fn push(codes: &[u32], shingles: &mut Vec<u32>) {
    let before = shingles.len();
    if !push_of_one_length(codes, shingles) {
        shingles.extend((0..codes.len()).filter_map(|place| at(codes, place)));
    }
    if shingles.len() == before && !codes.is_empty() {
        shingles.push(whole(codes));
    }
}

/// Appends the shingle of every place that has room for one, if all of them are of one length;
/// returns whether they are. Most texts are of one script.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn push_of_one_length(codes: &[u32], shingles: &mut Vec<u32>) -> bool {
    let any = codes.iter().fold(0, |any, &code| any | code);
    if any & DENSE == 0 {
        push_each::<LONG>(codes, shingles, long);
        return true;
    }
    let kind = |code| if code == SPACE { DENSE } else { code };
    let all = codes.iter().fold(DENSE, |all, &code| all & kind(code));
    if all & DENSE != 0 {
        push_each::<SHORT>(codes, shingles, short);
    }
    all & DENSE != 0
}

/// Appends the shingle of every place that has room for one of `N` codes.
#[inline(always)]
fn push_each<const N: usize>(
    codes: &[u32],
    shingles: &mut Vec<u32>,
    shingle: impl Fn(&[u32]) -> u32,
) {
    let before = shingles.len();
    shingles.resize(before + (codes.len() + 1).saturating_sub(N), 0);
    for (place, window) in shingles[before..].iter_mut().zip(codes.windows(N)) {
        *place = shingle(window);
    }
}

/// The sorted shingles of a sequence without repetition, in place of what `set` held.
pub fn set(codes: &[u32], set: &mut Vec<u32>) {
    set.clear();
    push(codes, set);
    set.sort_unstable();
    set.dedup();
}

/// The shingle that starts at a place of a mixed sequence, if there is room for it.
fn at(codes: &[u32], place: usize) -> Option<u32> {
    let kind = match codes[place] {
        SPACE => *codes.get(place + 1)?,
        code => code,
    };
    if kind & DENSE != 0 {
        codes.get(place..place + SHORT).map(short)
    } else {
        codes.get(place..place + LONG).map(long)
    }
}

#[inline(always)]
fn long(window: &[u32]) -> u32 {
    mix32((0..LONG).fold(0, |sum: u32, i| sum.wrapping_add(window[i].wrapping_mul(WEIGHTS[i]))))
}

#[inline(always)]
fn short(window: &[u32]) -> u32 {
    mix32(
        (0..SHORT).fold(SHORT_SALT, |sum, i| sum.wrapping_add(window[i].wrapping_mul(WEIGHTS[i]))),
    )
}

fn whole(codes: &[u32]) -> u32 {
    codes.iter().fold(codes.len() as u32, |sum, &code| mix32(sum ^ code.wrapping_mul(WEIGHTS[0])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dense(text: &str) -> Vec<u32> {
        let is_dense = |c: char| c >= '\u{4e00}';
        text.chars().map(|c| c as u32 | if is_dense(c) { DENSE } else { 0 }).collect()
    }

    /// How many shingles, and how many different ones.
    #[track_caller]
    fn check(text: &str, all: usize, different: usize) {
        let (mut list, mut distinct) = (Vec::new(), Vec::new());
        push(&dense(text), &mut list);
        set(&dense(text), &mut distinct);
        assert_eq!((list.len(), distinct.len()), (all, different), "{text}");
    }

    #[test]
    fn a_place_has_five_letters_or_three_dense_ones() {
        check("", 0, 0);
        check("abcd", 1, 1);
        check("abcde", 1, 1);
        check("abcdef", 2, 2);
        check("aaaaaaaa", 4, 1);
        check("選挙管理委員会", 5, 5);
        check("abcde選挙管", 5, 5);
    }

    #[test]
    fn a_mixed_text_keeps_the_shingles_of_its_parts() {
        let shingles = |text: &str| {
            let mut out = Vec::new();
            set(&dense(text), &mut out);
            out
        };
        let (latin, han) = (shingles("hello there"), shingles("選挙管理"));
        let mixed = shingles("hello there選挙管理");
        assert!(latin.iter().chain(&han).all(|s| mixed.binary_search(s).is_ok()));
    }

    #[test]
    fn a_space_takes_the_kind_of_what_follows() {
        let mut mixed = Vec::new();
        push(&dense("ab 選挙"), &mut mixed);
        let mut pure = Vec::new();
        push(&dense(" 選挙"), &mut pure);
        assert_eq!(pure.len(), 1);
        assert!(mixed.contains(&pure[0]));
    }
}

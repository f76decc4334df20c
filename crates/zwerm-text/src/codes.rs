//! Codes: the comparable code points of a text, each with its mark, and how they are packed to be
//! hashed and kept.

use crate::table::{self, DENSE, Table};

/// The code between words.
pub(crate) const SPACE: u32 = ' ' as u32;

/// Appends a packed text: the number of its codes in eight bytes, and then the code points without
/// their marks, each in one, two or four bytes, as few as suffice for all of them.
///
/// UTF-8 would take a look at every letter: this is two walks without a branch.
#[multiversion::multiversion(targets("x86_64+avx2"))]
pub(crate) fn pack(codes: &[u32], bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&(codes.len() as u64).to_le_bytes());
    match codes.iter().fold(0, |all, &code| all | code) & !DENSE {
        0..0x100 => push_each(codes, bytes, |code| [code as u8]),
        0x100..0x1_0000 => push_each(codes, bytes, |code| (code as u16).to_le_bytes()),
        _ => push_each(codes, bytes, |code| (code & !DENSE).to_le_bytes()),
    }
}

#[inline(always)]
fn push_each<const N: usize>(codes: &[u32], bytes: &mut Vec<u8>, pack: impl Fn(u32) -> [u8; N]) {
    let start = bytes.len();
    bytes.resize(start + codes.len() * N, 0);
    let (places, _) = bytes[start..].as_chunks_mut();
    places.iter_mut().zip(codes).for_each(|(place, &code)| *place = pack(code));
}

/// Puts the codes of a [packed](pack) text into `codes`, in place of what it held; returns whether
/// it is one.
pub(crate) fn unpack(text: &[u8], codes: &mut Vec<u32>) -> bool {
    codes.clear();
    let Some((n, packed)) = text.split_first_chunk() else { return false };
    let n = u64::from_le_bytes(*n) as usize;
    match packed.len().checked_div(n) {
        // No letter of these is dense.
        Some(1) => codes.extend(packed.iter().map(|&byte| u32::from(byte))),
        Some(2) => push_marked(packed, codes, |pair| u32::from(u16::from_le_bytes(pair))),
        Some(4) => push_marked(packed, codes, u32::from_le_bytes),
        _ => return n == 0 && packed.is_empty(),
    }
    codes.len() == n
}

/// Appends code points with their marks, as long as they are some.
fn push_marked<const N: usize>(
    packed: &[u8],
    codes: &mut Vec<u32>,
    unpack: impl Fn([u8; N]) -> u32,
) {
    let (places, _) = packed.as_chunks();
    codes.extend(places.iter().map_while(|&place| char::from_u32(unpack(place)).map(marked)));
}

/// The code of a letter that is normalised already.
fn marked(letter: char) -> u32 {
    match letter {
        ' ' => SPACE,
        letter => table::code(Table::get().entry(letter)),
    }
}

/// The text of some codes.
pub(crate) fn text_of(codes: &[u32]) -> String {
    codes.iter().filter_map(|&code| char::from_u32(code & !DENSE)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::into_codes;

    #[track_caller]
    fn check(text: &str, bytes_per_code: usize) {
        let (mut codes, mut bytes, mut again) = (Vec::new(), vec![7], vec![3]);
        into_codes(text, &mut codes);
        pack(&codes, &mut bytes);
        assert_eq!(bytes.len(), 1 + 8 + codes.len() * bytes_per_code, "{text}");
        assert!(unpack(&bytes[1..], &mut again), "{text}");
        assert_eq!(again, codes, "{text}");
    }

    #[test]
    fn what_is_packed_comes_back_with_its_marks() {
        check("plain words", 1);
        check("выборы завтра", 2);
        check("選挙 plain กา 選挙管理", 2);
        check("plain 𠀀 選挙", 4);
        check("", 1);
    }

    #[test]
    fn what_was_not_packed_is_not_unpacked() {
        let not_packed = |n: u64, packed: &[u8]| {
            let bytes = [&n.to_le_bytes(), packed].concat();
            assert!(!unpack(&bytes, &mut Vec::new()), "{n} {packed:?}");
        };
        // No number of bytes, too many of them, a surrogate, no code point, too few bytes.
        not_packed(1, &[1, 2, 3]);
        not_packed(2, &[1, 2, 3]);
        not_packed(4, &[1; 10]);
        not_packed(1, &[0, 0xd8]);
        not_packed(1, &[0, 0, 0, 1]);
        not_packed(0, &[1]);
        not_packed(u64::MAX, &[1]);
        assert!(!unpack(&[1, 2, 3], &mut Vec::new()));
    }
}

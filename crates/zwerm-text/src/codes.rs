//! Codes: the comparable code points of a text, each with its mark, and their UTF-8.

use crate::table::{self, DENSE, Table};

/// The code between words.
pub(crate) const SPACE: u32 = ' ' as u32;

/// Puts the codes of a text that is normalised already into `codes`, in place of what it held.
pub(crate) fn codes_of(normalised: &str, codes: &mut Vec<u32>) {
    codes.clear();
    if normalised.is_ascii() {
        codes.extend(normalised.bytes().map(u32::from));
        return;
    }
    let table = Table::get();
    codes.extend(normalised.chars().map(|c| match c {
        ' ' => SPACE,
        c => table::code(table.entry(c)),
    }));
}

/// Appends the UTF-8 of some codes.
pub(crate) fn push_utf8(codes: &[u32], bytes: &mut Vec<u8>) {
    if codes.iter().fold(0, |all, &code| all | code) < 0x80 {
        bytes.extend(codes.iter().map(|&code| code as u8));
        return;
    }
    // Four bytes at a time into room for all: a vector that grows letter by letter costs more than
    // its letters.
    let mut end = bytes.len();
    bytes.resize(end + codes.len() * 4, 0);
    let tail = |bits: u32, place: u32| (0x80 | bits & 0x3f) << (8 * place);
    for code in codes.iter().map(|&code| code & !DENSE) {
        let (letter, len) = match code {
            0..0x80 => (code, 1),
            0x80..0x800 => (0xc0 | code >> 6 | tail(code, 1), 2),
            0x800..0x1_0000 => (0xe0 | code >> 12 | tail(code >> 6, 1) | tail(code, 2), 3),
            _ => {
                let tails = tail(code >> 12, 1) | tail(code >> 6, 2) | tail(code, 3);
                (0xf0 | code >> 18 | tails, 4)
            }
        };
        bytes[end..end + 4].copy_from_slice(&letter.to_le_bytes());
        end += len;
    }
    bytes.truncate(end);
}

/// The text of some codes.
pub(crate) fn text_of(codes: &[u32]) -> String {
    codes.iter().filter_map(|&code| char::from_u32(code & !DENSE)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_the_utf8_of_their_letters() {
        for text in ["plain", "naïve ж ש", "選挙 ก ა", "a𐐨𠀀\u{10ffff}é"] {
            let codes: Vec<u32> = text.chars().map(u32::from).collect();
            let mut bytes = Vec::new();
            push_utf8(&codes, &mut bytes);
            assert_eq!(bytes, text.as_bytes());
        }
    }
}

//! Digits that stand for letters: `v4cc1n3` is `vaccine`.
//!
//! A word is spelled with digits when one or two of them stand between letters, one of those looks
//! like a letter, and the word has no more digits than letters. Then all of its digits that look
//! like letters become those. `covid19`, `4th` and `2024` are not.
//!
//! Hashtags that join words (`words4all`) are read so too, alike in every copy. Whether a word is
//! *disguised* is another question: [`evasion`](crate::evasion).

use crate::table::DENSE;

/// Reads a word's digits as letters where it is spelled so; says whether it is.
pub(crate) fn spell(word: &mut [u32]) -> bool {
    let digits = word.iter().filter(|&&code| is_digit(code)).count();
    if digits > word.len() - digits || !has_inner_leet(word) {
        return false;
    }
    for code in word.iter_mut() {
        *code = letter(*code).unwrap_or(*code);
    }
    true
}

/// Whether one or two digits, one of which looks like a letter, stand between letters.
fn has_inner_leet(word: &[u32]) -> bool {
    let runs = word.chunk_by(|&a, &b| is_digit(a) == is_digit(b));
    let last = runs.clone().count().saturating_sub(1);
    runs.enumerate().any(|(place, run)| {
        let inner = place > 0 && place < last;
        inner && run.len() <= 2 && run.iter().any(|&code| letter(code).is_some())
    })
}

/// Whether a code is an ASCII digit.
pub(crate) fn is_digit(code: u32) -> bool {
    (0x30..=0x39).contains(&code)
}

/// The letter that a digit looks like.
pub(crate) fn letter(code: u32) -> Option<u32> {
    let letter = match char::from_u32(code & !DENSE)? {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        _ => return None,
    };
    Some(letter as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_spelled_with_digits_change() {
        let table = [
            ("v4cc1n3", "vaccine", true),
            ("m0ney", "money", true),
            ("covid19", "covid19", false),
            ("4th", "4th", false),
            ("b2b", "b2b", false),
            ("s01e05", "s01e05", false),
            ("x7f3k2q", "xtfek2q", true),
            ("2024", "2024", false),
        ];
        for (word, expected, is_spelled) in table {
            let mut codes: Vec<u32> = word.chars().map(u32::from).collect();
            assert_eq!(spell(&mut codes), is_spelled, "{word}");
            assert_eq!(crate::codes::text_of(&codes), expected, "{word}");
        }
    }
}

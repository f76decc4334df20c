//! What normalisation makes of one character: the definition, word for word and slow.
//!
//! [`table`](crate::table) tabulates it. A character becomes nothing, a word boundary, or a few
//! letters, always the same ones whatever stands beside it:
//!
//! 1. compatibility decomposition (NFKD): width, ligatures, circled and mathematical letters;
//! 2. marks go where they are diacritics (Latin, Greek, Cyrillic, Hebrew points, Arabic harakat)
//!    and stay where they are letters (Indic vowel signs, Thai);
//! 3. upper case, then lower case: more than lowering alone, it joins ß with ss and ς with σ;
//! 4. a letter that looks like an ASCII one (UTS 39) becomes that one: а → a, ο → o, ı → i. Only
//!    letters of alphabets that pass for Latin take part, ASCII itself is never changed (UTS 39
//!    would make m of rn), and both cases follow the small letter's look, or the capital's if that
//!    alone looks Latin;
//! 5. once more from the start, until nothing changes.
//!
//! What a character becomes takes at most three times its bytes in UTF-8; a few ligatures that
//! stand for whole phrases are cut to that.
//!
//! # Source
//!
//! Unicode Standard Annex 15 (normalisation forms), Technical Standard 39 (confusables).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};
use unicode_security::skeleton;

/// The most bytes that normalisation may make of one byte.
const GROWTH_MAX: usize = 3;

/// Rounds until nothing changes; the longest chain known takes three.
const ROUNDS_MAX: usize = 6;

/// What becomes of a character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// Nothing, and the word goes on: a diacritic, a variation selector.
    Nothing,
    /// Nothing, and the word goes on: a hyphen, a dot, an apostrophe.
    Joint,
    /// Nothing, and the word goes on: an invisible character that has no business in a word.
    Hidden,
    /// A word boundary: white space, punctuation, emoji.
    Boundary,
    /// Letters or digits.
    Letters(String),
}

/// What becomes of a character.
pub(crate) fn fold(c: char) -> Fold {
    if is_hidden(c) {
        return Fold::Hidden;
    }
    if is_joint(c) {
        return Fold::Joint;
    }
    if is_dropped(c) {
        return Fold::Nothing;
    }
    let letters = letters(c);
    match letters.is_empty() {
        false => Fold::Letters(letters),
        // A letter that decomposes into marks alone, such as the half-width voicing mark.
        true if c.is_alphanumeric() || is_combining_mark(c) => Fold::Nothing,
        true => Fold::Boundary,
    }
}

/// Whether a character is written without spaces between words.
pub(crate) fn is_unspaced(c: char) -> bool {
    use Script as S;
    matches!(
        c.script(),
        S::Han
            | S::Hiragana
            | S::Katakana
            | S::Bopomofo
            | S::Yi
            | S::Tangut
            | S::Nushu
            | S::Thai
            | S::Lao
            | S::Khmer
            | S::Myanmar
            | S::Tibetan
            | S::Javanese
            | S::Balinese
            | S::Tai_Tham
            | S::Tai_Viet
            | S::New_Tai_Lue
            | S::Tai_Le
    ) || matches!(c, 'ー' | 'ｰ')
}

/// Whether a character says as much as two or three letters: unspaced scripts and syllabaries.
pub(crate) fn is_dense(c: char) -> bool {
    is_unspaced(c) || matches!(c.script(), Script::Hangul | Script::Ethiopic)
}

/// Whether a script's letters pass for Latin ones.
pub(crate) fn passes_for_latin(script: Script) -> bool {
    use Script as S;
    matches!(script, S::Cyrillic | S::Greek | S::Armenian | S::Cherokee | S::Coptic | S::Lisu)
}

/// The ASCII letters that a letter looks like by itself, in the case in which it stands.
pub(crate) fn look(c: char) -> Option<String> {
    let mut text = [0; 4];
    let look: String = skeleton(c.encode_utf8(&mut text))
        .nfkd()
        .filter(|&c| !is_combining_mark(c))
        .flat_map(char::to_lowercase)
        .collect();
    let look = if look == "rn" { "m".to_owned() } else { look };
    (!look.is_empty() && look.bytes().all(|b| b.is_ascii_lowercase())).then_some(look)
}

/// Zero-width and direction characters, invisible operators, fillers, tags.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{061c}' | '\u{180e}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' | '\u{1d173}'..='\u{1d17a}')
}

/// What stands inside words: leaving it out joins `v.a.c.c.i.n.e` and parts no contraction.
pub(crate) fn is_joint(c: char) -> bool {
    matches!(c,
        '\'' | '.' | '-' | '*' | '_' | '`' | '~' | '´' | '·' | '‘' | '’' | '‛' | '′' | '‐' | '‑'
        | '\u{5be}' | '\u{5f3}' | '\u{5f4}' | '＇' | '．' | '－' | '＊' | '＿'
        | '\u{2b9}'..='\u{2df}' | '\u{2e5}'..='\u{2ff}')
}

/// What decorates a letter or tells how to draw it.
fn is_dropped(c: char) -> bool {
    let drawing = matches!(c,
        '\u{ad}' | '\u{640}' | '\u{34f}' | '\u{180b}'..='\u{180d}' | '\u{180f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    drawing || is_control(c) || is_diacritic(c)
}

/// Control characters that are not white space: they join, so that no byte parts a word unseen.
fn is_control(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
}

/// Whether a mark decorates a letter rather than being one.
fn is_diacritic(c: char) -> bool {
    use Script as S;
    is_combining_mark(c)
        && matches!(
            c.script(),
            S::Inherited
                | S::Common
                | S::Latin
                | S::Greek
                | S::Cyrillic
                | S::Hebrew
                | S::Arabic
                | S::Syriac
        )
}

/// Whether a decomposed character is part of a word.
fn is_word(c: char) -> bool {
    (c.is_alphanumeric() || is_combining_mark(c)) && !is_hidden(c) && !is_joint(c) && !is_dropped(c)
}

/// The letters and digits of a character, cut to [`GROWTH_MAX`].
fn letters(c: char) -> String {
    let mut now = badge(c).unwrap_or(c).to_string();
    for _ in 0..ROUNDS_MAX {
        let next = round(&now);
        if next == now {
            break;
        }
        now = next;
    }
    let bytes_max = GROWTH_MAX * c.len_utf8();
    let end = (0..=bytes_max.min(now.len())).rev().find(|&end| now.is_char_boundary(end));
    now.truncate(end.unwrap_or(0));
    now
}

/// Letters in black circles and squares, which Unicode gives no decomposition.
fn badge(c: char) -> Option<char> {
    let place = match c {
        '\u{1f150}'..='\u{1f169}' => c as u32 - 0x1f150,
        '\u{1f170}'..='\u{1f189}' => c as u32 - 0x1f170,
        _ => return None,
    };
    char::from_u32('a' as u32 + place)
}

/// One round of steps 1 to 4.
fn round(text: &str) -> String {
    let plain = text.nfkd().filter(|&c| is_word(c));
    let cased = plain.flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let mut latin = String::new();
    for c in cased {
        match latin_of(c) {
            Some(letters) => latin.push_str(&letters),
            None => latin.push(c),
        }
    }
    // Composing gives Hangul its syllables back; diacritics are gone before it could compose them.
    latin.nfkd().filter(|&c| is_word(c)).nfc().collect()
}

/// The ASCII letters that take the place of a small letter, if it passes for them.
fn latin_of(c: char) -> Option<String> {
    let script = c.script();
    if c.is_ascii() || !(script == Script::Latin || passes_for_latin(script)) {
        return None;
    }
    let mut upper = c.to_uppercase();
    let capital = upper.next().filter(|_| upper.next().is_none());
    let letters = look(c).or_else(|| look(capital?))?;
    // A foreign letter that looks like several (ю like "lo") is no disguise of theirs.
    (script == Script::Latin || letters.len() == 1).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: &str, to: &str) {
        let folded: String = from
            .chars()
            .map(|c| match fold(c) {
                Fold::Letters(letters) => letters,
                Fold::Boundary => " ".to_owned(),
                _ => String::new(),
            })
            .collect();
        assert_eq!(folded, to, "{from}");
    }

    #[test]
    fn ascii_letters_and_digits_stay_apart() {
        check("azAZmMlI10O", "azazmmli10o");
    }

    #[test]
    fn width_case_and_diacritics_go() {
        check("ＶＯＴＥ vote Vöté ß ẞ ﬁ ① ² 𝓿𝓸𝓽𝓮 🅥 ø ł", "vote vote vote ss ss fi 1 2 vote v o l");
        check("ΣΊΣΥΦΟΣ ς", "oiouφoo o");
    }

    #[test]
    fn letters_that_look_latin_become_latin_in_both_cases() {
        check("асеорхі АСЕОРХІ", "aceopxi aceopxi");
        check("Нет нет", "het het");
    }

    #[test]
    fn marks_that_are_letters_stay() {
        check("नमस्ते", "नमस्ते");
        check("สวัสดี", "สวัสดี");
        check("שָׁלוֹם", "שלום");
        check("مَرْحَبًـــا", "مرحبا");
        check("한국어 ｶﾞ ガ", "한국어 カ カ");
    }

    #[test]
    fn dots_and_hyphens_join_and_other_signs_part() {
        check("v.a-c'c", "vacc");
        check("a,b/c", "a b c");
        check("go👉now", "go now");
    }
}

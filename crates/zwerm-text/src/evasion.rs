//! Evasion marks: traces of somebody hiding a text from filters.
//!
//! # What it computes
//!
//! Which of these marks a text has:
//!
//! - *homoglyph*: a word of two scripts whose letters of one script all look like letters of the
//!   other (`vаccine` with a Cyrillic а); but a Latin name with a Cyrillic ending (`SMSка`) is
//!   none;
//! - *invisible*: an invisible character between two letters of an alphabet that has no use for
//!   it; joiners in emoji, Persian and Indic words and break opportunities in Thai, Khmer or Han
//!   text are normal;
//! - *width*: full-width Latin letters in a text without East Asian ones;
//! - *leet*: a word of four letters or more that is spelled with single digits (`v4ccine`) or with
//!   `$` (`ca$h`), outside hashtags and links. The digit stands between small letters, or the word
//!   has none: `Words4All` is three words. Asking this took the posts marked in a real stream
//!   (`brexit`, 368,775 posts) from 4,219, mostly joined words, to 458. Many of those are still
//!   false (`r4today`, `BB4SP`): that data set lost the `#` of its hashtags.
//!
//! Accents, case, emoji, punctuation and styled letters (𝐛𝐨𝐥𝐝) are no evasion.
//!
//! # Requirements
//!
//! What the normaliser met: most texts are decided by that alone.
//!
//! # Memory
//!
//! One byte per post.
//!
//! # Cost
//!
//! `O(1)` for most texts, `O(n)` for those with letters of two scripts or invisible characters.
//!
//! # Source
//!
//! Unicode Technical Standard 39, section 5.1 (mixed-script detection); the exceptions are ours.

use unicode_script::{Script, UnicodeScript};
use zwerm_model::EvasionMarks;

use crate::fold::{is_joint, look, passes_for_latin};
use crate::leet;
use crate::normalise::Met;
use crate::table::{DENSE, FOREIGN, HIDDEN, LATIN, NOTHING, Table, WIDE};

/// ASCII letters that Cyrillic or Greek letters look like.
const LATIN_WITH_DOUBLES: &str = "aceijopsxyABCEHIJKMNOPSTXYZ";

/// Letters in the shortest word that can be disguised; `ΔT` is a quantity.
const WORD_MIN: u32 = 3;

/// Letters in the shortest word whose digits are a disguise; `CR4U` and `mp3s` are none.
const SPELLED_MIN: usize = 4;

/// Digits that are digits, whatever they stand between (`America1st`).
const ORDINALS: [&str; 4] = ["1st", "4th", "5th", "7th"];

/// The evasion marks of a text.
pub(crate) fn found(raw: &str, met: Met) -> EvasionMarks {
    let has = |marks: u32| met.marks & marks == marks;
    let homoglyph = has(LATIN | FOREIGN) && words(raw).any(is_disguised);
    let leet = met.leet && raw.split_whitespace().any(is_spelled_out);
    EvasionMarks::NONE
        .with(EvasionMarks::HOMOGLYPH, homoglyph)
        .with(EvasionMarks::INVISIBLE, has(HIDDEN) && has_hidden(raw))
        .with(EvasionMarks::WIDTH, has(WIDE) && !has(DENSE))
        .with(EvasionMarks::LEET, leet)
}

/// Whether a word of a token is spelled with digits or `$` in the place of letters.
fn is_spelled_out(token: &str) -> bool {
    let is_text = !token.starts_with(['#', '@']) && !token.contains('/');
    is_text && token.split(|c: char| !c.is_alphanumeric() && c != '$').any(is_spelled_word)
}

fn is_spelled_word(word: &str) -> bool {
    let chars: Vec<char> = word.chars().collect();
    if ORDINALS.iter().any(|ordinal| word.contains(ordinal)) {
        return false;
    }
    let is_sign = |c: char| c == '$' || leet::is_digit(c as u32);
    let looks = |c: char| c == '$' || leet::letter(c as u32).is_some();
    let signs = chars.iter().filter(|&&c| is_sign(c)).count();
    let letters = chars.len() - signs;
    let letters_min = if word.contains('$') { 3 } else { SPELLED_MIN };
    if letters < letters_min || letters <= signs || chars.iter().any(|&c| is_sign(c) && !looks(c)) {
        return false;
    }
    let capital = !chars.iter().any(|c| c.is_lowercase());
    let fits = |c: char| c.is_lowercase() || (capital && c.is_alphabetic());
    let lone = chars.windows(2).all(|pair| !(is_sign(pair[0]) && is_sign(pair[1])));
    let mut inner = chars.windows(3).filter(|three| is_sign(three[1])).peekable();
    lone && inner.peek().is_some() && inner.all(|three| fits(three[0]) && fits(three[2]))
}

/// The runs of letters that may pass for each other; marks and invisible characters do not end one.
fn words(raw: &str) -> impl Iterator<Item = &str> {
    raw.split(|c: char| {
        let entry = Table::get().entry(c);
        entry & (LATIN | FOREIGN) == 0 && (entry & NOTHING == 0 || is_joint(c))
    })
}

/// How the letters of a word fall to the two sides.
#[derive(Default)]
struct Sides {
    latin: u32,
    foreign: u32,
    /// Letters before the script changes for the first time.
    first: u32,
    changes: u32,
    /// Whether a letter of the side has no double on the other.
    latin_plain: bool,
    foreign_plain: bool,
}

fn is_disguised(word: &str) -> bool {
    let script_of = |c: char| match Table::get().entry(c) {
        entry if entry & LATIN != 0 => Some(true),
        entry if entry & FOREIGN != 0 => Some(false),
        _ => None,
    };
    let mut scripts = word.chars().filter_map(script_of);
    let Some(first) = scripts.next() else { return false };
    if scripts.all(|script| script == first) {
        return false;
    }
    let mut sides = Sides::default();
    let mut last = first;
    for (c, is_latin) in word.chars().filter_map(|c| Some((c, script_of(c)?))) {
        sides.changes += u32::from(is_latin != last);
        sides.first += u32::from(sides.changes == 0);
        last = is_latin;
        if is_latin {
            sides.latin += 1;
            sides.latin_plain |= !LATIN_WITH_DOUBLES.contains(c);
        } else {
            sides.foreign += 1;
            sides.foreign_plain |= look(c).is_none_or(|look| look.len() != 1);
        }
    }
    // One change from Latin to Cyrillic is how Russian declines a foreign name.
    let island = sides.changes >= 2 || sides.first == 1 || !first;
    island
        && sides.latin + sides.foreign >= WORD_MIN
        && ((!sides.foreign_plain && sides.foreign <= sides.latin)
            || (!sides.latin_plain && sides.latin <= sides.foreign))
}

/// Whether an invisible character stands between two letters that have no use for it.
fn has_hidden(raw: &str) -> bool {
    let mut before = None;
    let mut hidden = None;
    for c in raw.chars() {
        match Table::get().entry(c) {
            entry if entry & HIDDEN != 0 => hidden = hidden.or(Some(c)),
            entry if entry & NOTHING != 0 && !is_joint(c) => {}
            _ => {
                if let (Some(a), Some(sign)) = (before, hidden)
                    && is_misplaced(a, sign, c)
                {
                    return true;
                }
                (before, hidden) = (Some(c), None);
            }
        }
    }
    false
}

fn is_misplaced(before: char, sign: char, after: char) -> bool {
    let letters = before.is_alphabetic() && after.is_alphabetic();
    let plain = |c: char| {
        let script = c.script();
        matches!(script, Script::Latin | Script::Georgian) || passes_for_latin(script)
    };
    // ZWNJ and ZWJ shape Arabic letters; other invisible signs split the words of no one.
    let semitic = |c: char| matches!(c.script(), Script::Arabic | Script::Hebrew);
    let shaping = matches!(sign, '\u{200c}' | '\u{200d}');
    letters && ((plain(before) && plain(after)) || (!shaping && semitic(before) && semitic(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expected: EvasionMarks) {
        let met = crate::normalise::into_codes(raw, &mut Vec::new());
        assert_eq!(found(raw, met), expected, "{raw:?}");
    }

    #[test]
    fn lookalikes_inside_a_word_are_evasion() {
        for raw in ["the vаccine", "раypal", "аpple", "привeт всем", "Εlection day"] {
            check(raw, EvasionMarks::HOMOGLYPH);
        }
        for raw in ["приём IT-компании", "SMSка пришла", "Привет, Apple", "10 µm Ω ΔT", "naïve"]
        {
            check(raw, EvasionMarks::NONE);
        }
    }

    #[test]
    fn invisible_signs_inside_a_word_are_evasion() {
        for raw in ["vac\u{200b}cine", "vac\u{200d}cine", "выбо\u{2060}ры", "vac\u{202e}cine"]
        {
            check(raw, EvasionMarks::INVISIBLE);
        }
        let normal = [
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "👩\u{200d}👧",
            "ภาษา\u{200b}ไทย",
            "\u{feff}hello",
            "hello \u{200e}world",
            "hy\u{ad}phen",
        ];
        for raw in normal {
            check(raw, EvasionMarks::NONE);
        }
    }

    #[test]
    fn full_width_and_digits_are_evasion_in_latin_text() {
        check("ｖｏｔｅ now", EvasionMarks::WIDTH);
        check("ＮＨＫ の 番組", EvasionMarks::NONE);
        check("v4ccine", EvasionMarks::LEET);
        check("ca$h now", EvasionMarks::LEET);
        check("V4CCINE and v4cc1n3", EvasionMarks::LEET);
        check(
            "LostIn3Words America1st Blacks4Trump CR4U S01E05 mp3s #words4all http://a.b/v4ccine",
            EvasionMarks::NONE,
        );
        check("covid19, US$100, 4th, Ünïcödé 𝐛𝐨𝐥𝐝 OK!!! 😀", EvasionMarks::NONE);
    }

    #[test]
    fn a_text_has_every_mark_that_is_found_in_it() {
        let marks = EvasionMarks::HOMOGLYPH.with(EvasionMarks::LEET, true);
        check("the vаccine is v4ccine", marks);
        check("vac\u{200b}cine ｖｏｔｅ", EvasionMarks::INVISIBLE.with(EvasionMarks::WIDTH, true));
    }
}

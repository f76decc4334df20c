//! The normaliser: one pass from raw text to comparable code points.
//!
//! # What it computes
//!
//! Characters become what the [`table`] says. Beyond single characters:
//!
//! - URLs (`http://…`, `https://…`, `www.…`, `t.me/…`) and mentions (`@name`) go;
//! - any boundary becomes one space, none at the ends, and none beside a script without spaces;
//! - digits inside words stand for the letters they look like ([`leet`]), as do `@` and
//!   `$` between letters;
//! - three or more hashtags at the end go, if enough text stands before them: padding;
//! - Hangul that comes as single jamo is put together.
//!
//! Normalising twice gives what normalising once gives, and at most three times the bytes.
//!
//! # Requirements
//!
//! None: any string will do.
//!
//! # Memory
//!
//! 4 bytes per code point, in a buffer that the caller owns.
//!
//! # Cost
//!
//! `O(n)`, one load per character.
//!
//! # Source
//!
//! As [`fold`](crate::fold); the rules of this page are ours.

use crate::codes::SPACE;
use crate::leet;
use crate::plain;
use crate::runs;
use crate::table::{
    self, ACTION, BOUNDARY, DENSE, DIGIT, HIDDEN, LATIN, MANY, NOTHING, SPECIAL, Table, UNSPACED,
};
use crate::url;

/// This many hashtags at the end of a text are padding.
const TAGS_MIN: u32 = 3;

/// Code points that must stand before hashtags for them to be padding, not the text.
const TEXT_BEFORE_TAGS_MIN: usize = 20;

/// What the normaliser met on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Met {
    /// The marks of all characters together, as in [`table`].
    pub(crate) marks: u32,
    /// Whether a word was spelled with digits or with `$`.
    pub(crate) leet: bool,
}

/// Puts the comparable code points of a text into `codes`, in place of what it held.
///
/// A code is a code point and, where its shingles are short, the mark
/// [`DENSE`](zwerm_sketch::shingle::DENSE).
pub(crate) fn into_codes(raw: &str, codes: &mut Vec<u32>) -> Met {
    walk::<true>(raw, codes)
}

/// The pass; with `RUNS`, letters that need no look at its state are written together, which must
/// not show.
fn walk<const RUNS: bool>(raw: &str, codes: &mut Vec<u32>) -> Met {
    codes.clear();
    let mut pass = Pass::new(raw, codes);
    let mut at = 0;
    pass.codes.reserve(raw.len());
    while let Some(&byte) = raw.as_bytes().get(at) {
        if byte == b' ' {
            pass.boundary();
            at += 1;
            continue;
        }
        if RUNS && byte.is_ascii_alphabetic() && plain::starts_no_url(&raw.as_bytes()[at..]) {
            at += pass.put_run(&raw.as_bytes()[at..]);
            at += pass.put_words(&raw.as_bytes()[at..]);
            continue;
        }
        let rest = &raw[at..];
        let c = rest.chars().next().expect("a character starts at every step");
        let entry = pass.table.entry(c);
        pass.met.marks |= entry;
        match entry & (ACTION | SPECIAL) {
            0 => {
                pass.put(entry);
                if RUNS {
                    at += pass.put_alike(entry, &rest[c.len_utf8()..]);
                }
            }
            BOUNDARY => pass.boundary(),
            MANY => pass.put_many(c),
            NOTHING => {}
            _ => at += pass.special(c, entry, at),
        }
        at += c.len_utf8();
    }
    pass.finish()
}

/// The state of one pass over one text.
struct Pass<'a> {
    table: &'static Table,
    raw: &'a str,
    codes: &'a mut Vec<u32>,
    met: Met,
    /// Whether a boundary was met since the last letter.
    space: bool,
    /// Whether the last letter is of a script without spaces.
    unspaced: bool,
    /// Where the word starts that is being written, and whether it has a digit.
    word: usize,
    digit: bool,
    /// Hashtags since the last other word, where the first of them starts, whether one is open.
    tags: u32,
    tags_start: usize,
    in_tag: bool,
}

impl<'a> Pass<'a> {
    fn new(raw: &'a str, codes: &'a mut Vec<u32>) -> Self {
        Pass {
            table: Table::get(),
            raw,
            codes,
            met: Met::default(),
            space: false,
            unspaced: false,
            word: 0,
            digit: false,
            tags: 0,
            tags_start: 0,
            in_tag: false,
        }
    }

    /// Writes one letter.
    #[inline(always)]
    fn put(&mut self, entry: u32) {
        if self.space {
            self.open_word(entry);
        }
        if entry & (DENSE | DIGIT) != 0 || self.unspaced {
            self.put_unusual(entry);
        } else {
            self.codes.push(table::code(entry));
        }
    }

    /// Starts a word after a boundary.
    #[inline]
    fn open_word(&mut self, entry: u32) {
        self.space = false;
        if !self.in_tag {
            self.tags = 0;
        }
        self.close_word();
        if !self.codes.is_empty() && !self.unspaced && entry & UNSPACED == 0 {
            self.codes.push(SPACE);
        }
        self.word = self.codes.len();
    }

    /// Writes a digit, a dense letter, or what follows one.
    fn put_unusual(&mut self, entry: u32) {
        if entry & DENSE != 0 {
            self.close_word();
            let code = table::code(entry);
            match self.codes.last().and_then(|&last| hangul(last, code)) {
                Some(syllable) => {
                    self.codes.pop();
                    self.codes.push(syllable);
                }
                None => self.codes.push(code),
            }
            self.word = self.codes.len();
        } else {
            self.digit |= entry & DIGIT != 0;
            self.codes.push(table::code(entry));
        }
        self.unspaced = entry & UNSPACED != 0;
    }

    /// Ends the word that is being written.
    fn close_word(&mut self) {
        if self.digit {
            self.digit = false;
            self.met.leet |= leet::spell(&mut self.codes[self.word..]);
        }
        self.word = self.codes.len();
    }

    /// Writes the ASCII letters that a text starts with, of which there is one; returns how many.
    ///
    /// The first meets the state of the pass, the others are copied without a look at it.
    #[inline]
    fn put_run(&mut self, text: &[u8]) -> usize {
        self.met.marks |= LATIN;
        self.put(self.table.entry(char::from(text[0])) & !SPECIAL);
        let letters = &text[1..1 + plain::letters_at(&text[1..])];
        self.codes.extend(letters.iter().copied().map(plain::code));
        1 + letters.len()
    }

    /// Writes the plain ASCII words that follow one which was put, each after a single space;
    /// returns their bytes. All of them at once: most texts are little else.
    #[inline]
    fn put_words(&mut self, text: &[u8]) -> usize {
        let end = plain::words_at(text);
        if let Some(last) = memchr::memrchr(b' ', &text[..end]) {
            self.close_word();
            (self.in_tag, self.tags) = (false, 0);
            self.word = self.codes.len() + last + 1;
            plain::push_codes(&text[..end], self.codes);
        }
        end
    }

    /// Writes the letters that a text starts with as long as they are of the kind of the one
    /// before, which was put, and the single spaces between them where that kind has spaces;
    /// returns their bytes. They need no look at the state of the pass.
    #[inline]
    fn put_alike(&mut self, before: u32, text: &str) -> usize {
        if before & DIGIT != 0 {
            return 0;
        }
        let kind = before & (DENSE | UNSPACED);
        // A word with digits is looked at when it ends.
        let has_spaces = kind == 0 && !self.digit;
        let start = self.codes.len();
        let kind_of_run = (kind, has_spaces);
        let end = runs::alike(self.table, text, kind_of_run, self.codes, &mut self.met.marks);
        let is_space = |&code: &u32| code == SPACE;
        if has_spaces && let Some(space) = self.codes[start..].iter().rposition(is_space) {
            (self.in_tag, self.tags) = (false, 0);
            self.word = start + space + 1;
        }
        // Dense letters are no words that digits could spell.
        if kind & DENSE != 0 {
            self.word = self.codes.len();
        }
        end
    }

    fn put_many(&mut self, c: char) {
        for &letter in self.table.letters(c) {
            self.put(self.table.entry(letter));
        }
    }

    fn boundary(&mut self) {
        self.space = true;
        self.in_tag = false;
    }

    /// Handles an ASCII character that may be more than itself; returns the bytes to skip after it.
    fn special(&mut self, c: char, entry: u32, at: usize) -> usize {
        let after = &self.raw[at + 1..];
        let in_word = !self.space && !self.unspaced && ends_in_letter(&self.raw[..at]);
        match c {
            'h' | 'H' | 'w' | 'W' => {
                if !in_word && let Some(skip) = url::starting(&self.raw[at..]) {
                    self.boundary();
                    return skip - 1;
                }
                self.put(entry);
            }
            '@' | '$' if in_word && after.starts_with(char::is_alphabetic) => {
                self.met.leet |= c == '$';
                self.put(self.table.entry(if c == '@' { 'a' } else { 's' }));
            }
            '@' => {
                self.boundary();
                return url::name_len(after);
            }
            '#' => self.open_tag(),
            '/' => {
                self.boundary();
                if let Some(host) = url::bare_host(&self.raw[..at]) {
                    self.take_back(host);
                    return url::rest_len(after);
                }
            }
            _ => self.boundary(),
        }
        0
    }

    fn open_tag(&mut self) {
        if self.tags == 0 {
            self.tags_start = self.codes.len();
        }
        self.tags += 1;
        self.space = true;
        self.in_tag = true;
    }

    /// Unwrites the last `letters` letters, all ASCII and of the word that is being written.
    fn take_back(&mut self, letters: usize) {
        self.codes.truncate(self.codes.len().saturating_sub(letters));
        if self.codes.last() == Some(&SPACE) {
            self.codes.pop();
        }
        self.word = self.word.min(self.codes.len());
        self.digit = self.codes[self.word..].iter().any(|&code| leet::is_digit(code));
        self.unspaced = self.codes.last().is_some_and(|&last| {
            let last = char::from_u32(last & !DENSE);
            last.is_some_and(|c| self.table.entry(c) & UNSPACED != 0)
        });
    }

    fn finish(mut self) -> Met {
        self.close_word();
        if self.tags >= TAGS_MIN && self.tags_start >= TEXT_BEFORE_TAGS_MIN {
            self.codes.truncate(self.tags_start);
        }
        self.met
    }
}

/// Whether the last visible character of a text is a letter or a digit.
fn ends_in_letter(text: &str) -> bool {
    text.chars()
        .rev()
        .find(|&c| Table::get().entry(c) & HIDDEN == 0)
        .is_some_and(char::is_alphanumeric)
}

/// The Hangul syllable of a code and the jamo after it (Unicode Standard, section 3.12).
fn hangul(last: u32, next: u32) -> Option<u32> {
    let (last, next) = (last & !DENSE, next & !DENSE);
    let syllable = match (last, next) {
        (0x1100..=0x1112, 0x1161..=0x1175) => {
            0xac00 + ((last - 0x1100) * 21 + (next - 0x1161)) * 28
        }
        (0xac00..=0xd7a3, 0x11a8..=0x11c2) if (last - 0xac00) % 28 == 0 => last + next - 0x11a7,
        _ => return None,
    };
    Some(syllable | DENSE)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::codes::{pack, text_of, unpack};
    use crate::table::{FOREIGN, WIDE};

    /// Checks that writing letters together gives what writing them one by one does.
    pub(crate) fn check_runs(raw: &str) {
        let (mut together, mut single) = (Vec::new(), Vec::new());
        let read = |met: Met| (met.marks & (LATIN | FOREIGN | WIDE | HIDDEN | DENSE), met.leet);
        let with_runs = read(walk::<true>(raw, &mut together));
        assert_eq!(with_runs, read(walk::<false>(raw, &mut single)), "{raw:?}");
        assert_eq!(together, single, "{raw:?}");
    }

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        let mut codes = Vec::new();
        into_codes(raw, &mut codes);
        assert_eq!(text_of(&codes), expected, "{raw}");
        let (once, mut again) = (codes.clone(), Vec::new());
        into_codes(&text_of(&once), &mut again);
        assert_eq!(again, once, "again: {raw}");
        let mut packed = Vec::new();
        pack(&once, &mut packed);
        assert!(unpack(&packed, &mut again), "packed: {raw}");
        assert_eq!(again, once, "unpacked: {raw}");
    }

    #[test]
    fn boundaries_become_single_spaces() {
        check("", "");
        check("  Hello,\n\tWORLD!! 🇳🇱 ", "hello world");
        check("well-known: don't", "wellknown dont");
    }

    #[test]
    fn urls_and_mentions_go() {
        check("see https://t.co/abc?x=1 now", "see now");
        check("HTTPS://EXAMPLE.COM www.example.com/a b", "b");
        check("join t.me/channel_x today", "join today");
        check("(bit.ly/3xYz9) and/or U.S./EU", "and or us eu");
        check("@user.name @me@host.social: hi .@you", "hi");
        check("看https://t.co/abc看@用户 好", "看看好");
        check("http is a protocol, 1.0/2.0", "http is a protocol 10 20");
    }

    #[test]
    fn digits_and_signs_inside_words_are_letters() {
        check("v4cc1n3 p@y ca$h", "vaccine pay cash");
        check("covid19 in 2024, 4th", "covid19 in 2024 4th");
        check("我有3个苹果", "我有3个苹果");
    }

    #[test]
    fn hashtag_padding_goes() {
        check("The vote was stolen last night #a #b #c", "the vote was stolen last night");
        check("The vote was stolen last night #a #b", "the vote was stolen last night a b");
        check("#one #two #three", "one two three");
        check("The vote #was #stolen #last night", "the vote was stolen last night");
    }

    #[test]
    fn scripts_without_spaces_have_none() {
        check("選挙 は 明日", "選挙は明日");
        check("iPhone 手机 ok", "iphone手机ok");
        check("한국 사람", "한국 사람");
    }

    #[test]
    fn jamo_become_syllables() {
        check("\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}", "한국");
        check("ㅎㅏ ㄱㅏ나", "하 가나");
    }

    #[test]
    fn disguises_come_off() {
        check("Vаccіne", "vaccine");
        check("vac\u{200b}ci\u{ad}ne", "vaccine");
        check("ｖａｃｃｉｎｅ 𝘃𝗮𝗰𝗰𝗶𝗻𝗲", "vaccine vaccine");
        check("v.a.c.c.i.n.e", "vaccine");
    }
}

//! Strangers' texts made harmless to look at.
//!
//! Escaping keeps a text from becoming markup; this keeps it from *deceiving*: marks that turn the
//! writing direction, invisible characters and control characters are shown as `‹U+202E›`.
//! Zero-width joiners stay when a letter or an emoji stands on both sides, where Persian, Hindi and
//! family emoji need them.

use std::borrow::Cow;
use std::fmt::Write as _;

/// A text with everything invisible or direction-turning made visible.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let joins = matches!(c, '\u{200c}' | '\u{200d}')
            && before.is_some_and(is_joinable)
            && rest.peek().copied().is_some_and(is_joinable);
        if is_hidden(c) && !joins {
            let _ = write!(out, "‹U+{:04X}›", c as u32);
        } else {
            out.push(c);
        }
        before = Some(c);
    }
    Cow::Owned(out)
}

/// At most `chars_max` characters of a text, on one line, made [`visible`]; `…` marks a cut.
pub(crate) fn excerpt(text: &str, chars_max: usize) -> String {
    let mut line = String::new();
    let mut chars = 0;
    for word in text.split_whitespace() {
        if chars > 0 {
            line.push(' ');
            chars += 1;
        }
        for c in word.chars() {
            if chars == chars_max {
                line.push('…');
                return visible(&line).into_owned();
            }
            line.push(c);
            chars += 1;
        }
    }
    visible(&line).into_owned()
}

/// Whether a reader cannot see the character, or would see others in the wrong order because of it.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{fdd0}'..='\u{fdef}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || (c as u32) & 0xfffe == 0xfffe
}

/// Whether a zero-width joiner beside it can be orthography.
fn is_joinable(c: char) -> bool {
    c as u32 >= 0x0600 && !is_hidden(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown() {
        let cases = [
            ("plain, naïve, 日本語", "plain, naïve, 日本語"),
            ("a\u{202e}b", "a‹U+202E›b"),
            ("a\u{200b}b\u{feff}", "a‹U+200B›b‹U+FEFF›"),
            ("a\u{0}\u{1b}[31m", "a‹U+0000›‹U+001B›[31m"),
            ("a\u{200d}b", "a‹U+200D›b"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("👩\u{200d}👩", "👩\u{200d}👩"),
            ("👩\u{200d}", "👩‹U+200D›"),
            ("x\u{e0041}", "x‹U+E0041›"),
            ("x\u{10ffff}", "x‹U+10FFFF›"),
        ];
        for (text, expected) in cases {
            assert_eq!(visible(text), expected, "{text:?}");
        }
    }

    #[test]
    fn an_excerpt_is_one_line_and_says_that_it_is_cut() {
        let cases = [
            ("one\n two\tthree", 80, "one two three"),
            ("abcdef", 3, "abc…"),
            ("abc", 3, "abc"),
            ("ab cd", 3, "ab …"),
            ("", 3, ""),
        ];
        for (text, chars_max, expected) in cases {
            assert_eq!(excerpt(text, chars_max), expected, "{text:?}");
        }
    }
}

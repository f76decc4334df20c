//! Lists as tables hold them: JSON, or what Python prints.

use std::borrow::Cow;

use crate::record::key::Key;
use crate::record::node::Node;

/// Deeper lists are none that a table holds.
const DEPTH_MAX: usize = 16;

/// A JSON or Python value; `None` if the cell is neither. Numbers stay as they are written.
pub(crate) fn parse(cell: &str) -> Option<Node<'_>> {
    let mut parser = Parser { rest: cell.trim_start() };
    let node = parser.value(0)?;
    parser.rest.trim().is_empty().then_some(node)
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn value(&mut self, depth: usize) -> Option<Node<'a>> {
        if depth > DEPTH_MAX {
            return None;
        }
        let first = self.rest.chars().next()?;
        match first {
            '[' | '(' => {
                let end = if first == '[' { ']' } else { ')' };
                let mut entries = Vec::new();
                self.several(end, |parser| {
                    entries.push(parser.value(depth + 1)?);
                    Some(())
                })?;
                Some(Node::List(entries))
            }
            '{' => {
                let mut fields = Vec::new();
                self.several('}', |parser| {
                    let key = match parser.value(depth + 1)? {
                        Node::Text(Cow::Borrowed(key)) => key,
                        _ => return None,
                    };
                    parser.skip(':')?;
                    fields.push((Key::of(key), parser.value(depth + 1)?));
                    Some(())
                })?;
                Some(Node::Object(fields))
            }
            '"' | '\'' => self.quoted(first).map(Node::Text),
            _ => self.word(),
        }
    }

    /// Values between commas, up to `end`.
    fn several(&mut self, end: char, mut one: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.rest = self.rest[1..].trim_start();
        loop {
            if self.skip(end).is_some() {
                return Some(());
            }
            one(self)?;
            self.rest = self.rest.trim_start();
            if self.skip(',').is_none() {
                return self.skip(end);
            }
        }
    }

    fn skip(&mut self, wanted: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(wanted)?.trim_start();
        Some(())
    }

    fn quoted(&mut self, quote: char) -> Option<Cow<'a, str>> {
        let inner = &self.rest[1..];
        let end = inner.find([quote, '\\'])?;
        if inner[end..].starts_with(quote) {
            self.rest = &inner[end + 1..];
            return Some(Cow::Borrowed(&inner[..end]));
        }
        let mut out = String::new();
        let mut chars = inner.chars();
        loop {
            match chars.next()? {
                c if c == quote => break,
                '\\' => out.push(escaped(&mut chars)?),
                c => out.push(c),
            }
        }
        self.rest = chars.as_str();
        Some(Cow::Owned(out))
    }

    /// A number, or a word that stands for one of three values.
    fn word(&mut self) -> Option<Node<'a>> {
        let end = self.rest.find([',', ']', ')', '}', ':']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(match word.trim() {
            "None" | "null" | "nan" => Node::Null,
            "True" | "true" => Node::Flag(true),
            "False" | "false" => Node::Flag(false),
            number => {
                let digits = number.strip_prefix('-').unwrap_or(number);
                let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
                    && digits.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
                return is_number.then_some(Node::Text(Cow::Borrowed(number)));
            }
        })
    }
}

fn escaped(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let digits = match chars.next()? {
        'n' => return Some('\n'),
        't' => return Some('\t'),
        'r' => return Some('\r'),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        other => return Some(other),
    };
    let mut number = u32::from_str_radix(chars.as_str().get(..digits)?, 16).ok()?;
    *chars = chars.as_str()[digits..].chars();
    if (0xd800..0xdc00).contains(&number) && chars.as_str().starts_with("\\u") {
        // JSON writes what lies beyond the first plane as two halves.
        let text = chars.as_str().get(2..6)?;
        let low = u32::from_str_radix(text, 16).ok()?;
        *chars = chars.as_str()[6..].chars();
        number = 0x10000 + ((number - 0xd800) << 10) + low.checked_sub(0xdc00)?;
    }
    char::from_u32(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cell: &str, expected: &str) {
        assert_eq!(parse(cell).map(|node| format!("{node:?}")).unwrap_or_default(), expected);
    }

    #[test]
    fn python_and_json_are_read() {
        check("['a', \"b'c\"]", "List([Text(\"a\"), Text(\"b'c\")])");
        check("[\"\\u00e9\\ud83d\\uddf3\"]", "List([Text(\"é🗳\")])");
        check(
            "[{'type': 'photo', 'id': '99'}]",
            "List([Object([(\"type\", Text(\"photo\")), (\"id\", Text(\"99\"))])])",
        );
        check("[007, None]", "List([Text(\"007\"), Null])");
        check("[]", "List([])");
    }

    #[test]
    fn what_is_neither_is_said_to_be_none() {
        for cell in ["[vote, early]", "['a'", "a", "", "['a'] b", "[https://a.eu]", "['\\u12']"] {
            check(cell, "");
        }
        check(&"[".repeat(1_000), "");
    }
}

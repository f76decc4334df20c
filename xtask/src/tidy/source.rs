//! Reading Rust without a parser: code without its comments and literals, and where tests begin.
//!
//! Good enough for counting and for finding names, and checked against the cases that fool a search
//! for text: raw strings, nested comments, lifetimes, braces inside literals.

use std::ops::Range;

/// A Rust file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path from the top of the repository, with `/`.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) text: String,
    /// The same lines with comments and literals blanked.
    pub(crate) code: String,
    /// Whether all of it is tests.
    is_test_file: bool,
    /// Which of its lines (from 0) are tests, if not all are.
    tests: Vec<Range<usize>>,
}

impl Source {
    /// Reads a file's text.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let code = mask(text);
        let tests = test_spans(&code);
        let is_test_file = is_test_path(path);
        Source { path: path.to_owned(), text: text.to_owned(), code, is_test_file, tests }
    }

    /// The crate it belongs to: `crates/NAME/…`, or the folder at the top.
    pub(crate) fn package(&self) -> &str {
        let mut parts = self.path.split('/');
        match parts.next() {
            Some("crates") => parts.next().unwrap_or(""),
            first => first.unwrap_or(""),
        }
    }

    /// Marks the whole file as a test.
    pub(crate) fn set_test(&mut self) {
        self.is_test_file = true;
    }

    /// Whether a line (from 0) is part of a test.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.is_test_file || self.tests.iter().any(|span| span.contains(&line))
    }

    /// Lines that are no tests: (number from 1, code without comments and literals).
    pub(crate) fn lines_of_code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.code.lines().enumerate();
        lines.filter(|&(line, _)| !self.is_test(line)).map(|(line, code)| (line + 1, code))
    }

    /// Names of modules declared for tests only, and of all declared modules.
    pub(crate) fn modules(&self) -> impl Iterator<Item = (&str, bool)> {
        let mut for_tests = false;
        self.code.lines().filter_map(move |line| {
            let line = line.trim();
            if line.starts_with("#[") {
                for_tests |= line.starts_with("#[cfg(test)]");
                return None;
            }
            let was_for_tests = std::mem::take(&mut for_tests);
            let name = line.strip_suffix(';')?.rsplit_once("mod ").filter(|(before, _)| {
                before.is_empty() || (before.starts_with("pub") && !before.contains('='))
            })?;
            Some((name.1.trim(), was_for_tests))
        })
    }
}

/// Files that hold nothing but tests and benches wherever they stand.
fn is_test_path(path: &str) -> bool {
    path.starts_with("tests/") || path.starts_with("benches/") || path.contains("/tests/")
}

/// The names in a piece of code.
pub(crate) fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !is_word(c)).filter(|word| !word.is_empty())
}

/// Whether a path begins with a crate's name somewhere in a piece of code: `name::…`.
pub(crate) fn names_crate(code: &str, package: &str) -> bool {
    let name = package.replace('-', "_");
    code.match_indices(&name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + name.len()..];
        !before.is_some_and(|c| is_word(c) || c == ':') && after.starts_with("::")
    })
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The text with comments, strings and characters blanked; every line stays where it is.
pub(crate) fn mask(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        match literal_end(&chars, at) {
            Some(end) => {
                code.extend(chars[at..end].iter().map(|&c| if c == '\n' { c } else { ' ' }));
                at = end;
            }
            None => {
                code.push(chars[at]);
                at += 1;
            }
        }
    }
    code
}

/// Where the comment or literal that begins at `at` ends, if one does.
fn literal_end(chars: &[char], at: usize) -> Option<usize> {
    let next = chars.get(at + 1).copied().unwrap_or(' ');
    match (chars[at], next) {
        ('/', '/') => Some(find(chars, at, |c| c == '\n')),
        ('/', '*') => Some(comment_end(chars, at)),
        ('"', _) => Some(string_end(chars, at)),
        ('r', _) | ('b' | 'c', 'r') if at == 0 || !is_word(chars[at - 1]) => {
            let quotes = if chars[at] == 'r' { at + 1 } else { at + 2 };
            raw_string_end(chars, quotes)
        }
        ('\'', '\\') => Some((find(chars, at + 3, |c| c == '\'') + 1).min(chars.len())),
        ('\'', _) => (chars.get(at + 2) == Some(&'\'')).then_some(at + 3),
        _ => None,
    }
}

fn find(chars: &[char], from: usize, wanted: impl Fn(char) -> bool) -> usize {
    (from..chars.len()).find(|&at| wanted(chars[at])).unwrap_or(chars.len())
}

fn comment_end(chars: &[char], start: usize) -> usize {
    let mut depth = 0;
    let mut at = start;
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    chars.len()
}

fn string_end(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

/// The end of a raw string whose `#`s or quote begin at `at`; `None` if it is a raw identifier.
fn raw_string_end(chars: &[char], at: usize) -> Option<usize> {
    let open = find(chars, at, |c| c != '#');
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let hashes = open - at;
    let closes = |&end: &usize| {
        chars[end] == '"' && chars[end + 1..].iter().take_while(|&&c| c == '#').count() >= hashes
    };
    Some((open + 1..chars.len()).find(closes).map_or(chars.len(), |end| end + 1 + hashes))
}

/// The lines (from 0) of every item behind `#[cfg(test)]` or `#[test]`.
fn test_spans(code: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for attribute in ["#[cfg(test)]", "#[cfg(all(test", "#[test]"] {
        for (at, _) in code.match_indices(attribute) {
            let first = line_of(code, at);
            let end = item_end(code, at);
            spans.push(first..line_of(code, end) + 1);
        }
    }
    spans
}

/// The line (from 0) of a place in the code.
pub(crate) fn line_of(code: &str, at: usize) -> usize {
    code[..at.min(code.len())].matches('\n').count()
}

/// The last place of the item whose attributes begin at `at`.
fn item_end(code: &str, at: usize) -> usize {
    let mut brackets = 0;
    for (offset, c) in code[at..].char_indices() {
        match c {
            '[' | '(' => brackets += 1,
            ']' | ')' => brackets -= 1,
            ';' if brackets == 0 => return at + offset,
            '{' if brackets == 0 => return closing(code, at + offset),
            _ => {}
        }
    }
    code.len()
}

/// The place of the bracket that closes the one at `open`.
pub(crate) fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (offset, c) in code[open..].char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth -= 1;
                if depth == 0 {
                    return open + offset;
                }
            }
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let squeezed: Vec<&str> = expected.split_whitespace().collect();
        let masked = mask(text);
        assert_eq!(masked.split_whitespace().collect::<Vec<_>>(), squeezed);
        assert_eq!(masked.matches('\n').count(), text.matches('\n').count());
    }

    #[test]
    fn comments_and_literals_are_blank() {
        check("a // b\nc", "a c");
        check("a /* b /* c */ d */ e", "a e");
        check(r#"f("} // \" {", g)"#, "f( , g)");
        check("r\"a\\\" b", "b");
        check("br##\"a\"# b\"## c", "c");
        check("r#type x", "r#type x");
        check("'{' '\\'' '\\u{7d}' b", "b");
        check("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)");
        check("for x in y", "for x in y");
    }

    #[test]
    fn tests_begin_at_their_attribute_and_end_with_their_brace() {
        let text = "fn a() {}\n#[cfg(test)]\n#[rustfmt::skip]\nmod tests {\n    {}\n}\nfn b() {}\n";
        let source = Source::new("crates/x/src/a.rs", text);
        let code: Vec<usize> = source.lines_of_code().map(|(line, _)| line).collect();
        assert_eq!(code, [1, 7]);
    }

    #[test]
    fn a_test_file_has_no_other_lines() {
        assert_eq!(Source::new("tests/it/main.rs", "fn a() {}").lines_of_code().count(), 0);
    }

    #[test]
    fn modules_know_whether_they_are_for_tests() {
        let source =
            Source::new("crates/x/src/lib.rs", "mod a;\n#[cfg(test)]\nmod b;\npub mod c;\n");
        let modules: Vec<_> = source.modules().collect();
        assert_eq!(modules, [("a", false), ("b", true), ("c", false)]);
    }

    #[test]
    fn a_crate_is_named_at_the_start_of_a_path() {
        assert!(names_crate("use arrow_array::Array;", "arrow-array"));
        assert!(!names_crate("use my_arrow_array::Array;", "arrow-array"));
        assert!(!names_crate("use zwerm::rayon::x;", "rayon"));
        assert!(!names_crate("let rayon = 1;", "rayon"));
    }
}

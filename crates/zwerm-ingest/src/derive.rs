//! What a text itself says: URLs, hashtags and mentions, for inputs that do not list them.
//!
//! Only used when no input of a run has the column: a stated list, even an empty one, is believed.

/// The list columns that texts can stand in for.
pub(crate) const DERIVED: [&str; 3] = ["hashtags", "mentions", "urls"];

/// Calls `each` for every URL in a text.
pub(crate) fn urls(text: &str, mut each: impl FnMut(&str)) {
    if !text.contains("://") {
        return;
    }
    for token in text.split_whitespace() {
        let Some(start) = ["https://", "http://"].iter().find_map(|s| find_ascii_ci(token, s))
        else {
            continue;
        };
        let url = token[start..].trim_end_matches(|c: char| ".,;:!?)]}'\"»”’…".contains(c));
        if url.len() > "https://".len() {
            each(url);
        }
    }
}

/// Calls `each` for every hashtag in a text, without its `#`.
pub(crate) fn hashtags(text: &str, each: impl FnMut(&str)) {
    marked(text, ["#", "＃"], |c| c.is_alphanumeric() || c == '_' || is_joining(c), each);
}

/// Calls `each` for every account that a text mentions, without its `@`.
pub(crate) fn mentions(text: &str, each: impl FnMut(&str)) {
    marked(text, ["@", "＠"], |c| c.is_alphanumeric() || "_.-".contains(c), each);
}

/// Calls `each` with the place of every account that a text mentions, without its `@`.
pub(crate) fn mention_places(text: &str, each: impl FnMut(std::ops::Range<usize>)) {
    marked_places(text, ["@", "＠"], |c| c.is_alphanumeric() || "_.-".contains(c), each);
}

fn marked(
    text: &str,
    marks: [&str; 2],
    is_part: impl Fn(char) -> bool,
    mut each: impl FnMut(&str),
) {
    marked_places(text, marks, is_part, |place| each(&text[place]));
}

/// Names that follow one of some marks, where the mark does not continue a word (`a@b.c` mentions
/// nobody, `page#part` tags nothing).
fn marked_places(
    text: &str,
    marks: [&str; 2],
    is_part: impl Fn(char) -> bool,
    mut each: impl FnMut(std::ops::Range<usize>),
) {
    let first_bytes = marks.map(|mark| mark.as_bytes()[0]);
    let mut from = 0;
    while let Some(ahead) = text.as_bytes()[from..].iter().position(|b| first_bytes.contains(b)) {
        let at = from + ahead;
        from = at + 1;
        // A first byte always starts a character: those that continue one are different bytes.
        let Some(mark) = marks.iter().find(|mark| text[at..].starts_with(**mark)) else { continue };
        from = at + mark.len();
        let before = text[..at].chars().next_back();
        if before.is_some_and(|b| b.is_alphanumeric() || "/&_=.".contains(b)) {
            continue;
        }
        let rest = &text[from..];
        let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let name = rest[..end].trim_end_matches(['.', '-']);
        if name.chars().any(char::is_alphabetic) {
            each(from..from + name.len());
            from += name.len();
        }
    }
}

/// Marks that belong to the letter before them in the scripts of South Asia and elsewhere.
fn is_joining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{200c}' | '\u{200d}')
}

fn find_ascii_ci(text: &str, needle: &str) -> Option<usize> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    text.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: [&[&str]; 3]) {
        let mut found: [Vec<String>; 3] = Default::default();
        urls(text, |u| found[0].push(u.to_owned()));
        hashtags(text, |h| found[1].push(h.to_owned()));
        mentions(text, |m| found[2].push(m.to_owned()));
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_post_names_what_it_names() {
        check(
            "@ann see https://a.eu/x, #Vote2031!",
            [&["https://a.eu/x"], &["Vote2031"], &["ann"]],
        );
        check("(HTTP://A.EU/B) ＃選挙 @b.c.", [&["HTTP://A.EU/B"], &["選挙"], &["b.c"]]);
        check("#चुनाव now", [&[], &["चुनाव"], &[]]);
    }

    #[test]
    fn a_mark_inside_a_word_or_url_is_none() {
        check("mail a@b.eu https://a.eu/p#part &#39; #1", [&["https://a.eu/p#part"], &[], &[]]);
        check("https://", [&[], &[], &[]]);
    }
}

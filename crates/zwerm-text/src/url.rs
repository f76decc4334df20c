//! Where URLs and mentions start and end inside a text.

/// The lengths of a URL that starts with a scheme or `www.`, if the text starts with one.
pub(crate) fn starting(text: &str) -> Option<usize> {
    let head = ["http://", "https://", "www."].into_iter().find(|head| {
        text.as_bytes().get(..head.len()).is_some_and(|b| b.eq_ignore_ascii_case(head.as_bytes()))
    })?;
    Some(head.len() + rest_len(&text[head.len()..]))
}

/// How far a URL goes on: up to white space or a character of East Asian text, which puts no space
/// after a URL.
pub(crate) fn rest_len(text: &str) -> usize {
    let ends = |c: char| {
        c.is_whitespace() || matches!(c, '\u{2e80}'..='\u{d7ff}' | '\u{ff00}'..='\u{ffef}')
    };
    // Most are of visible ASCII to their end.
    let plain = text.bytes().take_while(u8::is_ascii_graphic).count();
    text[plain..].find(ends).map_or(text.len(), |end| plain + end)
}

/// How long the name of a mention is: letters, digits, and what stands between those.
pub(crate) fn name_len(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '@')))
        .unwrap_or(text.len())
}

/// How many ASCII letters and digits the host name has that a text ends with; a host has a dot and
/// ends with two letters at least.
pub(crate) fn bare_host(text: &str) -> Option<usize> {
    let is_host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let len = text.bytes().rev().take_while(is_host).count();
    let host = &text[text.len() - len..];
    let (name, top) = host.rsplit_once('.')?;
    let letters = top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic());
    let known = letters && name.ends_with(|c: char| c.is_ascii_alphanumeric());
    known.then(|| host.bytes().filter(u8::is_ascii_alphanumeric).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_dot_and_a_name_before_it() {
        let table = [("see t.me", Some(3)), ("and", None), ("U.S.", None), ("1.0", None)];
        for (text, expected) in table {
            assert_eq!(bare_host(text), expected, "{text}");
        }
    }

    #[test]
    fn a_url_ends_at_white_space_or_east_asian_text() {
        assert_eq!(starting("https://a.b/c d"), Some(13));
        assert_eq!(starting("HTTP://x看"), Some(8));
        assert_eq!(starting("hello"), None);
    }
}

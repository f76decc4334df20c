//! The HTML of posts as plain text, and the links in it.
//!
//! Platforms write a handful of tags; this reads those and drops all others, with their names.
//! Nothing of it is ever shown as HTML again.

/// Text without tags: paragraphs are joined by a blank line, breaks are line ends.
pub(crate) fn plain_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for part in parts(html) {
        match part {
            Part::Text(text) => out.push_str(&decode_entities(text)),
            Part::Tag(tag) => match tag_name(tag).as_str() {
                "br" => out.push('\n'),
                "p" if !tag.starts_with('/') && !out.is_empty() => {
                    out.truncate(out.trim_end_matches('\n').len());
                    out.push_str("\n\n");
                }
                _ => {}
            },
        }
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// Where anchors lead to, mentions and hashtags left out: those have columns of their own.
pub(crate) fn links(html: &str, each: &mut dyn FnMut(&str)) {
    for part in parts(html) {
        let Part::Tag(tag) = part else { continue };
        if tag_name(tag) != "a" {
            continue;
        }
        let class = attribute(tag, "class").unwrap_or_default();
        let is_name = class.split_whitespace().any(|c| matches!(c, "mention" | "hashtag"));
        if let Some(href) = attribute(tag, "href").filter(|href| href.starts_with("http"))
            && !is_name
        {
            each(&href);
        }
    }
}

enum Part<'a> {
    Text(&'a str),
    /// What stands between `<` and `>`.
    Tag(&'a str),
}

fn parts(html: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let is_tag = |at: usize| {
            let next = rest[at + 1..].chars().next();
            next.is_some_and(|c| c.is_ascii_alphabetic() || c == '/' || c == '!')
        };
        let start = rest.match_indices('<').map(|(at, _)| at).find(|&at| is_tag(at));
        match start {
            Some(0) => {
                let Some(end) = rest.find('>') else {
                    let text = std::mem::take(&mut rest);
                    return Some(Part::Text(text));
                };
                let tag = &rest[1..end];
                rest = &rest[end + 1..];
                Some(Part::Tag(tag))
            }
            Some(at) => {
                let (text, after) = rest.split_at(at);
                rest = after;
                Some(Part::Text(text))
            }
            None => Some(Part::Text(std::mem::take(&mut rest))),
        }
    })
}

fn tag_name(tag: &str) -> String {
    let name = tag.trim_start_matches('/');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    name[..end].to_ascii_lowercase()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    while let Some(at) = rest.find(name) {
        let before = rest[..at].chars().next_back();
        let after = rest[at + name.len()..].trim_start();
        rest = &rest[at + name.len()..];
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else { continue };
        if !before.is_some_and(|c| c.is_whitespace() || c == '"' || c == '\'') {
            continue;
        }
        let mut chars = value.chars();
        let value = match chars.next()? {
            quote @ ('"' | '\'') => chars.as_str().split(quote).next()?,
            _ => value.split(|c: char| c.is_whitespace() || c == '>').next()?,
        };
        return Some(decode_entities(value).into_owned());
    }
    None
}

/// Character references as the characters that they stand for; what is none stays.
pub(crate) fn decode_entities(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest name below and numbers of Unicode have fewer letters than this.
        let end = rest.bytes().take(12).position(|b| b == b';');
        match end.and_then(|end| Some((character(&rest[1..end])?, end))) {
            Some((character, end)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "apos" => '\'',
        "gt" => '>',
        "hellip" => '…',
        "laquo" => '«',
        "ldquo" => '“',
        "lsquo" => '‘',
        "lt" => '<',
        "mdash" => '—',
        "nbsp" => '\u{a0}',
        "ndash" => '–',
        "quot" => '"',
        "raquo" => '»',
        "rdquo" => '”',
        "rsquo" => '’',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|&c| c != '\0')?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, text: &str, expected_links: &[&str]) {
        assert_eq!(plain_text(html), text);
        let mut found = Vec::new();
        links(html, &mut |link| found.push(link.to_owned()));
        assert_eq!(found, expected_links);
    }

    #[test]
    fn paragraphs_breaks_and_references_are_read() {
        check("<p>a &amp; b<br>c</p><p>d &#x1F5F3;</p>", "a & b\nc\n\nd 🗳", &[]);
        check("1 < 2 & 3 > 2 <3", "1 < 2 & 3 > 2 <3", &[]);
        check("&unknown; &#0; &", "&unknown; &#0; &", &[]);
    }

    #[test]
    fn links_are_found_and_names_are_none() {
        check(
            "<a href=\"https://a.eu/?x=1&amp;y=2\" class=\"u\"><span>https://</span>a.eu</a> \
             <a class='mention hashtag' href='https://b.eu/t'>#t</a>",
            "https://a.eu #t",
            &["https://a.eu/?x=1&y=2"],
        );
    }

    #[test]
    fn a_tag_without_end_is_text() {
        check("a <b", "a <b", &[]);
    }
}

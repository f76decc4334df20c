//! How the tool looks at a text: without mentions and capitals.
//!
//! A mention is an `@` and everything up to the next white space. White space is what Python calls
//! so, which are a few control characters more than Unicode's.

use unicode_segmentation::UnicodeSegmentation;

/// A text as `co_tweet` compares it: lower case, no mentions, single spaces.
#[must_use]
pub fn normalised(text: &str) -> String {
    let text = without_mentions(&text.to_lowercase());
    text.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The distinct words of a text as `co_similar_tweet` compares it: what lies between the word
/// boundaries of UAX 29, punctuation included.
///
/// One corner differs from the tool: its regular expression drops an apostrophe right after a word
/// boundary, here it stays a word.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let text = without_mentions(&text.to_lowercase());
    let mut words: Vec<String> = text
        .split_word_bounds()
        .flat_map(|word| word.split(is_space))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn without_mentions(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        kept.push_str(&rest[..at]);
        let mention = &rest[at..];
        rest = &mention[mention.find(is_space).unwrap_or(mention.len())..];
    }
    kept.push_str(rest);
    kept
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_capitals_and_spaces_do_not_count() {
        assert_eq!(normalised("Hello  @bob WORLD"), "hello world");
        assert_eq!(normalised("hello\u{a0}world @x"), "hello world");
        assert_eq!(normalised("@only"), "");
        assert_eq!(normalised("mail@home.org now"), "mail now");
    }

    #[test]
    fn punctuation_is_a_word() {
        let text = "The quick brown fox jumped over the lazy dog.";
        assert_eq!(words(text).join(" "), ". brown dog fox jumped lazy over quick the");
        assert!(words("@only  ").is_empty());
    }
}

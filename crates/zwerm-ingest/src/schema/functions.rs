//! The derivations that a schema cannot say in paths alone.

use super::html;
use crate::derive;
use crate::record::node::Node;

/// A derivation and what it is called in a schema.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    /// What it looks at below the value that it is given.
    pub(crate) below: &'static [&'static str],
    pub(crate) apply: Apply,
}

/// How a value becomes names: each one is handed on.
pub(crate) enum Apply {
    /// From a text.
    Text(Finder),
    /// From any value.
    Node(NodeFinder),
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// What finds names in a text.
pub(crate) type Finder = fn(&str, &mut dyn FnMut(&str));

/// What finds names in any value.
pub(crate) type NodeFinder = fn(&Node<'_>, &mut dyn FnMut(&str));

/// All derivations, by name.
const TABLE: &[Function] = &[
    text("at_uri_account", at_uri_account),
    text("decoded_entities", |t, each| each(&html::decode_entities(t))),
    text("html_links", html::links),
    text("html_text", |t, each| each(&html::plain_text(t))),
    text("last_segment", last_segment),
    Function {
        name: "mastodon_account",
        below: &["acct", "url"],
        apply: Apply::Node(mastodon_account),
    },
    text("not_public_if_true", |t, each| each(if t == "true" { "protected" } else { "public" })),
    text("other_links", other_links),
    text("reddit_media", reddit_media),
    text("telegram_file", telegram_file),
    Function { name: "telegram_text", below: &["text"], apply: Apply::Node(telegram_text) },
    text("telegram_visibility", telegram_visibility),
    text("without_mark", |t, each| each(t.trim_start_matches(['#', '@', '＃', '＠']))),
];

const fn text(name: &'static str, apply: Finder) -> Function {
    Function { name, below: &[], apply: Apply::Text(apply) }
}

/// The derivation called `name`.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    TABLE.iter().find(|function| function.name == name)
}

/// The finder called `name`.
pub(crate) fn finder(name: &str) -> Option<Finder> {
    Some(match name {
        "hashtags" => |text, each| derive::hashtags(text, each),
        "mentions" => |text, each| derive::mentions(text, each),
        "reddit_mentions" => reddit_mentions,
        "urls" => |text, each| derive::urls(text, each),
        _ => return None,
    })
}

/// `did:plc:x` of `at://did:plc:x/app.bsky.feed.post/k`.
fn at_uri_account(uri: &str, each: &mut dyn FnMut(&str)) {
    if let Some(rest) = uri.strip_prefix("at://") {
        each(rest.split('/').next().unwrap_or(rest));
    }
}

/// `456` of `https://host/groups/123/permalink/456/?x=1`.
fn last_segment(url: &str, each: &mut dyn FnMut(&str)) {
    let path = url.split(['?', '#']).next().unwrap_or(url).trim_end_matches('/');
    each(path.rsplit('/').next().unwrap_or(path));
}

/// `name@host`: accounts of the server that wrote the file carry no host, their pages do.
fn mastodon_account(account: &Node<'_>, each: &mut dyn FnMut(&str)) {
    let Some(name) = account.get_named("acct").and_then(Node::as_text) else { return };
    if name.contains('@') {
        return each(name);
    }
    let url = account.get_named("url").and_then(Node::as_text).unwrap_or("");
    let host = url.split_once("://").and_then(|(_, rest)| rest.split('/').next()).unwrap_or("");
    // Without a host the name could be that of anybody, anywhere.
    if !host.is_empty() && !name.is_empty() {
        each(&format!("{name}@{host}"));
    }
}

/// Links that lead away from Reddit's own media.
fn other_links(url: &str, each: &mut dyn FnMut(&str)) {
    if url.starts_with("http") && !is_reddit_media(url) {
        each(url);
    }
}

fn reddit_media(url: &str, each: &mut dyn FnMut(&str)) {
    if is_reddit_media(url) {
        each(url);
    }
}

fn is_reddit_media(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or("");
    host.ends_with(".redd.it") || rest.contains("reddit.com/gallery/")
}

/// `name` of `u/name` and `/u/name` where they begin a word.
fn reddit_mentions(text: &str, each: &mut dyn FnMut(&str)) {
    for (at, _) in text.match_indices("u/") {
        let before = text[..at].strip_suffix('/').unwrap_or(&text[..at]);
        if before.ends_with(|c: char| c.is_alphanumeric() || "_/.-:".contains(c)) {
            continue;
        }
        let rest = &text[at + 2..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)));
        let name = &rest[..end.unwrap_or(rest.len())];
        // Reddit's own bounds on names.
        if (3..=20).contains(&name.len()) {
            each(name);
        }
    }
}

/// A text that is one string, or a list of strings and marked parts.
fn telegram_text(node: &Node<'_>, each: &mut dyn FnMut(&str)) {
    match node {
        Node::Text(text) => each(text),
        Node::List(parts) => {
            let part = |part: &Node<'_>| {
                let inner =
                    part.get_named("text").unwrap_or(&Node::Null).as_text().map(str::to_owned);
                part.as_text().map(str::to_owned).or(inner).unwrap_or_default()
            };
            each(&parts.iter().map(part).collect::<String>());
        }
        _ => {}
    }
}

/// Whether anybody can read a kind of chat.
fn telegram_visibility(kind: &str, each: &mut dyn FnMut(&str)) {
    each(if kind.starts_with("public_") { "public" } else { "private" });
}

/// The path of a file; not the sentence that stands for one that was not exported.
fn telegram_file(path: &str, each: &mut dyn FnMut(&str)) {
    if !path.starts_with('(') {
        each(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        let mut each = |part: &str| found.push(part.to_owned());
        match find(name).map(|function| &function.apply) {
            Some(Apply::Text(apply)) => apply(text, &mut each),
            _ => finder(name).expect("a name of the table")(text, &mut each),
        }
        assert_eq!(found, expected, "{name}: {text}");
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn the_table_says_what_each_name_does() {
        check("at_uri_account", "at://did:plc:x/app.bsky.feed.post/k", &["did:plc:x"]);
        check("at_uri_account", "https://a.eu", &[]);
        check("last_segment", "https://h.eu/groups/1/permalink/456/?x=1", &["456"]);
        check("without_mark", "#Vote", &["Vote"]);
        check("other_links", "https://i.redd.it/x.jpg", &[]);
        check("other_links", "/r/x/comments/1/", &[]);
        check("reddit_media", "https://i.redd.it/x.jpg", &["https://i.redd.it/x.jpg"]);
        check("reddit_mentions", "u/name_a, /u/b-c and https://r.eu/u/x1 u/ab", &["name_a", "b-c"]);
        check("telegram_visibility", "public_channel", &["public"]);
        check("telegram_visibility", "personal_chat", &["private"]);
        check("telegram_file", "(File not included. Change …)", &[]);
    }
}

//! Pseudonyms: names of accounts and posts by keyed hash, wherever they stand.
//!
//! HMAC-SHA-256, its first 128 bits, behind the name of the platform: the same name is the same
//! pseudonym in every run with the same key, and nobody without the key can tell whose it is, not
//! even by trying all names. Hashed are the ids of accounts and posts, `@names` in texts, and the
//! names in addresses of profiles and posts. What else a text says about a person stays as it is:
//! pseudonyms are no anonymity.

use std::borrow::Cow;
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zwerm_model::hash::Map;
use zwerm_model::{NONE, Strings};

use crate::assemble::platform_in;
use crate::chunk::Chunk;
use crate::derive;
use crate::local_names::LocalNames;

/// A key, ready to make pseudonyms.
#[derive(Clone)]
pub struct Pseudonyms {
    keyed: Hmac<Sha256>,
    id: String,
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pseudonyms({})", self.id)
    }
}

impl PartialEq for Pseudonyms {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// Columns that name accounts.
const ACCOUNTS: [&str; 3] = ["account_id", "reply_to_account", "repost_of_account"];
/// Columns that name posts.
const POSTS: [&str; 4] = ["local_id", "quote_of", "reply_to", "repost_of"];

/// First parts of addresses on platforms that are no account.
const NO_ACCOUNTS: [&str; 24] = [
    "about", "ads", "events", "explore", "groups", "hashtag", "help", "home", "i", "intent",
    "login", "notes", "p", "photo", "photos", "posts", "reel", "search", "settings", "share",
    "stories", "tv", "video", "watch",
];

/// Hosts on which the first part of an address names an account.
const PROFILE_HOSTS: [&str; 6] =
    ["facebook.com", "instagram.com", "t.me", "threads.net", "twitter.com", "x.com"];

impl Pseudonyms {
    /// Pseudonyms by a key.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        let keyed = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
        let mut pseudonyms = Pseudonyms { keyed, id: String::new() };
        pseudonyms.id = pseudonyms.hashed("key", "", "")[..16].to_owned();
        pseudonyms
    }

    /// What tells this key from others, and nothing about it.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.id
    }

    /// The pseudonym of an account.
    #[must_use]
    pub fn account(&self, platform: &str, id: &str) -> String {
        format!("{platform}-{}", self.hashed("account", platform, id))
    }

    /// The pseudonym of a post.
    #[must_use]
    pub fn post(&self, platform: &str, id: &str) -> String {
        format!("{platform}-{}", self.hashed("post", platform, id))
    }

    fn hashed(&self, kind: &str, platform: &str, id: &str) -> String {
        let mut mac = self.keyed.clone();
        for part in [kind, platform, id] {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        let bytes = mac.finalize().into_bytes();
        bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The pseudonym of a name as posts write it: platforms do not tell capitals apart in these.
    fn handle(&self, platform: &str, name: &str) -> String {
        let is_handle = name.len() <= 30
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
        match is_handle {
            true => self.account(platform, &name.to_ascii_lowercase()),
            false => self.account(platform, name),
        }
    }

    /// A text with pseudonyms for `@names` and for the names in addresses.
    fn text<'t>(&self, platform: &str, text: &'t str) -> Cow<'t, str> {
        if !text.contains(['@', '＠']) && !text.contains("://") {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len() + 64);
        // White space is kept as it is.
        for word in text.split_inclusive(char::is_whitespace) {
            match word.find("://") {
                Some(_) => {
                    let (link, rest) = word.split_at(word.trim_end().len());
                    out.push_str(&self.url(platform, link));
                    out.push_str(rest);
                }
                None => {
                    let mut from = 0;
                    derive::mention_places(word, |place| {
                        out.push_str(&word[from..place.start]);
                        out.push_str(&self.handle(platform, &word[place.clone()]));
                        from = place.end;
                    });
                    out.push_str(&word[from..]);
                }
            }
        }
        Cow::Owned(out)
    }

    /// An address with pseudonyms for the accounts and posts that it names.
    fn url<'u>(&self, platform: &str, url: &'u str) -> Cow<'u, str> {
        let Some((scheme, rest)) = url.split_once("://") else { return Cow::Borrowed(url) };
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        let (path, query) = rest.split_at(end);
        let mut segments: Vec<Cow<'_, str>> = path.split('/').map(Cow::Borrowed).collect();
        let host = segments[0].to_ascii_lowercase();
        let host =
            ["www.", "m.", "mobile."].iter().find_map(|p| host.strip_prefix(p)).unwrap_or(&host);
        let is_profile_host = PROFILE_HOSTS.contains(&host);
        for at in 1..segments.len() {
            let (before, segment) = (segments[at - 1].clone(), segments[at].clone());
            let hashed = match segment.strip_prefix('@') {
                Some("") => continue,
                Some(name) => format!("@{}", self.handle(platform, name)),
                None if segment.is_empty() => continue,
                None => match &*before {
                    "c" | "channel" | "profile" | "u" | "user" | "users" => {
                        self.handle(platform, &segment)
                    }
                    "status" | "statuses" => self.post(platform, &segment),
                    _ if at == 1 && is_profile_host && !NO_ACCOUNTS.contains(&&*segment) => {
                        self.handle(platform, &segment)
                    }
                    _ => continue,
                },
            };
            segments[at] = Cow::Owned(hashed);
        }
        let query = match (path.ends_with("/profile.php"), query.split_once("id=")) {
            (true, Some((start, id))) => {
                let end = id.find('&').unwrap_or(id.len());
                format!("{start}id={}{}", self.handle(platform, &id[..end]), &id[end..])
            }
            _ => query.to_owned(),
        };
        Cow::Owned(format!("{scheme}://{}{query}", segments.join("/")))
    }

    /// Puts pseudonyms where a chunk names accounts or posts.
    pub(crate) fn apply(&self, chunk: &mut Chunk) {
        let platforms: Vec<String> =
            (0..chunk.len()).map(|row| platform_in(chunk, row).to_owned()).collect();
        let platform = |row: usize| platforms[row].as_str();
        chunk.post_id =
            rewritten(&chunk.post_id, |row, id| Cow::Owned(self.post(platform(row), id)));
        if !chunk.text.is_empty() {
            chunk.text = rewritten(&chunk.text, |row, text| self.text(platform(row), text));
        }
        for column in ACCOUNTS {
            rename(chunk.names.get_mut(column), platform, |p, id| self.account(p, id));
        }
        for column in POSTS {
            rename(chunk.names.get_mut(column), platform, |p, id| self.post(p, id));
        }
        rename(chunk.lists.get_mut("mentions"), platform, |p, name| self.handle(p, name));
        rename(chunk.lists.get_mut("urls"), platform, |p, url| self.url(p, url).into_owned());
        // What was found in a bad cell may be a name.
        chunk.rejects.iter_mut().for_each(|reject| reject.detail.clear());
    }
}

fn rewritten<'s>(
    strings: &'s Strings,
    mut rewrite: impl FnMut(usize, &'s str) -> Cow<'s, str>,
) -> Strings {
    let mut out = Strings::new();
    strings.iter().enumerate().for_each(|(row, text)| out.push(&rewrite(row, text)));
    out
}

/// Gives every name of a column another one; the same name on one platform the same one.
fn rename<'p>(
    column: Option<&mut LocalNames>,
    platform: impl Fn(usize) -> &'p str,
    rename: impl Fn(&str, &str) -> String,
) {
    let Some(column) = column else { return };
    let mut renamed = LocalNames::default();
    let mut known: Map<(&str, u32), String> = Map::default();
    let rows = if column.ends.is_empty() { column.values.len() } else { column.ends.len() };
    for row in 0..rows {
        let platform = platform(row);
        let mut name_of = |number: u32| {
            let named = known.entry((platform, number));
            named.or_insert_with(|| rename(platform, column.names().get(number as usize))).clone()
        };
        if column.ends.is_empty() {
            match column.values[row] {
                NONE => renamed.push(None),
                number => renamed.push(Some(&name_of(number))),
            }
        } else {
            column.row(row).iter().for_each(|&number| renamed.push_entry(&name_of(number)));
            renamed.end_row();
        }
    }
    *column = renamed;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_the_published_function() {
        // RFC 4231, test case 2, over our framing: the raw HMAC of the crate is checked.
        let mut mac = Hmac::<Sha256>::new_from_slice(b"Jefe").expect("a key");
        mac.update(b"what do ya want for nothing?");
        let bytes = mac.finalize().into_bytes();
        assert_eq!(bytes[..4], [0x5b, 0xdc, 0xc1, 0x46]);
    }

    #[test]
    fn names_are_replaced_wherever_they_stand() {
        let p = Pseudonyms::new(b"key");
        let ann = p.account("x", "ann");
        let check = |text: &str, expected: String| assert_eq!(p.text("x", text), expected);
        check("hi @Ann, a@b.c", format!("hi @{ann}, a@b.c"));
        check("see https://x.com/ann\nnow", format!("see https://x.com/{ann}\nnow"));
        let post = p.post("x", "7");
        check("https://x.com/Ann/status/7?s=1", format!("https://x.com/{ann}/status/{post}?s=1"));
        check("https://h.eu/@ann", format!("https://h.eu/@{ann}"));
        check("https://www.reddit.com/user/ann/", format!("https://www.reddit.com/user/{ann}/"));
        check("https://x.com/i/web", "https://x.com/i/web".to_owned());
        check("https://a.eu/ann", "https://a.eu/ann".to_owned());
    }

    #[test]
    fn keys_platforms_and_kinds_are_told_apart() {
        let (p, q) = (Pseudonyms::new(b"key"), Pseudonyms::new(b"other"));
        let all = [p.account("x", "1"), p.account("y", "1"), p.post("x", "1"), q.account("x", "1")];
        for (n, name) in all.iter().enumerate() {
            assert!(!all[..n].contains(name), "{name}");
        }
        assert_ne!(p.key_id(), q.key_id());
        assert_eq!(p.account("x", "1"), Pseudonyms::new(b"key").account("x", "1"));
        assert!(!format!("{p:?}").contains("key"));
    }
}

//! One word per thing: a few words that must not come up in names, and names that say nothing.

use super::Violation;
use super::source::{Source, is_word, words};
use super::tree::Tree;

/// A word that is not ours, where it is not, and what we say.
struct Word {
    not: &'static [&'static str],
    /// The packages it is looked for in; none = all of the product.
    packages: &'static [&'static str],
    but: &'static str,
}

const WORDS: &[Word] = &[
    Word { not: &["user", "users"], packages: &[], but: "account" },
    Word { not: &["tweet", "tweets", "retweet", "retweets"], packages: &[], but: "post, repost" },
    Word { not: &["botnet", "botnets"], packages: &[], but: "network" },
    Word {
        not: &["account", "accounts", "post", "posts"],
        packages: &["zwerm-evaluate", "zwerm-graph", "zwerm-sketch", "zwerm-stats"],
        but: "what the number is here: a kit knows `u32`, not what it stands for",
    },
];

/// Names of files that do not say what is in them.
const EMPTY_NAMES: [&str; 7] =
    ["utils.rs", "util.rs", "common.rs", "helpers.rs", "manager.rs", "misc.rs", "data.rs"];

/// See the [module documentation](self).
pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let product = tree.sources.iter().filter(|source| source.path.starts_with("crates/"));
    product.flat_map(|source| foreign_words(source).chain(empty_name(source))).collect()
}

fn foreign_words(source: &Source) -> impl Iterator<Item = Violation> {
    source.lines_of_code().flat_map(move |(line, code)| {
        words(code).filter_map(move |name| {
            let word = WORDS.iter().find(|word| {
                (word.packages.is_empty() || word.packages.contains(&source.package()))
                    && parts(name).iter().any(|part| word.not.contains(&part.as_str()))
            })?;
            Some(Violation {
                place: format!("{}:{line}", source.path),
                expected: format!("another word ({})", word.but),
                found: format!("`{name}`"),
                cure: "see the vocabulary in `STYLE.md`".to_owned(),
            })
        })
    })
}

fn empty_name(source: &Source) -> Option<Violation> {
    let name = source.path.rsplit('/').next().filter(|name| EMPTY_NAMES.contains(name))?;
    Some(Violation {
        place: source.path.clone(),
        expected: "a name that says what is inside".to_owned(),
        found: name.to_owned(),
        cure: "name the file after the thing, or put its parts where they belong".to_owned(),
    })
}

/// The words of a name: `UserId` and `user_id` are *user* and *id*.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for c in name.chars().filter(|&c| is_word(c)) {
        if (c == '_' || c.is_uppercase()) && parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut().filter(|_| c != '_') {
            part.extend(c.to_lowercase());
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::messages;
    use super::*;

    #[track_caller]
    fn finds(path: &str, text: &str, expected: usize) {
        let found = messages(check, &[(path, text)]);
        assert_eq!(found.len(), expected, "{text}: {found:?}");
    }

    #[test]
    fn foreign_words_in_names_are_found() {
        finds("crates/zwerm/src/a.rs", "struct UserId;\n", 1);
        finds("crates/zwerm/src/a.rs", "let n_users = 1;\n", 1);
        finds("crates/zwerm/src/a.rs", "fn is_usage() {} // the user\n", 0);
        finds("crates/zwerm/src/a.rs", "url.set_username(\"user\");\n", 0);
    }

    #[test]
    fn kits_know_numbers_only() {
        finds("crates/zwerm-graph/src/a.rs", "fn f(account: u32) {}\n", 1);
        finds("crates/zwerm-network/src/a.rs", "fn f(account: u32) {}\n", 0);
    }

    #[test]
    fn a_file_name_says_what_is_inside() {
        finds("crates/zwerm/src/utils.rs", "//! Things.\n", 1);
    }
}

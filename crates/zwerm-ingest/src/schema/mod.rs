//! Named schemas: what platforms and tools really write, and how it maps onto canonical columns.
//!
//! A schema is a TOML file in `schemas/` and its row in [`FILES`]; what a file can say is
//! [`spec`]. The few derivations that need code are in [`functions`]. Which schema a file follows
//! is decided by [`detect`].

pub(crate) mod detect;
pub(crate) mod functions;
pub(crate) mod html;
pub(crate) mod literal;
pub(crate) mod spec;

use std::sync::OnceLock;

pub use self::detect::Evidence;
pub(crate) use self::spec::{Layout, Rule, Schema};

/// The canonical columns under their own names: what is assumed where no schema is known.
pub const CANONICAL: &str = "zwerm";

macro_rules! schema {
    ($name:literal) => {
        ($name, include_str!(concat!("../../schemas/", $name, ".toml")))
    };
}

/// All schemas but the canonical one, by name.
const FILES: &[(&str, &str)] = &[
    schema!("4cat-csv"),
    schema!("4cat-other-csv"),
    schema!("bluesky-jetstream"),
    schema!("cib-mango-tree"),
    schema!("coordination-network-toolkit"),
    schema!("coortweet-csv"),
    schema!("crowdtangle-csv"),
    schema!("crowdtangle-instagram-csv"),
    schema!("mastodon"),
    schema!("meta-content-library-csv"),
    schema!("meta-content-library-instagram-csv"),
    schema!("minet-csv"),
    schema!("reddit-ndjson"),
    schema!("telegram-desktop-export"),
    schema!("telethon"),
    schema!("tiktok-research-api"),
    schema!("twarc-csv"),
    schema!("twitter-io-csv"),
    schema!("x-api-v2"),
    schema!("x-v1.1"),
    schema!("youtube-comment-threads"),
];

/// All schemas but the canonical one, by name.
pub(crate) fn all() -> &'static [Schema] {
    static SCHEMAS: OnceLock<Vec<Schema>> = OnceLock::new();
    SCHEMAS.get_or_init(|| {
        let parse = |&(name, text): &(&'static str, &str)| {
            Schema::parse(name, text).unwrap_or_else(|why| panic!("schemas/{name}.toml: {why}"))
        };
        FILES.iter().map(parse).collect()
    })
}

/// The names of all schemas, the canonical one first.
#[must_use]
pub fn names() -> Vec<&'static str> {
    std::iter::once(CANONICAL).chain(FILES.iter().map(|(name, _)| *name)).collect()
}

/// The schema called `name`; the canonical one is not among them.
pub(crate) fn find(name: &str) -> Option<&'static Schema> {
    all().iter().find(|schema| schema.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_file_says_what_it_must() {
        assert!(FILES.is_sorted_by(|a, b| a.0 < b.0));
        for schema in all() {
            for needed in ["post_id", "account_id", "created_at"] {
                assert!(schema.rule(needed).is_some(), "{} has no {needed}", schema.name);
            }
            assert!(!schema.needs.is_empty(), "{}", schema.name);
        }
    }

    #[test]
    fn no_file_of_the_folder_is_forgotten() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas");
        #[allow(clippy::disallowed_methods, reason = "a test lists a folder of the repository")]
        let entries = std::fs::read_dir(folder).expect("the folder of schemas");
        let mut found: Vec<String> = entries
            .map(|entry| entry.expect("a file").file_name().into_string().expect("UTF-8"))
            .collect();
        found.sort_unstable();
        let named: Vec<String> = FILES.iter().map(|(name, _)| format!("{name}.toml")).collect();
        assert_eq!(found, named);
    }
}

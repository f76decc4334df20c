//! Pseudonyms: no name of an account or post is left anywhere in results, and only the key and the
//! original dump together tell who is meant.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::posts::{self, Post, Table};
use crate::harness::program::{Run, zwerm};
use crate::harness::{results, scratch, spelled};

/// Posts in which accounts name each other in every way.
fn some_posts() -> Vec<Post> {
    let mut posts: Vec<Post> = posts::sample().into_iter().take(4_000).collect();
    for (n, post) in posts.iter_mut().enumerate().filter(|(n, _)| n % 40 == 0) {
        let who = post.name("account_id").to_owned();
        let text = format!("@Someone{n} and https://x.com/Someone{n}/status/{who} number {n}");
        post.names.insert("text", text);
        post.lists.insert("urls", vec![format!("https://www.facebook.com/Someone{n}/posts/1")]);
    }
    posts
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let place = Place { folder: scratch() };
        Table::of(&some_posts()).write(&place.at("posts.parquet"), 1_000);
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn scan(&self, out: &str, more: &[&str]) -> Run {
        let (input, out) = (spelled(&self.at("posts.parquet")), spelled(&self.at(out)));
        let mut arguments = vec!["scan", &input, "--out", &out];
        arguments.extend(more);
        zwerm(arguments)
    }

    fn reveal(&self, results: &str, key: &str, out: &str) -> Run {
        let paths = [results, "posts.parquet", key, out].map(|name| spelled(&self.at(name)));
        let [results, input, key, out] = &paths;
        zwerm([
            "reveal",
            results,
            "--input",
            input,
            "--keyfile",
            key,
            "--out",
            out,
            "--reason",
            "r",
        ])
    }
}

#[test]
fn no_name_is_left_and_the_key_gives_them_back() {
    let place = Place::new();
    let key = spelled(&place.at("key"));
    place.scan("plain", &[]).expect(0);
    place.scan("hidden", &["--pseudonymise", &key]).expect(0);
    let (plain, hidden) = (place.at("plain"), place.at("hidden"));
    let accounts = |folder: &Path| results::rows(&folder.join("accounts.parquet"));
    assert_eq!(accounts(&plain).len(), accounts(&hidden).len());
    let ids: Vec<String> =
        accounts(&plain).iter().map(|row| results::text(row, "account_id").to_owned()).collect();
    for (name, bytes) in results::result_files(&hidden) {
        let text = String::from_utf8_lossy(&bytes);
        let found = ids.iter().find(|id| name.ends_with(".csv") && text.contains(id.as_str()));
        assert_eq!(found, None, "{name}");
        assert!(!text.contains("omeone"), "{name}");
    }
    for row in accounts(&hidden) {
        let id = results::text(&row, "account_id");
        assert!(id.starts_with("example-") && id.len() == "example-".len() + 32, "{id}");
    }
    // The same key makes the same names.
    place.scan("again", &["--pseudonymise", &key]).expect(0);
    assert_eq!(results::different_files(&hidden, &place.at("again")), [""; 0]);
    // With key and dump, and an entry in the audit, all of them come back.
    place.reveal("hidden", "key", "names.csv").expect(0);
    let names = std::fs::read_to_string(place.at("names.csv")).unwrap();
    let revealed: Vec<&str> =
        names.lines().filter_map(|line| line.strip_prefix("account,")?.split('"').nth(1)).collect();
    assert_eq!(revealed.len(), ids.len());
    assert!(ids.iter().all(|id| revealed.contains(&id.as_str())));
    let audit = std::fs::read_to_string(place.at("hidden.audit.jsonl")).unwrap();
    let line: Value = serde_json::from_str(audit.trim()).expect("one line");
    assert_eq!(line["accounts"], ids.len());
    assert_eq!(line["reason"], "r");
    assert!(!audit.contains(&ids[0]), "the audit names nobody");
    // The results stay what the manifest says.
    zwerm(["verify", &spelled(&hidden)]).expect(0);
}

#[test]
fn another_key_or_none_reveals_nothing() {
    let place = Place::new();
    let (key, other) = (spelled(&place.at("key")), spelled(&place.at("other")));
    place.scan("hidden", &["--pseudonymise", &key]).expect(0);
    place.scan("elsewhere", &["--pseudonymise", &other]).expect(0);
    place.scan("plain", &[]).expect(0);
    let run = place.reveal("hidden", "other", "names.csv").expect(3);
    assert!(run.err.contains("by the key"), "{}", run.err);
    let run = place.reveal("plain", "key", "names.csv").expect(3);
    assert!(run.err.contains("found none"), "{}", run.err);
    place.reveal("hidden", "missing", "names.csv").expect(2);
    assert!(!place.at("names.csv").exists());
    assert!(!place.at("missing").exists(), "only a scan makes a key");
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let key = place.at("key");
    place.scan("a", &["--pseudonymise", &spelled(&key)]).expect(0);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&key), 0o600);
    for open in [0o640, 0o604, 0o644] {
        std::fs::set_permissions(&key, PermissionsExt::from_mode(open)).unwrap();
        let run = place.scan("b", &["--pseudonymise", &spelled(&key)]).expect(2);
        assert!(run.err.contains("mode 600") && run.err.contains("key"), "{}", run.err);
    }
    std::fs::write(place.at("short"), "1234").unwrap();
    std::fs::set_permissions(place.at("short"), PermissionsExt::from_mode(0o600)).unwrap();
    let run = place.scan("c", &["--pseudonymise", &spelled(&place.at("short"))]).expect(2);
    assert!(run.err.contains("16 bytes"), "{}", run.err);
}

//! Every Rust file says in its first line what it is about.

use super::Violation;
use super::tree::Tree;

/// See the [module documentation](self).
pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let about_nothing = tree.sources.iter().filter(|source| {
        let first = source.text.lines().next().and_then(|line| line.strip_prefix("//!"));
        first.is_none_or(|about| about.trim().is_empty())
    });
    about_nothing
        .map(|source| Violation {
            place: format!("{}:1", source.path),
            expected: "a module doc that says what the file is about".to_owned(),
            found: format!("{:?}", source.text.lines().next().unwrap_or("")),
            cure: "begin the file with `//! …`".to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::messages;
    use super::*;

    #[test]
    fn a_file_begins_with_what_it_is_about() {
        let found = |text| messages(check, &[("crates/x/src/a.rs", text)]).len();
        assert_eq!(found("//! A.\nfn a() {}\n"), 0);
        assert_eq!(found("fn a() {}\n"), 1);
        assert_eq!(found("//!\nfn a() {}\n"), 1);
        assert_eq!(found(""), 1);
    }
}

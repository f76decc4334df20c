//! The repository speaks of the project alone, and stays small.

use super::Violation;
use super::tree::{File, Tree};

/// Above this a file does not belong into a repository.
const BYTES_MAX: u64 = 3_000_000;

/// Files that tools write; what stands in them is theirs.
const WRITTEN_BY_TOOLS: [&str; 2] = ["Cargo.lock", "fuzz/Cargo.lock"];

/// See the [module documentation](self).
pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations: Vec<Violation> = tree.files.iter().filter_map(large).collect();
    for file in &tree.files {
        if !WRITTEN_BY_TOOLS.contains(&file.path.as_str()) {
            violations.extend(strangers(tree, file));
        }
    }
    if !tree.files.iter().any(|file| file.path == "Cargo.lock") {
        violations.push(Violation {
            place: "Cargo.lock".to_owned(),
            expected: "the file in the repository, so that `--locked` can hold".to_owned(),
            found: "none".to_owned(),
            cure: "commit it".to_owned(),
        });
    }
    violations
}

fn large(file: &File) -> Option<Violation> {
    (file.bytes > BYTES_MAX).then(|| Violation {
        place: file.path.clone(),
        expected: format!("at most {BYTES_MAX} bytes"),
        found: file.bytes.to_string(),
        cure: "generate it, or keep it elsewhere".to_owned(),
    })
}

/// Folders of one machine. Written apart, so that this file does not name them either.
fn machine_paths() -> [String; 3] {
    [["/wo", "rk/"].concat(), ["/ro", "ot/"].concat(), ["/t", "mp/"].concat()]
}

/// Hosts of package registries: builds reach them through their clients, not by name.
fn registry_hosts() -> [String; 4] {
    [["crates", ".io"], ["pypi", ".org"], ["npmjs", "."], ["deb.", "debian"]]
        .map(|two| two.concat())
}

/// What stands where something is still to be filled in. Written apart, as above.
fn placeholder() -> String {
    ["TODO", "-OUTPUT"].concat()
}

/// Lines that name what only one machine knows, or that wait to be filled in.
fn strangers(tree: &Tree, file: &File) -> Vec<Violation> {
    let mut violations = Vec::new();
    let source = tree.source(&file.path);
    for (number, line) in file.text.iter().flat_map(|text| text.lines().enumerate()) {
        // A test may name any path.
        if source.is_some_and(|source| source.is_test(number)) {
            continue;
        }
        let paths = machine_paths().into_iter().filter(|path| names_path(line, path));
        let gap = line.contains(&placeholder()).then(placeholder);
        let hosts = registry_hosts().into_iter().filter(|host| line.contains(host.as_str()));
        for (found, expected) in paths
            .map(|path| (path, "no path of one machine"))
            .chain(hosts.map(|host| (host, "no name of a registry's host")))
            .chain(gap.map(|gap| (gap, "real output")))
        {
            violations.push(Violation {
                place: format!("{}:{}", file.path, number + 1),
                expected: expected.to_owned(),
                found,
                cure: "say it without".to_owned(),
            });
        }
    }
    violations
}

/// Whether a line names an absolute path: `a/tmp/b` does not, neither does a URL.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-/}>".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::super::messages;
    use super::*;

    #[track_caller]
    fn finds(path: &str, text: &str, expected: usize) {
        let found = messages(check, &[("Cargo.lock", ""), (path, text)]);
        assert_eq!(found.len(), expected, "{found:?}");
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        for path in machine_paths() {
            finds("README.md", &format!("see {path}main"), 1);
            finds("README.md", &format!("see https://example.org{path}main"), 0);
            finds("crates/x/tests/a.rs", &format!("//! {path}main"), 0);
        }
    }

    #[test]
    fn hosts_of_registries_are_found() {
        for host in registry_hosts() {
            finds("README.md", &format!("from https://{host}/x"), 1);
        }
    }

    #[test]
    fn a_lock_file_names_its_registry() {
        for path in WRITTEN_BY_TOOLS {
            finds(path, &format!("source = \"https://{}\"", registry_hosts()[0]), 0);
        }
    }

    #[test]
    fn a_gap_is_found() {
        finds("README.md", &placeholder(), 1);
    }

    #[test]
    fn a_lock_file_must_be_there() {
        assert_eq!(messages(check, &[("README.md", "")]).len(), 1);
    }

    #[test]
    fn a_large_file_is_found() {
        let file = |bytes| File { path: "a.parquet".to_owned(), bytes, text: None };
        assert!(large(&file(BYTES_MAX)).is_none());
        assert!(large(&file(BYTES_MAX + 1)).is_some());
    }
}

//! What code reaches for: unfinished work, panics by convenience, files, the network, lost modules.

use super::Violation;
use super::source::Source;
use super::tree::{Tree, module_folder};

/// Something that some code must not reach for.
struct Rule {
    /// What it looks like in code without comments and literals.
    patterns: &'static [&'static str],
    /// The packages that may.
    except: &'static [&'static str],
    /// What to do instead.
    cure: &'static str,
}

/// Packages that may touch the file system; the tools are no part of the product.
const FILES: &[&str] = &["xtask", "zwerm", "zwerm-cli", "zwerm-ingest", "zwerm-report"];

/// Outside tests.
const RULES: &[Rule] = &[
    Rule {
        patterns: &[".unwrap()", ".unwrap_err()"],
        except: &[],
        cure: "return an error, or use `expect(\"why it holds\")`",
    },
    Rule {
        patterns: &["todo!", "unimplemented!", "dbg!"],
        except: &[],
        cure: "finish it, or leave it out and say so",
    },
    Rule {
        patterns: &["std::fs", "fs::", "File::open", "File::create", "OpenOptions", "std::{fs"],
        except: FILES,
        cure: "let the library read or write, and hand over what is needed",
    },
    Rule {
        patterns: &["std::net", "TcpStream", "TcpListener", "UdpSocket"],
        except: &[],
        cure: "nothing here talks to a network",
    },
    Rule {
        patterns: &["std::env::var", "env::var(", "env::var_os("],
        except: &["xtask", "zwerm-cli"],
        cure: "make it a field of the configuration: the same rows must give the same bytes",
    },
    Rule {
        patterns: &["thread_rng", "rand::rng", "RandomState", "Instant::now", "SystemTime::now"],
        except: &["xtask", "zwerm-cli"],
        cure: "derive it from the seed and from what is computed; clocks belong to the program",
    },
];

/// See the [module documentation](self).
pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = lost_modules(tree);
    for source in &tree.sources {
        for rule in RULES.iter().filter(|rule| !rule.except.contains(&source.package())) {
            violations.extend(broken(source, rule));
        }
    }
    violations
}

fn broken<'a>(source: &'a Source, rule: &'a Rule) -> impl Iterator<Item = Violation> + 'a {
    source.lines_of_code().filter_map(move |(line, code)| {
        let pattern = rule.patterns.iter().find(|pattern| reaches(code, pattern))?;
        Some(Violation {
            place: format!("{}:{line}", source.path),
            expected: format!("no `{pattern}` in {}", source.package()),
            found: format!("`{}`", code.trim()),
            cure: rule.cure.to_owned(),
        })
    })
}

/// Whether a pattern stands in some code as a whole word.
fn reaches(code: &str, pattern: &str) -> bool {
    code.match_indices(pattern).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        pattern.starts_with('.') || !before.is_some_and(super::source::is_word)
    })
}

/// Files that no module declares: the compiler never sees them.
fn lost_modules(tree: &Tree) -> Vec<Violation> {
    let is_root = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or("");
        !path.contains("/src/") || ["lib.rs", "main.rs"].contains(&name) || path.contains("/bin/")
    };
    let declared = |path: &str| {
        let module = path.trim_end_matches("/mod.rs").trim_end_matches(".rs");
        tree.sources.iter().any(|parent| {
            let folder = module_folder(&parent.path);
            parent.modules().any(|(name, _)| format!("{folder}/{name}") == module)
        })
    };
    tree.sources
        .iter()
        .filter(|source| !is_root(&source.path) && !declared(&source.path))
        .map(|source| Violation {
            place: source.path.clone(),
            expected: "a `mod` line in the module above".to_owned(),
            found: "none, so it is not compiled".to_owned(),
            cure: "declare it or remove it".to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::messages;
    use super::*;

    const LIB: &str = "crates/zwerm-text/src/lib.rs";

    #[track_caller]
    fn finds(path: &str, text: &str, expected: usize) {
        let found = messages(check, &[(path, text)]);
        assert_eq!(found.len(), expected, "{text}: {found:?}");
    }

    #[test]
    fn no_unwrap_outside_tests() {
        finds(LIB, "fn a() { b().unwrap() }\n", 1);
        finds(LIB, "fn a() { b().unwrap_or(0) }\n", 0);
        finds(LIB, "// b().unwrap()\nfn a() { c(\".unwrap()\") }\n", 0);
        finds(LIB, "#[cfg(test)]\nmod tests {\n    fn a() { b().unwrap() }\n}\n", 0);
        finds("tests/it/main.rs", "fn a() { b().unwrap() }\n", 0);
    }

    #[test]
    fn nothing_is_left_to_do() {
        finds(LIB, "fn a() { todo!() }\n", 1);
        finds(LIB, "fn a() { unimplemented!() }\n", 1);
        finds(LIB, "fn a() { dbg!(1); }\n", 1);
        finds(LIB, "fn a() { my_todo!() }\n", 0);
    }

    #[test]
    fn only_four_crates_touch_files() {
        finds(LIB, "use std::fs;\n", 1);
        finds(LIB, "fn a() { File::open(b) }\n", 1);
        finds("crates/zwerm-report/src/lib.rs", "use std::fs;\n", 0);
        finds(LIB, "fn a() { refs::of(b) }\n", 0);
    }

    #[test]
    fn nothing_talks_to_a_network_or_to_chance() {
        finds("crates/zwerm-cli/src/main.rs", "use std::net::TcpStream;\n", 1);
        finds(LIB, "fn a() { Instant::now() }\n", 1);
        finds(LIB, "fn a() { std::env::var(b) }\n", 1);
    }

    #[test]
    fn every_file_is_declared() {
        let lib = (LIB, "//! X.\nmod a;\n");
        let check_with = |path: &str| messages(check, &[lib, (path, "//! A.\n")]).len();
        assert_eq!(check_with("crates/zwerm-text/src/a.rs"), 0);
        assert_eq!(check_with("crates/zwerm-text/src/a/mod.rs"), 0);
        assert_eq!(check_with("crates/zwerm-text/src/b.rs"), 1);
        assert_eq!(check_with("crates/zwerm-text/tests/b.rs"), 0);
    }
}

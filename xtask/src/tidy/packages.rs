//! The packages that were asked for are used, and no package is declared in vain.

use super::Violation;
use super::source::names_crate;
use super::tree::{Tree, code_of_packages};

/// The packages that were asked for. `arrow-array` and its siblings stand for `arrow2`, which is
/// archived with an unpatched advisory (RUSTSEC-2025-0038).
const ASKED_FOR: [&str; 9] = [
    "arrow-array",
    "clap",
    "hnsw_rs",
    "ndarray",
    "parquet",
    "petgraph",
    "rayon",
    "serde",
    "tracing",
];

/// See the [module documentation](self).
pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = declared_in_vain(tree);
    for package in ASKED_FOR.into_iter().filter(|package| !is_used(tree, package)) {
        violations.push(Violation {
            place: "crates/".to_owned(),
            expected: format!("a crate that depends on {package} and names it in its code"),
            found: "none".to_owned(),
            cure: "use it for what it was asked for".to_owned(),
        });
    }
    violations
}

/// Whether a crate of the product depends on a package and names it outside its tests.
fn is_used(tree: &Tree, package: &str) -> bool {
    let code = code_of_packages(tree);
    tree.manifests.iter().filter(|manifest| manifest.path.starts_with("crates/")).any(|manifest| {
        manifest.dependencies.iter().any(|dependency| dependency == package)
            && code.get(manifest.name.as_str()).is_some_and(|code| names_crate(code, package))
    })
}

fn declared_in_vain(tree: &Tree) -> Vec<Violation> {
    let code = code_of_packages(tree);
    let mut violations = Vec::new();
    for manifest in tree.manifests.iter().filter(|manifest| manifest.path.starts_with("crates/")) {
        let code = code.get(manifest.name.as_str()).map_or("", String::as_str);
        for dependency in manifest.dependencies.iter().filter(|name| !names_crate(code, name)) {
            violations.push(Violation {
                place: manifest.path.clone(),
                expected: format!("code that names {dependency}"),
                found: "none".to_owned(),
                cure: "remove the dependency, or move it to the tests".to_owned(),
            });
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::messages;
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"zwerm\"\n[dependencies]\nrayon = \"1\"\n";

    fn of_rayon(code: &str) -> Vec<String> {
        let texts = [("crates/zwerm/Cargo.toml", MANIFEST), ("crates/zwerm/src/lib.rs", code)];
        let found = messages(check, &texts);
        found.into_iter().filter(|message| message.contains("rayon")).collect()
    }

    #[test]
    fn a_package_is_used_when_code_names_it() {
        assert_eq!(of_rayon("use rayon::prelude::*;\n"), [""; 0]);
        assert_eq!(of_rayon("fn a() { rayon::join(b, c) }\n"), [""; 0]);
    }

    #[test]
    fn a_package_in_a_comment_or_a_test_is_not_used() {
        assert_eq!(of_rayon("// use rayon::prelude::*;\n").len(), 2);
        assert_eq!(of_rayon("#[cfg(test)]\nmod tests {\n    use rayon::join;\n}\n").len(), 2);
    }
}

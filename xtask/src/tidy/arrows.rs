//! Arrows between crates point one way: a stage never knows another stage, a kit knows no one.

use super::Violation;
use super::tree::Tree;

/// Know nothing of each other, nor of anything else of ours.
pub(super) const KITS: [&str; 6] =
    ["zwerm-embed", "zwerm-evaluate", "zwerm-graph", "zwerm-model", "zwerm-sketch", "zwerm-stats"];

/// Know the kits, never each other. The simulator stands where ingest stands: posts come out of it.
pub(super) const STAGES: [&str; 9] = [
    "zwerm-assess",
    "zwerm-baseline",
    "zwerm-ingest",
    "zwerm-meaning",
    "zwerm-network",
    "zwerm-report",
    "zwerm-simulate",
    "zwerm-text",
    "zwerm-trace",
];

/// See the [module documentation](self).
pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for manifest in &tree.manifests {
        let allowed = allowed(&manifest.name);
        let ours = manifest.dependencies.iter().filter(|name| name.starts_with("zwerm"));
        for dependency in ours.filter(|name| !allowed.contains(&name.as_str())) {
            violations.push(Violation {
                place: manifest.path.clone(),
                expected: format!("{} to depend on {}", manifest.name, list(&allowed)),
                found: format!("a dependency on {dependency}"),
                cure:
                    "hand the value over in `crates/zwerm/src/pipeline.rs`, or move what both need \
                       into a kit"
                        .to_owned(),
            });
        }
        if manifest.path.starts_with("crates/") && !is_known(&manifest.name) {
            violations.push(Violation {
                place: manifest.path.clone(),
                expected: "every crate to be a kit, a stage, the library or the program".to_owned(),
                found: format!("the new crate {}", manifest.name),
                cure: "add it to `xtask/src/tidy/arrows.rs` and to `ARCHITECTURE.md`".to_owned(),
            });
        }
    }
    violations
}

fn is_known(name: &str) -> bool {
    KITS.contains(&name) || STAGES.contains(&name) || ["zwerm", "zwerm-cli"].contains(&name)
}

/// Which of our crates a package may depend on.
fn allowed(name: &str) -> Vec<&'static str> {
    match name {
        "zwerm" => [&KITS[..], &STAGES[..]].concat(),
        "zwerm-cli" => vec!["zwerm"],
        "zwerm-tests" | "zwerm-benches" | "zwerm-fuzz" => {
            [&KITS[..], &STAGES[..], &["zwerm"]].concat()
        }
        stage if STAGES.contains(&stage) => KITS.to_vec(),
        _ => Vec::new(),
    }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        "none of our crates".to_owned()
    } else {
        format!("{} only", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::messages;
    use super::*;

    fn manifest(name: &str, dependency: &str) -> String {
        format!("[package]\nname = \"{name}\"\n[dependencies]\n{dependency}.workspace = true\n")
    }

    #[track_caller]
    fn finds(name: &str, dependency: &str, expected: usize) {
        let (path, text) = (format!("crates/{name}/Cargo.toml"), manifest(name, dependency));
        assert_eq!(messages(check, &[(&path, &text)]).len(), expected, "{name} on {dependency}");
    }

    #[test]
    fn a_stage_never_depends_on_another() {
        finds("zwerm-text", "zwerm-ingest", 1);
        finds("zwerm-text", "zwerm-sketch", 0);
        finds("zwerm-text", "zwerm", 1);
    }

    #[test]
    fn a_kit_depends_on_no_one() {
        finds("zwerm-graph", "zwerm-model", 1);
        finds("zwerm-model", "zwerm-stats", 1);
        finds("zwerm-stats", "libm", 0);
    }

    #[test]
    fn only_the_library_knows_the_stages() {
        finds("zwerm", "zwerm-report", 0);
        finds("zwerm-cli", "zwerm", 0);
        finds("zwerm-cli", "zwerm-report", 1);
    }

    #[test]
    fn tests_and_fuzz_targets_may_know_any() {
        for name in ["zwerm-benches", "zwerm-fuzz", "zwerm-tests"] {
            let allowed = allowed(name);
            assert!(allowed.contains(&"zwerm-text") && !allowed.contains(&"zwerm-cli"), "{name}");
        }
    }

    #[test]
    fn a_new_crate_needs_a_place() {
        finds("zwerm-magic", "libm", 1);
    }

    #[test]
    fn the_message_says_what_to_do() {
        let text = manifest("zwerm-text", "zwerm-trace");
        let found = messages(check, &[("crates/zwerm-text/Cargo.toml", &text)]);
        assert!(found[0].starts_with("crates/zwerm-text/Cargo.toml: expected "), "{found:?}");
        assert!(found[0].contains("found a dependency on zwerm-trace; hand the value over"));
    }
}

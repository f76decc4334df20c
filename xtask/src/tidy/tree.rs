//! What tidy looks at: the files that git knows, the Rust among them, and the manifests.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::source::Source;
use crate::shell;

/// A repository as tidy sees it.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Every file of the repository: path, size in bytes, and its text if it is text.
    pub(crate) files: Vec<File>,
    /// The Rust files.
    pub(crate) sources: Vec<Source>,
    /// The manifests of packages.
    pub(crate) manifests: Vec<Manifest>,
}

/// A file.
#[derive(Debug)]
pub(crate) struct File {
    /// Its path from the top of the repository.
    pub(crate) path: String,
    /// Its size in bytes.
    pub(crate) bytes: u64,
    /// What it holds, unless it is binary.
    pub(crate) text: Option<String>,
}

/// A package's `Cargo.toml`.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// Its path.
    pub(crate) path: String,
    /// The package.
    pub(crate) name: String,
    /// What it depends on outside tests.
    pub(crate) dependencies: Vec<String>,
}

impl Tree {
    /// Reads what git tracks and what it would add.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut git = Command::new("git");
        git.current_dir(root).args(["ls-files", "--cached", "--others", "--exclude-standard"]);
        let listed = shell::output(&mut git).context("tidy asks git which files there are")?;
        let mut paths: Vec<&str> =
            listed.lines().filter(|path| root.join(path).is_file()).collect();
        paths.sort_unstable();
        paths.dedup();
        let mut files = Vec::new();
        for path in paths {
            let bytes = std::fs::read(root.join(path)).with_context(|| path.to_owned())?;
            let size = bytes.len() as u64;
            let text = String::from_utf8(bytes).ok();
            files.push(File { path: path.to_owned(), bytes: size, text });
        }
        Tree::new(files)
    }

    /// A tree of given files.
    pub(crate) fn new(files: Vec<File>) -> Result<Self> {
        let mut tree = Tree::default();
        for file in &files {
            let Some(text) = &file.text else { continue };
            if file.path.ends_with(".rs") {
                tree.sources.push(Source::new(&file.path, text));
            } else if file.path.ends_with("/Cargo.toml") {
                tree.manifests.push(Manifest::read(&file.path, text)?);
            }
        }
        tree.files = files;
        tree.mark_test_modules();
        Ok(tree)
    }

    /// A tree of texts, for tests.
    #[cfg(test)]
    pub(crate) fn of(texts: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File {
            path: path.to_owned(),
            bytes: text.len() as u64,
            text: Some(text.to_owned()),
        };
        Tree::new(texts.iter().map(file).collect()).expect("texts of a test can be read")
    }

    /// The source of a path.
    pub(crate) fn source(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.path == path)
    }

    /// A file that is declared as `#[cfg(test)] mod name;` is a test, and so is what lies below it.
    fn mark_test_modules(&mut self) {
        let mut below: Vec<String> = Vec::new();
        for source in &self.sources {
            let folder = module_folder(&source.path);
            below.extend(
                source
                    .modules()
                    .filter(|&(_, test)| test)
                    .map(|(name, _)| format!("{folder}/{name}")),
            );
        }
        for source in &mut self.sources {
            let is_below = |module: &String| {
                source.path.strip_prefix(module.as_str()).is_some_and(|r| r.starts_with(['.', '/']))
            };
            if below.iter().any(is_below) {
                source.set_test();
            }
        }
    }
}

/// The folder in which the modules of a file lie.
pub(crate) fn module_folder(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        _ => path.trim_end_matches(".rs").to_owned(),
    }
}

impl Manifest {
    fn read(path: &str, text: &str) -> Result<Self> {
        let table: toml::Table = toml::from_str(text).with_context(|| path.to_owned())?;
        let name = table.get("package").and_then(|p| p.get("name")).and_then(|n| n.as_str());
        let dependencies = table.get("dependencies").and_then(|d| d.as_table());
        Ok(Manifest {
            path: path.to_owned(),
            name: name.unwrap_or("").to_owned(),
            dependencies: dependencies.map(|d| d.keys().cloned().collect()).unwrap_or_default(),
        })
    }
}

/// The code of each package that is no test, joined.
pub(crate) fn code_of_packages(tree: &Tree) -> BTreeMap<&str, String> {
    let mut code: BTreeMap<&str, String> = BTreeMap::new();
    for source in &tree.sources {
        let of_package = code.entry(source.package()).or_default();
        for (_, line) in source.lines_of_code() {
            of_package.push_str(line);
            of_package.push('\n');
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_behind_a_test_module_are_tests() {
        let tree = Tree::of(&[
            ("crates/x/src/lib.rs", "//! X.\n#[cfg(test)]\nmod testing;\nmod near;\n"),
            ("crates/x/src/testing.rs", "fn a() {}\n"),
            ("crates/x/src/testing/more.rs", "fn a() {}\n"),
            ("crates/x/src/near.rs", "fn a() {}\n"),
        ]);
        let tests: Vec<&str> =
            tree.sources.iter().filter(|s| s.is_test(0)).map(|s| s.path.as_str()).collect();
        assert_eq!(tests, ["crates/x/src/testing.rs", "crates/x/src/testing/more.rs"]);
    }

    #[test]
    fn dependencies_are_those_outside_tests() {
        let text =
            "[package]\nname = \"x\"\n[dependencies]\na = \"1\"\n[dev-dependencies]\nb = \"1\"\n";
        let manifest = Manifest::read("crates/x/Cargo.toml", text).expect("it is TOML");
        assert_eq!((manifest.name.as_str(), manifest.dependencies), ("x", vec!["a".to_owned()]));
    }
}

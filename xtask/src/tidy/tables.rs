//! Plug-in folders: what is added as one file has its row, in order, and its page of documentation.
//!
//! The rows stand in plain sight in `mod.rs` because `cargo fmt` cannot see modules that a macro
//! declares; that no file is forgotten is checked here instead.

use super::Violation;
use super::source::Source;
use super::tree::Tree;

/// A folder in which every file is one of a kind.
struct Folder {
    path: &'static str,
    /// The table in its `mod.rs`; empty if modules are named where they are used.
    table: &'static str,
    /// Headings of each file's module doc, in order; part of a heading will do.
    headings: &'static [&'static str],
}

const FOLDERS: &[Folder] = &[
    Folder {
        path: "crates/zwerm-assess/src/explanations",
        table: "TABLE",
        headings: &["When it fits", "When it misleads"],
    },
    Folder {
        path: "crates/zwerm-assess/src/signals",
        table: "TABLE",
        headings: &["What it measures", "Why it is a signal", "When it misleads", "Cost", "Source"],
    },
    Folder {
        path: "crates/zwerm-baseline/src/recipes",
        table: "TABLE",
        headings: &["What the publication does", "Where we choose", "When it misleads", "Source"],
    },
    Folder {
        path: "crates/zwerm-network/src/nulls",
        table: "",
        headings: &["What it measures", "misleads", "Cost"],
    },
    Folder { path: "crates/zwerm-report/src/exporters", table: "EXPORTERS", headings: &[] },
    Folder {
        path: "crates/zwerm-trace/src/kinds",
        table: "TABLE",
        headings: &["What is the object", "When it misleads"],
    },
];

/// See the [module documentation](self).
pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for folder in FOLDERS {
        let files: Vec<&Source> = members(tree, folder).collect();
        for file in &files {
            violations.extend(missing_headings(file, folder.headings));
        }
        let Some(index) = tree.source(&format!("{}/mod.rs", folder.path)) else { continue };
        violations.extend(unsorted(index, "module lines", &module_names(index)));
        if !folder.table.is_empty() {
            let rows = rows(index, folder.table);
            let keys: Vec<String> = rows.iter().map(|row| row_key(row)).collect();
            violations.extend(unsorted(index, "rows", &keys));
            violations.extend(files.iter().filter_map(|file| without_row(file, index, &rows)));
        }
    }
    violations
}

/// The files of a folder, without its `mod.rs`, tests and what lies deeper.
fn members<'a>(tree: &'a Tree, folder: &'a Folder) -> impl Iterator<Item = &'a Source> {
    tree.sources.iter().filter(|source| {
        let below = source.path.strip_prefix(folder.path).and_then(|rest| rest.strip_prefix('/'));
        below.is_some_and(|name| name != "mod.rs" && !name.contains('/')) && !source.is_test(0)
    })
}

fn stem(source: &Source) -> &str {
    let name = source.path.rsplit('/').next().unwrap_or("");
    name.trim_end_matches(".rs")
}

fn missing_headings(file: &Source, wanted: &[&str]) -> Option<Violation> {
    let headings: Vec<&str> =
        file.text.lines().filter_map(|line| line.strip_prefix("//! # ")).map(str::trim).collect();
    let mut rest = headings.iter();
    let missing = wanted.iter().find(|wanted| {
        let wanted = wanted.to_lowercase();
        !rest.any(|heading| heading.to_lowercase().contains(&wanted))
    })?;
    Some(Violation {
        place: file.path.clone(),
        expected: format!("the headings {} in this order", wanted.join(" · ")),
        found: if headings.is_empty() { "none".to_owned() } else { headings.join(" · ") },
        cure: format!(
            "write `//! # {missing}` and its answer: it is this file's page in the manual"
        ),
    })
}

fn module_names(index: &Source) -> Vec<String> {
    index.modules().filter(|&(_, test)| !test).map(|(name, _)| name.to_owned()).collect()
}

/// The rows of a table: the text of `NAME: … = &[` up to its closing bracket, cut at its commas.
fn rows(index: &Source, table: &str) -> Vec<String> {
    let text = &index.text;
    let Some(start) = text.find(&format!("{table}: ")) else { return Vec::new() };
    let Some(open) = text[start..].find('=').map(|at| start + at) else { return Vec::new() };
    let Some(open) = text[open..].find('[').map(|at| open + at) else { return Vec::new() };
    let mut rows = vec![String::new()];
    let mut depth = 0;
    for c in text[open..].chars() {
        match c {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth -= 1,
            _ => {}
        }
        match (c, depth) {
            (_, 0) => break,
            (',', 1) => rows.push(String::new()),
            _ => rows.last_mut().into_iter().for_each(|row| row.push(c)),
        }
    }
    let trimmed = rows.iter().map(|row| row.trim_start_matches('[').trim().to_owned());
    trimmed.filter(|row| !row.is_empty()).collect()
}

/// What a row is sorted by: its first string, else its text.
fn row_key(row: &str) -> String {
    row.split('"').nth(1).unwrap_or(row).trim_start_matches('&').to_owned()
}

fn without_row(file: &Source, index: &Source, rows: &[String]) -> Option<Violation> {
    let path = format!("{}::", stem(file));
    let has_row = rows.iter().any(|row| {
        row.match_indices(&path)
            .any(|(at, _)| !row[..at].chars().next_back().is_some_and(super::source::is_word))
    });
    (!has_row).then(|| Violation {
        place: index.path.clone(),
        expected: format!("a row for `{path}`"),
        found: "none".to_owned(),
        cure: "add it where it belongs by name".to_owned(),
    })
}

fn unsorted(index: &Source, what: &str, keys: &[String]) -> Option<Violation> {
    let at = keys.windows(2).position(|two| two[0] >= two[1])?;
    Some(Violation {
        place: index.path.clone(),
        expected: format!("{what} sorted by name"),
        found: format!("{} before {}", keys[at], keys[at + 1]),
        cure: "swap them".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::messages;
    use super::*;

    const FOLDER: &str = "crates/zwerm-trace/src/kinds";
    const PAGE: &str = "//! A.\n//!\n//! # What is the object\n//!\n//! # When it misleads\n";

    #[track_caller]
    fn finds(index: &str, files: &[(&str, &str)], expected: &[&str]) {
        let mut texts = vec![(format!("{FOLDER}/mod.rs"), index.to_owned())];
        texts.extend(
            files.iter().map(|&(name, text)| (format!("{FOLDER}/{name}"), text.to_owned())),
        );
        let texts: Vec<(&str, &str)> =
            texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let found = messages(check, &texts);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }

    const INDEX: &str = "pub mod a;\npub mod b;\npub const TABLE: &[Kind] = &[a::KIND, b::KIND];\n";

    #[test]
    fn files_with_rows_and_pages_pass() {
        finds(INDEX, &[("a.rs", PAGE), ("b.rs", PAGE)], &[]);
    }

    #[test]
    fn a_file_without_a_row_is_found() {
        let index = "pub mod a;\npub mod b;\npub const TABLE: &[Kind] = &[a::KIND];\n";
        finds(index, &[("a.rs", PAGE), ("b.rs", PAGE)], &["expected a row for `b::`"]);
    }

    #[test]
    fn an_unsorted_table_is_found() {
        let index = "pub mod a;\npub mod b;\npub const TABLE: &[Kind] = &[\n    b::KIND,\n    a::KIND,\n];\n";
        finds(index, &[("a.rs", PAGE), ("b.rs", PAGE)], &["rows sorted by name"]);
        let index = "pub mod b;\npub mod a;\npub const TABLE: &[Kind] = &[a::KIND, b::KIND];\n";
        finds(index, &[("a.rs", PAGE), ("b.rs", PAGE)], &["module lines sorted"]);
    }

    #[test]
    fn rows_with_a_string_are_sorted_by_it() {
        let index = "pub mod x;\npub mod y;\npub const TABLE: [K; 2] = [\n    K { f: \"a\", w: y::w },\n    \
                     K { f: \"b\", w: x::w },\n];\n";
        finds(index, &[("x.rs", PAGE), ("y.rs", PAGE)], &[]);
    }

    #[test]
    fn a_page_without_its_headings_is_found() {
        let page = "//! A.\n//!\n//! # When it misleads\n//!\n//! # What is the object\n";
        finds(INDEX, &[("a.rs", page), ("b.rs", PAGE)], &["write `//! # When it misleads`"]);
        finds(INDEX, &[("a.rs", "//! A.\n"), ("b.rs", PAGE)], &["found none"]);
    }
}

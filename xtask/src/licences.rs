//! The licences of everything that is built, against the list in `deny.toml`.
//!
//! What `cargo deny check licenses` does, without needing it installed.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::shell;

/// What `deny.toml` allows.
#[derive(Debug, Default)]
struct Policy {
    allowed: BTreeSet<String>,
    /// Allowed for one package.
    exceptions: BTreeMap<String, BTreeSet<String>>,
}

/// Fails if a package has a licence that is not allowed, and names it.
pub(crate) fn run(place: &Place, _: &[String]) -> Result<()> {
    let path = place.root.join("deny.toml");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let policy = Policy::read(&text).context("deny.toml")?;
    let metadata = shell::output(shell::cargo(&place.root).args([
        "metadata",
        "--format-version",
        "1",
        "--locked",
    ]))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"].as_array().context("cargo lists packages")?;
    let mut refused = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or("");
        let licence = package["license"].as_str().unwrap_or("none");
        if !policy.permits(name, licence) {
            refused.push(format!("{name}: {licence}"));
        }
    }
    if !refused.is_empty() {
        bail!("expected licences that deny.toml allows, found {}", refused.join("; "));
    }
    println!("licences: {} packages, all allowed by deny.toml", packages.len());
    Ok(())
}

impl Policy {
    fn read(text: &str) -> Result<Self> {
        let table: toml::Table = toml::from_str(text)?;
        let licenses = table.get("licenses").context("no [licenses]")?;
        let names = |value: Option<&toml::Value>| -> BTreeSet<String> {
            let list = value.and_then(toml::Value::as_array).into_iter().flatten();
            list.filter_map(toml::Value::as_str).map(str::to_owned).collect()
        };
        let mut policy = Policy { allowed: names(licenses.get("allow")), ..Policy::default() };
        let exceptions = licenses.get("exceptions").and_then(toml::Value::as_array);
        for exception in exceptions.into_iter().flatten() {
            let package = exception.get("crate").and_then(toml::Value::as_str);
            let package = package.context("an exception without `crate`")?;
            policy.exceptions.insert(package.to_owned(), names(exception.get("allow")));
        }
        Ok(policy)
    }

    /// Whether an SPDX expression can be met: `/` is an old spelling of `OR`.
    fn permits(&self, package: &str, licence: &str) -> bool {
        let spaced = licence.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
        let mut words = spaced.split_whitespace().peekable();
        let is_allowed = |name: &str| {
            self.allowed.contains(name)
                || self.exceptions.get(package).is_some_and(|names| names.contains(name))
        };
        any_of(&mut words, &is_allowed)
    }
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words<'_>, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = all_of(words, is_allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= all_of(words, is_allowed);
    }
    met
}

fn all_of(words: &mut Words<'_>, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = one(words, is_allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, is_allowed);
    }
    met
}

fn one(words: &mut Words<'_>, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let met = match words.next() {
        Some("(") => {
            let met = any_of(words, is_allowed);
            words.next();
            met
        }
        name => name.is_some_and(is_allowed),
    };
    // An exception to a licence only gives more rights.
    if words.next_if_eq(&"WITH").is_some() {
        words.next();
    }
    met
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = "[licenses]\nallow = [\"MIT\", \"Zlib\"]\n\
                        exceptions = [{ crate = \"a\", allow = [\"CC0-1.0\"] }]\n";

    #[track_caller]
    fn check(package: &str, licence: &str, expected: bool) {
        let policy = Policy::read(DENY).expect("it is TOML");
        assert_eq!(policy.permits(package, licence), expected, "{package}: {licence}");
    }

    #[test]
    fn one_of_several_is_enough() {
        check("b", "Apache-2.0 OR MIT", true);
        check("b", "Apache-2.0/MIT", true);
        check("b", "Apache-2.0 WITH LLVM-exception OR MIT", true);
        check("b", "Apache-2.0 OR GPL-3.0", false);
    }

    #[test]
    fn all_of_several_are_needed() {
        check("b", "MIT AND Zlib", true);
        check("b", "MIT AND GPL-3.0", false);
        check("b", "(MIT OR GPL-3.0) AND Zlib", true);
        check("b", "(MIT OR Zlib) AND GPL-3.0", false);
    }

    #[test]
    fn an_exception_is_for_one_package() {
        check("a", "CC0-1.0", true);
        check("b", "CC0-1.0", false);
        check("b", "none", false);
    }
}

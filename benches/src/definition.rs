//! What a bench is: a file that says what runs on which posts, what must come out, and why.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::Value;

/// A bench.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Definition {
    /// The name of its file.
    #[serde(skip)]
    pub(crate) name: String,
    /// How the figures are to be read, and what they cannot say.
    pub(crate) analysis: String,
    /// What is measured; the first one is what the others are compared with.
    #[serde(rename = "engine")]
    pub(crate) engines: Vec<Engine>,
    /// What it is measured on.
    #[serde(rename = "workload")]
    pub(crate) workloads: Vec<Workload>,
}

/// A program and how it is started.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Engine {
    /// Its name in tables.
    pub(crate) name: String,
    /// What it does on the posts.
    pub(crate) about: String,
    /// What it leaves out of the first engine, so that the difference is its cost.
    pub(crate) without: Option<String>,
    /// `{program}`, `{python}`, `{peers}`, `{input}` and `{out}` stand for paths. It prints one
    /// line of JSON with what it counted.
    pub(crate) command: Vec<String>,
}

/// Posts, and what every engine must count on them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Workload {
    /// Its name in tables.
    pub(crate) name: String,
    /// What the posts are.
    pub(crate) about: String,
    /// Where they are.
    pub(crate) input: Input,
    /// Engine → what it counts → how many.
    pub(crate) expect: BTreeMap<String, BTreeMap<String, u64>>,
}

/// Where posts come from.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Input {
    /// A file of the shared data, which may be absent.
    Shared(PathBuf),
    /// What `zwerm simulate` is given; written once.
    Simulate(Vec<String>),
}

impl Definition {
    /// Reads a definition by its name.
    pub(crate) fn read(benches: &Path, name: &str) -> Result<Self> {
        let place = format!("benches/definitions/{name}.toml");
        let path = benches.join("definitions").join(format!("{name}.toml"));
        let text = std::fs::read_to_string(path).with_context(|| place.clone())?;
        let definition = Definition::parse(name, &text).context(place)?;
        Ok(definition)
    }

    fn parse(name: &str, text: &str) -> Result<Self> {
        let definition = Definition { name: name.to_owned(), ..toml::from_str(text)? };
        ensure!(!definition.engines.is_empty(), "expected an engine, found none");
        for workload in &definition.workloads {
            for engine in &definition.engines {
                let expected = workload.expect.get(&engine.name);
                ensure!(
                    expected.is_some_and(|counts| !counts.is_empty()),
                    "expected counts of {} on {}, found none",
                    engine.name,
                    workload.name
                );
            }
        }
        Ok(definition)
    }
}

impl Workload {
    /// Fails if an engine counted anything else than it must.
    pub(crate) fn check(&self, engine: &Engine, counts: &Value) -> Result<()> {
        for (what, &expected) in self.expect.get(&engine.name).into_iter().flatten() {
            let found = &counts[what];
            if found.as_u64() != Some(expected) {
                let name = &engine.name;
                bail!("{name} on {}: {what}: expected {expected}, found {found}", self.name);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        analysis = "none"
        [[engine]]
        name = "a"
        about = "x"
        command = ["{program}"]
        [[workload]]
        name = "w"
        about = "y"
        input = { shared = "posts.parquet" }
        expect.a = { posts = 3 }
    "#;

    #[test]
    fn another_count_fails_and_is_named() {
        let definition = Definition::parse("t", TEXT).expect("it is a definition");
        let (workload, engine) = (&definition.workloads[0], &definition.engines[0]);
        let check = |counts: Value| workload.check(engine, &counts);
        assert!(check(serde_json::json!({"posts": 3, "more": 1})).is_ok());
        let error = check(serde_json::json!({"posts": 4})).expect_err("four are not three");
        assert_eq!(error.to_string(), "a on w: posts: expected 3, found 4");
        assert!(check(serde_json::json!({})).is_err());
    }

    #[test]
    fn an_engine_without_expected_counts_is_refused() {
        let text = TEXT.replace("expect.a = { posts = 3 }", "expect.b = { posts = 3 }");
        assert!(Definition::parse("t", &text).is_err());
    }

    #[test]
    fn the_definitions_of_the_folder_can_be_read() {
        let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
        let definition = Definition::read(benches, "scan").expect("it is a definition");
        assert!(definition.engines.len() > 1 && !definition.analysis.is_empty());
    }
}

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
    /// The count that is an engine's work: how much of it a CPU second does is a column.
    pub(crate) rate: Option<String>,
    /// Shares of counts, each a column.
    #[serde(default, rename = "share")]
    pub(crate) shares: Vec<Share>,
    /// What is measured; the first one is what the others are compared with.
    #[serde(rename = "engine")]
    pub(crate) engines: Vec<Engine>,
    /// What it is measured on.
    #[serde(rename = "workload")]
    pub(crate) workloads: Vec<Workload>,
}

/// What two counts of an engine say about its results.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Share {
    /// The head of its column.
    pub(crate) name: String,
    /// The count above the line.
    pub(crate) part: String,
    /// The count below it.
    pub(crate) whole: String,
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
    /// An engine that does the same work, if the first one does more: both are compared in a note.
    pub(crate) beside: Option<String>,
    /// `{program}`, `{python}`, `{peers}`, `{input}` and `{out}` stand for paths. It prints one
    /// line of JSON with what it counted.
    pub(crate) command: Vec<String>,
    /// Runs after the command, outside of all figures, with the same words. It prints more counts.
    pub(crate) score: Option<Vec<String>>,
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
    /// What a script of the shared data writes, once; it may be absent, too.
    Generate(Generated),
    /// What `zwerm simulate` is given; written once.
    Simulate(Vec<String>),
    /// The same in another form.
    Form(Form),
}

/// Simulated posts as a platform's export would have them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    /// What `zwerm simulate` is given.
    pub(crate) simulate: Vec<String>,
    /// `posts.csv` or `posts.ndjson`: its ending says which form.
    pub(crate) file: String,
}

/// Posts that a Python script writes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Generated {
    /// Where it is in the shared data.
    pub(crate) script: PathBuf,
    /// What it is given; `{out}` stands for the folder that it writes to.
    pub(crate) options: Vec<String>,
    /// Which file of that folder has the posts.
    pub(crate) file: String,
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

    /// What a file of this name with this text defines.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self> {
        let definition = Definition { name: name.to_owned(), ..toml::from_str(text)? };
        ensure!(!definition.engines.is_empty(), "expected an engine, found none");
        for Engine { name, beside, .. } in &definition.engines {
            if let Some(other) = beside {
                ensure!(
                    definition.engines.iter().any(|engine| engine.name == *other),
                    "expected an engine beside {name}, found none named {other}"
                );
            }
        }
        for workload in &definition.workloads {
            for engine in &definition.engines {
                let expected = workload.expect.get(&engine.name);
                ensure!(
                    expected.is_some_and(|counts| !counts.is_empty()),
                    "expected counts of {} on {}, found none",
                    engine.name,
                    workload.name
                );
                for count in definition.columns() {
                    ensure!(
                        expected.is_some_and(|counts| counts.contains_key(count)),
                        "expected a count of {count} of {} on {}, found none",
                        engine.name,
                        workload.name
                    );
                }
            }
        }
        Ok(definition)
    }

    /// The counts that columns are made from.
    fn columns(&self) -> impl Iterator<Item = &String> {
        let shares = self.shares.iter().flat_map(|share| [&share.part, &share.whole]);
        self.rate.iter().chain(shares)
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
        let files = std::fs::read_dir(benches.join("definitions")).expect("there are definitions");
        let mut names = Vec::new();
        for file in files {
            let path = file.expect("it can be listed").path();
            let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
            let definition = Definition::read(benches, &name).expect("it is a definition");
            assert!(!definition.analysis.is_empty(), "{name}");
            names.push(name);
        }
        assert!(names.contains(&"scan".to_owned()), "{names:?}");
    }

    #[test]
    fn a_share_is_of_counts_that_every_engine_must_have() {
        let share = "[[share]]\nname = \"s\"\npart = \"few\"\nwhole = \"posts\"\n";
        let text = TEXT.replacen("[[engine]]", &format!("{share}[[engine]]"), 1);
        let error = Definition::parse("t", &text).expect_err("a does not count few");
        assert_eq!(error.to_string(), "expected a count of few of a on w, found none");
        let text = text.replace("posts = 3", "posts = 3, few = 1");
        assert_eq!(Definition::parse("t", &text).expect("both are counted").shares.len(), 1);
    }
}

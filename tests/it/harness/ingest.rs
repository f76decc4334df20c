//! `zwerm ingest`, in memory and with less memory than that.

use std::path::Path;

use super::program::zwerm;

/// The least that `ingest` can be given, and a little more.
const LITTLE: &str = "200MB";

/// Runs `ingest` once more with little memory: what it says and writes is what it said and wrote to
/// `out`.
#[track_caller]
pub(crate) fn same_in_little_memory(inputs: &[&str], out: &Path, more: &[&str]) {
    let folder = super::scratch();
    let other = folder.path().join(out.file_name().expect("a file"));
    let in_memory = spoken(inputs, out, &[more, &["--force"]].concat());
    let bounded = spoken(inputs, &other, &[more, &["--memory", LITTLE]].concat());
    assert_eq!(bounded, in_memory, "{inputs:?}");
    for ending in ["parquet", "rejects.parquet"] {
        let [one, two] = [out, &other].map(|path| std::fs::read(path.with_extension(ending)).ok());
        assert!(one == two, "{inputs:?}: {ending}");
    }
    let mut left = super::names_in(folder.path());
    left.retain(|name| !name.ends_with(".parquet"));
    assert!(left.is_empty(), "{left:?}");
}

/// What `ingest` says, but for the names of the files.
#[track_caller]
fn spoken(inputs: &[&str], out: &Path, more: &[&str]) -> serde_json::Value {
    let out = out.display().to_string();
    let arguments = ["ingest", "--json", "--out", &out];
    let run = zwerm(arguments.iter().chain(inputs).chain(more)).expect(0);
    let mut said = run.json();
    let names = said.as_object_mut().expect("an object");
    names.retain(|name, _| !matches!(name.as_str(), "out" | "rejects"));
    said
}

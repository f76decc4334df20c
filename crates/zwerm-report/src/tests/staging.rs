//! A crash leaves the old result or the new one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Staging, recover};

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A process that has ended.
fn dead_process() -> u32 {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    child.id()
}

fn publish(out: &Path, text: &str, force: bool) -> Result<(), crate::ReportError> {
    let staging = Staging::begin(out, force)?;
    fs::write(staging.dir().join("manifest.json"), text).unwrap();
    staging.commit()
}

fn old_and_out() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    publish(&out, "old", false).unwrap();
    (dir, out)
}

fn published(out: &Path) -> String {
    fs::read_to_string(out.join("manifest.json")).unwrap()
}

#[test]
fn a_result_appears_whole_with_its_parents() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("a/b/out");
    let staging = Staging::begin(&out, false).unwrap();
    fs::write(staging.dir().join("manifest.json"), "new").unwrap();
    assert!(!out.exists());
    staging.commit().unwrap();
    assert_eq!(published(&out), "new");
    assert_eq!(names(out.parent().unwrap()), ["out"]);
}

#[test]
fn an_existing_result_needs_force() {
    let (dir, out) = old_and_out();
    let error = publish(&out, "new", false).unwrap_err().to_string();
    assert!(error.contains("out") && error.contains("--force"), "{error}");
    assert_eq!(published(&out), "old");
    publish(&out, "new", true).unwrap();
    assert_eq!(published(&out), "new");
    assert_eq!(names(dir.path()), ["out"]);
}

#[test]
fn force_does_not_replace_what_is_not_ours() {
    let cases = [("notes.docx", false), ("photos", true)];
    for (name, is_folder) in cases {
        let (_dir, out) = old_and_out();
        let foreign = out.join(name);
        if is_folder {
            fs::create_dir(&foreign).unwrap()
        } else {
            fs::write(&foreign, "").unwrap()
        }
        let error = publish(&out, "new", true).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
        assert_eq!(published(&out), "old");
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("out");
    fs::write(&file, "").unwrap();
    assert!(publish(&file, "new", true).is_err());
}

#[test]
fn what_is_dropped_leaves_nothing() {
    let (dir, out) = old_and_out();
    let staging = Staging::begin(&out, true).unwrap();
    fs::write(staging.dir().join("accounts.parquet"), "half").unwrap();
    drop(staging);
    assert_eq!(names(dir.path()), ["out"]);
    assert_eq!(published(&out), "old");
}

#[test]
fn what_dead_runs_left_is_removed_and_living_ones_are_left_alone() {
    let (dir, out) = old_and_out();
    let dead = dir.path().join(format!("out.tmp-{}-0", dead_process()));
    let living = dir.path().join("out.tmp-1-0");
    let other = dir.path().join("out.tmp-notes");
    for folder in [&dead, &living, &other] {
        fs::create_dir(folder).unwrap();
    }
    publish(&out, "new", true).unwrap();
    assert_eq!(names(dir.path()), ["out", "out.tmp-1-0", "out.tmp-notes"]);
}

#[test]
fn a_run_that_died_between_its_renames_is_undone() {
    let (dir, out) = old_and_out();
    // The state at that point: the old result aside, the new one not yet in place.
    let process = dead_process();
    let aside = dir.path().join(format!("out.old-{process}-0"));
    fs::rename(&out, &aside).unwrap();
    fs::create_dir(dir.path().join(format!("out.tmp-{process}-0"))).unwrap();
    assert!(recover(&out).unwrap());
    assert_eq!(published(&out), "old");
    assert!(!recover(&out).unwrap());
    publish(&out, "new", true).unwrap();
    assert_eq!(names(dir.path()), ["out"]);
}

#[test]
fn a_run_that_died_after_its_renames_leaves_the_new_result() {
    let (dir, out) = old_and_out();
    let aside = dir.path().join(format!("out.old-{}-0", dead_process()));
    fs::create_dir(&aside).unwrap();
    fs::write(aside.join("manifest.json"), "older").unwrap();
    assert!(!recover(&out).unwrap());
    assert_eq!(published(&out), "old");
    assert_eq!(names(dir.path()), ["out"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_result_stays_a_link() {
    let (dir, out) = old_and_out();
    let link = dir.path().join("latest");
    std::os::unix::fs::symlink(&out, &link).unwrap();
    publish(&link, "new", true).unwrap();
    assert_eq!(published(&out), "new");
    assert!(link.is_symlink());
}

#[test]
fn recovering_nothing_makes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    assert!(!recover(&dir.path().join("no/out")).unwrap());
    assert!(names(dir.path()).is_empty());
    assert!(Staging::begin(Path::new("/"), true).is_err());
}

//! A result folder appears whole or not at all.
//!
//! Everything is written into a sibling folder `OUT.tmp-<process>-<n>`, flushed to the disk, and
//! moved into place by renaming. An old result is first moved aside to `OUT.old-<process>-<n>`; if
//! the power fails between the two renames, [`recover`] (which [`Staging::begin`] calls) moves it
//! back. So a crash at any point leaves the old result or the new one.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::disk;
use crate::error::ReportError;

/// The endings of all files that a zwerm command writes: what `--force` may replace.
const OUR_ENDINGS: [&str; 7] = ["csv", "html", "json", "md", "parquet", "svg", "toml"];

/// Tells two stagings of one process apart.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A result folder that is not public yet. Dropping it removes it.
#[derive(Debug)]
pub struct Staging {
    out: PathBuf,
    dir: PathBuf,
    aside: PathBuf,
    force: bool,
    done: bool,
}

impl Staging {
    /// Makes an empty folder beside `out`, and removes what dead runs left there.
    ///
    /// # Errors
    ///
    /// If `out` exists and `force` is not given, if `out` holds what no zwerm command writes, or if
    /// the folder cannot be made.
    pub fn begin(out: &Path, force: bool) -> Result<Self, ReportError> {
        disk::create_dir_all(parent_of(out))?;
        let out = resolve(out)?;
        recover(&out)?;
        check_replaceable(&out, force)?;
        remove_stale(&out, ".tmp-")?;
        let dir = make_beside(&out)?;
        let aside = aside_of(&out, &dir);
        Ok(Staging { out, dir, aside, force, done: false })
    }

    /// The folder to write into.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Flushes every file and moves the folder into place.
    ///
    /// # Errors
    ///
    /// If a flush or a rename fails; the old result then still stands.
    pub fn commit(mut self) -> Result<(), ReportError> {
        sync_all(&self.dir)?;
        check_replaceable(&self.out, self.force)?;
        let replaces = self.out.exists();
        if replaces {
            disk::rename(&self.out, &self.aside)?;
        }
        if let Err(error) = disk::rename(&self.dir, &self.out) {
            if replaces {
                disk::rename(&self.aside, &self.out)?;
            }
            return Err(error);
        }
        self.done = true;
        if let Some(parent) = self.out.parent() {
            disk::sync(parent)?;
        }
        if replaces {
            // The new result stands: a rest of the old one is the next run's to remove.
            let _ = disk::remove_dir_all(&self.aside);
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.done {
            // Nothing can be done about a failure here; the next run removes what is left.
            let _ = disk::remove_dir_all(&self.dir);
        }
    }
}

/// One file that is not public yet, and a folder for what it takes to make it. Dropping it removes
/// both.
#[derive(Debug)]
pub struct FileStaging {
    out: PathBuf,
    dir: PathBuf,
    force: bool,
}

impl FileStaging {
    /// Makes an empty folder beside `out`, and removes what dead runs left there.
    ///
    /// # Errors
    ///
    /// If `out` exists and `force` is not given, if it is a folder, or if the folder beside it
    /// cannot be made.
    pub fn begin(out: &Path, force: bool) -> Result<Self, ReportError> {
        disk::create_dir_all(parent_of(out))?;
        let out = resolve(out)?;
        check_file_replaceable(&out, force)?;
        remove_stale(&out, ".tmp-")?;
        let dir = make_beside(&out)?;
        Ok(FileStaging { out, dir, force })
    }

    /// The folder to work in.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Flushes a file of the folder and moves it to a place beside the result: what belongs to it,
    /// and is there before it.
    ///
    /// # Errors
    ///
    /// If the place is taken and `force` was not given, or the flush or the move fails.
    pub fn commit_beside(&self, finished: &Path, place: &Path) -> Result<(), ReportError> {
        disk::sync(finished)?;
        check_file_replaceable(place, self.force)?;
        disk::rename(finished, place)
    }

    /// Flushes a file of the folder, moves it to its place and removes the rest.
    ///
    /// # Errors
    ///
    /// If the flush or the move fails; an old file then still stands.
    pub fn commit(self, finished: &Path) -> Result<(), ReportError> {
        disk::sync(finished)?;
        check_file_replaceable(&self.out, self.force)?;
        disk::rename(finished, &self.out)?;
        disk::sync(parent_of(&self.out))
    }
}

impl Drop for FileStaging {
    fn drop(&mut self) {
        // Nothing can be done about a failure here; the next run removes what is left.
        let _ = disk::remove_dir_all(&self.dir);
    }
}

fn check_file_replaceable(out: &Path, force: bool) -> Result<(), ReportError> {
    const DOING: &str = "cannot write the file";
    if out.is_dir() {
        return Err(ReportError::refused(out, DOING, "it is a folder"));
    }
    if out.exists() && !force {
        return Err(ReportError::refused(out, DOING, "it exists; --force replaces it"));
    }
    Ok(())
}

/// Makes an empty folder beside `out` that names this process.
fn make_beside(out: &Path) -> Result<PathBuf, ReportError> {
    let mark = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let dir = sibling(out, &format!(".tmp-{mark}"));
    if dir.exists() {
        // Ours by name, but not by this process: process ids come again.
        disk::remove_dir_all(&dir)?;
    }
    disk::create_dir(&dir)?;
    Ok(dir)
}

/// Moves the old result back if a run died between its two renames; says whether it did.
///
/// # Errors
///
/// If the folder beside `out` cannot be listed or renamed.
pub fn recover(out: &Path) -> Result<bool, ReportError> {
    if !parent_of(out).exists() {
        return Ok(false);
    }
    let out = resolve(out)?;
    if out.exists() {
        remove_stale(&out, ".old-")?;
        return Ok(false);
    }
    match stale(&out, ".old-")?.pop() {
        Some(aside) => disk::rename(&aside, &out).map(|()| true),
        None => Ok(false),
    }
}

/// `out` without links and dots, so that siblings are on its own disk.
fn resolve(out: &Path) -> Result<PathBuf, ReportError> {
    if out.exists() {
        return disk::canonicalize(out);
    }
    match out.file_name() {
        Some(name) => Ok(disk::canonicalize(parent_of(out))?.join(name)),
        None => Err(ReportError::refused(out, "cannot write results", "this names no folder")),
    }
}

fn parent_of(out: &Path) -> &Path {
    match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn check_replaceable(out: &Path, force: bool) -> Result<(), ReportError> {
    const DOING: &str = "cannot write results";
    if !out.exists() {
        return Ok(());
    }
    if !out.is_dir() {
        return Err(ReportError::refused(out, DOING, "it exists and is not a folder"));
    }
    if !force {
        return Err(ReportError::refused(out, DOING, "it exists; --force replaces it"));
    }
    let foreign = disk::list(out)?.into_iter().find(|path| {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        path.is_dir() || !OUR_ENDINGS.contains(&ending)
    });
    match foreign {
        Some(path) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let why = format!("--force does not replace it: it holds {name:?}, which is not ours");
            Err(ReportError::refused(out, DOING, why))
        }
        None => Ok(()),
    }
}

/// Where an old result goes while the new one in `dir` takes its place.
fn aside_of(out: &Path, dir: &Path) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let mark = name.rsplit_once(".tmp-").map_or("", |(_, mark)| mark);
    sibling(out, &format!(".old-{mark}"))
}

fn sibling(out: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = out.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    out.with_file_name(name)
}

fn remove_stale(out: &Path, mark: &str) -> Result<(), ReportError> {
    stale(out, mark)?.iter().try_for_each(|path| disk::remove_dir_all(path))
}

/// The folders beside `out` that dead runs left, by name.
fn stale(out: &Path, mark: &str) -> Result<Vec<PathBuf>, ReportError> {
    let Some(parent) = out.parent() else { return Ok(Vec::new()) };
    let start = sibling(out, mark).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_stale = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some((process, n)) = name.strip_prefix(&start).and_then(|rest| rest.split_once('-'))
        else {
            return false;
        };
        match (process.parse::<u32>(), n.parse::<u64>()) {
            (Ok(process), Ok(n)) => path.is_dir() && is_dead(process, n),
            _ => false,
        }
    };
    Ok(disk::list(parent)?.into_iter().filter(is_stale).collect())
}

/// Whether no living process can own this mark. Where that cannot be known, it lives.
fn is_dead(process: u32, n: u64) -> bool {
    if process == std::process::id() {
        return n >= NEXT.load(Ordering::Relaxed);
    }
    let processes = Path::new("/proc");
    processes.join("self").exists() && !processes.join(process.to_string()).exists()
}

fn sync_all(dir: &Path) -> Result<(), ReportError> {
    for path in disk::list(dir)? {
        if path.is_dir() { sync_all(&path)? } else { disk::sync(&path)? }
    }
    disk::sync(dir)
}

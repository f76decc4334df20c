//! A full disk or a kill leaves the old result or the new one, never half of one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::posts;
use crate::harness::program::{command, zwerm};
use crate::harness::{names_in, results, sample_file, scratch};

/// A small file system in memory, taken off at the end of the test.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts it; `None` where that is not permitted, and says so.
    fn mount(at: &Path, size: &str) -> Option<SmallDisk> {
        std::fs::create_dir(at).unwrap();
        let options = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(at)
            .stderr(Stdio::null())
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(SmallDisk(at.to_path_buf()));
        }
        println!("skipped: a small disk cannot be mounted here (it takes root, and Linux)");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_leaves_the_old_result() {
    let folder = scratch();
    let few = folder.path().join("few.parquet");
    posts::write(&few, &posts::sample()[..200]);
    // Holds the results of few posts, and not those of the sample beside them.
    let Some(disk) = SmallDisk::mount(&folder.path().join("disk"), "640k") else { return };
    let out = disk.0.join("out").display().to_string();
    zwerm(["scan", &few.display().to_string(), "--out", &out]).expect(0);
    let before = results::result_files(Path::new(&out));
    let sample = sample_file("posts.parquet").display().to_string();
    let run = zwerm(["scan", &sample, "--out", &out, "--force"]).expect(4);
    assert_eq!(
        run.err.lines().filter(|line| line.starts_with("zwerm: ")).count(),
        1,
        "{}",
        run.err
    );
    assert!(run.err.contains(&out) && run.err.contains("No space left"), "{}", run.err);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    assert_eq!(names_in(&disk.0), ["out"]);
    assert_eq!(results::result_files(Path::new(&out)), before);
    zwerm(["verify", &out]).expect(0);
}

/// When to kill a scan.
enum Moment {
    /// So long after its start.
    After(Duration),
    /// As soon as its unfinished folder holds this file.
    Written(&'static str),
    /// As soon as the old result was moved aside or is gone.
    Moving,
}

/// Starts a scan over an existing result and kills it.
fn kill_scan(input: &Path, out: &Path, moment: &Moment) {
    let mut scan = command()
        .args(["scan", "--quiet", "--force", "--out"])
        .args([out, input])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let tmp = format!("{}.tmp-{}-0", out.display(), scan.id());
    let aside = format!("{}.old-{}-0", out.display(), scan.id());
    let started = Instant::now();
    let is_due = || match moment {
        Moment::After(delay) => started.elapsed() >= *delay,
        Moment::Written(file) => Path::new(&tmp).join(file).exists(),
        Moment::Moving => Path::new(&aside).exists() || !out.exists(),
    };
    while scan.try_wait().unwrap().is_none() && !is_due() {
        std::hint::spin_loop();
    }
    let _ = scan.kill();
    scan.wait().unwrap();
}

#[test]
fn a_kill_leaves_the_old_result_or_the_new_one() {
    let folder = scratch();
    let sample = posts::sample();
    let inputs = [folder.path().join("a.parquet"), folder.path().join("b.parquet")];
    posts::write(&inputs[0], &sample[..2_000]);
    posts::write(&inputs[1], &sample[2_000..4_000]);
    let results = folder.path().join("results");
    std::fs::create_dir(&results).unwrap();
    let out = results.join("out");
    let spelled = out.display().to_string();
    let digest = || results::manifest(&out)["facts"]["row_digest"].clone();
    let mut whole = Duration::MAX;
    let digests = inputs.each_ref().map(|input| {
        let mut scan = command();
        scan.args(["scan", "--quiet", "--force", "--out"]).args([&out, input]);
        let started = Instant::now();
        assert!(scan.status().unwrap().success());
        whole = whole.min(started.elapsed());
        digest()
    });
    let mut moments: Vec<Moment> = (0..24).map(|n| Moment::After(whole * n / 20)).collect();
    let files = ["accounts.parquet", "report.html", "rejects.parquet", "manifest.json"];
    moments
        .extend(files.into_iter().flat_map(|file| [Moment::Written(file), Moment::Written(file)]));
    moments.extend((0..12).map(|_| Moment::Moving));
    let mut kept = [0, 0];
    for (number, moment) in moments.iter().enumerate() {
        // What is there now; `verify` first puts back what a kill between two renames moved.
        zwerm(["verify", &spelled]).expect(0);
        let old = digests.iter().position(|d| *d == digest()).expect("one of the two");
        kill_scan(&inputs[1 - old], &out, moment);
        zwerm(["verify", &spelled]).expect(0);
        let now = digests.iter().position(|d| *d == digest());
        let now = now.unwrap_or_else(|| panic!("kill {number} left neither the old nor the new"));
        kept[usize::from(now != old)] += 1;
    }
    println!("{} kills left the old result, {} the new one", kept[0], kept[1]);
    assert!(kept[0] >= 10, "{kept:?}: kills came too late to test anything");
    zwerm(["scan", &inputs[0].display().to_string(), "--out", &spelled, "--force"]).expect(0);
    assert_eq!(names_in(&results), ["out"], "the next run removes what dead ones left");
}

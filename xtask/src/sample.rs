//! `sample`: writes the posts and the truth of `datasets-sample/` again, byte for byte.
//!
//! With `--check` they are written elsewhere and compared: what is committed is what the simulator
//! makes, so whoever changes the simulator has to commit the sample with it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::{scan, shell};

const FOLDER: &str = "datasets-sample";
const FILES: [&str; 2] = ["posts.parquet", "truth.csv"];

/// See the [module documentation](self).
pub(crate) fn run(place: &Place, arguments: &[String]) -> Result<()> {
    match arguments {
        [] => simulate(place, &place.root.join(FOLDER)),
        [only] if only == "--check" => {
            let folder = place.empty_scratch("sample")?;
            simulate(place, &folder)?;
            FILES.iter().try_for_each(|file| compare(&place.root.join(FOLDER), &folder, file))
        }
        _ => bail!("sample: expected nothing or --check, found {}", arguments.join(" ")),
    }
}

fn simulate(place: &Place, folder: &Path) -> Result<()> {
    let mut command = Command::new(scan::program(place)?);
    command.current_dir(&place.root).args(["simulate", "--preset", "sample", "--force", "--out"]);
    shell::run(command.arg(folder))
}

fn compare(committed: &Path, made: &Path, file: &str) -> Result<()> {
    let read = |folder: &Path| {
        let path = folder.join(file);
        std::fs::read(&path).with_context(|| path.display().to_string())
    };
    let (committed, made) = (read(committed)?, read(made)?);
    if committed != made {
        bail!(
            "{FOLDER}/{file}: expected the {} bytes that the simulator makes, found {} others; \
             run `cargo xtask sample` and commit what it writes",
            made.len(),
            committed.len()
        );
    }
    println!("{FOLDER}/{file}: {} bytes, as the simulator makes them", made.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_bytes_are_found() {
        let folder = std::env::temp_dir().join(format!("xtask-sample-{}", std::process::id()));
        let (one, two) = (folder.join("one"), folder.join("two"));
        for (folder, bytes) in [(&one, "a"), (&two, "b")] {
            std::fs::create_dir_all(folder).expect("a folder for temporary files");
            std::fs::write(folder.join("truth.csv"), bytes).expect("it can be written");
        }
        assert!(compare(&one, &one, "truth.csv").is_ok());
        let error = compare(&one, &two, "truth.csv").expect_err("they differ").to_string();
        assert!(error.contains("run `cargo xtask sample`"), "{error}");
        std::fs::remove_dir_all(&folder).expect("it is ours");
    }
}

//! Where things are: the repository, the program, the posts, and a Python for the peers.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::definition::{Input, Workload};

/// The folders that benches work in.
#[derive(Debug)]
pub(crate) struct Place {
    /// The folder of this package.
    pub(crate) benches: PathBuf,
    /// The top of the repository.
    pub(crate) root: PathBuf,
    /// Where everything goes that is no part of the repository.
    scratch: PathBuf,
}

impl Place {
    /// Finds the folders, from wherever the program was started.
    pub(crate) fn find() -> Result<Self> {
        let benches = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let root = benches.parent().context("benches lies inside the repository")?.to_path_buf();
        // This program lies in target/release or target/debug.
        let own = std::env::current_exe()?;
        let target = own.ancestors().nth(2).context("cargo builds into a target folder")?;
        let scratch = target.join("benches");
        make_folder(&scratch)?;
        Ok(Place { benches, root, scratch })
    }

    /// Builds the program and returns a copy of it, so that all rounds measure the same one while
    /// somebody builds.
    pub(crate) fn program(&self) -> Result<PathBuf> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root);
        run(cargo.args(["build", "--release", "--locked", "--package", "zwerm-cli"]))?;
        let name = format!("zwerm{}", std::env::consts::EXE_SUFFIX);
        let target = self.scratch.parent().context("the scratch folder lies in target")?;
        let (built, copy) = (target.join("release").join(&name), self.scratch.join(&name));
        std::fs::copy(&built, &copy).with_context(|| format!("copy {}", built.display()))?;
        Ok(copy)
    }

    /// A Python that has what the peers import; made when the list of packages changes.
    pub(crate) fn python(&self) -> Result<PathBuf> {
        let list = self.benches.join("peers/requirements.txt");
        let wanted = std::fs::read_to_string(&list).context("benches/peers/requirements.txt")?;
        let folder = self.scratch.join("python");
        let python = folder.join(if cfg!(windows) { "Scripts/python" } else { "bin/python" });
        let mark = folder.join("installed.txt");
        if !std::fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
            let system = if cfg!(windows) { "python" } else { "python3" };
            run(Command::new(system).args(["-m", "venv", "--clear"]).arg(&folder))?;
            let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
            run(Command::new(&python).args(pip).arg(&list))?;
            std::fs::write(&mark, wanted).with_context(|| mark.display().to_string())?;
        }
        Ok(python)
    }

    /// The posts of a workload; says so and returns nothing if they are not here.
    pub(crate) fn input(&self, workload: &Workload, program: &Path) -> Result<Option<PathBuf>> {
        match &workload.input {
            Input::Shared(path) => {
                let beside = || self.root.parent().map(|folder| folder.join("shared"));
                let shared = std::env::var_os("ZWERM_SHARED").map(PathBuf::from).or_else(beside);
                let posts = shared.context("the repository lies in a folder")?.join(path);
                if posts.is_file() {
                    return Ok(Some(posts));
                }
                let path = path.display();
                eprintln!(
                    "{}: skipped: no {path} in ../shared; real posts are no part of the \
                     repository, ZWERM_SHARED names another folder",
                    workload.name
                );
                Ok(None)
            }
            Input::Simulate(options) => {
                let folder = self.scratch.join("worlds").join(&workload.name);
                let posts = folder.join("posts.parquet");
                if !posts.is_file() {
                    let mut simulate = Command::new(program);
                    simulate.args(["simulate", "--quiet"]).args(options);
                    run(simulate.arg("--out").arg(&folder))?;
                }
                Ok(Some(posts))
            }
        }
    }

    /// The folder for what an engine writes.
    pub(crate) fn results(&self, workload: &str, engine: &str) -> Result<PathBuf> {
        let folder = self.scratch.join("results").join(format!("{workload}-{engine}"));
        make_folder(folder.parent().unwrap_or(&folder))?;
        Ok(folder)
    }
}

pub(crate) fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))
}

fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().display().to_string();
    let status = command.status().with_context(|| format!("start {name}"))?;
    ensure!(status.success(), "{name} ended with {status}");
    Ok(())
}

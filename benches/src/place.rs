//! Where things are: the repository, the program, the posts, and a Python for the peers.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::definition::{Definition, Engine, Generated, Input, Workload};
use crate::run::Tools;

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
    pub(crate) fn input(&self, workload: &Workload, tools: &Tools<'_>) -> Result<Option<PathBuf>> {
        let folder = self.scratch.join("worlds").join(&workload.name);
        match &workload.input {
            Input::Shared(path) => self.shared(&workload.name, path),
            Input::Generate(generated) => {
                let posts = folder.join(&generated.file);
                if posts.is_file() {
                    return Ok(Some(posts));
                }
                let Some(script) = self.shared(&workload.name, &generated.script)? else {
                    return Ok(None);
                };
                generate(&script, generated, tools.python, &folder)?;
                ensure!(posts.is_file(), "expected {} of its script, found none", generated.file);
                Ok(Some(posts))
            }
            Input::Simulate(options) => simulated(options, tools, &folder).map(Some),
            Input::Form(form) => {
                let posts = folder.join(&form.file);
                if !posts.is_file() {
                    let parquet = simulated(&form.simulate, tools, &folder)?;
                    let part = folder.join("part").with_extension(
                        posts.extension().context("the name of a form has an ending")?,
                    );
                    let script = self.benches.join("peers/write_form.py");
                    run(Command::new(tools.python).arg(script).arg(parquet).arg(&part))?;
                    std::fs::rename(&part, &posts)?;
                }
                Ok(Some(posts))
            }
        }
    }

    /// A file of the shared data; says so and returns nothing if it is not here.
    fn shared(&self, workload: &str, path: &Path) -> Result<Option<PathBuf>> {
        let beside = || self.root.parent().map(|folder| folder.join("shared"));
        let shared = std::env::var_os("ZWERM_SHARED").map(PathBuf::from).or_else(beside);
        let file = shared.context("the repository lies in a folder")?.join(path);
        if file.is_file() {
            return Ok(Some(file));
        }
        let path = path.display();
        eprintln!(
            "{workload}: skipped: no {path} in ../shared, which is no part of the repository; \
             ZWERM_SHARED names another folder"
        );
        Ok(None)
    }

    /// Where an engine writes; nothing else of the bench writes there.
    pub(crate) fn results(
        &self,
        definition: &Definition,
        workload: &Workload,
        engine: &Engine,
    ) -> Result<PathBuf> {
        let folder = self.scratch.join("results").join(&definition.name);
        make_folder(&folder)?;
        Ok(folder.join(format!("{}-{}", workload.name, engine.name)))
    }
}

/// Simulated posts, written once.
fn simulated(options: &[String], tools: &Tools<'_>, folder: &Path) -> Result<PathBuf> {
    let posts = folder.join("posts.parquet");
    if !posts.is_file() {
        let mut simulate = Command::new(tools.program);
        simulate.args(["simulate", "--quiet"]).args(options);
        run(simulate.arg("--out").arg(folder))?;
    }
    Ok(posts)
}

/// Runs a script that writes posts to a folder. The folder appears when the script has succeeded:
/// half a file is not measured.
fn generate(script: &Path, generated: &Generated, python: &Path, folder: &Path) -> Result<()> {
    let part = folder.with_extension("part");
    make_folder(&part)?;
    let out = part.display().to_string();
    let options = generated.options.iter().map(|option| option.replace("{out}", &out));
    run(Command::new(python).arg(script).args(options).stdout(std::io::stderr()))?;
    std::fs::rename(&part, folder).with_context(|| format!("rename {}", part.display()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_fails_leaves_no_posts() {
        let parent = tempfile::tempdir().expect("a folder");
        let (script, folder) = (parent.path().join("write.sh"), parent.path().join("world"));
        let options = vec!["{out}".to_owned()];
        let (path, file) = (PathBuf::from("write.sh"), "posts".to_owned());
        let generated = Generated { script: path, options, file };
        let write = |text: &str| {
            std::fs::write(&script, text).expect("it can be written");
            generate(&script, &generated, Path::new("sh"), &folder)
        };
        assert!(write("echo half > \"$1/posts\"; exit 1").is_err() && !folder.exists());
        write("echo all > \"$1/posts\"").expect("it succeeds");
        let posts = std::fs::read_to_string(folder.join("posts")).expect("there are posts");
        assert_eq!(posts, "all\n");
    }
}

//! Where things are: the repository, what cargo builds into, and the shared data if there are any.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::shell;

/// The folders that commands work in.
#[derive(Debug)]
pub(crate) struct Place {
    /// The top of the repository.
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds.
    pub(crate) target: PathBuf,
}

impl Place {
    /// Finds the folders, from wherever `cargo xtask` was called.
    pub(crate) fn find() -> Result<Self> {
        let own = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = own.parent().context("xtask lies inside the repository")?.to_path_buf();
        let metadata = shell::output(shell::cargo(&root).args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--locked",
        ]))?;
        let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
        let target =
            metadata["target_directory"].as_str().context("cargo names its target folder")?;
        Ok(Place { target: PathBuf::from(target), root })
    }

    /// A folder of our own beside what cargo builds; it is created, not emptied.
    pub(crate) fn scratch(&self, name: &str) -> Result<PathBuf> {
        let folder = self.target.join("xtask").join(name);
        std::fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
        Ok(folder)
    }

    /// A folder of our own that is created empty.
    pub(crate) fn empty_scratch(&self, name: &str) -> Result<PathBuf> {
        let folder = self.target.join("xtask").join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)
                .with_context(|| format!("empty {}", folder.display()))?;
        }
        self.scratch(name)
    }

    /// The evaluation data beside the repository. They hold real people's posts, so they are not
    /// part of it and may be absent.
    pub(crate) fn shared(&self) -> Option<PathBuf> {
        shared_beside(&self.root)
    }
}

fn shared_beside(root: &Path) -> Option<PathBuf> {
    let shared = root.parent()?.join("shared");
    shared.is_dir().then_some(shared)
}

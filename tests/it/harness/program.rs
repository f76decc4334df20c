//! The program, built once per run of the tests, as a person would run it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

/// Nothing that is started here may take longer: a guard against hanging, no measurement.
const SECONDS_MAX: u64 = 120;

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit status; `None` if a signal ended it, ours after [`SECONDS_MAX`] included.
    pub(crate) status: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Run {
    /// Fails the test unless the program ended with this status.
    #[track_caller]
    pub(crate) fn expect(self, status: i32) -> Run {
        assert_eq!(self.status, Some(status), "{}{}", self.out, self.err);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out))
    }
}

/// Runs the program.
pub(crate) fn zwerm<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Run {
    run(command(), arguments, SECONDS_MAX)
}

/// Runs the program with at most some memory (address space), and ends it after some seconds.
pub(crate) fn zwerm_within<S: AsRef<OsStr>>(
    arguments: impl IntoIterator<Item = S>,
    kibibytes: u64,
    seconds: u64,
) -> Run {
    let program = command();
    let mut limited = Command::new("sh");
    limited.arg("-c").arg(format!("ulimit -v {kibibytes}; exec \"$0\" \"$@\""));
    limited.arg(program.get_program());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    run(limited, arguments, seconds)
}

fn run<S: AsRef<OsStr>>(
    command: Command,
    arguments: impl IntoIterator<Item = S>,
    seconds: u64,
) -> Run {
    let mut command = assert_cmd::Command::from_std(command);
    let output = command.args(arguments).timeout(Duration::from_secs(seconds)).output();
    let output = output.expect("the program starts");
    Run {
        status: output.status.code(),
        out: String::from_utf8(output.stdout).expect("the program writes UTF-8"),
        err: String::from_utf8(output.stderr).expect("the program writes UTF-8"),
    }
}

/// The program with no setting of this machine in its environment.
pub(crate) fn command() -> Command {
    let mut command = Command::new(path());
    command.env_remove("RUST_BACKTRACE");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ZWERM_") {
            command.env_remove(name);
        }
    }
    command
}

/// Builds the program with the profile of these tests, where cargo put them.
///
/// A package cannot ask cargo for another's program (artifact dependencies are unstable), and a
/// stale one must not be tested.
fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let own = std::env::current_exe().expect("a test knows where it is");
        let folder = own.ancestors().nth(2).expect("tests are in target/PROFILE/deps");
        let target = folder.parent().expect("a profile is in the target folder");
        let profile = match folder.file_name().and_then(OsStr::to_str) {
            Some("debug") | None => "dev",
            Some(profile) => profile,
        };
        let built = Command::new(env!("CARGO"))
            .current_dir(super::root())
            .args(["build", "--quiet", "--locked", "-p", "zwerm-cli", "--profile", profile])
            .arg("--target-dir")
            .arg(target)
            .status()
            .expect("cargo starts");
        assert!(built.success(), "the program does not build");
        folder.join(format!("zwerm{}", std::env::consts::EXE_SUFFIX))
    })
}

//! What a process costs, as the kernel counts it.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use wait4::Wait4;

/// How a process ended, and what it cost.
#[derive(Debug)]
pub(crate) struct Measured {
    /// Its exit status; `None` if a signal ended it.
    pub(crate) status: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
    /// Seconds of all cores together.
    pub(crate) cpu_s: f64,
    /// Seconds on the clock.
    pub(crate) wall_s: f64,
    /// Bytes that were resident at the peak.
    pub(crate) peak_bytes: f64,
}

/// Runs a process without a word and measures it.
pub(crate) fn run(command: &mut Command) -> Result<Measured> {
    let began = Instant::now();
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("start a process")?;
    let mut errors = child.stderr.take().context("errors are piped")?;
    // Both are read at once: a full pipe would make the process wait for ever.
    let reader = std::thread::spawn(move || {
        let mut err = Vec::new();
        errors.read_to_end(&mut err).map(|_| err)
    });
    let mut out = Vec::new();
    child.stdout.take().context("output is piped")?.read_to_end(&mut out)?;
    let err = reader.join().map_err(|_| anyhow::anyhow!("the reader of errors panicked"))??;
    let used = child.wait4()?;
    let seconds = |time: Duration| time.as_secs_f64();
    Ok(Measured {
        status: used.status.code(),
        out: String::from_utf8_lossy(&out).into_owned(),
        err: String::from_utf8_lossy(&err).into_owned(),
        cpu_s: seconds(used.rusage.utime + used.rusage.stime),
        wall_s: seconds(began.elapsed()),
        peak_bytes: used.rusage.maxrss as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_a_cost_and_two_outputs() {
        let script =
            "echo out; i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; echo err >&2; exit 3";
        let run = run(Command::new("sh").args(["-c", script])).expect("it starts");
        assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (Some(3), "out\n", "err\n"));
        assert!(run.cpu_s > 0.0 && run.wall_s > 0.0 && run.peak_bytes > 1e5, "{run:?}");
    }
}

//! Progress: a spinner on a terminal, plain log lines elsewhere; timings for `timings.json`.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use tracing::Level;
use zwerm::Observer;

use crate::args::{LogFormat, Output};
use crate::usage;

/// Starts the log on standard error.
pub(crate) fn start_log(output: &Output) {
    let level = match (output.quiet, output.verbose) {
        (true, _) => Level::ERROR,
        (false, true) => Level::DEBUG,
        (false, false) => Level::INFO,
    };
    let log = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal());
    match output.log_format {
        LogFormat::Text => log.without_time().init(),
        LogFormat::Json => log.json().init(),
    }
}

/// Watches the stages of a scan.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    stages: Vec<Stage>,
}

/// When a stage began, by the wall and by the processor.
#[derive(Debug)]
struct Stage {
    name: &'static str,
    wall: Instant,
    cpu_s: f64,
}

impl Progress {
    #[expect(clippy::disallowed_methods, reason = "the program may look at the clock")]
    pub(crate) fn new(output: &Output) -> Self {
        let is_shown = !output.quiet
            && output.log_format == LogFormat::Text
            && std::io::stderr().is_terminal();
        let bar = is_shown.then(|| {
            let bar = ProgressBar::new_spinner();
            let style = ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Progress { bar, started: Instant::now(), stages: Vec::new() }
    }

    /// Takes the spinner off the terminal.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Observer for Progress {
    #[expect(clippy::disallowed_methods, reason = "the program may look at the clock")]
    fn stage(&mut self, name: &'static str) {
        match &self.bar {
            Some(bar) => bar.set_message(name),
            None => tracing::info!("{name}"),
        }
        self.stages.push(Stage { name, wall: Instant::now(), cpu_s: usage::cpu_seconds() });
    }

    #[expect(clippy::disallowed_methods, reason = "the program may look at the clock")]
    fn timings(&mut self) -> Value {
        let end = Stage { name: "end", wall: Instant::now(), cpu_s: usage::cpu_seconds() };
        let nexts = self.stages.iter().skip(1).chain(std::iter::once(&end));
        let stages: Vec<Value> = self
            .stages
            .iter()
            .zip(nexts)
            .map(|(stage, next)| {
                json!({
                    "stage": stage.name,
                    "wall_s": next.wall.duration_since(stage.wall).as_secs_f64(),
                    "cpu_s": next.cpu_s - stage.cpu_s,
                })
            })
            .collect();
        json!({
            "stages": stages,
            "wall_s": end.wall.duration_since(self.started).as_secs_f64(),
            "cpu_s": end.cpu_s,
            "peak_rss_bytes": usage::peak_rss_bytes(),
        })
    }
}

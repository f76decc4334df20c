//! `zwerm inspect`: what the inputs are, and how a scan would read them. Runs nothing else.

use std::fmt::Write as _;

use serde::Serialize;
use zwerm_ingest::{Evidence, Source};
use zwerm_model::{Resolution, Span};

use crate::config::Settings;
use crate::error::ScanError;

/// What the inputs are.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// The files, their columns and the mapping chosen.
    pub files: Vec<Source>,
    /// Files in folders that hold no posts; nothing of them is read.
    pub passed_over: Vec<String>,
    /// Posts that a scan would use.
    pub posts: u64,
    /// Their accounts.
    pub accounts: u64,
    /// Their platforms.
    pub platforms: Vec<String>,
    /// From the first to the last.
    pub span: Option<Span>,
    /// How finely the times are told.
    pub resolution: Resolution,
    /// Everything counted: rows, duplicates, filtered and rejected rows by reason.
    pub counts: Vec<(String, u64)>,
    /// Canonical columns that no input has.
    pub absent: Vec<&'static str>,
    /// The order-free digest of the rows.
    pub row_digest: String,
}

/// Reads the inputs and looks at them.
///
/// # Errors
///
/// If an input cannot be read.
pub fn inspect(settings: &Settings) -> Result<Inspection, ScanError> {
    let ingested = zwerm_ingest::read(&settings.inputs, &settings.ingest()?)?;
    let posts = &ingested.posts;
    Ok(Inspection {
        posts: posts.len() as u64,
        accounts: posts.accounts.len() as u64,
        platforms: posts.accounts.platforms.iter().map(str::to_owned).collect(),
        span: posts.span(),
        resolution: ingested.resolution,
        counts: ingested
            .tally
            .iter()
            .filter(|&(_, n)| n > 0)
            .map(|(k, n)| (k.to_owned(), n))
            .collect(),
        absent: ingested.absent,
        row_digest: ingested.row_digest,
        files: ingested.sources,
        passed_over: ingested.passed_over,
    })
}

impl Inspection {
    /// The inspection as lines for a terminal.
    #[must_use]
    pub fn lines(&self) -> String {
        let mut out = String::new();
        for file in &self.files {
            let _ = writeln!(
                out,
                "{}: {} rows, {} bytes, {}, schema {}",
                file.path, file.rows, file.bytes, file.format, file.schema
            );
            if let Some(evidence) = &file.evidence {
                let _ = writeln!(out, "  {}", because(evidence));
            }
            for (canonical, input) in &file.mapping {
                let found = file.columns.iter().find(|(name, _)| name == input);
                let data_type = found.map_or(String::new(), |(_, name)| format!(" ({name})"));
                let _ = writeln!(out, "  {canonical:<18} <- {input}{data_type}");
            }
            if !file.never_read.is_empty() {
                let _ = writeln!(out, "  never read: {}", file.never_read.join(", "));
            }
        }
        for file in &self.passed_over {
            let _ = writeln!(out, "{file}: passed over, it holds no posts");
        }
        let _ = writeln!(out, "posts      {}", self.posts);
        let _ = writeln!(out, "accounts   {}", self.accounts);
        let _ = writeln!(out, "platforms  {}", self.platforms.join(", "));
        if let Some(span) = self.span {
            let _ = writeln!(out, "from       {}", moment(span.first.0));
            let _ = writeln!(out, "to         {}", moment(span.last.0));
        }
        let _ = writeln!(out, "resolution {} ms", self.resolution.0);
        let _ = writeln!(out, "absent     {}", self.absent.join(", "));
        for (name, n) in &self.counts {
            let _ = writeln!(out, "{name} {n}");
        }
        let _ = writeln!(out, "row digest {}", self.row_digest);
        out
    }
}

/// What speaks for the schema of a file.
fn because(evidence: &Evidence) -> String {
    let mut text = format!("{}: found {}", evidence.title, evidence.found.join(", "));
    if evidence.records > 0 {
        let _ = write!(
            text,
            "; {} of the first {} records have all that it needs",
            evidence.fitting, evidence.records
        );
    }
    if let Some((name, found)) = evidence.runner_up {
        let _ = write!(text, "; next best: {name}, {found} found");
    }
    text
}

/// A moment in RFC 3339, UTC.
pub(crate) fn moment(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |t| t.to_string())
}

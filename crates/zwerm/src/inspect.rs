//! `zwerm inspect`: what the inputs are, and how a scan would read them. Runs nothing else.

use std::fmt::Write as _;

use serde::Serialize;
use zwerm_ingest::{Evidence, PlatformSurvey, Source};
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
    /// Their bytes.
    pub bytes: u64,
    /// Posts that a scan would use.
    pub posts: u64,
    /// Their accounts.
    pub accounts: u64,
    /// Their platforms, and how finely each tells the time.
    pub platforms: Vec<Platform>,
    /// From the first to the last.
    pub span: Option<Span>,
    /// How finely the times are told, as a scan takes it.
    pub resolution: Resolution,
    /// Everything counted: rows, duplicates, filtered and rejected rows by reason.
    pub counts: Vec<(String, u64)>,
    /// Canonical columns that no input has.
    pub absent: Vec<&'static str>,
}

/// What the inputs hold of one platform.
#[derive(Clone, Debug, Serialize)]
pub struct Platform {
    /// Its name.
    pub name: String,
    /// Usable rows, copies included.
    pub rows: u64,
    /// From the first to the last.
    pub span: Option<Span>,
    /// How finely it tells the time; `None` if it has too few posts to say.
    pub resolution: Option<Resolution>,
}

/// Reads the inputs and looks at them, without holding them: `columns` and what every post must
/// have, or all that are known if none is named.
///
/// # Errors
///
/// If an input cannot be read.
pub fn inspect(settings: &Settings, columns: &[String]) -> Result<Inspection, ScanError> {
    let columns = columns.iter().map(|name| known(name)).collect::<Result<Vec<_>, _>>()?;
    let survey = zwerm_ingest::survey(&settings.inputs, &settings.ingest()?, &columns)?;
    let platforms: Vec<Platform> = survey
        .platforms
        .into_iter()
        .map(|PlatformSurvey { name, rows, span, resolution }| Platform {
            name,
            rows,
            span,
            resolution,
        })
        .collect();
    let ends = platforms.iter().filter_map(|platform| platform.span);
    Ok(Inspection {
        bytes: survey.sources.iter().map(|source| source.bytes).sum(),
        posts: survey.posts,
        accounts: survey.accounts,
        span: Span::of(ends.flat_map(|span| [span.first, span.last])),
        platforms,
        resolution: survey.resolution,
        counts: survey
            .tally
            .iter()
            .filter(|&(_, n)| n > 0)
            .map(|(k, n)| (k.to_owned(), n))
            .collect(),
        absent: survey.absent,
        files: survey.sources,
        passed_over: survey.passed_over,
    })
}

/// A canonical column by its name.
fn known(name: &str) -> Result<&'static str, ScanError> {
    let found = zwerm_ingest::column::find(name).map(|column| column.name);
    found.ok_or_else(|| {
        let all = zwerm_ingest::column::TABLE.iter().map(|column| column.name);
        let all = all.collect::<Vec<_>>().join(", ");
        ScanError::config("columns", format!("expected some of {all}, found \"{name}\""))
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
        let names: Vec<&str> = self.platforms.iter().map(|p| p.name.as_str()).collect();
        let _ = writeln!(out, "platforms  {}", names.join(", "));
        if let Some(span) = self.span {
            let _ = writeln!(out, "from       {}", moment(span.first.0));
            let _ = writeln!(out, "to         {}", moment(span.last.0));
        }
        let _ = writeln!(out, "resolution {} ms", self.resolution.0);
        for platform in self.platforms.iter().filter(|_| self.platforms.len() > 1) {
            let told = match platform.resolution {
                Some(resolution) => format!("times in steps of {} ms", resolution.0),
                None => "too few to tell their resolution".to_owned(),
            };
            let _ = writeln!(out, "  {}: {} rows, {told}", platform.name, platform.rows);
        }
        let _ = writeln!(out, "absent     {}", self.absent.join(", "));
        for (name, n) in &self.counts {
            let _ = writeln!(out, "{name} {n}");
        }
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

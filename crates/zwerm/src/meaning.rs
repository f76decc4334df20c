//! Rewordings and translations: when the tier runs, on what, and what it leaves unsaid.

use serde::{Deserialize, Serialize};
use zwerm_ingest::Ingested;
use zwerm_meaning::neighbours::{EXACT_MAX, IS_APPROXIMATE_BUILT};
use zwerm_meaning::{Cuts, MeaningConfig};
use zwerm_model::{Meanings, Tally, TextClusters, TraceTable};
use zwerm_trace::{Inputs, Targets, kinds};

/// Memory for vectors and the graph over them unless said otherwise, in bytes: some 700,000 vectors
/// of 384 numbers.
pub(crate) const MEMORY: u64 = 4 << 30;

/// The kinds whose objects are a second witness.
const WITNESSES: [&str; 3] = ["media", "reply", "url"];

/// What the report calls what the tier finds.
const WHAT: &str = "rewordings and translations";

/// `[meaning]` of a configuration file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MeaningSection {
    /// Whether vectors are looked at where there are some.
    pub enabled: Option<bool>,
    /// What made the vectors, in place of what the files say.
    pub model: Option<String>,
    /// Memory for vectors and the graph over them.
    pub memory_bytes: Option<u64>,
}

/// How rewordings and translations are looked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeaningSettings {
    /// Whether vectors are looked at where there are some.
    pub enabled: bool,
    /// What made the vectors, in place of what the files say.
    pub model: Option<String>,
    /// Memory for vectors and the graph over them.
    pub memory_bytes: u64,
}

impl From<MeaningSection> for MeaningSettings {
    fn from(section: MeaningSection) -> Self {
        MeaningSettings {
            enabled: section.enabled.unwrap_or(true),
            model: section.model,
            memory_bytes: section.memory_bytes.unwrap_or(MEMORY),
        }
    }
}

impl MeaningSettings {
    fn model_of<'a>(&'a self, ingested: &'a Ingested) -> Option<&'a str> {
        self.model.as_deref().or(ingested.embeddings.model.as_deref())
    }

    /// Whether there is something to compare.
    pub(crate) fn is_on(&self, ingested: &Ingested) -> bool {
        self.enabled && !ingested.embeddings.is_empty()
    }

    /// The clusters of texts that say the same; none where the tier is off.
    pub(crate) fn relate(
        &self,
        ingested: &Ingested,
        clusters: &TextClusters,
        targets: &Targets,
        tally: &mut Tally,
    ) -> Meanings {
        if !self.is_on(ingested) {
            return Meanings::default();
        }
        let (posts, none) = (&ingested.posts, Meanings::default());
        let traced = Inputs { posts, clusters, targets, meanings: &none };
        let witnesses: Vec<TraceTable> = WITNESSES
            .iter()
            .filter_map(|name| kinds::find(name))
            .map(|kind| zwerm_trace::extract_kind(&traced, kind))
            .collect();
        let inputs = zwerm_meaning::Inputs {
            posts,
            clusters,
            embeddings: &ingested.embeddings,
            witnesses: &witnesses,
            text: &|post| zwerm_text::normalise(posts.text_of(post)),
        };
        let (cuts, _) = Cuts::of(self.model_of(ingested));
        let config = MeaningConfig { cuts, memory: self.memory_bytes };
        zwerm_meaning::relate(&inputs, &config, tally)
    }

    /// What the tier cannot say of these posts, and why; that no input has vectors is said of all
    /// columns alike.
    pub(crate) fn not_assessable(
        &self,
        ingested: &Ingested,
        tally: &Tally,
    ) -> Vec<(String, String)> {
        let has_column = !ingested.absent.contains(&"embedding");
        match (has_column, self.enabled, ingested.embeddings.is_empty()) {
            (false, _, _) => Vec::new(),
            (true, false, _) => vec![(WHAT.to_owned(), "switched off (--no-meaning)".to_owned())],
            (true, true, true) => {
                let why = "the column \"embedding\" holds no vector".to_owned();
                vec![(WHAT.to_owned(), why)]
            }
            (true, true, false) => self.limits(ingested, tally),
        }
    }

    /// What is missed although the tier runs.
    fn limits(&self, ingested: &Ingested, tally: &Tally) -> Vec<(String, String)> {
        let mut limits = Vec::new();
        let model = self.model_of(ingested);
        let name = model.unwrap_or("unknown");
        let (cuts, is_measured) = Cuts::of(model);
        if !is_measured {
            let why = format!(
                "nobody measured the errors of the model \"{name}\", so only the closest count: \
                 {cuts} (--encoder names the model)"
            );
            limits.push(("free rewordings".to_owned(), why));
        }
        if cuts.translation.is_none() {
            let why = format!("no cut was measured for the model \"{name}\"");
            limits.push(("translations".to_owned(), why));
        }
        let left_out = tally.get("meaning.left_out");
        if left_out > 0 {
            let why = match IS_APPROXIMATE_BUILT {
                true => format!("no room in {} bytes (--meaning-memory)", self.memory_bytes),
                false => format!(
                    "no room in {} bytes (--meaning-memory), or more than {EXACT_MAX}, which is \
                     what a build without the feature \"hnsw\" compares",
                    self.memory_bytes
                ),
            };
            limits.push((format!("{WHAT} of {left_out} clusters of texts"), why));
        }
        limits
    }
}

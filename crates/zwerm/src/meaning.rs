//! Rewordings and translations: when the tier runs, on what, and what it leaves unsaid.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use zwerm_ingest::Ingested;
use zwerm_meaning::neighbours::{EXACT_MAX, IS_APPROXIMATE_BUILT};
use zwerm_meaning::{Cuts, MeaningConfig, Vectors};
use zwerm_model::{Embeddings, Meanings, Tally, TextClusters, TraceTable};
use zwerm_trace::{Inputs, Targets, kinds};

use crate::embedding_model::{EmbeddingModel, ModelFacts};
use crate::error::ScanError;

/// Memory for vectors and the graph over them unless said otherwise, in bytes: some 700,000 vectors
/// of 384 numbers.
pub(crate) const MEMORY: u64 = 4 << 30;

/// The kinds whose objects are a second witness.
const WITNESSES: [&str; 3] = ["media", "reply", "url"];

/// The column of vectors.
pub(crate) const COLUMN: &str = "embedding";

/// What the report calls what the tier finds.
const WHAT: &str = "rewordings and translations";

/// `[meaning]` of a configuration file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MeaningSection {
    /// Whether vectors are looked at where there are some.
    pub enabled: Option<bool>,
    /// The folder of a static embedding model, for posts that have no vectors.
    pub embedding_model: Option<PathBuf>,
    /// What made the vectors, in place of what the files say.
    pub model: Option<String>,
    /// Memory for the model, the vectors and the graph over them.
    pub memory_bytes: Option<u64>,
}

/// How rewordings and translations are looked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeaningSettings {
    /// Whether vectors are looked at where there are some.
    pub enabled: bool,
    /// The folder of a static embedding model; the manifest names it by its content.
    #[serde(skip)]
    pub embedding_model: Option<PathBuf>,
    /// What made the vectors, in place of what the files say.
    pub model: Option<String>,
    /// Memory for the model, the vectors and the graph over them.
    pub memory_bytes: u64,
}

impl From<MeaningSection> for MeaningSettings {
    fn from(section: MeaningSection) -> Self {
        MeaningSettings {
            enabled: section.enabled.unwrap_or(true),
            embedding_model: section.embedding_model,
            model: section.model,
            memory_bytes: section.memory_bytes.unwrap_or(MEMORY),
        }
    }
}

/// Where the vectors of a run come from.
#[derive(Clone, Copy)]
enum Origin<'a> {
    /// The column `embedding`.
    Column(&'a Embeddings),
    /// A static model, since no post has a vector.
    Model(&'a EmbeddingModel),
}

impl MeaningSettings {
    /// Reads the model that makes vectors, if one is given and wanted.
    ///
    /// # Errors
    ///
    /// If this build reads no models, or the folder holds none that fits into the memory.
    pub(crate) fn read_model(&self) -> Result<Option<EmbeddingModel>, ScanError> {
        let folder = self.embedding_model.as_deref().filter(|_| self.enabled);
        folder.map(|folder| EmbeddingModel::read(folder, self.memory_bytes)).transpose()
    }

    /// Where vectors come from: what posts bring along goes before what a model makes.
    fn origin<'a>(
        &self,
        ingested: &'a Ingested,
        model: Option<&'a EmbeddingModel>,
    ) -> Option<Origin<'a>> {
        match ingested.embeddings.is_empty() {
            _ if !self.enabled => None,
            false => Some(Origin::Column(&ingested.embeddings)),
            true => model.map(Origin::Model),
        }
    }

    /// Whether there is something to compare.
    pub(crate) fn is_on(&self, ingested: &Ingested, model: Option<&EmbeddingModel>) -> bool {
        self.origin(ingested, model).is_some()
    }

    /// What made the vectors.
    fn name_of(&self, origin: Origin<'_>) -> Option<String> {
        self.model.clone().or_else(|| match origin {
            Origin::Column(embeddings) => embeddings.model.clone(),
            Origin::Model(model) => Some(model.name()),
        })
    }

    /// The clusters of texts that say the same; none where the tier is off.
    pub(crate) fn relate(
        &self,
        ingested: &Ingested,
        clusters: &TextClusters,
        targets: &Targets,
        model: Option<&EmbeddingModel>,
        tally: &mut Tally,
    ) -> Meanings {
        let Some(origin) = self.origin(ingested, model) else { return Meanings::default() };
        let (posts, none) = (&ingested.posts, Meanings::default());
        let traced = Inputs { posts, clusters, targets, meanings: &none };
        let witnesses: Vec<TraceTable> = WITNESSES
            .iter()
            .filter_map(|name| kinds::find(name))
            .map(|kind| zwerm_trace::extract_kind(&traced, kind))
            .collect();
        let (vectors, taken) = match origin {
            Origin::Column(embeddings) => (Vectors::OfPosts(embeddings), 0),
            Origin::Model(model) => (model.vectors(), model.memory()),
        };
        let inputs = zwerm_meaning::Inputs {
            posts,
            clusters,
            vectors,
            witnesses: &witnesses,
            text: &|post| zwerm_text::normalise(posts.text_of(post)),
        };
        let (cuts, _) = Cuts::of(self.name_of(origin).as_deref());
        let config = MeaningConfig { cuts, memory: self.memory_bytes.saturating_sub(taken) };
        zwerm_meaning::relate(&inputs, &config, tally)
    }

    /// What the manifest says of the model.
    pub(crate) fn model_facts(
        &self,
        ingested: &Ingested,
        model: Option<&EmbeddingModel>,
    ) -> Option<ModelFacts> {
        let used = matches!(self.origin(ingested, model), Some(Origin::Model(_)));
        model.map(|model| ModelFacts { used, ..model.facts.clone() })
    }

    /// What the tier cannot say of these posts, and why; that no input has vectors is said of all
    /// columns alike.
    pub(crate) fn not_assessable(
        &self,
        ingested: &Ingested,
        model: Option<&EmbeddingModel>,
        tally: &Tally,
    ) -> Vec<(String, String)> {
        let because = |why: &str| vec![(WHAT.to_owned(), why.to_owned())];
        let has_column = !ingested.absent.contains(&COLUMN);
        match (self.origin(ingested, model), self.enabled, has_column) {
            (Some(origin), _, _) => self.limits(origin, model, tally),
            (None, false, true) => because("switched off (--no-meaning)"),
            (None, true, true) => because("the column \"embedding\" holds no vector"),
            (None, _, false) => Vec::new(),
        }
    }

    /// What is missed although the tier runs.
    fn limits(
        &self,
        origin: Origin<'_>,
        model: Option<&EmbeddingModel>,
        tally: &Tally,
    ) -> Vec<(String, String)> {
        let mut limits = Vec::new();
        let made_by = self.name_of(origin);
        let name = made_by.as_deref().unwrap_or("unknown");
        let (cuts, is_measured) = Cuts::of(made_by.as_deref());
        if model.is_some() && matches!(origin, Origin::Column(_)) {
            let why = "not used: the posts have vectors of their own, in the column \"embedding\"";
            limits.push(("vectors by --embedding-model".to_owned(), why.to_owned()));
        }
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

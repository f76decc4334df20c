//! The folder of a static embedding model: read where the build can, and named by its content.

use std::path::Path;

use serde::Serialize;
use zwerm_meaning::{Vectors, cuts};

use crate::error::ScanError;
use crate::file_system;
use crate::manifest::FileHash;

/// What splits texts into tokens.
const TOKENIZER: &str = "tokenizer.json";
/// The rows of the tokens.
const WEIGHTS: &str = "model.safetensors";
/// How much of a text counts; may be absent.
const CONFIG: &str = "config.json";

/// What to do about a folder that is no model.
#[cfg(feature = "embed")]
const WHERE_FROM: &str = "expected the folder of a static embedding model, with tokenizer.json and \
    model.safetensors as model2vec writes them. Such models are published on the Hugging Face hub \
    (minishlab/potion-multilingual-128M, for instance), and model2vec makes one from any sentence \
    encoder; zwerm downloads nothing";

/// What the manifest says of a model.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ModelFacts {
    /// The name under which its errors were measured, if they were.
    pub(crate) name: Option<&'static str>,
    /// The numbers of a vector.
    pub(crate) dimension: usize,
    /// Whether it was used: posts that have vectors of their own need none.
    pub(crate) used: bool,
    /// What the model is, by its content.
    pub(crate) files: Vec<FileHash>,
}

/// A model that was read.
pub(crate) struct EmbeddingModel {
    pub(crate) facts: ModelFacts,
    encoder: Encoder,
}

/// Makes the vector of a text.
type Embed = Box<dyn Fn(&str) -> Option<Vec<f32>> + Send + Sync>;

/// What makes vectors of texts.
struct Encoder {
    dimension: usize,
    /// What its weights take, in bytes.
    memory: u64,
    embed: Embed,
}

/// Reads no folder.
#[cfg(not(feature = "embed"))]
fn encoder(folder: &Path, _: u64) -> Result<Encoder, ScanError> {
    Err(ScanError::config(
        format!("--embedding-model {}", folder.display()),
        "this program was built without the feature \"embed\", which reads such models: build it \
         with `cargo build --release --package zwerm-cli --features embed`, or give the posts a \
         column \"embedding\"",
    ))
}

/// Reads a folder whose weights take no more than some memory, in bytes.
#[cfg(feature = "embed")]
fn encoder(folder: &Path, memory: u64) -> Result<Encoder, ScanError> {
    let place = |name: &str| folder.join(name).display().to_string();
    for name in [TOKENIZER, WEIGHTS] {
        if !file_system::exists(&folder.join(name)) {
            return Err(ScanError::config(place(name), format!("not there: {WHERE_FROM}")));
        }
    }
    let size = file_system::size(&folder.join(WEIGHTS))?;
    if size > memory {
        let problem = format!("{} takes {size} bytes, {memory} were given", place(WEIGHTS));
        return Err(ScanError::config("--meaning-memory", problem));
    }
    let has_config = file_system::exists(&folder.join(CONFIG));
    let files = zwerm_embed::Files {
        tokenizer: file_system::read_bytes(&folder.join(TOKENIZER))?,
        weights: file_system::read_bytes(&folder.join(WEIGHTS))?,
        config: has_config.then(|| file_system::read_bytes(&folder.join(CONFIG))).transpose()?,
    };
    let model = zwerm_embed::StaticModel::read(files).map_err(|error| {
        ScanError::config(place(error.file), format!("{}; {WHERE_FROM}", error.problem))
    })?;
    let (dimension, memory) = (model.dimension(), model.memory());
    Ok(Encoder { dimension, memory, embed: Box::new(move |text| model.embed(text)) })
}

impl EmbeddingModel {
    /// Reads a folder whose weights take no more than some memory, in bytes.
    ///
    /// # Errors
    ///
    /// If this build reads no models, or the folder holds none that fits.
    pub(crate) fn read(folder: &Path, memory: u64) -> Result<Self, ScanError> {
        let encoder = encoder(folder, memory)?;
        let there = [CONFIG, WEIGHTS, TOKENIZER].into_iter().filter(|name| {
            // The others are.
            *name != CONFIG || file_system::exists(&folder.join(name))
        });
        let files = there.map(|name| {
            let sha256 = zwerm_report::sha256_file(&folder.join(name))?;
            Ok(FileHash { name: name.to_owned(), sha256 })
        });
        let files = files.collect::<Result<Vec<FileHash>, ScanError>>()?;
        let weights = files.iter().find(|file| file.name == WEIGHTS);
        let name = weights.and_then(|file| cuts::name_of_weights(&file.sha256));
        let facts = ModelFacts { name, dimension: encoder.dimension, used: false, files };
        Ok(EmbeddingModel { facts, encoder })
    }

    /// What its weights take, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        self.encoder.memory
    }

    /// The name to look for in the table of cuts, and to show.
    pub(crate) fn name(&self) -> String {
        let weights = self.facts.files.iter().find(|file| file.name == WEIGHTS);
        let hash = weights.map_or("", |file| file.sha256.get(..12).unwrap_or(&file.sha256));
        self.facts.name.map_or_else(|| format!("static model {hash}"), str::to_owned)
    }

    /// Vectors of texts.
    pub(crate) fn vectors(&self) -> Vectors<'_> {
        Vectors::OfTexts { dimension: self.encoder.dimension, embed: &*self.encoder.embed }
    }
}

//! The flags about rewordings and translations.

use std::path::PathBuf;

use bytesize::ByteSize;
use clap::Args as ClapArgs;
use zwerm::MeaningSection;

/// How rewordings and translations are looked for; they are where posts have a column `embedding`,
/// or a model makes vectors of their texts.
#[derive(Debug, ClapArgs)]
pub(crate) struct Meaning {
    /// Do not look at vectors, although there are some
    #[arg(long)]
    pub(crate) no_meaning: bool,
    /// The folder of a static embedding model (model2vec), for posts without a column embedding
    #[arg(long, value_name = "DIR", env = "ZWERM_EMBEDDING_MODEL")]
    pub(crate) embedding_model: Option<PathBuf>,
    /// What made the vectors, such as all-MiniLM-L6-v2 [default: what files or weights say]
    #[arg(long, value_name = "NAME", env = "ZWERM_ENCODER")]
    pub(crate) encoder: Option<String>,
    /// Memory for vectors and model: 500MB; texts with few posts are left out first [default: 4GiB]
    #[arg(long, value_name = "SIZE", env = "ZWERM_MEANING_MEMORY")]
    pub(crate) meaning_memory: Option<ByteSize>,
}

impl Meaning {
    /// Puts what was typed in place of what a file says.
    pub(crate) fn over(self, section: &mut MeaningSection) {
        if self.no_meaning {
            section.enabled = Some(false);
        }
        section.embedding_model = self.embedding_model.or(section.embedding_model.take());
        section.model = self.encoder.or(section.model.take());
        section.memory_bytes =
            self.meaning_memory.map(|size| size.as_u64()).or(section.memory_bytes);
    }
}

//! Static embedding models: a text to a vector, by the rows of its tokens.
//!
//! ```text
//! text ─ tokens ─ rows of a matrix, weighed ─ mean
//! ```
//!
//! - `tensors`: the numbers of a file of weights, whatever type they have;
//! - [`StaticModel`]: the matrix and what splits texts into tokens.
//!
//! # What it reads
//!
//! What [model2vec](https://github.com/MinishLab/model2vec) writes: `tokenizer.json`,
//! `model.safetensors` and, if there, `config.json`. The tensor `embeddings` (`embedding.weight`
//! where sentence-transformers wrote it) has a row per token; with `mapping`, a row for several;
//! `weights` has a factor per token. Whether vectors are brought to length one is not asked: what
//! compares them looks at directions.
//!
//! # When it misleads
//!
//! A mean knows no order: "A beats B" is "B beats A", and what is denied is as close as what is
//! said. Nor does it know a word by its neighbours. So texts about one topic come closer to each
//! other than with the model that it was distilled from.
//!
//! # Determinism
//!
//! Rows are added in the order of the tokens, one text at a time, without chance: what a tokenizer
//! would draw at random while training (BPE dropout) is switched off.
//!
//! # Cost
//!
//! Splitting a text into tokens, and a row for each. The file of weights stays in memory as it is.

mod model;
mod tensors;

pub use crate::model::{Files, ModelError, StaticModel};

//! A matrix of token rows, and what splits texts into tokens.

use safetensors::SafeTensors;
use serde_json::Value;
use thiserror::Error;
use tokenizers::Tokenizer;

use crate::tensors::{self, Found, Matrix};

/// Tokens of a text that count, unless a model says otherwise; model2vec's default.
const TOKENS_MAX: usize = 512;

/// The files of a model, as they are on disk.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// `tokenizer.json`.
    pub tokenizer: Vec<u8>,
    /// `model.safetensors`.
    pub weights: Vec<u8>,
    /// `config.json`, if there.
    pub config: Option<Vec<u8>>,
}

/// Why a folder is no static model: in which file, what was expected and what was found.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}: {problem}")]
pub struct ModelError {
    /// The file.
    pub file: &'static str,
    /// What was expected and what was found.
    pub problem: String,
}

/// See the [crate's documentation](crate).
pub struct StaticModel {
    tokenizer: Tokenizer,
    /// The token that stands for what has none, and means nothing.
    unknown: Option<u32>,
    file: Vec<u8>,
    rows: Matrix,
    /// The row of each token; its own number where there are none.
    row_of: Option<Vec<usize>>,
    /// What its row counts; one where there are none.
    weights: Option<Vec<f64>>,
    limits: Option<Limits>,
}

/// How much of a text counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limits {
    tokens: usize,
    /// What is beyond is not even split, as model2vec does it: so many tokens of a usual length.
    chars: usize,
}

impl StaticModel {
    /// A model from its files.
    ///
    /// # Errors
    ///
    /// If a file is not what it should be, or the files do not belong together.
    pub fn read(files: Files) -> Result<Self, ModelError> {
        let at = |file| move |problem| ModelError { file, problem };
        let (tokenizer, unknown) =
            read_tokenizer(&files.tokenizer).map_err(at("tokenizer.json"))?;
        let vocabulary = tokenizer.get_vocab(true);
        let mut lengths: Vec<usize> =
            vocabulary.keys().map(|token| token.chars().count()).collect();
        let tokens = vocabulary.values().max().map_or(0, |&last| last as usize + 1);
        if tokens == 0 {
            return Err(at("tokenizer.json")("expected tokens, found none".to_owned()));
        }
        lengths.sort_unstable();
        let usual = (lengths[(lengths.len() - 1) / 2] + lengths[lengths.len() / 2]) / 2;
        let tokens_max = files.config.as_deref().map_or(Ok(Some(TOKENS_MAX)), tokens_max);
        let limits = tokens_max.map_err(at("config.json"))?;
        let limits = limits.map(|tokens| Limits { tokens, chars: tokens.saturating_mul(usual) });
        let (rows, row_of, weights) =
            read_weights(&files.weights, tokens).map_err(at("model.safetensors"))?;
        let file = files.weights;
        Ok(StaticModel { tokenizer, unknown, file, rows, row_of, weights, limits })
    }

    /// How many numbers a vector has.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.rows.columns
    }

    /// What the numbers take, in bytes; what splits texts comes on top, some 200 bytes a token.
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.file.len() as u64
    }

    /// The vector of a text, the mean of its tokens; nothing if no token is known.
    ///
    /// # Cost
    ///
    /// `O(n)` for `n` characters, with what the tokenizer does to them.
    #[must_use]
    pub fn embed(&self, text: &str) -> Option<Vec<f32>> {
        let cut = self.limits.and_then(|limits| text.char_indices().nth(limits.chars));
        let text = cut.map_or(text, |(end, _)| &text[..end]);
        // A text that cannot be split has no tokens.
        let tokens = self.tokenizer.encode_fast(text, false).ok()?;
        let tokens_max = self.limits.map_or(usize::MAX, |limits| limits.tokens);
        let mut sum = vec![0.0_f64; self.rows.columns];
        let mut known = 0_u32;
        for &token in tokens.get_ids().iter().take(tokens_max) {
            if Some(token) == self.unknown {
                continue;
            }
            let token = token as usize;
            let row = self.row_of.as_ref().map_or(Some(token), |rows| rows.get(token).copied());
            let weight = self.weights.as_ref().map_or(Some(1.0), |all| all.get(token).copied());
            // Both are there for every token: `read_weights` asked for it.
            let (Some(row), Some(weight)) = (row, weight) else { continue };
            self.rows.add_row(&self.file, row, weight, &mut sum);
            known += 1;
        }
        let mean = |sum: f64| (sum / f64::from(known)) as f32;
        (known > 0).then(|| sum.into_iter().map(mean).collect())
    }
}

/// What splits texts into tokens, and the token for what has none.
fn read_tokenizer(json: &[u8]) -> Found<(Tokenizer, Option<u32>)> {
    let wrong = |found: &dyn core::fmt::Display| {
        format!("expected a tokenizer as the library `tokenizers` saves it, found: {found}")
    };
    let mut file: Value = serde_json::from_slice(json).map_err(|error| wrong(&error))?;
    let model = file.get_mut("model").and_then(Value::as_object_mut);
    let model = model.ok_or_else(|| wrong(&"no \"model\""))?;
    // Chance is for training.
    if let Some(dropout) = model.get_mut("dropout") {
        *dropout = Value::Null;
    }
    let unknown = (model.get("unk_token").cloned(), model.get("unk_id").and_then(Value::as_u64));
    // Limits are ours, and nothing is filled up: each text is by itself.
    file["truncation"] = Value::Null;
    file["padding"] = Value::Null;
    let tokenizer: Tokenizer = serde_json::from_value(file).map_err(|error| wrong(&error))?;
    let unknown = match unknown {
        (Some(Value::String(token)), _) => tokenizer.token_to_id(&token),
        (_, Some(id)) => u32::try_from(id).ok(),
        _ => None,
    };
    Ok((tokenizer, unknown))
}

/// How many tokens of a text count; nothing where all do.
fn tokens_max(json: &[u8]) -> Found<Option<usize>> {
    let config: Value = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    match config.get("max_length") {
        None => Ok(Some(TOKENS_MAX)),
        Some(Value::Null) => Ok(None),
        Some(value) => match value.as_u64().and_then(|value| usize::try_from(value).ok()) {
            Some(tokens) if tokens > 0 => Ok(Some(tokens)),
            _ => Err(format!("expected \"max_length\" to be a number from 1, found {value}")),
        },
    }
}

type Weights = (Matrix, Option<Vec<usize>>, Option<Vec<f64>>);

/// The matrix, the row of each token and what it counts, for so many tokens.
fn read_weights(file: &[u8], tokens: usize) -> Found<Weights> {
    let tensors = SafeTensors::deserialize(file)
        .map_err(|error| format!("expected a file of safetensors, found: {error}"))?;
    let rows = Matrix::find(file, &tensors, &["embeddings", "embedding.weight"])?;
    let row_of = tensors::places(&tensors, "mapping")?;
    let weights = tensors::floats(&tensors, "weights")?;
    let of_each = |what: &str, found: usize| match found < tokens {
        true => Err(format!("expected {what} for each of {tokens} tokens, found {found}")),
        false => Ok(()),
    };
    match &row_of {
        None => of_each("a row of \"embeddings\"", rows.rows)?,
        Some(places) => {
            of_each("a place in \"mapping\"", places.len())?;
            if let Some(beyond) = places.iter().find(|&&place| place >= rows.rows) {
                return Err(format!(
                    "expected places in \"mapping\" below {}, found {beyond}",
                    rows.rows
                ));
            }
        }
    }
    if let Some(weights) = &weights {
        of_each("a number in \"weights\"", weights.len())?;
    }
    Ok((rows, row_of, weights))
}

#[cfg(test)]
mod tests;

//! From which cosine on two texts may say the same: per model, never one number for all.
//!
//! Encoders spread their cosines differently: what one gives to a rewording, another gives to any
//! two texts about a topic. A model whose errors nobody measured gets [`UNKNOWN`], which is strict,
//! and the run says so.
//!
//! # Measured
//!
//! On 200 pairs written for it, 50 each of copies, rewordings, other statements about the same
//! topic, and texts about other topics, in six languages (`tests/meaning/texts.tsv`). `cargo xtask
//! show meaning` computes the figures again. The rewordings keep many words of the original; freer
//! ones are found less often. On real posts
//! errors may be larger. Translations have 12 pairs there, each with an address in common.
//!
//! To add a model, measure it in the same way, and add its row.

use core::fmt;

/// The cuts of one model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cuts {
    /// For two texts of one language.
    pub rewording: f32,
    /// For two texts of different languages; none where the model knows one language only.
    pub translation: Option<f32>,
}

/// A model whose errors were measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Its name, as files of vectors state it; case and what stands before a `/` do not count.
    pub model: &'static str,
    /// The SHA-256 of its file of weights, in hexadecimal, if it is a static model: their folders
    /// state no name.
    pub weights: Option<&'static str>,
    /// From where on.
    pub cuts: Cuts,
    /// What was found with these cuts.
    pub error: &'static str,
}

/// The models, by name.
pub const TABLE: &[Measured] = &[
    Measured {
        model: "all-minilm-l6-v2",
        weights: None,
        cuts: Cuts { rewording: 0.80, translation: None },
        error: "49 of 50 rewordings found, none of 100 other pairs; made for English",
    },
    Measured {
        model: "multilingual-e5-small",
        weights: None,
        cuts: Cuts { rewording: 0.93, translation: Some(0.89) },
        error: "50 of 50 rewordings found, none of 100 other pairs (weights of 4 bits)",
    },
    Measured {
        model: "tokenlearn-static-model",
        weights: Some("6be5d2830b76c27312e7870df0f7d3c55803fbc6817dfaee0783de319d457c6c"),
        cuts: Cuts { rewording: 0.85, translation: None },
        error: "40 of 50 rewordings found, none of 100 other pairs",
    },
    Measured {
        model: "wordllama-l2-supercat-256",
        weights: Some("64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5"),
        cuts: Cuts { rewording: 0.75, translation: None },
        error: "45 of 50 rewordings found, none of 100 other pairs; made for English",
    },
];

/// For models without a row: copies and the closest rewordings of every encoder that was looked at.
pub const UNKNOWN: Cuts = Cuts { rewording: 0.95, translation: None };

/// The name under which a static model was measured, by the SHA-256 of its file of weights.
#[must_use]
pub fn name_of_weights(sha256: &str) -> Option<&'static str> {
    let found = TABLE.iter().find(|measured| measured.weights == Some(sha256));
    found.map(|measured| measured.model)
}

impl Cuts {
    /// The cuts of a model, and whether its errors were measured.
    #[must_use]
    pub fn of(model: Option<&str>) -> (Self, bool) {
        let name = model.unwrap_or("").rsplit('/').next().unwrap_or("").to_lowercase();
        let found = TABLE.iter().find(|measured| measured.model == name);
        found.map_or((UNKNOWN, false), |measured| (measured.cuts, true))
    }

    /// Pairs below it are nothing to any relation.
    #[must_use]
    pub fn least(self) -> f32 {
        self.translation.map_or(self.rewording, |cut| cut.min(self.rewording))
    }
}

impl fmt::Display for Cuts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rewordings from a cosine of {}", self.rewording)?;
        match self.translation {
            Some(cut) => write!(f, ", translations from {cut}"),
            None => write!(f, ", no translations"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_has_its_own_cuts_and_others_strict_ones() {
        assert!(TABLE.is_sorted_by_key(|measured| measured.model));
        let (known, is_measured) = Cuts::of(Some("sentence-transformers/all-MiniLM-L6-v2"));
        assert!(is_measured && known.rewording == 0.80);
        for unknown in [None, Some("mine"), Some("all-MiniLM-L6-v2-finetuned")] {
            assert_eq!(Cuts::of(unknown), (UNKNOWN, false));
        }
        assert!(TABLE.iter().all(|measured| measured.cuts.rewording < UNKNOWN.rewording));
        for measured in TABLE {
            assert_eq!(
                measured.weights.and_then(name_of_weights),
                measured.weights.map(|_| measured.model)
            );
            assert!(!measured.error.is_empty(), "{}", measured.model);
        }
        assert_eq!(name_of_weights(""), None);
        assert_eq!(UNKNOWN.to_string(), "rewordings from a cosine of 0.95, no translations");
    }

    #[test]
    fn the_least_cut_lets_all_relations_through() {
        let cuts = Cuts { rewording: 0.9, translation: Some(0.7) };
        assert_eq!([cuts.least(), UNKNOWN.least()], [0.7, 0.95]);
    }
}

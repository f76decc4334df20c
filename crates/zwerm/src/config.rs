//! What was typed ([`ConfigFile`]) and what it comes to ([`Settings`]).
//!
//! Precedence: flag, then environment (`ZWERM_*`), then file, then default. Unknown keys are
//! errors. The resolved settings are written into the manifest, with the reason for every one that
//! is not the default, if `[reason]` gives it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zwerm_graph::{Objective, Resolution as GraphResolution};
use zwerm_ingest::{ColumnMap, IngestConfig, RowLayout};
use zwerm_model::Seed;
use zwerm_network::clock::Rung;
use zwerm_network::{NetworkConfig, RUNGS};
use zwerm_text::TextConfig;

use crate::error::ScanError;
use crate::meaning::{MeaningSection, MeaningSettings};
use crate::{file_system, keyfile};

/// The share of a file's rows that may be bad before the run stops: a wrong mapping rejects nearly
/// all.
pub const REJECT_RATIO_MAX: f64 = 0.05;
/// Decoys per run: one shows a test that is badly wrong; more are for those who can wait.
pub const NULL_CHECKS: u32 = 1;
/// The seed of decoys. Any number does; the same number gives the same bytes.
pub const SEED: u64 = 20_190_523;
/// The false discovery rate of the tier `discovery`.
pub const Q_DISCOVERY: f64 = 0.05;
/// The schema that is not named but found.
pub const SCHEMA_AUTO: &str = "auto";
/// That of the tier `strict`.
pub const Q_STRICT: f64 = 0.01;
/// Objects with more accounts make no pair of accounts that level A did not raise: 2 % of objects
/// make 99 % of all pairs, and those pairs carry next to no evidence.
pub const PAIR_ACCOUNTS_MAX: usize = 200;

/// A configuration file, as typed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigFile {
    /// The file of elections.
    pub elections: Option<PathBuf>,
    /// Accounts that are known, one id a line.
    pub allow_list: Option<PathBuf>,
    /// The zone of times that carry none.
    pub timezone: Option<String>,
    /// The schema of files that are not Parquet, or `auto`.
    pub schema: Option<String>,
    /// Whether bytes that are no UTF-8 are replaced.
    pub lossy_utf8: Option<bool>,
    /// The file of the key by which names become pseudonyms; made if it is not there.
    pub pseudonymise: Option<PathBuf>,
    /// Decoys per run.
    pub null_check: Option<u32>,
    /// Threads; 0 = one per core.
    pub threads: Option<usize>,
    /// The seed of decoys.
    pub seed: Option<u64>,
    /// The share of a file's rows that may be bad.
    pub max_reject_ratio: Option<f64>,
    /// Who is responsible for the processing (GDPR art. 4).
    pub controller: Option<String>,
    /// What for (art. 5).
    pub purpose: Option<String>,
    /// On what basis (art. 6).
    pub legal_basis: Option<String>,
    /// The impact assessment (art. 35).
    pub dpia_ref: Option<String>,
    /// When the results are to be deleted.
    pub expires_at: Option<String>,
    /// Canonical column = input column; `rows = "long"` for one row per (post, object).
    pub map: BTreeMap<String, String>,
    /// Rewordings and translations.
    pub meaning: MeaningSection,
    /// Near-duplicate text.
    pub text: TextSection,
    /// Coordination.
    pub network: NetworkSection,
    /// Key = why it is not the default.
    pub reason: BTreeMap<String, String>,
}

/// `[text]` of a configuration file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextSection {
    /// The similarity from which two texts are near-duplicates.
    pub jaccard_min: Option<f32>,
    /// Shorter texts match exactly only, in characters.
    pub chars_min: Option<usize>,
}

/// `[network]` of a configuration file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkSection {
    /// The false discovery rate of the tier `discovery`.
    pub q_discovery: Option<f64>,
    /// That of the tier `strict`.
    pub q_strict: Option<f64>,
    /// Objects with more accounts make no pair of accounts that were not raised.
    pub pair_accounts_max: Option<usize>,
    /// Above 1 networks get smaller, below 1 larger (modularity).
    pub resolution: Option<f64>,
    /// Windows and contexts, each `[window_ms, context_ms]`.
    pub rungs: Option<Vec<(i64, i64)>>,
}

impl ConfigFile {
    /// Reads a configuration file.
    ///
    /// # Errors
    ///
    /// If it cannot be read or has a key that does not exist.
    pub fn read(path: &Path) -> Result<Self, ScanError> {
        let text = file_system::read_config(path)?;
        let mut file: ConfigFile = toml::from_str(&text)
            .map_err(|error| ScanError::config(path.display().to_string(), error.to_string()))?;
        // A path in a file is meant from where the file is.
        let model = &mut file.meaning.embedding_model;
        for named in [&mut file.elections, &mut file.allow_list, &mut file.pseudonymise, model] {
            if let (Some(named), Some(folder)) = (named, path.parent()) {
                *named = folder.join(&*named);
            }
        }
        Ok(file)
    }
}

/// What a scan runs with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// Files, folders and glob patterns.
    #[serde(skip)]
    pub inputs: Vec<PathBuf>,
    /// Where the results go.
    #[serde(skip)]
    pub out: PathBuf,
    /// Whether existing results are replaced.
    #[serde(skip)]
    pub force: bool,
    /// Threads; 0 = one per core. No result depends on it.
    #[serde(skip)]
    pub threads: usize,
    /// The file of elections.
    #[serde(skip)]
    pub elections: Option<PathBuf>,
    /// Accounts that are known, one id a line.
    #[serde(skip)]
    pub allow_list: Option<PathBuf>,
    /// The file of the key by which names become pseudonyms.
    #[serde(skip)]
    pub pseudonymise: Option<PathBuf>,
    /// Canonical column → input column, where named.
    pub map: BTreeMap<String, String>,
    /// What one row is.
    pub rows: RowLayout,
    /// The zone of times that carry none.
    pub timezone: Option<String>,
    /// The schema of files that are not Parquet, or `auto`.
    pub schema: String,
    /// Whether bytes that are no UTF-8 are replaced.
    pub lossy_utf8: bool,
    /// The share of a file's rows that may be bad.
    pub max_reject_ratio: f64,
    /// The similarity from which two texts are near-duplicates.
    pub jaccard_min: f32,
    /// Shorter texts match exactly only, in characters.
    pub chars_min: usize,
    /// How rewordings and translations are looked for.
    pub meaning: MeaningSettings,
    /// Windows and contexts, each `[window_ms, context_ms]`.
    pub rungs: Vec<(i64, i64)>,
    /// The false discovery rate of the tier `discovery`.
    pub q_discovery: f64,
    /// That of the tier `strict`.
    pub q_strict: f64,
    /// Objects with more accounts make no pair of accounts that were not raised.
    pub pair_accounts_max: usize,
    /// The resolution of communities (modularity).
    pub resolution: f64,
    /// Decoys per run.
    pub null_check: u32,
    /// The seed of decoys.
    pub seed: u64,
    /// Key → why it is not the default.
    pub reason: BTreeMap<String, String>,
    /// Who answers for the processing, as given.
    pub accountability: Accountability,
}

/// The settings of reading posts and of finding like texts among them.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Reading<'a> {
    map: &'a BTreeMap<String, String>,
    rows: RowLayout,
    timezone: Option<&'a str>,
    schema: &'a str,
    lossy_utf8: bool,
    max_reject_ratio: f64,
    jaccard_min: f32,
    chars_min: usize,
}

/// Who answers for the processing, as given; nothing is checked or inferred.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Accountability {
    /// Who is responsible.
    pub controller: Option<String>,
    /// What for.
    pub purpose: Option<String>,
    /// On what basis.
    pub legal_basis: Option<String>,
    /// The impact assessment.
    pub dpia_ref: Option<String>,
    /// When the results are to be deleted.
    pub expires_at: Option<String>,
}

impl Settings {
    /// What a configuration comes to.
    ///
    /// # Errors
    ///
    /// If a value is out of its range.
    pub fn resolve(
        inputs: Vec<PathBuf>,
        out: PathBuf,
        mut file: ConfigFile,
    ) -> Result<Self, ScanError> {
        let rows = match file.map.remove("rows").as_deref() {
            None | Some("post") => RowLayout::Post,
            Some("long") => RowLayout::Long,
            Some(other) => {
                let problem = format!("expected \"post\" or \"long\", found \"{other}\"");
                return Err(ScanError::config("map.rows", problem));
            }
        };
        let text = TextConfig::default();
        let rungs = file.network.rungs.unwrap_or_else(|| {
            RUNGS.iter().map(|rung| (rung.window_ms, rung.context_ms)).collect()
        });
        let settings = Settings {
            inputs,
            out,
            force: false,
            threads: file.threads.unwrap_or(0),
            elections: file.elections,
            allow_list: file.allow_list,
            pseudonymise: file.pseudonymise,
            map: file.map,
            rows,
            timezone: file.timezone,
            schema: file.schema.unwrap_or_else(|| SCHEMA_AUTO.to_owned()),
            lossy_utf8: file.lossy_utf8.unwrap_or(false),
            max_reject_ratio: file.max_reject_ratio.unwrap_or(REJECT_RATIO_MAX),
            jaccard_min: file.text.jaccard_min.unwrap_or(text.jaccard_min),
            chars_min: file.text.chars_min.unwrap_or(text.chars_min),
            meaning: file.meaning.into(),
            rungs,
            q_discovery: file.network.q_discovery.unwrap_or(Q_DISCOVERY),
            q_strict: file.network.q_strict.unwrap_or(Q_STRICT),
            pair_accounts_max: file.network.pair_accounts_max.unwrap_or(PAIR_ACCOUNTS_MAX),
            resolution: file.network.resolution.unwrap_or(1.0),
            null_check: file.null_check.unwrap_or(NULL_CHECKS),
            seed: file.seed.unwrap_or(SEED),
            reason: file.reason,
            accountability: Accountability {
                controller: file.controller,
                purpose: file.purpose,
                legal_basis: file.legal_basis,
                dpia_ref: file.dpia_ref,
                expires_at: file.expires_at,
            },
        };
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), ScanError> {
        let share = |name: &str, value: f64| {
            if (0.0..=1.0).contains(&value) {
                return Ok(());
            }
            Err(ScanError::config(name, format!("expected a share from 0 to 1, found {value}")))
        };
        share("max_reject_ratio", self.max_reject_ratio)?;
        share("text.jaccard_min", f64::from(self.jaccard_min))?;
        share("network.q_discovery", self.q_discovery)?;
        share("network.q_strict", self.q_strict)?;
        if !(0.0..=1e4).contains(&self.resolution) {
            let problem = format!("expected 0 to 10000, found {}", self.resolution);
            return Err(ScanError::config("network.resolution", problem));
        }
        for &(window_ms, context_ms) in &self.rungs {
            if window_ms < 0 || context_ms <= window_ms {
                let problem = format!(
                    "expected 0 ≤ window_ms < context_ms, found [{window_ms}, {context_ms}]"
                );
                return Err(ScanError::config("network.rungs", problem));
            }
        }
        Ok(())
    }

    /// How to read.
    ///
    /// # Errors
    ///
    /// If the mapping names a canonical column that does not exist, or the key cannot be used.
    pub fn ingest(&self) -> Result<IngestConfig, ScanError> {
        Ok(IngestConfig {
            map: ColumnMap::new(self.map.clone())?,
            rows: self.rows,
            schema: Some(self.schema.clone()).filter(|name| name != SCHEMA_AUTO),
            lossy_utf8: self.lossy_utf8,
            pseudonyms: self.pseudonymise.as_deref().map(keyfile::read_or_make).transpose()?,
            time_zone: self.timezone.clone(),
            reject_ratio_max: self.max_reject_ratio,
        })
    }

    /// What of this bears on reading posts and on their texts.
    pub(crate) fn reading(&self) -> Reading<'_> {
        Reading {
            map: &self.map,
            rows: self.rows,
            timezone: self.timezone.as_deref(),
            schema: &self.schema,
            lossy_utf8: self.lossy_utf8,
            max_reject_ratio: self.max_reject_ratio,
            jaccard_min: self.jaccard_min,
            chars_min: self.chars_min,
        }
    }

    /// How to cluster texts.
    #[must_use]
    pub fn text(&self) -> TextConfig {
        TextConfig { jaccard_min: self.jaccard_min, chars_min: self.chars_min }
    }

    /// How to look for coordination.
    #[must_use]
    pub fn network(&self) -> NetworkConfig {
        NetworkConfig {
            rungs: self
                .rungs
                .iter()
                .map(|&(window_ms, context_ms)| Rung { window_ms, context_ms })
                .collect(),
            q_discovery: self.q_discovery,
            q_strict: self.q_strict,
            pair_accounts_max: self.pair_accounts_max,
            null_checks: self.null_check,
            objective: Objective::Modularity {
                resolution: GraphResolution::nearest(self.resolution),
            },
            seed: Seed(self.seed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(text: &str) -> Result<Settings, ScanError> {
        let file: ConfigFile =
            toml::from_str(text).map_err(|e| ScanError::config("test", e.to_string()))?;
        Settings::resolve(Vec::new(), PathBuf::new(), file)
    }

    #[test]
    fn an_empty_file_is_the_default() {
        let settings = resolve("").expect("valid");
        assert_eq!(settings.null_check, NULL_CHECKS);
        assert_eq!(settings.network().rungs, RUNGS);
        assert_eq!(settings.text(), TextConfig::default());
    }

    #[test]
    fn a_mapping_says_what_a_row_is() {
        let settings = resolve("[map]\nrows = \"long\"\nurls = \"url_id\"").expect("valid");
        assert_eq!(settings.rows, RowLayout::Long);
        assert_eq!(settings.map.len(), 1);
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (text, word) in [
            ("sede = 1", "sede"),
            ("max_reject_ratio = 7.0", "max_reject_ratio"),
            ("[map]\nrows = \"wide\"", "wide"),
            ("[network]\nrungs = [[60000, 1000]]", "rungs"),
            ("[network]\nresolution = -1.0", "resolution"),
        ] {
            let error = resolve(text).expect_err("refused").to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}

//! What a result folder says about accounts and networks, as far as an evaluation asks.

use std::collections::BTreeMap;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use zwerm_model::Tier;

use crate::error::ScanError;
use crate::results;

/// One row of `accounts.parquet`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FoundAccount {
    /// The id as printed: with its platform before it when the run held several.
    pub(super) id: String,
    pub(super) platform: Option<String>,
    /// Zero or more; what has no score has zero.
    pub(super) score: f64,
    pub(super) q: Option<f64>,
    pub(super) tier: Option<Tier>,
    pub(super) network: Option<String>,
}

/// The accounts and networks of a result folder. Columns that a folder lacks are `false` here.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Found {
    pub(super) accounts: Vec<FoundAccount>,
    /// The tier of each network.
    pub(super) networks: BTreeMap<String, Tier>,
    pub(super) has_q: bool,
    pub(super) has_tiers: bool,
    pub(super) has_networks: bool,
}

/// The columns of `accounts.parquet` that are used if they are there.
const OPTIONAL: [&str; 4] = ["platform", "coordination_q", "tier", "network_id"];

impl Found {
    /// Reads a result folder; `score` names the column that ranks accounts.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or a column is missing or holds what it cannot hold.
    pub(super) fn read(folder: &Path, score: &str) -> Result<Self, ScanError> {
        zwerm_report::recover(folder)?;
        let mut found = Found::default();
        let path = folder.join("accounts.parquet");
        let (names, batches) = results::columns(&path, &["account_id", score], &OPTIONAL)?;
        let has = |name: &str| names.iter().any(|own| own == name);
        found.has_q = has("coordination_q");
        found.has_tiers = has("tier");
        found.has_networks = has("network_id");
        for batch in batches {
            found.push(&Table { path: &path, batch }, score)?;
        }
        if found.has_networks {
            let path = folder.join("networks.parquet");
            for batch in results::columns(&path, &["network_id", "tier"], &[])?.1 {
                let table = Table { path: &path, batch };
                let (ids, tiers) = (table.texts("network_id")?, table.tiers("tier")?);
                for (id, tier) in ids.into_iter().zip(tiers) {
                    found.networks.insert(id.unwrap_or_default(), tier.unwrap_or_default());
                }
            }
        }
        found.check(folder)?;
        Ok(found)
    }

    fn push(&mut self, table: &Table<'_>, score: &str) -> Result<(), ScanError> {
        let rows = table.batch.num_rows();
        let has = |name: &str| table.batch.column_by_name(name).is_some();
        let texts = |name: &str| if has(name) { table.texts(name) } else { Ok(vec![None; rows]) };
        let (ids, platforms) = (table.texts("account_id")?, texts("platform")?);
        let networks = texts("network_id")?;
        let scores = table.numbers(score)?;
        let q = if self.has_q { table.numbers("coordination_q")? } else { vec![None; rows] };
        let tiers = if self.has_tiers { table.tiers("tier")? } else { vec![None; rows] };
        let names = ids.into_iter().zip(platforms).zip(networks);
        for (row, ((id, platform), network)) in names.enumerate() {
            let Some(id) = id else {
                return Err(table.wrong("account_id", "an id", "null"));
            };
            let given = scores[row].filter(|given| !given.is_nan()).unwrap_or(0.0);
            if !given.is_finite() || given < 0.0 {
                let expected = "a finite number, 0 or more, where 0 is no evidence";
                return Err(table.wrong(score, expected, &format!("{given} for account {id:?}")));
            }
            let (q, tier) = (q[row], tiers[row]);
            self.accounts.push(FoundAccount { id, platform, score: given, q, tier, network });
        }
        Ok(())
    }

    /// Every network that an account names is there, and no account is there twice.
    fn check(&self, folder: &Path) -> Result<(), ScanError> {
        let wrong =
            |problem: String| ScanError::Results { path: folder.join("accounts.parquet"), problem };
        let mut seen: Vec<(&Option<String>, &str)> =
            self.accounts.iter().map(|row| (&row.platform, row.id.as_str())).collect();
        seen.sort_unstable();
        if let Some(two) = seen.windows(2).find(|two| two[0] == two[1]) {
            let id = two[0].1;
            return Err(wrong(format!("expected each account once, found {id:?} twice")));
        }
        let mut named = self.accounts.iter().filter_map(|row| row.network.as_ref());
        match named.find(|&id| !self.networks.contains_key(id)) {
            Some(id) => {
                let expected = "column \"network_id\": expected a network of networks.parquet";
                Err(wrong(format!("{expected}, found {id:?}")))
            }
            None => Ok(()),
        }
    }
}

/// Some rows of a file.
struct Table<'a> {
    path: &'a Path,
    batch: RecordBatch,
}

impl Table<'_> {
    fn wrong(&self, column: &str, expected: &str, found: &str) -> ScanError {
        ScanError::Results {
            path: self.path.to_path_buf(),
            problem: format!("column {column:?}: expected {expected}, found {found}"),
        }
    }

    fn column(&self, name: &str) -> Result<&ArrayRef, ScanError> {
        self.batch.column_by_name(name).ok_or_else(|| self.wrong(name, "the column", "none"))
    }

    fn texts(&self, name: &str) -> Result<Vec<Option<String>>, ScanError> {
        let array = self.column(name)?;
        if let Some(texts) = array.as_string_opt::<i32>() {
            return Ok(texts.iter().map(|text| text.map(str::to_owned)).collect());
        }
        if let Some(texts) = array.as_string_opt::<i64>() {
            return Ok(texts.iter().map(|text| text.map(str::to_owned)).collect());
        }
        Err(self.wrong(name, "text", &array.data_type().to_string()))
    }

    fn tiers(&self, name: &str) -> Result<Vec<Option<Tier>>, ScanError> {
        let tier = |text: Option<String>| match text.as_deref() {
            None => Ok(None),
            Some(text) => [Tier::None, Tier::Discovery, Tier::Strict]
                .into_iter()
                .find(|tier| tier.name() == text)
                .map(Some)
                .ok_or_else(|| self.wrong(name, "none, discovery or strict", &format!("{text:?}"))),
        };
        self.texts(name)?.into_iter().map(tier).collect()
    }

    fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>, ScanError> {
        let array = self.column(name)?;
        Ok(match array.data_type() {
            DataType::Float64 => array.as_primitive::<Float64Type>().iter().collect(),
            DataType::Float32 => {
                array.as_primitive::<Float32Type>().iter().map(|v| v.map(f64::from)).collect()
            }
            DataType::UInt32 => {
                array.as_primitive::<UInt32Type>().iter().map(|v| v.map(f64::from)).collect()
            }
            DataType::UInt64 => {
                array.as_primitive::<UInt64Type>().iter().map(|v| v.map(|v| v as f64)).collect()
            }
            DataType::Int64 => {
                array.as_primitive::<Int64Type>().iter().map(|v| v.map(|v| v as f64)).collect()
            }
            other => return Err(self.wrong(name, "numbers", &other.to_string())),
        })
    }
}

//! The tables of CooRTweet.

use rayon::ThreadPool;
use zwerm_ingest::raw::{self, RawShape};
use zwerm_model::names::Interner;
use zwerm_model::{NONE, Strings};
use zwerm_network::compat::Quirks;
use zwerm_network::compat::coortweet::detect::{DetectConfig, detect};
use zwerm_network::compat::coortweet::network::{
    CompatEdge, Counts as EdgeCounts, NetworkConfig, above, network, sort_by_name,
};
use zwerm_network::compat::coortweet::stats::{account_stats, group_stats, object_ids};
use zwerm_network::compat::coortweet::{Pair, QUIRKS, Shares};
use zwerm_report::Cells;

use super::{Counts, TableFile, columns, complete, names, seconds, switched};
use crate::config::Settings;
use crate::error::ScanError;

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Edges, as of `generate_coordinated_network`.
    Edges,
    /// Pairs of rows, as of `detect_groups`.
    Pairs,
    /// Accounts, as of `account_stats`.
    Accounts,
    /// Objects, as of `group_stats`.
    Objects,
}

/// Which of its tables, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct CoortweetOptions {
    /// Which table.
    pub table: Table,
    /// The input columns with objects; several are looked at one after the other and stacked.
    pub object_columns: Vec<String>,
    /// Rows at most this far apart pair, in milliseconds; the tool's default is 10 s.
    pub window_ms: i64,
    /// Accounts need at least so many rows; the tool's default is 2.
    pub participation_min: u64,
    /// Whether pairs of an account, a content or an object with itself stay.
    pub keep_loops: bool,
    /// Edges above this quantile of all weights are marked; the tool's default is 0.5.
    pub quantile: f64,
    /// Whether only marked edges count.
    pub only_above: bool,
    /// A second, narrower window.
    pub fast: Option<FastOptions>,
    /// Quirks switched on or off, by name.
    pub quirks: Vec<(String, bool)>,
}

/// A narrower window for the same pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FastOptions {
    /// In milliseconds.
    pub window_ms: i64,
    /// Rows that an account needs there.
    pub participation_min: u64,
}

/// See [`super::repeat`].
pub(super) fn write(
    settings: &Settings,
    options: &CoortweetOptions,
    file: &TableFile<'_>,
    pool: &ThreadPool,
    stage: &mut dyn FnMut(&'static str),
) -> Result<Counts, ScanError> {
    if !(0.0..=1.0).contains(&options.quantile) {
        let problem = format!("expected a share from 0 to 1, found {}", options.quantile);
        return Err(ScanError::config("--quantile", problem));
    }
    let quirks = switched(Quirks::of(QUIRKS), &options.quirks)?;
    stage("ingest");
    let input = read(settings, &options.object_columns)?;
    stage("network");
    let config = DetectConfig {
        window_s: options.window_ms as f64 / 1_000.0,
        participation_min: options.participation_min,
        keep_loops: options.keep_loops,
        quirks: quirks.clone(),
    };
    let pairs = pool.install(|| input.detect(&config));
    let fast = options.fast.map(|f| (f.window_ms as f64 / 1_000.0, f.participation_min));
    let shares = input.stacked();
    let rows = if options.table == Table::Pairs {
        stage("report");
        write_pairs(file, &shares, &pairs)?
    } else {
        let config = NetworkConfig { quantile: options.quantile, quirks, fast };
        let mut edges = network(&shares, &pairs, &config);
        if options.only_above {
            edges = above(edges, &config);
        }
        stage("report");
        match options.table {
            Table::Accounts => write_accounts(file, &shares, &pairs, &edges, &config.quirks)?,
            Table::Objects => write_objects(file, &shares, &edges, &config.quirks)?,
            Table::Edges | Table::Pairs => {
                sort_by_name(&mut edges, &shares.accounts);
                write_edges(file, &shares, &edges, config.fast.is_some())?
            }
        }
    };
    let Input { rows_read, rows_skipped, .. } = input;
    Ok(Counts { rows_read, rows_skipped, rows })
}

/// The rows of the input, once for each column of objects.
struct Input {
    shares: Vec<Shares>,
    rows_read: u64,
    rows_skipped: u64,
}

impl Input {
    /// The pairs of each column of objects, stacked.
    fn detect(&self, config: &DetectConfig) -> Vec<Pair> {
        self.shares.iter().map(|shares| detect(shares, config)).collect::<Vec<_>>().concat()
    }

    /// All rows together. The names are the same for each column.
    fn stacked(&self) -> Shares {
        let mut all = self.shares[0].clone();
        for shares in &self.shares[1..] {
            all.object.extend(&shares.object);
            all.account.extend(&shares.account);
            all.content.extend(&shares.content);
            all.at_s.extend(&shares.at_s);
        }
        all
    }
}

fn read(settings: &Settings, object_columns: &[String]) -> Result<Input, ScanError> {
    let wanted = [
        ("account_id", RawShape::Names),
        ("content_id", RawShape::Names),
        ("timestamp_share", RawShape::Seconds),
    ];
    if object_columns.is_empty() {
        return Err(ScanError::config("--object", "expected at least one column, found none"));
    }
    let mut columns = columns(&wanted, &settings.map)?;
    columns.extend(object_columns.iter().map(|name| raw::RawColumn {
        role: "object_id",
        name: name.clone(),
        shape: RawShape::Names,
    }));
    let mut cells = raw::read_rows(&settings.inputs, &columns)?;
    let object_cells = cells.split_off(wanted.len());
    let mut cells = cells.into_iter();
    let mut next = || cells.next().expect("as many columns as were asked for");
    let (accounts, account) = names(next());
    let (contents, content) = names(next());
    let at_s = seconds(next());
    let (rows, rows_skipped) = complete(&[&account, &content]);
    // One number for an object, whichever column names it.
    let mut objects = Interner::default();
    let object_columns: Vec<Vec<u32>> = object_cells
        .into_iter()
        .map(|cells| {
            let (names, of) = names(cells);
            let numbers: Vec<u32> = names.iter().map(|name| objects.number(name)).collect();
            let number = |&row: &usize| match of[row] {
                NONE => NONE,
                object => numbers[object as usize],
            };
            rows.iter().map(number).collect()
        })
        .collect();
    let objects = objects.into_names();
    let shares = object_columns
        .into_iter()
        .map(|object| Shares {
            objects: objects.clone(),
            accounts: accounts.clone(),
            contents: contents.clone(),
            object,
            account: rows.iter().map(|&row| account[row]).collect(),
            content: rows.iter().map(|&row| content[row]).collect(),
            at_s: rows.iter().map(|&row| at_s[row]).collect(),
        })
        .collect();
    Ok(Input { shares, rows_read: account.len() as u64, rows_skipped })
}

fn write_pairs(file: &TableFile<'_>, shares: &Shares, pairs: &[Pair]) -> Result<u64, ScanError> {
    let content = |of: fn(&Pair) -> u32| column(&shares.contents, pairs.iter().map(of));
    let account = |of: fn(&Pair) -> u32| column(&shares.accounts, pairs.iter().map(of));
    let object = |pair: &Pair| match pair.object {
        NONE => None,
        object => Some(shares.objects.get(object as usize)),
    };
    file.write(&[
        ("object_id", Cells::NamesOrNone(pairs.iter().map(object).collect())),
        ("content_id", content(|pair| pair.content)),
        ("content_id_y", content(|pair| pair.content_y)),
        ("time_delta", Cells::Numbers(pairs.iter().map(|pair| pair.time_delta).collect())),
        ("account_id", account(|pair| pair.account)),
        ("account_id_y", account(|pair| pair.account_y)),
    ])?;
    Ok(pairs.len() as u64)
}

fn column<'a>(names: &'a Strings, of: impl Iterator<Item = u32>) -> Cells<'a> {
    Cells::Names(of.map(|number| names.get(number as usize)).collect())
}

fn write_edges(
    file: &TableFile<'_>,
    shares: &Shares,
    edges: &[CompatEdge],
    with_fast: bool,
) -> Result<u64, ScanError> {
    let objects: Vec<String> = edges.iter().map(|edge| object_ids(&shares.objects, edge)).collect();
    let mut columns = vec![
        ("from", column(&shares.accounts, edges.iter().map(|edge| edge.from))),
        ("to", column(&shares.accounts, edges.iter().map(|edge| edge.to))),
    ];
    let count = |of: fn(&EdgeCounts) -> u64| {
        Cells::Counts(edges.iter().map(|edge| of(&edge.counts)).collect())
    };
    let all = |of: fn(&EdgeCounts) -> f64| {
        Cells::Numbers(edges.iter().map(|edge| of(&edge.counts)).collect())
    };
    let fast = |of: fn(&EdgeCounts) -> f64| {
        let of = |edge: &CompatEdge| edge.fast.map(|(counts, _)| of(&counts));
        Cells::NumbersOrNone(edges.iter().map(of).collect())
    };
    let flags = Cells::Counts(edges.iter().map(|edge| u64::from(edge.is_above)).collect());
    if with_fast {
        let fast_flag = |edge: &CompatEdge| edge.fast.map(|(_, is_above)| f64::from(is_above));
        columns.extend([
            ("weight_full", count(|counts| counts.weight)),
            ("weight_fast", fast(|counts| counts.weight as f64)),
            ("avg_time_delta_full", all(|counts| counts.avg_time_delta)),
            ("avg_time_delta_fast", fast(|counts| counts.avg_time_delta)),
            ("n_content_id_full", count(|counts| counts.n_content_id)),
            ("n_content_id_y_full", count(|counts| counts.n_content_id_y)),
            ("n_content_id_fast", fast(|counts| counts.n_content_id as f64)),
            ("n_content_id_y_fast", fast(|counts| counts.n_content_id_y as f64)),
            ("edge_symmetry_score_full", all(EdgeCounts::edge_symmetry_score)),
            ("edge_symmetry_score_fast", fast(EdgeCounts::edge_symmetry_score)),
            ("object_ids_full", Cells::Names(as_strs(&objects))),
            ("weight_threshold_full", flags),
            ("weight_threshold_fast", Cells::NumbersOrNone(edges.iter().map(fast_flag).collect())),
        ]);
    } else {
        columns.extend([
            ("weight", count(|counts| counts.weight)),
            ("avg_time_delta", all(|counts| counts.avg_time_delta)),
            ("n_content_id", count(|counts| counts.n_content_id)),
            ("n_content_id_y", count(|counts| counts.n_content_id_y)),
            ("edge_symmetry_score", all(EdgeCounts::edge_symmetry_score)),
            ("object_ids", Cells::Names(as_strs(&objects))),
            ("weight_threshold", flags),
        ]);
    }
    file.write(&columns)?;
    Ok(edges.len() as u64)
}

fn as_strs(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

fn write_accounts(
    file: &TableFile<'_>,
    shares: &Shares,
    pairs: &[Pair],
    edges: &[CompatEdge],
    quirks: &Quirks,
) -> Result<u64, ScanError> {
    let stats = account_stats(shares, pairs, edges, quirks);
    file.write(&[
        ("account_id", column(&shares.accounts, stats.iter().map(|s| s.account))),
        ("avg_time_delta", Cells::Numbers(stats.iter().map(|s| s.avg_time_delta).collect())),
        (
            "avg_edge_symmetry_score",
            Cells::Numbers(stats.iter().map(|s| s.avg_edge_symmetry_score).collect()),
        ),
        (
            "unique_shares_count",
            Cells::Counts(stats.iter().map(|s| s.unique_shares_count).collect()),
        ),
    ])?;
    Ok(stats.len() as u64)
}

fn write_objects(
    file: &TableFile<'_>,
    shares: &Shares,
    edges: &[CompatEdge],
    quirks: &Quirks,
) -> Result<u64, ScanError> {
    let stats = group_stats(&shares.objects, edges, quirks);
    file.write(&[
        ("object_id", Cells::Names(stats.iter().map(|(name, _)| name.as_str()).collect())),
        ("num_accounts", Cells::Counts(stats.iter().map(|&(_, n)| n).collect())),
    ])?;
    Ok(stats.len() as u64)
}

//! What each step of the fusion adds: other rankings from the columns of one result folder.
//!
//! `accounts.parquet` has every channel's p for every account, so each test can be left out and
//! the others combined as the program does (Cauchy over the channels that were asked about the
//! account, then Benjamini and Hochberg over all accounts): nothing is switched in the product.
//! How many were asked follows from the account's p and must come out as a whole number; of tests
//! that are left out, as many were asked as of all tests, on average. A burst channel counts
//! among those that rank if it would lift no account above the evidence that it has. What happens
//! before a p exists (ages of objects, trimming, weights of co-actions) cannot be taken back this
//! way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use super::figure::Figure;
use super::{evaluation, results};
use crate::place::Place;

/// Kind, null and window of a channel.
type Channel = (String, String, i64);

/// An account's p in each channel that speaks about it.
struct Row {
    id: String,
    evidence: f64,
    p: f64,
    /// How many tests were asked about it; 0 if none had anything to say.
    asked: f64,
    channels: BTreeMap<Channel, f64>,
}

/// A way to rank accounts.
struct Variant {
    name: String,
    scores: Vec<f64>,
    /// Accounts with q ≤ 0.05, where the ranking is a test.
    significant: Option<Vec<bool>>,
}

/// The nulls whose probabilities are combined.
const TESTS: [&str; 2] = ["own_time", "rarity"];

/// More than −log₁₀ of any number that a file can hold.
const LOG_MAX: f64 = 330.0;

/// Figures of all variants on one labelled set.
pub(super) fn figures(
    place: &Place,
    name: &str,
    scanned: &Path,
    truth: &Path,
) -> Result<Vec<Figure>> {
    let rows = rows(scanned)?;
    let channels: BTreeSet<&Channel> = rows.iter().flat_map(|row| row.channels.keys()).collect();
    let tests: Vec<&Channel> =
        channels.iter().copied().filter(|channel| TESTS.contains(&channel.1.as_str())).collect();
    let variants = variants(&rows, &channels, &tests);
    let folder = write(place, name, &rows, &variants)?;
    let planted: BTreeSet<String> = results::truth(truth)?
        .into_iter()
        .filter(|row| row.coordinated)
        .map(|row| row.id)
        .collect();
    let mut figures = vec![agreement(name, &rows, &tests), strict_pairs(name, scanned, &planted)?];
    for (number, variant) in variants.iter().enumerate() {
        let evaluated = evaluation::by_column(place, &folder, truth, &column_of(number))?;
        let auprc = evaluation::number(&evaluated, "/ranking/auprc/value")?;
        let recall = evaluation::number(&evaluated, "/ranking/recall_at_precision/value")?;
        let flagged = variant.significant.as_ref().map(|significant| {
            let own = rows.iter().zip(significant).filter(|(_, is)| **is).map(|(row, _)| row);
            let (right, wrong): (Vec<&Row>, Vec<&Row>) =
                own.partition(|row| planted.contains(&row.id));
            format!(", significant {} planted + {} not", right.len(), wrong.len())
        });
        figures.push(Figure::plain(
            format!("{name}, {}", variant.name),
            format!("AUPRC {auprc:.3}, recall {recall:.3}{}", flagged.unwrap_or_default()),
        ));
    }
    Ok(figures)
}

/// Whether the p of the file is that of all tests together: of a whole number of them, no fewer
/// than spoke. (There may be more than spoke about anybody.)
fn agreement(name: &str, rows: &[Row], tests: &[&Channel]) -> Figure {
    let mut apart = 0.0_f64;
    for row in rows.iter().filter(|row| row.asked > 0.0) {
        let spoken = cotangents(row, tests).count() as f64;
        let nearest = row.asked.round().max(spoken);
        apart = apart.max((row.asked - nearest).abs());
    }
    let what = format!("{name}: the file's p combines a whole number of tests");
    Figure::holds(&what, format!("apart by {apart:.1e} at most"), apart < 0.02)
}

/// What sharing decides: pairs that are strict, and those of them that level A had not raised
/// already. A larger λ (one for each community of interest, say) only takes pairs from these.
fn strict_pairs(name: &str, scanned: &Path, planted: &BTreeSet<String>) -> Result<Figure> {
    let significant: BTreeSet<String> = results::accounts(scanned)?
        .into_iter()
        .filter(|account| account.q <= 0.05)
        .map(|account| account.id)
        .collect();
    let pairs = results::strict_pairs(scanned)?;
    let both = |of: &BTreeSet<String>| {
        pairs.iter().filter(|(a, b)| of.contains(a) && of.contains(b)).count()
    };
    let what = format!("{name}, pairs strict by sharing and synchrony");
    let (right, raised) = (both(planted), both(&significant));
    let found = format!(
        "{}, {right} of them planted; {} with an account that is not significant",
        pairs.len(),
        pairs.len() - raised,
    );
    Ok(Figure::plain(what, found))
}

fn variants(rows: &[Row], channels: &BTreeSet<&Channel>, tests: &[&Channel]) -> Vec<Variant> {
    let bursts: Vec<&Channel> = channels
        .iter()
        .copied()
        .filter(|channel| channel.1 == "burst")
        .filter(|&channel| {
            rows.iter().all(|row| burst(row, &[channel]) + log_of(row.p) <= row.evidence + 1e-6)
        })
        .collect();
    let without = |part: fn(&Channel, i64) -> bool, of: i64| -> Vec<&Channel> {
        tests.iter().copied().filter(|channel| !part(channel, of)).collect()
    };
    let by = |name: &str, score: &dyn Fn(&Row) -> f64| Variant {
        name: name.to_owned(),
        scores: rows.iter().map(score).collect(),
        significant: None,
    };
    let all = tests.len();
    let mut variants = vec![
        by("as shipped", &|row| row.evidence),
        by("without company: tests + burst", &|row| log_of(row.p) + burst(row, &bursts)),
        by("burst of quiet kinds alone", &|row| burst(row, &bursts)),
        tested("tests alone", rows, (tests, all)),
        tested("tests without own time", rows, (&without(|c, _| c.1 == "own_time", 0), all)),
        tested("tests without rarity", rows, (&without(|c, _| c.1 == "rarity", 0), all)),
    ];
    let windows: BTreeSet<i64> = tests.iter().map(|channel| channel.2).collect();
    for window in windows {
        let name = format!("tests without the window of {} s", window / 1_000);
        variants.push(tested(&name, rows, (&without(|c, of| c.2 == of, window), all)));
    }
    let is_text = |channel: &&&Channel| channel.0 == "near_text";
    let texts: Vec<&Channel> = tests.iter().filter(is_text).copied().collect();
    let others: Vec<&Channel> = tests.iter().filter(|c| !is_text(c)).copied().collect();
    variants.push(tested("tests of near-duplicate texts alone", rows, (&texts, all)));
    variants.push(tested("tests of all other kinds", rows, (&others, all)));
    variants
}

/// A ranking by a combined p, and what it calls significant.
fn tested(name: &str, rows: &[Row], (channels, all): (&[&Channel], usize)) -> Variant {
    let scores: Vec<f64> = rows.iter().map(|row| log10_p(row, channels, all)).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let mut last = 0;
    for (rank, &row) in (1..).zip(&order) {
        let level = 0.05 * f64::from(rank) / rows.len() as f64;
        if scores[row] >= -level.log10() {
            last = rank as usize;
        }
    }
    let mut significant = vec![false; rows.len()];
    order[..last].iter().for_each(|&row| significant[row] = true);
    Variant { name: name.to_owned(), scores, significant: Some(significant) }
}

/// −log₁₀ of Cauchy's combination over some of `all` tests: of those that were asked, a silent one
/// counts as an even chance, and where all are silent, nothing was tested.
fn log10_p(row: &Row, channels: &[&Channel], all: usize) -> f64 {
    let terms: Vec<f64> = cotangents(row, channels).collect();
    if terms.is_empty() {
        return 0.0;
    }
    let share = channels.len() as f64 / all.max(1) as f64;
    let mean = terms.iter().sum::<f64>() / (row.asked * share).max(terms.len() as f64);
    let p = if mean > 1e6 {
        1.0 / (core::f64::consts::PI * mean)
    } else {
        0.5 - mean.atan() / core::f64::consts::PI
    };
    log_of(p)
}

/// What each of some tests that speaks for an account adds to Cauchy's sum.
fn cotangents(row: &Row, channels: &[&Channel]) -> impl Iterator<Item = f64> {
    let spoken = channels.iter().filter_map(|channel| row.channels.get(*channel));
    spoken.filter(|&&p| p < 0.5).map(|&p| 1.0 / (p * core::f64::consts::PI).tan())
}

/// How many tests were asked about an account: Cauchy's sum over what its mean must have been.
fn asked(p: f64, channels: &BTreeMap<Channel, f64>) -> f64 {
    let tests = channels.iter().filter(|(channel, _)| TESTS.contains(&channel.1.as_str()));
    let spoken = tests.map(|(_, &p)| p).filter(|&p| p < 0.5);
    let sum: f64 = spoken.map(|p| 1.0 / (p * core::f64::consts::PI).tan()).sum();
    // Beyond this, numbers are too small to be divided.
    if sum > 0.0 && p > 1e-300 { sum * (p * core::f64::consts::PI).tan() } else { 0.0 }
}

fn burst(row: &Row, channels: &[&Channel]) -> f64 {
    channels
        .iter()
        .filter_map(|channel| row.channels.get(*channel))
        .map(|&p| log_of(p))
        .fold(0.0, f64::max)
}

fn log_of(p: f64) -> f64 {
    if p > 0.0 { (-p.log10()).clamp(0.0, LOG_MAX) } else { LOG_MAX }
}

fn column_of(variant: usize) -> String {
    format!("variant_{variant}")
}

/// A table of all rankings, which `zwerm evaluate` reads column by column.
fn write(place: &Place, name: &str, rows: &[Row], variants: &[Variant]) -> Result<PathBuf> {
    let folder = place.scratch(&format!("results/{name}-ablation"))?;
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.id)));
    let mut columns = vec![("account_id".to_owned(), ids)];
    for (number, variant) in variants.iter().enumerate() {
        let scores: ArrayRef = Arc::new(Float64Array::from(variant.scores.clone()));
        columns.push((column_of(number), scores));
    }
    let batch = RecordBatch::try_from_iter(columns)?;
    let path = folder.join("accounts.parquet");
    let file = File::create(&path).with_context(|| path.display().to_string())?;
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(folder)
}

fn rows(scanned: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for batch in results::batches(&scanned.join("accounts.parquet"))? {
        let number = |name: &str| -> Result<Float64Array> {
            let column = results::column(&batch, name)?;
            column.as_primitive_opt::<Float64Type>().cloned().context("a column of numbers")
        };
        let ids = results::column(&batch, "account_id")?.as_string_opt::<i32>().context("ids")?;
        let (evidence, p) = (number("coordination_evidence")?, number("coordination_p")?);
        let lists = results::column(&batch, "channels")?.as_list_opt::<i32>().context("a list")?;
        for row in 0..batch.num_rows() {
            let (p, channels) = (p.value(row), channels(&lists.value(row))?);
            rows.push(Row {
                id: ids.value(row).to_owned(),
                evidence: evidence.value(row),
                p,
                asked: asked(p, &channels),
                channels,
            });
        }
    }
    Ok(rows)
}

fn channels(list: &ArrayRef) -> Result<BTreeMap<Channel, f64>> {
    let all = list.as_struct_opt().context("channels are structs")?;
    let text = |name: &str| all.column_by_name(name).and_then(|c| c.as_string_opt::<i32>());
    let (kinds, nulls) = (text("kind").context("a kind")?, text("null").context("a null")?);
    let windows = all.column_by_name("window_ms").and_then(|c| c.as_primitive_opt::<Int64Type>());
    let p = all.column_by_name("p").and_then(|c| c.as_primitive_opt::<Float64Type>());
    let (windows, p) = (windows.context("a window")?, p.context("a p")?);
    let entry = |at: usize| {
        let channel = (kinds.value(at).to_owned(), nulls.value(at).to_owned(), windows.value(at));
        (channel, p.value(at))
    };
    Ok((0..list.len()).map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(evidence: f64, p: f64, channels: &[(&str, i64, f64)]) -> Row {
        let channel = |&(null, window, p): &(&str, i64, f64)| {
            (("near_text".to_owned(), null.to_owned(), window), p)
        };
        let channels: BTreeMap<Channel, f64> = channels.iter().map(channel).collect();
        Row { id: "a".to_owned(), evidence, p, asked: asked(p, &channels), channels }
    }

    #[test]
    fn how_many_tests_were_asked_follows_from_p() {
        let row = row(0.0, 4e-8, &[("rarity", 1, 1e-8), ("burst", 1, 1e-9)]);
        assert!((row.asked - 4.0).abs() < 1e-6, "{}", row.asked);
        let own = ("near_text".to_owned(), "rarity".to_owned(), 1);
        let other = ("near_text".to_owned(), "own_time".to_owned(), 1);
        let all = log10_p(&row, &[&own, &other], 2);
        assert!((all + 4e-8_f64.log10()).abs() < 1e-6, "{all}");
        // Half of the tests: two of the four that were asked.
        let half = log10_p(&row, &[&own], 2);
        assert!((half + 2e-8_f64.log10()).abs() < 1e-6, "{half}");
        assert!(log10_p(&row, &[&other], 2).abs() < 1e-12);
    }

    #[test]
    fn what_is_significant_follows_benjamini_and_hochberg() {
        let rows = [1e-6, 0.03, 0.04, 0.9].map(|p| row(0.0, p, &[("rarity", 1, p)]));
        let own = ("near_text".to_owned(), "rarity".to_owned(), 1);
        // Levels 0.0125, 0.025, 0.0375, 0.05: only the first lies below its own.
        let variant = tested("t", &rows, (&[&own], 1));
        assert_eq!(variant.significant, Some(vec![true, false, false, false]));
    }

    #[test]
    fn a_burst_that_would_lift_somebody_too_high_does_not_rank() {
        let quiet = ("near_text".to_owned(), "burst".to_owned(), 1);
        let loud = ("near_text".to_owned(), "burst".to_owned(), 2);
        let rows = [row(5.0, 1.0, &[("burst", 1, 1e-5), ("burst", 2, 1e-9)])];
        let channels = BTreeSet::from([&quiet, &loud]);
        let variants = variants(&rows, &channels, &[]);
        let burst = variants.iter().find(|v| v.name.starts_with("burst")).expect("a variant");
        assert!((burst.scores[0] - 5.0).abs() < 1e-9, "{:?}", burst.scores);
    }
}

//! A simple peer: how often an account said what one other account said within an hour.
//!
//! Its score is the largest number of pairs of posts (this account's, one other account's) with the
//! same text at most an hour apart. Texts are compared in small letters, with every run of other
//! characters as one space, and count from 30 characters on. Nothing of the product is used.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use super::results;
use crate::place::Place;

/// One hour in the unit of the posts.
const WINDOW_US: i64 = 3_600_000_000;
/// Shorter texts do not count.
const CHARS_MIN: usize = 30;

/// Ranks the accounts of some posts; returns a folder with `accounts.parquet`.
pub(super) fn ranked(place: &Place, name: &str, posts: &Path) -> Result<PathBuf> {
    let folder = place.scratch(&format!("results/{name}-exact-text"))?;
    let mut texts: BTreeMap<String, Vec<(i64, String)>> = BTreeMap::new();
    let mut scores: BTreeMap<String, u32> = BTreeMap::new();
    for batch in results::batches(posts)? {
        let accounts = text_column(&batch, "account_id")?;
        let words = text_column(&batch, "text")?;
        let at = results::column(&batch, "created_at")?
            .as_primitive_opt::<TimestampMicrosecondType>()
            .context("created_at is a time in microseconds")?;
        for row in 0..batch.num_rows() {
            let account = accounts[row].clone();
            scores.entry(account.clone()).or_default();
            let text = plain(&words[row]);
            if text.chars().count() >= CHARS_MIN {
                texts.entry(text).or_default().push((at.value(row), account));
            }
        }
    }
    for (pair, count) in pairs(texts.into_values()) {
        for account in [pair.0, pair.1] {
            let score = scores.entry(account).or_default();
            *score = (*score).max(count);
        }
    }
    write(&folder.join("accounts.parquet"), &scores)?;
    Ok(folder)
}

/// A column of text, in either of the two widths of offsets.
fn text_column(batch: &RecordBatch, name: &str) -> Result<Vec<String>> {
    let column = results::column(batch, name)?;
    let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
    if let Some(wide) = column.as_string_opt::<i64>() {
        return Ok(wide.iter().map(owned).collect());
    }
    let narrow = column.as_string_opt::<i32>().with_context(|| format!("{name} holds text"))?;
    Ok(narrow.iter().map(owned).collect())
}

fn plain(text: &str) -> String {
    let small = text.to_lowercase();
    let words = small.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// How many pairs of posts each two accounts have; each list holds the posts of one text.
fn pairs(texts: impl Iterator<Item = Vec<(i64, String)>>) -> BTreeMap<(String, String), u32> {
    let mut counts = BTreeMap::new();
    for mut posts in texts {
        posts.sort_unstable();
        for (place, (at, account)) in posts.iter().enumerate() {
            let later = posts[place + 1..].iter().take_while(|post| post.0 - at <= WINDOW_US);
            for (_, other) in later.filter(|post| post.1 != *account) {
                let (a, b) = (account.min(other), account.max(other));
                *counts.entry((a.clone(), b.clone())).or_default() += 1;
            }
        }
    }
    counts
}

fn write(path: &Path, scores: &BTreeMap<String, u32>) -> Result<()> {
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values(scores.keys()));
    let values = scores.values().map(|&score| f64::from(score));
    let values: ArrayRef = Arc::new(Float64Array::from_iter_values(values));
    let columns = [("account_id", ids), ("coordination_evidence", values)];
    let batch = RecordBatch::try_from_iter(columns)?;
    let file = File::create(path).with_context(|| path.display().to_string())?;
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_posts_of_two_accounts_within_the_hour() {
        let post = |minute: i64, account: &str| (minute * 60_000_000, account.to_owned());
        let one = vec![post(0, "a"), post(60, "b"), post(61, "a"), post(300, "b"), post(0, "a")];
        let other = vec![post(5, "b"), post(5, "a")];
        let found = pairs([one, other].into_iter());
        // b at 60 is within the hour of both of a's first posts and of the one at 61.
        assert_eq!(found, BTreeMap::from([(("a".to_owned(), "b".to_owned()), 4)]));
    }

    #[test]
    fn texts_are_compared_by_their_words() {
        assert_eq!(plain("  Hello,\n WORLD_1! é"), "hello world_1 é");
    }
}

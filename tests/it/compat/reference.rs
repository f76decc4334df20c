//! Both tools' definitions, word for word and slow, on random tables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use zwerm::compat::{CntOptions, Compat, CoortweetOptions, Table as Which};
use zwerm::{ConfigFile, Format, Settings, Silent};
use zwerm_model::Seed;

use super::table::Table;
use crate::harness::scratch;

/// A row: object or nothing, account, content, second or nothing.
type Share = (Option<String>, String, String, Option<i64>);

/// Rows with ties, loops, repeats, one account, missing objects and times, and times before 1970.
fn random(seed: &mut Seed) -> Vec<Share> {
    let (accounts, objects, count) = (1 + seed.below(5), 1 + seed.below(4), seed.below(20));
    let mut rows: Vec<Share> = (0..count)
        .map(|_| {
            let object = (seed.below(8) > 0).then(|| format!("o{}", seed.below(objects)));
            let at = (seed.below(12) > 0).then(|| seed.below(30) as i64 - 15);
            // Now and then a content is called like an object.
            let content = match seed.below(10) {
                0 => "o0".to_owned(),
                _ => format!("c{}", seed.below(count.max(1))),
            };
            (object, format!("a{}", seed.below(accounts)), content, at)
        })
        .collect();
    if let Some(again) = rows.first().cloned().filter(|_| seed.below(2) == 0) {
        rows.push(again);
    }
    rows.push((None, "a0".to_owned(), "last".to_owned(), Some(1_000)));
    rows
}

fn settings(input: &Path, out: &Path) -> Settings {
    let settings =
        Settings::resolve(vec![input.to_path_buf()], out.to_path_buf(), ConfigFile::default());
    Settings { force: true, threads: 2, ..settings.expect("settings") }
}

fn repeat(input: &Path, out: &Path, compat: Compat) -> Table {
    let settings = settings(input, out);
    zwerm::compat::repeat(&settings, &compat, Format::Csv, &mut Silent).expect("a table");
    Table::read(out)
}

/// `detect_groups`, from every two rows.
fn pairs(
    rows: &[Share],
    window_s: i64,
    participation: usize,
    keep_loops: bool,
) -> Vec<Vec<String>> {
    let rows_of = |account: &str| rows.iter().filter(|row| row.1 == account).count();
    let mut accounts: Vec<&str> = Vec::new();
    for row in rows {
        if !accounts.contains(&row.1.as_str()) {
            accounts.push(&row.1);
        }
    }
    let ranked: Vec<&Share> = accounts
        .iter()
        .filter(|account| rows_of(account) >= participation)
        .flat_map(|account| rows.iter().filter(move |row| row.1 == *account))
        .collect();
    let mut objects: Vec<&Option<String>> = Vec::new();
    for row in &ranked {
        if !objects.contains(&&row.0) {
            objects.push(&row.0);
        }
    }
    let mut pairs: Vec<(&Share, &Share)> = Vec::new();
    for object in objects {
        let on: Vec<&&Share> = ranked.iter().filter(|row| row.0 == *object).collect();
        for (later, y) in on.iter().enumerate() {
            for x in &on[..later] {
                let (Some(at_x), Some(at_y)) = (x.3, y.3) else { continue };
                if (at_x - at_y).abs() <= window_s {
                    pairs.push(if at_x > at_y { (**y, **x) } else { (**x, **y) });
                }
            }
        }
    }
    if !keep_loops {
        pairs.retain(|(x, y)| {
            let is_object = |row: &Share| x.0.as_ref() == Some(&row.2);
            x.0.is_some() && x.1 != y.1 && x.2 != y.2 && !is_object(x) && !is_object(y)
        });
    }
    if participation >= 1 {
        let in_pair: BTreeSet<&str> =
            pairs.iter().flat_map(|(x, y)| [x.2.as_str(), y.2.as_str()]).collect();
        let pairing: Vec<&&Share> =
            ranked.iter().filter(|r| in_pair.contains(r.2.as_str())).collect();
        let enough =
            |account: &str| pairing.iter().filter(|row| row.1 == account).count() >= participation;
        let passing: BTreeSet<&str> =
            pairing.iter().filter(|row| enough(&row.1)).map(|row| row.2.as_str()).collect();
        pairs.retain(|(x, y)| passing.contains(x.2.as_str()) || passing.contains(y.2.as_str()));
    }
    let delta = |x: &Share, y: &Share| (y.3.unwrap_or(0) - x.3.unwrap_or(0)).to_string();
    let object = |x: &Share| x.0.clone().unwrap_or_default();
    let row = |(x, y): &(&Share, &Share)| {
        vec![object(x), x.2.clone(), y.2.clone(), delta(x, y), x.1.clone(), y.1.clone()]
    };
    pairs.iter().map(row).collect()
}

#[test]
fn coortweet_is_its_definition_on_a_thousand_inputs() {
    let folder = scratch();
    let (input, out) = (folder.path().join("in.parquet"), folder.path().join("out.csv"));
    let mut pairs_seen = 0;
    for case in 0..1_000 {
        let mut seed = Seed(case ^ 0xc0);
        let rows = random(&mut seed);
        let columns = ["object_id", "account_id", "content_id", "timestamp_share"];
        let cells = |row: &Share| {
            let at = row.3.map(|at| at.to_string()).unwrap_or_default();
            vec![row.0.clone().unwrap_or_default(), row.1.clone(), row.2.clone(), at]
        };
        let table = Table {
            columns: columns.map(str::to_owned).to_vec(),
            rows: rows.iter().map(cells).collect(),
        };
        table.write(&input);
        let (window_s, participation) = (seed.below(10) as i64, seed.below(4));
        let mut options = CoortweetOptions {
            table: Which::Pairs,
            object_columns: vec!["object_id".to_owned()],
            window_ms: window_s * 1_000,
            participation_min: participation,
            keep_loops: seed.below(2) == 0,
            quantile: 0.5,
            only_above: false,
            fast: None,
            quirks: Vec::new(),
        };
        let expected = pairs(&rows, window_s, participation as usize, options.keep_loops);
        let found = repeat(&input, &out, Compat::Coortweet(options.clone())).rows;
        assert_eq!(found, expected, "case {case}: {rows:?} {options:?}");
        pairs_seen += found.len();
        let mut weights: BTreeMap<(String, String), u64> = BTreeMap::new();
        for pair in &expected {
            let mut of = [pair[4].clone(), pair[5].clone()];
            of.sort();
            *weights.entry((of[0].clone(), of[1].clone())).or_default() += 1;
        }
        options.table = Which::Edges;
        let edges = repeat(&input, &out, Compat::Coortweet(options));
        let mut found: Vec<((String, String), u64)> = edges
            .rows
            .iter()
            .map(|row| {
                let mut of = [row[0].clone(), row[1].clone()];
                of.sort();
                ((of[0].clone(), of[1].clone()), row[2].parse().expect("a weight"))
            })
            .collect();
        found.sort();
        assert_eq!(found, weights.into_iter().collect::<Vec<_>>(), "case {case}");
    }
    assert!(pairs_seen > 1_000, "inputs that say nothing: {pairs_seen} pairs");
}

/// `co_link` and `co_retweet`, from every two rows. The object stands for the reposted message of
/// the one and for the link of the other.
fn weights(rows: &[Share], window_s: i64, is_link: bool) -> BTreeMap<(String, String), u64> {
    // The first row of a message counts; links of the others count too.
    let mut seen: BTreeSet<(&str, &Option<String>)> = BTreeSet::new();
    let mut acts: Vec<&Share> = Vec::new();
    for row in rows.iter().filter(|row| row.3.is_some()) {
        let first = !rows.iter().take_while(|r| !std::ptr::eq(*r, row)).any(|r| r.2 == row.2);
        let counts = if is_link { seen.insert((&row.2, &row.0)) } else { first && row.0.is_some() };
        if counts {
            acts.push(row);
        }
    }
    let mut messages: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    for x in &acts {
        for y in acts.iter().filter(|y| y.0 == x.0 && y.2 != x.2) {
            if (x.3.unwrap_or(0) - y.3.unwrap_or(0)).abs() <= window_s {
                messages.entry((x.1.clone(), y.1.clone())).or_default().insert(&x.2);
            }
        }
    }
    messages.into_iter().map(|(pair, messages)| (pair, messages.len() as u64)).collect()
}

#[test]
fn cnt_is_its_definition_on_a_thousand_inputs() {
    let folder = scratch();
    let (input, out) = (folder.path().join("in.parquet"), folder.path().join("out.csv"));
    let mut edges_seen = 0;
    for case in 0..1_000 {
        let mut seed = Seed(case ^ 0xc17);
        let mut rows = random(&mut seed);
        // The tool stops at a row without a time.
        rows.retain(|row| row.3.is_some());
        let is_link = case % 2 == 0;
        let columns = ["message_id", "user_id", "repost_id", "timestamp", "urls"];
        let cells = |row: &Share| {
            let object = row.0.clone().unwrap_or_default();
            let at = row.3.map(|at| at.to_string()).unwrap_or_default();
            let (repost, urls) =
                if is_link { (String::new(), object) } else { (object, String::new()) };
            vec![row.2.clone(), row.1.clone(), repost, at, urls]
        };
        let table = Table {
            columns: columns.map(str::to_owned).to_vec(),
            rows: rows.iter().map(cells).collect(),
        };
        table.write(&input);
        let (window_s, weight_min) = (seed.below(10) as i64, 1 + seed.below(2));
        let options = CntOptions {
            network: if is_link { "co_link" } else { "co_retweet" }.to_owned(),
            window_ms: window_s * 1_000,
            weight_min,
            keep_loops: true,
            similarity_min: 0.8,
            words_min: 1,
            quirks: Vec::new(),
        };
        let mut expected = weights(&rows, window_s, is_link);
        expected.retain(|_, weight| *weight >= weight_min);
        let found: BTreeMap<(String, String), u64> = repeat(&input, &out, Compat::Cnt(options))
            .rows
            .iter()
            .map(|row| ((row[0].clone(), row[1].clone()), row[2].parse().expect("a weight")))
            .collect();
        assert_eq!(found, expected, "case {case}: {rows:?}");
        edges_seen += found.len();
    }
    assert!(edges_seen > 1_000, "inputs that say nothing: {edges_seen} edges");
}

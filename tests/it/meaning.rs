//! Rewordings: found by vectors and a second witness, absent without vectors, never guessed.
//!
//! The vectors are those that a perfect encoder would give: texts of one message point in nearly
//! one direction, all others anywhere. What a real encoder does is measured by `cargo xtask show
//! meaning`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{FixedSizeListBuilder, Float32Builder, ListBuilder};
use arrow_array::{Array, ArrayRef};
use zwerm::ConfigFile;
use zwerm::simulate::{World, simulate};
use zwerm_model::Seed;
use zwerm_model::hash::hash128;

use crate::harness::ingest::same_in_little_memory;
use crate::harness::posts::{self, Post, Table};
use crate::harness::program::zwerm;
use crate::harness::{results, scan, scratch};
use crate::readers;

const DIMENSION: usize = 32;
const GROUP: &str = "copypasta-1";
const DAY_MS: i64 = 86_400_000;

/// A direction that depends on some bytes alone.
fn direction(of: &[u8]) -> Vec<f32> {
    let mut seed = Seed(hash128(of) as u64);
    (0..DIMENSION).map(|_| (seed.unit_f64() - 0.5) as f32).collect()
}

/// A world whose copypasta group says each text in ever other words, with vectors.
struct Reworded {
    posts: Vec<Post>,
    vectors: Vec<Option<Vec<f32>>>,
    members: BTreeSet<String>,
    /// The group of each account that is not planted; its own id where it has none.
    others: BTreeMap<String, String>,
}

impl Reworded {
    fn new() -> Self {
        let folder = scratch();
        simulate(&World { reworded: true, ..World::sample() }, folder.path(), false).unwrap();
        let truth = std::fs::read_to_string(folder.path().join("truth.csv")).unwrap();
        let ids = |is_wanted: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
            let lines = truth.lines().filter(|line| is_wanted(line));
            lines.map(|line| line.split(',').next().unwrap_or("").to_owned()).collect()
        };
        let members = ids(&|line| line.ends_with(GROUP));
        let others = truth.lines().filter(|line| !line.contains(",planted,")).map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let group = cells[5];
            (cells[0].to_owned(), if group.is_empty() { cells[0] } else { group }.to_owned())
        });
        let others = others.collect();
        assert_eq!(members.len(), 12);
        let posts = posts::read(&folder.path().join("posts.parquet"));
        let vectors = posts.iter().map(|post| vector(post, &members)).collect();
        Reworded { posts, vectors, members, others }
    }

    fn table(&self, order: &[usize]) -> Table {
        let posts: Vec<Post> = order.iter().map(|&at| self.posts[at].clone()).collect();
        let vectors: Vec<Option<&[f32]>> =
            order.iter().map(|&at| self.vectors[at].as_deref()).collect();
        Table::of(&posts).with("embedding", fixed(&vectors))
    }

    fn in_order(&self) -> Vec<usize> {
        (0..self.posts.len()).collect()
    }

    /// The groups and accounts that are not planted and have a strict account.
    fn strict_others(&self, results: &Path) -> BTreeSet<String> {
        let rows = results::rows(&results.join("accounts.parquet"));
        let strict = rows.iter().filter(|row| results::text(row, "tier") == "strict");
        strict
            .filter_map(|row| self.others.get(results::text(row, "account_id")).cloned())
            .collect()
    }

    /// The members of the group among the accounts with a tier.
    fn found(&self, results: &Path) -> usize {
        let rows = results::rows(&results.join("accounts.parquet"));
        let with_tier = rows.iter().filter(|row| results::text(row, "tier") != "none");
        with_tier.filter(|row| self.members.contains(results::text(row, "account_id"))).count()
    }
}

/// What an encoder would say of a post.
fn vector(post: &Post, members: &BTreeSet<String>) -> Option<Vec<f32>> {
    let text = post.name("text");
    if text.is_empty() || !post.name("repost_of").is_empty() {
        return None;
    }
    let own = direction(text.as_bytes());
    if !members.contains(post.name("account_id")) || !text.contains("Velmora") {
        return Some(own);
    }
    // The group has one message a day.
    let message = direction(&(post.at_ms / DAY_MS).to_le_bytes());
    Some(message.iter().zip(own).map(|(message, own)| message + 0.1 * own).collect())
}

fn fixed(vectors: &[Option<&[f32]>]) -> ArrayRef {
    let mut lists = FixedSizeListBuilder::new(Float32Builder::new(), DIMENSION as i32);
    for vector in vectors {
        lists.values().append_slice(vector.unwrap_or(&[0.0; DIMENSION]));
        lists.append(vector.is_some());
    }
    Arc::new(lists.finish())
}

fn config(text: &str) -> ConfigFile {
    let folder = scratch();
    let path = folder.path().join("zwerm.toml");
    std::fs::write(&path, text).unwrap();
    ConfigFile::read(&path).unwrap()
}

#[test]
fn a_reworded_campaign_is_found_with_vectors_and_not_without() {
    let (world, folder) = (Reworded::new(), scratch());
    let input = folder.path().join("posts.parquet");
    world.table(&world.in_order()).write(&input, 4_096);
    let (on, off) = (folder.path().join("on"), folder.path().join("off"));
    scan(&[&input], &on, ConfigFile::default());
    scan(&[&input], &off, config("[meaning]\nenabled = false"));
    let (found, found_without) = (world.found(&on), world.found(&off));
    let gain = found.saturating_sub(found_without) as f64 / world.members.len() as f64;
    assert!(found >= 10 && gain >= 0.3, "{found} with vectors, {found_without} without");
    let strict = |results: &Path| world.strict_others(results);
    let new: Vec<String> = strict(&on).difference(&strict(&off)).cloned().collect();
    assert!(new.is_empty(), "strict with vectors only, and not planted: {new:?}");
    let kinds = |results: &Path| {
        let evidence = results::rows(&results.join("evidence.parquet"));
        evidence.iter().map(|row| results::text(row, "kind").to_owned()).collect::<BTreeSet<_>>()
    };
    assert!(kinds(&on).contains("near_meaning") && !kinds(&off).contains("near_meaning"));
    let member = world.members.iter().next().unwrap();
    let explained = zwerm(["explain".as_ref(), on.as_os_str(), member.as_ref()]).expect(0).out;
    assert!(explained.contains("near_meaning"), "{explained}");
    let tally = &results::manifest(&on)["facts"]["tally"];
    assert!(tally["meaning.rewordings"].as_u64() > Some(50), "{tally}");
}

#[test]
fn order_and_threads_change_no_byte_with_vectors() {
    let (world, folder) = (Reworded::new(), scratch());
    let expected = folder.path().join("expected");
    for (number, threads) in [1, 2, 4].into_iter().enumerate() {
        let mut order = world.in_order();
        let mut seed = Seed(number as u64);
        for last in (1..order.len()).rev().filter(|_| number > 0) {
            order.swap(last, seed.below(last as u64 + 1) as usize);
        }
        let input = folder.path().join("posts.parquet");
        world.table(&order).write(&input, 3_000);
        let out = folder.path().join(format!("out-{threads}"));
        scan(&[&input], &out, ConfigFile { threads: Some(threads), ..ConfigFile::default() });
        if number == 0 {
            std::fs::rename(&out, &expected).unwrap();
        } else {
            let different = results::different_files(&expected, &out);
            assert!(different.is_empty(), "{threads} threads: {different:?}");
        }
    }
}

/// What the report says could not be assessed.
fn not_assessable(results: &Path) -> BTreeMap<String, String> {
    let manifest = results::manifest(results);
    let list = manifest["facts"]["not_assessable"].as_array().expect("a list").clone();
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    list.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

#[test]
fn what_is_not_looked_at_is_said() {
    let folder = scratch();
    let sample: Vec<Post> = posts::sample().into_iter().take(3_000).collect();
    let mut vectors: Vec<Vec<f32>> =
        sample.iter().map(|post| direction(post.name("text").as_bytes())).collect();
    vectors[3][5] = f32::NAN;
    vectors[4] = vec![0.0; DIMENSION];
    let present: Vec<Option<&[f32]>> = vectors.iter().map(|v| Some(v.as_slice())).collect();
    let absent = vec![None; sample.len()];
    let said = |name: &str, table: Table, settings: &str| {
        let (input, out) =
            (folder.path().join(format!("{name}.parquet")), folder.path().join(name));
        table.write(&input, 1_000);
        scan(&[&input], &out, config(settings));
        (not_assessable(&out), results::manifest(&out)["facts"]["tally"].clone())
    };
    let what = "rewordings and translations";
    let table = || Table::of(&sample);
    let (list, _) = said("without", table(), "");
    assert!(list[what].contains("no column \"embedding\""), "{list:?}");
    let (list, _) = said("empty", table().with("embedding", fixed(&absent)), "");
    assert!(list[what].contains("holds no vector"), "{list:?}");
    let (list, _) =
        said("off", table().with("embedding", fixed(&present)), "[meaning]\nenabled=false");
    assert!(list[what].contains("--no-meaning"), "{list:?}");
    let (list, tally) = said("unknown", table().with("embedding", fixed(&present)), "");
    assert!(list["free rewordings"].contains("\"unknown\""), "{list:?}");
    assert!(list.contains_key("translations") && !list.contains_key(what), "{list:?}");
    assert_eq!(tally["ingest.embeddings_not_finite"], 1);
    let known = "[meaning]\nmodel = \"multilingual-e5-small\"\nmemory_bytes = 12800";
    let (list, tally) = said("known", table().with("embedding", fixed(&present)), known);
    assert!(
        !list.contains_key("free rewordings") && !list.contains_key("translations"),
        "{list:?}"
    );
    assert_eq!(tally["meaning.representatives"], 100);
    let left_out = format!("{what} of {} clusters of texts", tally["meaning.left_out"]);
    assert!(list.contains_key(&left_out), "{list:?}");
}

#[test]
fn ingested_posts_keep_their_vectors() {
    let folder = scratch();
    let sample: Vec<Post> = posts::sample().into_iter().take(300).collect();
    let vectors: Vec<Vec<f32>> =
        sample.iter().map(|post| direction(post.name("post_id").as_bytes())).collect();
    let some = |at: usize, vector: &Vec<f32>| (!at.is_multiple_of(3)).then_some(vector.clone());
    let some: Vec<Option<Vec<f32>>> = vectors.iter().enumerate().map(|(a, v)| some(a, v)).collect();
    let slices: Vec<Option<&[f32]>> = some.iter().map(|vector| vector.as_deref()).collect();
    let (input, written) = (folder.path().join("in.parquet"), folder.path().join("posts.parquet"));
    Table::of(&sample).with("embedding", fixed(&slices)).write(&input, 100);
    let run = |input: &Path, out: &Path| {
        let arguments = ["ingest".as_ref(), input.as_os_str(), "--json".as_ref(), "--out".as_ref()];
        zwerm(arguments.into_iter().chain([out.as_os_str()])).expect(0).json()
    };
    let first = run(&input, &written);
    same_in_little_memory(&[&input.display().to_string()], &written, &[]);
    let again = run(&written, &folder.path().join("again.parquet"));
    // The digest of the rows tells vectors apart.
    assert_eq!(first["row_digest"], again["row_digest"]);
    Table::of(&sample).write(&folder.path().join("without.parquet"), 100);
    let out = folder.path().join("none.parquet");
    assert_ne!(
        first["row_digest"],
        run(&folder.path().join("without.parquet"), &out)["row_digest"]
    );
}

/// Posts with vectors as JSON objects, one a line, and as a table whose cells are JSON.
fn records(posts: &[Post], vectors: &[Option<&[f32]>]) -> [(&'static str, Vec<u8>); 2] {
    let rows: Vec<serde_json::Value> = posts
        .iter()
        .zip(vectors)
        .map(|(post, vector)| {
            let mut row = readers::object(post);
            row["embedding"] = serde_json::json!(vector);
            row
        })
        .collect();
    let lines = rows.iter().flat_map(|row| format!("{row}\n").into_bytes()).collect();
    let names: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&names).unwrap();
    for row in &rows {
        let cell = |name: &&String| match &row[name.as_str()] {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Null => String::new(),
            value => value.to_string(),
        };
        writer.write_record(names.iter().map(cell)).unwrap();
    }
    [("posts.ndjson", lines), ("posts.csv", writer.into_inner().unwrap())]
}

#[test]
fn vectors_in_text_are_those_in_parquet() {
    let folder = scratch();
    let at = |name: &str| folder.path().join(name);
    let sample: Vec<Post> = posts::sample().into_iter().take(2_000).collect();
    let vectors: Vec<Vec<f32>> =
        sample.iter().map(|post| direction(post.name("text").as_bytes())).collect();
    let some: Vec<Option<&[f32]>> =
        vectors.iter().enumerate().map(|(at, v)| (at % 3 > 0).then_some(v.as_slice())).collect();
    Table::of(&sample).with("embedding", fixed(&some)).write(&at("posts.parquet"), 700);
    scan(&[&at("posts.parquet")], &at("expected"), ConfigFile::default());
    for (name, bytes) in records(&sample, &some) {
        std::fs::write(at(name), bytes).unwrap();
        let out = at(&format!("{name}.out"));
        scan(&[&at(name)], &out, ConfigFile::default());
        let different = results::different_files(&at("expected"), &out);
        assert!(different.is_empty(), "{name}: {different:?}");
        let tally = &results::manifest(&out)["facts"]["tally"];
        assert!(tally["meaning.representatives"].as_u64() > Some(100), "{tally}");
    }
    // A cell that holds no list of numbers is a post without a vector, counted.
    let ruined = "post_id,account_id,created_at,embedding\n1,a,2031-05-01T00:00:00Z,\"[1, x]\"\n\
                  2,a,2031-05-01T00:00:00Z,\n3,a,2031-05-01T00:00:00Z,\"[1, 0]\"\n";
    std::fs::write(at("ruined.csv"), ruined).unwrap();
    let arguments = ["ingest".to_owned(), at("ruined.csv").display().to_string()];
    let to = ["--json".to_owned(), "--out".to_owned(), at("one.parquet").display().to_string()];
    let json = zwerm(arguments.into_iter().chain(to)).expect(0).json();
    let counted = serde_json::json!(["ingest.embeddings_not_finite", 1]);
    assert!(json["counts"].as_array().unwrap().contains(&counted), "{json}");
}

#[test]
fn vectors_of_two_lengths_are_refused() {
    let folder = scratch();
    let sample: Vec<Post> = posts::sample().into_iter().take(300).collect();
    let mut lists = ListBuilder::new(Float32Builder::new());
    for row in 0..sample.len() {
        lists.values().append_slice(&[1.0; 4][..if row == 77 { 3 } else { 4 }]);
        lists.append(true);
    }
    let lists: ArrayRef = Arc::new(lists.finish());
    assert_eq!(lists.len(), sample.len());
    let input = folder.path().join("posts.parquet");
    Table::of(&sample).with("embedding", lists).write(&input, 100);
    let out = folder.path().join("out");
    let run = zwerm(["scan".as_ref(), input.as_os_str(), "--out".as_ref(), out.as_os_str()]);
    let error = run.expect(3).err;
    assert!(error.contains("vectors of one length") && error.contains("from 3 to 4"), "{error}");
    assert!(!out.exists());
}

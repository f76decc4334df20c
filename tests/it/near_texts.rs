//! Near-duplicate texts: what an exact join and split of all texts keep together, a scan keeps
//! together, and every member of a cluster is near its medoid.
//!
//! A scan finds its pairs by sketches, which may miss some, and splits large components by a search
//! that may take another medoid. The reference here may do neither: it compares shingles and no
//! hashes of them, finds every pair, and splits with all of them at hand.

mod join;
mod shingles;
mod split;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::Float32Type;
use arrow_array::{Array, RecordBatch, StringArray};
use arrow_schema::DataType;
use parquet::arrow::ArrowWriter;
use serde_json::json;
use zwerm::ConfigFile;
use zwerm_model::hash::content_id;
use zwerm_text::CHARS_MIN;

use crate::harness::{results, sample_file, scan, scratch, shared};

/// The share of the reference's pairs that a scan keeps together.
const RECALL_MIN: f64 = 0.98;

/// Distinct texts of the real posts that an ordinary run of the tests takes.
const SOME: usize = 20_000;

/// The distinct normalised texts of the posts that are no reposts, ascending by their content ids.
struct Texts {
    texts: Vec<String>,
    /// How many posts have each.
    posts: Vec<u32>,
    /// The text of each post, by the post's id.
    of_post: BTreeMap<String, u32>,
    /// The shingles of each; none if it is too short to be near another.
    sets: Vec<Vec<u32>>,
}

impl Texts {
    fn read(path: &Path) -> Texts {
        let mut by_id: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
        for batch in results::batches(path) {
            let (posts, texts) = (strings(&batch, "post_id"), strings(&batch, "text"));
            let repost_of = batch.column_by_name("repost_of");
            for row in 0..batch.num_rows() {
                let is_repost = repost_of.is_some_and(|column| column.is_valid(row));
                let text = if texts.is_valid(row) { texts.value(row) } else { "" };
                let text = zwerm_text::normalise(text);
                if !is_repost && !text.is_empty() {
                    let id = content_id("t", [text.as_str()]);
                    let entry = by_id.entry(id).or_insert_with(|| (text, Vec::new()));
                    entry.1.push(posts.value(row).to_owned());
                }
            }
        }
        let mut out = Texts {
            texts: Vec::new(),
            posts: Vec::new(),
            of_post: BTreeMap::new(),
            sets: Vec::new(),
        };
        for (number, (text, posts)) in (0..).zip(by_id.into_values()) {
            out.texts.push(text);
            out.posts.push(posts.len() as u32);
            out.of_post.extend(posts.into_iter().map(|post| (post, number)));
        }
        let long = |text: &String| text.chars().count() >= CHARS_MIN;
        let texts: Vec<&str> =
            out.texts.iter().map(|text| if long(text) { text.as_str() } else { "" }).collect();
        out.sets = shingles::sets(&texts);
        out
    }

    /// The exact similarity of two texts; those that are too short are near none but themselves.
    fn similarity(&self, a: u32, b: u32) -> f32 {
        let (set_a, set_b) = (&self.sets[a as usize], &self.sets[b as usize]);
        let shared = join::shared(set_a, set_b);
        if a == b { 1.0 } else { shared as f32 / (set_a.len() + set_b.len() - shared) as f32 }
    }
}

/// What a scan says about each distinct text.
struct Scanned {
    /// Its cluster; a number of its own if no other post repeats it.
    cluster: Vec<u32>,
    /// The members of clusters, with their medoids and the similarities that the scan states.
    members: Vec<(u32, u32, f32)>,
}

impl Scanned {
    fn read(path: &Path, texts: &Texts) -> Scanned {
        let n = texts.texts.len() as u32;
        let mut number_of: BTreeMap<String, u32> = BTreeMap::new();
        let mut medoid_of: BTreeMap<u32, u32> = BTreeMap::new();
        let mut stated: BTreeMap<u32, (u32, f32)> = BTreeMap::new();
        for batch in results::batches(path) {
            let (posts, clusters) = (strings(&batch, "post_id"), strings(&batch, "cluster_id"));
            let similarity = batch["similarity"].as_primitive::<Float32Type>();
            let is_medoid = batch["medoid"].as_boolean();
            for row in 0..batch.num_rows() {
                let text = texts.of_post[posts.value(row)];
                let next = n + number_of.len() as u32;
                let cluster = *number_of.entry(clusters.value(row).to_owned()).or_insert(next);
                let said = (cluster, similarity.value(row));
                assert_eq!(*stated.entry(text).or_insert(said), said, "one text, one cluster");
                if is_medoid.value(row) {
                    let medoid = *medoid_of.entry(cluster).or_insert(text);
                    assert_eq!(medoid, text, "one cluster, one medoid");
                }
            }
        }
        let mut cluster: Vec<u32> = (0..n).collect();
        let mut members = Vec::new();
        for (text, (of, similarity)) in stated {
            cluster[text as usize] = of;
            members.push((text, medoid_of[&of], similarity));
        }
        Scanned { cluster, members }
    }
}

/// A column of strings of any physical type.
fn strings(batch: &RecordBatch, name: &str) -> StringArray {
    arrow_cast::cast(&batch[name], &DataType::Utf8).expect("strings").as_string().clone()
}

/// How a scan compares with the reference.
struct Comparison {
    /// Distinct texts.
    texts: usize,
    /// Near pairs in all.
    n_near: usize,
    /// Near pairs that are kept together, and all pairs that are: two texts may be near one medoid
    /// and not each other.
    near: Pairs,
    all: Pairs,
    /// Texts in clusters of the scan; those that are not near their medoid, and those whose
    /// similarity to it is not the one that the scan states.
    members: usize,
    too_far: usize,
    misstated: usize,
}

/// Pairs of texts, near ones or any, that share a cluster.
struct Pairs {
    /// Of the reference.
    exactly: usize,
    /// Of the scan.
    scanned: usize,
    /// Of each.
    both: usize,
}

impl Comparison {
    /// Scans a file of posts and compares.
    fn of(input: &Path) -> Comparison {
        let folder = scratch();
        let out = folder.path().join("out");
        scan(&[input], &out, ConfigFile::default());
        let texts = Texts::read(input);
        let scanned = Scanned::read(&out.join("text_clusters.parquet"), &texts);
        let pairs = join::pairs(&texts.sets);
        let exact = split::medoids(&texts.posts, &pairs);
        let too_far = |&&(text, medoid, _): &&(u32, u32, f32)| {
            let (a, b) = (&texts.sets[text as usize], &texts.sets[medoid as usize]);
            text != medoid && (a.is_empty() || b.is_empty() || !join::are_near(a, b))
        };
        let misstated =
            |&&(text, medoid, stated): &&(u32, u32, f32)| texts.similarity(text, medoid) != stated;
        Comparison {
            texts: texts.texts.len(),
            n_near: pairs.len(),
            near: Pairs::among(&pairs, &exact, &scanned.cluster),
            all: Pairs::within(&exact, &scanned.cluster),
            members: scanned.members.len(),
            too_far: scanned.members.iter().filter(too_far).count(),
            misstated: scanned.members.iter().filter(misstated).count(),
        }
    }
}

impl Pairs {
    /// Which of some pairs share a cluster.
    fn among(pairs: &[(u32, u32)], exact: &[u32], scanned: &[u32]) -> Pairs {
        let is_in =
            |cluster: &[u32], (a, b): (u32, u32)| cluster[a as usize] == cluster[b as usize];
        let count =
            |is_in: &dyn Fn((u32, u32)) -> bool| pairs.iter().filter(|&&pair| is_in(pair)).count();
        Pairs {
            exactly: count(&|pair| is_in(exact, pair)),
            scanned: count(&|pair| is_in(scanned, pair)),
            both: count(&|pair| is_in(exact, pair) && is_in(scanned, pair)),
        }
    }

    /// All pairs that share a cluster.
    fn within(exact: &[u32], scanned: &[u32]) -> Pairs {
        Pairs {
            exactly: pairs_within(exact.iter().map(|&a| (a, 0)).collect()),
            scanned: pairs_within(scanned.iter().map(|&b| (0, b)).collect()),
            both: pairs_within(exact.iter().copied().zip(scanned.iter().copied()).collect()),
        }
    }

    /// Whether the scan has enough of the reference's.
    fn are_enough(&self) -> bool {
        self.both as f64 >= RECALL_MIN * self.exactly as f64
    }
}

/// Compares a scan of some posts with the reference and prints the figures as a line of JSON; fails
/// unless enough was found and every member is near its medoid.
#[track_caller]
fn check(input: &Path, near_min: usize) {
    let found = Comparison::of(input);
    let figures = json!({
        "texts": found.texts,
        "near": found.n_near,
        "near_exactly": found.near.exactly,
        "near_scanned": found.near.scanned,
        "near_both": found.near.both,
        "exactly": found.all.exactly,
        "scanned": found.all.scanned,
        "both": found.all.both,
        "members": found.members,
        "too_far": found.too_far,
        "misstated": found.misstated,
    });
    println!("{figures}");
    assert!(found.near.exactly >= near_min, "too few pairs to tell");
    assert!(found.near.are_enough() && found.all.are_enough());
    assert_eq!((found.too_far, found.misstated), (0, 0));
}

/// How many pairs have the same label.
fn pairs_within(mut labels: Vec<(u32, u32)>) -> usize {
    labels.sort_unstable();
    labels.chunk_by(|a, b| a == b).map(|run| run.len() * (run.len() - 1) / 2).sum()
}

/// Writes the first posts of a file, as many as hold so many distinct texts.
fn write_first(from: &Path, texts: usize, to: &Path) {
    let batches = results::batches(from);
    let file = File::create(to).expect("a new file");
    let mut writer = ArrowWriter::try_new(file, batches[0].schema(), None).expect("a schema");
    let mut seen = std::collections::BTreeSet::new();
    for batch in &batches {
        let raw = strings(batch, "text");
        let mut rows = 0;
        while rows < batch.num_rows() && seen.len() < texts {
            seen.insert(zwerm_text::normalise(raw.value(rows)));
            rows += 1;
        }
        writer.write(&batch.slice(0, rows)).expect("written");
    }
    writer.close().expect("written");
    assert_eq!(seen.len(), texts, "the file has so many texts");
}

#[test]
fn in_the_sample_a_scan_keeps_together_what_the_exact_join_does() {
    check(&sample_file("posts.parquet"), 100);
}

#[test]
fn in_some_real_texts_a_scan_keeps_together_what_the_exact_join_does() {
    let Some(input) = shared("data/semi-real/brexit/posts.parquet") else { return };
    let folder = scratch();
    let some = folder.path().join("posts.parquet");
    write_first(&input, SOME, &some);
    check(&some, 100);
}

#[test]
#[ignore = "takes minutes: `cargo xtask show text` runs it in release"]
fn in_all_real_texts_a_scan_keeps_together_what_the_exact_join_does() {
    let Some(input) = shared("data/semi-real/brexit/posts.parquet") else { return };
    check(&input, 10_000);
}

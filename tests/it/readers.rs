//! The same posts are the same results, whatever files they come in.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use zwerm::ConfigFile;

use crate::harness::posts::{self, LISTS, NAMES, Post, Table};
use crate::harness::program::zwerm;
use crate::harness::{results, scan, scratch};

const POSTS: usize = 3_000;

/// Posts with a text that holds all that a cell must survive.
fn some_posts() -> Vec<Post> {
    let mut posts: Vec<Post> = posts::sample().into_iter().take(POSTS).collect();
    for (n, post) in posts.iter_mut().enumerate().filter(|(n, _)| n % 50 == 0) {
        let text = format!("line {n},\r\n\"quoted\", \u{1f5f3}\u{fe0f}\n;tab\t|bar");
        post.names.insert("text", text);
    }
    posts
}

fn moment(post: &Post) -> String {
    jiff::Timestamp::from_millisecond(post.at_ms).unwrap().to_string()
}

/// A post as a JSON object; what it does not have is null or an empty list.
pub(crate) fn object(post: &Post) -> Value {
    let mut row = Map::new();
    row.insert("created_at".to_owned(), json!(moment(post)));
    row.insert("automated".to_owned(), json!(post.automated));
    for name in NAMES {
        row.insert(name.to_owned(), json!(post.names.get(name)));
    }
    for name in LISTS {
        row.insert(name.to_owned(), json!(post.lists.get(name).cloned().unwrap_or_default()));
    }
    row.into()
}

fn ndjson(posts: &[Post]) -> Vec<u8> {
    posts.iter().flat_map(|post| format!("{}\n", object(post)).into_bytes()).collect()
}

fn json_list(posts: &[Post]) -> Vec<u8> {
    let all: Vec<Value> = posts.iter().map(object).collect();
    serde_json::to_vec_pretty(&all).unwrap()
}

/// A table; lists are JSON.
fn table(posts: &[Post], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    let header = ["created_at", "automated"].into_iter().chain(NAMES).chain(LISTS);
    writer.write_record(header).unwrap();
    for post in posts {
        let automated = post.automated.map(|flag| flag.to_string()).unwrap_or_default();
        let names = NAMES.iter().map(|name| post.name(name).to_owned());
        let lists = LISTS.iter().map(|name| {
            let list = post.lists.get(name).cloned().unwrap_or_default();
            serde_json::to_string(&list).unwrap()
        });
        let cells = [moment(post), automated].into_iter().chain(names).chain(lists);
        writer.write_record(cells).unwrap();
    }
    writer.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn zstandard(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn utf16(bytes: &[u8]) -> Vec<u8> {
    let text = str::from_utf8(bytes).unwrap();
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// A file of posts in one of all forms.
type Form = (&'static str, fn(&[Post]) -> Vec<u8>);

const FORMS: [Form; 10] = [
    ("csv", |posts| table(posts, b',')),
    ("csv.gz", |posts| gzip(&table(posts, b','))),
    ("json", json_list),
    ("json.zst", |posts| zstandard(&json_list(posts))),
    ("jsonl", ndjson),
    ("ndjson.gz", |posts| gzip(&ndjson(posts))),
    ("ndjson.zst", |posts| zstandard(&ndjson(posts))),
    ("tsv", |posts| table(posts, b'\t')),
    ("tsv.zst", |posts| zstandard(&table(posts, b'\t'))),
    ("utf16.csv", |posts| utf16(&table(posts, b';'))),
];

fn write(path: &Path, bytes: &[u8]) -> PathBuf {
    std::fs::write(path, bytes).unwrap();
    path.to_path_buf()
}

#[track_caller]
fn same(name: &str, expected: &Path, found: &Path) {
    let different = results::different_files(expected, found);
    assert!(different.is_empty(), "{name}: {different:?}");
    assert!(!results::rows(&expected.join("accounts.parquet")).is_empty());
}

#[test]
fn every_format_gives_the_bytes_of_parquet() {
    let folder = scratch();
    let at = |name: &str| folder.path().join(name);
    let posts = some_posts();
    Table::of(&posts).write(&at("posts.parquet"), 1_000);
    scan(&[&at("posts.parquet")], &at("expected"), ConfigFile::default());
    for (ending, form) in FORMS {
        let input = write(&at(&format!("posts.{ending}")), &form(&posts));
        scan(&[&input], &at(ending), ConfigFile::default());
        same(ending, &at("expected"), &at(ending));
        // A name says nothing: what a file is, its bytes say.
        let input = write(&at(&format!("{ending}.txt")), &form(&posts));
        scan(&[&input], &at("renamed"), ConfigFile::default());
        same(ending, &at("expected"), &at("renamed"));
        std::fs::remove_dir_all(at("renamed")).unwrap();
    }
    // All of them in one folder, each with a part of the posts, in another order.
    std::fs::create_dir(at("mixed")).unwrap();
    let shuffled = posts::shuffled(&posts, 3);
    let (first, rest) = shuffled.split_at(400);
    Table::of(first).write(&at("mixed/part.parquet"), 100);
    for (part, (ending, form)) in rest.chunks(rest.len().div_ceil(FORMS.len())).zip(FORMS) {
        write(&at(&format!("mixed/part.{ending}")), &form(part));
    }
    scan(&[&at("mixed")], &at("of_mixed"), ConfigFile::default());
    same("mixed", &at("expected"), &at("of_mixed"));
}

#[test]
fn texts_are_clustered_alike_from_every_format() {
    let folder = scratch();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let posts = some_posts();
    Table::of(&posts).write(&folder.path().join("posts.parquet"), 1_000);
    zwerm(["cluster", &at("posts.parquet"), "--out", &at("expected.clusters")]).expect(0);
    let expected = std::fs::read(at("expected.clusters")).unwrap();
    for (ending, form) in FORMS {
        let input = at(&format!("posts.{ending}"));
        std::fs::write(&input, form(&posts)).unwrap();
        let out = at(&format!("{ending}.clusters"));
        zwerm(["cluster", &input, "--out", &out]).expect(0);
        assert!(std::fs::read(&out).unwrap() == expected, "{ending}");
    }
}

#[test]
fn canonical_parquet_is_the_same_bytes_in_any_order_and_gives_the_same_results() {
    let folder = scratch();
    let at = |name: &str| folder.path().join(name);
    let spelled = |name: &str| at(name).display().to_string();
    let posts = some_posts();
    let halves: Vec<&[Post]> = posts.chunks(POSTS / 2 + 1).collect();
    write(&at("a.csv"), &table(halves[0], b','));
    write(&at("b.ndjson.gz"), &gzip(&ndjson(halves[1])));
    let ingest = |inputs: [&str; 2], out: &str| {
        let inputs = inputs.map(spelled);
        let arguments = ["ingest", &inputs[0], &inputs[1], "--out", &spelled(out)];
        zwerm(arguments).expect(0);
        std::fs::read(at(out)).unwrap()
    };
    let one = ingest(["a.csv", "b.ndjson.gz"], "one.parquet");
    assert!(one == ingest(["b.ndjson.gz", "a.csv"], "other.parquet"));
    Table::of(&posts).write(&at("posts.parquet"), 1_000);
    scan(&[&at("posts.parquet")], &at("expected"), ConfigFile::default());
    scan(&[&at("one.parquet")], &at("found"), ConfigFile::default());
    same("ingest", &at("expected"), &at("found"));
    // What was read, and how, is in the file.
    let file = std::fs::File::open(at("one.parquet")).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file);
    let metadata = reader.unwrap().metadata().file_metadata().clone();
    let values = metadata.key_value_metadata().expect("metadata");
    let sources = values.iter().find(|value| value.key == "zwerm.sources").expect("sources");
    let sources: Value = serde_json::from_str(sources.value.as_deref().unwrap()).unwrap();
    assert_eq!(sources.as_array().unwrap().len(), 2);
    assert!(sources.to_string().contains("ndjson.gz"), "{sources}");
    assert!(!sources.to_string().contains("a.csv"), "no name of a file is in it: {sources}");
}

#[test]
fn tables_in_a_folder_that_hold_no_posts_are_passed_over_and_named() {
    let folder = scratch();
    let posts = some_posts();
    let input = folder.path().join("dump");
    std::fs::create_dir(&input).unwrap();
    posts::write(&input.join("posts.parquet"), &posts);
    let truth = input.join("truth.csv");
    std::fs::write(&truth, "account_id,coordinated\n1,0\n").unwrap();
    std::fs::write(input.join("words.json"), "[{\"word\": \"a\"}]").unwrap();
    let (alone, all) = (folder.path().join("alone"), folder.path().join("all"));
    scan(&[&input.join("posts.parquet")], &alone, ConfigFile::default());
    scan(&[&input], &all, ConfigFile::default());
    // The page says how many were passed over.
    assert_eq!(results::different_files(&alone, &all), ["report.html"]);
    let manifest = results::manifest(&all);
    let named: Vec<&str> =
        manifest["passed_over"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(named.len(), 2, "{named:?}");
    assert!(named[0].ends_with("truth.csv") && named[1].ends_with("words.json"), "{named:?}");
    // Whoever names the file means it; and something must be left.
    std::fs::remove_file(input.join("posts.parquet")).unwrap();
    let out = folder.path().join("out");
    for wrong in [&truth, &input] {
        let arguments = [Path::new("scan"), wrong, Path::new("--out"), &out];
        let run = zwerm(arguments).expect(3);
        assert!(run.err.contains("truth.csv: expected a column"), "{}", run.err);
    }
}

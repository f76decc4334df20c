//! `zwerm edges` counts what its definition says, for any order, split and number of threads.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use zwerm::edges::EdgesConfig;
use zwerm::{ConfigFile, Format, Settings, Silent};
use zwerm_model::Seed;

use crate::compat::table::{Table, edges};
use crate::harness::posts::{self, Post};
use crate::harness::program::zwerm;
use crate::harness::results::{Row, number, rows, text};
use crate::harness::{sample_file, scratch};

/// What a reference knows of one post: its id, its account, its second and its URLs.
#[derive(Clone, Debug)]
struct Act {
    post: String,
    account: String,
    at_s: i64,
    urls: Vec<String>,
}

/// Acts with ties, accounts that meet themselves, posts that come twice, and times before 1970.
fn random(seed: &mut Seed) -> Vec<Act> {
    let (accounts, objects, count) = (1 + seed.below(6), 1 + seed.below(4), seed.below(25));
    let mut acts: Vec<Act> = (0..count)
        .map(|post| Act {
            post: format!("p{post}"),
            account: format!("a{}", seed.below(accounts)),
            at_s: seed.below(40) as i64 - 20,
            urls: (0..seed.below(3))
                .map(|_| format!("https://x.eu/{}", seed.below(objects)))
                .collect(),
        })
        .collect();
    if let Some(again) = acts.first().cloned().filter(|_| seed.below(2) == 0) {
        acts.push(again);
    }
    acts.push(Act { post: "last".to_owned(), account: "a0".to_owned(), at_s: 0, urls: Vec::new() });
    acts
}

fn table(acts: &[Act]) -> Table {
    let columns = ["post_id", "account_id", "created_at", "urls"];
    let row = |act: &Act| {
        vec![act.post.clone(), act.account.clone(), act.at_s.to_string(), act.urls.join(" ")]
    };
    Table { columns: columns.map(str::to_owned).to_vec(), rows: acts.iter().map(row).collect() }
}

/// Edge by (a, b, window): objects, co-actions, a first, b first, smallest gap, sum of the smallest
/// gaps per object.
type Edges = BTreeMap<Key, Counts>;
type Key = (String, String, i64);
type Counts = (u64, u64, u64, u64, i64, i64);

/// The definition, word for word: every pair of posts is looked at.
fn reference(acts: &[Act], windows_s: &[i64]) -> Edges {
    let posts: BTreeMap<&str, &Act> = acts.iter().map(|act| (act.post.as_str(), act)).collect();
    // The smallest gap on each object, by edge.
    let mut gaps: BTreeMap<Key, BTreeMap<String, i64>> = BTreeMap::new();
    let mut edges = Edges::new();
    for x in posts.values() {
        for y in posts.values().filter(|y| x.account < y.account) {
            let mut shared: Vec<&String> = x.urls.iter().filter(|u| y.urls.contains(u)).collect();
            shared.sort();
            shared.dedup();
            for (url, &window_s) in
                shared.iter().flat_map(|u| windows_s.iter().map(move |w| (u, w)))
            {
                let lead = (y.at_s - x.at_s) * 1_000;
                if lead.abs() > window_s * 1_000 {
                    continue;
                }
                let key = (x.account.clone(), y.account.clone(), window_s * 1_000);
                let edge = edges.entry(key.clone()).or_insert((0, 0, 0, 0, i64::MAX, 0));
                edge.1 += 1;
                edge.2 += u64::from(lead > 0);
                edge.3 += u64::from(lead < 0);
                edge.4 = edge.4.min(lead.abs());
                let gap = gaps.entry(key).or_default().entry((*url).clone()).or_insert(i64::MAX);
                *gap = (*gap).min(lead.abs());
            }
        }
    }
    for (key, of_objects) in gaps {
        let edge = edges.get_mut(&key).expect("an edge with a gap");
        edge.0 = of_objects.len() as u64;
        edge.5 = of_objects.values().sum();
    }
    edges
}

fn found(row: &Row) -> (Key, Counts) {
    let count = |column| number(row, column) as u64;
    let mean = number(row, "gap_ms_mean") * number(row, "objects");
    let key =
        (text(row, "a").to_owned(), text(row, "b").to_owned(), number(row, "window_ms") as i64);
    let gap_min = number(row, "gap_ms_min") as i64;
    let counts = (count("objects"), count("co_actions"), count("a_first"), count("b_first"));
    (key, (counts.0, counts.1, counts.2, counts.3, gap_min, mean.round() as i64))
}

/// Edges by the library, which is faster than the program.
fn by_library(input: &Path, out: &Path, windows_ms: Vec<i64>, threads: usize) {
    let file = ConfigFile { threads: Some(threads), ..ConfigFile::default() };
    let settings = Settings::resolve(vec![input.to_path_buf()], out.to_path_buf(), file);
    let settings = Settings { force: true, ..settings.expect("settings") };
    let config = EdgesConfig {
        kinds: vec!["url".to_owned()],
        windows_ms,
        co_actions_min: 1,
        columns: Vec::new(),
        format: Format::Parquet,
        is_exact: false,
        memory: None,
    };
    zwerm::edges::edges(&settings, &config, &mut Silent).expect("edges");
}

#[test]
fn edges_are_their_definition_on_a_thousand_inputs() {
    let folder = scratch();
    let (input, out) = (folder.path().join("in.parquet"), folder.path().join("out.parquet"));
    let mut edges_seen = 0;
    for case in 0..1_000 {
        let mut seed = Seed(case);
        let acts = random(&mut seed);
        let mut windows_s: Vec<i64> =
            (0..1 + seed.below(3)).map(|_| seed.below(12) as i64).collect();
        windows_s.sort_unstable();
        windows_s.dedup();
        table(&acts).write(&input);
        let windows_ms = windows_s.iter().map(|s| s * 1_000).collect();
        by_library(&input, &out, windows_ms, 1 + (case % 2) as usize);
        let edges: Edges = rows(&out).iter().map(found).collect();
        assert_eq!(edges, reference(&acts, &windows_s), "case {case}: {acts:?}");
        edges_seen += edges.len();
    }
    assert!(edges_seen > 1_000, "inputs that say nothing: {edges_seen} edges");
}

#[test]
fn any_order_split_and_number_of_threads_gives_the_same_bytes() {
    let folder = scratch();
    let (shuffled, out) = (folder.path().join("shuffled.parquet"), folder.path().join("out"));
    posts::Table::of(&posts::shuffled(&posts::sample(), 11)).write(&shuffled, 3_000);
    let kinds = "url,hashtag,repost,near_text,mention";
    for format in ["parquet", "csv"] {
        let mut expected = Vec::new();
        for input in [sample_file("posts.parquet"), shuffled.clone()] {
            for threads in ["1", "2", "7"] {
                let (input, spelled) = (input.display().to_string(), out.display().to_string());
                let flags = ["--kind", kinds, "--window", "1h,60s", "--format", format];
                let fixed = ["edges", &input, "--out", &spelled, "--force", "--quiet"];
                zwerm(fixed.iter().chain(&flags).chain(&["--threads", threads])).expect(0);
                let bytes = std::fs::read(&out).unwrap();
                if expected.is_empty() {
                    expected.clone_from(&bytes);
                }
                assert!(bytes == expected, "{format}, {threads} threads: other bytes");
            }
        }
        assert!(expected.len() > 1_000, "{format}: hardly an edge");
    }
}

#[test]
fn bounded_memory_gives_the_same_bytes() {
    let folder = scratch();
    let [whole, out] = ["whole", "out"].map(|name| folder.path().join(name).display().to_string());
    let mut all = posts::sample();
    let flags = ["--kind", "url,hashtag,repost,reply,mention", "--window", "1h,60s"];
    for (case, rows) in [(0, 700), (1, 3_000)] {
        let input = folder.path().join(format!("in-{case}.parquet"));
        all = posts::shuffled(&all, case);
        posts::Table::of(&all).write(&input, rows);
        let input = input.display().to_string();
        let fixed = ["edges", &input, "--force", "--quiet", "--out"];
        zwerm(fixed.iter().chain(&[whole.as_str()]).chain(&flags)).expect(0);
        let expected = std::fs::read(&whole).unwrap();
        assert!(expected.len() > 10_000, "hardly an edge");
        for threads in ["1", "2"] {
            let bounded = ["--memory", "220MB", "--threads", threads];
            zwerm(fixed.iter().chain(&[out.as_str()]).chain(&flags).chain(&bounded)).expect(0);
            assert!(std::fs::read(&out).unwrap() == expected, "{rows} rows, {threads} threads");
        }
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert_eq!(left.len(), 4, "spilled runs are removed: {left:?}");
}

#[test]
fn what_cannot_be_read_part_by_part_is_refused_by_name() {
    let folder = scratch();
    let out = folder.path().join("out").display().to_string();
    let write = |name: &str, posts: &[Post]| {
        let path = folder.path().join(name);
        posts::Table::of(posts).write(&path, 1);
        path.display().to_string()
    };
    let post = |id: &str, account: &str| {
        Post::new(id, account, 1_000).with_list("urls", &["https://x.eu/1"])
    };
    let clean = write("clean.parquet", &[post("1", "a"), post("2", "b")]);
    let copied = write("copied.parquet", &[post("1", "a"), post("2", "b"), post("1", "a")]);
    let bad = write("bad.parquet", &[post("1", "a"), post("2", "")]);
    let csv = folder.path().join("posts.csv");
    std::fs::write(&csv, "post_id,account_id,created_at,urls\n1,a,2024-01-01T00:00:00Z,x\n")
        .unwrap();
    let csv = csv.display().to_string();
    let cases: [(&str, &[&str], i32, &str); 5] = [
        (&clean, &["--kind", "near_text", "--memory", "1GiB"], 2, "near_text"),
        (&clean, &["--kind", "url", "--memory", "100MB"], 4, "--memory"),
        (&copied, &["--kind", "url", "--memory", "1GiB"], 2, "zwerm ingest"),
        (&bad, &["--kind", "url", "--memory", "1GiB"], 3, "row group 1"),
        (&csv, &["--kind", "url", "--memory", "1GiB"], 3, "zwerm ingest"),
    ];
    for (input, flags, status, word) in cases {
        let run = zwerm(["edges", input, "--out", &out, "--window", "60s"].iter().chain(flags));
        assert!(run.err.contains(word), "{flags:?}: {}", run.err);
        run.expect(status);
        assert!(!folder.path().join("out").exists());
    }
}

#[test]
fn csv_and_parquet_say_the_same() {
    let folder = scratch();
    let out = folder.path().join("out.parquet");
    let (input, spelled) =
        (sample_file("posts.parquet").display().to_string(), out.display().to_string());
    let flags = ["--kind", "url", "--window", "10m"];
    zwerm(["edges", &input, "--out", &spelled, "--quiet"].iter().chain(&flags)).expect(0);
    let of_parquet: Vec<_> = rows(&out).iter().map(found).collect();
    let csv = edges(&sample_file("posts.parquet"), &flags);
    let place = |column| csv.place(column);
    let of_csv: Vec<(String, String, u64)> = csv
        .rows
        .iter()
        .map(|row| {
            let count = row[place("co_actions")].parse().expect("a count");
            (row[place("a")].clone(), row[place("b")].clone(), count)
        })
        .collect();
    let short: Vec<(String, String, u64)> =
        of_parquet.into_iter().map(|(key, counts)| (key.0, key.1, counts.1)).collect();
    assert!(!short.is_empty());
    assert_eq!(of_csv, short);
}

#[test]
fn columns_are_those_that_were_asked_for() {
    let input = sample_file("posts.parquet");
    let flags = ["--kind", "url", "--window", "10m"];
    let all = edges(&input, &flags);
    let wanted = ["co_actions", "b", "a"];
    let columns = ["--columns", "co_actions,b,a"];
    for more in [&[][..], &["--memory", "1GiB"]] {
        let some = edges(&input, &[&flags[..], &columns, more].concat());
        assert_eq!(some.columns, wanted);
        let of_all = |row: &Vec<String>| wanted.map(|name| row[all.place(name)].clone()).to_vec();
        assert_eq!(some.rows, all.rows.iter().map(of_all).collect::<Vec<_>>());
    }
    let folder = scratch();
    let out = folder.path().join("out.parquet");
    let (input, spelled) = (input.display().to_string(), out.display().to_string());
    let run = ["edges", &input, "--out", &spelled, "--quiet"];
    zwerm(run.iter().chain(&flags).chain(&columns)).expect(0);
    let of_parquet = rows(&out);
    assert_eq!(of_parquet.len(), all.rows.len());
    assert!(of_parquet.iter().all(|row| row.keys().eq(["a", "b", "co_actions"])));
}

#[test]
fn parts_of_a_file_say_which_kinds_and_first_accounts_they_hold() {
    let folder = scratch();
    let out = folder.path().join("out.parquet");
    let (input, spelled) = (sample_file("posts.parquet").display().to_string(), out.display());
    let (spelled, kinds) = (spelled.to_string(), "url,repost");
    let run = ["edges", &input, "--out", &spelled, "--quiet", "--kind", kinds, "--window", "10m"];
    zwerm(run).expect(0);
    let file = File::open(&out).expect("the edges were written");
    let file = SerializedFileReader::new(file).expect("Parquet");
    let all = rows(&out);
    let mut told = 0;
    for column in file.metadata().row_groups().iter().flat_map(|group| group.columns()) {
        let name = column.column_path().string();
        let range =
            column.statistics().and_then(|s| Some((s.min_bytes_opt()?, s.max_bytes_opt()?)));
        let Some((least, greatest)) = range else {
            assert!(!["kind", "a"].contains(&&*name), "{name} does not say what it holds");
            continue;
        };
        let cells = || all.iter().map(|row| text(row, &name).as_bytes());
        assert!(cells().any(|cell| cell == least) && cells().any(|cell| cell == greatest));
        told += 1;
    }
    assert_eq!(told, 2 * file.metadata().num_row_groups());
}

#[test]
fn hostile_names_are_no_formulas_in_csv() {
    let folder = scratch();
    let input = folder.path().join("in.parquet");
    let post = |id: &str, account: &str| {
        Post::new(id, account, 1_000).with_list("urls", &["https://x.eu/1"])
    };
    posts::Table::of(&[post("1", "=cmd"), post("2", "b")]).write(&input, 10);
    let table = edges(&input, &["--kind", "url", "--window", "60s"]);
    assert_eq!(table.rows[0][..2], ["'=cmd", "b"]);
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let folder = scratch();
    let out = folder.path().join("out").display().to_string();
    let input = sample_file("posts.parquet").display().to_string();
    let cases: [(&[&str], &str); 11] = [
        (&["--kind", "friendship", "--window", "60s"], "near_text"),
        (&["--kind", "url", "--window", "60"], "found \"60\""),
        (&["--kind", "url", "--window", "-1s"], "--window"),
        (&["--window", "60s"], "--kind"),
        (&["--kind", "url", "--window", "60s", "--columns", "a,pairs"], "co_actions_estimated"),
        (&["--kind", "url", "--window", "60s", "--columns", "a,b,a"], "\"a\" twice"),
        (&["--kind", "url"], "--window"),
        (&["--compat", "cnt", "--window", "60s"], "--network"),
        (&["--compat", "cnt", "--window", "60s", "--network", "co_like"], "co_link"),
        (&["--compat", "coortweet", "--window", "60s", "--quirk", "x=off"], "one-side-passes"),
        (&["--compat", "coortweet", "--window", "60s"], "content_id"),
    ];
    for (flags, word) in cases {
        let run = zwerm(["edges", &input, "--out", &out].iter().chain(flags));
        let status = if word == "content_id" { 3 } else { 2 };
        assert!(run.err.contains(word), "{flags:?}: {}", run.err);
        run.expect(status);
        assert!(!folder.path().join("out").exists());
    }
}

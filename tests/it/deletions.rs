//! `deleted_at`: read alike from every form, carried through `ingest`, and no text of a post that
//! is known to be deleted stands in any result.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, TimestampMillisecondArray};
use serde_json::{Value, json};

use crate::harness::ingest::same_in_little_memory;
use crate::harness::posts::{self, Post, Table};
use crate::harness::program::zwerm;
use crate::harness::{names_in, results, root, scan, scratch, spelled, with_elections};
use crate::readers::object;

const HOUR_MS: i64 = 3_600_000;
const BEGIN_MS: i64 = 1_935_738_000_000;
const BEFORE: &str = "ingest.deletions_before_the_post";

/// Two posts an hour, and when each was deleted, as epoch milliseconds: some never (nothing, or 0),
/// one before it was made.
fn some_posts() -> (Vec<Post>, Vec<Option<i64>>) {
    let post = |n: i64| {
        let at = BEGIN_MS + n * HOUR_MS / 2;
        Post::new(&format!("p{n}"), "a", at).with("text", &format!("this is text number {n}"))
    };
    let posts: Vec<Post> = (0..60).map(post).collect();
    let deleted = posts.iter().zip(0_i64..).map(|(post, n)| match n % 4 {
        0 => None,
        1 => Some(0),
        _ => Some(post.at_ms + if n == 7 { -1 } else { n * 1_001 }),
    });
    let deleted = deleted.collect();
    (posts, deleted)
}

fn csv(posts: &[Post], deleted: &[Option<i64>]) -> String {
    let row = |(post, deleted): (&Post, &Option<i64>)| {
        let names = ["post_id", "account_id", "platform", "text"].map(|name| post.name(name));
        let deleted = deleted.map(|at| at.to_string()).unwrap_or_default();
        format!("{},{},{deleted}\n", names.join(","), post.at_ms / 1_000)
    };
    let rows = posts.iter().zip(deleted).map(row);
    format!("post_id,account_id,platform,text,created_at,deleted_at\n{}", rows.collect::<String>())
}

fn ndjson(posts: &[Post], deleted: &[Option<i64>]) -> String {
    let line = |(post, deleted): (&Post, &Option<i64>)| {
        let mut row = object(post);
        row["deleted_at"] = json!(deleted);
        format!("{row}\n")
    };
    posts.iter().zip(deleted).map(line).collect()
}

fn table(posts: &[Post], deleted: &[Option<i64>]) -> Table {
    let deleted: ArrayRef = Arc::new(Int64Array::from(deleted.to_vec()));
    Table::of(posts).with("deleted_at", deleted)
}

fn written(path: PathBuf, text: &str) -> PathBuf {
    std::fs::write(&path, text).unwrap();
    path
}

/// What `ingest` says of an input, with little memory and with enough; its posts are in `out`.
#[track_caller]
fn ingested(input: &Path, out: &Path) -> Value {
    let run = ["ingest", &spelled(input), "--out", &spelled(out), "--json", "--force"];
    let said = zwerm(run).expect(0).json();
    same_in_little_memory(&[&spelled(input)], out, &[]);
    said
}

fn count(said: &Value, name: &str) -> u64 {
    let counts = said["counts"].as_array().expect("counts");
    let found = counts.iter().find(|entry| entry[0] == name);
    found.map_or(0, |entry| entry[1].as_u64().expect("a count"))
}

/// When each post of a file was deleted, by id.
fn deletions(path: &Path) -> Vec<(String, Option<i64>)> {
    let rows = results::rows(path);
    let deletion =
        |row: &results::Row| (results::text(row, "post_id").to_owned(), row["deleted_at"].as_i64());
    rows.iter().map(deletion).collect()
}

#[test]
fn every_form_says_the_same_and_so_does_what_ingest_wrote() {
    let folder = scratch();
    let at = |name: &str| folder.path().join(name);
    let (posts, deleted) = some_posts();
    table(&posts, &deleted).write(&at("parquet.parquet"), 7);
    let forms = [
        written(at("csv.csv"), &csv(&posts, &deleted)),
        written(at("ndjson.ndjson"), &ndjson(&posts, &deleted)),
        at("parquet.parquet"),
    ];
    let known = |(post, deleted): (&Post, &Option<i64>)| {
        (post.name("post_id").to_owned(), deleted.filter(|&at| at != 0 && at >= post.at_ms))
    };
    let expected: Vec<_> = posts.iter().zip(&deleted).map(known).collect();
    let mut digests = BTreeSet::new();
    for form in &forms {
        let (out, again) = (at("posts.parquet"), at("again.parquet"));
        let said = ingested(form, &out);
        assert_eq!(count(&said, BEFORE), 1, "{}", form.display());
        assert_eq!(deletions(&out), expected, "{}", form.display());
        digests.insert(said["row_digest"].to_string());
        let said = ingested(&out, &again);
        digests.insert(said["row_digest"].to_string());
        assert_eq!(deletions(&again), expected);
    }
    assert_eq!(digests.len(), 1, "{digests:?}");
    // Where no deletion is known, the digest is that of posts without the column.
    let none = written(at("none.csv"), &csv(&posts, &vec![Some(0); posts.len()]));
    Table::of(&posts).write(&at("without.parquet"), 60);
    let [none, without] = [none, at("without.parquet")]
        .map(|input| ingested(&input, &at("other.parquet"))["row_digest"].to_string());
    assert_eq!(none, without);
    assert!(!digests.contains(&none));
    let rows = results::rows(&at("other.parquet"));
    assert!(!rows[0].contains_key("deleted_at"), "nobody asked for the column");
}

#[test]
fn of_copies_the_newest_counts_and_among_equals_one_that_knows_of_the_deletion() {
    let folder = scratch();
    let row = |id: &str, seen: Option<i64>, deleted: Value| {
        let row = json!({"post_id": id, "account_id": "a", "created_at": BEGIN_MS, "text": "x",
            "collected_at": seen, "deleted_at": deleted});
        format!("{row}\n")
    };
    let gone = |hours: i64| json!(BEGIN_MS + hours * HOUR_MS);
    let mut rows = [
        row("equal", None, Value::Null),
        row("equal", None, gone(2)),
        row("equal", None, gone(1)),
        row("equal", None, json!("soon")),
        row("seen again", Some(BEGIN_MS + 1), gone(1)),
        row("seen again", Some(BEGIN_MS + HOUR_MS), Value::Null),
        row("seen to be gone", Some(BEGIN_MS + 1), Value::Null),
        row("seen to be gone", Some(BEGIN_MS + HOUR_MS), gone(1)),
    ];
    let out = folder.path().join("posts.parquet");
    for _ in 0..2 {
        let input = written(folder.path().join("posts.ndjson"), &rows.concat());
        ingested(&input, &out);
        let one = Some(BEGIN_MS + HOUR_MS);
        let expected = [("equal", one), ("seen again", None), ("seen to be gone", one)];
        assert_eq!(deletions(&out), expected.map(|(id, at)| (id.to_owned(), at)));
        rows.reverse();
    }
}

#[test]
fn tables_of_4chan_by_4cat_say_when_a_post_went() {
    let folder = scratch();
    let out = folder.path().join("posts.parquet");
    ingested(&root().join("tests/schemas/4cat-other-csv/4chan.csv"), &out);
    assert_eq!(deletions(&out), [("1".to_owned(), Some(1_935_738_060_000))]);
}

/// All that the files of a folder say; cells of Parquet as JSON.
fn everything(folder: &Path) -> Vec<(String, String)> {
    let read = |name: String| {
        let path = folder.join(&name);
        let said = match path.extension().is_some_and(|ending| ending == "parquet") {
            true => json!(results::rows(&path)).to_string(),
            false => String::from_utf8(std::fs::read(&path).unwrap()).unwrap(),
        };
        (name, said)
    };
    names_in(folder).into_iter().map(read).collect()
}

fn begin(text: &str) -> String {
    text.split_whitespace().take(5).collect::<Vec<_>>().join(" ")
}

fn begin_as_compared(post: &Post) -> String {
    begin(&zwerm_text::normalise(post.name("text")))
}

/// Which posts are those of a group, or say the same.
fn posts_of(group: &BTreeSet<String>, posts: &[Post]) -> Vec<bool> {
    let is_own = |post: &&Post| group.contains(post.name("account_id"));
    let said: BTreeSet<String> = posts.iter().filter(is_own).map(begin_as_compared).collect();
    posts.iter().map(|post| is_own(&post) || said.contains(&begin_as_compared(post))).collect()
}

/// How some posts begin and no other does, as written and as texts are compared.
fn words_of(posts: &[Post], which: &[bool]) -> BTreeSet<String> {
    let (own, others): (Vec<_>, Vec<_>) = posts.iter().zip(which).partition(|(_, own)| **own);
    let others: String = others.iter().map(|(post, _)| post.name("text")).collect();
    let both = |post: &Post| [begin(post.name("text")), begin_as_compared(post)];
    let own = own.iter().flat_map(|(post, _)| both(post));
    own.filter(|words| words.len() > 20 && !others.contains(words.as_str())).collect()
}

#[test]
fn no_result_quotes_what_a_group_deleted() {
    let folder = scratch();
    let posts = posts::sample();
    let group: BTreeSet<String> = posts::sample_group("copypasta-1").into_iter().collect();
    let deleted = posts_of(&group, &posts);
    let words = words_of(&posts, &deleted);
    assert!(words.len() > 20, "{words:?}");
    let scanned = |name: &str, table: &Table| {
        let (input, out) =
            (folder.path().join(format!("{name}.parquet")), folder.path().join(name));
        table.write(&input, posts.len());
        scan(&[&input], &out, with_elections());
        let account = zwerm(["explain", &spelled(&out), group.first().unwrap()]).expect(0).out;
        let mut said = everything(&out);
        said.push(("explain".to_owned(), account));
        said
    };
    let quoting = |said: &[(String, String)]| {
        let quotes = |text: &str| words.iter().any(|words| text.contains(words.as_str()));
        let files = said.iter().filter(|(_, text)| quotes(text));
        files.map(|(name, _)| name.clone()).collect::<BTreeSet<_>>()
    };
    let before = scanned("before", &Table::of(&posts));
    let expected = ["report.html", "top_objects.csv"].map(str::to_owned);
    assert_eq!(quoting(&before), BTreeSet::from(expected));

    let when = |(post, gone): (&Post, &bool)| gone.then_some(post.at_ms + HOUR_MS);
    let deleted: TimestampMillisecondArray = posts.iter().zip(&deleted).map(when).collect();
    let deleted = Arc::new(deleted.with_timezone("UTC"));
    let after = scanned("after", &Table::of(&posts).with("deleted_at", deleted));
    assert_eq!(quoting(&after), BTreeSet::new());
    // What was found stays, with ids and moments.
    let rows = |name: &str, file: &str| results::rows(&folder.path().join(name).join(file));
    for file in ["evidence.parquet", "text_clusters.parquet", "edges.parquet"] {
        assert_eq!(rows("before", file), rows("after", file), "{file}");
    }
    let told = |said: &[(String, String)], what: &str| {
        let (_, page) = said.iter().find(|(name, _)| name == "report.html").expect("a page");
        page.contains(what)
    };
    assert!(told(&after, "deleted, and so not shown") && !told(&before, "and so not shown"));
    let unknown = "posts that were soon deleted (automation)";
    assert!(told(&before, unknown) && !told(&after, unknown));
    // The new column is read: the group's networks have a reading of it.
    let reads = |name| {
        let networks = rows(name, "networks.parquet");
        let trees = networks.iter().map(|row| results::text(row, "explanation").to_owned());
        trees.filter(|tree| tree.contains("burst_and_delete")).count()
    };
    assert_eq!((reads("before"), reads("after") > 0), (0, true));
}

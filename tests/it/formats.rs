//! One table, many physical forms: whatever way a file holds the same posts, the results are the
//! same bytes; and nothing is never something.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, Int64Array, StringArray};
use arrow_cast::cast;
use arrow_schema::{DataType, Field, TimeUnit};
use zwerm::ConfigFile;

use crate::harness::posts::{self, LISTS, Post, Table};
use crate::harness::program::zwerm;
use crate::harness::{results, scan, scratch, with_elections};

const POSTS: usize = 200;
/// Columns whose names are numbers in the sample, as on most platforms.
const NUMBERS: [&str; 7] = [
    "post_id",
    "account_id",
    "repost_of",
    "repost_of_account",
    "reply_to",
    "reply_to_account",
    "quote_of",
];

/// Posts of two planted groups: all columns are filled somewhere, and something is found.
fn few_posts() -> Vec<Post> {
    let truth = posts::sample_truth();
    let is_wanted = |account: &str, groups: &[&str]| {
        let of = truth.iter().find(|(id, _, _)| id == account);
        of.is_some_and(|(_, _, group)| groups.iter().any(|wanted| group.starts_with(wanted)))
    };
    let mut posts = posts::sample();
    posts.retain(|p| is_wanted(p.name("account_id"), &["copypasta", "hashtag-flood", "newsroom"]));
    posts.sort_by_key(|post| (post.at_ms, post.name("post_id").to_owned()));
    posts.truncate(POSTS);
    assert_eq!(posts.len(), POSTS);
    posts
}

/// Scans a table; the folder of results.
#[track_caller]
fn scanned(folder: &Path, name: &str, table: &Table, config: ConfigFile) -> std::path::PathBuf {
    let input = folder.join(format!("{name}.parquet"));
    table.write(&input, 64);
    let out = folder.join(name);
    scan(&[&input], &out, ConfigFile { elections: with_elections().elections, ..config });
    out
}

/// Checks that a form of the table gives the results of the plain one. The page and the tally may
/// say how times were read: nothing else may differ.
#[track_caller]
fn check(name: &str, form: impl Fn(&Table, &[Post]) -> Table) {
    let folder = scratch();
    let posts = few_posts();
    let plain = Table::of(&posts);
    let expected = scanned(folder.path(), "plain", &plain, ConfigFile::default());
    let found = scanned(folder.path(), name, &form(&plain, &posts), ConfigFile::default());
    same_results(name, &expected, &found);
}

#[track_caller]
fn same_results(name: &str, expected: &Path, found: &Path) {
    assert!(!results::rows(&expected.join("networks.parquet")).is_empty());
    let (a, b) = (results::manifest(expected), results::manifest(found));
    assert_eq!(a["facts"]["row_digest"], b["facts"]["row_digest"], "{name}");
    let mut different = results::different_files(expected, found);
    if a["facts"]["tally"] != b["facts"]["tally"] {
        different.retain(|file| file != "report.html");
    }
    assert!(different.is_empty(), "{name}: {different:?}");
}

fn as_type(array: &ArrayRef, data_type: &DataType) -> ArrayRef {
    cast(array, data_type).unwrap_or_else(|e| panic!("{data_type}: {e}"))
}

#[test]
fn a_timestamp_may_have_any_unit_and_say_utc_or_nothing() {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    for unit in [Second, Millisecond, Microsecond, Nanosecond] {
        for zone in [None, Some("UTC"), Some("+00:00")] {
            let data_type = DataType::Timestamp(unit, zone.map(Into::into));
            check(&format!("{data_type}"), |plain, _| {
                let times = as_type(plain.column("created_at"), &data_type);
                assert_eq!(times.data_type(), &data_type);
                plain.clone().with("created_at", times)
            });
        }
    }
}

#[test]
fn a_zone_is_applied() {
    check("Amsterdam", |plain, _| {
        // The same moments; only how they are to be shown differs.
        let zone = DataType::Timestamp(TimeUnit::Millisecond, Some("Europe/Amsterdam".into()));
        let times = as_type(plain.column("created_at"), &zone);
        plain.clone().with("created_at", times)
    });
}

#[test]
fn an_epoch_may_be_an_integer_of_any_unit() {
    for (unit, per_second) in [("s", 1), ("ms", 1_000), ("µs", 1_000_000)] {
        check(unit, |plain, posts| {
            let times = posts.iter().map(|post| post.at_ms / 1_000 * per_second);
            plain.clone().with("created_at", Arc::new(Int64Array::from_iter_values(times)))
        });
    }
    check("int32", |plain, posts| {
        let times = posts.iter().map(|post| i32::try_from(post.at_ms / 1_000).unwrap());
        plain.clone().with("created_at", Arc::new(Int32Array::from_iter_values(times)))
    });
    check("digits", |plain, posts| {
        let times = posts.iter().map(|post| (post.at_ms / 1_000).to_string());
        plain.clone().with("created_at", Arc::new(StringArray::from_iter_values(times)))
    });
}

#[test]
fn a_time_may_be_text_with_an_offset() {
    for (name, offset_s, written) in
        [("Z", 0, "Z"), ("east", 9 * 3_600, "+09:00"), ("west", -12_600, "-03:30")]
    {
        check(name, |plain, posts| {
            let local = posts.iter().map(|post| post.at_ms + offset_s * 1_000).collect::<Vec<_>>();
            let local: ArrayRef = Arc::new(arrow_array::TimestampMillisecondArray::from(local));
            let text = as_type(&local, &DataType::Utf8);
            let text = arrow_array::cast::AsArray::as_string::<i32>(&text).clone();
            let text = text.iter().map(|t| format!("{}{written}", t.expect("a time")));
            let text = StringArray::from_iter_values(text);
            assert!(text.value(0).starts_with("2031-"), "{}", text.value(0));
            plain.clone().with("created_at", Arc::new(text))
        });
    }
}

#[test]
fn a_wall_clock_is_read_in_the_zone_given() {
    let folder = scratch();
    let posts = few_posts();
    let plain = Table::of(&posts);
    let expected = scanned(folder.path(), "plain", &plain, ConfigFile::default());
    // Tokyo knows no summer time: nine hours, always.
    let wall = posts.iter().map(|post| post.at_ms + 9 * 3_600_000);
    let wall = arrow_array::TimestampMillisecondArray::from_iter_values(wall);
    let table = plain.with("created_at", Arc::new(wall));
    let config = ConfigFile { timezone: Some("Asia/Tokyo".to_owned()), ..ConfigFile::default() };
    let found = scanned(folder.path(), "tokyo", &table, config);
    same_results("Asia/Tokyo", &expected, &found);
}

fn dictionary(value: DataType) -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(value))
}

#[test]
fn names_and_texts_may_be_any_kind_of_text() {
    for data_type in [DataType::LargeUtf8, DataType::Utf8View, dictionary(DataType::Utf8)] {
        check(&format!("{data_type}"), |plain, _| {
            posts::NAMES.iter().fold(plain.clone(), |table, name| {
                let array = as_type(table.column(name), &data_type);
                table.with(name, array)
            })
        });
    }
}

#[test]
fn ids_may_be_integers() {
    for data_type in [DataType::Int64, DataType::UInt64] {
        check(&format!("{data_type}"), |plain, _| {
            NUMBERS.iter().fold(plain.clone(), |table, name| {
                let array = as_type(table.column(name), &data_type);
                assert_eq!(array.null_count(), table.column(name).null_count(), "{name}");
                table.with(name, array)
            })
        });
    }
}

/// Each list column as one text per post.
fn joined(table: &Table, posts: &[Post], join: impl Fn(&[String]) -> String) -> Table {
    LISTS.iter().fold(table.clone(), |table, &name| {
        let empty = Vec::new();
        let cells = posts.iter().map(|post| join(post.lists.get(name).unwrap_or(&empty)));
        table.with(name, Arc::new(StringArray::from_iter_values(cells)))
    })
}

#[test]
fn lists_may_be_lists_or_one_text() {
    let entry = |data_type| Arc::new(Field::new("item", data_type, true));
    for data_type in [
        DataType::LargeList(entry(DataType::Utf8)),
        DataType::List(entry(DataType::LargeUtf8)),
        DataType::LargeList(entry(DataType::Utf8View)),
    ] {
        check(&format!("{data_type}"), |plain, _| {
            LISTS.iter().fold(plain.clone(), |table, name| {
                let array = as_type(table.column(name), &data_type);
                table.with(name, array)
            })
        });
    }
    check("bars", |plain, posts| joined(plain, posts, |names| names.join("|")));
    check("blanks", |plain, posts| joined(plain, posts, |names| names.join(" ")));
    check("JSON", |plain, posts| {
        joined(plain, posts, |names| serde_json::to_string(names).unwrap())
    });
    check("Python", |plain, posts| {
        joined(plain, posts, |names| {
            let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
            format!("[{}]", quoted.join(", "))
        })
    });
}

#[test]
fn one_row_per_object_is_the_same_as_lists() {
    let folder = scratch();
    let mut posts = few_posts();
    for list in posts.iter_mut().flat_map(|post| post.lists.values_mut()) {
        list.sort();
        list.dedup();
    }
    let expected = scanned(folder.path(), "plain", &Table::of(&posts), ConfigFile::default());
    let rows = posts::shuffled(&posts.iter().flat_map(long_rows).collect::<Vec<_>>(), 5);
    assert!(rows.len() > posts.len() + 20, "{}", rows.len());
    let table = joined(&Table::of(&rows), &rows, |names| names.join("|"));
    let map = [("rows".to_owned(), "long".to_owned())].into();
    let config = ConfigFile { map, ..ConfigFile::default() };
    let found = scanned(folder.path(), "long", &table, config);
    same_results("rows = long", &expected, &found);
}

/// A row for every object of a post; one without, if it has none.
fn long_rows(post: &Post) -> Vec<Post> {
    let bare = Post { lists: Default::default(), ..post.clone() };
    let entries = post.lists.iter().flat_map(|(&list, names)| {
        let of_entry = |name: &String| bare.clone().with_list(list, &[name]);
        names.iter().map(of_entry).collect::<Vec<_>>()
    });
    let rows: Vec<Post> = entries.collect();
    if rows.is_empty() { vec![bare] } else { rows }
}

#[test]
fn columns_may_have_other_names() {
    let folder = scratch();
    let posts = few_posts();
    let plain = folder.path().join("plain.parquet");
    Table::of(&posts).write(&plain, 64);
    let other = folder.path().join("other.parquet");
    let table = Table::of(&posts).renamed("created_at", "when").renamed("urls", "url_id");
    table.renamed("post_id", "Tweet ID").write(&other, 64);
    let config = folder.path().join("zwerm.toml");
    let map = "[map]\ncreated_at = \"when\"\nurls = \"url_id\"\npost_id = \"Tweet ID\"\n";
    std::fs::write(&config, map).unwrap();
    let out = |name: &str| folder.path().join(name).display().to_string();
    let (plain, other) = (plain.display().to_string(), other.display().to_string());
    let config = config.display().to_string();
    let flag = "--map=created_at=when,urls=url_id,post_id=Tweet ID";
    zwerm(["scan", &plain, "--out", &out("a")]).expect(0);
    zwerm(["scan", &other, "--out", &out("b"), flag]).expect(0);
    zwerm(["scan", &other, "--out", &out("c"), "--config", &config]).expect(0);
    same_results("--map", &folder.path().join("a"), &folder.path().join("b"));
    same_results("--config", &folder.path().join("a"), &folder.path().join("c"));
}

/// The ways in which tables write that there is nothing.
const NOTHINGS: [&str; 6] = ["", "[]", "\"\"", "NA", "<NA>", "  "];

#[test]
fn nothing_never_links_accounts() {
    let folder = scratch();
    let bare = |n: usize| {
        let at_ms = 1_936_000_000_000 + 1_000 * n as i64;
        Post::new(&format!("p{n}"), &format!("a{n}"), at_ms)
    };
    let all = |post: Post, nothing: &str| {
        let post = LISTS.iter().fold(post, |post, list| post.with_list(list, &[nothing, nothing]));
        let names = ["repost_of", "reply_to", "quote_of", "text", "repost_of_account"];
        names.iter().fold(post, |post, name| post.with(name, nothing))
    };
    let posts: Vec<Post> = (0..60).map(|n| all(bare(n), NOTHINGS[n % 6])).collect();
    let lists = Table::of(&posts);
    let texts = joined(&lists, &posts, |names| names[0].clone());
    for (name, table) in [("lists", lists), ("texts", texts)] {
        let input = folder.path().join(format!("{name}.parquet"));
        table.without("text").write(&input, 64);
        let outcome = scan(&[&input], &folder.path().join(name), ConfigFile::default());
        assert_eq!(outcome.facts.posts, 60, "{name}");
        assert_eq!(outcome.facts.kinds, [], "{name}");
    }
    // The same columns with something in them do make traces: the test above could have failed.
    let input = folder.path().join("something.parquet");
    let posts: Vec<Post> = (0..60).map(|n| all(bare(n), "something")).collect();
    Table::of(&posts).write(&input, 64);
    let outcome = scan(&[&input], &folder.path().join("something"), ConfigFile::default());
    assert!(outcome.facts.kinds.iter().any(|(kind, n)| kind == "repost" && *n == 60));
}

#[test]
fn a_text_that_says_nothing_makes_no_trace() {
    let folder = scratch();
    let texts = ["", " ", "NA", "<NA>", "…!?", "\u{200b}"];
    let post = |n: usize| {
        let at_ms = 1_936_000_000_000 + 1_000 * n as i64;
        Post::new(&format!("p{n}"), &format!("a{n}"), at_ms).with("text", texts[n % texts.len()])
    };
    let input = folder.path().join("posts.parquet");
    Table::of(&(0..60).map(post).collect::<Vec<_>>()).write(&input, 64);
    let outcome = scan(&[&input], &folder.path().join("out"), ConfigFile::default());
    assert_eq!(outcome.facts.kinds, []);
}

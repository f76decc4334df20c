//! `paid_disclosed`: read alike from every form, carried through `ingest`, and told beside the
//! campaigns whose texts are paid for in some copies only.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray};
use serde_json::json;

use crate::harness::ingest::same_in_little_memory;
use crate::harness::posts::{self, Post, Table};
use crate::harness::program::zwerm;
use crate::harness::{results, scan, scratch, spelled, with_elections};
use crate::readers::object;

fn table(posts: &[Post], paid: &[Option<bool>]) -> Table {
    let paid: ArrayRef = Arc::new(BooleanArray::from(paid.to_vec()));
    Table::of(posts).with("paid_disclosed", paid)
}

#[test]
fn every_form_says_the_same_and_so_does_what_ingest_wrote() {
    let folder = scratch();
    let at = |name: &str| folder.path().join(name);
    let post =
        |n: i64| Post::new(&format!("p{n}"), "a", 1_935_738_000_000 + n).with("text", "said");
    let posts: Vec<Post> = (0..9).map(post).collect();
    let paid: Vec<Option<bool>> = (0..9).map(|n| [None, Some(true), Some(false)][n % 3]).collect();
    table(&posts, &paid).write(&at("parquet.parquet"), 4);
    let both = || posts.iter().zip(&paid);
    let line = |(post, paid): (&Post, &Option<bool>)| {
        let mut row = object(post);
        row["paid_disclosed"] = json!(paid);
        format!("{row}\n")
    };
    std::fs::write(at("ndjson.ndjson"), both().map(line).collect::<String>()).unwrap();
    let cells = |(post, paid): (&Post, &Option<bool>)| {
        let names = ["post_id", "account_id", "platform", "text"].map(|name| post.name(name));
        let paid = paid.map(|paid| u8::from(paid).to_string()).unwrap_or_default();
        format!("{},{},{paid}\n", names.join(","), post.at_ms)
    };
    let header = "post_id,account_id,platform,text,created_at,paid_disclosed\n";
    std::fs::write(at("csv.csv"), header.to_owned() + &both().map(cells).collect::<String>())
        .unwrap();
    let mut digests = BTreeSet::new();
    for form in ["parquet.parquet", "ndjson.ndjson", "csv.csv"] {
        let (out, again) = (at("posts.parquet"), at("again.parquet"));
        for (input, out) in [(&at(form), &out), (&out, &again)] {
            let run = ["ingest", &spelled(input), "--out", &spelled(out), "--json", "--force"];
            digests.insert(zwerm(run).expect(0).json()["row_digest"].to_string());
            same_in_little_memory(&[&spelled(input)], out, &[]);
            let rows = results::rows(out);
            let found: Vec<_> = rows.iter().map(|row| row["paid_disclosed"].as_bool()).collect();
            assert_eq!(found, paid, "{form}");
        }
    }
    assert_eq!(digests.len(), 1, "{digests:?}");
}

#[test]
fn a_campaign_whose_texts_are_paid_for_in_some_copies_says_which() {
    let folder = scratch();
    let posts = posts::sample();
    let group = posts::sample_group("copypasta-1");
    // Three of its accounts label what they post, the others say that nobody paid.
    let says = |post: &Post| {
        let place = group.iter().position(|account| account == post.name("account_id"))?;
        Some(place < 3)
    };
    let paid: Vec<Option<bool>> = posts.iter().map(says).collect();
    let scanned = |name: &str, table: &Table| {
        let (input, out) =
            (folder.path().join(format!("{name}.parquet")), folder.path().join(name));
        table.write(&input, posts.len());
        scan(&[&input], &out, with_elections());
        out
    };
    let (before, after) =
        (scanned("before", &Table::of(&posts)), scanned("after", &table(&posts, &paid)));
    let campaigns = results::rows(&after.join("campaigns.parquet"));
    let tree = |row: &results::Row| -> serde_json::Value {
        serde_json::from_str(results::text(row, "explanation")).expect("a tree")
    };
    let differing = |row: &results::Row| {
        let tree = tree(row);
        let fact = tree["beside"][0].clone();
        (fact["name"] == "texts_paid_in_some_copies" && fact["value"].as_f64() > Some(0.0))
            .then_some(fact)
    };
    let (row, fact) =
        campaigns.iter().find_map(|row| Some((row, differing(row)?))).expect("a campaign says so");
    let because = fact["beside"][0]["because"].as_str().expect("a sentence");
    let (with, without) = because
        .strip_prefix("of one text, paid for: ")
        .and_then(|ids| ids.split_once("; not: "))
        .expect("the posts of both");
    let says = |id: &str| {
        let post = posts.iter().position(|post| post.name("post_id") == id);
        paid[post.expect("a post of the input")]
    };
    let named = |ids: &str| ids.trim_end_matches(", …").split(", ").map(says).collect::<Vec<_>>();
    assert!(named(with).iter().all(|&paid| paid == Some(true)), "{because}");
    assert!(named(without).iter().all(|&paid| paid == Some(false)), "{because}");
    // The page and `explain` tell it as well.
    let page = std::fs::read_to_string(after.join("report.html")).unwrap();
    assert!(page.contains(because), "{because}");
    let told =
        zwerm(["explain", &spelled(&after), results::text(row, "campaign_id")]).expect(0).out;
    assert!(told.contains("texts_paid_in_some_copies") && told.contains(because), "{told}");

    // Nothing else moves, and where there is no such column the page says what was not looked at.
    let scores = |out: &Path| -> Vec<(String, String)> {
        let rows = results::rows(&out.join("campaigns.parquet"));
        let score = |row: &results::Row| row["campaign_score"].to_string();
        rows.iter().map(|row| (results::text(row, "campaign_id").to_owned(), score(row))).collect()
    };
    assert_eq!(scores(&before), scores(&after));
    for file in ["accounts.parquet", "networks.parquet", "edges.parquet", "evidence.parquet"] {
        let rows = |out: &Path| results::rows(&out.join(file));
        assert_eq!(rows(&before), rows(&after), "{file}");
    }
    let unknown = "paid posts that say so, and copies that do not";
    let page_before = std::fs::read_to_string(before.join("report.html")).unwrap();
    assert!(page_before.contains(unknown) && !page.contains(unknown));
    assert!(!page_before.contains("paid for"));
}

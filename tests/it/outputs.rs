//! The result files keep the contract: names, types, references, numbers, explanations; and no
//! column says what a person believes or is.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, Fields, TimeUnit};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use zwerm_model::Explained;

use crate::harness::results::{self, number, rows, text, texts};
use crate::harness::{posts, scan_sample, scratch};

/// By hand from the contract: `name type`, `?` where null has a meaning.
const TABLES: [(&str, &str); 9] = [
    (
        "accounts.parquet",
        "account_id utf8, platform utf8, posts u64, first_at time, last_at time, \
         coordination_p f64, coordination_q f64, coordination_evidence f64, \
         coordination_score f64, automation_score f64?, tier utf8, network_id utf8?, \
         partners u32, explanations list<utf8>, channels list<struct<kind utf8, null utf8, \
         window_ms i64, context_ms i64, objects u32, statistic f64, p f64>>",
    ),
    (
        "edges.parquet",
        "a utf8, b utf8, kind utf8, window_ms i64, objects u32, co_actions u64, expected f64, \
         p f64, q f64, tier utf8, gap_ms_min i64, gap_ms_mean f64",
    ),
    (
        "interactions.parquet",
        "from utf8, to utf8, kind utf8, posts u64, first_at time, last_at time",
    ),
    (
        "networks.parquet",
        "network_id utf8, lineage_id utf8?, tier utf8, accounts u32, edges u64, posts u64, \
         first_at time, last_at time, p f64?, q f64, coordination_score f64, \
         automation_score f64?, bot_network_score f64?, kinds list<utf8>, \
         explanations list<utf8>, explanation utf8",
    ),
    (
        "campaigns.parquet",
        "campaign_id utf8, network_ids list<utf8>, posts u64, accounts u32, reach u64, \
         first_at time, last_at time, campaign_score f64, election_ids list<utf8>, \
         posts_in_election_period u64, posts_in_silence u64, top_objects list<struct<kind utf8, \
         object utf8, accounts u32, posts u32>>, explanation utf8",
    ),
    ("campaign_posts.parquet", "campaign_id utf8, network_id utf8, post_id utf8"),
    ("text_clusters.parquet", "post_id utf8, cluster_id utf8, similarity f32, medoid bool"),
    (
        "evidence.parquet",
        "subject_kind utf8, subject_id utf8, kind utf8, object utf8, accounts u32, posts u32, \
         span_ms i64, expected f64, p f64, post_ids list<utf8>",
    ),
    ("rejects.parquet", "file utf8, row u64, reason utf8, detail utf8"),
];

/// What no column may state about a person, as parts of names.
const NEVER_STATED: [&str; 23] = [
    "opinion",
    "party",
    "partisan",
    "gender",
    "sex",
    "relig",
    "faith",
    "sentiment",
    "stance",
    "ideolog",
    "politic",
    "belief",
    "left",
    "right",
    "emotion",
    "toxic",
    "ethnic",
    "race",
    "birth",
    "health",
    "orient",
    "troll",
    "inauthentic",
];

/// Posts named per row of evidence, at most.
const POSTS_SHOWN_MAX: usize = 50;

fn schema(path: &Path) -> Fields {
    let file = File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
    reader.schema().fields().clone()
}

/// Fields in the words of the contract.
fn spelled(fields: &Fields) -> String {
    let spelled: Vec<String> = fields
        .iter()
        .map(|field| {
            let null = if field.is_nullable() { "?" } else { "" };
            format!("{} {}{null}", field.name(), spelled_type(field.data_type()))
        })
        .collect();
    spelled.join(", ")
}

fn spelled_type(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 => "utf8".to_owned(),
        DataType::Boolean => "bool".to_owned(),
        DataType::UInt32 => "u32".to_owned(),
        DataType::UInt64 => "u64".to_owned(),
        DataType::Int64 => "i64".to_owned(),
        DataType::Float32 => "f32".to_owned(),
        DataType::Float64 => "f64".to_owned(),
        DataType::Timestamp(TimeUnit::Millisecond, Some(zone)) if &**zone == "UTC" => {
            "time".to_owned()
        }
        DataType::List(entry) if !entry.is_nullable() => {
            format!("list<{}>", spelled_type(entry.data_type()))
        }
        DataType::Struct(fields) => format!("struct<{}>", spelled(fields)),
        other => format!("({other}, which the contract does not know)"),
    }
}

/// All names of a field and below it.
fn names(field: &Field) -> Vec<String> {
    let mut all = vec![field.name().clone()];
    match field.data_type() {
        DataType::List(entry) => all.extend(names(entry)),
        DataType::Struct(fields) => all.extend(fields.iter().flat_map(|field| names(field))),
        _ => {}
    }
    all
}

#[test]
fn every_table_has_the_columns_of_the_contract() {
    let folder = scratch();
    let out = folder.path().join("out");
    scan_sample(&out);
    for (file, expected) in TABLES {
        assert_eq!(spelled(&schema(&out.join(file))), expected, "{file}");
        assert!(file == "rejects.parquet" || !rows(&out.join(file)).is_empty(), "{file}");
    }
    let mut found: Vec<String> = results::result_files(&out).into_keys().collect();
    found.extend(results::RUN_FILES.map(str::to_owned));
    found.sort();
    let mut expected: Vec<&str> = TABLES.iter().map(|(file, _)| *file).collect();
    expected.extend(["manifest.json", "networks.csv", "report.html", "timings.json"]);
    expected.push("top_objects.csv");
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn no_column_states_what_a_person_believes_or_is() {
    let folder = scratch();
    let out = folder.path().join("out");
    scan_sample(&out);
    let mut seen = BTreeSet::new();
    for (file, _) in TABLES {
        seen.extend(schema(&out.join(file)).iter().flat_map(|field| names(field)));
    }
    for file in ["networks.csv", "top_objects.csv"] {
        let text = std::fs::read_to_string(out.join(file)).unwrap();
        seen.extend(text.lines().next().unwrap().split(',').map(str::to_owned));
    }
    assert!(seen.contains("window_ms") && seen.contains("campaign_score"), "{seen:?}");
    for name in seen {
        let stated = NEVER_STATED.iter().find(|&&word| name.to_lowercase().contains(word));
        assert_eq!(stated, None, "column {name}");
    }
}

#[test]
fn what_a_row_refers_to_is_there() {
    let folder = scratch();
    let out = folder.path().join("out");
    scan_sample(&out);
    let ids = |file: &str, column: &str| -> BTreeSet<String> {
        rows(&out.join(file)).iter().map(|row| text(row, column).to_owned()).collect()
    };
    let accounts = ids("accounts.parquet", "account_id");
    let networks = ids("networks.parquet", "network_id");
    let campaigns = ids("campaigns.parquet", "campaign_id");
    let sample = posts::sample();
    let posts: BTreeSet<&str> = sample.iter().map(|post| post.name("post_id")).collect();
    for row in rows(&out.join("accounts.parquet")) {
        assert!(row["network_id"].is_null() || networks.contains(text(&row, "network_id")));
    }
    for row in rows(&out.join("edges.parquet")) {
        assert!(accounts.contains(text(&row, "a")) && accounts.contains(text(&row, "b")));
    }
    for row in rows(&out.join("campaigns.parquet")) {
        assert!(texts(&row, "network_ids").iter().all(|&id| networks.contains(id)), "{row:?}");
    }
    for row in rows(&out.join("campaign_posts.parquet")) {
        assert!(campaigns.contains(text(&row, "campaign_id")), "{row:?}");
        assert!(networks.contains(text(&row, "network_id")), "{row:?}");
        assert!(posts.contains(text(&row, "post_id")), "{row:?}");
    }
    for row in rows(&out.join("text_clusters.parquet")) {
        assert!(posts.contains(text(&row, "post_id")), "{row:?}");
    }
    for row in rows(&out.join("evidence.parquet")) {
        let subjects = match text(&row, "subject_kind") {
            "account" => &accounts,
            "network" => &networks,
            "campaign" => &campaigns,
            other => panic!("no such subject: {other}"),
        };
        assert!(subjects.contains(text(&row, "subject_id")), "{row:?}");
        let shown = texts(&row, "post_ids");
        assert!((1..=POSTS_SHOWN_MAX).contains(&shown.len()), "{row:?}");
        assert!(shown.iter().all(|&id| posts.contains(id)), "{row:?}");
    }
}

#[test]
fn counts_agree_between_tables() {
    let folder = scratch();
    let out = folder.path().join("out");
    scan_sample(&out);
    let accounts = rows(&out.join("accounts.parquet"));
    for network in rows(&out.join("networks.parquet")) {
        let id = &network["network_id"];
        let members = accounts.iter().filter(|row| &row["network_id"] == id);
        assert_eq!(members.count() as f64, number(&network, "accounts"), "{id}");
    }
    let pushed = rows(&out.join("campaign_posts.parquet"));
    for campaign in rows(&out.join("campaigns.parquet")) {
        let id = &campaign["campaign_id"];
        let own = pushed.iter().filter(|row| &row["campaign_id"] == id);
        let posts: BTreeSet<&str> = own.map(|row| text(row, "post_id")).collect();
        assert_eq!(posts.len() as f64, number(&campaign, "posts"), "{id}");
        assert!(number(&campaign, "posts_in_election_period") <= number(&campaign, "posts"));
        let during = number(&campaign, "posts_in_silence");
        assert!(during <= number(&campaign, "posts_in_election_period"), "{id}");
    }
    for row in &accounts {
        let (p, q) = (number(row, "coordination_p"), number(row, "coordination_q"));
        assert!((0.0..=1.0).contains(&p) && p <= q && q <= 1.0, "{row:?}");
        assert!((0.0..=100.0).contains(&number(row, "coordination_score")), "{row:?}");
        assert!(row["first_at"].as_i64() <= row["last_at"].as_i64(), "{row:?}");
        match text(row, "tier") {
            "strict" => assert!(q <= 0.01, "{row:?}"),
            "discovery" => assert!(q <= 0.05, "{row:?}"),
            tier => assert!(tier == "none" && q > 0.05, "{row:?}"),
        }
    }
}

#[test]
fn pairs_have_an_order_and_numbers_are_numbers() {
    let folder = scratch();
    let out = folder.path().join("out");
    scan_sample(&out);
    for row in rows(&out.join("edges.parquet")) {
        assert!(text(&row, "a") < text(&row, "b"), "{row:?}");
        assert!(number(&row, "gap_ms_min") <= number(&row, "window_ms"), "{row:?}");
    }
    let mut floats = 0;
    for (file, _) in TABLES {
        for batch in results::batches(&out.join(file)) {
            for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
                for value in floats_of(array) {
                    let is_minus_zero = value == 0.0 && value.is_sign_negative();
                    assert!(value.is_finite() && !is_minus_zero, "{file} {}", field.name());
                    floats += 1;
                }
            }
        }
    }
    assert!(floats > 10_000, "{floats}");
}

/// All floating-point values of a column and below it.
fn floats_of(array: &ArrayRef) -> Vec<f64> {
    match array.data_type() {
        DataType::Float32 => {
            let values = array.as_primitive::<Float32Type>();
            values.iter().flatten().map(f64::from).collect()
        }
        DataType::Float64 => array.as_primitive::<Float64Type>().iter().flatten().collect(),
        DataType::List(_) => floats_of(array.as_list::<i32>().values()),
        DataType::Struct(_) => array.as_struct().columns().iter().flat_map(floats_of).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_explanation_gives_the_value_it_explains() {
    let folder = scratch();
    let out = folder.path().join("out");
    scan_sample(&out);
    for network in rows(&out.join("networks.parquet")) {
        let tree = tree(&network);
        // Where automation cannot be assessed, there is only coordination to explain.
        if network["bot_network_score"].is_null() {
            check_tree(&tree, "coordination_score", number(&network, "coordination_score"));
            continue;
        }
        check_tree(&tree, "bot_network_score", number(&network, "bot_network_score"));
        for score in ["coordination_score", "automation_score"] {
            let part = tree.parts.iter().find(|part| part.name == score).expect(score);
            check_tree(part, score, number(&network, score));
        }
    }
    let campaigns = rows(&out.join("campaigns.parquet"));
    for campaign in &campaigns {
        check_tree(&tree(campaign), "campaign_score", number(campaign, "campaign_score"));
    }
    let has_excess = |row: &&results::Row| text(row, "explanation").contains("election_excess");
    assert_eq!(campaigns.iter().filter(has_excess).count(), campaigns.len());
}

fn tree(row: &results::Row) -> Explained {
    serde_json::from_str(text(row, "explanation")).expect("an explanation tree")
}

/// Every value of the tree follows from its parts, and the topmost is the one in the column.
#[track_caller]
fn check_tree(tree: &Explained, name: &str, value: f64) {
    assert_eq!((tree.name.as_str(), tree.value), (name, value));
    let mut open = vec![tree];
    while let Some(node) = open.pop() {
        assert_eq!(node.recompute(), Some(node.value), "{} by {}", node.name, node.formula);
        assert!(!node.because.is_empty(), "{}", node.name);
        assert_eq!(node.parts.is_empty(), node.formula == "given", "{}", node.name);
        open.extend(&node.parts);
    }
}

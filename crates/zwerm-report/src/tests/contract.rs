//! Every file has exactly the names and types of the contract, read back by the Parquet reader.
//!
//! The tables here were written by hand from `DESIGN.md` §2 and §4; they share no code with the
//! exporters.

use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampMillisecondType, UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use zwerm_model::UnixMillis;

use super::fixture::{self, START};
use crate::{PostRow, PostsWriter, RejectRow, write_json, write_rejects, write_results};

const RESULT_FILES: [(&str, &str); 8] = [
    (
        "accounts.parquet",
        "account_id utf8, platform utf8, posts u64, first_at time, last_at time, coordination_p \
         f64, coordination_q f64, coordination_evidence f64, coordination_score f64, \
         automation_score f64?, tier utf8, network_id utf8?, partners u32, explanations \
         list<utf8>, channels list<struct<kind utf8, null utf8, window_ms i64, context_ms i64, \
         objects u32, statistic f64, p f64>>",
    ),
    ("campaign_posts.parquet", "campaign_id utf8, network_id utf8, post_id utf8"),
    (
        "campaigns.parquet",
        "campaign_id utf8, network_ids list<utf8>, posts u64, accounts u32, reach u64, first_at \
         time, last_at time, campaign_score f64, election_ids list<utf8>, posts_in_election_period \
         u64, posts_in_silence u64, top_objects list<struct<kind utf8, object utf8, accounts u32, \
         posts u32>>, explanation utf8",
    ),
    (
        "edges.parquet",
        "a utf8, b utf8, kind utf8, window_ms i64, objects u32, co_actions u64, expected f64, p \
         f64, q f64, tier utf8, gap_ms_min i64, gap_ms_mean f64",
    ),
    (
        "evidence.parquet",
        "subject_kind utf8, subject_id utf8, kind utf8, object utf8, accounts u32, posts u32, \
         span_ms i64, expected f64, p f64, post_ids list<utf8>",
    ),
    (
        "interactions.parquet",
        "from utf8, to utf8, kind utf8, posts u64, first_at time, last_at time",
    ),
    (
        "networks.parquet",
        "network_id utf8, lineage_id utf8?, tier utf8, accounts u32, edges u64, posts u64, \
         first_at time, last_at time, p f64?, q f64, coordination_score f64, automation_score \
         f64?, bot_network_score f64?, kinds list<utf8>, explanations list<utf8>, explanation utf8",
    ),
    ("text_clusters.parquet", "post_id utf8, cluster_id utf8, similarity f32, medoid bool"),
];

/// A schema in the words of the contract.
fn spelled(path: &Path) -> String {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let fields = builder.schema().fields().iter();
    let spelled: Vec<String> = fields
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
        DataType::List(item) if !item.is_nullable() => {
            format!("list<{}>", spelled_type(item.data_type()))
        }
        DataType::Struct(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|field| format!("{} {}", field.name(), spelled_type(field.data_type())))
                .collect();
            format!("struct<{}>", fields.join(", "))
        }
        other => panic!("no such type in the contract: {other}"),
    }
}

fn read(path: &Path) -> RecordBatch {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let mut reader = builder.with_batch_size(1 << 20).build().unwrap();
    reader.next().expect("a table with rows").unwrap()
}

fn text(batch: &RecordBatch, column: &str, row: usize) -> String {
    batch.column_by_name(column).unwrap().as_string::<i32>().value(row).to_owned()
}

#[test]
fn every_result_file_has_the_names_and_types_of_the_contract() {
    for world in [fixture::demo(), fixture::quiet(), fixture::empty()] {
        let dir = tempfile::tempdir().unwrap();
        write_results(dir.path(), &world.input()).unwrap();
        for (file, expected) in RESULT_FILES {
            assert_eq!(spelled(&dir.path().join(file)), expected, "{file}");
        }
        let mut files: Vec<String> = std::fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let mut expected: Vec<&str> = RESULT_FILES.iter().map(|(file, _)| *file).collect();
        expected.extend(["networks.csv", "report.html", "top_objects.csv"]);
        expected.sort_unstable();
        assert_eq!(files, expected);
    }
}

#[test]
fn what_was_found_comes_back() {
    let world = fixture::demo();
    let dir = tempfile::tempdir().unwrap();
    write_results(dir.path(), &world.input()).unwrap();

    let accounts = read(&dir.path().join("accounts.parquet"));
    assert_eq!(accounts.num_rows(), world.findings.accounts.len());
    assert_eq!(text(&accounts, "account_id", 300), "account_0300");
    let networks = accounts.column_by_name("network_id").unwrap();
    assert!(networks.is_null(0));
    assert_eq!(networks.as_string::<i32>().value(300), world.findings.networks[0].id);
    let channels = accounts.column_by_name("channels").unwrap().as_list::<i32>().value(300);
    let null = channels.as_struct().column_by_name("null").unwrap();
    assert_eq!(null.as_string::<i32>().value(0), "rarity");

    let networks = read(&dir.path().join("networks.parquet"));
    let members = networks.column_by_name("accounts").unwrap().as_primitive::<UInt32Type>();
    assert_eq!(members.value(0), 40);
    let automation = networks.column_by_name("automation_score").unwrap();
    assert_eq!(automation.as_primitive::<Float64Type>().value(0), 91.0);
    assert!(automation.is_null(5));
    let tree: zwerm_model::Explained =
        serde_json::from_str(&text(&networks, "explanation", 0)).unwrap();
    assert_eq!(tree, world.findings.networks[0].explanation);

    let evidence = read(&dir.path().join("evidence.parquet"));
    assert_eq!(text(&evidence, "subject_kind", 0), "campaign");
    let posts = evidence.column_by_name("post_ids").unwrap().as_list::<i32>().value(0);
    let first = world.findings.evidence[0].posts_shown[0] as usize;
    assert_eq!(posts.as_string::<i32>().value(0), world.posts.id.get(first));

    let clusters = read(&dir.path().join("text_clusters.parquet"));
    let clustered = world.clusters.cluster.iter().filter(|&&c| c != zwerm_model::NONE).count();
    assert_eq!(clusters.num_rows(), clustered);
}

#[test]
fn ids_name_their_platform_when_there_is_more_than_one() {
    let mut world = fixture::demo();
    world.posts.accounts.platforms = ["facebook", "x"].into_iter().collect();
    world.findings.interactions.push(zwerm_model::Interaction {
        from: 7,
        to: "somebody".to_owned(),
        kind: "reply",
        posts: 2,
        first_at: UnixMillis(START),
        last_at: UnixMillis(START),
    });
    let dir = tempfile::tempdir().unwrap();
    write_results(dir.path(), &world.input()).unwrap();
    let edges = read(&dir.path().join("edges.parquet"));
    assert!(text(&edges, "a", 0).starts_with("facebook:account_"));
    let interactions = read(&dir.path().join("interactions.parquet"));
    assert_eq!(text(&interactions, "to", 0), "facebook:somebody");
}

#[test]
fn run_files_are_what_they_are_called() {
    let dir = tempfile::tempdir().unwrap();
    let reject = RejectRow {
        file: "posts.parquet".to_owned(),
        row: 41,
        reason: "no_time".to_owned(),
        detail: "yesterday".to_owned(),
    };
    write_rejects(dir.path(), &[reject]).unwrap();
    let path = dir.path().join("rejects.parquet");
    assert_eq!(spelled(&path), "file utf8, row u64, reason utf8, detail utf8");
    let row = read(&path).column_by_name("row").unwrap().as_primitive::<UInt64Type>().value(0);
    assert_eq!(row, 41);
    write_rejects(dir.path(), &[]).unwrap();

    write_json(dir.path(), "manifest.json", &serde_json::json!({"seed": 1})).unwrap();
    let manifest = std::fs::read_to_string(dir.path().join("manifest.json")).unwrap();
    assert_eq!(manifest, "{\n  \"seed\": 1\n}\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_from_other_troubles() {
    let full = Path::new("/dev/full");
    let world = fixture::demo();
    for exporter in crate::exporters::EXPORTERS {
        let error = (exporter.write)(&world.input(), full).unwrap_err();
        assert!(error.is_out_of_space(), "{}: {error}", exporter.file);
        assert!(error.to_string().starts_with("/dev/full: cannot write: "), "{error}");
    }
    let error = write_results(Path::new("/no/such/folder"), &world.input()).unwrap_err();
    assert!(!error.is_out_of_space());
    assert!(error.to_string().contains("/no/such/folder/accounts.parquet"), "{error}");
}

#[test]
fn posts_come_back_from_several_row_groups() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("posts.parquet");
    let urls = ["https://example.org/a".to_owned(), "https://example.org/b".to_owned()];
    let mut writer = PostsWriter::create(&path).unwrap();
    let rows = 131_072 + 3;
    for n in 0..rows {
        let id = n.to_string();
        let row = PostRow {
            post_id: &id,
            account_id: "someone",
            created_at: UnixMillis(START + n),
            text: (n % 2 == 0).then_some("text"),
            urls: if n == 1 { &urls } else { &[] },
            automated: Some(true),
            quote_of: Some("7"),
            ..PostRow::default()
        };
        writer.push(&row).unwrap();
    }
    writer.finish().unwrap();
    assert_eq!(
        spelled(&path),
        "post_id utf8, account_id utf8, created_at time, text utf8?, platform utf8?, lang utf8?, \
         client utf8?, urls list<utf8>, hashtags list<utf8>, mentions list<utf8>, media \
         list<utf8>, repost_of utf8?, repost_of_account utf8?, reply_to utf8?, reply_to_account \
         utf8?, quote_of utf8?, automated bool?"
    );
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
    assert_eq!(builder.metadata().num_row_groups(), 2);
    let batch = read(&path);
    let created = batch.column_by_name("created_at").unwrap();
    assert_eq!(created.as_primitive::<TimestampMillisecondType>().value(1), START + 1);
    assert!(batch.column_by_name("text").unwrap().is_null(1));
    let listed = batch.column_by_name("urls").unwrap().as_list::<i32>().value(1);
    assert_eq!(listed.as_string::<i32>().value(1), urls[1]);
    assert_eq!(text(&batch, "quote_of", 5), "7");
}

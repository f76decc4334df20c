//! Published detectors run on any posts, and their folders can be evaluated beside ours.

use std::path::Path;

use zwerm::baseline::{BaselineConfig, names};
use zwerm::{ConfigFile, Scored, Settings, Silent};

use crate::harness::posts::{self, Post};
use crate::harness::program::zwerm;
use crate::harness::results::{different_files, manifest, number, rows, text};
use crate::harness::{sample_file, scan_sample, scratch};

/// Every detector in every variant.
const ALL: [(&str, &str); 6] = [
    ("luceri-2024", "paper"),
    ("luceri-2024", "code"),
    ("nizzoli-2021", "paper"),
    ("pacheco-2021-co-retweet", "paper"),
    ("pacheco-2021-co-retweet", "code"),
    ("schoch-2022", "paper"),
];

#[track_caller]
fn baseline(input: &Path, out: &Path, (name, variant): (&str, &str), threads: usize) -> Scored {
    let file = ConfigFile { threads: Some(threads), ..ConfigFile::default() };
    let settings = Settings::resolve(vec![input.to_path_buf()], out.to_path_buf(), file);
    let settings = Settings { force: true, ..settings.expect("settings") };
    let asked = BaselineConfig { name: name.to_owned(), variant: Some(variant.to_owned()) };
    zwerm::baseline(&settings, &asked, &mut Silent).expect("scores")
}

#[test]
fn the_list_of_this_test_is_whole() {
    let mut listed: Vec<&str> = ALL.iter().map(|&(name, _)| name).collect();
    listed.dedup();
    assert_eq!(listed, names().iter().map(|&(name, _)| name).collect::<Vec<_>>());
}

/// Results of a scan and of every detector are evaluated together, draw by draw; the manifest holds
/// the hash of every file.
#[test]
fn baselines_are_evaluated_beside_results() {
    let folder = scratch();
    let ours = folder.path().join("ours");
    scan_sample(&ours);
    let mut folders = vec![ours.display().to_string()];
    for (name, variant) in ALL {
        let out = folder.path().join(format!("{name}-{variant}"));
        let scored = baseline(&sample_file("posts.parquet"), &out, (name, variant), 2);
        assert_eq!(scored.accounts, 1_985);
        assert!(scored.scored > 0, "{name} {variant}: nobody has a score");
        let manifest = manifest(&out);
        assert_eq!(manifest["baseline"]["found"]["variant"], variant);
        assert!(manifest["baseline"]["settings"].as_array().is_some_and(|list| !list.is_empty()));
        folders.push(out.display().to_string());
        zwerm(["verify", folders.last().unwrap()]).expect(0);
    }
    let truth = sample_file("truth.csv").display().to_string();
    let fixed = ["--truth", &truth, "--draws", "20", "--json"];
    let arguments = ["evaluate"].into_iter().chain(folders.iter().map(String::as_str));
    let json = zwerm(arguments.chain(fixed)).expect(0).json();
    assert_eq!(json["paired"].as_array().map(Vec::len), Some(ALL.len()));
    for (result, (name, variant)) in json["results"].as_array().unwrap()[1..].iter().zip(ALL) {
        assert_eq!(result["missing"], 0, "{name}");
        let auprc = result["ranking"]["auprc"]["value"].as_f64().expect("a ranking");
        println!("{name} ({variant}): AUPRC {auprc:.3} on the sample");
        assert!((0.0..=1.0).contains(&auprc));
        // Eigenvector centrality makes no groups; the others do.
        assert_eq!(result["networks"].is_null(), name == "luceri-2024", "{name}");
    }
}

#[test]
fn order_and_threads_change_no_byte() {
    let folder = scratch();
    let shuffled = folder.path().join("shuffled.parquet");
    posts::Table::of(&posts::shuffled(&posts::sample(), 5)).write(&shuffled, 3_000);
    for asked in ALL {
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        baseline(&sample_file("posts.parquet"), &one, asked, 1);
        for threads in [2, 4] {
            baseline(&shuffled, &other, asked, threads);
            assert_eq!(different_files(&one, &other), [""; 0], "{asked:?}, {threads} threads");
        }
    }
}

/// Accounts a and b say the same 20 s apart, c says it a minute and a second after b.
#[test]
fn scores_and_groups_are_in_the_files() {
    let folder = scratch();
    let (input, out) = (folder.path().join("in.parquet"), folder.path().join("out"));
    let post = |id: &str, account: &str, at_s: i64| {
        Post::new(id, account, at_s * 1_000).with("text", "the same words")
    };
    posts::write(&input, &[post("1", "a", 0), post("2", "b", 20), post("3", "c", 81)]);
    let scored = baseline(&input, &out, ("schoch-2022", "paper"), 1);
    assert_eq!((scored.scored, scored.flagged, scored.groups), (2, Some(2), Some(1)));
    let accounts = rows(&out.join("accounts.parquet"));
    let found: Vec<(&str, f64, bool)> = accounts
        .iter()
        .map(|row| {
            let score = number(row, "coordination_evidence");
            (text(row, "account_id"), score, row["flagged"].as_bool().unwrap())
        })
        .collect();
    assert_eq!(found, [("a", 1.0, true), ("b", 1.0, true), ("c", 0.0, false)]);
    let networks = rows(&out.join("networks.parquet"));
    assert_eq!((text(&networks[0], "tier"), number(&networks[0], "accounts")), ("none", 2.0));
    assert_eq!(accounts[0]["network_id"], networks[0]["network_id"]);
    assert!(accounts[2]["network_id"].is_null());
}

#[test]
fn what_does_not_exist_is_refused_with_what_does() {
    let folder = scratch();
    let out = folder.path().join("out").display().to_string();
    let input = sample_file("posts.parquet").display().to_string();
    let cases: [(&str, &[&str], &[&str]); 4] = [
        ("luceri-2023", &[], &["luceri-2024", "schoch-2022", "luceri-2023"]),
        ("schoch-2022", &["--variant", "code"], &["--variant", "paper", "schoch-2022"]),
        ("luceri-2024", &["--variant", "best"], &["paper or code", "best"]),
        ("luceri-2024", &["--window", "60s"], &["--window"]),
    ];
    for (name, more, words) in cases {
        let run = zwerm(["baseline", name, &input, "--out", &out].iter().chain(more));
        assert!(words.iter().all(|word| run.err.contains(word)), "{name}: {}", run.err);
        run.expect(2);
        assert!(!folder.path().join("out").exists());
    }
    let help = zwerm(["baseline", "--help"]).expect(0).out;
    assert!(names().iter().all(|(name, about)| help.contains(name) && help.contains(about)));
}

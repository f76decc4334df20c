//! The other commands: what they check, show and print.

use std::path::Path;

use serde_json::Value;

use crate::harness::program::zwerm;
use crate::harness::results::{self, rows, text};
use crate::harness::{sample_file, scan_sample, scratch, spelled};

#[test]
fn verify_names_every_file_that_is_not_as_it_was_written() {
    let folder = scratch();
    let out = folder.path().join("out");
    scan_sample(&out);
    let arguments = ["verify".to_owned(), spelled(&out)];
    assert!(zwerm(&arguments).expect(0).out.contains("12 files"));
    // What the clock said is no result.
    std::fs::write(out.join("timings.json"), "{}").unwrap();
    zwerm(&arguments).expect(0);

    let edges = out.join("edges.parquet");
    let whole = std::fs::read(&edges).unwrap();
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    std::fs::write(&edges, changed).unwrap();
    let run = zwerm(&arguments).expect(1);
    assert!(run.err.contains("edges.parquet: its bytes"), "{}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);

    std::fs::remove_file(&edges).unwrap();
    std::fs::write(out.join("more.csv"), "a\n").unwrap();
    let run = zwerm(&arguments).expect(1);
    assert!(run.err.contains("edges.parquet: the manifest names it, it is not there"));
    assert!(run.err.contains("more.csv: the manifest does not know it"), "{}", run.err);
    let run = zwerm(["verify", &spelled(&out), "--json"]).expect(1);
    assert_eq!(run.json()["wrong"].as_array().unwrap().len(), 2);

    std::fs::remove_file(out.join("more.csv")).unwrap();
    std::fs::write(&edges, whole).unwrap();
    zwerm(&arguments).expect(0);
    zwerm(["verify", &spelled(folder.path())]).expect(3);
}

#[test]
fn explain_shows_an_account_a_network_and_a_campaign() {
    let folder = scratch();
    let out = folder.path().join("out");
    scan_sample(&out);
    for (subject, file, column) in [
        ("account", "accounts.parquet", "account_id"),
        ("network", "networks.parquet", "network_id"),
        ("campaign", "campaigns.parquet", "campaign_id"),
    ] {
        let all = rows(&out.join(file));
        let row = all.iter().find(|row| row.get("tier").is_none_or(|tier| tier == "strict"));
        let row = row.expect("something strict");
        let id = text(row, column);
        let run = zwerm(["explain", &spelled(&out), id]).expect(0);
        assert!(run.out.starts_with(&format!("{subject}\n")), "{}", run.out);
        for word in [id, "evidence: ", "a human decides"] {
            assert!(run.out.contains(word), "expected {word:?}: {}", run.out);
        }
        let json = zwerm(["explain", &spelled(&out), id, "--json"]).expect(0).json();
        assert_eq!(json["subject"], subject);
        assert_eq!(json["finding"][column], id);
        assert!(!json["evidence"].as_array().unwrap().is_empty(), "{id}");
        if let Some(score) = row.get("campaign_score").or(row.get("coordination_score")) {
            let name = if subject == "campaign" { "campaign_score" } else { "coordination_score" };
            assert_eq!(&json["finding"][name], score, "{id}");
        }
    }
    let run = zwerm(["explain", &spelled(&out), "nobody"]).expect(2);
    assert!(run.err.contains("\"nobody\""), "{}", run.err);
    zwerm(["explain", &spelled(folder.path()), "nobody"]).expect(3);
}

/// With the posts, each post of the evidence has its time; without, its id alone.
#[test]
fn explain_says_when_and_what_was_tried() {
    let folder = scratch();
    let out = folder.path().join("out");
    scan_sample(&out);
    let all = rows(&out.join("accounts.parquet"));
    let is_in_a_network = |row: &&results::Row| !row["network_id"].is_null();
    let id = text(all.iter().find(is_in_a_network).expect("a member"), "account_id");
    let input = spelled(&sample_file("posts.parquet"));
    let with = ["explain", &spelled(&out), id, "--json", "--input", &input];
    let json = zwerm(with).expect(0).json();
    let posts = rows(Path::new(&input));
    let mut timed = 0;
    let evidence = json["evidence"].as_array().unwrap();
    for post in evidence.iter().flat_map(|row| row["posts_at"].as_array().unwrap()) {
        let own = posts.iter().find(|own| own["post_id"] == post["post_id"]).expect("a post");
        let at: jiff::Timestamp = post["created_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(at.as_millisecond(), own["created_at"].as_i64().unwrap());
        timed += 1;
    }
    assert!(timed >= 5, "{timed}");
    let tried = json["explanations_tried"].as_array().unwrap();
    assert!(tried.len() >= 6 && tried.contains(&"one_client".into()), "{tried:?}");
    assert!(!json["not_assessable"].as_array().unwrap().is_empty());
    let plain = zwerm(["explain", &spelled(&out), id]).expect(0).out;
    for words in ["    posts ", "innocent explanations tried", "does not fit", "not assessable in"]
    {
        assert!(plain.contains(words), "expected {words:?}: {plain}");
    }
}

/// The tree that `explain` prints is the one in the file, to the last digit.
#[test]
fn explain_changes_no_digit_of_a_tree() {
    let folder = scratch();
    let out = folder.path().join("out");
    scan_sample(&out);
    for row in rows(&out.join("networks.parquet")) {
        let id = text(&row, "network_id");
        let json = zwerm(["explain", &spelled(&out), id, "--json"]).expect(0).json();
        let expected: Value = serde_json::from_str(text(&row, "explanation")).unwrap();
        assert_eq!(json["finding"]["explanation"], expected, "{id}");
    }
}

#[test]
fn inspect_shows_the_mapping_and_what_is_absent() {
    let input = spelled(&sample_file("posts.parquet"));
    let run = zwerm(["inspect", &input]).expect(0);
    for line in [
        "posts      20000",
        "accounts   1985",
        "platforms  example",
        "from       2031-05-04T22:05:10Z",
        "to         2031-06-01T21:51:02Z",
        "resolution 1000 ms",
        "absent     collected_at, deleted_at, embedding, paid_disclosed, visibility",
        "ingest.rows 20000",
    ] {
        assert!(run.out.lines().any(|found| found == line), "expected {line:?}: {}", run.out);
    }
    assert!(run.out.contains("created_at         <- created_at (Timestamp(ms"), "{}", run.out);
    let json = zwerm(["inspect", &input, "--json"]).expect(0).json();
    assert_eq!(json["posts"], 20_000);
    assert_eq!(json["files"][0]["mapping"].as_array().unwrap().len(), 17);
    // Columns that nobody asks for are not read; one that does not exist is a usage error.
    let few = zwerm(["inspect", &input, "--json", "--columns", "urls"]).expect(0).json();
    assert_eq!(few["posts"], 20_000);
    assert_eq!(few["files"][0]["mapping"].as_array().unwrap().len(), 5);
    let run = zwerm(["inspect", &input, "--columns", "url"]).expect(2);
    assert!(run.err.contains("expected some of") && run.err.contains("urls"), "{}", run.err);
}

#[test]
fn simulate_gives_the_same_bytes_for_the_same_seed() {
    let folder = scratch();
    let world = |name: &str, seed: &str| {
        let out = folder.path().join(name);
        let arguments = ["simulate", "--posts", "10000", "--seed", seed, "--out"];
        zwerm(arguments.into_iter().chain([spelled(&out).as_str()])).expect(0);
        ["posts.parquet", "truth.csv"].map(|file| std::fs::read(out.join(file)).unwrap())
    };
    let first = world("a", "3");
    assert_eq!(first, world("b", "3"));
    assert_ne!(first, world("c", "4"));
    let out = spelled(&folder.path().join("a"));
    let again = ["simulate", "--posts", "10000", "--seed", "4", "--out", &out];
    let run = zwerm(again).expect(2);
    assert!(run.err.contains("posts.parquet") && run.err.contains("--force"), "{}", run.err);
    assert_eq!(std::fs::read(folder.path().join("a/posts.parquet")).unwrap(), first[0]);
    zwerm(again.into_iter().chain(["--force"])).expect(0);
    assert_ne!(std::fs::read(folder.path().join("a/posts.parquet")).unwrap(), first[0]);
}

#[test]
fn a_scan_sums_up_what_it_wrote() {
    let folder = scratch();
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    let input = spelled(&sample_file("posts.parquet"));
    let run = zwerm(["scan", &input, "--out", &spelled(&a), "--json"]).expect(0);
    let json = run.json();
    let accounts = rows(&a.join("accounts.parquet"));
    let strict = accounts.iter().filter(|row| text(row, "tier") == "strict").count();
    assert_eq!(json["accounts_strict"], strict);
    assert_eq!(json["networks"], rows(&a.join("networks.parquet")).len());
    assert_eq!(json["campaigns"], rows(&a.join("campaigns.parquet")).len());
    assert_eq!(json["row_digest"], results::manifest(&a)["facts"]["row_digest"]);
    let run = zwerm(["scan", &input, "--out", &spelled(&b), "--quiet"]).expect(0);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
    // A seed of decoys, a clock and a folder name are in no result file.
    assert_eq!(results::different_files(&a, &b), [""; 0]);
}

#[test]
fn every_log_line_is_json_when_asked_for() {
    let folder = scratch();
    let out = spelled(&folder.path().join("out"));
    let input = spelled(&sample_file("posts.parquet"));
    let run = zwerm(["scan", &input, "--out", &out, "--log-format", "json"]).expect(0);
    let stages: Vec<Value> =
        run.err.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(stages.len(), 7, "{}", run.err);
    let timings = std::fs::read_to_string(folder.path().join("out/timings.json")).unwrap();
    let timings: Value = serde_json::from_str(&timings).unwrap();
    assert_eq!(timings["stages"].as_array().unwrap().len(), 7);
    assert!(timings["peak_rss_bytes"].as_u64() > Some(1 << 20), "{timings}");
}

/// Every number in the manifest that a later reader needs.
#[test]
fn the_manifest_says_what_was_read_and_how() {
    let folder = scratch();
    let config = folder.path().join("zwerm.toml");
    let text = "seed = 3\ncontroller = \"A\"\npurpose = \"B\"\nlegal_basis = \"C\"\n\
                dpia_ref = \"D\"\nexpires_at = \"2032-01-01\"\n[reason]\nseed = \"why\"\n\
                [network]\nq_discovery = 0.02\n";
    std::fs::write(&config, text).unwrap();
    let out = folder.path().join("out");
    let input = spelled(&sample_file("posts.parquet"));
    let scan = ["scan", &input, "--config", &spelled(&config), "--out", &spelled(&out)];
    let said = zwerm(scan).expect(0).out;
    assert!(said.contains("coordinated above chance (q ≤ 0.02)"), "{said}");
    let manifest = results::manifest(&out);
    assert_eq!(manifest["settings"]["seed"], 3);
    assert_eq!(manifest["settings"]["reason"]["seed"], "why");
    let given = &manifest["settings"]["accountability"];
    for (key, value) in [("controller", "A"), ("purpose", "B"), ("legal_basis", "C")] {
        assert_eq!(given[key], value);
    }
    assert_eq!((&given["dpia_ref"], &given["expires_at"]), (&"D".into(), &"2032-01-01".into()));
    assert_eq!(manifest["inputs"][0]["rows"], 20_000);
    assert_eq!(manifest["inputs"][0]["sha256"].as_str().unwrap().len(), 64);
    let checks = manifest["facts"]["checks"].as_array().unwrap();
    let tests: Vec<_> = checks.iter().map(|check| check["test"].as_str().unwrap()).collect();
    assert_eq!(tests, ["own_time", "rarity", "sharing", "synchrony"]);
    let files = manifest["files"].as_array().unwrap();
    assert_eq!(files.len(), 12, "every file but itself and the timings");
}

#[test]
fn help_man_page_and_completions_come_from_one_definition() {
    let help = zwerm(["scan", "--help"]).expect(0).out;
    let man = zwerm(["man"]).expect(0).out;
    assert!(man.starts_with(".ie") && man.contains(".TH zwerm 1"), "{man}");
    let script = zwerm(["completions", "bash"]).expect(0).out;
    assert!(script.contains("complete -F _zwerm"), "{script}");
    let commands =
        ["completions", "evaluate", "explain", "inspect", "man", "scan", "simulate", "verify"];
    for command in commands {
        assert!(man.contains(&format!("zwerm\\-{command}")), "{command} is not in the man page");
        assert!(
            script.contains(&format!("zwerm__subcmd__{command}")),
            "{command} is not completed"
        );
    }
    for flag in ["--elections", "--map", "--null-check", "--max-reject-ratio", "--timezone"] {
        assert!(help.contains(flag) && script.contains(flag), "{flag}");
    }
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        assert!(zwerm(["completions", shell]).expect(0).out.contains("zwerm"), "{shell}");
    }
    let version = zwerm(["--version"]).expect(0).out;
    assert_eq!(version.trim(), concat!("zwerm ", env!("CARGO_PKG_VERSION")));
}

//! Results are measured against a truth: every account of the truth counts, the figures are those
//! that the results can be counted to, and what does not fit is named.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, StringArray};
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::posts::{self, Post, Table};
use crate::harness::program::{Run, zwerm};
use crate::harness::results::{rows, text};
use crate::harness::{names_in, sample_file, scan, scan_sample, scratch};
use zwerm::ConfigFile;

/// A scanned sample, and room for truths.
struct Place {
    folder: TempDir,
}

impl Place {
    fn scanned() -> Place {
        let place = Place { folder: scratch() };
        scan_sample(&place.path("results"));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn spelled(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Writes a truth and evaluates the scanned sample against it.
    fn against(&self, truth: &str, more: &[&str]) -> Run {
        std::fs::write(self.path("truth.csv"), truth).unwrap();
        self.evaluate(&self.spelled("truth.csv"), more)
    }

    fn evaluate(&self, truth: &str, more: &[&str]) -> Run {
        let results = self.spelled("results");
        zwerm(["evaluate", &results, "--truth", truth].iter().chain(more))
    }
}

fn sample_truth() -> String {
    sample_file("truth.csv").display().to_string()
}

fn figure(json: &Value, path: &str) -> f64 {
    json.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("{path} in {json}"))
}

/// Checks the status, that one line says what is wrong, and that it holds all of some words.
#[track_caller]
fn said(run: Run, status: i32, words: &[&str]) {
    let run = run.expect(status);
    let is_ours = |line: &&str| line.starts_with("zwerm: ") || line.starts_with("error: ");
    assert_eq!(run.err.lines().filter(is_ours).count(), 1, "{}", run.err);
    for word in words {
        assert!(run.err.contains(word), "expected {word:?} in: {}", run.err);
    }
    assert!(!run.err.contains("panicked"), "{}", run.err);
}

#[test]
fn the_sample_is_ranked_and_its_groups_are_found() {
    let place = Place::scanned();
    let json = place.evaluate(&sample_truth(), &["--json"]).expect(0).json();
    assert_eq!(json["truth"]["accounts"], 1_985);
    assert_eq!(json["truth"]["coordinated"], 91);
    assert_eq!(json["truth"]["planted_groups"], 7);
    assert_eq!(json["results"][0]["missing"], 0);
    let auprc = figure(&json, "/results/0/ranking/auprc/value");
    assert!((0.9..=1.0).contains(&auprc), "{auprc}");
    assert!(figure(&json, "/results/0/ranking/auprc/interval/0") < auprc, "{json}");
    assert!(figure(&json, "/results/0/ranking/roc_auc/value") > 0.99);
    assert!(figure(&json, "/results/0/networks/all_planted/ari") > 0.9);
    let groups = json["results"][0]["planted_groups"].as_array().unwrap();
    let ring = groups.iter().find(|group| group["group"] == "repost-ring-1").expect("planted");
    assert_eq!((&ring["accounts"], &ring["role"]), (&20.into(), &"planted".into()));
    assert!(figure(ring, "/best/jaccard") > 0.7, "{ring}");
    let roles = json["results"][0]["roles"].as_array().unwrap();
    let innocent = roles.iter().find(|role| role["role"] == "innocent").expect("the sample's");
    assert_eq!((&innocent["accounts"], &innocent["strict"]), (&48.into(), &0.into()));
}

/// The tier's figures, counted here once more from the files.
#[test]
fn a_tier_is_counted_as_it_stands_in_the_files() {
    let place = Place::scanned();
    let json = place.evaluate(&sample_truth(), &["--json", "--draws", "0"]).expect(0).json();
    let coordinated: Vec<String> = posts::sample_truth()
        .into_iter()
        .filter(|(_, role, group)| {
            role == "planted" || group.starts_with("newsroom") || group.starts_with("volunteers")
        })
        .map(|(account, _, _)| account)
        .collect();
    assert_eq!(coordinated.len(), 91);
    let accounts = rows(&place.path("results/accounts.parquet"));
    let strict: Vec<&str> = accounts
        .iter()
        .filter(|row| text(row, "tier") == "strict")
        .map(|row| text(row, "account_id"))
        .collect();
    let right = strict.iter().filter(|&&id| coordinated.iter().any(|own| own == id)).count();
    let rules = json["results"][0]["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["rule"] == "tier strict").expect("a rule");
    assert_eq!((&rule["flagged"], &rule["coordinated"]), (&strict.len().into(), &right.into()));
    let recall = right as f64 / 91.0;
    assert!((figure(rule, "/recall/value") - recall).abs() < 1e-12, "{rule}");
    let ranking = &json["results"][0]["ranking"];
    assert_eq!(ranking["auprc"]["interval"], Value::Null, "no draws, no interval");
}

#[test]
fn the_page_the_figures_and_the_plot_are_the_same_on_every_run() {
    let place = Place::scanned();
    let files = ["evaluation.json", "evaluation.md", "precision_recall.svg"];
    let evaluated = |name: &str, threads: &str| {
        let out = place.spelled(name);
        let more = ["--out", &out, "--draws", "50", "--threads", threads];
        let run = place.evaluate(&sample_truth(), &more).expect(0);
        let mut names = names_in(&place.path(name));
        names.sort_unstable();
        assert_eq!(names, files);
        let page = std::fs::read_to_string(place.path(name).join("evaluation.md")).unwrap();
        assert_eq!(run.out, page, "what is printed is what is written");
        files.map(|file| std::fs::read(place.path(name).join(file)).unwrap())
    };
    let first = evaluated("a", "1");
    assert_eq!(first, evaluated("b", "7"));
    let plot = String::from_utf8(first[2].clone()).unwrap();
    let is_alone = ["<script", "href", "@import", "url(", "<image", "<foreignObject"];
    assert!(is_alone.iter().all(|word| !plot.contains(word)), "{plot}");
    assert!(plot.contains("prefers-color-scheme") && plot.contains("recall"), "{plot}");

    let out = place.spelled("a");
    said(place.evaluate(&sample_truth(), &["--out", &out]), 2, &["exists", "--force"]);
    place.evaluate(&sample_truth(), &["--out", &out, "--force", "--draws", "50"]).expect(0);
    assert_eq!(std::fs::read(place.path("a/evaluation.json")).unwrap(), first[0]);
}

/// The same lines in another order are the same truth, resamples included.
#[test]
fn the_order_of_a_truth_does_not_matter() {
    let place = Place::scanned();
    let truth = std::fs::read_to_string(sample_file("truth.csv")).unwrap();
    let (header, lines) = truth.split_once('\n').unwrap();
    let turned: Vec<&str> = lines.lines().rev().collect();
    let more = ["--json", "--draws", "50"];
    let a = place.against(&truth, &more).expect(0).out;
    let b = place.against(&format!("{header}\n{}\n", turned.join("\n")), &more).expect(0).out;
    assert_eq!(a, b);
}

#[test]
fn the_first_folder_is_compared_with_each_other_one() {
    let place = Place::scanned();
    // The same posts without the rung on which most groups act.
    let mut config = ConfigFile::default();
    config.network.rungs = Some(vec![(1_000, 60_000)]);
    scan(&[&sample_file("posts.parquet")], &place.path("other"), config);
    let [results, other] = ["results", "other"].map(|name| place.spelled(name));
    let truth = sample_truth();
    let arguments = ["evaluate", &results, &other, &results, "--truth", &truth, "--json"];
    let json = zwerm(arguments).expect(0).json();
    let paired = json["paired"].as_array().unwrap();
    assert_eq!(paired.len(), 2);
    assert_eq!(paired[0]["other"], other.as_str());
    assert!(figure(&paired[0], "/first_above") > 0.95, "{}", paired[0]);
    assert_eq!((&paired[1]["first_above"], &paired[1]["equal"]), (&0.0.into(), &1.0.into()));
}

#[test]
fn what_the_results_lack_ranks_lowest_and_is_counted() {
    let place = Place::scanned();
    let truth = std::fs::read_to_string(sample_file("truth.csv")).unwrap();
    let before = place.against(&truth, &["--json", "--draws", "0"]).expect(0).json();
    let more = format!("{truth}ghost-1,1,3,ghosts,planted,ghosts\nghost-2,1,3,ghosts,planted,g\n");
    let after = place.against(&more, &["--json", "--draws", "0"]).expect(0).json();
    assert_eq!(after["results"][0]["missing"], 2);
    let recall = "/results/0/ranking/recall_at_precision/value";
    let expected = figure(&before, recall) * 91.0 / 93.0;
    assert!((figure(&after, recall) - expected).abs() < 1e-12);
    let groups = after["results"][0]["planted_groups"].as_array().unwrap();
    let ghosts = groups.iter().find(|group| group["group"] == "ghosts").expect("planted");
    assert_eq!((&ghosts["accounts"], &ghosts["best"]), (&2.into(), &Value::Null));
    let lines: Vec<&str> = truth.lines().take(1_000).collect();
    let fewer = place.against(&lines.join("\n"), &["--json", "--draws", "0"]).expect(0).json();
    assert_eq!(fewer["results"][0]["not_in_truth"], 1_985 - 999);
}

/// The sample, and on another platform accounts with the same ids that share nothing.
fn two_platforms(path: &Path) {
    let mut all = Vec::new();
    for post in posts::sample() {
        let there = Post::new(post.name("post_id"), post.name("account_id"), post.at_ms);
        let own = [post.name("post_id")];
        all.push(there.with("platform", "quiet").with_list("hashtags", &own));
        all.push(post);
    }
    posts::write(path, &all);
}

#[test]
fn equal_ids_on_two_platforms_are_two_accounts() {
    let place = Place::scanned();
    let input = place.path("two.parquet");
    two_platforms(&input);
    std::fs::remove_dir_all(place.path("results")).unwrap();
    scan(&[&input], &place.path("results"), ConfigFile::default());
    let truth = std::fs::read_to_string(sample_file("truth.csv")).unwrap();
    let mut both = "platform,account_id,coordinated,group\n".to_owned();
    for line in truth.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        both += &format!("example,{},{},{}\n", cells[0], cells[1], cells[3]);
        both += &format!("quiet,{},0,\n", cells[0]);
    }
    let json = place.against(&both, &["--json", "--draws", "0"]).expect(0).json();
    assert_eq!(json["truth"]["accounts"], 2 * 1_985);
    assert_eq!(json["results"][0]["missing"], 0);
    // Counted once more, by the ids as the results print them.
    let accounts = rows(&place.path("results/accounts.parquet"));
    let strict = accounts.iter().filter(|row| text(row, "tier") == "strict");
    let strict: Vec<&str> = strict.map(|row| text(row, "account_id")).collect();
    let is_right = |line: &&str| {
        let cells: Vec<&str> = line.split(',').collect();
        cells[1] == "1" && strict.contains(&format!("example:{}", cells[0]).as_str())
    };
    let right = truth.lines().filter(is_right).count();
    assert!(right > 20, "{right}");
    let rules = json["results"][0]["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["rule"] == "tier strict").expect("a rule");
    assert_eq!((&rule["flagged"], &rule["coordinated"]), (&strict.len().into(), &right.into()));
    let swapped = both.replace("example,", "x,").replace("quiet,", "example,");
    let json = place.against(&swapped, &["--json", "--draws", "0"]).expect(0).json();
    assert_eq!(json["results"][0]["missing"], 1_985);
    assert!(figure(&json, "/results/0/ranking/auprc/value") < 0.1);
}

#[test]
fn a_truth_without_coordinated_accounts_counts_false_flags() {
    let place = Place::scanned();
    let truth = "account_id,coordinated\n474179832217445656,0\n113676813099386657,0\n";
    let run = place.against(truth, &["--json"]).expect(0);
    let json = run.json();
    assert_eq!(json["results"][0]["ranking"], Value::Null);
    assert_eq!(json["results"][0]["rules"][0]["flagged"], 2);
    assert_eq!(json["results"][0]["rules"][0]["coordinated"], 0);
    let page = place.against(truth, &[]).expect(0).out;
    assert!(page.contains("| AUPRC | – |"), "{page}");
}

#[test]
fn a_wrong_truth_is_named() {
    let place = Place::scanned();
    let known = "474179832217445656";
    for (truth, words) in [
        (format!("account,coordinated\n{known},1\n"), ["\"account_id\"", "account, coordinated"]),
        (format!("account_id,label\n{known},1\n"), ["\"coordinated\"", "account_id, label"]),
        (format!("account_id,coordinated\n{known},maybe\n"), ["line 2", "\"maybe\""]),
        ("account_id,coordinated\n,1\n".to_owned(), ["line 2", "\"account_id\""]),
        (format!("account_id,coordinated\n{known},1\n{known},0\n"), [known, "twice"]),
        (format!("account_id,coordinated\n{known},1,3\n"), ["2", "3"]),
        ("account_id,coordinated\n".to_owned(), ["at least one account", "none"]),
        (String::new(), ["\"account_id\"", "found"]),
        ("account_id,coordinated\nnobody,1\n".to_owned(), ["nobody", "found none"]),
        (
            format!("account_id,platform,coordinated\n{known},,1\n{known},example,1\n"),
            [known, "found two"],
        ),
    ] {
        let run = place.against(&truth, &[]);
        said(run, 3, &["truth.csv", words[0], words[1]]);
    }
    std::fs::write(place.path("bytes.csv"), b"account_id,coordinated\n\xff\xfe,1\n").unwrap();
    said(place.evaluate(&place.spelled("bytes.csv"), &[]), 3, &["bytes.csv", "UTF-8"]);
    said(place.evaluate(&place.spelled("none.csv"), &[]), 3, &["none.csv"]);
}

#[test]
fn wrong_results_and_wrong_flags_are_named() {
    let place = Place::scanned();
    let (results, truth) = (place.spelled("results"), sample_truth());
    said(zwerm(["evaluate", &results]), 2, &["--truth"]);
    said(zwerm(["evaluate", "--truth", &truth]), 2, &["RESULTS"]);
    said(place.evaluate(&truth, &["--draws", "many"]), 2, &["--draws", "many"]);
    said(place.evaluate(&truth, &["--draws", "4000000000"]), 2, &["draws", "4000000000"]);
    let words = ["accounts.parquet", "\"beauty\"", "coordination_evidence"];
    said(place.evaluate(&truth, &["--score", "beauty"]), 3, &words);
    let words = ["accounts.parquet", "\"tier\"", "numbers", "Utf8"];
    said(place.evaluate(&truth, &["--score", "tier"]), 3, &words);
    let none = place.spelled("none");
    said(zwerm(["evaluate", &none, "--truth", &truth]), 3, &["none", "accounts.parquet"]);
    std::fs::remove_file(place.path("results/networks.parquet")).unwrap();
    said(place.evaluate(&truth, &[]), 3, &["networks.parquet"]);
    let whole = std::fs::read(place.path("results/accounts.parquet")).unwrap();
    std::fs::write(place.path("results/accounts.parquet"), &whole[..whole.len() / 2]).unwrap();
    said(place.evaluate(&truth, &[]), 3, &["accounts.parquet"]);
}

/// Posts in which nobody touched anything give results without a row: tiers that flag nothing.
#[test]
fn results_without_a_single_account_flag_nothing() {
    let place = Place::scanned();
    let input = place.path("silent.parquet");
    posts::write(&input, &[Post::new("1", "a", 0), Post::new("2", "b", 90_000_000)]);
    scan(&[&input], &place.path("silent"), ConfigFile::default());
    std::fs::write(place.path("t.csv"), "account_id,coordinated\na,1\nb,0\n").unwrap();
    let [silent, truth] = ["silent", "t.csv"].map(|name| place.spelled(name));
    let json = zwerm(["evaluate", &silent, "--truth", &truth, "--json"]).expect(0).json();
    assert_eq!(json["results"][0]["missing"], 2);
    let rules = json["results"][0]["rules"].as_array().unwrap();
    let flagged: Vec<&Value> = rules.iter().map(|rule| &rule["flagged"]).collect();
    assert_eq!(flagged, [0; 3]);
    assert_eq!(json["results"][0]["networks"]["networks"], 0);
    assert_eq!(json["results"][0]["ranking"]["auprc"]["value"], 0.5);
}

/// A ranking by anything else that the results hold, such as posts per account.
#[test]
fn another_column_ranks_when_it_is_named() {
    let place = Place::scanned();
    let json = place.evaluate(&sample_truth(), &["--score", "posts", "--json"]).expect(0).json();
    assert_eq!(json["score"], "posts");
    let auprc = figure(&json, "/results/0/ranking/auprc/value");
    assert!(auprc < 0.5, "activity is not coordination: {auprc}");
}

/// A detector that writes ids and one figure is measured by that; what it does not say is left out.
#[test]
fn a_table_with_nothing_but_a_score_is_ranked() {
    let place = Place { folder: scratch() };
    std::fs::create_dir(place.path("results")).unwrap();
    let truth = "account_id,coordinated\na,1\nb,0\nc,0\nd,0\n";
    let with = |scores: [f64; 3]| {
        let ids = StringArray::from(vec!["a", "b", "c"]);
        let columns: Vec<(String, ArrayRef)> = vec![
            ("account_id".to_owned(), Arc::new(ids)),
            ("cosine".to_owned(), Arc::new(Float64Array::from(scores.to_vec()))),
        ];
        Table(columns).write(&place.path("results/accounts.parquet"), 100);
        place.against(truth, &["--score", "cosine", "--json"])
    };
    // What is not a number is no evidence.
    let json = with([0.5, f64::NAN, 0.0]).expect(0).json();
    assert_eq!(json["results"][0]["ranking"]["auprc"]["value"], 1.0);
    assert_eq!(json["results"][0]["networks"], Value::Null);
    assert_eq!(json["results"][0]["rules"].as_array().unwrap().len(), 1, "the cut alone");
    let json = with([0.5, 0.5, 0.0]).expect(0).json();
    assert_eq!(json["results"][0]["ranking"]["auprc"]["value"], 0.5);
    let words = ["accounts.parquet", "\"cosine\"", "0 or more"];
    said(with([0.5, -0.5, 0.0]), 3, &words);
    said(with([0.5, f64::INFINITY, 0.0]), 3, &words);
}

/// Names of groups are strangers' words: in a table they are words, in a plot too.
#[test]
fn hostile_names_stay_names() {
    let place = Place::scanned();
    let truth = "account_id,coordinated,group,role\n\
                 474179832217445656,1,a|b`<script>alert(1)</script>,\u{202e}role\n\
                 113676813099386657,0,,\n";
    let page = place.against(truth, &[]).expect(0).out;
    assert!(page.contains("`a\\|b'<script>alert(1)</script>`"), "{page}");
    assert!(!page.contains('\u{202e}'), "{page}");
    let hostile = place.path("<svg onload=x>");
    std::fs::rename(place.path("results"), &hostile).unwrap();
    let out = place.spelled("out");
    let hostile = hostile.display().to_string();
    let truth = place.spelled("truth.csv");
    zwerm(["evaluate", &hostile, "--truth", &truth, "--out", &out]).expect(0);
    let plot = std::fs::read_to_string(place.path("out/precision_recall.svg")).unwrap();
    assert_eq!(plot.matches("<svg").count(), 1, "{plot}");
}

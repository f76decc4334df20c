//! Every golden file of the evaluation data, one row each: what is asked for it, and that the
//! table is the same. A file that has no row fails.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::coortweet::{by_names, coortweet, german};
use super::table::{Table, assert_same, edges};
use crate::harness::{names_in, scratch, shared};

const COORTWEET: &str = "data/parity/coortweet/golden";
const CNT: &str = "data/parity/cnt/golden";

/// What a tool was run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    /// The table of `shared`, as it is.
    Table(&'static str),
    /// The German set with some of its columns of objects, their prefixes, and a part of a name.
    German(&'static [(&'static str, &'static str)], &'static str),
}

const RUSSIAN: On = On::Table("data/parity/coortweet/russian_coord_tweets.parquet");
const MICRO: On = On::Table("data/parity/coortweet/golden/micro_input.csv");
const SIM_123: On = On::Table("data/parity/coortweet/golden/sim_seed123_input.csv.gz");
const SIM_2025: On = On::Table("data/parity/coortweet/golden/sim_seed2025_input.csv.gz");
const URLS: On = On::German(&[("url_id", "url_")], "");
const IMAGES: On = On::German(&[("phash_id", "hash_")], "");
const DOMAINS: On = On::German(&[("domain_id", "domain_")], "");
const HASHTAGS: On = On::German(&[("hashtag_id", "hashtag_")], "");
const BOTH: On = On::German(&[("url_id", "url_"), ("phash_id", "hash_")], "");
const FACEBOOK: On = On::German(&[("url_id", "url_")], "fb");

/// What the tool's vignette does with the German set: rows without an object and repeated rows are
/// left out.
const CLEAN: &str = "--map account_id=account_id,content_id=post_id,timestamp_share=timestamp \
                     --quirk missing-object=off,repeated-rows=off";

/// File, input, and for CooRTweet: window, participation, table, more flags; for
/// coordination-network-toolkit: network, window, smallest weight.
type Row = (&'static str, On, &'static str);

/// Inputs that follow each other are made once.
#[rustfmt::skip]
const COORTWEET_FILES: [Row; 50] = [
    ("de_domains_tw30_mp2_detect_groups.csv.gz", DOMAINS, "30s 2 pairs"),
    ("de_domains_tw30_mp2_edges.csv.gz", DOMAINS, "30s 2 edges"),
    ("de_fb_urls_tw60_fast10_edges.csv.gz", FACEBOOK, "60s 2 edges --fast-window 10s"),
    ("de_fb_urls_tw60_mp2_detect_groups.csv.gz", FACEBOOK, "60s 2 pairs"),
    ("de_fb_urls_tw60_mp2_edges.csv.gz", FACEBOOK, "60s 2 edges"),
    ("de_hashtags_tw30_mp2_detect_groups.csv.gz", HASHTAGS, "30s 2 pairs"),
    ("de_hashtags_tw30_mp2_edges.csv.gz", HASHTAGS, "30s 2 edges"),
    ("de_images_tw30_mp2_detect_groups.csv.gz", IMAGES, "30s 2 pairs"),
    ("de_images_tw30_mp2_edges.csv.gz", IMAGES, "30s 2 edges"),
    ("de_urls_plus_images_tw30_mp2_edges.csv.gz", BOTH, "30s 2 edges"),
    ("de_urls_tw30_mp2_detect_groups.csv.gz", URLS, "30s 2 pairs"),
    ("de_urls_tw30_mp2_edges.csv.gz", URLS, "30s 2 edges"),
    ("micro_tw60_mp0_loops_detect_groups.csv.gz", MICRO, "60s 0 pairs --keep-loops"),
    ("micro_tw60_mp0_loops_edges.csv.gz", MICRO, "60s 0 edges --keep-loops"),
    ("micro_tw60_mp0_noloops_account_stats.csv.gz", MICRO, "60s 0 accounts"),
    ("micro_tw60_mp0_noloops_detect_groups.csv.gz", MICRO, "60s 0 pairs"),
    ("micro_tw60_mp0_noloops_edges.csv.gz", MICRO, "60s 0 edges"),
    ("micro_tw60_mp0_noloops_group_stats.csv.gz", MICRO, "60s 0 objects"),
    ("micro_tw60_mp1_loops_detect_groups.csv.gz", MICRO, "60s 1 pairs --keep-loops"),
    ("micro_tw60_mp1_loops_edges.csv.gz", MICRO, "60s 1 edges --keep-loops"),
    ("micro_tw60_mp1_noloops_account_stats.csv.gz", MICRO, "60s 1 accounts"),
    ("micro_tw60_mp1_noloops_detect_groups.csv.gz", MICRO, "60s 1 pairs"),
    ("micro_tw60_mp1_noloops_edges.csv.gz", MICRO, "60s 1 edges"),
    ("micro_tw60_mp1_noloops_group_stats.csv.gz", MICRO, "60s 1 objects"),
    ("micro_tw60_mp2_loops_detect_groups.csv.gz", MICRO, "60s 2 pairs --keep-loops"),
    ("micro_tw60_mp2_loops_edges.csv.gz", MICRO, "60s 2 edges --keep-loops"),
    ("micro_tw60_mp2_noloops_account_stats.csv.gz", MICRO, "60s 2 accounts"),
    ("micro_tw60_mp2_noloops_detect_groups.csv.gz", MICRO, "60s 2 pairs"),
    ("micro_tw60_mp2_noloops_edges.csv.gz", MICRO, "60s 2 edges"),
    ("micro_tw60_mp2_noloops_group_stats.csv.gz", MICRO, "60s 2 objects"),
    ("micro_tw60_mp3_loops_detect_groups.csv.gz", MICRO, "60s 3 pairs --keep-loops"),
    ("micro_tw60_mp3_loops_edges.csv.gz", MICRO, "60s 3 edges --keep-loops"),
    ("micro_tw60_mp3_noloops_account_stats.csv.gz", MICRO, "60s 3 accounts"),
    ("micro_tw60_mp3_noloops_detect_groups.csv.gz", MICRO, "60s 3 pairs"),
    ("micro_tw60_mp3_noloops_edges.csv.gz", MICRO, "60s 3 edges"),
    ("micro_tw60_mp3_noloops_group_stats.csv.gz", MICRO, "60s 3 objects"),
    ("ru_tw10_mp1_detect_groups.csv.gz", RUSSIAN, "10s 1 pairs"),
    ("ru_tw10_mp1_edges.csv.gz", RUSSIAN, "10s 1 edges"),
    ("ru_tw10_mp2_detect_groups.csv.gz", RUSSIAN, "10s 2 pairs"),
    ("ru_tw10_mp2_edges.csv.gz", RUSSIAN, "10s 2 edges"),
    ("ru_tw10_mp5_loopskept_detect_groups.csv.gz", RUSSIAN, "10s 5 pairs --keep-loops"),
    ("ru_tw10_mp5_loopskept_edges.csv.gz", RUSSIAN, "10s 5 edges --keep-loops"),
    ("ru_tw60_mp1_detect_groups.csv.gz", RUSSIAN, "60s 1 pairs"),
    ("ru_tw60_mp1_edges.csv.gz", RUSSIAN, "60s 1 edges"),
    ("ru_tw60_mp2_account_stats_none.csv.gz", RUSSIAN, "60s 2 accounts"),
    ("ru_tw60_mp2_detect_groups.csv.gz", RUSSIAN, "60s 2 pairs"),
    ("ru_tw60_mp2_edges.csv.gz", RUSSIAN, "60s 2 edges"),
    ("ru_tw60_mp2_group_stats_none.csv.gz", RUSSIAN, "60s 2 objects"),
    ("sim_seed123_expected.csv.gz", SIM_123, "100s 3 pairs"),
    ("sim_seed2025_expected.csv.gz", SIM_2025, "100s 3 pairs"),
];

/// Inputs of others, and the counts of all cases.
const BESIDE: [&str; 4] =
    ["micro_input.csv", "sim_seed123_input.csv.gz", "sim_seed2025_input.csv.gz", "summary.csv.gz"];

#[rustfmt::skip]
const CNT_FILES: [Row; 8] = [
    ("de_co_link_tw30_w1_nonempty_urls.csv.gz", GERMAN_CNT, "co_link 30s 1"),
    ("de_co_link_tw30_w2_nonempty_urls.csv.gz", GERMAN_CNT, "co_link 30s 2"),
    ("micro_expected.csv.gz", MICRO_CNT, "all 60s 1"),
    ("ru_co_retweet_tw0_w1.csv.gz", RUSSIAN, "co_retweet 0s 1"),
    ("ru_co_retweet_tw10_w1.csv.gz", RUSSIAN, "co_retweet 10s 1"),
    ("ru_co_retweet_tw3600_w2.csv.gz", RUSSIAN, "co_retweet 1h 2"),
    ("ru_co_retweet_tw60_w1.csv.gz", RUSSIAN, "co_retweet 60s 1"),
    ("ru_co_retweet_tw60_w2.csv.gz", RUSSIAN, "co_retweet 60s 2"),
];

const MICRO_CNT: On = On::Table("data/parity/cnt/micro.csv");
const GERMAN_CNT: On = On::Table("data/parity/cnt/german_elections_as_cnt_input.csv.gz");

/// The columns of coordination-network-toolkit under the names of CooRTweet's sets.
const RUSSIAN_CNT: &str =
    "message_id=content_id,user_id=account_id,repost_id=object_id,timestamp=timestamp_share";

/// Fails unless the rows name the files of a folder, no more and no fewer.
#[track_caller]
fn check_names(folder: &Path, named: impl Iterator<Item = &'static str>) {
    let found: BTreeSet<String> = names_in(folder).into_iter().collect();
    let named: BTreeSet<String> = named.map(str::to_owned).collect();
    assert_eq!(found, named, "{}: one row per file", folder.display());
}

/// An input that was made, and the folder that it may stand in.
struct Made {
    on: On,
    path: PathBuf,
    _folder: TempDir,
}

/// The file of an input; the German set is made anew if it is another than before.
fn made(on: On, last: Option<Made>) -> Option<Made> {
    if let Some(last) = last.filter(|last| last.on == on) {
        return Some(last);
    }
    let folder = scratch();
    let path = match on {
        On::Table(name) => shared(name)?,
        On::German(objects, part) => german(&folder.path().join("in.parquet"), objects, part)?,
    };
    Some(Made { on, path, _folder: folder })
}

/// The program reads tables of text as they are: no input is made Parquet first.
#[test]
fn every_file_of_coortweet() {
    let Some(folder) = shared(COORTWEET) else { return };
    check_names(&folder, COORTWEET_FILES.iter().map(|row| row.0).chain(BESIDE));
    let summary = Table::read(&folder.join("summary.csv.gz"));
    let mut input = None;
    for (file, on, asked) in COORTWEET_FILES {
        input = made(on, input);
        let path = &input.as_ref().expect("an input of every case").path;
        let found = coortweet(path, &flags(on, asked));
        let golden = Table::read(&folder.join(file));
        if let Some(case) = file.strip_suffix("_edges.csv.gz") {
            assert_same(&found, &by_names(golden), file);
            super::coortweet::check_counts(&found, &summary.with("case", case), case);
        } else if file.starts_with("sim_") {
            let columns: Vec<&str> = found.columns.iter().map(String::as_str).collect();
            let golden = golden.with("coordinated", "TRUE").select(&columns);
            assert_same(&found.clone().sorted(), &golden.sorted(), file);
        } else {
            assert_same(&found, &golden, file);
        }
    }
}

/// The flags of a row of CooRTweet.
fn flags(on: On, asked: &str) -> String {
    let mut words = asked.split_whitespace();
    let mut next = || words.next().expect("window, participation, table");
    let (window, participation, table) = (next(), next(), next());
    let more = words.collect::<Vec<_>>().join(" ");
    let own = match on {
        On::Table(_) => String::new(),
        On::German(objects, _) => {
            let columns: Vec<&str> = objects.iter().map(|(column, _)| *column).collect();
            format!("{CLEAN} --object {}", columns.join(","))
        }
    };
    format!("{own} --window {window} --min-participation {participation} --table {table} {more}")
}

#[test]
fn every_file_of_coordination_network_toolkit() {
    let Some(folder) = shared(CNT) else { return };
    check_names(&folder, CNT_FILES.iter().map(|row| row.0));
    let mut input = None;
    for (file, on, asked) in CNT_FILES {
        input = made(on, input);
        let path = &input.as_ref().expect("an input of every case").path;
        let golden = Table::read(&folder.join(file));
        let words: Vec<&str> = asked.split_whitespace().collect();
        let own: &[&str] = match on {
            RUSSIAN => &["--map", RUSSIAN_CNT],
            // The golden files of this set were made without messages that have no link.
            GERMAN_CNT => &["--quirk", "empty-link=off"],
            _ => &[],
        };
        if words[0] != "all" {
            let flags = super::cnt::flags(words[0], words[1], words[2]);
            assert_same(&edges(path, &[&flags[..], own].concat()), &golden.sorted(), file);
            continue;
        }
        for network in super::cnt::NETWORKS {
            let golden = golden.with("network", network).select(&["user_1", "user_2", "weight"]);
            assert!(!golden.rows.is_empty(), "{network}");
            let flags = super::cnt::flags(network, words[1], words[2]);
            assert_same(&edges(path, &flags), &golden, network);
        }
    }
}

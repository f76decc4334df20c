//! Tests of the whole crate: planted edits in twelve scripts, properties, and an exact reference.

mod edits;
mod properties;
mod reference;

use zwerm_model::{Posts, Tally, TextClusters, UnixMillis};

use crate::{PartitionKeys, PostTexts, TextConfig, cluster, cluster_collected, collapse};

/// Posts with these texts, one per second.
fn posts_of<S: AsRef<str>>(texts: &[S]) -> Posts {
    Posts {
        account: vec![0; texts.len()],
        at: (0..texts.len() as i64).map(|i| UnixMillis(i * 1_000)).collect(),
        text: texts.iter().map(AsRef::as_ref).collect(),
        ..Posts::default()
    }
}

fn clusters_of<S: AsRef<str>>(texts: &[S]) -> TextClusters {
    cluster(&posts_of(texts), &TextConfig::default(), &mut Tally::default())
}

/// Checks the cluster of each text; clusters are numbered here in the order in which they appear.
#[track_caller]
fn check(texts: &[&str], expected: &[Option<usize>]) {
    let clusters = clusters_of(texts);
    let mut seen = Vec::new();
    let found: Vec<Option<usize>> = (0..texts.len())
        .map(|post| {
            let cluster = clusters.of(post)?;
            Some(seen.iter().position(|&c| c == cluster).unwrap_or_else(|| {
                seen.push(cluster);
                seen.len() - 1
            }))
        })
        .collect();
    assert_eq!(found, expected);
}

const LONG: &str = "they are counting the votes behind closed doors in the capital tonight";

#[test]
fn nearly_equal_texts_are_one_cluster() {
    let near = "They are counting the ballots behind closed doors in the capital tonight!";
    check(
        &[LONG, near, "something else entirely, nothing to see here"],
        &[Some(0), Some(0), Some(1)],
    );
}

#[test]
fn short_texts_match_exactly_only() {
    check(
        &["Good morning all", "good morning, ALL!", "good morning ally"],
        &[Some(0), Some(0), Some(1)],
    );
}

#[test]
fn texts_of_nothing_have_no_cluster() {
    check(&["", "😀 https://t.co/a @user", LONG], &[None, None, Some(0)]);
}

#[test]
fn reposts_have_no_cluster() {
    let mut posts = posts_of(&[LONG, LONG]);
    posts.repost_of.names.push("1");
    posts.repost_of.of = vec![zwerm_model::NONE, 0];
    let clusters = cluster(&posts, &TextConfig::default(), &mut Tally::default());
    assert_eq!((clusters.of(0), clusters.of(1)), (Some(0), None));
    assert_eq!(clusters.posts, [1]);
}

#[test]
fn posts_without_any_text_are_fine() {
    let mut posts = posts_of(&[LONG]);
    posts.text = zwerm_model::Strings::new();
    let clusters = cluster(&posts, &TextConfig::default(), &mut Tally::default());
    assert_eq!((clusters.ids.len(), clusters.of(0)), (0, None));
    assert_eq!(clusters_of::<&str>(&[]), TextClusters::default());
}

#[test]
fn ids_are_sorted_and_name_the_earliest_post() {
    let texts = [
        LONG,
        "a",
        "b",
        "They are counting the ballots behind closed doors in the capital tonight",
    ];
    let clusters = clusters_of(&texts);
    let ids: Vec<&str> = clusters.ids.iter().collect();
    assert!(ids.is_sorted() && ids.len() == 3);
    let expected = zwerm_model::hash::content_id("t", [crate::normalise(LONG).as_str()]);
    assert_eq!(ids[clusters.cluster[0] as usize], expected);
    assert_eq!(clusters.cluster[0], clusters.cluster[3]);
}

/// Texts of which each is near to the next.
fn chain() -> Vec<String> {
    let words: Vec<String> = (0..60).map(|i| format!("w{}rd{}", i * 7919 % 97, i)).collect();
    (0..12).map(|i| words[i * 3..i * 3 + 20].join(" ")).collect()
}

#[test]
fn what_one_post_alone_says_can_be_left_out() {
    let mut texts = chain();
    texts.extend([LONG, "a", LONG, "b", "b", ""].map(str::to_owned));
    let (posts, config) = (posts_of(&texts), TextConfig::default());
    let all = cluster(&posts, &config, &mut Tally::default());
    let (collected, keys, _) = collapse::collect(&posts, &config);
    let kept = (PartitionKeys(keys), &PostTexts(&posts));
    let found = cluster_collected(collected, kept, posts.len(), &config, &mut Tally::default());
    let Ok(found) = found;
    let id = |clusters: &TextClusters, cluster: usize| clusters.ids.get(cluster).to_owned();
    let is_alone = |&cluster: &usize| all.posts[cluster] == 1;
    for post in 0..posts.len() {
        let expected = all.of(post).filter(|cluster| !is_alone(cluster));
        assert_eq!(found.of(post).map(|of| id(&found, of)), expected.map(|of| id(&all, of)));
    }
    assert!(found.posts.iter().all(|&posts| posts > 1));
    // One of the chain is left when the others have found together, and is as alone as `a`.
    assert!((0..12).filter_map(|post| all.of(post)).any(|cluster| is_alone(&cluster)));
}

#[test]
fn a_chain_is_no_cluster() {
    let clusters = clusters_of(&chain());
    let of = |i: usize| clusters.cluster[i];
    assert!((0..11).any(|i| of(i) == of(i + 1)), "neighbours are near");
    assert_ne!(of(0), of(11), "the ends are not");
    assert!(clusters.similarity.iter().all(|&s| s >= crate::JACCARD_MIN));
    assert!(clusters.ids.len() >= 3);
}

#[test]
fn the_medoid_is_the_text_itself() {
    let texts =
        [LONG, "THEY are counting the ballots behind closed doors in the capital tonight", LONG];
    let clusters = clusters_of(&texts);
    assert_eq!(clusters.medoid, [true, false, true]);
    assert!(clusters.similarity[0] == 1.0 && (0.6..1.0).contains(&clusters.similarity[1]));
}

#[test]
fn a_large_component_is_split_too() {
    // A chain of 400 texts: more than the exact split takes.
    let words: Vec<String> = (0..900).map(|i| format!("x{}y", i * 7919 % 99_991)).collect();
    let links: Vec<String> = (0..400).map(|i| words[i * 2..i * 2 + 20].join(" ")).collect();
    let clusters = clusters_of(&links);
    assert!(clusters.similarity.iter().all(|&s| s >= crate::JACCARD_MIN));
    assert!((50..200).contains(&clusters.ids.len()), "{}", clusters.ids.len());
}

#[test]
fn a_thousand_variants_of_one_text_are_one_cluster() {
    let long = "share this before they delete it the minister signed the contract in the spring";
    let texts: Vec<String> = (0..1_000).map(|i| format!("{long} {}", i * 7919)).collect();
    let mut tally = Tally::default();
    let clusters = cluster(&posts_of(&texts), &TextConfig::default(), &mut tally);
    assert_eq!(clusters.ids.len(), 1);
    assert!(tally.get("text.stars") > 0 && tally.get("text.hurried") == 0);
}

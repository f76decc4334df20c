//! Properties that hold for any posts.

use proptest::prelude::*;
use zwerm_model::{Tally, TextClusters};

use super::{clusters_of, posts_of};
use crate::normalise::tests::check_runs;
use crate::{JACCARD_MIN, TextConfig, cluster, normalise};

/// Characters that normalisation treats in a way of its own.
const ODD: &str = "aAzhHtTwW013479@#$/:.-_* \t\nçéßﬁİıςаеoНΑ\u{200b}\u{200d}\u{ad}\u{301}\u{202e}ｈ＠＃４Å\
    日本ー ｶﾞㅎㅏ각\u{1100}\u{1161}\u{11a8}\u{fdfa}กำ्क😀👩🏽🇳🅰①½𝐡ﷺ中";

fn odd_text() -> impl Strategy<Value = String> {
    let odd: Vec<char> = ODD.chars().collect();
    let pieces = prop_oneof![
        8 => prop::sample::select(odd).prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
        1 => prop::sample::select(vec!["http://", "www.", " #tag", " @me", "t.me/", "v4cc1ne"])
            .prop_map(String::from),
    ];
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

/// Texts of which some are near: sentences over few words, repeated with small changes.
fn corpus() -> impl Strategy<Value = Vec<String>> {
    let sentence = prop::collection::vec(0_u32..400, 8..14);
    let change = (0_usize..4, 0_usize..8, 0_u32..400);
    (prop::collection::vec(sentence, 4), prop::collection::vec(change, 1..25)).prop_map(
        |(sentences, changes)| {
            let words = |ids: &[u32]| {
                let word = |id: &u32| format!("w{}", u64::from(*id) * 7_919 % 99_991);
                ids.iter().map(word).collect::<Vec<_>>().join(" ")
            };
            let edited = |(of, place, by): &(usize, usize, u32)| {
                let mut ids = sentences[*of].clone();
                ids[*place] = *by;
                words(&ids)
            };
            changes.iter().map(edited).collect()
        },
    )
}

/// Which texts share a cluster, in an order that does not depend on the posts'.
fn partition(texts: &[String], clusters: &TextClusters) -> Vec<Vec<String>> {
    let mut groups = vec![Vec::new(); clusters.ids.len()];
    for (post, text) in texts.iter().enumerate() {
        if let Some(cluster) = clusters.of(post) {
            groups[cluster].push(text.clone());
        }
    }
    groups.iter_mut().for_each(|group| group.sort());
    groups.sort();
    groups
}

proptest! {
    #[test]
    fn normalising_twice_is_normalising_once(text in prop_oneof![any::<String>(), odd_text()]) {
        let once = normalise(&text);
        prop_assert_eq!(normalise(&once), once.clone());
        prop_assert!(once.len() <= 3 * text.len());
        prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
    }

    #[test]
    fn runs_of_letters_are_their_letters(
        text in prop_oneof![
            odd_text(),
            "[a-zA-Z0-9@#$/ ,.hw]{0,60}",
            "([абвгдежзйклaehw]{1,6}[ 0-9]| #|@|日本|  |ö){0,20}",
        ],
    ) {
        check_runs(&text);
    }

    /// Letters of two and three bytes, what stands between them, and runs beyond a block.
    #[test]
    fn long_runs_of_letters_are_their_letters(
        text in "([абвгéאבعغ]{1,9}|[กขค]{1,9}|[日本각かカ]{1,9}|[कखग]{1,9}| |[ «،·ß\u{301}ºЁa1#@😀İ]){0,60}",
    ) {
        check_runs(&text);
    }

    #[test]
    fn the_order_of_posts_changes_no_cluster(
        (texts, shuffled) in corpus().prop_flat_map(|t| (Just(t.clone()), Just(t).prop_shuffle())),
    ) {
        prop_assert_eq!(
            partition(&texts, &clusters_of(&texts)),
            partition(&shuffled, &clusters_of(&shuffled))
        );
    }

    #[test]
    fn an_unrelated_post_changes_no_cluster(texts in corpus(), place in 0_usize..25) {
        let mut more = texts.clone();
        let place = place.min(texts.len());
        more.insert(place, "Das Wetter wird morgen sonnig mit leichtem Wind aus Nordost".to_owned());
        let mut expected = partition(&texts, &clusters_of(&texts));
        expected.push(vec![more[place].clone()]);
        expected.sort();
        prop_assert_eq!(partition(&more, &clusters_of(&more)), expected);
    }

    #[test]
    fn every_post_reaches_its_medoid_and_every_cluster_has_one(texts in corpus()) {
        let clusters = clusters_of(&texts);
        prop_assert!(clusters.similarity.iter().all(|&s| s >= JACCARD_MIN));
        prop_assert!(clusters.ids.iter().collect::<Vec<_>>().is_sorted_by(|a, b| a < b));
        for cluster in 0..clusters.ids.len() {
            let members = (0..texts.len()).filter(|&post| clusters.of(post) == Some(cluster));
            prop_assert_eq!(members.clone().count(), clusters.posts[cluster] as usize);
            prop_assert!(members.clone().any(|post| clusters.medoid[post]));
        }
    }

    #[test]
    fn any_text_is_clustered_without_panic(texts in prop::collection::vec(odd_text(), 0..20)) {
        clusters_of(&texts);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let texts: Vec<String> = (0..20_000_u64)
        .map(|i| format!("text number {} of {} about {}", i % 7_000, i * i % 977, i * 31 % 6_007))
        .collect();
    let posts = posts_of(&texts);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let mut tally = Tally::default();
        let clusters = pool.install(|| cluster(&posts, &TextConfig::default(), &mut tally));
        (clusters, tally)
    };
    let expected = run(1);
    assert!(expected.1.get("text.pairs") > 0);
    assert_eq!(run(2), expected);
    assert_eq!(run(7), expected);
}

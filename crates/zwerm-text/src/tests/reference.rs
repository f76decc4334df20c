//! The definition, word for word and slow: all pairs, components, the same split.

use zwerm_model::Seed;
use zwerm_sketch::{jaccard, shingle};

use super::clusters_of;
use crate::{CHARS_MIN, JACCARD_MIN, normalise};

/// The clusters of distinct, already normalised texts, as lists of their places.
fn reference(texts: &[String]) -> Vec<Vec<usize>> {
    let sets: Vec<Vec<u32>> = texts
        .iter()
        .map(|text| {
            let mut set = Vec::new();
            shingle::set(&text.chars().map(u32::from).collect::<Vec<_>>(), &mut set);
            set
        })
        .collect();
    let near = |a: usize, b: usize| {
        let short = texts[a].len() < CHARS_MIN || texts[b].len() < CHARS_MIN;
        a == b || (!short && jaccard::similarity(&sets[a], &sets[b]) >= JACCARD_MIN)
    };
    let mut left: Vec<usize> = (0..texts.len()).collect();
    // Ties go to the smaller content id, which has the order of the hashes.
    left.sort_by_key(|&i| zwerm_model::hash::content_id("t", [texts[i].as_str()]));
    let mut clusters = Vec::new();
    while !left.is_empty() {
        let reach = |&a: &usize| left.iter().filter(|&&b| near(a, b)).count();
        // `max_by_key` takes the last of equals, so the order is turned around.
        let medoid = *left.iter().rev().max_by_key(|&a| reach(a)).expect("somebody is left");
        let (cluster, rest): (Vec<usize>, Vec<usize>) =
            left.iter().partition(|&&b| near(medoid, b));
        clusters.push(cluster);
        left = rest;
    }
    clusters
}

/// A corpus of a few templates, each copied with up to six of its fourteen words changed.
fn corpus(seed: Seed) -> Vec<String> {
    let mut seed = seed;
    let word = |seed: &mut Seed| {
        (0..3 + seed.below(6)).map(|_| char::from(b'a' + seed.below(26) as u8)).collect::<String>()
    };
    let mut texts = Vec::new();
    for _ in 0..4 {
        let template: Vec<String> = (0..14).map(|_| word(&mut seed)).collect();
        for _ in 0..10 {
            let mut copy = template.clone();
            for _ in 0..seed.below(7) {
                let place = seed.below(14) as usize;
                copy[place] = word(&mut seed);
            }
            texts.push(normalise(&copy.join(" ")));
        }
    }
    texts.sort();
    texts.dedup();
    texts
}

#[test]
fn what_the_exact_join_keeps_together_is_together() {
    let (mut kept, mut found, mut ours) = (0, 0, 0);
    for unit in 0..200 {
        let texts = corpus(Seed(7).for_unit(1, unit));
        let clusters = clusters_of(&texts);
        let same = |a: usize, b: usize| clusters.cluster[a] == clusters.cluster[b];
        for cluster in reference(&texts) {
            for (i, &a) in cluster.iter().enumerate() {
                kept += cluster.len() - i - 1;
                found += cluster[i + 1..].iter().filter(|&&b| same(a, b)).count();
            }
        }
        ours += clusters.posts.iter().map(|&n| (n * (n - 1) / 2) as usize).sum::<usize>();
    }
    let recall = found as f64 / kept as f64;
    println!("{found} of {kept} pairs, {ours} of ours");
    assert!(kept > 5_000, "{kept}");
    assert!(recall >= 0.98, "{found} of {kept} pairs, {ours} of ours");
}

//! Relations and meanings of small inputs, by hand and at random.

use proptest::prelude::*;
use zwerm_model::{EvasionMarks, TraceKind, UnixMillis};

use super::*;

/// Posts of one account each, every text a cluster of its own.
#[derive(Default)]
struct World {
    posts: Posts,
    clusters: TextClusters,
    embeddings: Embeddings,
}

impl World {
    fn of(rows: &[(&str, [f32; 3])]) -> Self {
        let mut world = World::default();
        world.embeddings.dimension = 3;
        for (at, (text, vector)) in rows.iter().enumerate() {
            world.posts.account.push(at as u32);
            world.posts.at.push(UnixMillis(at as i64));
            world.posts.id.push(&at.to_string());
            world.posts.text.push(text);
            world.embeddings.push(if vector.iter().all(|v| v.is_nan()) { &[] } else { vector });
            let clusters = &mut world.clusters;
            clusters.ids.push(&format!("c{at:02}"));
            clusters.posts.push(1);
            clusters.cluster.push(at as u32);
            clusters.similarity.push(1.0);
            clusters.medoid.push(true);
            clusters.evasion.push(EvasionMarks::NONE);
        }
        world
    }

    fn relate(&self, cuts: Cuts, witnesses: &[TraceTable]) -> (Vec<Option<String>>, Tally) {
        self.relate_within(cuts, witnesses, u64::MAX)
    }

    fn relate_within(
        &self,
        cuts: Cuts,
        witnesses: &[TraceTable],
        memory: u64,
    ) -> (Vec<Option<String>>, Tally) {
        let inputs = Inputs {
            posts: &self.posts,
            clusters: &self.clusters,
            vectors: Vectors::OfPosts(&self.embeddings),
            witnesses,
            text: &|post| self.posts.text_of(post).to_lowercase(),
        };
        let mut tally = Tally::default();
        let meanings = relate(&inputs, &MeaningConfig { cuts, memory }, &mut tally);
        let of = |cluster| meanings.of(cluster).map(str::to_owned);
        ((0..self.clusters.ids.len()).map(of).collect(), tally)
    }
}

const CUTS: Cuts = Cuts { rewording: 0.9, translation: Some(0.8) };
const BRIDGE: &str = "They closed the bridge without telling anybody in the town";
const AGAIN: &str = "Nobody in the town was told that they have closed the bridge";
const OTHER: &str = "Quite another sentence, on fish, soup, hats, quilts and jazz";

/// Some posts touched one URL.
fn shared(posts: &[u32]) -> TraceTable {
    TraceTable {
        kind: TraceKind("url"),
        objects: ["https://a.eu/"].into_iter().collect(),
        starts: vec![0, posts.len() as u32],
        account: posts.to_vec(),
        at: posts.iter().map(|&post| i64::from(post)).collect(),
        post: posts.to_vec(),
    }
}

fn name(id: &str) -> Option<String> {
    Some(id.to_owned())
}

#[test]
fn close_vectors_need_a_second_witness() {
    let world =
        World::of(&[(BRIDGE, [1.0, 0.0, 0.0]), (AGAIN, [1.0, 0.1, 0.0]), (OTHER, [1.0, 0.0, 0.1])]);
    let (found, tally) = world.relate(CUTS, &[]);
    assert_eq!(found, [name("c00"), name("c00"), name("c02")]);
    assert_eq!((tally.get("meaning.rewordings"), tally.get("meaning.unwitnessed")), (1, 2));
    let (found, _) = world.relate(CUTS, &[shared(&[0, 2])]);
    assert_eq!(found, [name("c00"), name("c00"), name("c00")]);
}

#[test]
fn far_vectors_are_nothing_whatever_the_witnesses_say() {
    let world = World::of(&[(BRIDGE, [1.0, 0.0, 0.0]), (AGAIN, [0.0, 1.0, 0.0])]);
    let (found, tally) = world.relate(CUTS, &[shared(&[0, 1])]);
    assert_eq!(found, [name("c00"), name("c01")]);
    assert_eq!((tally.get("meaning.candidates"), tally.get("meaning.clusters")), (0, 0));
}

#[test]
fn another_language_or_script_is_a_translation() {
    const GREEK: &str = "Έκλεισαν τη γέφυρα χωρίς να το πουν σε κανέναν στην πόλη";
    // A cosine of 0.85: too far for a rewording.
    let mut world = World::of(&[(BRIDGE, [0.85, 0.526_783, 0.0]), (GREEK, [1.0, 0.0, 0.0])]);
    let (found, tally) = world.relate(CUTS, &[]);
    assert_eq!((found[1].clone(), tally.get("meaning.unwitnessed")), (name("c01"), 1));
    let (found, tally) = world.relate(CUTS, &[shared(&[0, 1])]);
    assert_eq!((found[1].clone(), tally.get("meaning.translations")), (name("c00"), 1));
    let english_only = Cuts { translation: None, ..CUTS };
    assert_eq!(world.relate(english_only, &[shared(&[0, 1])]).0[1], name("c01"));
    // What the platform states comes before the script.
    world.posts.lang.names = ["en"].into_iter().collect();
    world.posts.lang.of = vec![0, 0];
    assert_eq!(world.relate(CUTS, &[shared(&[0, 1])]).1.get("meaning.translations"), 0);
}

#[test]
fn what_cannot_be_compared_has_no_meaning() {
    let world = World::of(&[
        (BRIDGE, [1.0, 0.0, 0.0]),
        ("Good morning everybody", [1.0, 0.0, 0.0]),
        (AGAIN, [f32::NAN; 3]),
        (OTHER, [0.0; 3]),
    ]);
    let (found, tally) = world.relate(CUTS, &[]);
    assert_eq!(found, [name("c00"), None, None, None]);
    assert_eq!((tally.get("meaning.short"), tally.get("meaning.without_vector")), (1, 2));
}

#[test]
fn without_room_the_texts_with_few_posts_are_left_out() {
    let mut world =
        World::of(&[(BRIDGE, [1.0, 0.0, 0.0]), (AGAIN, [1.0, 0.1, 0.0]), (OTHER, [0.0, 0.0, 0.1])]);
    world.clusters.posts = vec![1, 5, 1];
    // Room for two vectors of 16 numbers.
    let (found, tally) = world.relate_within(CUTS, &[], 2 * 64);
    assert_eq!(found, [name("c00"), name("c00"), None]);
    assert_eq!(tally.get("meaning.left_out"), 1);
    let (found, tally) = world.relate_within(CUTS, &[], 64);
    // What is left was copied and not reworded: no meaning is left.
    assert_eq!((found, tally.get("meaning.left_out")), (vec![None; 3], 2));
}

#[test]
fn copies_that_nobody_reworded_have_no_meaning() {
    let mut world = World::of(&[(BRIDGE, [1.0, 0.0, 0.0]), (OTHER, [0.0, 1.0, 0.0])]);
    world.clusters.posts = vec![4, 1];
    assert_eq!(world.relate(CUTS, &[]).0, [None, name("c01")]);
    let mut world = World::of(&[(BRIDGE, [1.0, 0.0, 0.0]), (AGAIN, [1.0, 0.1, 0.0])]);
    world.clusters.posts = vec![4, 1];
    assert_eq!(world.relate(CUTS, &[]).0, [name("c00"), name("c00")]);
}

#[test]
fn equal_vectors_are_compared_too() {
    let world = World::of(&[(BRIDGE, [2.0, 1.0, 0.0]), (AGAIN, [4.0, 2.0, 0.0])]);
    assert_eq!(world.relate(CUTS, &[]).0, [name("c00"), name("c00")]);
}

#[test]
fn vectors_may_be_made_of_the_texts_of_those_that_are_compared() {
    // Four posts, the second a copy of the first; nobody knows a word of the last.
    let mut world = World::of(&[
        (BRIDGE, [f32::NAN; 3]),
        (BRIDGE, [f32::NAN; 3]),
        (AGAIN, [f32::NAN; 3]),
        (OTHER, [f32::NAN; 3]),
    ]);
    world.clusters.cluster = vec![0, 0, 2, 3];
    let read = std::sync::Mutex::new(Vec::new());
    let embed = |text: &str| {
        read.lock().expect("no test panics").push(text.to_owned());
        let is_about_bridge = text.contains("bridge");
        is_about_bridge.then(|| vec![if text.contains("nobody") { 1.0 } else { 2.0 }, 0.0, 0.0])
    };
    let inputs = Inputs {
        posts: &world.posts,
        clusters: &world.clusters,
        vectors: Vectors::OfTexts { dimension: 3, embed: &embed },
        witnesses: &[],
        text: &|post| world.posts.text_of(post).to_lowercase(),
    };
    let mut tally = Tally::default();
    let meanings = relate(&inputs, &MeaningConfig { cuts: CUTS, memory: u64::MAX }, &mut tally);
    let found: Vec<Option<&str>> = [0, 2, 3].map(|cluster| meanings.of(cluster)).into();
    assert_eq!(found, [Some("c00"), Some("c00"), None]);
    let counts = ["representatives", "rewordings"].map(|n| tally.get(&format!("meaning.{n}")));
    // One cluster has no post, one no known word.
    assert_eq!((counts, tally.get("meaning.without_vector")), ([2, 1], 2));
    let mut read = read.into_inner().expect("no test panics");
    read.sort_unstable();
    assert_eq!(read, [AGAIN, OTHER, BRIDGE].map(str::to_lowercase));
}

proptest! {
    #[test]
    fn the_order_of_clusters_makes_no_difference(
        vectors in prop::collection::vec([-1.0_f32..1.0, -1.0_f32..1.0, -1.0_f32..1.0], 2..40),
        turn in 1_usize..40,
    ) {
        // The same texts under other numbers: who is together with whom stays.
        let texts: Vec<String> =
            (0..vectors.len()).map(|n| format!("bridge closed since day {n} of May")).collect();
        let rows: Vec<(&str, [f32; 3])> =
            texts.iter().map(String::as_str).zip(vectors.iter().copied()).collect();
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len());
        let groups = |rows: &[(&str, [f32; 3])]| {
            let world = World::of(rows);
            let inputs = Inputs {
                posts: &world.posts,
                clusters: &world.clusters,
                vectors: Vectors::OfPosts(&world.embeddings),
                witnesses: &[],
                text: &|post| world.posts.text_of(post).to_owned(),
            };
            let mut tally = Tally::default();
            let chosen = representatives::choose(&inputs, u64::MAX, &mut tally);
            let text = |n: u32| rows[chosen.posts[n as usize] as usize].0.to_owned();
            let pairs = candidates(&chosen, 0.9);
            let mut pairs: Vec<(String, String, u32)> = pairs
                .into_iter()
                .map(|(a, b, cosine)| {
                    let (a, b) = (text(a), text(b));
                    (a.clone().min(b.clone()), a.max(b), cosine.to_bits())
                })
                .collect();
            pairs.sort_unstable();
            pairs
        };
        prop_assert_eq!(groups(&rows), groups(&turned));
    }
}

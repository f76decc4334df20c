//! Neighbours of many vectors: how many the graph finds, how fast, and whether always the same.
//!
//! ```console
//! $ cargo run --release -p zwerm-meaning --features hnsw --example neighbours -- 100000
//! $ … -- vectors 100000     the vectors themselves, 32-bit floats end to end
//! $ … -- curve 20000        recall by links and widths
//! ```
//!
//! `cargo xtask show meaning` runs it. The vectors are invented: topics of 200 texts each in a
//! space of 48 directions, and noise in all 256.

use std::io::Write as _;

use ndarray::{Array2, ArrayView2, Axis};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use zwerm_meaning::neighbours::{GraphShape, NEAREST, Near, SHAPE, approximately, exactly};
use zwerm_meaning::{Cuts, Inputs, MeaningConfig, Vectors, relate};
use zwerm_model::{Embeddings, EvasionMarks, Posts, Seed, Tally, TextClusters, UnixMillis};

const DIMENSION: usize = 256;
const DIRECTIONS: usize = 48;
const TEXTS_PER_TOPIC: usize = 200;
/// Vectors that are looked up for recall.
const QUERIES: usize = 1_000;
/// Vectors with which builds on several threads and orders are compared.
const SAME: usize = 17_000;

fn normal(seed: &mut Seed) -> f32 {
    ((0..12).map(|_| seed.unit_f64()).sum::<f64>() - 6.0) as f32
}

/// Unit vectors; each depends on its number alone.
fn vectors(n: usize) -> Array2<f32> {
    let mut seed = Seed(1);
    let basis = Array2::from_shape_simple_fn((DIRECTIONS, DIMENSION), || normal(&mut seed));
    let topics = n.div_ceil(TEXTS_PER_TOPIC);
    let centres = Array2::from_shape_simple_fn((topics, DIRECTIONS), || normal(&mut seed));
    let mut all = Array2::zeros((n, DIMENSION));
    let rows: Vec<_> = all.axis_iter_mut(Axis(0)).collect();
    let rows = rows.into_par_iter().enumerate();
    rows.for_each(|(number, mut row)| {
        let mut seed = Seed(2).for_unit(1, number as u64);
        let centre = centres.row(seed.below(topics as u64) as usize);
        let place = centre.mapv(|at| at + 0.7 * normal(&mut seed));
        row.assign(&place.dot(&basis));
        row.mapv_inplace(|value| value + 1.5 * normal(&mut seed));
        let length = row.dot(&row).sqrt();
        row /= length;
    });
    all
}

/// The share of the ten nearest of some vectors that was found.
fn recall(found: &[Vec<Near>], exact: &[(usize, Vec<usize>)]) -> f64 {
    let met = |(query, exact): &(usize, Vec<usize>)| {
        let found = found[*query].iter().take(10).map(|near| near.0 as usize);
        found.filter(|number| exact.contains(number)).count()
    };
    exact.iter().map(met).sum::<usize>() as f64 / (10 * exact.len()) as f64
}

/// The ten nearest of some vectors, by comparing all.
fn exact(all: &ArrayView2<'_, f32>) -> Vec<(usize, Vec<usize>)> {
    let n = all.nrows();
    let queries: Vec<usize> = (0..n).step_by((n / QUERIES).max(1)).collect();
    let nearest = |&query: &usize| {
        let cosines = all.dot(&all.row(query));
        let mut order: Vec<usize> = (0..n).filter(|&number| number != query).collect();
        order.select_nth_unstable_by(9, |&a, &b| cosines[b].total_cmp(&cosines[a]));
        order.truncate(10);
        (query, order)
    };
    queries.par_iter().map(nearest).collect()
}

/// A line that says what is done: whoever reads it knows when.
fn say(done: &str) {
    println!("{{\"done\":\"{done}\"}}");
}

/// Recall by links, the width of insertions, and the width of searches.
fn curve(all: &ArrayView2<'_, f32>) {
    let exact = exact(all);
    println!("links  build  search  recall@10");
    for (links, build_width) in [(8, 50), (12, 100), (16, 100), (24, 200)] {
        let shape = GraphShape { links, build_width, search_width: 0 };
        let mut graph = shape.build(*all);
        for search_width in [33, 64, 128] {
            graph.search_width = search_width;
            let recall = recall(&graph.search_all(-1.0), &exact);
            println!("{links:>5}  {build_width:>5}  {search_width:>6}  {recall:.4}");
        }
    }
}

/// Whether neighbours are the same on 1, 2 and 4 threads.
fn same_on_threads(all: &ArrayView2<'_, f32>) -> bool {
    let on = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| approximately(*all, 0.5))
    };
    let one = on(1);
    one.iter().any(|near| !near.is_empty()) && [2, 4].iter().all(|&threads| on(threads) == one)
}

/// The meaning of each text when posts come in some order; clusters are numbered by their ids.
fn related(all: &ArrayView2<'_, f32>, order: &[usize]) -> Vec<Option<String>> {
    let mut clusters = TextClusters::default();
    let mut embeddings = Embeddings { dimension: DIMENSION, ..Embeddings::default() };
    let mut posts = Posts::default();
    for (at, &number) in order.iter().enumerate() {
        posts.account.push(at as u32);
        posts.at.push(UnixMillis(0));
        posts.id.push(&number.to_string());
        clusters.ids.push(&format!("{at:08}"));
        clusters.posts.push(1);
        clusters.cluster.push(number as u32);
        clusters.similarity.push(1.0);
        clusters.medoid.push(true);
        clusters.evasion.push(EvasionMarks::NONE);
        embeddings.push(&all.row(number).to_vec());
    }
    let inputs = Inputs {
        posts: &posts,
        clusters: &clusters,
        vectors: Vectors::OfPosts(&embeddings),
        witnesses: &[],
        text: &|_| "all of these texts are said to have the same words".to_owned(),
    };
    let cuts = Cuts { rewording: 0.8, translation: None };
    let config = MeaningConfig { cuts, memory: u64::MAX };
    let mut tally = Tally::default();
    let meanings = relate(&inputs, &config, &mut tally);
    // All texts share all words, so that relations are copies, and depend on neighbours alone.
    assert!(tally.get("meaning.copies") > 0, "nothing is related: nothing is compared");
    (0..order.len()).map(|cluster| meanings.of(cluster).map(str::to_owned)).collect()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |text: &String| text.parse::<usize>().ok();
    let n = arguments.last().and_then(number).expect("how many vectors, as the last argument");
    let all = vectors(n);
    let all = all.view();
    match arguments[0].as_str() {
        "vectors" => {
            let bytes: Vec<u8> = all.iter().flat_map(|value| value.to_le_bytes()).collect();
            std::io::stdout().write_all(&bytes).expect("somebody reads the vectors");
        }
        "curve" => curve(&all),
        _ => {
            say("made");
            let graph = SHAPE.build(all);
            say("built");
            let found = graph.search_all(-1.0);
            say("searched");
            drop(graph);
            println!("{{\"recall_at_10\":{:.4}}}", recall(&found, &exact(&all)));
            drop(found);
            let few = all.slice(ndarray::s![..SAME.min(n), ..]);
            let exactly_found = exactly(few, 0.9, NEAREST).len();
            let threads = same_on_threads(&few);
            let order: Vec<usize> = (0..few.nrows()).collect();
            let turned: Vec<usize> = order.iter().map(|&at| (at * 7 + 5) % order.len()).collect();
            let rows = related(&few, &order) == related(&few, &turned);
            println!(
                "{{\"compared\":{exactly_found},\"same_on_threads\":{threads},\
                 \"same_in_any_order\":{rows}}}"
            );
        }
    }
}

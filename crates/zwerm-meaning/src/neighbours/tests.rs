//! Neighbours beside those that a slow search finds.

use ndarray::Array2;
use rayon::ThreadPoolBuilder;
use zwerm_model::Seed;

use super::*;

/// Unit vectors around some centres.
fn vectors(n: usize, width: usize) -> Array2<f32> {
    let mut seed = Seed(7);
    let mut draw = |spread: f64| {
        let sum: f64 = (0..6).map(|_| seed.unit_f64()).sum();
        (spread * (sum - 3.0)) as f32
    };
    let centres = Array2::from_shape_simple_fn((n.div_ceil(40), width), || draw(1.0));
    let mut all = Array2::from_shape_simple_fn((n, width), || draw(0.8));
    for (number, mut row) in all.rows_mut().into_iter().enumerate() {
        row += &centres.row(number % centres.nrows());
        let vector = row.to_vec();
        let out = row.as_slice_mut().expect("rows are slices");
        assert!(unit::write(&vector, out));
    }
    all
}

/// The definition, word for word.
fn reference(all: &Array2<f32>, cut: f32, n: usize) -> Vec<Vec<Near>> {
    let near = |a: usize| {
        let cosine = |b: usize| unit::cosine(&all.row(a).to_vec(), &all.row(b).to_vec());
        let others = (0..all.nrows()).filter(|&b| b != a).map(|b| (b as u32, cosine(b)));
        let mut list: Vec<Near> = others.filter(|&(_, cosine)| cosine >= cut).collect();
        list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        list.truncate(n);
        list
    };
    (0..all.nrows()).map(near).collect()
}

#[test]
fn all_pairs_are_the_definition() {
    let all = vectors(333, 32);
    for (cut, n) in [(-1.0, 10), (0.6, 5), (2.0, 5)] {
        assert_eq!(exactly(all.view(), cut, n), reference(&all, cut, n), "from {cut}");
    }
    assert!(exactly(Array2::zeros((0, 16)).view(), 0.0, 3).is_empty());
}

#[test]
fn memory_bounds_what_is_compared() {
    assert_eq!(vectors_max(384, 0), 0);
    assert_eq!(vectors_max(384, 10 * 384 * 4), 10);
    assert_eq!(vectors_max(0, 100), 100);
    let most = vectors_max(384, 1 << 40);
    assert_eq!(most > EXACT_MAX, IS_APPROXIMATE_BUILT);
}

#[cfg(feature = "hnsw")]
#[test]
fn a_graph_finds_nearly_all_and_the_same_on_any_number_of_threads() {
    let all = vectors(4_000, 64);
    let exact = exactly(all.view(), -1.0, 10);
    let on = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| approximately(all.view(), -1.0))
    };
    let found = on(1);
    assert_eq!(found, on(2));
    assert_eq!(found, on(4));
    let met: usize = found
        .iter()
        .zip(&exact)
        .map(|(found, exact)| {
            let found = &found[..10.min(found.len())];
            exact
                .iter()
                .filter(|(number, _)| found.iter().any(|(other, _)| other == number))
                .count()
        })
        .sum();
    let recall = met as f64 / 40_000.0;
    assert!(recall >= 0.95, "recall@10 {recall}");
}

#[test]
fn threads_make_no_difference_to_all_pairs() {
    let all = vectors(500, 16);
    let on = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| exactly(all.view(), 0.2, 7))
    };
    assert_eq!(on(1), on(3));
}

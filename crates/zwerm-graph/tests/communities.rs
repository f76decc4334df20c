//! Leiden on graphs whose communities are known, and beside `leiden-rs`.

mod support;

use leiden_rs::{GraphDataBuilder, Leiden, LeidenConfig, nmi};
use petgraph::graph::UnGraph;
use support::{Planted, equal_groups, lfr, planted};
use zwerm_graph::{Graph, Objective, Partition, Resolution, leiden, quality};

const MODULARITY: Objective = Objective::Modularity { resolution: Resolution::ONE };

/// Zachary (1977), <https://doi.org/10.1086/jar.33.4.3629752>: who met whom
/// outside the karate club.
#[rustfmt::skip]
const KARATE: [(u32, u32); 78] = [
    (0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (0, 6), (0, 7), (0, 8), (0, 10), (0, 11), (0, 12),
    (0, 13), (0, 17), (0, 19), (0, 21), (0, 31), (1, 2), (1, 3), (1, 7), (1, 13), (1, 17), (1, 19),
    (1, 21), (1, 30), (2, 3), (2, 7), (2, 8), (2, 9), (2, 13), (2, 27), (2, 28), (2, 32), (3, 7),
    (3, 12), (3, 13), (4, 6), (4, 10), (5, 6), (5, 10), (5, 16), (6, 16), (8, 30), (8, 32),
    (8, 33), (9, 33), (13, 33), (14, 32), (14, 33), (15, 32), (15, 33), (18, 32), (18, 33),
    (19, 33), (20, 32), (20, 33), (22, 32), (22, 33), (23, 25), (23, 27), (23, 29), (23, 32),
    (23, 33), (24, 25), (24, 27), (24, 31), (25, 31), (26, 29), (26, 33), (27, 33), (28, 31),
    (28, 33), (29, 32), (29, 33), (30, 32), (30, 33), (31, 32), (31, 33), (32, 33),
];

#[test]
fn the_karate_club_reaches_its_known_modularity() {
    let graph = Graph::from_sorted_edges(34, &KARATE.map(|(a, b)| (a, b, 1)));
    let found = leiden(&graph, MODULARITY);
    // 0.4198 is the maximum: Brandes et al. (2008), <https://doi.org/10.1109/TKDE.2007.190689>.
    let reached = quality(&graph, &found, MODULARITY);
    assert!((0.4197..0.4199).contains(&reached), "found {reached}");
    assert_eq!(found.community_count(), 4);
    assert_connected(&graph, &found);
}

#[test]
fn planted_groups_are_recovered_exactly_when_mixing_is_low() {
    for seed in 0..10 {
        let drawn = equal_groups(seed, 12, 25, (400, 8));
        assert_eq!(leiden(&drawn.graph, MODULARITY), drawn.truth, "seed {seed}");
        // Between the density inside, 0.4, and the density between, 0.008.
        let resolution = Resolution::nearest(0.1);
        let found = leiden(&drawn.graph, Objective::Cpm { resolution });
        assert_eq!(found, drawn.truth, "seed {seed}");
    }
}

#[test]
fn lfr_like_communities_are_found_at_mixing_30_percent() {
    for seed in 0..10 {
        let drawn = planted(seed, 1000, 30);
        let found = leiden(&drawn.graph, MODULARITY);
        let agreement = nmi(&wide(&found), &wide(&drawn.truth));
        assert!(agreement >= 0.95, "seed {seed}: expected 0.95, found {agreement}");
        assert_connected(&drawn.graph, &found);
    }
}

/// Large enough for several blocks of every parallel step.
#[test]
fn any_number_of_threads_gives_the_same_partition() {
    let drawn = lfr(1, 20_000, 40);
    let potts = Objective::Cpm { resolution: Resolution::nearest(0.02) };
    for objective in [MODULARITY, potts] {
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("threads").install(|| leiden(&drawn.graph, objective))
        };
        let one = on(1);
        assert!((50..10_000).contains(&one.community_count()), "{}", one.community_count());
        assert_connected(&drawn.graph, &one);
        for threads in [2, 4] {
            assert!(on(threads) == one, "{objective:?}: another partition on {threads} threads");
        }
    }
}

#[test]
fn modularity_is_as_high_as_that_of_leiden_rs() {
    for mixing_percent in [10, 30, 50, 70] {
        for seed in 0..5 {
            let drawn = planted(seed, 600, mixing_percent);
            let ours = quality(&drawn.graph, &leiden(&drawn.graph, MODULARITY), MODULARITY);
            let theirs = quality(&drawn.graph, &peer(&drawn), MODULARITY);
            let place = format!("mixing {mixing_percent} %, seed {seed}");
            assert!(ours >= theirs - 0.005, "{place}: expected {theirs}, found {ours}");
        }
    }
}

/// The partition that `leiden-rs` finds at resolution 1.
fn peer(drawn: &Planted) -> Partition {
    let mut builder = GraphDataBuilder::new(drawn.graph.node_count() as usize);
    for &(a, b, weight) in &drawn.edges {
        builder.add_edge(a as usize, b as usize, weight as f64).expect("edges are in range");
    }
    let data = builder.build().expect("the edges make a graph");
    let output = Leiden::new(LeidenConfig { seed: Some(1), ..LeidenConfig::default() })
        .run(&data)
        .expect("leiden-rs runs on any graph");
    let label: Vec<u32> = output.partition.as_slice().iter().map(|&label| label as u32).collect();
    Partition::from_labels(&label)
}

fn wide(partition: &Partition) -> Vec<usize> {
    partition.community.iter().map(|&community| community as usize).collect()
}

/// As many components as communities, once the edges between them are cut.
#[track_caller]
fn assert_connected(graph: &Graph, partition: &Partition) {
    let mut inner = UnGraph::<(), (), u32>::default();
    for a in 0..graph.node_count() {
        inner.add_node(());
        for (b, _) in graph.neighbours(a) {
            if b < a && partition.community[a as usize] == partition.community[b as usize] {
                inner.add_edge(a.into(), b.into(), ());
            }
        }
    }
    let pieces = petgraph::algo::connected_components(&inner);
    assert_eq!(pieces, partition.community_count() as usize);
}

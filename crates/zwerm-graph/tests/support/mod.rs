//! Graphs with known communities, the same on every machine.
//!
//! # What it does
//!
//! [`planted`] and [`lfr`] draw LFR-like graphs: communities of very different
//! sizes, nodes of very different degrees, and a given share of each node's
//! edges leading out of its community. [`equal_groups`] draws the plain planted
//! partition: groups of one size, one probability inside and one between.
//!
//! # Requirements
//!
//! None; all draws are integers from a seed.
//!
//! # Memory
//!
//! `O(n + m)`.
//!
//! # Cost
//!
//! `O(m log m)`; `O(n²)` for [`equal_groups`].
//!
//! # Source
//!
//! Lancichinetti, Fortunato and Radicchi (2008),
//! <https://doi.org/10.1103/PhysRevE.78.046110>: degrees have a tail of
//! exponent 2; sizes of exponent 1 in [`lfr`] and 2 in [`planted`]. Ours
//! differs: stubs are joined once, and loops and repeated edges are dropped.

#![allow(dead_code, reason = "each test crate uses some of it")]

use zwerm_graph::{Graph, Partition};

/// A graph and the communities it was drawn from.
pub(crate) struct Planted {
    /// Sorted edges, all of weight 1.
    pub(crate) edges: Vec<(u32, u32, u64)>,
    /// The edges as a graph.
    pub(crate) graph: Graph,
    /// What a method should find.
    pub(crate) truth: Partition,
}

/// An LFR-like graph; sizes 20 to 100, degrees 10 to 50, nodes in random order.
pub(crate) fn planted(seed: u64, node_count: u32, mixing_percent: u32) -> Planted {
    lfr_like(seed, node_count, mixing_percent, |draw| draw.heavy_tailed(20, 100))
}

/// [`planted`] with sizes whose tail has exponent 1: as much weight on each octave.
pub(crate) fn lfr(seed: u64, node_count: u32, mixing_percent: u32) -> Planted {
    lfr_like(seed, node_count, mixing_percent, |draw| draw.log_uniform(20, 160))
}

fn lfr_like(
    seed: u64,
    node_count: u32,
    mixing_percent: u32,
    size: impl Fn(&mut Draw) -> u32,
) -> Planted {
    let mut draw = Draw(seed);
    let mut community: Vec<u32> = Vec::new();
    for number in 0.. {
        let room = node_count as usize - community.len();
        if room == 0 {
            break;
        }
        let size = (size(&mut draw) as usize).min(room);
        community.extend(std::iter::repeat_n(number, size));
    }
    draw.shuffle(&mut community);

    let mut inward = vec![Vec::new(); 1 + *community.iter().max().expect("nodes") as usize];
    let mut outward = Vec::new();
    for (node, &its) in (0..).zip(&community) {
        let degree = draw.heavy_tailed(10, 50);
        let out = (degree * mixing_percent + 50) / 100;
        outward.extend(std::iter::repeat_n(node, out as usize));
        inward[its as usize].extend(std::iter::repeat_n(node, (degree - out) as usize));
    }
    let mut edges = Vec::new();
    draw.join_stubs(outward, &mut edges);
    edges.retain(|&(a, b, _)| community[a as usize] != community[b as usize]);
    for stubs in inward {
        draw.join_stubs(stubs, &mut edges);
    }
    finished(node_count, edges, &community)
}

/// Groups of one size; the chance of an edge inside and between, in per mille.
pub(crate) fn equal_groups(seed: u64, groups: u32, size: u32, per_mille: (u64, u64)) -> Planted {
    let mut draw = Draw(seed);
    let mut community: Vec<u32> = (0..groups * size).map(|node| node % groups).collect();
    draw.shuffle(&mut community);
    let mut edges = Vec::new();
    for a in 0..groups * size {
        for b in a + 1..groups * size {
            let inside = community[a as usize] == community[b as usize];
            if draw.below(1000) < if inside { per_mille.0 } else { per_mille.1 } {
                edges.push((a, b, 1));
            }
        }
    }
    finished(groups * size, edges, &community)
}

fn finished(node_count: u32, mut edges: Vec<(u32, u32, u64)>, community: &[u32]) -> Planted {
    edges.sort_unstable();
    edges.dedup();
    let graph = Graph::from_sorted_edges(node_count, &edges);
    Planted { edges, graph, truth: Partition::from_labels(community) }
}

/// SplitMix64: Steele, Lea and Flood (2014), <https://doi.org/10.1145/2660193.2660195>.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, with a bias far below what a test can see.
    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// At least `min`; larger than `x` with probability `min / x`; at most `max`.
    fn heavy_tailed(&mut self, min: u32, max: u32) -> u32 {
        let uniform = 1 + self.below(1 << 20);
        ((u64::from(min) << 20) / uniform).min(u64::from(max)) as u32
    }

    /// From `min` to below `max`, which is `min` times a power of two: an octave,
    /// each as likely, and evenly within it.
    fn log_uniform(&mut self, min: u32, max: u32) -> u32 {
        let octave = self.below(u64::from((max / min).ilog2()));
        let first = min << octave;
        first + self.below(u64::from(first)) as u32
    }

    fn shuffle(&mut self, values: &mut [u32]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last as u64 + 1) as usize);
        }
    }

    fn join_stubs(&mut self, mut stubs: Vec<u32>, edges: &mut Vec<(u32, u32, u64)>) {
        self.shuffle(&mut stubs);
        for pair in stubs.chunks_exact(2).filter(|pair| pair[0] != pair[1]) {
            edges.push((pair[0].min(pair[1]), pair[0].max(pair[1]), 1));
        }
    }
}

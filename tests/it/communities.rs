//! Communities on graphs whose communities are known.

#[path = "../../crates/zwerm-graph/tests/support/mod.rs"]
mod support;

use support::lfr;
use zwerm_evaluate::Contingency;
use zwerm_graph::{Objective, Resolution, leiden, quality};

const MODULARITY: Objective = Objective::Modularity { resolution: Resolution::ONE };

/// Ten graphs of 2,000 nodes, three tenths of whose edges lead out of their community.
#[test]
fn lfr_graphs_give_their_communities_back() {
    for seed in 0..10 {
        let drawn = lfr(seed, 2_000, 30);
        let found = leiden(&drawn.graph, MODULARITY);
        let things = drawn.truth.community.iter().copied().zip(found.community.iter().copied());
        let nmi = Contingency::new(things).nmi();
        let degrees = (0..2_000).map(|node| drawn.graph.neighbours(node).count());
        println!(
            "seed {seed}: {} edges, degrees to {}, {} communities, {} found, modularity {:.4}, NMI \
             {nmi:.4}",
            drawn.edges.len(),
            degrees.max().unwrap_or(0),
            drawn.truth.community_count(),
            found.community_count(),
            quality(&drawn.graph, &found, MODULARITY),
        );
        assert!(nmi >= 0.95, "seed {seed}: {nmi}");
        let outward = drawn.edges.iter().filter(|&&(a, b, _)| {
            drawn.truth.community[a as usize] != drawn.truth.community[b as usize]
        });
        let mixing = outward.count() as f64 / drawn.edges.len() as f64;
        assert!((0.25..0.35).contains(&mixing), "seed {seed}: mixing {mixing}");
    }
}

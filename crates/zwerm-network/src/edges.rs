//! Level B: which pairs of accounts are kept, and what chance says about them.
//!
//! Two populations are compared. **Raised** accounts (significant at level A, through the kind and
//! rung at hand): every pair of them that met is kept, whatever the popularity of the object, since
//! the question is who stands beside whom. **All** accounts, on objects under the cap: a pair that
//! shares at least two objects is tested by [`nulls::synchrony`](crate::nulls::synchrony) and
//! [`nulls::sharing`](crate::nulls::sharing); it is *strict* if both pass Bonferroni, *discovery*
//! if synchrony passes Benjamini and Hochberg.

use zwerm_model::hash::Map;
use zwerm_model::{Edge, Resolution, Tally, Tier, TraceTable};

use crate::NetworkConfig;
use crate::clock::Rung;
use crate::co_action::{self, Layer, PairCount};
use crate::nulls::{sharing::Degrees, synchrony};
use crate::tiers::Raised;
use zwerm_stats::fdr::ln_q_values;
use zwerm_stats::from_fixed;

/// Who is compared, and in which steps of time.
pub(crate) struct Population<'a> {
    /// The step of time.
    pub(crate) resolution: Resolution,
    /// Accounts with a trace.
    pub(crate) accounts_tested: u64,
    /// Those that level A raised.
    pub(crate) raised: &'a Raised<'a>,
}

/// The edges of one kind, by (rung, a, b).
pub(crate) fn edges(
    table: &TraceTable,
    rungs: &[Rung],
    population: &Population<'_>,
    config: &NetworkConfig,
    tally: &mut Tally,
) -> Vec<Edge> {
    let cap = config.pair_accounts_max;
    // Who shares what does not depend on the window: once for all rungs.
    let everyone = Layer::of(table, population.resolution, cap, |_| true, tally);
    rungs
        .iter()
        .flat_map(|&rung| {
            let raised = population.raised.through(table.kind, rung);
            let among =
                Layer::of(table, population.resolution, usize::MAX, |a| raised[a as usize], tally);
            edges_of_rung((table, rung), (&everyone, &among), &raised, population, config)
        })
        .collect()
}

fn edges_of_rung(
    (table, rung): (&TraceTable, Rung),
    (everyone, among): (&Layer, &Layer),
    raised: &[bool],
    population: &Population<'_>,
    config: &NetworkConfig,
) -> Vec<Edge> {
    let resolution = population.resolution;
    let window = rung.window_ticks(resolution);
    let rate = synchrony::class_rates(table, resolution, window);
    let tested = tested_edges(everyone, window, &rate, population.accounts_tested, config);
    let (met, _) = co_action::count_pairs(among, window, &rate, |count| count.met > 0);
    let mut edges: Vec<Edge> = Vec::new();
    for (layer, count, q, tier) in tested
        .iter()
        .map(|t| (everyone, &t.count, t.ln_q, t.tier))
        .chain(met.iter().map(|count| (among, count, 0.0, Tier::None)))
    {
        let both_raised =
            [count.a, count.b].iter().all(|&local| raised[layer.accounts[local as usize] as usize]);
        if tier > Tier::None || (both_raised && count.met > 0) {
            edges.push(edge(table, rung, resolution, layer, (count, q, tier)));
        }
    }
    keep_best_of_each_pair(edges)
}

/// A pair that was tested.
struct Tested {
    count: PairCount,
    ln_q: f64,
    tier: Tier,
}

fn tested_edges(
    layer: &Layer,
    window: i64,
    rate: &[i64],
    accounts_total: u64,
    config: &NetworkConfig,
) -> Vec<Tested> {
    let (counts, pairs_sharing) =
        co_action::count_pairs(layer, window, rate, |count| count.shared >= 2 && count.met >= 1);
    let per_object = layer.accounts_per_object();
    let degrees = Degrees {
        pairs: layer.pair_count(),
        chances: per_object.iter().map(|&q| u64::from(q) * u64::from(q - 1)).sum(),
    };
    let ln_p: Vec<f64> =
        counts.iter().map(|c| synchrony::ln_p(c.met, from_fixed(c.expected))).collect();
    let ln_q = ln_q_values(&ln_p, pairs_sharing);
    // Both at once over all pairs there could be, so that sharing needs no selection argument.
    let pairs_possible = accounts_total as f64 * (accounts_total as f64 - 1.0) / 2.0;
    let strict_below = libm::log(config.q_strict / pairs_possible.max(1.0));
    counts
        .into_iter()
        .zip(ln_p)
        .zip(ln_q)
        .map(|((count, ln_p), ln_q)| {
            let degree = |local: u32| layer.objects_of(local as usize).len() as u32;
            let sharing = degrees.ln_p(degree(count.a), degree(count.b), count.shared);
            let is_strict = ln_p <= strict_below && sharing <= strict_below;
            let tier = if is_strict {
                Tier::Strict
            } else if ln_q <= libm::log(config.q_discovery) {
                Tier::Discovery
            } else {
                Tier::None
            };
            Tested { count, ln_q, tier }
        })
        .collect()
}

fn edge(
    table: &TraceTable,
    rung: Rung,
    resolution: Resolution,
    layer: &Layer,
    (count, ln_q, tier): (&PairCount, f64, Tier),
) -> Edge {
    let expected = from_fixed(count.expected);
    Edge {
        a: layer.accounts[count.a as usize],
        b: layer.accounts[count.b as usize],
        kind: table.kind,
        window_ms: rung.window_ms,
        objects: count.met,
        co_actions: count.co_actions,
        expected,
        p: libm::exp(synchrony::ln_p(count.met, expected)),
        q: libm::exp(ln_q),
        tier,
        gap_ms_min: if count.met == 0 { 0 } else { count.gap_min * resolution.0 },
        gap_ms_mean: if count.met == 0 {
            0.0
        } else {
            (count.gap_sum * resolution.0) as f64 / f64::from(count.met)
        },
    }
}

/// A raised pair may come from both populations: the one that counted more objects stays, with the
/// better tier and q of the two.
fn keep_best_of_each_pair(edges: Vec<Edge>) -> Vec<Edge> {
    let mut places: Map<(u32, u32), usize> = Map::default();
    let mut kept: Vec<Edge> = Vec::new();
    for edge in edges {
        let place = *places.entry((edge.a, edge.b)).or_insert_with(|| {
            kept.push(edge.clone());
            kept.len() - 1
        });
        let before = &mut kept[place];
        let (tier, q) = (before.tier.max(edge.tier), before.q.min(edge.q));
        if edge.objects > before.objects {
            *before = edge;
        }
        (before.tier, before.q) = (tier, q);
    }
    kept.sort_unstable_by_key(|edge| (edge.a, edge.b));
    kept
}

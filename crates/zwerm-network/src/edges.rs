//! Level B: which pairs of accounts are kept, and what chance says about them.
//!
//! Two populations are compared. **Raised** accounts (significant at level A, through the kind and
//! rung at hand): every pair of them that met is kept, whatever the popularity of the object, since
//! the question is who stands beside whom. **All** accounts, on objects under the cap: a pair that
//! shares at least two objects is tested by [`nulls::synchrony`](crate::nulls::synchrony) and
//! [`nulls::sharing`](crate::nulls::sharing); it is *strict* if both pass Bonferroni, *discovery*
//! if synchrony passes Benjamini and Hochberg.

use zwerm_model::hash::Map;
use zwerm_model::{Edge, Tally, Tier};

use crate::acts::SharedActs;
use crate::clock::Rung;
use crate::co_action::{self, PairCount, Pairs, Window};
use crate::decoys::exchange;
use crate::layer::Layer;
use crate::nulls::{sharing::Degrees, synchrony};
use crate::stock::WEIGHT_ONE;
use crate::tiers::Raised;
use crate::{KindLayer, NetworkConfig};
use zwerm_stats::fdr::ln_q_values;
use zwerm_stats::from_fixed;

/// Who is compared.
pub(crate) struct Population<'a> {
    /// Accounts with a trace.
    pub(crate) accounts_tested: u64,
    /// Those that level A raised.
    pub(crate) raised: &'a Raised<'a>,
}

/// What both tests of pairs say, of data or of a decoy.
#[derive(Clone, Debug, Default)]
pub(crate) struct PairTests {
    /// Over all windows and the pairs that share an object.
    pub(crate) synchrony: Tests,
    /// Over all pairs that there could be; known of those that met within the widest window.
    pub(crate) sharing: Tests,
}

impl PairTests {
    /// Takes in those of another kind.
    pub(crate) fn add(&mut self, other: PairTests) {
        self.synchrony.add(other.synchrony);
        self.sharing.add(other.sharing);
    }
}

/// Many tests, of which the small probabilities are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tests {
    ln_p: Vec<f64>,
    tests: u64,
}

impl Tests {
    /// Keeps what could be significant at a level: no q is below its p.
    pub(crate) fn of(ln_p: impl Iterator<Item = f64>, tests: u64, q: f64) -> Self {
        Tests { ln_p: ln_p.filter(|&ln_p| ln_p <= libm::log(q)).collect(), tests }
    }

    fn add(&mut self, mut other: Tests) {
        self.ln_p.append(&mut other.ln_p);
        self.tests += other.tests;
    }

    /// How many are significant at a level, by Benjamini and Hochberg over all.
    pub(crate) fn found(&self, q: f64) -> u64 {
        let ln_q = ln_q_values(&self.ln_p, self.tests);
        ln_q.into_iter().filter(|&ln_q| ln_q <= libm::log(q)).count() as u64
    }
}

/// The edges of one kind, by (rung, a, b); what the tests of pairs say of the data and of each
/// decoy.
pub(crate) fn edges(
    KindLayer { acts, rates, weights, .. }: &KindLayer,
    population: &Population<'_>,
    config: &NetworkConfig,
    tally: &mut Tally,
) -> (Vec<Edge>, Vec<PairTests>) {
    // Who shares what does not depend on the window: once for all rungs.
    let everyone = Layer::of(acts, config.pair_accounts_max, |_| true);
    let over_cap = format!("network.{}.objects_over_cap", acts.kind.0);
    tally.add(&over_cap, everyone.objects_over_cap);
    tally.add(
        &format!("network.{}.stock_objects", acts.kind.0),
        weights.iter().filter(|&&weight| u64::from(weight) < WEIGHT_ONE).count() as u64,
    );
    let windows: Vec<Window<'_>> = rates
        .iter()
        .map(|(rung, rates)| Window { ticks: rung.window_ticks(acts.resolution), rates, weights })
        .collect();
    let compare = |layer: &Layer| compare(layer, &windows, population.accounts_tested, config);
    let (tested, tests) = compare(&everyone);
    let mut all = Vec::new();
    for (((rung, _), window), tested) in rates.iter().zip(&windows).zip(tested) {
        all.extend(edges_of_rung(acts, (*rung, *window), (&everyone, &tested), population));
    }
    let decoy = |number| exchange::redraw(&everyone, acts.kind, (config.seed, number));
    let decoys = (0..config.null_checks).map(|number| compare(&decoy(number)).1);
    (all, std::iter::once(tests).chain(decoys).collect())
}

/// Tests the pairs of a layer that share two objects and met, at each window.
fn compare(
    layer: &Layer,
    windows: &[Window<'_>],
    accounts_total: u64,
    config: &NetworkConfig,
) -> (Vec<Vec<Tested>>, PairTests) {
    let recurring = |count: &PairCount| count.shared >= 2 && count.met >= 1;
    let Pairs { kept, sharing } = co_action::count_pairs(layer, windows, recurring);
    let test = |counts| test(layer, counts, sharing, accounts_total, config);
    let tested: Vec<Vec<Tested>> = kept.into_iter().map(test).collect();
    let widest = windows.iter().zip(&tested).max_by_key(|(window, _)| window.ticks);
    let q = config.q_discovery;
    let of_sharing = widest.iter().flat_map(|(_, tested)| tested.iter().map(|t| t.ln_p_sharing));
    let of_synchrony = tested.iter().flatten().map(|t| t.ln_p);
    let tests = PairTests {
        sharing: Tests::of(of_sharing, pairs_possible(accounts_total), q),
        synchrony: Tests::of(of_synchrony, sharing * windows.len() as u64, q),
    };
    (tested, tests)
}

/// All pairs of some accounts.
fn pairs_possible(accounts: u64) -> u64 {
    (u128::from(accounts) * u128::from(accounts.saturating_sub(1)) / 2) as u64
}

fn edges_of_rung(
    acts: &SharedActs,
    (rung, window): (Rung, Window<'_>),
    (everyone, tested): (&Layer, &[Tested]),
    population: &Population<'_>,
) -> Vec<Edge> {
    let raised = population.raised.through(acts.kind, rung);
    let among = Layer::of(acts, usize::MAX, |account| raised[account as usize]);
    let met = co_action::count_pairs(&among, &[window], |count| count.met > 0);
    let mut edges: Vec<Edge> = Vec::new();
    for (layer, count, q, tier) in tested
        .iter()
        .map(|t| (everyone, &t.count, t.ln_q, t.tier))
        .chain(met.kept.iter().flatten().map(|count| (&among, count, 0.0, Tier::None)))
    {
        let both_raised =
            [count.a, count.b].iter().all(|&local| raised[layer.accounts[local as usize] as usize]);
        if tier > Tier::None || (both_raised && count.met > 0) {
            edges.push(edge(acts, rung, layer, (count, q, tier)));
        }
    }
    keep_best_of_each_pair(edges)
}

/// A pair that was tested.
struct Tested {
    count: PairCount,
    ln_p: f64,
    ln_p_sharing: f64,
    ln_q: f64,
    tier: Tier,
}

fn test(
    layer: &Layer,
    counts: Vec<PairCount>,
    pairs_sharing: u64,
    accounts_total: u64,
    config: &NetworkConfig,
) -> Vec<Tested> {
    let degrees = Degrees::of(layer);
    let ln_p: Vec<f64> =
        counts.iter().map(|c| synchrony::ln_p(c.met, from_fixed(c.expected))).collect();
    let ln_q = ln_q_values(&ln_p, pairs_sharing);
    // Both at once over all pairs there could be, so that sharing needs no selection argument.
    let strict_below = libm::log(config.q_strict / pairs_possible(accounts_total).max(1) as f64);
    counts
        .into_iter()
        .zip(ln_p)
        .zip(ln_q)
        .map(|((count, ln_p), ln_q)| {
            let degree = |local: u32| layer.degree(local as usize);
            let ln_p_sharing = degrees.ln_p(degree(count.a), degree(count.b), count.shared);
            let is_strict = ln_p <= strict_below && ln_p_sharing <= strict_below;
            let tier = if is_strict {
                Tier::Strict
            } else if ln_q <= libm::log(config.q_discovery) {
                Tier::Discovery
            } else {
                Tier::None
            };
            Tested { count, ln_p, ln_p_sharing, ln_q, tier }
        })
        .collect()
}

fn edge(
    acts: &SharedActs,
    rung: Rung,
    layer: &Layer,
    (count, ln_q, tier): (&PairCount, f64, Tier),
) -> Edge {
    let expected = from_fixed(count.expected);
    Edge {
        a: layer.accounts[count.a as usize],
        b: layer.accounts[count.b as usize],
        kind: acts.kind,
        window_ms: rung.window_ms,
        objects: count.met,
        weight: count.weight,
        co_actions: count.co_actions,
        expected,
        p: libm::exp(synchrony::ln_p(count.met, expected)),
        q: libm::exp(ln_q),
        tier,
        gap_ms_min: if count.met == 0 { 0 } else { count.gap_min * acts.resolution.0 },
        gap_ms_mean: if count.met == 0 {
            0.0
        } else {
            (count.gap_sum * acts.resolution.0) as f64 / f64::from(count.met)
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

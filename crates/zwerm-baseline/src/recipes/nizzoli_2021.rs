//! Nizzoli et al. 2021: coordination as a continuum.
//!
//! # What the publication does
//!
//! The top 1 % of accounts by reposts become TF-IDF vectors over the reposted posts (tf the count,
//! idf log₂(n / df)); cosines above 0 are the edges, of which the disparity filter keeps a
//! backbone. Communities are found in it, and again each time that the lightest edges are taken
//! away, from the communities before: at 101 quantiles of the weights, from 0 to 1. How far an
//! account stays with others is how coordinated it is.
//!
//! # Where we choose
//!
//! The score is the share of the 101 steps that an account is in a community of two or more; there
//! is no rule that flags. The backbone keeps edges with α below 0.15 at either end, the level of
//! the authors' published run (their code keeps the α of whichever end it saw last, to four
//! decimals). Communities are Leiden's by modularity, not Louvain's: they are connected, and equal
//! at every run. Groups are those of the whole backbone. Accounts with as many reposts as the last
//! of the 1 % belong to it. Reposts of one's own posts do not count.
//!
//! # When it misleads
//!
//! Accounts that repost little are never looked at, and time plays no part: fans of one party are
//! as coordinated as its staff.
//!
//! # Source
//!
//! <https://arxiv.org/abs/2008.08370>.

use zwerm_graph::{Graph, Objective, Partition, Resolution, disparity, leiden, leiden_from};
use zwerm_model::NONE;

use super::{Recipe, Variant};
use crate::cosine::{Cosine, Idf, Tf, Vectors, quantile};
use crate::incidence::Incidence;
use crate::pairs::PAIRS_MAX;
use crate::{Inputs, Ranked, TooManyPairs};

/// One account in so many is looked at.
pub const ONE_IN: usize = 100;
/// Edges with a larger α at both ends are no part of the backbone.
pub const ALPHA_MAX: f64 = 0.15;
/// How often the lightest edges are taken away, the first time none.
pub const STEPS: u32 = 101;
/// Cosines become weights in these steps.
const WEIGHT_ONE: f64 = (1_u64 << 32) as f64;

/// See the [module documentation](self).
pub const RECIPE: Recipe = Recipe {
    name: "nizzoli-2021",
    about: "how long the most active stay together while similarity is asked more of",
    source: "https://arxiv.org/abs/2008.08370",
    kinds: &["repost"],
    variants: &[Variant::Paper],
    run,
};

fn run(inputs: &Inputs<'_>, _: Variant) -> Result<Ranked, TooManyPairs> {
    let accounts = inputs.account_count();
    let all = Incidence::of(inputs.table("repost"), accounts);
    let reposts_min = reposts_of_the_top(&all);
    let top = all.of_accounts(|account| all.touches(account) >= reposts_min);
    let vectors = Vectors::new(&top, Tf::Count, Idf::Plain, top.active());
    let cosines = vectors.cosines(PAIRS_MAX)?;
    let mut counts =
        vec![("accounts_at_the_top", top.active() as u64), ("pairs", cosines.len() as u64)];
    let network = Network::backbone(cosines);
    counts.push(("edges", network.edges.len() as u64));
    let (steps, communities) = network.steps();
    let mut score = vec![0.0; accounts];
    let mut group = vec![NONE; accounts];
    for ((&account, steps), community) in network.accounts.iter().zip(steps).zip(communities) {
        score[account as usize] = f64::from(steps) / f64::from(STEPS);
        group[account as usize] = community;
    }
    Ok(Ranked {
        score,
        flagged: None,
        group: Some(group),
        settings: vec![
            ("accounts_one_in", ONE_IN.to_string()),
            ("reposts_min", reposts_min.to_string()),
            ("alpha_max", ALPHA_MAX.to_string()),
            ("steps", STEPS.to_string()),
        ],
        counts,
    })
}

/// The reposts of the last of the top accounts; 1 if nobody reposts.
fn reposts_of_the_top(all: &Incidence) -> u64 {
    let mut reposts: Vec<u64> = (0..all.account_count()).map(|a| all.touches(a)).collect();
    reposts.retain(|&reposts| reposts > 0);
    reposts.sort_unstable_by(|a, b| b.cmp(a));
    reposts.len().div_ceil(ONE_IN).checked_sub(1).map_or(1, |last| reposts[last])
}

/// Accounts with an edge, numbered anew, and the edges between them by (a, b).
struct Network {
    accounts: Vec<u32>,
    edges: Vec<Cosine>,
}

impl Network {
    /// Cosines as edges between accounts that have one.
    fn of(cosines: Vec<Cosine>) -> Self {
        let mut accounts: Vec<u32> = cosines.iter().flat_map(|c| [c.a, c.b]).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let number = |account: u32| accounts.partition_point(|&other| other < account) as u32;
        let edges = cosines.iter().map(|c| Cosine { a: number(c.a), b: number(c.b), ..*c });
        Network { edges: edges.collect(), accounts }
    }

    /// The network of those cosines that the disparity filter keeps.
    fn backbone(cosines: Vec<Cosine>) -> Self {
        let whole = Network::of(cosines);
        let alphas = disparity(&whole.graph(0.0));
        let kept = whole.edges.iter().zip(alphas).filter(|&(_, alpha)| alpha < ALPHA_MAX);
        let account = |node: u32| whole.accounts[node as usize];
        let kept = kept.map(|(c, _)| Cosine { a: account(c.a), b: account(c.b), ..*c });
        Network::of(kept.collect())
    }

    /// The graph of the edges from a weight on.
    fn graph(&self, from: f64) -> Graph {
        let heavy = self.edges.iter().filter(|edge| edge.value >= from);
        let fixed = |value: f64| ((value * WEIGHT_ONE).round() as u64).max(1);
        let edges: Vec<(u32, u32, u64)> = heavy.map(|c| (c.a, c.b, fixed(c.value))).collect();
        Graph::from_sorted_edges(self.accounts.len() as u32, &edges)
    }

    /// At how many steps each account is with others, and its community at the first.
    fn steps(&self) -> (Vec<u32>, Vec<u32>) {
        let objective = Objective::Modularity { resolution: Resolution::ONE };
        let whole = leiden(&self.graph(0.0), objective);
        let first = together(&whole);
        let mut steps = vec![0; self.accounts.len()];
        let mut partition = whole;
        for step in 0..STEPS {
            let from = quantile(&self.edges, f64::from(step) / f64::from(STEPS - 1));
            partition = leiden_from(&self.graph(from), objective, &partition);
            for (steps, community) in steps.iter_mut().zip(together(&partition)) {
                *steps += u32::from(community != NONE);
            }
        }
        (steps, first)
    }
}

/// The community of each node, [`NONE`] for one alone.
fn together(partition: &Partition) -> Vec<u32> {
    let mut sizes = vec![0_u32; partition.community_count() as usize];
    partition.community.iter().for_each(|&community| sizes[community as usize] += 1);
    let of_two = |&community: &u32| if sizes[community as usize] > 1 { community } else { NONE };
    partition.community.iter().map(of_two).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{posts, run as run_recipe, table};

    #[test]
    fn one_in_a_hundred_and_its_equals_are_the_top() {
        // 101 accounts repost: the top is two of them. The second most active have five reposts.
        let mut touches: Vec<(u32, u32)> = (0..101).map(|account| (account, 0)).collect();
        touches.extend([(7, 0); 8]);
        touches.extend([(3, 0); 4].into_iter().chain([(9, 0); 4]));
        let all = Incidence::count(touches.into_iter(), 200, 1);
        assert_eq!(reposts_of_the_top(&all), 5);
        assert_eq!(all.of_accounts(|a| all.touches(a) >= 5).active(), 3);
        assert_eq!(reposts_of_the_top(&Incidence::count(std::iter::empty(), 5, 0)), 1);
    }

    /// Accounts 0 and 1 repost the same posts, 2 and 3 others, `common` each; 1 and 2 one more. All
    /// others of the 400 repost once, so the top is these four.
    fn ranked(common: usize) -> Ranked {
        let mut rows: Vec<(String, u32)> = Vec::new();
        for post in 0..common {
            rows.extend([(format!("x{post}"), 0), (format!("x{post}"), 1)]);
            rows.extend([(format!("y{post}"), 2), (format!("y{post}"), 3)]);
        }
        rows.extend([("z".to_owned(), 1), ("z".to_owned(), 2)]);
        rows.extend((4..400).map(|account| ("w".to_owned(), account)));
        let rows: Vec<(&str, u32, i64)> =
            rows.iter().map(|(post, account)| (post.as_str(), *account, 0)).collect();
        run_recipe(&RECIPE, Variant::Paper, &posts(400, &[]), &[table("repost", &rows)])
    }

    /// n = 4 and df = 2 for every post: idf is log₂ 2 = 1. With ten common posts the strong cosines
    /// are 10 / √(10 · 11) = 0.953, the weak one between 1 and 2 is 1 / 11 = 0.091. An end of one
    /// edge has nothing to compare; at 1 and 2, of two edges, α = 1 − w / s: 0.087 for the strong
    /// edges, which stay, 0.913 for the weak one. The two that stay weigh the same: no quantile
    /// takes one of them away.
    #[test]
    fn the_backbone_keeps_strong_ties_to_the_end() {
        let ranked = ranked(10);
        assert_eq!(ranked.counts, [("accounts_at_the_top", 4), ("pairs", 3), ("edges", 2)]);
        assert_eq!(ranked.score[..5], [1.0, 1.0, 1.0, 1.0, 0.0]);
        assert_eq!(ranked.group.map(|group| group[..5].to_vec()), Some(vec![0, 0, 1, 1, NONE]));
    }

    /// With five, cosines are 5 / √30 = 0.913 and 1 / 6: α = 0.154 is above 0.15, and nothing is
    /// left.
    #[test]
    fn a_backbone_can_be_empty() {
        let ranked = ranked(5);
        assert_eq!(ranked.counts, [("accounts_at_the_top", 4), ("pairs", 3), ("edges", 0)]);
        assert!(ranked.score.iter().all(|&score| score == 0.0));
    }

    /// Three accounts in a triangle of weights 0.9, 0.5 and 0.5, and a pair of weight 0.7: the
    /// quantiles of (0.5, 0.5, 0.7, 0.9) are 0.5 up to a third (steps 0 to 33: all edges), at most
    /// 0.7 up to two thirds (to step 66: the pair and the heavy edge), and above it then.
    #[test]
    fn the_most_similar_stay_to_the_end() {
        let cosine = |a, b, value| Cosine { a, b, value };
        let network = Network::of(vec![
            cosine(10, 11, 0.9),
            cosine(10, 12, 0.5),
            cosine(11, 12, 0.5),
            cosine(20, 21, 0.7),
        ]);
        assert_eq!(network.accounts, [10, 11, 12, 20, 21]);
        let (steps, first) = network.steps();
        assert_eq!(steps, [101, 101, 34, 67, 67]);
        assert_eq!(first, [0, 0, 0, 1, 1]);
    }
}

//! Luceri et al. 2024: node pruning, the eigenvector centrality of five traces fused.
//!
//! # What the publication does
//!
//! Five networks of accounts: by posts that both repost, URLs that both post and ordered hashtags
//! that both use (TF-IDF, cosines from a percentile on: 80, 80 and 65), by authors that both repost
//! within 60 s (TF-IDF, cosines above 0), and by similar texts within a year. Their union without
//! weights is one network. The score is an account's eigenvector centrality in it, 0 for those not
//! in it; accounts from 0.01 on are `flagged`.
//!
//! # What its code does
//!
//! Every cosine above 0 is an edge. For reposts, accounts need 20 of them. Posts, URLs and
//! sequences of one account count for nothing. Sequences have five tags. A fast repost comes within
//! 10 s *of any number of whole days* (the code drops days), and an author counts from the second.
//!
//! # Where we choose
//!
//! Texts are similar if they fall into one near-duplicate cluster of ours, in both variants: the
//! publication compares sentence vectors of a language model. URLs and hashtags are in our one
//! spelling, and the content of a repost is not counted again. Posts that one account reposts count
//! once each, except fast ones. Our traces leave out reposts of one's own posts.
//!
//! # When it misleads
//!
//! Centrality gathers in the densest part of one component, whoever is there, and everybody in a
//! clique has the same. On disconnected networks all other components come near to 0. The
//! percentiles were chosen on labelled data.
//!
//! # Source
//!
//! <https://doi.org/10.1145/3589334.3645529>.

use std::borrow::Cow;

use zwerm_graph::{Graph, PowerIteration, eigenvector};
use zwerm_model::hash::Map;
use zwerm_model::names::Interner;
use zwerm_model::{NONE, Posts};

use super::{Recipe, Variant};
use crate::cosine::{Cosine, Idf, Tf, Vectors, quantile};
use crate::incidence::Incidence;
use crate::pairs::{PAIRS_MAX, push_met_within};
use crate::{Inputs, Ranked, TooManyPairs};

/// Accounts from this centrality on are flagged.
pub const CENTRALITY_MIN: f64 = 0.01;
/// Similar texts count if they are at most a year apart.
pub const TEXT_WINDOW_MS: i64 = 365 * DAY_MS;
/// In the code, accounts with fewer reposts have no co-reposts.
pub const REPOSTS_MIN: u64 = 20;
/// In the code, shorter sequences of hashtags do not count.
pub const TAGS_MIN: usize = 5;
/// In the code, a fast repost comes within this time.
pub const FAST_MS: i64 = 10_000;
const DAY_MS: i64 = 86_400_000;
/// The quantiles below which cosines are no edges, in the paper: reposts, URLs, sequences.
const QUANTILES: [f64; 3] = [0.80, 0.80, 0.65];

/// See the [module documentation](self).
pub const RECIPE: Recipe = Recipe {
    name: "luceri-2024",
    about: "the most central where five traces are one network: node pruning",
    source: "https://doi.org/10.1145/3589334.3645529",
    kinds: &["fast_repost", "hashtag_sequence", "near_text", "repost", "url"],
    variants: &[Variant::Paper, Variant::Code],
    run,
};

fn run(inputs: &Inputs<'_>, variant: Variant) -> Result<Ranked, TooManyPairs> {
    let layers = layers(inputs, variant)?;
    let mut counts: Vec<(&str, u64)> =
        layers.iter().map(|(name, edges)| (*name, edges.len() as u64)).collect();
    let mut edges: Vec<(u32, u32)> = layers.into_iter().flat_map(|(_, edges)| edges).collect();
    edges.sort_unstable();
    edges.dedup();
    counts.push(("edges", edges.len() as u64));
    let edges: Vec<(u32, u32, u64)> = edges.into_iter().map(|(a, b)| (a, b, 1)).collect();
    let graph = Graph::from_sorted_edges(inputs.account_count() as u32, &edges);
    let (score, settled) = eigenvector(&graph, false, PowerIteration::default());
    counts.push(("centrality_settled", u64::from(settled)));
    let mut settings = vec![
        ("centrality_min", CENTRALITY_MIN.to_string()),
        ("text_window_ms", TEXT_WINDOW_MS.to_string()),
    ];
    settings.extend(match variant {
        Variant::Paper => vec![
            ("fast_repost_ms", "60000".to_owned()),
            ("repost_quantile", QUANTILES[0].to_string()),
            ("url_quantile", QUANTILES[1].to_string()),
            ("hashtag_sequence_quantile", QUANTILES[2].to_string()),
        ],
        Variant::Code => vec![
            ("fast_repost_ms", format!("{FAST_MS} of any day")),
            ("reposts_min", REPOSTS_MIN.to_string()),
            ("hashtags_min", TAGS_MIN.to_string()),
        ],
    });
    let flagged = score.iter().map(|&value| value >= CENTRALITY_MIN).collect();
    Ok(Ranked { score, flagged: Some(flagged), group: None, settings, counts })
}

/// The edges of each network, by name.
type Layers = Vec<(&'static str, Vec<(u32, u32)>)>;

fn layers(inputs: &Inputs<'_>, variant: Variant) -> Result<Layers, TooManyPairs> {
    let of = |kind| Incidence::of(inputs.table(kind), inputs.account_count());
    let (reposts, urls, sequences) = (of("repost"), of("url"), of("hashtag_sequence"));
    let mut texts = Vec::new();
    push_met_within(inputs.table("near_text"), TEXT_WINDOW_MS, &mut texts)?;
    texts.sort_unstable();
    texts.dedup();
    let binary = |counts: &Incidence, share| edges(counts, Tf::Binary, share);
    Ok(match variant {
        Variant::Paper => vec![
            ("edges.fast_repost", edges(&of("fast_repost"), Tf::Count, 0.0)?),
            ("edges.hashtag_sequence", binary(&sequences, QUANTILES[2])?),
            ("edges.near_text", texts),
            ("edges.repost", binary(&reposts, QUANTILES[0])?),
            ("edges.url", binary(&urls, QUANTILES[1])?),
        ],
        Variant::Code => {
            let active = reposts.of_accounts(|account| reposts.touches(account) >= REPOSTS_MIN);
            let names = &inputs.table("hashtag_sequence").objects;
            let is_long = |object: u32| tags(names.get(object as usize)) >= TAGS_MIN;
            vec![
                ("edges.fast_repost", edges(&fast(inputs.posts).of_counts(2), Tf::Count, 0.0)?),
                (
                    "edges.hashtag_sequence",
                    binary(&sequences.of_names(is_long).of_objects(2), 0.0)?,
                ),
                ("edges.near_text", texts),
                ("edges.repost", binary(&active.of_objects(2), 0.0)?),
                ("edges.url", binary(&urls.of_objects(2), 0.0)?),
            ]
        }
    })
}

/// How many hashtags a sequence has; our kind writes each with its sign.
fn tags(sequence: &str) -> usize {
    sequence.matches('#').count()
}

/// The pairs whose cosine is above 0 and not below a quantile of those.
fn edges(counts: &Incidence, tf: Tf, share: f64) -> Result<Vec<(u32, u32)>, TooManyPairs> {
    let vectors = Vectors::new(counts, tf, Idf::Smooth, counts.active());
    let cosines = vectors.cosines(PAIRS_MAX)?;
    let cut = quantile(&cosines, share);
    let kept = cosines.iter().filter(|cosine| cosine.value >= cut);
    Ok(kept.map(|&Cosine { a, b, .. }| (a, b)).collect())
}

/// Who reposted which author within [`FAST_MS`] after the original, days not counted.
fn fast(posts: &Posts) -> Incidence {
    let mut originals: Map<Cow<'_, str>, usize> = Map::default();
    for post in 0..posts.len() {
        originals.entry(posts.id.get(post)).or_insert(post);
    }
    let mut authors = Interner::default();
    let mut touches = Vec::new();
    for post in 0..posts.len() {
        let original = posts.repost_of.get(post).and_then(|id| originals.get(id));
        let Some(&original) = original else { continue };
        let latency_ms = posts.at[original].until(posts.at[post]);
        // The code compares whole seconds of the rest of the day.
        if latency_ms.rem_euclid(DAY_MS) / 1_000 * 1_000 <= FAST_MS {
            let author = authors.number(posts.accounts.id.get(posts.account[original] as usize));
            touches.push((author, posts.account[post]));
        }
    }
    touches.sort_unstable();
    let touches = touches.into_iter().map(|(author, account)| (account, author));
    debug_assert!(authors.names().len() < NONE as usize);
    Incidence::count(touches, posts.accounts.len(), authors.names().len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{posts, run as run_recipe, table};
    use zwerm_model::TraceTable;

    type Rows<'a> = &'a [(&'a str, u32, i64)];

    fn tables(
        reposts: Rows<'_>,
        urls: Rows<'_>,
        sequences: Rows<'_>,
        texts: Rows<'_>,
    ) -> Vec<TraceTable> {
        vec![
            table("fast_repost", &[]),
            table("hashtag_sequence", sequences),
            table("near_text", texts),
            table("repost", reposts),
            table("url", urls),
        ]
    }

    #[track_caller]
    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
        }
    }

    /// One URL joins 0 and 1, one text 0 and 2 (3 says it two years later), one sequence 0 and 3:
    /// a star with its middle at account 0, whose centralities are 1 / √2 and 1 / √6. Account 4
    /// is alone.
    #[test]
    fn the_middle_of_the_union_is_central() {
        let texts = [("t", 0, 0), ("t", 2, 5), ("t", 3, 2 * TEXT_WINDOW_MS)];
        let sequences = [("#a#b#c", 0, 0), ("#a#b#c", 3, 9)];
        let tables = tables(&[], &[("u", 0, 0), ("u", 1, 0)], &sequences, &texts);
        let ranked = run_recipe(&RECIPE, Variant::Paper, &posts(5, &[]), &tables);
        let leaf = (1.0_f64 / 6.0).sqrt();
        close(&ranked.score, &[0.5_f64.sqrt(), leaf, leaf, leaf, 0.0]);
        assert_eq!(ranked.flagged, Some(vec![true, true, true, true, false]));
        // The code's sequences are of five tags: account 3 falls out, two leaves remain at 1 / 2.
        let ranked = run_recipe(&RECIPE, Variant::Code, &posts(5, &[]), &tables);
        close(&ranked.score, &[0.5_f64.sqrt(), 0.5, 0.5, 0.0, 0.0]);
    }

    /// Accounts 0 to 3 share one URL and nothing else: six cosines of 1. Accounts 4 and 5 share one
    /// of their two URLs: a cosine below 1. The 80th percentile of the seven is 1, so the paper's
    /// network has six edges; the code's has seven.
    #[test]
    fn percentiles_are_the_papers_and_not_the_codes() {
        let urls = [
            ("u", 0, 0),
            ("u", 1, 0),
            ("u", 2, 0),
            ("u", 3, 0),
            ("v", 4, 0),
            ("v", 5, 0),
            ("w", 4, 0),
            ("x", 5, 0),
        ];
        let tables = tables(&[], &urls, &[], &[]);
        let edges = |variant| {
            let ranked = run_recipe(&RECIPE, variant, &posts(6, &[]), &tables);
            ranked.counts.iter().find(|count| count.0 == "edges.url").map(|count| count.1)
        };
        assert_eq!((edges(Variant::Paper), edges(Variant::Code)), (Some(6), Some(7)));
    }

    /// Twenty reposts are enough in the code, nineteen are not; the paper has no such floor.
    #[test]
    fn the_code_wants_twenty_reposts() {
        let names: Vec<String> = (0..20).map(|post| format!("p{post}")).collect();
        let all = names.iter().flat_map(|name| (0..3).map(move |a| (name.as_str(), a, 0)));
        let rows: Vec<(&str, u32, i64)> = all.filter(|row| *row != ("p0", 2, 0)).collect();
        let tables = tables(&rows, &[], &[], &[]);
        let code = run_recipe(&RECIPE, Variant::Code, &posts(3, &[]), &tables);
        close(&code.score, &[0.5_f64.sqrt(), 0.5_f64.sqrt(), 0.0]);
    }

    /// Account 9 posts at 0 and 100 s. Accounts 0 and 1 repost both, 5 s and a day and 5 s later:
    /// the same to the code. Account 2 takes 11 s, account 3 reposts fast but once.
    #[test]
    fn the_code_forgets_days() {
        let mut rows = vec![(9, 0, "", ""), (9, 100_000, "", "")];
        for (original, at) in [("p0", 0), ("p1", 100_000)] {
            rows.push((0, at + 5_000, "", original));
            rows.push((1, at + 5_000 + DAY_MS, "", original));
            rows.push((2, at + 11_000, "", original));
        }
        rows.push((3, 1_000, "", "p0"));
        let posts = posts(10, &rows);
        let ranked = run_recipe(&RECIPE, Variant::Code, &posts, &tables(&[], &[], &[], &[]));
        assert_eq!(ranked.counts[0], ("edges.fast_repost", 1));
        let (in_it, out) = (0.5_f64.sqrt(), 0.0);
        close(&ranked.score[..4], &[in_it, in_it, out, out]);
    }
}

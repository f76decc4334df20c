//! Schoch, Keller, Stier and Yang 2022: the same post within one minute.
//!
//! # What the publication does
//!
//! Two accounts are connected if they posted the same text, or reposted the same post, at most one
//! minute apart. Whoever is connected to anyone is in the network; once is enough.
//!
//! # Where we choose
//!
//! The paper's network says in or out (`flagged`). To rank, the score is how often an account did
//! so with the one account that it did so with most often. Texts are the same if every character
//! is; a repost has no text of its own. One minute includes both ends. Reposts of one's own posts
//! do not count. Groups are connected components.
//!
//! # When it misleads
//!
//! Share buttons give strangers the same text, and viral posts are reposted by strangers within a
//! minute. Where a platform tells minutes only, one minute means up to two.
//!
//! # Source
//!
//! <https://doi.org/10.1038/s41598-022-08404-9>, figure 4.

use zwerm_model::names::Interner;
use zwerm_model::{NONE, Posts, Strings, TraceKind, TraceTable};

use super::{Recipe, Variant};
use crate::pairs::{counted, groups, push_met_within};
use crate::{Inputs, Ranked, TooManyPairs};

/// One minute.
pub const WINDOW_MS: i64 = 60_000;

/// See the [module documentation](self).
pub const RECIPE: Recipe = Recipe {
    name: "schoch-2022",
    about: "posted or reposted the same within one minute",
    source: "https://doi.org/10.1038/s41598-022-08404-9",
    kinds: &["repost"],
    variants: &[Variant::Paper],
    run,
};

fn run(inputs: &Inputs<'_>, _: Variant) -> Result<Ranked, TooManyPairs> {
    let mut pairs = Vec::new();
    push_met_within(inputs.table("repost"), WINDOW_MS, &mut pairs)?;
    let co_reposts = pairs.len() as u64;
    push_met_within(&same_texts(inputs.posts), WINDOW_MS, &mut pairs)?;
    let co_posts = pairs.len() as u64 - co_reposts;
    let edges = counted(pairs);
    let mut most = vec![0_u64; inputs.account_count()];
    for &(a, b, times) in &edges {
        for account in [a, b] {
            most[account as usize] = most[account as usize].max(times);
        }
    }
    let group = groups(inputs.account_count(), &edges);
    Ok(Ranked {
        score: most.iter().map(|&times| times as f64).collect(),
        flagged: Some(group.iter().map(|&group| group != NONE).collect()),
        group: Some(group),
        settings: vec![("window_ms", WINDOW_MS.to_string())],
        counts: vec![
            ("co_posts", co_posts),
            ("co_reposts", co_reposts),
            ("edges", edges.len() as u64),
        ],
    })
}

/// The posts that are no reposts, by their text; those without a text are left out.
fn same_texts(posts: &Posts) -> TraceTable {
    let mut names = Interner::default();
    let own = (0..posts.len()).filter(|&post| !posts.is_repost(post));
    let own = own.filter(|&post| !posts.text_of(post).is_empty());
    let mut rows: Vec<(u32, u32)> =
        own.map(|post| (names.number(posts.text_of(post)), post as u32)).collect();
    // Posts are numbered by time.
    rows.sort_unstable();
    let mut starts = vec![0];
    for (row, pair) in rows.windows(2).enumerate() {
        if pair[0].0 != pair[1].0 {
            starts.push(row as u32 + 1);
        }
    }
    if !rows.is_empty() {
        starts.push(rows.len() as u32);
    }
    // Nobody asks for the texts again: the objects are so many nameless ones.
    let objects: Strings = std::iter::repeat_n("", starts.len() - 1).collect();
    TraceTable {
        kind: TraceKind("text"),
        objects,
        starts,
        account: rows.iter().map(|&(_, post)| posts.account[post as usize]).collect(),
        at: rows.iter().map(|&(_, post)| posts.at[post as usize].0).collect(),
        post: rows.into_iter().map(|(_, post)| post).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{posts, run as run_recipe, table};

    /// Accounts 0 and 1 say "x" twice within a minute of each other (61 s to the third time);
    /// 2 says it an hour later; 3 and 4 repost the same post 60 s apart; 5 is 61 s from 4.
    #[test]
    fn once_within_a_minute_is_enough() {
        let posts = posts(
            6,
            &[
                (0, 0, "x", ""),
                (1, 30_000, "x", ""),
                (0, 60_000, "x", ""),
                (1, 121_001, "x", ""),
                (2, 3_600_000, "x", ""),
                (3, 0, "x", "p9"),
                (2, 1, "", ""),
                (3, 2, "", ""),
            ],
        );
        let reposts = [("p9", 3, 0), ("p9", 4, 60_000), ("p9", 5, 121_000)];
        let ranked = run_recipe(&RECIPE, Variant::Paper, &posts, &[table("repost", &reposts)]);
        // 0 and 1 met at (0 s, 30 s) and (30 s, 60 s).
        assert_eq!(ranked.score, [2.0, 2.0, 0.0, 1.0, 1.0, 0.0]);
        assert_eq!(ranked.flagged, Some(vec![true, true, false, true, true, false]));
        assert_eq!(ranked.group, Some(vec![0, 0, NONE, 1, 1, NONE]));
        assert_eq!(ranked.counts, [("co_posts", 2), ("co_reposts", 1), ("edges", 2)]);
    }

    #[test]
    fn no_posts_are_nobody() {
        let ranked = run_recipe(&RECIPE, Variant::Paper, &posts(2, &[]), &[table("repost", &[])]);
        assert_eq!(ranked.score, [0.0, 0.0]);
    }
}

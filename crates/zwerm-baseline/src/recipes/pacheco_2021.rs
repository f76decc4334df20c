//! Pacheco et al. 2021, case study 4: accounts that repost the same posts.
//!
//! # What the publication does
//!
//! Accounts with at least ten reposts of others become TF-IDF vectors over the reposted posts (tf
//! sublinear, idf smooth); the top 0.5 % of the cosines above 0 are the edges, connected components
//! the groups.
//!
//! # What its code does
//!
//! Accounts need more than ten reposts, of more than one post. Posts that fewer than three of them
//! reposted are left out, unless none is left then. A pair (i, j) counts only if j is among the
//! hundred accounts nearest to i, i itself being one of them; the top 0.5 % is of these pairs.
//! (The code also counts reposts of one's own posts, which our traces leave out.)
//!
//! # Where we choose
//!
//! Components say in or out (`flagged`). To rank, the score is the largest cosine of an account's
//! edges. Among accounts equally near, those of smaller numbers come first.
//!
//! # When it misleads
//!
//! Fans of one account repost the same posts. Time plays no part, and some 0.5 % always remain.
//!
//! # Source
//!
//! <https://doi.org/10.1609/icwsm.v15i1.18075>.

use zwerm_model::NONE;

use super::{Recipe, Variant};
use crate::cosine::{Cosine, Idf, Tf, Vectors, quantile};
use crate::incidence::Incidence;
use crate::pairs::{PAIRS_MAX, groups};
use crate::{Inputs, Ranked, TooManyPairs};

/// Accounts with fewer reposts are left out.
pub const REPOSTS_MIN: u64 = 10;
/// Cosines below this quantile are no edges.
pub const QUANTILE: f64 = 0.995;
/// In the code, posts need so many accounts …
pub const ACCOUNTS_MIN: u32 = 3;
/// … and accounts have so many neighbours, themselves included.
pub const NEIGHBOURS: usize = 100;

/// See the [module documentation](self).
pub const RECIPE: Recipe = Recipe {
    name: "pacheco-2021-co-retweet",
    about: "the most similar by what they repost: top 0.5 % of TF-IDF cosines",
    source: "https://doi.org/10.1609/icwsm.v15i1.18075",
    kinds: &["repost"],
    variants: &[Variant::Paper, Variant::Code],
    run,
};

fn run(inputs: &Inputs<'_>, variant: Variant) -> Result<Ranked, TooManyPairs> {
    let accounts = inputs.account_count();
    let all = Incidence::of(inputs.table("repost"), accounts);
    let (supported, counted) = supported(&all, variant);
    let vectors = Vectors::new(&counted, Tf::Sublinear, Idf::Smooth, supported);
    let mut cosines = vectors.cosines(PAIRS_MAX)?;
    if variant == Variant::Code {
        cosines = among_nearest(&cosines, accounts);
    }
    let cut = quantile(&cosines, QUANTILE);
    let listed = cosines.len() as u64;
    cosines.retain(|cosine| cosine.value >= cut);
    let mut score = vec![0.0_f64; accounts];
    for cosine in &cosines {
        for account in [cosine.a, cosine.b] {
            score[account as usize] = score[account as usize].max(cosine.value);
        }
    }
    let edges: Vec<(u32, u32, u64)> = cosines.iter().map(|c| (c.a, c.b, 1)).collect();
    let group = groups(accounts, &edges);
    let mut settings = vec![("quantile", QUANTILE.to_string())];
    settings.extend(match variant {
        Variant::Paper => vec![("reposts_min", REPOSTS_MIN.to_string())],
        Variant::Code => vec![
            ("reposts_min", (REPOSTS_MIN + 1).to_string()),
            ("accounts_per_post_min", ACCOUNTS_MIN.to_string()),
            ("neighbours_max", NEIGHBOURS.to_string()),
        ],
    });
    Ok(Ranked {
        score,
        flagged: Some(group.iter().map(|&group| group != NONE).collect()),
        group: Some(group),
        settings,
        counts: vec![
            ("accounts_with_support", supported as u64),
            ("pairs", listed),
            ("edges", edges.len() as u64),
        ],
    })
}

/// How many accounts have support, and what they reposted.
fn supported(all: &Incidence, variant: Variant) -> (usize, Incidence) {
    let of_supported = match variant {
        Variant::Paper => all.of_accounts(|account| all.touches(account) >= REPOSTS_MIN),
        Variant::Code => all.of_accounts(|account| {
            all.touches(account) > REPOSTS_MIN && all.row(account).len() > 1
        }),
    };
    let supported = of_supported.active();
    let common = of_supported.of_objects(ACCOUNTS_MIN);
    match variant {
        Variant::Code if common.active() > 0 => (supported, common),
        _ => (supported, of_supported),
    }
}

/// The pairs whose second account is among those nearest to the first.
fn among_nearest(cosines: &[Cosine], accounts: usize) -> Vec<Cosine> {
    let mut around: Vec<Vec<(f64, u32)>> = vec![Vec::new(); accounts];
    for cosine in cosines {
        around[cosine.a as usize].push((cosine.value, cosine.b));
        around[cosine.b as usize].push((cosine.value, cosine.a));
    }
    let mut kept = Vec::new();
    for (a, mut around) in (0..).zip(around) {
        around.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        around.truncate(NEIGHBOURS - 1);
        around.retain(|&(_, b)| b > a);
        around.sort_by_key(|&(_, b)| b);
        kept.extend(around.into_iter().map(|(value, b)| Cosine { a, b, value }));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{posts, run as run_recipe, table};

    /// Eleven posts `p00` to `p10`: accounts 0 and 1 repost all of them, account 2 the first ten,
    /// account 3 nine of them and account 4 one of them eleven times.
    fn reposts() -> Vec<(String, u32)> {
        let mut rows = Vec::new();
        for post in 0..11 {
            let name = format!("p{post:02}");
            rows.extend((0..2).map(|account| (name.clone(), account)));
            rows.extend((post < 10).then(|| (name.clone(), 2)));
            rows.extend((post < 9).then(|| (name.clone(), 3)));
        }
        rows.extend(std::iter::repeat_n(("p10".to_owned(), 4), 11));
        rows
    }

    fn ranked(variant: Variant) -> Ranked {
        let rows = reposts();
        let rows: Vec<(&str, u32, i64)> =
            rows.iter().map(|(post, account)| (post.as_str(), *account, 0)).collect();
        run_recipe(&RECIPE, variant, &posts(5, &[]), &[table("repost", &rows)])
    }

    /// Support of ten: accounts 0, 1, 2 and 4, so n = 4. df is 3 for p00 to p09 (0, 1, 2) and 3 for
    /// p10 (0, 1, 4): one idf for all, which cancels. Cosines: 0 and 1 are equal, 1; 0 and 2 share
    /// ten of eleven, 10 / √(11 · 10) = 0.953; 0 and 4 share one, 1 / √11 = 0.302 (account 4's tf
    /// has no other entry); 2 and 4 share nothing. The 0.995-quantile of (1, 0.953 twice, 0.302
    /// twice) lies between the two largest: one edge.
    #[test]
    fn the_top_half_percent_are_the_edges() {
        let ranked = ranked(Variant::Paper);
        assert_eq!(ranked.score, [1.0, 1.0, 0.0, 0.0, 0.0]);
        assert_eq!(ranked.group, Some(vec![0, 0, NONE, NONE, NONE]));
        assert_eq!(ranked.counts, [("accounts_with_support", 4), ("pairs", 5), ("edges", 1)]);
    }

    /// More than ten of more than one: accounts 0 and 1 only. No post has three of them, so all
    /// posts stay.
    #[test]
    fn the_code_asks_for_more() {
        let ranked = ranked(Variant::Code);
        assert_eq!(ranked.counts, [("accounts_with_support", 2), ("pairs", 1), ("edges", 1)]);
        assert_eq!(ranked.score, [1.0, 1.0, 0.0, 0.0, 0.0]);
    }

    /// A hub near to 100 others: as the one of smallest number it loses the last of them.
    #[test]
    fn only_the_nearest_hundred_count() {
        let cosines: Vec<Cosine> = (1..=100).map(|b| Cosine { a: 0, b, value: 0.5 }).collect();
        let kept = among_nearest(&cosines, 101);
        assert_eq!((kept.len(), kept.last().map(|pair| pair.b)), (99, Some(99)));
    }
}

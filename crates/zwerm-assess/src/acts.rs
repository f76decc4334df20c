//! Each account's posts, and how surprising one act on an object is.

use zwerm_model::{Posts, Resolution, TraceTable};
use zwerm_stats::tails::ln_binomial_tail;

/// The posts of each account, in time order.
#[derive(Debug)]
pub struct PostsOf {
    starts: Vec<u32>,
    posts: Vec<u32>,
}

impl PostsOf {
    /// One account's posts.
    #[must_use]
    pub fn of(&self, account: u32) -> &[u32] {
        let account = account as usize;
        &self.posts[self.starts[account] as usize..self.starts[account + 1] as usize]
    }
}

/// Groups posts by account. `O(posts + accounts)`.
#[must_use]
pub fn posts_by_account(posts: &Posts) -> PostsOf {
    let mut starts = vec![0_u32; posts.accounts.len() + 1];
    for &account in &posts.account {
        starts[account as usize + 1] += 1;
    }
    for place in 1..starts.len() {
        starts[place] += starts[place - 1];
    }
    let mut next = starts.clone();
    let mut of = vec![0; posts.len()];
    for (post, &account) in posts.account.iter().enumerate() {
        of[next[account as usize] as usize] = post as u32;
        next[account as usize] += 1;
    }
    PostsOf { starts, posts: of }
}

/// A window and the context it lies in, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Acts at most this far apart meet.
    pub window_ms: i64,
    /// Others within this are around.
    pub context_ms: i64,
}

/// How one act sits in the crowd on its object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surprise {
    /// Other accounts within the window.
    pub met: u32,
    /// How many of those around chance would bring there.
    pub expected: f64,
    /// ln P(at least `met`) if those around were spread evenly.
    pub ln_p: f64,
}

/// Acts that are measured to find the most surprising one.
const ACTS_MEASURED: usize = 4;

/// The most surprising of some acts (places in `table`, on `object`, rising), and which it is: of
/// the [`ACTS_MEASURED`] with the most acts within the window, ties to the earlier.
#[must_use]
pub fn most_surprising(
    table: &TraceTable,
    object: usize,
    traces: &[usize],
    reach: Reach,
    resolution: Resolution,
) -> Option<(Surprise, usize)> {
    let acts = &table.at[table.range(object)];
    let mut crowded: Vec<(usize, usize)> = traces
        .iter()
        .map(|&trace| {
            let at = table.at[trace];
            let from = acts.partition_point(|&t| t < at - reach.window_ms);
            let to = acts.partition_point(|&t| t <= at + reach.window_ms);
            (to - from, trace)
        })
        .collect();
    crowded.sort_unstable_by_key(|&(crowd, trace)| (std::cmp::Reverse(crowd), trace));
    crowded
        .into_iter()
        .take(ACTS_MEASURED)
        .map(|(_, trace)| (surprise(table, object, trace, reach, resolution), trace))
        .min_by(|a, b| a.0.ln_p.total_cmp(&b.0.ln_p).then(a.1.cmp(&b.1)))
}

/// Measures one act (a place in `table`, on `object`).
///
/// `O(acts within the context)`.
#[must_use]
pub fn surprise(
    table: &TraceTable,
    object: usize,
    trace: usize,
    reach: Reach,
    resolution: Resolution,
) -> Surprise {
    let range = table.range(object);
    let (account, at) = (table.account[trace], table.at[trace]);
    let acts = &table.at[range.clone()];
    let others = |within_ms: i64| {
        let from = range.start + acts.partition_point(|&t| t < at - within_ms);
        let to = range.start + acts.partition_point(|&t| t <= at + within_ms);
        let mut others: Vec<u32> =
            table.account[from..to].iter().copied().filter(|&other| other != account).collect();
        others.sort_unstable();
        others.dedup();
        others.len() as u32
    };
    let ticks = |ms: i64| ms / resolution.0;
    let (met, around) = (others(reach.window_ms), others(reach.context_ms));
    let share = (2 * ticks(reach.window_ms) + 1) as f64 / (2 * ticks(reach.context_ms) + 1) as f64;
    Surprise {
        met,
        expected: f64::from(around) * share,
        ln_p: ln_binomial_tail(u64::from(met), u64::from(around), share),
    }
}

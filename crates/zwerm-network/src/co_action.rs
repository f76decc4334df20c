//! The co-action kernel: which pairs of accounts meet, on how many objects, how closely.
//!
//! # What
//!
//! For each account in turn (a row), all other accounts on its objects are counted in one pass, for
//! all windows at once: objects shared at any time, objects with a meeting within the window, pairs
//! of posts within the window, the smallest gap and the sum of the per-object smallest gaps. No
//! pair of posts is ever stored.
//!
//! # Requirements
//!
//! A [`Layer`]: shared acts restricted to some accounts and to objects under a cap. Rows are
//! independent, so a partition is a range of accounts and partial results concatenate.
//!
//! # Memory
//!
//! 56 bytes per account, window and thread; the edges kept.
//!
//! # Cost
//!
//! `O(Σ q²)` over objects with q acts; callers bound q by the cap.

use rayon::prelude::*;

use crate::layer::Layer;

/// Partitions of the accounts: each has its own counters, so their number bounds the memory.
const PARTITIONS_MAX: usize = 32;
/// Fewer accounts are not worth a partition.
const PARTITION_ACCOUNTS_MIN: usize = 256;
/// What two accounts did together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairCount {
    /// The smaller local account number.
    pub a: u32,
    /// The larger one.
    pub b: u32,
    /// Objects that both touched, at any time.
    pub shared: u32,
    /// Objects on which they met within the window.
    pub met: u32,
    /// What those weigh ([`stock`](crate::stock)).
    pub weight: u64,
    /// Pairs of posts within the window.
    pub co_actions: u64,
    /// The smallest gap in ticks over the objects on which they met.
    pub gap_min: i64,
    /// The sum of the smallest gaps on each of those objects.
    pub gap_sum: i64,
    /// Σ of the objects' rates (fixed point) over all shared objects.
    pub expected: i64,
}

/// A window; of each object of the shared acts, the chance of a meeting within it and the weight.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// Acts at most this far apart meet.
    pub ticks: i64,
    /// In fixed point.
    pub rates: &'a [i64],
    /// How much each object counts.
    pub weights: &'a [u32],
}

/// The pairs of a layer at some windows.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    /// Those that were kept, by (a, b): one list per window.
    pub kept: Vec<Vec<PairCount>>,
    /// All pairs that share an object.
    pub sharing: u64,
}

/// Counts all pairs of a layer at once for some windows; those for which `keep` holds are kept.
#[must_use]
pub fn count_pairs(
    layer: &Layer,
    windows: &[Window<'_>],
    keep: impl Fn(&PairCount) -> bool + Sync,
) -> Pairs {
    let accounts = layer.accounts.len();
    let partition = accounts.div_ceil(PARTITIONS_MAX).max(PARTITION_ACCOUNTS_MIN);
    let empty = || Pairs { kept: vec![Vec::new(); windows.len()], sharing: 0 };
    if windows.is_empty() {
        return empty();
    }
    let parts: Vec<Pairs> = (0..accounts.div_ceil(partition))
        .into_par_iter()
        .map(|part| {
            let mut row = Row::new(accounts, windows);
            let mut pairs = empty();
            for account in part * partition..((part + 1) * partition).min(accounts) {
                row.count(layer, account);
                row.take(account as u32, &keep, &mut pairs);
            }
            pairs
        })
        .collect();
    parts.into_iter().fold(empty(), |mut all, mut part| {
        all.sharing += part.sharing;
        for (kept, of_part) in all.kept.iter_mut().zip(&mut part.kept) {
            kept.append(of_part);
        }
        all
    })
}

/// The counters of one row, reused for the next.
struct Row<'a> {
    windows: &'a [Window<'a>],
    /// One counter per other account and window.
    counts: Vec<PairCount>,
    touched: Vec<u32>,
}

/// A counter that nothing was counted on.
const EMPTY: PairCount = PairCount {
    a: 0,
    b: 0,
    shared: 0,
    met: 0,
    weight: 0,
    co_actions: 0,
    gap_min: i64::MAX,
    gap_sum: 0,
    expected: 0,
};

impl<'a> Row<'a> {
    fn new(accounts: usize, windows: &'a [Window<'a>]) -> Self {
        let counts = vec![EMPTY; accounts * windows.len()];
        Row { windows, counts, touched: Vec::new() }
    }

    fn count(&mut self, layer: &Layer, account: usize) {
        for &run in layer.runs_of(account) {
            let object = layer.objects[run.object as usize] as usize;
            let acts = layer.from(run);
            let own_count = acts.iter().take_while(|act| act.0 == account as u32).count();
            let (own, others) = acts.split_at(own_count);
            let mut rest = others;
            while let Some(&(other, _)) = rest.first() {
                let count = rest.iter().take_while(|act| act.0 == other).count();
                let (run, after) = rest.split_at(count);
                rest = after;
                self.meet(other, object, own, run);
            }
        }
    }

    /// All acts of two accounts on one object, both sorted by tick.
    fn meet(&mut self, other: u32, object: usize, own: &[(u32, i64)], others: &[(u32, i64)]) {
        let first = other as usize * self.windows.len();
        let counts = &mut self.counts[first..first + self.windows.len()];
        if counts[0].shared == 0 {
            self.touched.push(other);
        }
        let gap = smallest_gap(own, others, |act| act.1);
        for (count, window) in counts.iter_mut().zip(self.windows) {
            count.shared += 1;
            count.expected += window.rates[object];
            if gap <= window.ticks {
                count.met += 1;
                count.weight += u64::from(window.weights[object]);
                count.gap_min = count.gap_min.min(gap);
                count.gap_sum += gap;
                count.co_actions += within(own, others, window.ticks);
            }
        }
    }

    /// Appends the kept pairs of the row, by the other account, and clears the row.
    fn take(&mut self, a: u32, keep: &impl Fn(&PairCount) -> bool, pairs: &mut Pairs) {
        pairs.sharing += self.touched.len() as u64;
        self.touched.sort_unstable();
        let windows = self.windows.len();
        for &b in &self.touched {
            let counts = &mut self.counts[b as usize * windows..(b as usize + 1) * windows];
            for (count, kept) in counts.iter_mut().zip(&mut pairs.kept) {
                let count = PairCount { a, b, ..std::mem::replace(count, EMPTY) };
                if keep(&count) {
                    kept.push(count);
                }
            }
        }
        self.touched.clear();
    }
}

/// The smallest gap between two lists of acts sorted by `tick`, neither empty.
pub(crate) fn smallest_gap<A>(own: &[A], others: &[A], tick: impl Fn(&A) -> i64) -> i64 {
    if let ([a], [b]) = (own, others) {
        return (tick(a) - tick(b)).abs();
    }
    let (mut i, mut j, mut smallest) = (0, 0, i64::MAX);
    while let (Some(a), Some(b)) = (own.get(i), others.get(j)) {
        smallest = smallest.min((tick(a) - tick(b)).abs());
        // Only the earlier of the two can come closer to anything later.
        if tick(a) <= tick(b) { i += 1 } else { j += 1 }
    }
    smallest
}

/// How many pairs of two sorted lists of acts are at most `ticks` apart.
fn within(own: &[(u32, i64)], others: &[(u32, i64)], ticks: i64) -> u64 {
    if let ([a], [b]) = (own, others) {
        return u64::from((a.1 - b.1).abs() <= ticks);
    }
    let (mut from, mut to, mut pairs) = (0, 0, 0);
    for &(_, tick) in others {
        while own.get(from).is_some_and(|act| act.1 < tick - ticks) {
            from += 1;
        }
        while own.get(to).is_some_and(|act| act.1 <= tick + ticks) {
            to += 1;
        }
        pairs += (to - from) as u64;
    }
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zwerm_model::{Resolution, Strings, TraceKind, TraceTable};

    use super::*;
    use crate::acts::SharedActs;

    fn table(mut rows: Vec<(u32, i64, u32)>) -> TraceTable {
        rows.sort_unstable();
        let objects = rows.iter().map(|row| row.0).max().map_or(0, |o| o + 1);
        let mut table = TraceTable {
            kind: TraceKind("url"),
            objects: (0..objects).map(|_| "o").collect::<Strings>(),
            starts: vec![0],
            account: rows.iter().map(|row| row.2).collect(),
            at: rows.iter().map(|row| row.1).collect(),
            post: (0..rows.len() as u32).collect(),
        };
        for object in 0..objects {
            table.starts.push(rows.partition_point(|row| row.0 <= object) as u32);
        }
        table
    }

    /// The definition, word for word: every pair of accounts, every object, every pair of acts.
    fn reference(rows: &[(u32, i64, u32)], a: u32, b: u32, window: i64) -> PairCount {
        let mut count = PairCount { a, b, ..EMPTY };
        let objects = rows.iter().map(|row| row.0).max().map_or(0, |o| o + 1);
        for object in 0..objects {
            let acts = |account: u32| {
                rows.iter().filter(move |r| r.0 == object && r.2 == account).map(|r| r.1)
            };
            let gaps: Vec<i64> =
                acts(a).flat_map(|x| acts(b).map(move |y| (x - y).abs())).collect();
            let Some(&smallest) = gaps.iter().min() else { continue };
            count.shared += 1;
            count.expected += 7;
            count.co_actions += gaps.iter().filter(|&&gap| gap <= window).count() as u64;
            if smallest <= window {
                count.met += 1;
                count.weight += u64::from(5 + object);
                count.gap_min = count.gap_min.min(smallest);
                count.gap_sum += smallest;
            }
        }
        count
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]
        #[test]
        fn pairs_are_their_definition(
            rows in prop::collection::vec((0_u32..5, -30_i64..30, 0_u32..6), 0..40),
            ticks in prop::collection::vec(0_i64..10, 1..4),
        ) {
            let shared = SharedActs::of(&table(rows.clone()), Resolution(1));
            let layer = Layer::of(&shared, 100, |_| true);
            let rates = vec![7; shared.object_count()];
            // The table's number of each shared object, plus five.
            let several = |&object: &u32| {
                let of_object = || rows.iter().filter(|row| row.0 == object);
                of_object().any(|row| of_object().any(|other| other.2 != row.2))
            };
            let weights: Vec<u32> = (0..5).filter(several).map(|object| 5 + object).collect();
            let windows: Vec<Window<'_>> = ticks
                .iter()
                .map(|&ticks| Window { ticks, rates: &rates, weights: &weights })
                .collect();
            let pairs = count_pairs(&layer, &windows, |_| true);
            for (found, &ticks) in pairs.kept.into_iter().zip(&ticks) {
                prop_assert_eq!(pairs.sharing, found.len() as u64);
                let mut expected = Vec::new();
                for a in 0..6 {
                    for b in a + 1..6 {
                        let count = reference(&rows, a, b, ticks);
                        if count.shared > 0 {
                            expected.push(count);
                        }
                    }
                }
                let named: Vec<PairCount> = found
                    .into_iter()
                    .map(|count| PairCount {
                        a: layer.accounts[count.a as usize],
                        b: layer.accounts[count.b as usize],
                        ..count
                    })
                    .collect();
                prop_assert_eq!(named, expected);
            }
        }
    }
}

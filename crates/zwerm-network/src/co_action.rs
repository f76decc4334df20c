//! The co-action kernel: which pairs of accounts meet, on how many objects, how closely.
//!
//! # What
//!
//! For each account in turn (a row), all other accounts on its objects are counted in one pass:
//! objects shared at any time, objects with a meeting within the window, pairs of posts within the
//! window, the smallest gap and the sum of the per-object smallest gaps. No pair of posts is ever
//! stored.
//!
//! # Requirements
//!
//! A [`Layer`]: a trace table restricted to some accounts and to objects under a cap. Rows are
//! independent, so a partition is a range of accounts and partial results concatenate.
//!
//! # Memory
//!
//! 12 bytes a trace, 56 bytes per account and thread, and the edges kept.
//!
//! # Cost
//!
//! `O(Σ q²)` over objects with q acts; callers bound q by the cap.

use std::ops::Range;

use rayon::prelude::*;
use zwerm_model::{Resolution, Tally, TraceTable};

/// Partitions of the accounts: each has its own counters, so their number bounds the memory.
const PARTITIONS_MAX: usize = 32;
/// Fewer accounts are not worth a partition.
const PARTITION_ACCOUNTS_MIN: usize = 256;

/// A trace table restricted to the accounts and objects that are compared.
#[derive(Debug)]
pub struct Layer {
    /// Original account numbers, rising; a local account number is a place here.
    pub accounts: Vec<u32>,
    /// Original object numbers, rising; a local object number is a place here.
    pub objects: Vec<u32>,
    /// Where each object's acts start; acts are sorted by (object, tick, account).
    object_starts: Vec<u32>,
    act_account: Vec<u32>,
    act_tick: Vec<i64>,
    /// Where each account's objects start.
    account_starts: Vec<u32>,
    /// The objects of each account, rising, each once.
    account_objects: Vec<u32>,
}

impl Layer {
    /// The part of `table` that concerns accounts for which `wanted` holds, on objects that at
    /// least two and at most `accounts_max` of them touched. Objects above the cap are counted.
    #[must_use]
    pub fn of(
        table: &TraceTable,
        resolution: Resolution,
        accounts_max: usize,
        wanted: impl Fn(u32) -> bool,
        tally: &mut Tally,
    ) -> Self {
        let mut layer = Layer {
            accounts: Vec::new(),
            objects: Vec::new(),
            object_starts: vec![0],
            act_account: Vec::new(),
            act_tick: Vec::new(),
            account_starts: Vec::new(),
            account_objects: Vec::new(),
        };
        let (mut touched, mut distinct) = (Vec::new(), Vec::new());
        for object in 0..table.object_count() {
            let acts = table.range(object).filter(|&trace| wanted(table.account[trace]));
            distinct.clear();
            distinct.extend(acts.clone().map(|trace| table.account[trace]));
            distinct.sort_unstable();
            distinct.dedup();
            if distinct.len() > accounts_max {
                tally.add(&format!("network.{}.objects_over_cap", table.kind.0), 1);
            }
            if !(2..=accounts_max).contains(&distinct.len()) {
                continue;
            }
            let number = layer.objects.len() as u32;
            layer.objects.push(object as u32);
            for trace in acts {
                layer.act_account.push(table.account[trace]);
                layer.act_tick.push(resolution.tick(zwerm_model::UnixMillis(table.at[trace])));
            }
            layer.object_starts.push(layer.act_account.len() as u32);
            touched.extend(distinct.iter().map(|&account| (account, number)));
        }
        layer.number_accounts(touched);
        layer
    }

    fn number_accounts(&mut self, mut touched: Vec<(u32, u32)>) {
        touched.sort_unstable();
        for of_account in touched.chunk_by(|a, b| a.0 == b.0) {
            self.accounts.push(of_account[0].0);
            self.account_starts.push(self.account_objects.len() as u32);
            self.account_objects.extend(of_account.iter().map(|&(_, object)| object));
        }
        self.account_starts.push(self.account_objects.len() as u32);
        for account in &mut self.act_account {
            *account = self.accounts.partition_point(|a| a < account) as u32;
        }
    }

    /// The objects of a local account.
    #[must_use]
    pub fn objects_of(&self, account: usize) -> &[u32] {
        let bounds =
            self.account_starts[account] as usize..self.account_starts[account + 1] as usize;
        &self.account_objects[bounds]
    }

    /// Distinct (account, object) pairs.
    #[must_use]
    pub fn pair_count(&self) -> u64 {
        self.account_objects.len() as u64
    }

    /// How many of the accounts touched each local object.
    #[must_use]
    pub fn accounts_per_object(&self) -> Vec<u32> {
        let mut counts = vec![0; self.objects.len()];
        for &object in &self.account_objects {
            counts[object as usize] += 1;
        }
        counts
    }

    fn acts_of(&self, object: u32) -> Range<usize> {
        self.object_starts[object as usize] as usize
            ..self.object_starts[object as usize + 1] as usize
    }
}

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
    /// Pairs of posts within the window.
    pub co_actions: u64,
    /// The smallest gap in ticks over the objects on which they met.
    pub gap_min: i64,
    /// The sum of the smallest gaps on each of those objects.
    pub gap_sum: i64,
    /// Σ of the objects' rates (fixed point) over all shared objects.
    pub expected: i64,
}

/// The pairs of a layer for which `keep` holds, by (a, b), and the number of all pairs that share
/// an object. `rate` gives each original object's chance of a meeting, in fixed point.
#[must_use]
pub fn count_pairs(
    layer: &Layer,
    window_ticks: i64,
    rate: &[i64],
    keep: impl Fn(&PairCount) -> bool + Sync,
) -> (Vec<PairCount>, u64) {
    let accounts = layer.accounts.len();
    let partition = accounts.div_ceil(PARTITIONS_MAX).max(PARTITION_ACCOUNTS_MIN);
    let parts: Vec<(Vec<PairCount>, u64)> = (0..accounts.div_ceil(partition))
        .into_par_iter()
        .map(|part| {
            let mut row = Row::new(accounts);
            let (mut kept, mut pairs) = (Vec::new(), 0);
            for account in part * partition..((part + 1) * partition).min(accounts) {
                row.count(layer, account as u32, window_ticks, rate);
                pairs += row.take(account as u32, &keep, &mut kept);
            }
            (kept, pairs)
        })
        .collect();
    let pairs = parts.iter().map(|(_, pairs)| pairs).sum();
    (parts.into_iter().flat_map(|(kept, _)| kept).collect(), pairs)
}

/// The counters of one row, reused for the next.
struct Row {
    counts: Vec<PairCount>,
    /// The object for which an account's gap is being measured.
    gap: Vec<(u32, i64)>,
    touched: Vec<u32>,
}

/// A counter that nothing was counted on.
const EMPTY: PairCount = PairCount {
    a: 0,
    b: 0,
    shared: 0,
    met: 0,
    co_actions: 0,
    gap_min: i64::MAX,
    gap_sum: 0,
    expected: 0,
};

impl Row {
    fn new(accounts: usize) -> Self {
        Row {
            counts: vec![EMPTY; accounts],
            gap: vec![(u32::MAX, i64::MAX); accounts],
            touched: Vec::new(),
        }
    }

    fn count(&mut self, layer: &Layer, account: u32, window_ticks: i64, rate: &[i64]) {
        let (mut own, mut on_object) = (Vec::new(), Vec::new());
        for &object in layer.objects_of(account as usize) {
            let acts = layer.acts_of(object);
            own.clear();
            own.extend(
                acts.clone()
                    .filter(|&act| layer.act_account[act] == account)
                    .map(|act| layer.act_tick[act]),
            );
            on_object.clear();
            for act in acts {
                let other = layer.act_account[act];
                if other <= account {
                    continue;
                }
                self.meet(other, object, layer.act_tick[act], &own, window_ticks, &mut on_object);
            }
            let rate = rate[layer.objects[object as usize] as usize];
            for &other in &on_object {
                self.close(other, rate, window_ticks);
            }
        }
    }

    /// One act of another account against the row's own acts on the object, sorted by tick.
    fn meet(
        &mut self,
        other: u32,
        object: u32,
        tick: i64,
        own: &[i64],
        window_ticks: i64,
        on_object: &mut Vec<u32>,
    ) {
        let gap = &mut self.gap[other as usize];
        if gap.0 != object {
            *gap = (object, i64::MAX - 1);
            on_object.push(other);
        }
        if let [only] = own {
            // An account that acted on the object once needs no search.
            let apart = (only - tick).abs();
            gap.1 = gap.1.min(apart);
            self.counts[other as usize].co_actions += u64::from(apart <= window_ticks);
            return;
        }
        let from = own.partition_point(|&t| t < tick - window_ticks);
        let to = own.partition_point(|&t| t <= tick + window_ticks);
        self.counts[other as usize].co_actions += (to - from) as u64;
        let at = own.partition_point(|&t| t < tick);
        let after = own.get(at).map_or(i64::MAX - 1, |&t| t - tick);
        let before = if at > 0 { tick - own[at - 1] } else { i64::MAX - 1 };
        gap.1 = gap.1.min(after).min(before);
    }

    /// Ends an object for one other account.
    fn close(&mut self, other: u32, rate: i64, window_ticks: i64) {
        let gap = std::mem::replace(&mut self.gap[other as usize], (u32::MAX, i64::MAX)).1;
        let count = &mut self.counts[other as usize];
        if count.shared == 0 {
            self.touched.push(other);
        }
        count.shared += 1;
        count.expected += rate;
        if gap <= window_ticks {
            count.met += 1;
            count.gap_min = count.gap_min.min(gap);
            count.gap_sum += gap;
        }
    }

    /// Appends the kept pairs of the row, by the other account; returns the number of all of them
    /// and clears the row.
    fn take(
        &mut self,
        a: u32,
        keep: &impl Fn(&PairCount) -> bool,
        kept: &mut Vec<PairCount>,
    ) -> u64 {
        let pairs = self.touched.len() as u64;
        self.touched.sort_unstable();
        for &b in &self.touched {
            let count = std::mem::replace(&mut self.counts[b as usize], EMPTY);
            let count = PairCount { a, b, ..count };
            if keep(&count) {
                kept.push(count);
            }
        }
        self.touched.clear();
        pairs
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zwerm_model::{Strings, TraceKind};

    use super::*;

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
            window in 0_i64..10,
        ) {
            let table = table(rows.clone());
            let mut tally = Tally::default();
            let layer = Layer::of(&table, Resolution(1), 100, |_| true, &mut tally);
            let rate = vec![7; table.object_count()];
            let (found, pairs) = count_pairs(&layer, window, &rate, |_| true);
            prop_assert_eq!(pairs, found.len() as u64);
            let mut expected = Vec::new();
            for a in 0..6 {
                for b in a + 1..6 {
                    let count = reference(&rows, a, b, window);
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

    #[test]
    fn an_object_over_the_cap_is_counted_not_compared() {
        let table = table(vec![(0, 0, 0), (0, 0, 1), (0, 0, 2), (1, 0, 0), (1, 0, 1)]);
        let mut tally = Tally::default();
        let layer = Layer::of(&table, Resolution(1), 2, |_| true, &mut tally);
        assert_eq!(layer.objects, [1]);
        assert_eq!(tally.get("network.url.objects_over_cap"), 1);
    }
}

//! The sweep: all co-actions of one kind within some windows, exact, in one pass.
//!
//! # What
//!
//! The acts on an object are in the order of time, so two pointers give each act the range of acts
//! within the largest window. Then, account by account (a row), the accounts in these ranges are
//! counted, for all windows at once: distinct objects, pairs of posts, who acted first, the
//! smallest gap and the sum of the per-object smallest gaps. No pair of posts is ever stored.
//! Windows are inclusive: two acts exactly a window apart meet.
//!
//! # Requirements
//!
//! A [`TraceTable`]. Rows are independent, so a unit of work is a range of accounts. Counts over
//! disjoint objects add up ([`CoActions::add`]), so a partition may also be a set of objects.
//!
//! # Memory
//!
//! 16 bytes a trace; per unit in flight 4 bytes an account, 72 bytes per account met and window,
//! and the edges found.
//!
//! # Cost
//!
//! `O(n + v)` for `n` traces and `v` visits: acts of any account within the largest window of
//! another act.
//!
//! # Source
//!
//! The counting is that of Graham, Hames and Alpert (2024) and of Righetti and Balluff (2025) put
//! row by row, as in Gustavson's sparse matrix product (1978),
//! <https://doi.org/10.1145/355791.355796>.

use std::ops::Range;

use rayon::prelude::*;
use zwerm_model::{CoActions, NONE, TraceTable};

/// Visits per unit of work: some milliseconds.
const UNIT_VISITS: u64 = 1 << 17;
/// Units per thread that are counted while those before are written.
const UNITS_PER_THREAD: usize = 2;

/// Which co-actions are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepConfig {
    /// Acts at most this far apart meet, in milliseconds; any order.
    pub windows_ms: Vec<i64>,
    /// Pairs with fewer co-actions in a window are not handed on.
    pub co_actions_min: u64,
}

/// What a sweep saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Pairs of acts within the largest window, those of one account with itself included.
    pub pairs_visited: u64,
    /// Edges handed on, over all windows.
    pub edges: u64,
}

/// Counts the co-actions of a table and hands them to `emit` in the order (a, b, window), many at
/// a time; `accounts` is the number of accounts that there are.
///
/// # Errors
///
/// Those of `emit`.
pub fn sweep<E: Send>(
    table: &TraceTable,
    accounts: usize,
    config: &SweepConfig,
    mut emit: impl FnMut(&[CoActions]) -> Result<(), E> + Send,
) -> Result<Swept, E> {
    let windows = Windows::of(&config.windows_ms);
    let Some(largest) = windows.largest() else { return Ok(Swept::default()) };
    let acts = Acts::of(table, accounts, largest);
    let units = acts.units(config.co_actions_min);
    let wave = rayon::current_num_threads() * UNITS_PER_THREAD;
    let mut rows: Vec<Row<'_>> =
        (0..wave.min(units.len())).map(|_| Row::new(&acts, &windows, config)).collect();
    let mut found: Vec<Vec<CoActions>> = Vec::new();
    let mut swept = Swept { pairs_visited: acts.pairs(), edges: 0 };
    for units in units.chunks(wave).chain([&[][..]]) {
        let (counted, emitted) = rayon::join(
            || count(&acts, units, &mut rows),
            || found.iter().try_for_each(|edges| emit(edges)),
        );
        emitted?;
        found = counted;
        swept.edges += found.iter().map(|edges| edges.len() as u64).sum::<u64>();
    }
    Ok(swept)
}

/// Counts some units, each with a row of its own.
fn count(acts: &Acts<'_>, units: &[Range<u32>], rows: &mut [Row<'_>]) -> Vec<Vec<CoActions>> {
    let count = |(unit, row): (&Range<u32>, &mut Row<'_>)| {
        let mut found = Vec::new();
        for account in unit.clone() {
            row.count(acts, account);
            row.take(account, &mut found);
        }
        found
    };
    units.par_iter().zip(rows).map(count).collect()
}

/// The windows, largest first, each with its place in the list that was asked for.
#[derive(Debug)]
struct Windows(Vec<(i64, u32)>);

impl Windows {
    fn of(windows_ms: &[i64]) -> Self {
        let mut windows: Vec<(i64, u32)> = windows_ms.iter().copied().zip(0..).collect();
        windows.sort_unstable_by_key(|&(ms, place)| (std::cmp::Reverse(ms), place));
        Windows(windows)
    }

    fn largest(&self) -> Option<i64> {
        self.0.first().map(|&(ms, _)| ms)
    }
}

/// The acts of a table with the range of acts that each meets, and where each account's are.
struct Acts<'a> {
    table: &'a TraceTable,
    /// Of each act, the acts on its object within the largest window: itself is one of them.
    near: Vec<Range<u32>>,
    /// Of each act, the object.
    object: Vec<u32>,
    /// Where each account's places start; one more entry than accounts.
    starts: Vec<u32>,
    /// The places of each account's acts, rising.
    places: Vec<u32>,
}

impl<'a> Acts<'a> {
    fn of(table: &'a TraceTable, accounts: usize, window_ms: i64) -> Self {
        let mut near = vec![0..0; table.len()];
        let mut object_of = vec![0; table.len()];
        let mut of_objects: Vec<(Range<usize>, &mut [Range<u32>])> = Vec::new();
        let mut rest = near.as_mut_slice();
        for object in 0..table.object_count() {
            let range = table.range(object);
            object_of[range.clone()].fill(object as u32);
            let (of_object, others) = rest.split_at_mut(range.len());
            rest = others;
            if of_object.len() > 1 {
                of_objects.push((range, of_object));
            }
        }
        of_objects.into_par_iter().with_min_len(1 << 10).for_each(|(range, near)| {
            ranges(&table.at[range.clone()], range.start, window_ms, near)
        });
        let (starts, places) = by_account(&table.account, accounts);
        Acts { table, near, object: object_of, starts, places }
    }

    fn of_account(&self, account: u32) -> &[u32] {
        let account = account as usize;
        &self.places[self.starts[account] as usize..self.starts[account + 1] as usize]
    }

    /// Acts of others, or of the account itself, that an account's acts meet.
    fn visits(&self, account: u32) -> u64 {
        let near =
            |&place: &u32| u64::from(self.near[place as usize].len() as u32).saturating_sub(1);
        self.of_account(account).iter().map(near).sum()
    }

    /// Pairs of acts within the largest window.
    fn pairs(&self) -> u64 {
        self.near.par_iter().map(|near| (near.len() as u64).saturating_sub(1)).sum::<u64>() / 2
    }

    /// Ranges of accounts with about equally many visits; accounts that cannot meet anyone often
    /// enough are left out.
    fn units(&self, co_actions_min: u64) -> Vec<Range<u32>> {
        let mut units: Vec<Range<u32>> = Vec::new();
        let mut room = 0;
        for account in 0..self.starts.len() as u32 - 1 {
            let visits = self.visits(account);
            if visits < co_actions_min.max(1) {
                continue;
            }
            match units.last_mut() {
                Some(last) if room >= visits => {
                    last.end = account + 1;
                    room -= visits;
                }
                _ => {
                    units.push(account..account + 1);
                    room = UNIT_VISITS.saturating_sub(visits);
                }
            }
        }
        units
    }
}

/// Writes the range of acts within the window of each act of one object; `at` is sorted.
fn ranges(at: &[i64], first: usize, window_ms: i64, near: &mut [Range<u32>]) {
    debug_assert!(at.is_sorted());
    let (mut from, mut to) = (0, 0);
    for (place, near) in near.iter_mut().enumerate() {
        while at[place].saturating_sub(at[from]) > window_ms {
            from += 1;
        }
        while to < at.len() && at[to].saturating_sub(at[place]) <= window_ms {
            to += 1;
        }
        *near = (first + from) as u32..(first + to) as u32;
    }
}

/// Sorts places by account, by counting: where each account's start, and the places.
fn by_account(account: &[u32], accounts: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; accounts + 1];
    for &account in account {
        starts[account as usize + 1] += 1;
    }
    for account in 0..accounts {
        starts[account + 1] += starts[account];
    }
    let mut next = starts.clone();
    let mut places = vec![0; account.len()];
    for (place, &account) in account.iter().enumerate() {
        let next = &mut next[account as usize];
        places[*next as usize] = place as u32;
        *next += 1;
    }
    (starts, places)
}

/// The counters of one row, reused for the next.
struct Row<'a> {
    windows: &'a Windows,
    co_actions_min: u64,
    /// The place of each other account's first counter, or [`NONE`].
    place: Vec<u32>,
    /// One counter per account met and window, largest window first.
    counters: Vec<Counter>,
    /// What is handed on, to be sorted: (other account, place of its first counter).
    kept: Vec<(u32, u32)>,
}

/// What the row's account and another did together within one window.
#[derive(Clone, Copy, Debug)]
struct Counter {
    /// The other account.
    b: u32,
    /// The object counted last: acts are walked object by object.
    object: u32,
    objects: u32,
    co_actions: u64,
    a_first: u64,
    b_first: u64,
    /// The smallest gap on the object counted last.
    gap_here: i64,
    gap_min: i64,
    gap_sum: i64,
}

impl Counter {
    fn new(b: u32) -> Self {
        Counter {
            b,
            object: NONE,
            objects: 0,
            co_actions: 0,
            a_first: 0,
            b_first: 0,
            gap_here: 0,
            gap_min: i64::MAX,
            gap_sum: 0,
        }
    }

    /// One more pair of acts; `lead` is how much later the other account acted.
    #[inline]
    fn add(&mut self, object: u32, lead: i64) {
        let gap = lead.saturating_abs();
        self.co_actions += 1;
        self.a_first += u64::from(lead > 0);
        self.b_first += u64::from(lead < 0);
        if self.object != object {
            self.object = object;
            self.objects += 1;
            self.gap_here = gap;
            self.gap_sum = self.gap_sum.saturating_add(gap);
        } else if gap < self.gap_here {
            self.gap_sum -= self.gap_here - gap;
            self.gap_here = gap;
        }
        self.gap_min = self.gap_min.min(gap);
    }
}

impl<'a> Row<'a> {
    fn new(acts: &Acts<'_>, windows: &'a Windows, config: &SweepConfig) -> Self {
        Row {
            windows,
            co_actions_min: config.co_actions_min,
            place: vec![NONE; acts.starts.len() - 1],
            counters: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// Counts the accounts with larger numbers that `account` met.
    fn count(&mut self, acts: &Acts<'_>, account: u32) {
        let table = acts.table;
        for &act in acts.of_account(account) {
            let near = acts.near[act as usize].clone();
            if near.len() < 2 {
                continue;
            }
            let object = acts.object[act as usize];
            let at = table.at[act as usize];
            let range = near.start as usize..near.end as usize;
            for (&b, &of_b) in table.account[range.clone()].iter().zip(&table.at[range]) {
                if b > account {
                    self.meet(b, object, of_b.saturating_sub(at));
                }
            }
        }
    }

    #[inline]
    fn meet(&mut self, b: u32, object: u32, lead: i64) {
        let windows = &self.windows.0;
        let mut place = self.place[b as usize] as usize;
        if place == NONE as usize {
            place = self.counters.len();
            self.place[b as usize] = place as u32;
            self.counters.extend(windows.iter().map(|_| Counter::new(b)));
        }
        let gap = lead.saturating_abs();
        for (&(window, _), counter) in windows.iter().zip(&mut self.counters[place..]) {
            if gap > window {
                break;
            }
            counter.add(object, lead);
        }
    }

    /// Appends the edges of the row by account and window, and empties the counters.
    fn take(&mut self, account: u32, found: &mut Vec<CoActions>) {
        let windows = &self.windows.0;
        for (of_b, first) in self.counters.chunks(windows.len()).zip((0..).step_by(windows.len())) {
            self.place[of_b[0].b as usize] = NONE;
            // The largest window has the most.
            if of_b[0].co_actions >= self.co_actions_min {
                self.kept.push((of_b[0].b, first));
            }
        }
        self.kept.sort_unstable();
        for &(b, first) in &self.kept {
            let start = found.len();
            for (counter, &(_, window)) in self.counters[first as usize..].iter().zip(windows) {
                if counter.co_actions >= self.co_actions_min.max(1) {
                    found.push(CoActions {
                        a: account,
                        b,
                        window,
                        objects: counter.objects,
                        co_actions: counter.co_actions,
                        a_first: counter.a_first,
                        b_first: counter.b_first,
                        gap_ms_min: counter.gap_min,
                        gap_ms_sum: counter.gap_sum,
                    });
                }
            }
            found[start..].sort_unstable_by_key(|edge| edge.window);
        }
        self.kept.clear();
        self.counters.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;
    use zwerm_model::{Strings, TraceKind};

    use super::*;

    /// A table from `(object, at, account)`; posts are numbered by time.
    fn table(mut rows: Vec<(u32, i64, u32)>) -> TraceTable {
        rows.sort_unstable();
        let objects = rows.iter().map(|row| row.0 as usize + 1).max().unwrap_or(0);
        let names: Vec<String> = (0..objects).map(|object| format!("{object:03}")).collect();
        TraceTable {
            kind: TraceKind("url"),
            objects: names.iter().map(String::as_str).collect::<Strings>(),
            starts: (0..=objects as u32)
                .map(|object| rows.partition_point(|row| row.0 < object) as u32)
                .collect(),
            account: rows.iter().map(|row| row.2).collect(),
            at: rows.iter().map(|row| row.1).collect(),
            post: (0..rows.len() as u32).collect(),
        }
    }

    fn swept(table: &TraceTable, windows_ms: &[i64], co_actions_min: u64) -> Vec<CoActions> {
        let config = SweepConfig { windows_ms: windows_ms.to_vec(), co_actions_min };
        let mut edges = Vec::new();
        let counts = sweep(table, 8, &config, |found| {
            edges.extend_from_slice(found);
            Ok::<(), Infallible>(())
        });
        let counts = counts.expect("nothing that can fail");
        assert_eq!(counts.edges, edges.len() as u64);
        edges
    }

    /// The definition, word for word.
    fn reference(rows: &[(u32, i64, u32)], windows_ms: &[i64]) -> Vec<CoActions> {
        let mut edges: Vec<CoActions> = Vec::new();
        for (window, &window_ms) in (0..).zip(windows_ms) {
            for (a, b) in (0..8).flat_map(|a| (a + 1..8).map(move |b| (a, b))) {
                let mut of_objects: Vec<CoActions> = Vec::new();
                for object in 0..8 {
                    let of = |who| rows.iter().filter(move |r| r.0 == object && r.2 == who);
                    let leads: Vec<i64> = of(a)
                        .flat_map(|ours| of(b).map(move |theirs| theirs.1 - ours.1))
                        .filter(|lead: &i64| lead.abs() <= window_ms)
                        .collect();
                    let Some(least) = leads.iter().map(|lead| lead.abs()).min() else { continue };
                    of_objects.push(CoActions {
                        a,
                        b,
                        window,
                        objects: 1,
                        co_actions: leads.len() as u64,
                        a_first: leads.iter().filter(|&&lead| lead > 0).count() as u64,
                        b_first: leads.iter().filter(|&&lead| lead < 0).count() as u64,
                        gap_ms_min: least,
                        gap_ms_sum: least,
                    });
                }
                edges.extend(of_objects.into_iter().reduce(|mut sum, next| {
                    sum.add(&next);
                    sum
                }));
            }
        }
        edges.sort_unstable_by_key(CoActions::key);
        edges
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]
        #[test]
        fn edges_are_their_definition(
            rows in prop::collection::vec((0_u32..5, -30_i64..30, 0_u32..6), 0..40),
            windows_ms in prop::collection::vec(0_i64..20, 1..4),
            co_actions_min in 0_u64..4,
        ) {
            let mut expected = reference(&rows, &windows_ms);
            expected.retain(|edge| edge.co_actions >= co_actions_min);
            prop_assert_eq!(swept(&table(rows), &windows_ms, co_actions_min), expected);
        }
    }

    #[test]
    fn the_ends_of_time_are_not_near_each_other() {
        let table = table(vec![(0, i64::MIN, 0), (0, i64::MAX, 1), (0, i64::MAX, 2)]);
        let edges = swept(&table, &[60_000], 1);
        assert_eq!(edges.iter().map(CoActions::key).collect::<Vec<_>>(), [(1, 2, 0)]);
    }

    #[test]
    fn an_empty_table_and_no_window_make_no_edge() {
        assert!(swept(&table(Vec::new()), &[60_000], 1).is_empty());
        assert!(swept(&table(vec![(0, 0, 0), (0, 0, 1)]), &[], 1).is_empty());
    }
}

//! The sweep: all co-actions of one kind within some windows, in one pass.
//!
//! # What
//!
//! The acts on an object are in the order of time, so two pointers give each act the range of acts
//! within the largest window. Then, account by account (a row), the accounts in these ranges are
//! counted, for all windows at once: distinct objects, pairs of posts, who acted first, the
//! smallest gap and the sum of the per-object smallest gaps. No pair of posts is ever stored.
//! Windows are inclusive: two acts exactly a window apart meet. Counts are exact up to
//! [`SweepConfig::pairs_exact_max`]; beyond it, see [`near`].
//!
//! # Requirements
//!
//! A [`TraceTable`]. Rows are independent, so a unit of work is a range of accounts. Counts over
//! disjoint objects add up ([`CoActions::add`]), so a partition may also be a set of objects.
//!
//! # Memory
//!
//! 20 bytes a trace; per thread 4 bytes an account, 40 per account met and 72 per account met twice
//! and window; the edges of the units in flight. What has no room for that goes through
//! [`streamed`].
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

mod near;
mod row;
pub mod streamed;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use zwerm_model::{CoActions, NONE, TraceTable};

use near::Cap;
use row::{Object, Row, Windows};

/// Visits per unit of work: about a millisecond.
const UNIT_VISITS: u64 = 1 << 16;
/// Acts that are looked at together.
const NEAR: usize = 64;
/// Units per thread that are counted while those before are written.
const UNITS_PER_THREAD: usize = 8;

/// Which co-actions are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepConfig {
    /// Acts at most this far apart meet, in milliseconds; any order.
    pub windows_ms: Vec<i64>,
    /// Pairs with fewer co-actions in a window are not handed on.
    pub co_actions_min: u64,
    /// Up to so many pairs of acts within the largest window, all of them are looked at.
    pub pairs_exact_max: u64,
    /// Beyond that, so many neighbours of an act are looked at, itself among them.
    pub neighbours_max: u32,
}

impl SweepConfig {
    /// From here on the pairs of a few viral objects, not the posts, are what counting costs.
    pub const PAIRS_EXACT_MAX: u64 = 100_000_000;
    /// Only acts on objects that a thousand others touch within the window have more.
    pub const NEIGHBOURS_MAX: u32 = 1_024;

    fn cap(&self, pairs: u64) -> Cap {
        Cap((pairs > self.pairs_exact_max).then_some(self.neighbours_max.max(1)))
    }
}

/// What a sweep saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Pairs of acts within the largest window, those of one account with itself included.
    pub pairs_visited: u64,
    /// Acts of which only a sample of the neighbours was looked at.
    pub acts_sampled: u64,
    /// Neighbours of those that were not looked at.
    pub neighbours_not_visited: u64,
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
    let acts = Acts::of(table, accounts, largest, config);
    let units = acts.units(config.co_actions_min);
    let mut rows = Row::per_thread(accounts, &windows, config.co_actions_min);
    let wave = rows.len() * UNITS_PER_THREAD;
    let mut found: Vec<Vec<CoActions>> = Vec::new();
    let mut swept = acts.swept;
    for units in units.chunks(wave).chain([&[][..]]) {
        let (counted, emitted) = rayon::join(
            || count(units, &mut rows, |account, row| acts.meet(account, row)),
            || found.iter().try_for_each(|edges| emit(edges)),
        );
        emitted?;
        found = counted;
        swept.edges += found.iter().map(|edges| edges.len() as u64).sum::<u64>();
    }
    Ok(swept)
}

/// Counts some units, whose accounts `meet` others; whoever has a row takes the next unit.
fn count<'w>(
    units: &[Range<u32>],
    rows: &mut [Row<'w>],
    meet: impl Fn(u32, &mut Row<'w>) + Sync,
) -> Vec<Vec<CoActions>> {
    let next = AtomicUsize::new(0);
    let count = |row: &mut Row<'w>| {
        let (mut counted, mut room) = (Vec::new(), 0);
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(unit) = units.get(place) else { return counted };
            // About as many as the unit before had.
            let mut found = Vec::with_capacity(room);
            for account in unit.clone() {
                meet(account, row);
                row.take(account, &mut found);
            }
            room = found.len();
            counted.push((place, found));
        }
    };
    let counted: Vec<Vec<(usize, Vec<CoActions>)>> =
        rows.par_iter_mut().with_max_len(1).map(count).collect();
    let mut of_units = vec![Vec::new(); units.len()];
    for (place, found) in counted.into_iter().flatten() {
        of_units[place] = found;
    }
    of_units
}

/// The acts of a table, and of each account those that others may meet.
struct Acts<'a> {
    at: &'a [i64],
    /// Who, by (object, time); where neighbours are sampled, accounts rise within a moment.
    account: Cow<'a, [u32]>,
    /// Where each account's acts start; one more entry than accounts.
    starts: Vec<u32>,
    /// The acts that have a neighbour, by account and then by place. What is looked at together
    /// lies together: each act anywhere else would be a look at memory of no order.
    acts: Vec<Act>,
    cap: Cap,
    swept: Swept,
}

/// An act that has a neighbour.
#[derive(Clone, Debug, Default)]
struct Act {
    /// The acts on its object within the largest window: itself is one of them.
    near: Range<u32>,
    object: Object,
    at: i64,
}

impl<'a> Acts<'a> {
    fn of(table: &'a TraceTable, accounts: usize, window_ms: i64, config: &SweepConfig) -> Self {
        let mut near = vec![0..0; table.len()];
        let mut of_objects: Vec<(Range<usize>, &mut [Range<u32>])> = Vec::new();
        let mut rest = near.as_mut_slice();
        for object in 0..table.object_count() {
            let range = table.range(object);
            let (of_object, others) = rest.split_at_mut(range.len());
            rest = others;
            if of_object.len() > 1 {
                of_objects.push((range, of_object));
            }
        }
        of_objects.into_par_iter().with_min_len(1 << 10).for_each(|(range, near)| {
            near::ranges(&table.at[range.clone()], range.start, window_ms, near)
        });
        let cap = config.cap(pairs(&near));
        let account = match cap.0 {
            None => Cow::Borrowed(table.account.as_slice()),
            Some(_) => Cow::Owned(by_moment(table)),
        };
        let (starts, acts) = by_account(table, &account, &near, accounts);
        let swept = swept(&near, cap);
        Acts { at: &table.at, account, starts, acts, cap, swept }
    }

    fn of_account(&self, account: u32) -> &[Act] {
        let account = account as usize;
        &self.acts[self.starts[account] as usize..self.starts[account + 1] as usize]
    }

    /// Acts of others, or of the account itself, that an account's acts meet.
    fn visits(&self, account: u32) -> u64 {
        self.of_account(account).iter().map(|act| act.near.len() as u64 - 1).sum()
    }

    /// Meets the accounts with larger numbers that acted near `account`'s acts.
    fn meet(&self, account: u32, row: &mut Row<'_>) {
        let mut met = [0; NEAR];
        for &Act { ref near, object, at } in self.of_account(account) {
            let range = near.start as usize..near.end as usize;
            if self.cap.visits(range.len()) == range.len() {
                for start in range.clone().step_by(NEAR) {
                    let some = start..range.end.min(start + NEAR);
                    for &place in larger(&self.account[some], account, &mut met) {
                        let place = start + usize::from(place);
                        let lead = self.at[place].saturating_sub(at);
                        row.meet(self.account[place], object, lead, row::ONE);
                    }
                }
                continue;
            }
            self.cap.each(range, (account, at), |place, stands_for| {
                let b = self.account[place];
                if b > account {
                    row.meet(b, object, self.at[place].saturating_sub(at), stands_for);
                }
            });
        }
    }

    /// Ranges of accounts with about equally many visits; accounts that cannot meet anyone often
    /// enough are left out.
    fn units(&self, co_actions_min: u64) -> Vec<Range<u32>> {
        let accounts = 0..self.starts.len() as u32 - 1;
        let visits: Vec<u64> =
            accounts.into_par_iter().map(|account| self.visits(account)).collect();
        let can_meet = |&(_, visits): &(u32, u64)| visits >= co_actions_min.max(1);
        filled((0..).zip(visits).filter(can_meet), UNIT_VISITS)
    }
}

/// The places of larger accounts among up to [`NEAR`]. Half of them are larger, and which ones
/// cannot be foreseen: they are told without a branch.
#[inline]
fn larger<'m>(accounts: &[u32], than: u32, places: &'m mut [u8; NEAR]) -> &'m [u8] {
    let mut found = 0;
    for (place, &account) in accounts.iter().enumerate().take(NEAR) {
        places[found] = place as u8;
        found += usize::from(account > than);
    }
    &places[..found]
}

/// Cuts rising accounts with their visits into ranges of at most so many visits, but of one account
/// at least; what lies between two accounts of a range is in it.
fn filled(accounts: impl Iterator<Item = (u32, u64)>, visits_max: u64) -> Vec<Range<u32>> {
    let mut ranges: Vec<Range<u32>> = Vec::new();
    let mut room = 0;
    for (account, visits) in accounts {
        match ranges.last_mut() {
            Some(last) if room >= visits => {
                last.end = account + 1;
                room -= visits;
            }
            _ => {
                ranges.push(account..account + 1);
                room = visits_max.saturating_sub(visits);
            }
        }
    }
    ranges
}

impl Swept {
    /// Takes note of an act that so many acts are near to, itself among them.
    fn sampled(&mut self, cap: Cap, near: usize) {
        let left_out = near - cap.visits(near);
        self.acts_sampled += u64::from(left_out > 0);
        self.neighbours_not_visited += left_out as u64;
    }
}

/// What can be said before anything is counted.
fn swept(near: &[Range<u32>], cap: Cap) -> Swept {
    let mut swept = Swept { pairs_visited: pairs(near), ..Swept::default() };
    near.iter().for_each(|near| swept.sampled(cap, near.len()));
    swept
}

/// Pairs of acts within the largest window.
fn pairs(near: &[Range<u32>]) -> u64 {
    near.par_iter().map(|near| (near.len() as u64).saturating_sub(1)).sum::<u64>() / 2
}

/// The accounts of a table, rising within each moment of an object: the order of posts within a
/// moment must not decide who is sampled.
fn by_moment(table: &TraceTable) -> Vec<u32> {
    let mut accounts = table.account.clone();
    for object in 0..table.object_count() {
        let range = table.range(object);
        let mut start = range.start;
        for moment in table.at[range].chunk_by(|a, b| a == b) {
            accounts[start..start + moment.len()].sort_unstable();
            start += moment.len();
        }
    }
    accounts
}

/// What each object weighs.
fn weights(table: &TraceTable, accounts: usize) -> Vec<u64> {
    let mut last_object = vec![NONE; accounts];
    let weight = |object: usize| {
        let mut distinct = 0;
        for &account in &table.account[table.range(object)] {
            let last = &mut last_object[account as usize];
            distinct += u32::from(*last != object as u32);
            *last = object as u32;
        }
        near::weight(distinct)
    };
    (0..table.object_count()).map(weight).collect()
}

/// Sorts the acts that have a neighbour by account, by counting: where each account's start, and
/// the acts.
fn by_account(
    table: &TraceTable,
    account: &[u32],
    near: &[Range<u32>],
    accounts: usize,
) -> (Vec<u32>, Vec<Act>) {
    let has_neighbour = |place: &usize| near[*place].len() > 1;
    let starts = || {
        let mut starts = vec![0_u32; accounts + 1];
        for place in (0..account.len()).filter(has_neighbour) {
            starts[account[place] as usize + 1] += 1;
        }
        for account in 0..accounts {
            starts[account + 1] += starts[account];
        }
        starts
    };
    let (starts, weights) = rayon::join(starts, || weights(table, accounts));
    let mut next = starts.clone();
    let mut acts = vec![Act::default(); starts[accounts] as usize];
    for (object, weight) in weights.into_iter().enumerate() {
        let object = Object { number: object as u32, weight };
        for place in table.range(object.number as usize).filter(has_neighbour) {
            let next = &mut next[account[place] as usize];
            acts[*next as usize] = Act { near: near[place].clone(), object, at: table.at[place] };
            *next += 1;
        }
    }
    (starts, acts)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;
    use zwerm_model::{Strings, TraceKind};

    use super::streamed::Stream;
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

    fn config(windows_ms: &[i64], co_actions_min: u64) -> SweepConfig {
        SweepConfig {
            windows_ms: windows_ms.to_vec(),
            co_actions_min,
            pairs_exact_max: u64::MAX,
            neighbours_max: 1,
        }
    }

    /// A table in memory as a stream, its objects in no order.
    struct Backwards<'a>(&'a TraceTable);

    impl Stream for Backwards<'_> {
        type Error = Infallible;

        fn each(&self, visit: &mut dyn FnMut(&[u32], &[i64])) -> Result<(), Infallible> {
            let accounts = by_moment(self.0);
            for object in (0..self.0.object_count()).rev() {
                let range = self.0.range(object);
                visit(&accounts[range.clone()], &self.0.at[range]);
            }
            Ok(())
        }
    }

    /// What both ways find, which must be the same.
    fn swept_as(table: &TraceTable, config: &SweepConfig) -> (Swept, Vec<CoActions>) {
        let mut edges = Vec::new();
        let swept = sweep(table, 8, config, |found| {
            edges.extend_from_slice(found);
            Ok::<(), Infallible>(())
        });
        let swept = swept.expect("nothing that can fail");
        assert_eq!(swept.edges, edges.len() as u64);
        for visits_max in [1, 5, usize::MAX] {
            let mut streamed_edges = Vec::new();
            let streamed = streamed::sweep(&Backwards(table), 8, config, visits_max, |found| {
                streamed_edges.extend_from_slice(found);
                Ok::<(), Infallible>(())
            });
            assert_eq!(streamed.expect("nothing that can fail"), swept);
            assert_eq!(streamed_edges, edges);
        }
        (swept, edges)
    }

    fn swept(table: &TraceTable, windows_ms: &[i64], co_actions_min: u64) -> Vec<CoActions> {
        swept_as(table, &config(windows_ms, co_actions_min)).1
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
                    let on_object = (0..8).filter(|&who| of(who).next().is_some()).count() as u64;
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
                        weight: CoActions::WEIGHT_ONE / (on_object - 1),
                        estimate: leads.len() as u64 * CoActions::ESTIMATE_ONE,
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

    /// A hundred accounts on one object within a minute, and two that meet nobody else elsewhere.
    fn crowd() -> TraceTable {
        let crowd = (0..400).map(|act| (0, i64::from(act % 60), act % 6));
        table(crowd.chain([(1, 0, 6), (1, 5, 7)]).collect())
    }

    #[test]
    fn a_sample_estimates_what_all_pairs_come_to() {
        let exact = swept_as(&crowd(), &config(&[60], 1));
        let sampled =
            SweepConfig { pairs_exact_max: 1_000, neighbours_max: 50, ..config(&[60], 1) };
        let sampled = swept_as(&crowd(), &sampled);
        assert_eq!(exact.0.acts_sampled, 0);
        assert_eq!(sampled.0.acts_sampled, 400);
        assert_eq!(sampled.0.neighbours_not_visited, 400 * 350);
        let estimate = |edges: &[CoActions]| edges.iter().map(|e| e.estimate).sum::<u64>() as f64;
        let ratio = estimate(&sampled.1) / estimate(&exact.1);
        assert!((0.95..1.05).contains(&ratio), "{ratio}");
        let seen: u64 = sampled.1.iter().map(|edge| edge.co_actions).sum();
        assert!(seen < exact.1.iter().map(|edge| edge.co_actions).sum::<u64>() / 6);
        // A small object loses nothing.
        assert_eq!(sampled.1.last(), exact.1.last());
    }

    #[test]
    fn exact_is_exact_up_to_the_bound() {
        let bound = swept_as(&crowd(), &config(&[60], 1)).0.pairs_visited;
        let at_bound = SweepConfig { pairs_exact_max: bound, ..config(&[60], 1) };
        assert_eq!(swept_as(&crowd(), &at_bound).0.acts_sampled, 0);
        let below = SweepConfig { pairs_exact_max: bound - 1, ..at_bound };
        assert_eq!(swept_as(&crowd(), &below).0.acts_sampled, 402);
    }
}

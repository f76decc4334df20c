//! The sweep over acts that do not stay in memory: the same edges, in the same order.
//!
//! # What
//!
//! The objects go by several times. The first time, the visits of each account are counted; then
//! accounts are taken range by range, as many as have room: their meetings are collected while all
//! objects go by, and counted row by row as in [`sweep`](super::sweep). One range is collected
//! while the one before it is counted.
//!
//! # Requirements
//!
//! A [`Stream`] that can go by again. An account whose meetings alone have no room is a range of
//! its own and takes more.
//!
//! # Memory
//!
//! 12 bytes an account, the acts of the largest object, and for two ranges 12 bytes per meeting
//! and 48 per act; rows as in [`sweep`](super::sweep).
//!
//! # Cost
//!
//! That of [`sweep`](super::sweep), and one reading of all acts per range.

use std::ops::Range;

use zwerm_model::{CoActions, NONE};

use super::near::{self, Cap};
use super::row::{Object, Row, Windows};
use super::{SweepConfig, Swept, UNIT_VISITS, UNITS_PER_THREAD, count, filled};

/// Acts object by object, as often as wanted.
pub trait Stream: Sync {
    /// What can go wrong.
    type Error: Send;

    /// Hands over who acted on each object and when, by (time, account). Objects come in any
    /// order, but in the same each time.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn each(&self, visit: &mut dyn FnMut(&[u32], &[i64])) -> Result<(), Self::Error>;
}

/// Counts the co-actions of a stream and hands them to `emit` in the order (a, b, window), many at
/// a time; `accounts` is the number of accounts that there are, `visits_max` the number of
/// meetings that have room.
///
/// # Errors
///
/// Those of the stream and of `emit`.
pub fn sweep<S: Stream>(
    stream: &S,
    accounts: usize,
    config: &SweepConfig,
    visits_max: usize,
    mut emit: impl FnMut(&[CoActions]) -> Result<(), S::Error> + Send,
) -> Result<Swept, S::Error> {
    let windows = Windows::of(&config.windows_ms);
    let Some(window_ms) = windows.largest() else { return Ok(Swept::default()) };
    let survey = Survey::of(stream, accounts, window_ms, config)?;
    let mut swept = survey.swept;
    let mut rows = Row::per_thread(accounts, &windows, config.co_actions_min);
    let mut collected: Option<Meetings> = None;
    let ranges = survey.ranges(visits_max, config.co_actions_min);
    for range in ranges.into_iter().map(Some).chain([None]) {
        let collect = || {
            let Some(range) = range else { return Ok(None) };
            Meetings::collect(stream, range, window_ms, survey.cap).map(Some)
        };
        let (next, emitted) = rayon::join(collect, || match &collected {
            Some(meetings) => meetings.count(&mut rows, &mut emit),
            None => Ok(0),
        });
        swept.edges += emitted?;
        collected = next?;
    }
    Ok(swept)
}

/// What the first time shows.
struct Survey {
    swept: Swept,
    cap: Cap,
    /// Of each account, how many meetings its acts come to at most.
    visits: Vec<u32>,
}

impl Survey {
    fn of<S: Stream>(
        stream: &S,
        accounts: usize,
        window_ms: i64,
        config: &SweepConfig,
    ) -> Result<Self, S::Error> {
        let look = |cap: Cap| {
            let mut survey = Survey { swept: Swept::default(), cap, visits: vec![0; accounts] };
            let mut twice_pairs = 0;
            let mut near = Vec::new();
            stream.each(&mut |account, at| {
                near_of(at, window_ms, &mut near);
                for (&account, near) in account.iter().zip(&near) {
                    twice_pairs += near.len() as u64 - 1;
                    survey.swept.sampled(cap, near.len());
                    let visits = &mut survey.visits[account as usize];
                    let more = cap.visits(near.len()).min(near.len() - 1) as u32;
                    *visits = visits.saturating_add(more);
                }
            })?;
            survey.swept.pairs_visited = twice_pairs / 2;
            Ok(survey)
        };
        let all = look(Cap(None))?;
        let cap = config.cap(all.swept.pairs_visited);
        if cap.0.is_some() { look(cap) } else { Ok(all) }
    }

    /// Ranges of accounts whose meetings have room; accounts that cannot meet anyone often enough
    /// are left out.
    fn ranges(&self, visits_max: usize, co_actions_min: u64) -> Vec<Range<u32>> {
        let accounts = (0..).zip(self.visits.iter().map(|&visits| u64::from(visits)));
        let can_meet = accounts.filter(|&(_, visits)| visits >= co_actions_min.max(1));
        filled(can_meet, visits_max as u64)
    }
}

fn near_of(at: &[i64], window_ms: i64, near: &mut Vec<Range<u32>>) {
    near.clear();
    near.resize(at.len(), 0..0);
    near::ranges(at, 0, window_ms, near);
}

/// An act of an account with those of others that it meets.
struct Act {
    account: u32,
    object: Object,
    stands_for: u64,
    /// Where its meetings end.
    end: usize,
}

/// The meetings of a range of accounts with accounts of larger numbers.
struct Meetings {
    accounts: Range<u32>,
    /// Object by object.
    acts: Vec<Act>,
    other: Vec<u32>,
    lead: Vec<i64>,
}

impl Meetings {
    fn collect<S: Stream>(
        stream: &S,
        accounts: Range<u32>,
        window_ms: i64,
        cap: Cap,
    ) -> Result<Self, S::Error> {
        let mut meetings =
            Meetings { accounts, acts: Vec::new(), other: Vec::new(), lead: Vec::new() };
        let (mut near, mut distinct, mut number) = (Vec::new(), Vec::new(), 0);
        stream.each(&mut |account, at| {
            number += 1;
            if !account.iter().any(|account| meetings.accounts.contains(account)) {
                return;
            }
            distinct.clear();
            distinct.extend_from_slice(account);
            distinct.sort_unstable();
            distinct.dedup();
            let object = Object { number, weight: near::weight(distinct.len() as u32) };
            near_of(at, window_ms, &mut near);
            for ((&a, &at_a), near) in account.iter().zip(at).zip(&near) {
                if meetings.accounts.contains(&a) {
                    let near = near.start as usize..near.end as usize;
                    meetings.push(a, at_a, object, (near, cap), (account, at));
                }
            }
        })?;
        Ok(meetings)
    }

    fn push(
        &mut self,
        account: u32,
        at: i64,
        object: Object,
        (near, cap): (Range<usize>, Cap),
        (accounts, moments): (&[u32], &[i64]),
    ) {
        let before = self.other.len();
        let mut of_all = 0;
        cap.each(near, (account, at), |place, stands_for| {
            of_all = stands_for;
            if accounts[place] > account {
                self.other.push(accounts[place]);
                self.lead.push(moments[place].saturating_sub(at));
            }
        });
        if self.other.len() > before {
            self.acts.push(Act { account, object, stands_for: of_all, end: self.other.len() });
        }
    }

    /// Counts all rows and hands them on in their order.
    fn count<E: Send>(
        &self,
        rows: &mut [Row<'_>],
        emit: &mut (impl FnMut(&[CoActions]) -> Result<(), E> + Send),
    ) -> Result<u64, E> {
        let first = self.accounts.start;
        let mut starts = vec![0_u32; self.accounts.len() + 1];
        self.acts.iter().for_each(|act| starts[(act.account - first) as usize + 1] += 1);
        for account in 1..starts.len() {
            starts[account] += starts[account - 1];
        }
        let mut next = starts.clone();
        let mut order = vec![NONE; self.acts.len()];
        for (place, act) in (0..).zip(&self.acts) {
            let next = &mut next[(act.account - first) as usize];
            order[*next as usize] = place;
            *next += 1;
        }
        let of_account = |account: u32| {
            let account = (account - first) as usize;
            &order[starts[account] as usize..starts[account + 1] as usize]
        };
        let mut edges = 0;
        for units in self.units(&of_account).chunks(rows.len() * UNITS_PER_THREAD) {
            let found = count(units, rows, |account, row| {
                of_account(account).iter().for_each(|&act| self.meet(act as usize, row));
            });
            for found in &found {
                edges += found.len() as u64;
                emit(found)?;
            }
        }
        Ok(edges)
    }

    /// Where an act's meetings are.
    fn of_act(&self, act: usize) -> Range<usize> {
        let start = if act == 0 { 0 } else { self.acts[act - 1].end };
        start..self.acts[act].end
    }

    fn meet(&self, act: usize, row: &mut Row<'_>) {
        let Act { object, stands_for, .. } = self.acts[act];
        let range = self.of_act(act);
        for (&b, &lead) in self.other[range.clone()].iter().zip(&self.lead[range]) {
            row.meet(b, object, lead, stands_for);
        }
    }

    /// Ranges of accounts with about equally many meetings.
    fn units<'a>(&self, of_account: &impl Fn(u32) -> &'a [u32]) -> Vec<Range<u32>> {
        let visits = |account| {
            let acts = of_account(account).iter();
            (account, acts.map(|&act| self.of_act(act as usize).len() as u64).sum())
        };
        filled(self.accounts.clone().map(visits), UNIT_VISITS)
    }
}

//! What is compared at level B: shared acts restricted to some accounts and objects.
//!
//! # What
//!
//! Accounts and objects are numbered anew, without gaps; the acts on each object lie together by
//! (account, tick), and each account knows its *runs*: its acts on one object.
//!
//! # Memory, cost
//!
//! 16 bytes an act and 8 per account and object; `O(n)` for `n` acts.

use crate::acts::{Act, SharedActs};

/// The number of an account that is not compared.
const NOBODY: u32 = u32::MAX;

/// Shared acts restricted to the accounts and objects that are compared.
#[derive(Debug)]
pub struct Layer {
    /// Original account numbers, rising; a local account number is a place here.
    pub accounts: Vec<u32>,
    /// Object numbers of the shared acts, rising; a local object number is a place here.
    pub objects: Vec<u32>,
    /// Objects with more than the allowed accounts, which are not compared.
    pub objects_over_cap: u64,
    /// Where each object's acts end.
    object_ends: Vec<u32>,
    /// By (object, account, tick); accounts are local numbers.
    acts: Vec<(u32, i64)>,
    /// Where each account's runs start.
    account_starts: Vec<u32>,
    /// The runs of each account, one per object, by object.
    runs: Vec<Run>,
}

/// One account's acts on one object.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Run {
    pub(crate) object: u32,
    /// Where the acts start.
    start: u32,
}

impl Layer {
    /// The part of `shared` that concerns accounts for which `wanted` holds, on objects that at
    /// least two and at most `accounts_max` of them touched. Objects above the cap are counted.
    #[must_use]
    pub fn of(shared: &SharedActs, accounts_max: usize, wanted: impl Fn(u32) -> bool) -> Self {
        let mut layer = Layer {
            accounts: Vec::new(),
            objects: Vec::new(),
            objects_over_cap: 0,
            object_ends: Vec::new(),
            acts: Vec::new(),
            account_starts: Vec::new(),
            runs: Vec::new(),
        };
        let by_account = |a: &Act, b: &Act| a.account == b.account;
        // How many objects each account has, and then its local number.
        let numbers = shared.slots.last().map_or(0, |&(account, _)| account as usize + 1);
        let mut objects_of = vec![0_u32; numbers];
        for object in 0..shared.object_count() {
            let runs = || shared.on(object).chunk_by(by_account).filter(|r| wanted(r[0].account));
            let accounts = runs().count();
            layer.objects_over_cap += u64::from(accounts > accounts_max);
            if !(2..=accounts_max).contains(&accounts) {
                continue;
            }
            layer.objects.push(object as u32);
            for run in runs() {
                objects_of[run[0].account as usize] += 1;
                layer.acts.extend(run.iter().map(|act| (act.account, act.tick)));
            }
            layer.object_ends.push(layer.acts.len() as u32);
        }
        layer.number_accounts(objects_of);
        layer
    }

    /// Numbers the accounts that have an object, and finds the runs of each.
    fn number_accounts(&mut self, objects_of: Vec<u32>) {
        let mut total = 0;
        let mut local_of = vec![NOBODY; objects_of.len()];
        for (account, &objects) in objects_of.iter().enumerate() {
            if objects > 0 {
                local_of[account] = self.accounts.len() as u32;
                self.accounts.push(account as u32);
                self.account_starts.push(total);
                total += objects;
            }
        }
        let mut next = self.account_starts.clone();
        self.account_starts.push(total);
        self.runs = vec![Run::default(); total as usize];
        let mut start = 0;
        for (object, &end) in self.object_ends.iter().enumerate() {
            let mut last = NOBODY;
            for place in start..end {
                let account = &mut self.acts[place as usize].0;
                *account = local_of[*account as usize];
                if *account != last {
                    last = *account;
                    let next = &mut next[last as usize];
                    self.runs[*next as usize] = Run { object: object as u32, start: place };
                    *next += 1;
                }
            }
            start = end;
        }
    }

    /// The same acts by other accounts: `relabel` gets where each object's runs start (one more
    /// entry than objects) and the account of every run. Whoever then has two runs on one object
    /// has one, of the acts of both.
    #[must_use]
    pub(crate) fn relabelled(&self, relabel: impl FnOnce(&[u32], &mut [u32])) -> Self {
        let mut starts = vec![0];
        let (mut accounts, mut ends) = (Vec::with_capacity(self.runs.len()), Vec::new());
        let mut start = 0;
        for &end in &self.object_ends {
            let mut place = start;
            for run in self.acts[start as usize..end as usize].chunk_by(|a, b| a.0 == b.0) {
                place += run.len() as u32;
                accounts.push(run[0].0);
                ends.push(place);
            }
            starts.push(accounts.len() as u32);
            start = end;
        }
        relabel(&starts, &mut accounts);
        let mut acts = self.acts.clone();
        let mut start = 0;
        for (&account, &end) in accounts.iter().zip(&ends) {
            acts[start as usize..end as usize].iter_mut().for_each(|act| act.0 = account);
            start = end;
        }
        let mut objects_of = vec![0; self.accounts.len()];
        let mut start = 0;
        for &end in &self.object_ends {
            let on_object = &mut acts[start as usize..end as usize];
            on_object.sort_unstable();
            let runs = on_object.chunk_by(|a, b| a.0 == b.0);
            runs.for_each(|run| objects_of[run[0].0 as usize] += 1);
            start = end;
        }
        let mut layer = Layer {
            accounts: Vec::new(),
            objects: self.objects.clone(),
            objects_over_cap: self.objects_over_cap,
            object_ends: self.object_ends.clone(),
            acts,
            account_starts: Vec::new(),
            runs: Vec::new(),
        };
        // Every account that had a run has one: numbers stay.
        layer.number_accounts(objects_of);
        layer.accounts.clone_from(&self.accounts);
        layer
    }

    /// How many objects a local account has.
    #[must_use]
    pub fn degree(&self, account: usize) -> u32 {
        self.account_starts[account + 1] - self.account_starts[account]
    }

    /// Distinct (account, object) pairs.
    #[must_use]
    pub fn pair_count(&self) -> u64 {
        self.runs.len() as u64
    }

    /// How many of the accounts touched each local object.
    #[must_use]
    pub fn accounts_per_object(&self) -> Vec<u32> {
        let mut counts = vec![0; self.objects.len()];
        for run in &self.runs {
            counts[run.object as usize] += 1;
        }
        counts
    }

    pub(crate) fn runs_of(&self, account: usize) -> &[Run] {
        &self.runs[self.account_starts[account] as usize..self.account_starts[account + 1] as usize]
    }

    /// The acts on a run's object from the run on: its own, then those of all larger accounts.
    pub(crate) fn from(&self, run: Run) -> &[(u32, i64)] {
        &self.acts[run.start as usize..self.object_ends[run.object as usize] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ages::tests::acts;

    #[test]
    fn an_object_over_the_cap_is_counted_not_compared() {
        let acts = acts("url", vec![(0, 0, 0), (0, 0, 1), (0, 0, 2), (1, 0, 0), (1, 0, 1)]);
        let layer = Layer::of(&acts, 2, |_| true);
        assert_eq!(layer.objects, [1]);
        assert_eq!(layer.objects_over_cap, 1);
    }

    #[test]
    fn acts_keep_their_moments_when_their_accounts_change() {
        // Objects of accounts 3, 5 and of 3, 7; two acts of 3 on the first.
        let rows = vec![(0, 0, 3), (0, 9, 3), (0, 4, 5), (1, 1, 3), (1, 2, 7)];
        let layer = Layer::of(&acts("url", rows), 9, |_| true);
        let other = layer.relabelled(|starts, accounts| {
            assert_eq!((starts, &*accounts), (&[0, 2, 4][..], &[0, 1, 0, 2][..]));
            accounts.copy_from_slice(&[2, 0, 0, 1]);
        });
        assert_eq!(other.accounts, [3, 5, 7]);
        assert_eq!(other.acts, [(0, 4), (2, 0), (2, 9), (0, 1), (1, 2)]);
        assert_eq!([0, 1, 2].map(|account| other.degree(account)), [2, 1, 1]);
        let merged = layer.relabelled(|_, accounts| accounts.copy_from_slice(&[0, 0, 1, 2]));
        assert_eq!(merged.acts[..3], [(0, 0), (0, 4), (0, 9)]);
        assert_eq!(merged.pair_count(), 3);
    }
}

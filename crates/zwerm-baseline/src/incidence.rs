//! Who touched what, how often: accounts × objects.
//!
//! # Memory
//!
//! 8 bytes per account and object that meet, 8 per account.

use zwerm_model::TraceTable;

/// One row per account: its objects, ascending, and how often it touched each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incidence {
    starts: Vec<usize>,
    cells: Vec<(u32, u32)>,
    object_count: usize,
}

impl Incidence {
    /// Counts the traces of a table. `O(n)` and no sort: objects come in ascending order.
    #[must_use]
    pub fn of(table: &TraceTable, account_count: usize) -> Self {
        let touches = (0..table.object_count()).flat_map(|object| {
            table.account[table.range(object)].iter().map(move |&account| (account, object as u32))
        });
        Self::count(touches, account_count, table.object_count())
    }

    /// Counts (account, object), which come by object.
    #[must_use]
    pub fn count(
        touches: impl Iterator<Item = (u32, u32)> + Clone,
        account_count: usize,
        object_count: usize,
    ) -> Self {
        let mut ends = vec![0; account_count + 1];
        for (account, _) in touches.clone() {
            ends[account as usize + 1] += 1;
        }
        for account in 0..account_count {
            ends[account + 1] += ends[account];
        }
        let mut next = ends.clone();
        let mut objects = vec![0; ends[account_count]];
        for (account, object) in touches {
            objects[next[account as usize]] = object;
            next[account as usize] += 1;
        }
        let mut counted = Incidence { starts: vec![0], cells: Vec::new(), object_count };
        for account in 0..account_count {
            for same in objects[ends[account]..ends[account + 1]].chunk_by(|a, b| a == b) {
                counted.cells.push((same[0], same.len() as u32));
            }
            counted.starts.push(counted.cells.len());
        }
        counted
    }

    /// How many accounts there are, with or without a touch.
    #[must_use]
    pub fn account_count(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many objects there are, touched or not.
    #[must_use]
    pub fn object_count(&self) -> usize {
        self.object_count
    }

    /// The objects of an account with their counts.
    #[must_use]
    pub fn row(&self, account: usize) -> &[(u32, u32)] {
        &self.cells[self.starts[account]..self.starts[account + 1]]
    }

    /// How often an account touched anything.
    #[must_use]
    pub fn touches(&self, account: usize) -> u64 {
        self.row(account).iter().map(|&(_, count)| u64::from(count)).sum()
    }

    /// How many accounts touched anything.
    #[must_use]
    pub fn active(&self) -> usize {
        (0..self.account_count()).filter(|&account| !self.row(account).is_empty()).count()
    }

    /// How many accounts touched each object.
    #[must_use]
    pub fn accounts_of(&self) -> Vec<u32> {
        let mut accounts = vec![0; self.object_count];
        for &(object, _) in &self.cells {
            accounts[object as usize] += 1;
        }
        accounts
    }

    /// The rows of the accounts that `keep` accepts; those of others are empty.
    #[must_use]
    pub fn of_accounts(&self, keep: impl Fn(usize) -> bool) -> Self {
        self.filtered(|account, _, _| keep(account))
    }

    /// The objects that at least some accounts touched.
    #[must_use]
    pub fn of_objects(&self, accounts_min: u32) -> Self {
        let accounts = self.accounts_of();
        self.filtered(|_, object, _| accounts[object as usize] >= accounts_min)
    }

    /// The objects that `keep` accepts.
    #[must_use]
    pub fn of_names(&self, keep: impl Fn(u32) -> bool) -> Self {
        self.filtered(|_, object, _| keep(object))
    }

    /// The cells with at least some touches.
    #[must_use]
    pub fn of_counts(&self, count_min: u32) -> Self {
        self.filtered(|_, _, count| count >= count_min)
    }

    fn filtered(&self, keep: impl Fn(usize, u32, u32) -> bool) -> Self {
        let mut kept =
            Incidence { starts: vec![0], cells: Vec::new(), object_count: self.object_count };
        for account in 0..self.account_count() {
            let row = self.row(account).iter().copied();
            kept.cells.extend(row.filter(|&(object, count)| keep(account, object, count)));
            kept.starts.push(kept.cells.len());
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accounts 0 and 2 touch object 0, account 0 twice; accounts 0 and 1 touch object 1.
    fn small() -> Incidence {
        let touches = [(0, 0), (2, 0), (0, 0), (1, 1), (0, 1)];
        Incidence::count(touches.into_iter(), 4, 3)
    }

    #[test]
    fn touches_are_counted_by_account() {
        let counted = small();
        let rows: Vec<&[(u32, u32)]> = (0..4).map(|account| counted.row(account)).collect();
        assert_eq!(rows, [&[(0, 2), (1, 1)][..], &[(1, 1)], &[(0, 1)], &[]]);
        assert_eq!((counted.touches(0), counted.active()), (3, 3));
        assert_eq!(counted.accounts_of(), [2, 2, 0]);
    }

    #[test]
    fn filters_leave_rows_in_their_place() {
        let one = small().of_accounts(|account| account != 2);
        assert_eq!((one.row(0).len(), one.row(2).len()), (2, 0));
        assert_eq!(one.of_objects(2).row(0), [(1, 1)]);
        assert_eq!(small().of_counts(2).row(0), [(0, 2)]);
        assert_eq!(small().of_counts(2).active(), 1);
    }
}

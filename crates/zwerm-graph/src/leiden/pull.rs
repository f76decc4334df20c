//! The weight between one node and each label around it.
//!
//! # What it does
//!
//! Sums the weights of a node's edges by the label of the other end. This is
//! the inner loop of all three steps of Leiden.
//!
//! # Requirements
//!
//! Labels below the number given to [`Pull::new`]; weights of at least 1, for a
//! sum of 0 says that a label was not met yet.
//!
//! # Memory
//!
//! 8 bytes per label and 4 per label met; one allocation serves all nodes.
//!
//! # Cost
//!
//! `O(d)` for a node with `d` neighbours, at one memory access of no order each.
//!
//! # Source
//!
//! The sparse accumulator of Gilbert, Moler and Schreiber (1992),
//! <https://doi.org/10.1137/0613024>.

/// See the [module documentation](self).
#[derive(Debug, Default)]
pub(super) struct Pull {
    weight: Vec<u64>,
    met: Vec<u32>,
}

impl Pull {
    /// An empty sum for each of `label_count` labels.
    pub(super) fn new(label_count: u32) -> Pull {
        Pull { weight: vec![0; label_count as usize], met: Vec::new() }
    }

    /// Forgets all sums, and makes room for labels below `label_count`.
    pub(super) fn fit(&mut self, label_count: usize) {
        self.clear();
        if self.weight.len() < label_count {
            self.weight.resize(label_count, 0);
        }
    }

    /// Forgets all sums.
    pub(super) fn clear(&mut self) {
        for &label in &self.met {
            self.weight[label as usize] = 0;
        }
        self.met.clear();
    }

    /// Adds `weight`, which is not 0, to the sum of `label`.
    #[inline]
    pub(super) fn add(&mut self, label: u32, weight: u64) {
        debug_assert!(weight > 0);
        let sum = &mut self.weight[label as usize];
        if *sum == 0 {
            self.met.push(label);
        }
        *sum += weight;
    }

    /// The sum of `label`, 0 if it was not met.
    #[inline]
    pub(super) fn of(&self, label: u32) -> u64 {
        self.weight[label as usize]
    }

    /// The labels met and their sums, in the order they were met.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        self.met.iter().map(|&label| (label, self.weight[label as usize]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rows: &[(u32, u64)], expected: &[(u32, u64)]) {
        let mut pull = Pull::new(4);
        pull.add(3, 9);
        pull.clear();
        for &(label, weight) in rows {
            pull.add(label, weight);
        }
        assert_eq!(pull.iter().collect::<Vec<_>>(), expected);
        for label in 0..4 {
            let sum = rows.iter().filter(|row| row.0 == label).map(|row| row.1).sum::<u64>();
            assert_eq!(pull.of(label), sum);
        }
    }

    #[test]
    fn nothing_is_left_after_clear() {
        check(&[], &[]);
    }

    #[test]
    fn weights_add_up_by_label_in_the_order_met() {
        check(&[(2, 1), (0, 5), (2, 3)], &[(2, 4), (0, 5)]);
    }
}

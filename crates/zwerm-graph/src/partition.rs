//! A partition of the nodes into communities, in canonical numbers.
//!
//! # What it is
//!
//! One community number per node. Communities are numbered 0, 1, 2 … in the
//! order of their smallest members, so two partitions are equal exactly when
//! their numbers are.
//!
//! # Requirements
//!
//! None on the labels it is made from.
//!
//! # Memory
//!
//! 4 bytes per node, and 4 more while it is built.
//!
//! # Cost
//!
//! `O(n)`.
//!
//! # Source
//!
//! The restricted growth string of a set partition: Knuth, *The Art of
//! Computer Programming* 4A, §7.2.1.5.

/// See the [module documentation](self).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The community of each node.
    pub community: Vec<u32>,
}

impl Partition {
    /// Puts the nodes with equal labels into one community.
    ///
    /// # Panics
    ///
    /// Panics if a label is not below the number of nodes.
    ///
    /// ```
    /// let partition = zwerm_graph::Partition::from_labels(&[3, 1, 3, 0]);
    /// assert_eq!(partition.community, [0, 1, 0, 2]);
    /// ```
    pub fn from_labels(label: &[u32]) -> Partition {
        const UNSEEN: u32 = u32::MAX;
        let mut number = vec![UNSEEN; label.len()];
        let mut count = 0;
        let community = label
            .iter()
            .map(|&label| {
                let number = &mut number[label as usize];
                if *number == UNSEEN {
                    *number = count;
                    count += 1;
                }
                *number
            })
            .collect();
        Partition { community }
    }

    /// Every node in a community of its own.
    pub(crate) fn singletons(node_count: u32) -> Partition {
        Partition { community: (0..node_count).collect() }
    }

    /// The number of communities.
    pub fn community_count(&self) -> u32 {
        self.community.iter().max().map_or(0, |&last| last + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(label: &[u32], expected: &[u32], count: u32) {
        let partition = Partition::from_labels(label);
        assert_eq!(partition.community, expected);
        assert_eq!(partition.community_count(), count);
    }

    #[test]
    fn no_nodes_have_no_communities() {
        check(&[], &[], 0);
    }

    #[test]
    fn numbers_follow_the_smallest_member() {
        check(&[4, 4, 0, 4, 2], &[0, 0, 1, 0, 2], 3);
    }

    #[test]
    fn a_canonical_partition_stays_as_it_is() {
        check(&[0, 1, 0, 2], &[0, 1, 0, 2], 3);
    }
}

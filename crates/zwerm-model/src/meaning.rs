//! Clusters of texts that say the same in other words.

use crate::names::{NONE, Strings};

/// Which clusters of near-duplicate texts mean the same.
///
/// A cluster that was compared belongs to one meaning, mostly alone. To none belong clusters that
/// were not compared (no vector, too short, left out for want of memory), and those of several
/// posts that nobody reworded: they are copies, and known as such.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meanings {
    /// The meanings' ids: the smallest id of their clusters.
    pub ids: Strings,
    /// The meaning of each cluster, or [`NONE`]; empty where nothing was compared.
    pub of_cluster: Vec<u32>,
}

impl Meanings {
    /// The id of a cluster's meaning.
    #[must_use]
    pub fn of(&self, cluster: usize) -> Option<&str> {
        match self.of_cluster.get(cluster) {
            Some(&meaning) if meaning != NONE => Some(self.ids.get(meaning as usize)),
            _ => None,
        }
    }
}

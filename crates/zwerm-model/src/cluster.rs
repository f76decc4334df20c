//! Near-duplicate texts.

use crate::evasion::EvasionMarks;
use crate::names::{NONE, Strings};

/// Which posts say nearly the same.
///
/// Every post with a comparable text belongs to one cluster, most of them alone. A post without one
/// (no text, a repost, nothing left after normalisation) belongs to none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextClusters {
    /// The clusters' ids: a hash of the normalised text of each cluster's earliest post.
    pub ids: Strings,
    /// How many posts each cluster holds.
    pub posts: Vec<u32>,
    /// The cluster of each post, or [`NONE`].
    pub cluster: Vec<u32>,
    /// Jaccard similarity of each post's text to its cluster's medoid text, 0 to 1.
    pub similarity: Vec<f32>,
    /// Whether the post's text *is* its cluster's medoid text.
    pub medoid: Vec<bool>,
    /// The evasion marks of each post's text; none where there is no text, or a repost.
    pub evasion: Vec<EvasionMarks>,
}

impl TextClusters {
    /// The cluster of a post.
    #[must_use]
    pub fn of(&self, post: usize) -> Option<usize> {
        match self.cluster.get(post) {
            Some(&cluster) if cluster != NONE => Some(cluster as usize),
            _ => None,
        }
    }
}

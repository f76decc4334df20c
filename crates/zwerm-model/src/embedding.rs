//! What texts mean, as vectors that somebody else computed.

use crate::names::NONE;

/// The vectors of posts, all of one length; some posts may have none.
///
/// Cosines between vectors of different models say nothing, so one run has one model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Embeddings {
    /// What made the vectors, as the input names it.
    pub model: Option<String>,
    /// The length of each vector.
    pub dimension: usize,
    /// All vectors, end to end.
    pub values: Vec<f32>,
    /// For each post the number of its vector, or [`NONE`]; empty where no post has one.
    pub place: Vec<u32>,
}

impl Embeddings {
    /// Whether there is no vector.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The vector of a post, if it has one.
    #[must_use]
    pub fn get(&self, post: usize) -> Option<&[f32]> {
        let place = *self.place.get(post).filter(|&&place| place != NONE)? as usize;
        self.values.get(place * self.dimension..(place + 1) * self.dimension)
    }

    /// Appends the vector of the next post, which has [`Embeddings::dimension`] numbers, or none.
    pub fn push(&mut self, vector: &[f32]) {
        if vector.is_empty() {
            self.place.push(NONE);
        } else {
            debug_assert_eq!(vector.len(), self.dimension);
            self.place.push((self.values.len() / self.dimension) as u32);
            self.values.extend_from_slice(vector);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_may_have_no_vector() {
        let mut all = Embeddings { dimension: 2, ..Embeddings::default() };
        for vector in [&[][..], &[1.0, 2.0], &[3.0, 4.0]] {
            all.push(vector);
        }
        assert_eq!([all.get(0), all.get(2)], [None, Some(&[3.0, 4.0][..])]);
        assert_eq!(all.get(3), None);
    }
}

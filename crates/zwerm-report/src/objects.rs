//! What an object looks like to a reader: for a near-duplicate text, its words.

use zwerm_model::hash::Map;

use crate::inert;
use crate::input::ReportInput;

/// The texts behind the objects that findings name.
pub(crate) struct Objects<'a> {
    input: ReportInput<'a>,
    /// The first medoid post of each cluster that a finding names.
    medoids: Map<&'a str, u32>,
}

impl<'a> Objects<'a> {
    /// Finds one post for each text cluster that the findings name. One pass over the posts.
    pub(crate) fn new(input: &ReportInput<'a>) -> Self {
        let findings = input.findings;
        let mut medoids: Map<&'a str, u32> = Map::default();
        let top = findings.campaigns.iter().flat_map(|c| &c.top_objects).map(|o| &o.object);
        for object in findings.evidence.iter().map(|row| &row.object).chain(top) {
            medoids.insert(object, u32::MAX);
        }
        let clusters = input.clusters;
        for (post, &medoid) in clusters.medoid.iter().enumerate() {
            if medoid
                && let Some(cluster) = clusters.of(post)
                && let Some(first) = medoids.get_mut(clusters.ids.get(cluster))
            {
                *first = (*first).min(post as u32);
            }
        }
        Objects { input: *input, medoids }
    }

    /// The text of a cluster, made inert and cut; `None` if the object is no text cluster.
    pub(crate) fn text(&self, object: &str, chars_max: usize) -> Option<String> {
        let post = *self.medoids.get(object)?;
        if post == u32::MAX {
            return None;
        }
        Some(inert::excerpt(self.input.posts.text_of(post as usize), chars_max))
    }
}

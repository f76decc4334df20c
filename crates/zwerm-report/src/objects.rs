//! What an object looks like to a reader: for a near-duplicate text, its words.

use zwerm_model::Quotable;
use zwerm_model::hash::Map;

use crate::inert;
use crate::input::ReportInput;

/// A text as results show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Quote {
    /// Made inert and cut; empty where there is none.
    Text(String),
    /// Taken down, and so not shown.
    Deleted,
}

impl Quote {
    /// For a cell of a table.
    pub(crate) fn into_cell(self) -> String {
        match self {
            Quote::Text(text) => text,
            Quote::Deleted => "[deleted: the text is not shown]".to_owned(),
        }
    }
}

/// The texts behind the objects that findings name.
pub(crate) struct Objects<'a> {
    quotable: Quotable<'a>,
    /// The first medoid post of each cluster that a finding names: of those that are not deleted,
    /// if there are any.
    medoids: Map<&'a str, u32>,
}

impl<'a> Objects<'a> {
    /// Finds one post for each text cluster that the findings name. One pass over the posts.
    pub(crate) fn new(input: &ReportInput<'a>) -> Self {
        let findings = input.findings;
        let quotable = Quotable::of(input.posts);
        let is_gone = |post: u32| quotable.text(post as usize).is_none();
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
                let post = post as u32;
                if *first == u32::MAX || (is_gone(*first) && !is_gone(post)) {
                    *first = post;
                }
            }
        }
        Objects { quotable, medoids }
    }

    /// The text of a cluster; `None` if the object is no text cluster.
    pub(crate) fn text(&self, object: &str, chars_max: usize) -> Option<Quote> {
        let post = *self.medoids.get(object)?;
        if post == u32::MAX {
            return None;
        }
        Some(self.quote(post, chars_max))
    }

    /// The text of a post.
    pub(crate) fn quote(&self, post: u32, chars_max: usize) -> Quote {
        match self.quotable.text(post as usize) {
            Some(text) => Quote::Text(inert::excerpt(text, chars_max)),
            None => Quote::Deleted,
        }
    }
}

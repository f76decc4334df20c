//! Replies that name a post by a number of one server: the post's id takes its place.
//!
//! Decided over all rows of a run, like everything that must not depend on how files are split. A
//! number that two posts have means neither; one that no post has stays, since it still tells
//! which posts answer the same one.

use zwerm_model::NONE;
use zwerm_model::hash::Map;

use crate::chunk::Chunk;
use crate::column::LOCAL_ID;

/// The posts by their numbers.
#[derive(Debug, Default)]
pub(crate) struct LocalIds(Map<String, Option<String>>);

impl LocalIds {
    /// Adds some rows.
    pub(crate) fn add(&mut self, chunk: &Chunk) {
        let Some(local) = chunk.names.get(LOCAL_ID.name) else { return };
        for (row, &number) in local.values.iter().enumerate().filter(|(_, n)| **n != NONE) {
            let id = chunk.post_id.get(row);
            let known = self.0.entry(local.names().get(number as usize).to_owned());
            let known = known.or_insert_with(|| Some(id.to_owned()));
            if known.as_deref().is_some_and(|known| known != id) {
                *known = None;
            }
        }
    }

    /// Puts post ids where replies name posts by their number.
    pub(crate) fn resolve(&self, chunks: &mut [Chunk]) {
        for chunk in chunks.iter_mut().filter(|chunk| chunk.names.contains_key(LOCAL_ID.name)) {
            if let Some(replies) = chunk.names.get_mut("reply_to") {
                replies.rename(|name| self.0.get(name).and_then(Option::as_deref));
            }
            // It has done its work, and is no name that anything else may see.
            chunk.names.remove(LOCAL_ID.name);
        }
    }
}

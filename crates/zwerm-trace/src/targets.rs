//! Where the posts are that other posts repost, answer or quote.
//!
//! # What it computes
//!
//! The row of every post that is referred to and in the input.
//!
//! # Requirements
//!
//! Posts in their order: of several with one id the earliest is meant.
//!
//! # Memory
//!
//! 4 bytes per name that is referred to; while they are looked up about 60 more.
//!
//! # Cost
//!
//! `O(n + m)` for `n` posts and `m` names; most posts only ask a filter.
//!
//! # Source
//!
//! Bloom (1970), <https://doi.org/10.1145/362686.362692>, for the filter.

use rayon::prelude::*;
use zwerm_model::hash::Map;
use zwerm_model::{Dictionary, NONE, Posts};

use crate::PARTITION_POSTS;

/// The rows of posts that other posts repost, answer or quote.
#[derive(Debug, Default)]
pub struct Targets {
    repost_of: Vec<u32>,
    reply_to: Vec<u32>,
    quote_of: Vec<u32>,
}

impl Targets {
    /// Looks up every post that is referred to; those outside the input have no row.
    #[must_use]
    pub fn find(posts: &Posts) -> Self {
        let columns = [&posts.repost_of, &posts.reply_to, &posts.quote_of];
        if columns.iter().all(|column| column.names.is_empty()) {
            return Targets::default();
        }
        // The names that are referred to are far fewer than the posts: they are the table.
        let mut numbers: Map<&str, [u32; 3]> = Map::default();
        for (column, names) in columns.iter().map(|column| &column.names).enumerate() {
            for (number, id) in names.iter().enumerate() {
                numbers.entry(id).or_insert([NONE; 3])[column] = number as u32;
            }
        }
        // Most posts are referred to by none, which the filter tells faster than the table.
        let filter = Filter::of(numbers.keys().copied());
        let referred: Vec<(usize, [u32; 3])> = (0..posts.len())
            .into_par_iter()
            .with_min_len(PARTITION_POSTS)
            .map(|post| (post, posts.id.get(post)))
            .filter(|(_, id)| filter.may_hold(id))
            .filter_map(|(post, id)| Some((post, *numbers.get(id)?)))
            .collect();
        let mut rows = columns.map(|column| vec![NONE; column.names.len()]);
        for (post, of_columns) in referred {
            for (rows, number) in rows.iter_mut().zip(of_columns) {
                // Ids are unique on a platform; across platforms the earliest post is meant.
                if number != NONE && rows[number as usize] == NONE {
                    rows[number as usize] = post as u32;
                }
            }
        }
        let [repost_of, reply_to, quote_of] = rows;
        Targets { repost_of, reply_to, quote_of }
    }

    /// The row of the post that `post` reposts.
    #[must_use]
    pub fn reposted(&self, posts: &Posts, post: usize) -> Option<usize> {
        row_of(&self.repost_of, &posts.repost_of, post)
    }

    /// The row of the post that `post` answers.
    #[must_use]
    pub fn replied(&self, posts: &Posts, post: usize) -> Option<usize> {
        row_of(&self.reply_to, &posts.reply_to, post)
    }

    /// The row of the post that `post` quotes.
    #[must_use]
    pub fn quoted(&self, posts: &Posts, post: usize) -> Option<usize> {
        row_of(&self.quote_of, &posts.quote_of, post)
    }
}

fn row_of(rows: &[u32], ids: &Dictionary, post: usize) -> Option<usize> {
    let number = ids.number(post)?;
    Some(rows[number as usize]).filter(|&row| row != NONE).map(|row| row as usize)
}

/// A Bloom filter with one hash, of the last bytes of names: ids differ there.
struct Filter {
    /// One bit per slot.
    slots: Vec<u64>,
    shift: u32,
}

impl Filter {
    /// Slots per name: one stranger in this many passes.
    const PER_NAME: usize = 16;

    fn of<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Self {
        let slots = (names.len() * Self::PER_NAME).next_power_of_two().max(64);
        let mut filter = Filter { slots: vec![0; slots / 64], shift: u64::BITS - slots.ilog2() };
        for name in names {
            let slot = filter.slot(name);
            filter.slots[slot / 64] |= 1 << (slot % 64);
        }
        filter
    }

    /// Whether a name may be among them; it is not if this says so.
    #[inline]
    fn may_hold(&self, name: &str) -> bool {
        let slot = self.slot(name);
        self.slots[slot / 64] >> (slot % 64) & 1 == 1
    }

    #[inline]
    fn slot(&self, name: &str) -> usize {
        let end = match name.as_bytes().last_chunk() {
            Some(end) => u64::from_le_bytes(*end),
            None => name.bytes().fold(0, |end, byte| end << 8 | u64::from(byte)),
        };
        (end.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_holds_all_names_and_few_others() {
        let names: Vec<String> = (0..5_000).map(|n| "0123456789"[..n % 11].to_owned()).collect();
        let names = (0..).zip(names).map(|(n, start): (u32, String)| start + &n.to_string());
        let names: Vec<String> = names.collect();
        let filter = Filter::of(names.iter().map(String::as_str));
        assert!(names.iter().all(|name| filter.may_hold(name)));
        let others = (0..5_000).filter(|n| filter.may_hold(&format!("x{n}")));
        assert!(others.count() < 500);
        assert!(!Filter::of([].into_iter()).may_hold(""));
    }
}

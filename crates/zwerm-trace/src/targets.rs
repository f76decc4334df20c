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

use std::hash::Hash;

use rayon::prelude::*;
use zwerm_model::hash::Map;
use zwerm_model::post_ids::integer;
use zwerm_model::{Dictionary, NONE, PostIds, Posts};

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
        let posts_len = posts.len();
        let [repost_of, reply_to, quote_of] = match &posts.id {
            PostIds::Integers(ids) => rows(columns, integer, |post| ids[post], posts_len),
            PostIds::Texts(ids) => rows(columns, Some, |post| ids.get(post), posts_len),
        };
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

/// The rows of the posts that each column refers to; `key_of` a name is none if no post has it.
fn rows<'a, K: Key>(
    columns: [&'a Dictionary; 3],
    key_of: impl Fn(&'a str) -> Option<K>,
    key_of_post: impl Fn(usize) -> K + Sync,
    posts: usize,
) -> [Vec<u32>; 3] {
    // The names that are referred to are far fewer than the posts: they are the table.
    let mut numbers: Map<K, [u32; 3]> = Map::default();
    for (column, names) in columns.iter().map(|column| &column.names).enumerate() {
        for (number, name) in names.iter().enumerate() {
            if let Some(key) = key_of(name) {
                numbers.entry(key).or_insert([NONE; 3])[column] = number as u32;
            }
        }
    }
    // Most posts are referred to by none, which the filter tells faster than the table.
    let filter = Filter::of(numbers.keys().copied());
    let referred: Vec<(usize, [u32; 3])> = (0..posts)
        .into_par_iter()
        .with_min_len(PARTITION_POSTS)
        .map(|post| (post, key_of_post(post)))
        .filter(|&(_, key)| filter.may_hold(key))
        .filter_map(|(post, key)| Some((post, *numbers.get(&key)?)))
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
    rows
}

fn row_of(rows: &[u32], ids: &Dictionary, post: usize) -> Option<usize> {
    let number = ids.number(post)?;
    Some(rows[number as usize]).filter(|&row| row != NONE).map(|row| row as usize)
}

/// What names a post.
trait Key: Copy + Eq + Hash + Send + Sync {
    /// What differs from id to id: the lowest digits.
    fn end(self) -> u64;
}

impl Key for i64 {
    #[inline]
    fn end(self) -> u64 {
        self as u64
    }
}

impl Key for &str {
    #[inline]
    fn end(self) -> u64 {
        match self.as_bytes().last_chunk() {
            Some(end) => u64::from_le_bytes(*end),
            None => self.bytes().fold(0, |end, byte| end << 8 | u64::from(byte)),
        }
    }
}

/// A Bloom filter with one hash, of the ends of names.
struct Filter {
    /// One bit per slot.
    slots: Vec<u64>,
    shift: u32,
}

impl Filter {
    /// Slots per name: one stranger in this many passes.
    const PER_NAME: usize = 16;

    fn of(names: impl ExactSizeIterator<Item = impl Key>) -> Self {
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
    fn may_hold(&self, name: impl Key) -> bool {
        let slot = self.slot(name);
        self.slots[slot / 64] >> (slot % 64) & 1 == 1
    }

    #[inline]
    fn slot(&self, name: impl Key) -> usize {
        (name.end().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column of names, one row each.
    fn column(names: &[&str]) -> Dictionary {
        let mut sorted = names.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let number = |name: &&str| sorted.partition_point(|other| other < name) as u32;
        Dictionary {
            names: sorted.iter().copied().collect(),
            of: names.iter().map(number).collect(),
        }
    }

    #[test]
    fn integers_are_found_by_what_they_read_as() {
        let ids = [7, -3, 0, i64::MAX, 12];
        let answered = ["9223372036854775807", "07", "-3", "p7", "99"];
        let reposted = ["12", "+7", "-0", "7", "0"];
        let mut posts = Posts {
            account: vec![0; ids.len()],
            id: PostIds::Integers(ids.to_vec()),
            reply_to: column(&answered),
            repost_of: column(&reposted),
            ..Posts::default()
        };
        let find = |posts: &Posts| {
            let targets = Targets::find(posts);
            let rows = |post| (targets.replied(posts, post), targets.reposted(posts, post));
            (0..posts.len()).map(rows).collect::<Vec<_>>()
        };
        let found = find(&posts);
        let expected =
            [(Some(3), Some(4)), (None, None), (Some(1), None), (None, Some(0)), (None, Some(2))];
        assert_eq!(found, expected);
        posts.id.texts_mut();
        assert_eq!(find(&posts), expected);
    }

    #[test]
    fn a_filter_holds_all_names_and_few_others() {
        let names: Vec<String> = (0..5_000).map(|n| "0123456789"[..n % 11].to_owned()).collect();
        let names = (0..).zip(names).map(|(n, start): (u32, String)| start + &n.to_string());
        let names: Vec<String> = names.collect();
        let filter = Filter::of(names.iter().map(String::as_str));
        assert!(names.iter().all(|name| filter.may_hold(name.as_str())));
        let others = (0..5_000).filter(|n| filter.may_hold(format!("x{n}").as_str()));
        assert!(others.count() < 500);
        assert!(!Filter::of([""; 0].into_iter()).may_hold(""));
    }
}

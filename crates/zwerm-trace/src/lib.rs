//! Posts (and their text clusters) in, sorted trace tables out: who touched what, when.
//!
//! Each kind of trace is one file in [`kinds`] and one row in its table. A kind reads a range of
//! posts into a [`Partial`] without looking at any other range; [`merge`] numbers the objects by
//! name and sorts. Any split of the posts gives the same table.
//!
//! An empty name never becomes an object: [`Partial::trace`] refuses it.

pub mod canonical_url;
pub mod interactions;
pub mod kinds;
mod targets;

use std::ops::Range;

use rayon::prelude::*;
use zwerm_model::hash::Map;
use zwerm_model::names::Interner;
use zwerm_model::{Lists, Meanings, NONE, Posts, Tally, TextClusters, TraceKind, TraceTable};

pub use crate::interactions::interactions;
pub use crate::kinds::Kind;
pub use crate::targets::Targets;

/// Posts per partition at least: a few milliseconds of work.
const PARTITION_POSTS: usize = 1 << 15;

/// Partitions per thread, if there are posts enough: each looks at a name that it has once.
const PARTITIONS_PER_THREAD: usize = 2;

/// What a kind may read.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The posts.
    pub posts: &'a Posts,
    /// Which of them say nearly the same.
    pub clusters: &'a TextClusters,
    /// Which of those say the same in other words.
    pub meanings: &'a Meanings,
    /// Where the posts are that others refer to.
    pub targets: &'a Targets,
}

/// The traces of one kind in a range of posts, objects numbered as they were met.
#[derive(Debug, Default)]
pub struct Partial {
    names: Interner,
    /// The objects of numbers that stand for names.
    known: Map<(u32, u32), u32>,
    object: Vec<u32>,
    post: Vec<u32>,
}

impl Partial {
    /// Adds one trace: `post` touches the object called `name`. An empty name is no object.
    pub fn trace(&mut self, post: usize, name: &str) {
        if !name.is_empty() {
            let object = self.names.number(name);
            self.push(post, object);
        }
    }

    /// Adds one trace, as [`trace`](Self::trace), where the object is known by numbers: equal ones
    /// are of equal names, and `name` is asked once for each.
    pub fn trace_numbered<N: AsRef<str>>(
        &mut self,
        post: usize,
        numbers: (u32, u32),
        name: impl FnOnce() -> N,
    ) {
        let names = &mut self.names;
        let object = *self.known.entry(numbers).or_insert_with(|| match name().as_ref() {
            "" => NONE,
            name => names.number(name),
        });
        if object != NONE {
            self.push(post, object);
        }
    }

    /// Adds a trace for every entry of a list column, named by `name_of` (computed once per
    /// distinct entry); `skip` leaves single entries of a post out, by their numbers in the list.
    pub fn trace_list(
        &mut self,
        list: &Lists,
        posts: impl Iterator<Item = usize>,
        mut name_of: impl FnMut(&str) -> Option<String>,
        skip: impl Fn(usize, u32) -> bool,
    ) {
        let mut known: Map<u32, u32> = Map::default();
        for post in posts {
            for &entry in list.row(post) {
                if skip(post, entry) {
                    continue;
                }
                let mut name = || name_of(list.names.get(entry as usize));
                let object = *known.entry(entry).or_insert_with(|| match name() {
                    Some(name) if !name.is_empty() => self.names.number(&name),
                    _ => NONE,
                });
                if object != NONE {
                    self.push(post, object);
                }
            }
        }
    }

    fn push(&mut self, post: usize, object: u32) {
        self.object.push(object);
        self.post.push(post as u32);
    }
}

/// The traces of a range whose objects have numbers among those of all ranges.
struct Numbered {
    /// The number of each object of the range.
    numbers: Vec<u32>,
    object: Vec<u32>,
    post: Vec<u32>,
}

impl Numbered {
    fn of(Partial { names, object, post, .. }: Partial, all: &mut Interner) -> Self {
        let numbers = names.into_names().iter().map(|name| all.number(name)).collect();
        Numbered { numbers, object, post }
    }

    /// Calls `visit` with the object and the post of each trace.
    #[inline]
    fn each(&self, mut visit: impl FnMut(u32, u32)) {
        for (&object, &post) in self.object.iter().zip(&self.post) {
            visit(self.numbers[object as usize], post);
        }
    }
}

/// Extracts the traces of every kind that the input can show.
///
/// Kinds without a single trace are left out. Tables come in the order of [`kinds::TABLE`].
#[must_use]
pub fn extract(inputs: &Inputs<'_>, tally: &mut Tally) -> Vec<TraceTable> {
    let tables: Vec<TraceTable> = kinds::TABLE
        .par_iter()
        .map(|kind| extract_kind(inputs, kind))
        .filter(|table| !table.is_empty())
        .collect();
    for table in &tables {
        tally.add(&format!("trace.{}", table.kind.0), table.len() as u64);
    }
    tables
}

/// Extracts the traces of one kind; the table is empty if the input shows none.
#[must_use]
pub fn extract_kind(inputs: &Inputs<'_>, kind: &Kind) -> TraceTable {
    merge(kind.kind, inputs.posts, partials(inputs, kind))
}

/// The traces of one kind in consecutive ranges of all posts, for [`merge`].
#[must_use]
pub fn partials(inputs: &Inputs<'_>, kind: &Kind) -> Vec<Partial> {
    let posts = inputs.posts;
    let partitions = PARTITIONS_PER_THREAD * rayon::current_num_threads();
    let size = posts.len().div_ceil(partitions).max(PARTITION_POSTS);
    let ranges: Vec<Range<usize>> = (0..posts.len())
        .step_by(size)
        .map(|start| start..(start + size).min(posts.len()))
        .collect();
    ranges
        .into_par_iter()
        .map(|range| {
            let mut partial = Partial::default();
            (kind.extract)(inputs, range, &mut partial);
            partial
        })
        .collect()
}

/// Merges the partial traces of consecutive ranges of posts: objects numbered by name, traces
/// sorted by (object, post), each (object, post) once.
///
/// `O(n + m log m)` for `n` traces of `m` objects.
///
/// # Panics
///
/// If there are 2³² traces or more.
#[must_use]
pub fn merge(kind: TraceKind, posts: &Posts, partials: Vec<Partial>) -> TraceTable {
    let count: usize = partials.iter().map(|partial| partial.post.len()).sum();
    assert!(u32::try_from(count).is_ok(), "fewer than 2^32 traces of one kind");
    let mut names = Interner::default();
    let mut ranges: Vec<Numbered> =
        partials.into_iter().map(|partial| Numbered::of(partial, &mut names)).collect();
    let (objects, rank) = names.into_sorted();
    for number in ranges.iter_mut().flat_map(|range| &mut range.numbers) {
        *number = rank[*number as usize];
    }
    let mut starts = vec![0_u32; objects.len() + 1];
    let mut last_post = vec![NONE; objects.len()];
    ranges.iter().for_each(|range| {
        range.each(|object, post| {
            let last = std::mem::replace(&mut last_post[object as usize], post);
            starts[object as usize + 1] += u32::from(last != post);
        });
    });
    for object in 1..starts.len() {
        starts[object] += starts[object - 1];
    }
    let count = starts[objects.len()] as usize;
    let mut next = starts.clone();
    let mut table = TraceTable {
        kind,
        objects,
        starts,
        account: vec![0; count],
        at: vec![0; count],
        post: vec![0; count],
    };
    ranges.iter().for_each(|range| {
        range.each(|object, post| {
            let place = next[object as usize] as usize;
            if place > table.starts[object as usize] as usize && table.post[place - 1] == post {
                return;
            }
            next[object as usize] += 1;
            table.account[place] = posts.account[post as usize];
            table.at[place] = posts.at[post as usize].0;
            table.post[place] = post;
        });
    });
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_split_gives_the_same_table() {
        let mut posts = Posts::default();
        for post in 0..6 {
            posts.account.push(post % 3);
            posts.at.push(zwerm_model::UnixMillis(i64::from(post)));
            posts.id.push(&post.to_string());
        }
        let names = ["b", "a", "c", "a", "b", ""];
        let split_at = |cuts: &[usize]| {
            let mut partials: Vec<Partial> = Vec::new();
            for (post, name) in names.iter().enumerate() {
                if post == 0 || cuts.contains(&post) {
                    partials.push(Partial::default());
                }
                let last = partials.last_mut().expect("at least one");
                last.trace(post, name);
                last.trace(post, name);
            }
            merge(TraceKind("test"), &posts, partials)
        };
        let whole = split_at(&[]);
        assert_eq!(whole.objects.iter().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(whole.post, [1, 3, 0, 4, 2]);
        assert_eq!(whole.starts, [0, 2, 4, 5]);
        assert_eq!(whole, split_at(&[1, 3]));
        assert_eq!(whole, split_at(&[2, 5]));
    }
}

//! The split: no cluster is held together by a chain.
//!
//! # What it computes
//!
//! A component of verified pairs may join A with C because both resemble B. Here it is cut: the
//! text that reaches the most posts (itself included) is the *medoid* of a cluster of all that it
//! reaches; those leave, and the rest is cut in the same way until nobody is left. Equal reach goes
//! to the text with more posts, then to the smaller content hash.
//!
//! - Up to [`EXACT_MAX`] texts, all similarities are known, those of verified pairs from there, and
//!   the choice is exact.
//! - Up to [`SEARCH_MAX`], [`TRIALS`] texts are tried per round, those with the most posts among
//!   their verified partners first, and the best of them is taken.
//! - When that has cost [`COMPARISONS_PER_TEXT`] comparisons per text, and for still larger
//!   components, the rest is cut along verified pairs alone: the text with the most posts among its
//!   partners takes those of them that are left. Such texts are counted as *hurried*: they
//!   may end up in more clusters than they would have to.
//!
//! In each way every member of a cluster reaches its medoid.
//!
//! # Requirements
//!
//! Texts in ascending order of their content hashes.
//!
//! # Memory
//!
//! The sets of one component of up to [`SEARCH_MAX`] texts per thread; 4 n² bytes up to
//! [`EXACT_MAX`].
//!
//! # Cost
//!
//! `O(n²)` comparisons up to [`EXACT_MAX`] texts, `O(n)` beyond, one comparison being that of two
//! [sets](Sets).
//!
//! # Source
//!
//! Greedy set cover (Chvátal 1979, <https://doi.org/10.1287/moor.4.3.233>); the caps are ours.

use core::cmp::Reverse;

use zwerm_sketch::sets::Sets;

use crate::near::Edge;

/// Components of up to this many texts are split exactly.
pub(crate) const EXACT_MAX: usize = 128;

/// Components of up to this many texts are searched for medoids; 65,536 shingle sets take some 30
/// MB.
pub(crate) const SEARCH_MAX: usize = 65_536;

/// Texts tried as the next medoid of a component that is too large to try all.
const TRIALS: usize = 8;

/// Comparisons per text that the search may cost.
const COMPARISONS_PER_TEXT: usize = 128;

/// A component of verified pairs.
pub(crate) struct Component<'a> {
    /// The numbers of its texts, ascending.
    pub(crate) texts: Vec<u32>,
    /// How many posts have each text.
    pub(crate) weight: Vec<u32>,
    /// The verified pairs, by place in `texts`.
    pub(crate) edges: Vec<Edge>,
    /// The shingles of some texts and which of them are each text's, if [`needs_sets`].
    pub(crate) sets: &'a Sets,
    pub(crate) set: Vec<usize>,
}

/// A cluster of distinct texts.
#[derive(Debug, PartialEq)]
pub(crate) struct Group {
    pub(crate) medoid: u32,
    /// Its texts, the medoid among them, and their similarities to it.
    pub(crate) members: Vec<(u32, f32)>,
}

/// The clusters of a component, and how many of its texts were hurried.
pub(crate) type Split = (Vec<Group>, u64);

/// Whether the split of so many texts looks at their shingles.
pub(crate) fn needs_sets(texts: usize) -> bool {
    (3..=SEARCH_MAX).contains(&texts)
}

/// Splits a component.
pub(crate) fn split(component: &Component<'_>, min: f32) -> Split {
    let n = component.texts.len();
    let mut state = State { component, min, left: (0..n as u32).collect(), groups: Vec::new() };
    if n <= EXACT_MAX {
        state.split_exactly();
    } else if n <= SEARCH_MAX {
        state.split_by_search();
    }
    let hurried = state.left.len() as u64;
    if hurried > 0 {
        state.split_along_pairs();
    }
    (state.groups, hurried)
}

struct State<'a> {
    component: &'a Component<'a>,
    min: f32,
    /// The places that have no cluster yet, ascending.
    left: Vec<u32>,
    groups: Vec<Group>,
}

impl State<'_> {
    /// All similarities once, then rounds over the table.
    fn split_exactly(&mut self) {
        let n = self.left.len();
        let table = self.similarities();
        let reaches = |a: u32, b: u32| table[a as usize * n + b as usize];
        while !self.left.is_empty() {
            let reach = |&place: &u32| {
                let met = self.left.iter().filter(|&&other| reaches(place, other).is_some());
                met.map(|&other| u64::from(self.weight(other))).sum::<u64>()
            };
            let best = self.left.iter().max_by_key(|&place| self.rank(*place, reach(place)));
            let medoid = *best.expect("somebody is left");
            let members =
                self.left.iter().filter_map(|&b| Some((b, reaches(medoid, b)?))).collect();
            self.take(medoid, members);
        }
    }

    /// The similarities that reach the bound, row by row.
    fn similarities(&self) -> Vec<Option<f32>> {
        let n = self.component.texts.len();
        let mut table = vec![None; n * n];
        for &(a, b, similarity) in &self.component.edges {
            let (a, b) = (a as usize, b as usize);
            table[a * n + b] = Some(similarity);
            table[b * n + a] = Some(similarity);
        }
        for a in 0..n {
            table[a * n + a] = Some(1.0);
            for b in a + 1..n {
                // Most are known: pairs that reach the bound were nearly all candidates.
                if table[a * n + b].is_none() {
                    table[a * n + b] = self.compare(a, b);
                    table[b * n + a] = table[a * n + b];
                }
            }
        }
        table
    }

    /// Rounds in which a few promising texts are compared with all that are left.
    fn split_by_search(&mut self) {
        let order = self.by_promise();
        let mut budget = COMPARISONS_PER_TEXT * self.left.len();
        let mut is_left = vec![true; self.left.len()];
        while !self.left.is_empty() {
            let trials: Vec<u32> =
                order.iter().copied().filter(|&p| is_left[p as usize]).take(TRIALS).collect();
            let cost = trials.len() * self.left.len();
            if cost > budget {
                return;
            }
            budget -= cost;
            let tried = trials.into_iter().map(|medoid| (medoid, self.reached(medoid)));
            let best = tried.max_by_key(|(medoid, members)| {
                let reach = members.iter().map(|&(b, _)| u64::from(self.weight(b))).sum();
                self.rank(*medoid, reach)
            });
            let (medoid, members) = best.expect("somebody is left");
            members.iter().for_each(|&(place, _)| is_left[place as usize] = false);
            self.take(medoid, members);
        }
    }

    /// One round per text at most, without any comparison.
    fn split_along_pairs(&mut self) {
        let order = self.by_promise();
        let partners = Partners::of(self.component);
        let mut is_left = vec![false; self.component.texts.len()];
        self.left.iter().for_each(|&place| is_left[place as usize] = true);
        for medoid in order {
            if !is_left[medoid as usize] {
                continue;
            }
            let mut members = vec![(medoid, 1.0)];
            let around = partners.of_place(medoid).iter();
            members.extend(around.filter(|(place, _)| is_left[*place as usize]));
            members.iter().for_each(|&(place, _)| is_left[place as usize] = false);
            self.push(medoid, members);
        }
        self.left.clear();
    }

    /// All places, those with the most posts among themselves and their verified partners first.
    fn by_promise(&self) -> Vec<u32> {
        let mut promise: Vec<u64> = self.component.weight.iter().map(|&w| u64::from(w)).collect();
        for &(a, b, _) in &self.component.edges {
            promise[a as usize] += u64::from(self.weight(b));
            promise[b as usize] += u64::from(self.weight(a));
        }
        let mut order: Vec<u32> = (0..promise.len() as u32).collect();
        order.sort_unstable_by_key(|&place| Reverse(self.rank(place, promise[place as usize])));
        order
    }

    /// What orders candidates for a medoid, the greatest first.
    fn rank(&self, place: u32, reach: u64) -> (u64, u32, Reverse<u32>) {
        (reach, self.weight(place), Reverse(place))
    }

    /// Those left that a text reaches.
    fn reached(&self, medoid: u32) -> Vec<(u32, f32)> {
        let reach = |&b: &u32| Some((b, self.compare(medoid as usize, b as usize)?));
        self.left.iter().filter_map(reach).collect()
    }

    fn compare(&self, a: usize, b: usize) -> Option<f32> {
        let Component { sets, set, .. } = self.component;
        sets.reaching(set[a], set[b], self.min)
    }

    fn weight(&self, place: u32) -> u32 {
        self.component.weight[place as usize]
    }

    /// Makes a cluster of some that are left.
    fn take(&mut self, medoid: u32, members: Vec<(u32, f32)>) {
        let mut taken = members.iter().map(|&(place, _)| place).peekable();
        self.left.retain(|place| taken.next_if_eq(place).is_none());
        self.push(medoid, members);
    }

    fn push(&mut self, medoid: u32, members: Vec<(u32, f32)>) {
        let text = |place: u32| self.component.texts[place as usize];
        let members = members.into_iter().map(|(place, s)| (text(place), s)).collect();
        self.groups.push(Group { medoid: text(medoid), members });
    }
}

/// The verified partners of each place.
struct Partners {
    starts: Vec<u32>,
    list: Vec<(u32, f32)>,
}

impl Partners {
    fn of(component: &Component<'_>) -> Self {
        let both = component.edges.iter().flat_map(|&(a, b, s)| [(a, b, s), (b, a, s)]);
        let mut directed: Vec<Edge> = both.collect();
        directed.sort_unstable_by_key(|&(a, b, _)| (a, b));
        let mut starts = vec![0; component.texts.len() + 1];
        for &(a, _, _) in &directed {
            starts[a as usize + 1] += 1;
        }
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        Partners { starts, list: directed.into_iter().map(|(_, b, s)| (b, s)).collect() }
    }

    fn of_place(&self, place: u32) -> &[(u32, f32)] {
        let place = place as usize;
        &self.list[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}

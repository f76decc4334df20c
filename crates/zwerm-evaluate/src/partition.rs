//! Two partitions of the same things: do they put the same things together?
//!
//! # What
//!
//! Rows are the classes of the truth, columns those that were found. Five measures, because each is
//! blind to something: the Rand index and the information measures *adjusted for chance* (ARI, AMI)
//! are 0 on average for a random partition; NMI is not, and rises with the number of classes;
//! homogeneity is 1 for any partition fine enough; pairs say what an analyst who looks at two
//! accounts of one network would see.
//!
//! # Cost
//!
//! `O(n log n)` to count; the expected mutual information of AMI takes
//! `O(distinct row sizes × distinct column sizes × smaller of the two)`.

use std::collections::BTreeMap;

/// How often each pair of classes meets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contingency {
    /// (row, column, how many are in both), in order; places in `rows` and `columns`.
    pub cells: Vec<(usize, usize, u64)>,
    /// The size of each class of the truth, by its number.
    pub rows: Vec<u64>,
    /// The size of each class found, by its number.
    pub columns: Vec<u64>,
    /// How many things there are.
    pub total: u64,
}

/// How many pairs of things are together in both partitions, in the truth, and as found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// Together in both.
    pub both: u64,
    /// Together in the truth.
    pub truth: u64,
    /// Together as found.
    pub found: u64,
}

impl Pairs {
    /// The share of the pairs found that the truth has; 0 if none is found.
    #[must_use]
    pub fn precision(self) -> f64 {
        self.both as f64 / self.found.max(1) as f64
    }

    /// The share of the truth's pairs that are found; 0 if it has none.
    #[must_use]
    pub fn recall(self) -> f64 {
        self.both as f64 / self.truth.max(1) as f64
    }

    /// The harmonic mean of both; 0 if there is no pair.
    #[must_use]
    pub fn f1(self) -> f64 {
        2.0 * self.both as f64 / (self.found + self.truth).max(1) as f64
    }
}

impl Contingency {
    /// Counts things, each with its class in the truth and its class as found.
    #[must_use]
    pub fn new(things: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut counts: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        for thing in things {
            *counts.entry(thing).or_default() += 1;
        }
        let mut rows: BTreeMap<u32, (usize, u64)> = BTreeMap::new();
        let mut columns: BTreeMap<u32, (usize, u64)> = BTreeMap::new();
        for (&(row, column), &count) in &counts {
            rows.entry(row).or_default().1 += count;
            columns.entry(column).or_default().1 += count;
        }
        for classes in [&mut rows, &mut columns] {
            classes.values_mut().enumerate().for_each(|(place, class)| class.0 = place);
        }
        Contingency {
            cells: counts.iter().map(|(&(r, c), &n)| (rows[&r].0, columns[&c].0, n)).collect(),
            total: counts.values().sum(),
            rows: rows.into_values().map(|(_, size)| size).collect(),
            columns: columns.into_values().map(|(_, size)| size).collect(),
        }
    }

    /// Whether both put the same things together: then every measure is 1, also where its formula
    /// divides zero by zero.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.cells.len() == self.rows.len() && self.cells.len() == self.columns.len()
    }

    /// Pairs of things that are together.
    #[must_use]
    pub fn pairs(&self) -> Pairs {
        Pairs {
            both: self.cells.iter().map(|&(_, _, n)| pairs_of(n)).sum(),
            truth: self.rows.iter().map(|&n| pairs_of(n)).sum(),
            found: self.columns.iter().map(|&n| pairs_of(n)).sum(),
        }
    }

    /// The adjusted Rand index: agreement over pairs, less what chance gives, so that 0 is chance
    /// and 1 the same partition.
    ///
    /// # Source
    ///
    /// Hubert and Arabie (1985), <https://doi.org/10.1007/BF01908075>.
    #[must_use]
    pub fn ari(&self) -> f64 {
        if self.is_same() {
            return 1.0;
        }
        let Pairs { both, truth, found } = self.pairs();
        let by_chance = truth as f64 * found as f64 / pairs_of(self.total) as f64;
        let most = (truth as f64 + found as f64) / 2.0;
        (both as f64 - by_chance) / (most - by_chance)
    }

    /// The mutual information over the mean of both entropies, 0 to 1.
    ///
    /// # Source
    ///
    /// Vinh, Epps and Bailey (2010), <https://jmlr.org/papers/v11/vinh10a.html>, who compare the
    /// means one may divide by; the arithmetic one is what the field's tools print.
    #[must_use]
    pub fn nmi(&self) -> f64 {
        if self.is_same() {
            return 1.0;
        }
        let mean = (entropy(&self.rows, self.total) + entropy(&self.columns, self.total)) / 2.0;
        (self.mutual_information() / mean).clamp(0.0, 1.0)
    }

    /// The mutual information adjusted for chance: (MI − E) / (mean of entropies − E), where E is
    /// what two random partitions with classes of these sizes share on average.
    ///
    /// # Source
    ///
    /// Vinh, Epps and Bailey (2010), <https://jmlr.org/papers/v11/vinh10a.html>, equation 24a with
    /// the arithmetic mean.
    #[must_use]
    pub fn ami(&self) -> f64 {
        if self.is_same() {
            return 1.0;
        }
        let expected = self.expected_mutual_information();
        let mean = (entropy(&self.rows, self.total) + entropy(&self.columns, self.total)) / 2.0;
        let room = mean - expected;
        // One class beside all alone: nothing is shared and nothing can be.
        if room.abs() < 1e-12 { 0.0 } else { (self.mutual_information() - expected) / room }
    }

    /// 1 − H(truth | found) / H(truth): 1 if no class found mixes classes of the truth.
    ///
    /// # Source
    ///
    /// Rosenberg and Hirschberg (2007), <https://aclanthology.org/D07-1043>.
    #[must_use]
    pub fn homogeneity(&self) -> f64 {
        let truth = entropy(&self.rows, self.total);
        if truth == 0.0 { 1.0 } else { (self.mutual_information() / truth).clamp(0.0, 1.0) }
    }

    /// In nats.
    fn mutual_information(&self) -> f64 {
        let total = self.total as f64;
        let of_cell = |&(row, column, n): &(usize, usize, u64)| {
            let (row, column, n) = (self.rows[row] as f64, self.columns[column] as f64, n as f64);
            n / total * libm::log(n * total / (row * column))
        };
        self.cells.iter().map(of_cell).sum::<f64>().max(0.0)
    }

    /// The mean mutual information of all pairs of partitions with these class sizes, in nats: the
    /// size of each cell is hypergeometric. Classes of one size are worked out once.
    fn expected_mutual_information(&self) -> f64 {
        let total = self.total;
        let factorial: Vec<f64> = (0..=total).map(|n| libm::lgamma(n as f64 + 1.0)).collect();
        let f = |n: u64| factorial[n as usize];
        let mut sum = 0.0;
        for (&a, &rows) in &sizes(&self.rows) {
            for (&b, &columns) in &sizes(&self.columns) {
                let fixed = f(a) + f(b) + f(total - a) + f(total - b) - f(total);
                let least = (a + b).saturating_sub(total).max(1);
                let mut of_cell = 0.0;
                for n in least..=a.min(b) {
                    let ways = f(n) + f(a - n) + f(b - n) + f(total + n - a - b);
                    let share = n as f64 / total as f64;
                    let surprise = libm::log(share * total as f64 * total as f64 / (a * b) as f64);
                    of_cell += share * surprise * libm::exp(fixed - ways);
                }
                sum += (rows * columns) as f64 * of_cell;
            }
        }
        sum
    }
}

/// How many classes have each size.
fn sizes(classes: &[u64]) -> BTreeMap<u64, u64> {
    let mut sizes = BTreeMap::new();
    for &size in classes {
        *sizes.entry(size).or_default() += 1;
    }
    sizes
}

fn pairs_of(n: u64) -> u64 {
    n * n.saturating_sub(1) / 2
}

/// In nats.
fn entropy(classes: &[u64], total: u64) -> f64 {
    let share = |&n: &u64| n as f64 / total as f64;
    -classes.iter().map(|n| share(n) * libm::log(share(n))).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LN_2: f64 = std::f64::consts::LN_2;

    fn counted(truth: &[u32], found: &[u32]) -> Contingency {
        Contingency::new(truth.iter().copied().zip(found.iter().copied()))
    }

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn cells_and_sizes_are_counted() {
        let found = counted(&[7, 7, 9, 9, 9], &[1, 3, 3, 3, 3]);
        assert_eq!(found.cells, [(0, 0, 1), (0, 1, 1), (1, 1, 3)]);
        assert_eq!((found.rows.as_slice(), found.columns.as_slice()), (&[2, 3][..], &[1, 4][..]));
        assert_eq!(found.pairs(), Pairs { both: 3, truth: 4, found: 6 });
    }

    /// Truth 0 0 1 1, found 0 0 1 2. One pair of six is together in both, two in the truth, one as
    /// found: ARI = (1 − ⅓) / (1.5 − ⅓) = 4/7. Entropies are ln 2 and 1.5 ln 2, and all of the
    /// truth's is shared: NMI = 1 / 1.25 = 0.8, homogeneity 1. A random pair of partitions of these
    /// sizes shares, by its 12 columns' places, ln 2 in 4 of 12 and ½ ln 2 in 8 of 12: E = ⅔ ln 2,
    /// AMI = (1 − ⅔) / (1.25 − ⅔) = 4/7.
    #[test]
    fn the_example_of_four_as_worked_out_by_hand() {
        let found = counted(&[0, 0, 1, 1], &[0, 0, 1, 2]);
        close(found.ari(), 4.0 / 7.0);
        close(found.nmi(), 0.8);
        close(found.homogeneity(), 1.0);
        close(found.expected_mutual_information(), 2.0 / 3.0 * LN_2);
        close(found.ami(), 4.0 / 7.0);
        let pairs = found.pairs();
        close(pairs.precision(), 1.0);
        close(pairs.recall(), 0.5);
        close(pairs.f1(), 2.0 / 3.0);
    }

    #[test]
    fn the_same_partition_under_other_names_is_one() {
        for truth in [&[0, 0, 1, 1][..], &[0, 0, 0], &[0, 1, 2]] {
            let renamed: Vec<u32> = truth.iter().map(|&class| 9 - class).collect();
            let found = counted(truth, &renamed);
            for measure in [found.ari(), found.nmi(), found.ami(), found.homogeneity()] {
                close(measure, 1.0);
            }
        }
    }

    #[test]
    fn one_class_for_all_says_nothing() {
        let found = counted(&[0, 0, 1, 1], &[5; 4]);
        for measure in [found.ari(), found.nmi(), found.ami(), found.homogeneity()] {
            close(measure, 0.0);
        }
        let found = counted(&[5; 4], &[0, 1, 2, 3]);
        close(found.ami(), 0.0);
    }

    /// Four groups taken apart across: every cell holds one, so there is less agreement than chance
    /// gives.
    #[test]
    fn less_than_chance_is_below_zero() {
        let found = counted(&[0, 0, 1, 1], &[0, 1, 0, 1]);
        close(found.ari(), -0.5);
        assert!(found.ami() < 0.0);
        close(found.nmi(), 0.0);
    }

    /// All orders of a short list.
    fn orders(list: &[u32]) -> Vec<Vec<u32>> {
        if list.is_empty() {
            return vec![Vec::new()];
        }
        (0..list.len())
            .flat_map(|first| {
                let mut rest = list.to_vec();
                let first = rest.remove(first);
                orders(&rest).into_iter().map(move |order| [vec![first], order].concat())
            })
            .collect()
    }

    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    proptest! {
        /// Chance is what all orders of the classes found give on average.
        #[test]
        fn chance_is_the_mean_over_all_orders(
            truth in prop::array::uniform6(0_u32..3),
            found in prop::array::uniform6(0_u32..4),
        ) {
            let counted_as = |order: &Vec<u32>| counted(&truth, order);
            let all: Vec<Contingency> = orders(&found).iter().map(counted_as).collect();
            let shared: Vec<f64> = all.iter().map(Contingency::mutual_information).collect();
            close(all[0].expected_mutual_information(), mean(&shared));
            let pairs: Vec<f64> = all.iter().map(|c| c.pairs().both as f64).collect();
            let Pairs { truth, found, .. } = all[0].pairs();
            close((truth * found) as f64 / 15.0, mean(&pairs));
        }

        /// Pairs counted one by one, and entropies from shares.
        #[test]
        fn any_partitions_are_as_the_definitions_say(
            things in prop::collection::vec((0_u32..4, 0_u32..5), 2..40),
        ) {
            let counted = Contingency::new(things.iter().copied());
            let (mut both, mut truth, mut found, mut all) = (0.0, 0.0, 0.0, 0.0);
            for (i, a) in things.iter().enumerate() {
                for b in &things[..i] {
                    all += 1.0;
                    truth += f64::from(u8::from(a.0 == b.0));
                    found += f64::from(u8::from(a.1 == b.1));
                    both += f64::from(u8::from(a == b));
                }
            }
            let chance = truth * found / all;
            if !counted.is_same() {
                close(counted.ari(), (both - chance) / ((truth + found) / 2.0 - chance));
            }
            let share = |is: &dyn Fn(&(u32, u32)) -> bool| {
                things.iter().filter(|&thing| is(thing)).count() as f64 / things.len() as f64
            };
            let (mut shared, mut of_truth, mut of_found) = (0.0, 0.0, 0.0);
            for thing in &things {
                let n = things.len() as f64;
                let (row, column) = (share(&|t| t.0 == thing.0), share(&|t| t.1 == thing.1));
                shared += (share(&|t| t == thing) / (row * column)).ln() / n;
                of_truth -= row.ln() / n;
                of_found -= column.ln() / n;
            }
            if !counted.is_same() {
                close(counted.nmi(), 2.0 * shared / (of_truth + of_found));
            }
            if of_truth > 1e-9 {
                close(counted.homogeneity(), shared / of_truth);
            }
        }
    }
}

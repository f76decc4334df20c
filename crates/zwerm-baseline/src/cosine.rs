//! TF-IDF vectors of accounts and the cosines between them.
//!
//! # What it does
//!
//! The weight of an object in an account's vector is tf · idf, of count `c` by the account, `df`
//! accounts that touched the object and `n` accounts in all; vectors then have length 1.
//!
//! | tf | |
//! |---|---|
//! | binary | 1 |
//! | count | c |
//! | sublinear | 1 + ln c |
//!
//! | idf | | |
//! |---|---|---|
//! | smooth | ln((1 + n) / (1 + df)) + 1 | scikit-learn's default |
//! | plain | log₂(n / df) | gensim's default |
//!
//! # Cost
//!
//! Every two accounts of every object are visited once: `O(Σ df²)`. Rows are computed apart from
//! each other, in parallel; the products of a row are summed by ascending object, so the sums do
//! not depend on the threads.
//!
//! # Memory
//!
//! 16 bytes per pair with a cosine above 0, at most [`PAIRS_MAX`](crate::pairs::PAIRS_MAX) of them.
//!
//! # Source
//!
//! Salton and Buckley (1988), <https://doi.org/10.1016/0306-4573(88)90021-0>.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::TooManyPairs;
use crate::incidence::Incidence;

/// Accounts per unit of parallel work.
const ROWS: usize = 64;

/// How a count becomes a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tf {
    /// 1.
    Binary,
    /// The count.
    Count,
    /// 1 + ln of the count.
    Sublinear,
}

/// How the weight of an object falls with the accounts that touched it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idf {
    /// ln((1 + n) / (1 + df)) + 1.
    Smooth,
    /// log₂(n / df).
    Plain,
}

/// Two accounts and their cosine, which is above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cosine {
    /// The account of the smaller number.
    pub a: u32,
    /// The other one.
    pub b: u32,
    /// From above 0 to 1.
    pub value: f64,
}

/// The vectors of all accounts; an account without weight has an empty one.
#[derive(Clone, Debug, PartialEq)]
pub struct Vectors {
    starts: Vec<usize>,
    /// (object, weight), objects ascending.
    cells: Vec<(u32, f64)>,
    object_count: usize,
}

impl Vectors {
    /// The vectors of some counts, where `n` accounts are in the collection.
    #[must_use]
    pub fn new(counts: &Incidence, tf: Tf, idf: Idf, n: usize) -> Self {
        let idf: Vec<f64> = counts.accounts_of().into_iter().map(|df| idf.of(n, df)).collect();
        let mut vectors =
            Vectors { starts: vec![0], cells: Vec::new(), object_count: counts.object_count() };
        for account in 0..counts.account_count() {
            let start = vectors.cells.len();
            let weighed = counts.row(account).iter().map(|&(object, count)| {
                let tf = match tf {
                    Tf::Binary => 1.0,
                    Tf::Count => f64::from(count),
                    Tf::Sublinear => 1.0 + libm::log(f64::from(count)),
                };
                (object, tf * idf[object as usize])
            });
            vectors.cells.extend(weighed.filter(|&(_, weight)| weight > 0.0));
            let cells = &mut vectors.cells[start..];
            let length = cells.iter().fold(0.0, |sum, (_, weight)| sum + weight * weight).sqrt();
            cells.iter_mut().for_each(|(_, weight)| *weight /= length);
            vectors.starts.push(vectors.cells.len());
        }
        vectors
    }

    fn row(&self, account: usize) -> &[(u32, f64)] {
        &self.cells[self.starts[account]..self.starts[account + 1]]
    }

    /// All cosines above 0, by (a, b).
    ///
    /// # Errors
    ///
    /// If there are more than `pairs_max`.
    pub fn cosines(&self, pairs_max: usize) -> Result<Vec<Cosine>, TooManyPairs> {
        let columns = self.columns();
        let accounts = self.starts.len() - 1;
        let found = AtomicUsize::new(0);
        let rows: Result<Vec<Vec<Cosine>>, TooManyPairs> = (0..accounts.div_ceil(ROWS))
            .into_par_iter()
            .map_init(
                || Sums { sum: vec![0.0; accounts], met: Vec::new() },
                |sums, block| {
                    let mut cosines = Vec::new();
                    for a in block * ROWS..accounts.min((block + 1) * ROWS) {
                        self.push_row(a, &columns, sums, &mut cosines);
                    }
                    // Too many stay too many, whichever block finds out.
                    let so_far = found.fetch_add(cosines.len(), Ordering::Relaxed) + cosines.len();
                    if so_far > pairs_max {
                        return Err(TooManyPairs { max: pairs_max });
                    }
                    Ok(cosines)
                },
            )
            .collect();
        Ok(rows?.concat())
    }

    /// The accounts of each object, ascending, with their weights.
    fn columns(&self) -> Vec<Vec<(u32, f64)>> {
        let mut columns = vec![Vec::new(); self.object_count];
        for account in 0..self.starts.len() - 1 {
            for &(object, weight) in self.row(account) {
                columns[object as usize].push((account as u32, weight));
            }
        }
        columns
    }

    /// The cosines of one account with those of larger numbers.
    fn push_row(
        &self,
        a: usize,
        columns: &[Vec<(u32, f64)>],
        sums: &mut Sums,
        cosines: &mut Vec<Cosine>,
    ) {
        for &(object, weight) in self.row(a) {
            let column = &columns[object as usize];
            let later = column.partition_point(|&(account, _)| account as usize <= a);
            for &(b, other) in &column[later..] {
                if sums.sum[b as usize] == 0.0 {
                    sums.met.push(b);
                }
                sums.sum[b as usize] += weight * other;
            }
        }
        sums.met.sort_unstable();
        sums.met.dedup();
        for b in sums.met.drain(..) {
            let value = std::mem::take(&mut sums.sum[b as usize]);
            cosines.push(Cosine { a: a as u32, b, value: value.min(1.0) });
        }
    }
}

/// Sums by account, and which of them are not 0.
struct Sums {
    sum: Vec<f64>,
    met: Vec<u32>,
}

impl Idf {
    fn of(self, n: usize, df: u32) -> f64 {
        let (n, df) = (n as f64, f64::from(df));
        match self {
            _ if df == 0.0 => 0.0,
            Idf::Smooth => libm::log((1.0 + n) / (1.0 + df)) + 1.0,
            Idf::Plain => libm::log2(n / df),
        }
    }
}

/// The quantile `share` of some cosines: between two of them, in proportion; NaN if there are none.
///
/// The usual one of statistical packages (type 7 of Hyndman and Fan 1996,
/// <https://doi.org/10.1080/00031305.1996.10473566>).
#[must_use]
pub fn quantile(cosines: &[Cosine], share: f64) -> f64 {
    let mut values: Vec<f64> = cosines.iter().map(|cosine| cosine.value).collect();
    values.sort_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    let place = share * last as f64;
    let (below, above) = (values[place.floor() as usize], values[place.ceil() as usize]);
    below + (place - place.floor()) * (above - below)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition: dense vectors, every two of them.
    fn reference(counts: &Incidence, tf: Tf, idf: Idf, n: usize) -> Vec<Cosine> {
        let dense = |account: usize| -> Vec<f64> {
            let mut vector = vec![0.0; counts.object_count()];
            for &(object, count) in counts.row(account) {
                let df = (0..counts.account_count())
                    .filter(|&other| counts.row(other).iter().any(|cell| cell.0 == object))
                    .count() as f64;
                let tf = match tf {
                    Tf::Binary => 1.0,
                    Tf::Count => f64::from(count),
                    Tf::Sublinear => 1.0 + f64::from(count).ln(),
                };
                vector[object as usize] = tf
                    * match idf {
                        Idf::Smooth => ((1.0 + n as f64) / (1.0 + df)).ln() + 1.0,
                        Idf::Plain => (n as f64 / df).log2(),
                    };
            }
            vector
        };
        let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let vectors: Vec<Vec<f64>> = (0..counts.account_count()).map(dense).collect();
        let mut cosines = Vec::new();
        for (a, x) in vectors.iter().enumerate() {
            for (b, y) in vectors.iter().enumerate().skip(a + 1) {
                let value = dot(x, y) / (dot(x, x) * dot(y, y)).sqrt();
                if value > 0.0 {
                    cosines.push(Cosine { a: a as u32, b: b as u32, value });
                }
            }
        }
        cosines
    }

    proptest! {
        #[test]
        fn cosines_are_their_definition(
            touches in prop::collection::vec((0_u32..6, 0_u32..5), 0..40),
            tf in prop::sample::select(vec![Tf::Binary, Tf::Count, Tf::Sublinear]),
            idf in prop::sample::select(vec![Idf::Smooth, Idf::Plain]),
        ) {
            let mut touches = touches;
            touches.sort_unstable_by_key(|&(_, object)| object);
            let counts = Incidence::count(touches.into_iter(), 6, 5);
            let n = counts.active();
            let found = Vectors::new(&counts, tf, idf, n).cosines(100).expect("few pairs");
            let expected = reference(&counts, tf, idf, n);
            prop_assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert_eq!((found.a, found.b), (expected.a, expected.b));
                prop_assert!((found.value - expected.value).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let touches = (0..40_u32).flat_map(|object| {
            (0..200_u32).filter(move |a| (a * 7 + object * 13) % 5 < 2).map(move |a| (a, object))
        });
        let counts = Incidence::count(touches, 200, 40);
        let vectors = Vectors::new(&counts, Tf::Count, Idf::Smooth, 200);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("a pool").install(|| vectors.cosines(1 << 20).expect("few pairs"))
        };
        let one = on(1);
        assert!(one.len() > 1_000);
        assert!(one == on(2) && one == on(4));
    }

    #[test]
    fn too_many_pairs_are_an_error() {
        let counts = Incidence::count([(0, 0), (1, 0), (2, 0)].into_iter(), 3, 1);
        let vectors = Vectors::new(&counts, Tf::Binary, Idf::Smooth, 3);
        assert_eq!(vectors.cosines(2), Err(TooManyPairs { max: 2 }));
        assert_eq!(vectors.cosines(3).map(|pairs| pairs.len()), Ok(3));
    }

    #[test]
    fn a_quantile_lies_between_two_values() {
        let cosine = |value| Cosine { a: 0, b: 1, value };
        let cosines = [0.4, 0.1, 0.2, 0.3].map(cosine);
        assert!((quantile(&cosines, 0.5) - 0.25).abs() < 1e-15);
        assert_eq!(quantile(&cosines, 1.0), 0.4);
        assert!(quantile(&[], 0.5).is_nan());
    }
}

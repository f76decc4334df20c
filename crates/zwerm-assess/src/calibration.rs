//! What is ordinary in this run: the readings of accounts that post about as much.
//!
//! # What it measures
//!
//! A signal's readings are compared within a class of accounts: those whose numbers of posts lie
//! between the same powers of two, neighbouring classes taken together until there are
//! [`CLASS_ACCOUNTS_MIN`]. What is *ordinary* reaches up to the median plus [`SPREADS`] robust
//! standard deviations (1.4826 times the median absolute deviation). A reading counts by how far
//! above that it is, in parts of the way to 1; what is ordinary counts nothing.
//!
//! # Assumptions
//!
//! Fewer than half of the accounts of a class are automated: up to there neither the median nor the
//! deviation follows them. Who is coordinated plays no part, and nothing is learnt from other runs.
//!
//! # When it misleads
//!
//! In a dump of machines (a list of accounts that a platform took down) machines are ordinary, and
//! no account stands out. Where a platform or one client tells all times alike, its pattern is
//! ordinary and a machine that hides in it is not seen. The reading itself always stands beside. A
//! signal that fewer than [`CLASS_ACCOUNTS_MIN`] accounts have is not compared at all, and its text
//! says so.
//!
//! # Cost
//!
//! `O(a log a)` per signal for `a` accounts that can be assessed; 16 bytes each.
//!
//! # Source
//!
//! The median absolute deviation is Hampel's (1974),
//! <https://doi.org/10.1080/01621459.1974.10482962>.

use zwerm_model::Explained;

/// Fewer accounts than this say nothing about what is ordinary.
pub const CLASS_ACCOUNTS_MIN: usize = 50;

/// So many robust standard deviations above the median are still ordinary.
const SPREADS: f64 = 2.0;

/// The standard deviation of a normal distribution, in its median absolute deviations.
const NORMAL: f64 = 1.4826;

/// What is ordinary for one signal, by how much accounts post.
#[derive(Clone, Debug, Default)]
pub struct Bulk {
    /// By activity.
    classes: Vec<Class>,
}

/// Accounts that post about as much.
#[derive(Clone, Debug)]
struct Class {
    /// The powers of two of their posts, from the first to the last.
    powers: (u32, u32),
    /// Their readings, rising.
    readings: Vec<f64>,
    /// Up to where they are ordinary.
    ordinary: f64,
}

impl Bulk {
    /// Learns from the readings of one signal: `(posts of the account, reading)`. Their order does
    /// not matter.
    #[must_use]
    pub fn of(readings: impl Iterator<Item = (usize, f64)>) -> Self {
        let mut readings: Vec<(u32, f64)> =
            readings.map(|(posts, reading)| (power(posts), reading)).collect();
        readings.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut classes: Vec<Class> = Vec::new();
        for of_power in readings.chunk_by(|a, b| a.0 == b.0) {
            let power = of_power[0].0;
            let readings = of_power.iter().map(|&(_, reading)| reading);
            match classes.last_mut().filter(|last| last.readings.len() < CLASS_ACCOUNTS_MIN) {
                Some(last) => {
                    last.powers.1 = power;
                    last.readings.extend(readings);
                }
                None => classes.push(Class {
                    powers: (power, power),
                    readings: readings.collect(),
                    ordinary: 0.0,
                }),
            }
        }
        // The busiest few join those before them.
        if let Some(few) = classes.pop_if(|last| last.readings.len() < CLASS_ACCOUNTS_MIN)
            && let Some(last) = classes.last_mut()
        {
            last.powers.1 = few.powers.1;
            last.readings.extend(few.readings);
        }
        for class in &mut classes {
            class.readings.sort_unstable_by(f64::total_cmp);
            class.ordinary = ordinary(&class.readings);
        }
        Bulk { classes }
    }

    /// A reading of an account with so many posts, beside what is ordinary: 0 for what is, 1 for
    /// what reads as a machine.
    #[must_use]
    pub fn explained(&self, (name, about): (&str, &str), posts: usize, reading: f64) -> Explained {
        let power = power(posts);
        let is_own = |class: &&Class| (class.powers.0..=class.powers.1).contains(&power);
        let (ordinary, among) = match self.classes.iter().find(is_own) {
            Some(class) => (class.ordinary, class.among(reading)),
            None => (0.0, "too few accounts post as much to say what is ordinary".to_owned()),
        };
        let to_machine = |name, value: f64, because| Explained::given(name, 1.0 - value, because);
        let parts = vec![
            to_machine("from_ordinary_to_machine", ordinary, among),
            to_machine("from_account_to_machine", reading, format!("it reads {reading:.3} of 1")),
        ];
        Explained::derived(name, "excess", about, parts)
    }
}

impl Class {
    /// How a reading stands among those of the class.
    fn among(&self, reading: f64) -> String {
        let as_high = self.readings.len() - self.readings.partition_point(|&r| r < reading);
        let (from, to) = (1_u64 << self.powers.0, (2_u64 << self.powers.1) - 1);
        format!(
            "up to {:.3} is ordinary among {} accounts with {from} to {to} posts; {as_high} of them \
             read as high",
            self.ordinary,
            self.readings.len(),
        )
    }
}

/// The power of two of a number of posts.
fn power(posts: usize) -> u32 {
    posts.max(1).ilog2()
}

/// Up to where some readings are ordinary; they rise.
fn ordinary(readings: &[f64]) -> f64 {
    let median = lower_median(readings);
    let mut deviations: Vec<f64> = readings.iter().map(|r| (r - median).abs()).collect();
    deviations.sort_unstable_by(f64::total_cmp);
    (median + SPREADS * NORMAL * lower_median(&deviations)).min(1.0)
}

/// The smaller of the two middle values, so that the result is always one of them.
fn lower_median(sorted: &[f64]) -> f64 {
    sorted[(sorted.len() - 1) / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 60 accounts with 10 to 15 posts that read 0.2 to 0.4, 60 with 100 that read 0, and more.
    fn bulk(more: &[(usize, f64)]) -> Bulk {
        let quiet = (0..60).map(|i| (10 + i % 6, 0.2 + 0.2 * i as f64 / 59.0));
        let busy = (0..60).map(|_| (100, 0.0));
        Bulk::of(quiet.chain(busy).chain(more.iter().copied()))
    }

    #[track_caller]
    fn check(bulk: &Bulk, posts: usize, reading: f64, expected: f64) {
        let explained = bulk.explained(("gap_entropy", ""), posts, reading);
        assert!((explained.value - expected).abs() < 0.02, "{explained:?}");
        assert_eq!(explained.recompute(), Some(explained.value));
    }

    #[test]
    fn what_most_accounts_of_the_same_activity_read_counts_nothing() {
        let bulk = bulk(&[]);
        // Median 0.3, deviation 0.05: up to 0.45 is ordinary.
        check(&bulk, 12, 0.4, 0.0);
        check(&bulk, 12, 0.45, 0.0);
        check(&bulk, 12, 0.725, 0.5);
        check(&bulk, 12, 1.0, 1.0);
        // Among the busy, nothing but 0 is.
        check(&bulk, 100, 0.4, 0.4);
        check(&bulk, 65, 0.4, 0.4);
    }

    #[test]
    fn machines_below_half_of_a_class_do_not_become_ordinary() {
        let machines: Vec<(usize, f64)> = (0..25).map(|_| (12, 1.0)).collect();
        let bulk = bulk(&machines);
        check(&bulk, 12, 1.0, 1.0);
        let text = bulk.explained(("gap_entropy", ""), 12, 1.0).parts[0].because.clone();
        assert!(text.contains("85 accounts with 8 to 15 posts; 25 of them"), "{text}");
        // Above half they are what is ordinary.
        let machines: Vec<(usize, f64)> = (0..70).map(|_| (12, 1.0)).collect();
        check(&self::bulk(&machines), 12, 1.0, 0.0);
    }

    #[test]
    fn few_accounts_join_their_neighbours_or_are_not_compared() {
        // Three very busy ones are compared with the busy.
        let bulk = bulk(&[(5_000, 0.5), (6_000, 0.5), (7_000, 0.9)]);
        check(&bulk, 6_000, 0.5, 0.5);
        let text = bulk.explained(("gap_entropy", ""), 6_000, 0.5).parts[0].because.clone();
        assert!(text.contains("63 accounts with 64 to 8191 posts; 3 of them"), "{text}");
        let few = Bulk::of((0..49).map(|_| (12, 0.5)));
        check(&few, 12, 0.5, 0.5);
    }
}

//! Draws that every shape in the world is made of.

use zwerm_model::Seed;

/// A whole number from `low` to `high`, both inside.
pub(crate) fn between(seed: &mut Seed, low: u32, high: u32) -> u32 {
    low + seed.below(u64::from(high - low) + 1) as u32
}

/// Whether something of this probability, in hundredths, happens.
pub(crate) fn percent(seed: &mut Seed, hundredths: u64) -> bool {
    seed.below(100) < hundredths
}

/// One of some things.
pub(crate) fn one_of<T: Copy>(seed: &mut Seed, things: &[T]) -> T {
    things[seed.below(things.len() as u64) as usize]
}

/// A number below `bound` with density ∝ x^(−2/3): the first of 1,000 is drawn in 10 % of cases.
pub(crate) fn popular(seed: &mut Seed, bound: u64) -> u64 {
    let u = seed.unit_f64();
    ((bound as f64 * u * u * u) as u64).min(bound - 1)
}

/// Seconds from a log-normal distribution with this median and spread (Box–Muller, `libm`).
pub(crate) fn log_normal(seed: &mut Seed, median: f64, sigma: f64) -> i64 {
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - seed.unit_f64()));
    let normal = radius * libm::cos(core::f64::consts::TAU * seed.unit_f64());
    (median * libm::exp(sigma * normal)).min(1e12) as i64
}

/// A cascade's size: Pareto with exponent 1.25, so that 34 % of posts are never repeated and the
/// largest cascades hold a good share of all reposts.
pub(crate) fn cascade_size(seed: &mut Seed, size_max: u32) -> u32 {
    let size = 0.72 * libm::pow(1.0 - seed.unit_f64(), -0.8);
    (size as u64).min(u64::from(size_max)) as u32
}

/// The first `count` of `among` numbers in random order, into `chosen`.
pub(crate) fn choose(seed: &mut Seed, count: u32, among: u32, chosen: &mut Vec<u32>) {
    assert!(count <= among);
    chosen.clear();
    chosen.extend(0..among);
    for place in 0..count as usize {
        let from = place + seed.below(chosen.len() as u64 - place as u64) as usize;
        chosen.swap(place, from);
    }
    chosen.truncate(count as usize);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_a_log_normal_lies_below_its_median() {
        let mut seed = Seed(3);
        let below = (0..10_000).filter(|_| log_normal(&mut seed, 600.0, 1.3) < 600).count();
        assert!((4_800..5_200).contains(&below), "{below}");
    }

    #[test]
    fn few_cascades_hold_many_reposts() {
        let mut seed = Seed(3);
        let mut sizes: Vec<u32> = (0..100_000).map(|_| cascade_size(&mut seed, 200)).collect();
        sizes.sort_unstable();
        let all: u32 = sizes.iter().sum();
        let top: u32 = sizes[95_000..].iter().sum();
        assert!((32_000..36_000).contains(&sizes.iter().filter(|&&s| s == 0).count()));
        assert!(top * 2 > all, "{top} of {all}");
    }

    #[test]
    fn chosen_numbers_differ() {
        let mut chosen = Vec::new();
        choose(&mut Seed(1), 12, 20, &mut chosen);
        chosen.sort_unstable();
        chosen.dedup();
        assert_eq!(chosen.len(), 12);
        assert!(chosen.iter().all(|&number| number < 20));
    }
}

//! Day and night: when people are awake.

use zwerm_model::Seed;

/// Seconds in a day.
pub(crate) const DAY_S: i64 = 86_400;
/// Seconds in an hour.
pub(crate) const HOUR_S: i64 = 3_600;

/// How active people are in each hour of their day. 4 % of posts fall between 00:00 and 06:00.
const ACTIVITY: [u64; 24] =
    [3, 1, 1, 1, 1, 2, 5, 9, 12, 12, 11, 11, 13, 13, 12, 12, 12, 13, 14, 15, 16, 14, 10, 6];
/// The largest of them.
const ACTIVITY_MAX: u64 = 16;
/// Their sum.
const ACTIVITY_SUM: u64 = 219;

/// A second of the world's day at which an account posts whose clock is `ahead` hours ahead.
pub(crate) fn second_of_day(seed: &mut Seed, ahead: i32) -> i64 {
    let mut left = seed.below(ACTIVITY_SUM);
    let mut hour = 0;
    while left >= ACTIVITY[hour] {
        left -= ACTIVITY[hour];
        hour += 1;
    }
    let local = hour as i64 * HOUR_S + seed.below(HOUR_S as u64) as i64;
    (local - i64::from(ahead) * HOUR_S).rem_euclid(DAY_S)
}

/// A second of the world's day between two of its hours, evenly.
pub(crate) fn second_between(seed: &mut Seed, first_hour: i64, last_hour: i64) -> i64 {
    first_hour * HOUR_S + seed.below(((last_hour - first_hour) * HOUR_S) as u64) as i64
}

/// Whether an account is awake at a second of the world, drawn by how active it is at that hour.
pub(crate) fn is_awake(seed: &mut Seed, second: i64, ahead: i32) -> bool {
    let local_hour = (second.div_euclid(HOUR_S) + i64::from(ahead)).rem_euclid(24);
    seed.below(ACTIVITY_MAX) < ACTIVITY[local_hour as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_summed_right() {
        assert_eq!(ACTIVITY.iter().sum::<u64>(), ACTIVITY_SUM);
        assert_eq!(ACTIVITY.iter().max(), Some(&ACTIVITY_MAX));
    }

    #[test]
    fn nights_are_quiet_wherever_the_account_lives() {
        for ahead in [-6, 0, 3] {
            let mut seed = Seed(5);
            let night = (0..10_000)
                .map(|_| second_of_day(&mut seed, ahead) + i64::from(ahead) * HOUR_S)
                .filter(|local| local.rem_euclid(DAY_S) < 6 * HOUR_S)
                .count();
            assert!((300..550).contains(&night), "{night}");
        }
    }
}

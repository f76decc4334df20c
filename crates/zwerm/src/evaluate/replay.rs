//! Time to detection: the posts are scanned day by day, each time all that was there by then.
//!
//! # The rules
//!
//! A day ends at midnight, UTC. A planted group is *significant* on the first day at whose end at
//! least half of its accounts, as the truth counts them, have tier discovery or better, and *in a
//! network* on the first day at whose end one network holds at least half of them and at least half
//! of the network's accounts that the truth knows are theirs. Both are set beside the day of the
//! group's first post and the day by which half of it had posted, before which no rule can be met.
//! A truth does not say when accounts began to act together: where members posted alone before, the
//! days from the first post count too many.
//!
//! # When it misleads
//!
//! A rule that was met need not stay met: more posts by everybody move the tests. `held` says at
//! what share of the later scans it was.
//!
//! # Cost
//!
//! One scan per day, from the first day on which half of some group has posted.

use serde::Serialize;
use zwerm_model::hash::Map;
use zwerm_model::{NONE, Tier};

use super::matched::Index;
use super::rescan::{Rescans, Scanned, as_found};
use super::truth::Truth;
use crate::error::ScanError;

const DAY_MS: i64 = 86_400_000;

/// How soon planted groups are found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replay {
    /// Days between scans; the last day is always scanned.
    pub every_days: u32,
    /// What each scan found.
    pub scans: Vec<ReplayScan>,
    /// Each planted group, by name.
    pub planted_groups: Vec<ReplayGroup>,
}

/// A scan of all posts up to the end of a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReplayScan {
    /// The day, YYYY-MM-DD.
    pub day: String,
    /// Posts by its end.
    pub posts: u64,
    /// Whether the null check passed; if not, every tier is none.
    pub null_check_passed: bool,
    /// Accounts of the truth with tier discovery or better.
    pub significant: u64,
    /// Those of them that are coordinated.
    pub significant_coordinated: u64,
}

/// A planted group day by day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReplayGroup {
    /// The planted group.
    pub group: String,
    /// Its accounts in the truth.
    pub accounts: u64,
    /// Its posts.
    pub posts: u64,
    /// The day of its first post; `None` if there is none.
    pub first_post: Option<String>,
    /// The day by which half of its accounts had posted.
    pub half_posted: Option<String>,
    /// When half of it was significant.
    pub significant: Option<Detection>,
    /// When half of it was in one network.
    pub in_network: Option<Detection>,
}

/// The first scan at which a rule was met.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Detection {
    /// Its day.
    pub day: String,
    /// Days since that of the group's first post.
    pub days_after_first_post: i64,
    /// Days since that by which half of the group had posted.
    pub days_after_half_posted: i64,
    /// The share of all posts of the group that were made by then.
    pub share_of_posts: f64,
    /// The share of scans from then on at which the rule was met.
    pub held: f64,
}

/// A group while it is watched.
struct Watched {
    /// Members by their number; some may never have posted.
    members: Vec<usize>,
    /// The days of their posts, in order.
    post_days: Vec<i64>,
    /// As the truth counts them.
    accounts: usize,
    half_day: Option<i64>,
    /// Per scan: whether each rule was met.
    met: Vec<[bool; 2]>,
}

/// Scans day by day.
///
/// # Errors
///
/// If the truth names no planted group, or no account of the posts, or a scan fails.
pub(super) fn replay(
    rescans: &Rescans<'_>,
    truth: &Truth,
    every_days: u32,
) -> Result<Replay, ScanError> {
    let wrong = |problem: String| ScanError::Truth { path: truth.path.clone(), problem };
    if truth.groups.is_empty() {
        let expected = "expected planted groups (column \"campaign\" or \"group\")";
        return Err(wrong(format!("{expected} to replay when they were found, found none")));
    }
    let numbers = numbers(rescans, truth).map_err(wrong)?;
    let mut watched = watched(rescans, truth, &numbers);
    let at = &rescans.posts().at;
    let Some(first) = watched.iter().filter_map(|group| group.half_day).min() else {
        let expected = "expected a planted group of which half has posts in --posts";
        return Err(wrong(format!("{expected}, found none")));
    };
    let last = at.last().map_or(first, |at| day_of(at.0));
    let days: Vec<i64> = scan_days(first, last, i64::from(every_days.max(1)));
    let mut scans = Vec::new();
    for &day in &days {
        let scanned = rescans.scan(|post| day_of(at[post].0) <= day)?;
        let known = Known::of(&scanned, &numbers);
        watched.iter_mut().for_each(|group| group.look(&scanned, &known));
        let significant = |row: &usize| numbers[*row].is_some_and(|n| is_significant(&scanned, n));
        let rows: Vec<usize> = (0..truth.rows.len()).filter(significant).collect();
        scans.push(ReplayScan {
            day: date(day),
            posts: scanned.posts,
            null_check_passed: scanned.passed,
            significant: rows.len() as u64,
            significant_coordinated: rows.iter().filter(|&&r| truth.rows[r].coordinated).count()
                as u64,
        });
    }
    let groups = truth.groups.iter().zip(&watched);
    let planted_groups = groups.map(|(name, group)| group.facts(name, &days)).collect();
    Ok(Replay { every_days: every_days.max(1), scans, planted_groups })
}

/// Every so many days from the first on, and the last.
fn scan_days(first: i64, last: i64, every: i64) -> Vec<i64> {
    let mut days: Vec<i64> = (0..).map(|n| first + n * every).take_while(|&d| d < last).collect();
    days.push(last.max(first));
    days
}

/// The number of each account of the truth among the posts' accounts.
fn numbers(rescans: &Rescans<'_>, truth: &Truth) -> Result<Vec<Option<usize>>, String> {
    let accounts = as_found(&rescans.posts().accounts);
    let index = Index::new(&accounts);
    let mut numbers = Vec::with_capacity(truth.rows.len());
    for row in &truth.rows {
        numbers.push(index.place(row)?.map(|place| place as usize));
    }
    if numbers.iter().all(Option::is_none) {
        let name = truth.rows[0].name();
        return Err(format!("expected accounts of --posts, found none, but such as {name:?}"));
    }
    Ok(numbers)
}

fn watched(rescans: &Rescans<'_>, truth: &Truth, numbers: &[Option<usize>]) -> Vec<Watched> {
    let mut groups: Vec<Watched> = (truth.groups.iter())
        .map(|_| Watched {
            members: Vec::new(),
            post_days: Vec::new(),
            accounts: 0,
            half_day: None,
            met: Vec::new(),
        })
        .collect();
    let mut group_of: Map<usize, usize> = Map::default();
    for (row, number) in truth.rows.iter().zip(numbers) {
        let Some(group) = &row.group else { continue };
        let place = truth.groups.binary_search(group).expect("every group of a row is listed");
        groups[place].accounts += 1;
        if let Some(number) = *number {
            groups[place].members.push(number);
            group_of.insert(number, place);
        }
    }
    let posts = rescans.posts();
    let mut first_days: Vec<Vec<i64>> = vec![Vec::new(); groups.len()];
    let mut seen = vec![false; posts.accounts.len()];
    for (&account, at) in posts.account.iter().zip(&posts.at) {
        let account = account as usize;
        let Some(&place) = group_of.get(&account) else { continue };
        let day = day_of(at.0);
        groups[place].post_days.push(day);
        if !std::mem::replace(&mut seen[account], true) {
            first_days[place].push(day);
        }
    }
    for (group, days) in groups.iter_mut().zip(first_days) {
        // Posts are in the order of time, so first days are too.
        group.half_day = days.get(group.accounts.div_ceil(2) - 1).copied();
    }
    groups
}

/// Accounts of the truth in each network.
struct Known(Vec<usize>);

impl Known {
    fn of(scanned: &Scanned, numbers: &[Option<usize>]) -> Self {
        let mut sizes = vec![0; scanned.networks];
        for &number in numbers.iter().flatten().filter(|&&n| scanned.network[n] != NONE) {
            sizes[scanned.network[number] as usize] += 1;
        }
        Known(sizes)
    }
}

fn is_significant(scanned: &Scanned, account: usize) -> bool {
    scanned.tier[account] >= Tier::Discovery
}

impl Watched {
    /// Notes which rules a scan meets.
    fn look(&mut self, scanned: &Scanned, known: &Known) {
        let significant = self.members.iter().filter(|&&n| is_significant(scanned, n)).count();
        let mut inside = vec![0; scanned.networks];
        for &member in self.members.iter().filter(|&&n| scanned.network[n] != NONE) {
            inside[scanned.network[member] as usize] += 1;
        }
        let holds_half = inside
            .iter()
            .zip(&known.0)
            .any(|(&own, &all)| 2 * own >= self.accounts && 2 * own >= all && own > 0);
        self.met.push([2 * significant >= self.accounts, holds_half]);
    }

    fn facts(&self, name: &str, days: &[i64]) -> ReplayGroup {
        let first = self.post_days.first().copied();
        ReplayGroup {
            group: name.to_owned(),
            accounts: self.accounts as u64,
            posts: self.post_days.len() as u64,
            first_post: first.map(date),
            half_posted: self.half_day.map(date),
            significant: self.detection(0, days),
            in_network: self.detection(1, days),
        }
    }

    fn detection(&self, rule: usize, days: &[i64]) -> Option<Detection> {
        let at = self.met.iter().position(|met| met[rule])?;
        let (day, later) = (days[at], &self.met[at..]);
        let (first, half) = (*self.post_days.first()?, self.half_day?);
        let posts = self.post_days.partition_point(|&own| own <= day);
        let held = later.iter().filter(|met| met[rule]).count();
        Some(Detection {
            day: date(day),
            days_after_first_post: day - first,
            days_after_half_posted: day - half,
            share_of_posts: posts as f64 / self.post_days.len() as f64,
            held: held as f64 / later.len() as f64,
        })
    }
}

fn day_of(at_ms: i64) -> i64 {
    at_ms.div_euclid(DAY_MS)
}

fn date(day: i64) -> String {
    let begin = jiff::Timestamp::from_millisecond(day.saturating_mul(DAY_MS));
    begin.map_or_else(
        |_| format!("day {day}"),
        |begin| begin.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four accounts: 0 to 2 are the group, which the truth says has four.
    fn group() -> Watched {
        Watched {
            members: vec![0, 1, 2],
            post_days: vec![10, 11, 11, 14],
            accounts: 4,
            half_day: Some(11),
            met: Vec::new(),
        }
    }

    fn scanned(tiers: [Tier; 4], networks: [u32; 4]) -> Scanned {
        Scanned {
            tier: tiers.to_vec(),
            network: networks.to_vec(),
            networks: 2,
            ..Scanned::default()
        }
    }

    #[track_caller]
    fn check(tiers: [Tier; 4], networks: [u32; 4], expected: [bool; 2]) {
        let scanned = scanned(tiers, networks);
        let mut group = group();
        let numbers = [Some(0), Some(1), Some(2), Some(3), None];
        group.look(&scanned, &Known::of(&scanned, &numbers));
        assert_eq!(group.met, [expected]);
    }

    #[test]
    fn half_of_a_group_makes_a_rule() {
        let (no, yes) = (Tier::None, Tier::Discovery);
        check([no; 4], [NONE; 4], [false, false]);
        check([yes, no, no, yes], [NONE; 4], [false, false]);
        check([yes, Tier::Strict, no, no], [NONE; 4], [true, false]);
        check([no; 4], [0, 0, NONE, NONE], [false, true]);
        check([no; 4], [0, 1, NONE, NONE], [false, false]);
    }

    #[test]
    fn a_network_of_others_holds_nobody() {
        let none = [Tier::None; 4];
        check(none, [0, 0, NONE, 0], [false, true]);
        let mut group = group();
        let crowd = scanned(none, [0, 0, NONE, 0]);
        group.look(&crowd, &Known(vec![5, 0]));
        assert_eq!(group.met, [[false, false]], "two of five");
    }

    #[test]
    fn the_first_day_counts_and_what_came_of_it() {
        let mut group = group();
        group.met = vec![[false; 2], [true, false], [false; 2], [true, false]];
        let facts = group.facts("g", &[11, 13, 15, 17]);
        let found = facts.significant.expect("met");
        assert_eq!((found.days_after_first_post, found.days_after_half_posted), (3, 2));
        assert_eq!((found.share_of_posts, found.held), (0.75, 2.0 / 3.0));
        assert_eq!((found.day.as_str(), facts.in_network), ("1970-01-14", None));
    }

    #[test]
    fn the_last_day_is_always_scanned() {
        assert_eq!(scan_days(3, 10, 3), [3, 6, 9, 10]);
        assert_eq!(scan_days(3, 9, 3), [3, 6, 9]);
        assert_eq!(scan_days(3, 3, 1), [3]);
    }
}

//! Small groups: eight accounts that act on five objects within a minute, and on nothing else.

use anyhow::Result;

use super::figure::Figure;
use super::worlds;
use crate::place::Place;

/// Worlds for each manner.
const SEEDS: usize = 100;
/// Posts of a world.
const POSTS: &str = "8000";
/// What a group may have in common.
const MANNERS: [&str; 4] = ["edit", "exact", "repost", "url"];
/// Members that one network should hold.
const MEMBERS_MIN: usize = 6;

/// See the [module documentation](self).
pub(super) fn figures(place: &Place) -> Result<Vec<Figure>> {
    MANNERS.into_iter().map(|manner| of_manner(place, manner)).collect()
}

fn of_manner(place: &Place, manner: &str) -> Result<Figure> {
    let cell = format!("accounts=8,objects=5,jitter=60s,camouflage=0,manner={manner}");
    let mut found = 0;
    for seed in 1..=SEEDS {
        let world = worlds::world(place, seed, &["--posts", POSTS, "--cell", &cell])?;
        found += usize::from(world.largest_part_in_a_network() >= MEMBERS_MIN);
    }
    let what = format!(
        "{SEEDS} worlds with 8 accounts × 5 objects in 60 s ({manner}): {MEMBERS_MIN} in a network"
    );
    Ok(Figure::at_least(&what, found as f64, 90.0))
}

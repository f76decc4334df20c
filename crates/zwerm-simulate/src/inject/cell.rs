//! What is injected: one group per cell, and the grid of all of them.

use core::fmt;
use core::str::FromStr;

use zwerm_model::Seed;

/// What a group has in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Manner {
    /// One text, letter by letter.
    Exact,
    /// One text, disguised by each member: letters, case, at most one word.
    Edit,
    /// The same names in a text of each member's own: what is left of a text when all of it is
    /// reworded.
    Paraphrase,
    /// One address, beside a text of each member's own.
    Url,
    /// One post of the background, reposted.
    Repost,
}

impl Manner {
    /// All of them, by name.
    const ALL: [(Manner, &'static str); 5] = [
        (Manner::Edit, "edit"),
        (Manner::Exact, "exact"),
        (Manner::Paraphrase, "paraphrase"),
        (Manner::Repost, "repost"),
        (Manner::Url, "url"),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(manner, _)| *manner == self).map_or("", |(_, name)| name)
    }
}

/// A group to inject: every member acts once on every object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Its accounts.
    pub accounts: u32,
    /// Its objects.
    pub objects: u32,
    /// The seconds within which all members act on an object; 0 = in one step of the clock.
    pub jitter_s: u32,
    /// Ordinary acts of each member for each that it does with the others.
    pub camouflage: u32,
    /// What it has in common.
    pub manner: Manner,
}

/// The values of the grid: every combination is a cell.
pub const GRID_ACCOUNTS: [u32; 4] = [5, 10, 20, 50];
/// See [`GRID_ACCOUNTS`].
pub const GRID_OBJECTS: [u32; 3] = [3, 5, 10];
/// See [`GRID_ACCOUNTS`].
pub const GRID_JITTER_S: [u32; 4] = [0, 60, 3_600, 21_600];
/// See [`GRID_ACCOUNTS`].
pub const GRID_CAMOUFLAGE: [u32; 3] = [0, 5, 20];
/// See [`GRID_ACCOUNTS`].
pub const GRID_MANNERS: [Manner; 3] = [Manner::Exact, Manner::Edit, Manner::Paraphrase];

/// The share of a background's posts that groups of one world may add, and the share of its
/// accounts: a null is fitted to everybody, so what is planted must not become what is ordinary.
const POSTS_SHARE: (u64, u64) = (1, 10);
/// See [`POSTS_SHARE`].
const ACCOUNTS_SHARE: (u64, u64) = (1, 20);

impl Cell {
    /// All cells of the grid.
    #[must_use]
    pub fn grid() -> Vec<Cell> {
        let mut cells = Vec::new();
        for accounts in GRID_ACCOUNTS {
            for objects in GRID_OBJECTS {
                for jitter_s in GRID_JITTER_S {
                    for camouflage in GRID_CAMOUFLAGE {
                        for manner in GRID_MANNERS {
                            cells.push(Cell { accounts, objects, jitter_s, camouflage, manner });
                        }
                    }
                }
            }
        }
        cells
    }

    /// The posts that it adds.
    #[must_use]
    pub fn posts(&self) -> u64 {
        u64::from(self.accounts) * u64::from(self.objects) * (1 + u64::from(self.camouflage))
    }

    /// Shares cells out to worlds over one background: at most a tenth of its posts and a twentieth
    /// of its accounts are added to it; a cell that is larger has a world of its own. The seed says
    /// which cells meet.
    #[must_use]
    pub fn worlds(cells: &[Cell], background: (u64, u64), seed: Seed) -> Vec<Vec<Cell>> {
        let (posts_max, accounts_max) = (
            background.0 * POSTS_SHARE.0 / POSTS_SHARE.1,
            background.1 * ACCOUNTS_SHARE.0 / ACCOUNTS_SHARE.1,
        );
        let mut order: Vec<(u64, &Cell)> =
            (0..).zip(cells).map(|(n, cell)| (seed.for_unit(0, n).0, cell)).collect();
        order.sort_unstable();
        let mut worlds: Vec<(u64, u64, Vec<Cell>)> = Vec::new();
        for (_, &cell) in order {
            let (posts, accounts) = (cell.posts(), u64::from(cell.accounts));
            let has_room =
                |w: &&mut (u64, u64, _)| w.0 + posts <= posts_max && w.1 + accounts <= accounts_max;
            match worlds.iter_mut().find(has_room) {
                Some(world) => {
                    (world.0, world.1) = (world.0 + posts, world.1 + accounts);
                    world.2.push(cell);
                }
                None => worlds.push((posts, accounts, vec![cell])),
            }
        }
        worlds.into_iter().map(|(_, _, cells)| cells).collect()
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cell { accounts, objects, jitter_s, camouflage, manner } = self;
        let manner = manner.name();
        write!(
            f,
            "accounts{accounts}-objects{objects}-jitter{jitter_s}s-camouflage{camouflage}-{manner}"
        )
    }
}

impl FromStr for Cell {
    type Err = String;

    /// Reads `accounts=8,objects=5,jitter=60s,camouflage=0,manner=exact`, in any order.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut known: Vec<(&str, &str)> = Vec::new();
        for part in text.split(',') {
            let pair = part.split_once('=').filter(|(key, _)| known.iter().all(|(k, _)| k != key));
            known.push(pair.ok_or_else(|| expected(text))?);
        }
        let of = |key: &str| {
            let value = known.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
            value.filter(|_| known.len() == 5).ok_or_else(|| expected(text))
        };
        let number = |key: &str, least: u32, most: u32| {
            let value = of(key)?;
            let number = value.parse::<u32>().ok().filter(|n| (least..=most).contains(n));
            number.ok_or_else(|| format!("{key}: expected {least} to {most}, found {value:?}"))
        };
        let manner = of("manner")?;
        let found = Manner::ALL.iter().find(|(_, name)| *name == manner);
        let names: Vec<&str> = Manner::ALL.iter().map(|(_, name)| *name).collect();
        let manner =
            found.ok_or_else(|| format!("manner: expected one of {names:?}, found {manner:?}"))?.0;
        Ok(Cell {
            accounts: number("accounts", 2, 10_000)?,
            objects: number("objects", 1, 1_000)?,
            jitter_s: seconds(of("jitter")?)?,
            camouflage: number("camouflage", 0, 1_000)?,
            manner,
        })
    }
}

fn expected(found: &str) -> String {
    let shape = "accounts=8,objects=5,jitter=60s,camouflage=0,manner=exact";
    format!("expected {shape}, in any order, found {found:?}")
}

/// `90s`, `10m`, `6h`.
fn seconds(text: &str) -> Result<u32, String> {
    let wrong =
        || format!("jitter: expected a time up to 30 days such as 60s or 6h, found {text:?}");
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3_600,
        _ => return Err(wrong()),
    };
    let number: u32 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    number.checked_mul(unit).filter(|&seconds| seconds <= 2_592_000).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_read_in_any_order() {
        let cell: Cell = "manner=url,jitter=10m,accounts=8,objects=5,camouflage=0".parse().unwrap();
        assert_eq!(cell.to_string(), "accounts8-objects5-jitter600s-camouflage0-url");
        assert_eq!(cell.posts(), 40);
    }

    #[test]
    fn what_is_no_cell_is_named() {
        for (text, word) in [
            ("", "expected accounts=8"),
            ("accounts=8", "expected accounts=8"),
            ("accounts=8,accounts=8,objects=5,jitter=1s,camouflage=0", "in any order"),
            ("accounts=1,objects=5,jitter=1s,camouflage=0,manner=url", "accounts: expected 2"),
            ("accounts=8,objects=5,jitter=1,camouflage=0,manner=url", "jitter"),
            ("accounts=8,objects=5,jitter=99999h,camouflage=0,manner=url", "jitter"),
            ("accounts=8,objects=5,jitter=é,camouflage=0,manner=url", "jitter"),
            ("accounts=8,objects=5,jitter=1s,camouflage=0,manner=song", "song"),
        ] {
            let error = text.parse::<Cell>().expect_err("no cell");
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn the_grid_is_shared_out_whole_and_no_world_is_crowded() {
        let grid = Cell::grid();
        assert_eq!(grid.len(), 4 * 3 * 4 * 3 * 3);
        let worlds = Cell::worlds(&grid, (100_000, 10_000), Seed(1));
        let mut all: Vec<Cell> = worlds.iter().flatten().copied().collect();
        all.sort_unstable();
        let mut expected = grid.clone();
        expected.sort_unstable();
        assert_eq!(all, expected);
        for world in &worlds {
            let posts: u64 = world.iter().map(Cell::posts).sum();
            let accounts: u32 = world.iter().map(|cell| cell.accounts).sum();
            assert!(world.len() == 1 || (posts <= 10_000 && accounts <= 500), "{posts} {accounts}");
        }
        assert_ne!(worlds, Cell::worlds(&grid, (100_000, 10_000), Seed(2)));
    }
}

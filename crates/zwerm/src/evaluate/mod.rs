//! `zwerm evaluate`: folders of results against a truth.
//!
//! Every account of the truth counts, in the results or not: what results do not name has no
//! evidence and no tier. What the truth does not know counts nowhere. The measures themselves, with
//! their definitions and sources, are in `zwerm_evaluate`; here they meet accounts and networks.
//!
//! Where the posts are there as well, parts of them are scanned: day by day, for how soon groups
//! are found, and without some posts or accounts, for what then stays.

mod accounts;
mod found;
mod groups;
mod markdown;
mod matched;
mod plot;
mod replay;
mod rescan;
mod stability;
mod truth;

use std::path::{Path, PathBuf};

use rayon::ThreadPoolBuilder;
use serde::Serialize;
use zwerm_evaluate::Ranking;
use zwerm_report::Staging;

pub use accounts::{
    Estimate, FIRST, PRECISION_MIN, PREVALENCES, Paired, PpvFigure, PrecisionAt, RankingFigures,
    RuleFigures,
};
pub use groups::{Agreement, BestNetwork, GroupFigures, NetworkFigures, RoleFigures};
pub use replay::{Detection, Replay, ReplayGroup, ReplayScan};
pub use stability::{SHARE, Spread, Stability, Subsampling, Unit};

use crate::config::{Q_DISCOVERY, Settings};
use crate::error::ScanError;
use crate::file_system;
use found::Found;
use matched::Matched;
use rescan::Rescans;
use truth::Truth;

/// The column that ranks accounts, unless another is named.
pub const SCORE: &str = "coordination_evidence";
/// Resamples: at a thousand the ends of a 95 % interval rest on 25 draws each.
pub const DRAWS: u32 = 1_000;
/// More resamples than any interval needs, and what their figures take still fits in memory.
pub const DRAWS_MAX: u32 = 1_000_000;
/// The seed of resamples. Any number does; the same number gives the same bytes.
pub const SEED: u64 = 1;

/// The figures as a page.
const PAGE: &str = "evaluation.md";
/// The figures for a program.
const FIGURES: &str = "evaluation.json";
/// Precision against recall.
const PLOT: &str = "precision_recall.svg";

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Folders of results; the first is compared with each other one.
    pub results: Vec<PathBuf>,
    /// The truth: a CSV file with `account_id`, `coordinated` and, if there, `platform`,
    /// `campaign` or `group`, `role`.
    pub truth: PathBuf,
    /// The column of `accounts.parquet` that ranks, such as [`SCORE`]; 0 is no evidence.
    pub score: String,
    /// Resamples for intervals; 0 for none.
    pub draws: u32,
    /// Their seed.
    pub seed: u64,
    /// Threads; 0 = one per core. No figure depends on it.
    pub threads: usize,
    /// What is asked of the posts themselves.
    pub posts: Option<PostsQuestion>,
}

/// What is asked of posts: scans of parts of them.
#[derive(Clone, Debug, PartialEq)]
pub struct PostsQuestion {
    /// How the posts are read and scanned. `out` is where the evaluation goes: scans stand in a
    /// folder beside it while they are looked at.
    pub settings: Settings,
    /// Days between the scans of a replay; `None` for no replay.
    pub replay_every_days: Option<u32>,
    /// How subsamples are drawn; `None` for no subsampling.
    pub subsampling: Option<Subsampling>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// What the truth holds.
    pub truth: TruthFacts,
    /// The column that ranks.
    pub score: String,
    /// Resamples behind each interval.
    pub draws: u32,
    /// Their seed.
    pub seed: u64,
    /// One entry per folder, as asked.
    pub results: Vec<Evaluated>,
    /// The first folder against each other one on the same resamples.
    pub paired: Vec<Paired>,
    /// How soon planted groups are found.
    pub replay: Option<Replay>,
    /// What stays of the findings when posts are missing.
    pub stability: Option<Stability>,
}

/// What a truth holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TruthFacts {
    /// Its accounts.
    pub accounts: u64,
    /// Those of them that are coordinated.
    pub coordinated: u64,
    /// Their planted groups.
    pub planted_groups: u64,
}

/// One folder of results against the truth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluated {
    /// The folder, as asked for.
    pub results: String,
    /// Accounts of the truth that the results lack: they rank lowest and have no tier.
    pub missing: u64,
    /// Accounts of the results that the truth lacks: they count nowhere.
    pub not_in_truth: u64,
    /// Accounts of the truth with evidence (a score above zero).
    pub with_evidence: u64,
    /// How well the score ranks; `None` if all accounts of the truth are of one class.
    pub ranking: Option<RankingFigures>,
    /// What each rule flags.
    pub rules: Vec<RuleFigures>,
    /// How well networks agree with planted groups; `None` if the results have none to tell of.
    pub networks: Option<NetworkFigures>,
    /// Each planted group with its best network, by name.
    pub planted_groups: Vec<GroupFigures>,
    /// The accounts of each role, by name.
    pub roles: Vec<RoleFigures>,
}

/// Evaluates results against a truth.
///
/// Takes `O(draws × accounts of the truth × folders)`, and the scans that are asked for.
///
/// # Errors
///
/// If a folder, the posts or the truth cannot be read, or do not fit each other, or if a number is
/// out of range.
pub fn evaluate(question: &Question) -> Result<Evaluation, ScanError> {
    if question.draws > DRAWS_MAX {
        let problem = format!("expected at most {DRAWS_MAX}, found {}", question.draws);
        return Err(ScanError::config("draws", problem));
    }
    let pool = ThreadPoolBuilder::new().num_threads(question.threads).build();
    let pool = pool.map_err(|error| ScanError::config("threads", error.to_string()))?;
    let truth = Truth::read(&question.truth)?;
    let coordinated: Vec<bool> = truth.rows.iter().map(|row| row.coordinated).collect();
    let mut folders = Vec::new();
    for folder in &question.results {
        let found = Found::read(folder, &question.score)?;
        let matched = Matched::new(&truth, &found).map_err(|problem| ScanError::Truth {
            path: truth.path.clone(),
            problem: format!("{problem}; the results are {}", folder.display()),
        })?;
        folders.push(matched);
    }
    let rankings: Vec<Ranking> =
        folders.iter().map(|matched| Ranking::new(&matched.scores, &coordinated)).collect();
    let (replay, stability) = match &question.posts {
        Some(posts) => pool.install(|| of_posts(posts, &truth, question.seed))?,
        None => (None, None),
    };
    let ranked =
        pool.install(|| accounts::ranked(&rankings, &coordinated, question.draws, question.seed));
    let names: Vec<String> =
        question.results.iter().map(|folder| folder.display().to_string()).collect();
    let paired = ranked.paired(&names);
    let mut results = Vec::new();
    for (((name, matched), ranking), figures) in
        names.into_iter().zip(&folders).zip(&rankings).zip(ranked.figures)
    {
        results.push(Evaluated {
            results: name,
            missing: matched.missing,
            not_in_truth: matched.not_in_truth,
            with_evidence: matched.scores.iter().filter(|&&score| score > 0.0).count() as u64,
            ranking: figures,
            rules: accounts::rules(matched, ranking, &coordinated, Q_DISCOVERY),
            networks: groups::networks(&truth, matched),
            planted_groups: groups::planted_groups(&truth, matched),
            roles: groups::roles(&truth, matched),
        });
    }
    Ok(Evaluation {
        truth: TruthFacts {
            accounts: truth.rows.len() as u64,
            coordinated: truth.coordinated() as u64,
            planted_groups: truth.groups.len() as u64,
        },
        score: question.score.clone(),
        draws: question.draws,
        seed: question.seed,
        results,
        paired,
        replay,
        stability,
    })
}

/// Scans parts of posts.
fn of_posts(
    question: &PostsQuestion,
    truth: &Truth,
    seed: u64,
) -> Result<(Option<Replay>, Option<Stability>), ScanError> {
    if question.replay_every_days == Some(0) {
        return Err(ScanError::config("every", "expected at least 1 day, found 0"));
    }
    if let Some(Subsampling { draws, share, .. }) = question.subsampling {
        if draws == 0 {
            return Err(ScanError::config("subsample", "expected at least 1 draw, found 0"));
        }
        if !(share > 0.0 && share < 1.0) {
            let problem = format!("expected a share above 0 and below 1, found {share}");
            return Err(ScanError::config("share", problem));
        }
    }
    let rescans = Rescans::read(&question.settings)?;
    let replay = question.replay_every_days.map(|every| replay::replay(&rescans, truth, every));
    let stability = question.subsampling.map(|how| stability::stability(&rescans, how, seed));
    Ok((replay.transpose()?, stability.transpose()?))
}

impl Evaluation {
    /// The figures as a page of Markdown.
    #[must_use]
    pub fn page(&self) -> String {
        markdown::page(self)
    }

    /// Writes the page, the figures as JSON and, of results, the plot into a folder that appears
    /// whole or not at all; an existing one needs `force`.
    ///
    /// # Errors
    ///
    /// If the folder is there without `force`, holds what is not ours, or cannot be written.
    pub fn write(&self, out: &Path, force: bool) -> Result<(), ScanError> {
        let staging = Staging::begin(out, force)?;
        file_system::write(&staging.dir().join(PAGE), &self.page())?;
        zwerm_report::write_json(staging.dir(), FIGURES, self)?;
        if !self.results.is_empty() {
            file_system::write(&staging.dir().join(PLOT), &plot::svg(self))?;
        }
        Ok(staging.commit()?)
    }
}

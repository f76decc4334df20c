//! Scans of parts of some posts: what a replay and subsampling look at.
//!
//! A part is written as `zwerm ingest` would write it, and scanned as `zwerm scan` would scan it:
//! what a part alone cannot tell (how finely times are told, how long objects live) is told from
//! that part. The scans stand in a folder beside the evaluation and are removed one by one.

use std::path::PathBuf;

use zwerm_ingest::assemble::PLATFORM_UNKNOWN;
use zwerm_ingest::{Ingested, RowLayout};
use zwerm_model::hash::Map;
use zwerm_model::{Accounts, NONE, Posts, Tier};
use zwerm_report::{PostsWriter, Staging};

use super::SCORE;
use super::found::{Found, FoundAccount};
use crate::config::{SCHEMA_AUTO, Settings};
use crate::error::ScanError;
use crate::observer::Silent;
use crate::{ingest, pipeline};

/// Some posts, of which parts can be scanned.
pub(super) struct Rescans<'a> {
    settings: &'a Settings,
    ingested: Ingested,
    /// Removed with all that is in it when the last scan was looked at.
    room: Staging,
}

/// What a scan of a part says, by the numbers that accounts have in the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Scanned {
    /// Posts of the part.
    pub(super) posts: u64,
    /// Whether its null check passed.
    pub(super) passed: bool,
    /// The tier of each account; none where the part does not have it.
    pub(super) tier: Vec<Tier>,
    /// Its evidence; zero where the part does not have it.
    pub(super) evidence: Vec<f64>,
    /// Its network, or [`NONE`].
    pub(super) network: Vec<u32>,
    /// How many networks there are.
    pub(super) networks: usize,
}

impl<'a> Rescans<'a> {
    /// Reads posts.
    ///
    /// # Errors
    ///
    /// If they cannot be read, or there is something where the evaluation is to go.
    pub(super) fn read(settings: &'a Settings) -> Result<Self, ScanError> {
        let room = Staging::begin(&settings.out, settings.force)?;
        let ingested = zwerm_ingest::read(&settings.inputs, &settings.ingest()?)?;
        Ok(Rescans { settings, ingested, room })
    }

    /// The posts.
    pub(super) fn posts(&self) -> &Posts {
        &self.ingested.posts
    }

    /// Scans the posts that are kept. Without any there is nothing to find.
    ///
    /// # Errors
    ///
    /// If a scan cannot be written or read again.
    pub(super) fn scan(&self, keep: impl Fn(usize) -> bool) -> Result<Scanned, ScanError> {
        let posts = self.posts();
        let kept: Vec<usize> = (0..posts.len()).filter(|&post| keep(post)).collect();
        if kept.is_empty() {
            return Ok(Scanned::empty(posts.accounts.len()));
        }
        let mut platforms: Vec<u32> = kept
            .iter()
            .map(|&post| posts.accounts.platform[posts.account[post] as usize])
            .collect();
        platforms.sort_unstable();
        platforms.dedup();
        let part = self.room.dir().join("posts.parquet");
        let mut writer = PostsWriter::create(&part)?;
        ingest::push(&mut writer, &self.ingested, kept.iter().copied())?;
        writer.finish()?;
        let settings = self.settings_of(part);
        let outcome = pipeline::scan(&settings, &mut Silent)?;
        let found = Found::read(&settings.out, SCORE)?;
        let mut scanned = Scanned::of(&found, &posts.accounts, platforms.len() > 1);
        scanned.posts = kept.len() as u64;
        scanned.passed = outcome.facts.checks_passed();
        Ok(scanned)
    }

    /// The same settings for what is canonical already, pseudonyms included.
    fn settings_of(&self, part: PathBuf) -> Settings {
        Settings {
            inputs: vec![part],
            out: self.room.dir().join("results"),
            force: true,
            elections: None,
            allow_list: None,
            pseudonymise: None,
            map: std::collections::BTreeMap::new(),
            rows: RowLayout::Post,
            timezone: None,
            schema: SCHEMA_AUTO.to_owned(),
            ..self.settings.clone()
        }
    }
}

impl Scanned {
    fn empty(accounts: usize) -> Self {
        Scanned {
            passed: true,
            tier: vec![Tier::None; accounts],
            evidence: vec![0.0; accounts],
            network: vec![NONE; accounts],
            ..Scanned::default()
        }
    }

    /// `is_qualified`: ids are printed with their platform before them.
    fn of(found: &Found, accounts: &Accounts, is_qualified: bool) -> Self {
        let mut scanned = Scanned::empty(accounts.len());
        let numbers: Map<(&str, &str), usize> = (0..accounts.len())
            .map(|n| ((accounts.platform_of(n as u32), accounts.id.get(n)), n))
            .collect();
        let ids: Vec<&String> = found.networks.keys().collect();
        scanned.networks = ids.len();
        for row in &found.accounts {
            let platform = row.platform.as_deref().unwrap_or(PLATFORM_UNKNOWN);
            let id = if is_qualified { &row.id[platform.len() + 1..] } else { &row.id };
            let account = *numbers.get(&(platform, id)).expect("a part has accounts of the whole");
            scanned.tier[account] = row.tier.unwrap_or_default();
            scanned.evidence[account] = row.score;
            if let Some(network) = &row.network {
                let place = ids.binary_search(&network).expect("`Found` checks that it is there");
                scanned.network[account] = place as u32;
            }
        }
        scanned
    }
}

/// The accounts of some posts as a table of results has them, by number: for finding those of a
/// truth.
pub(super) fn as_found(accounts: &Accounts) -> Vec<FoundAccount> {
    let account = |number: usize| FoundAccount {
        id: accounts.printed(number as u32),
        platform: Some(accounts.platform_of(number as u32).to_owned()),
        score: 0.0,
        q: None,
        tier: None,
        network: None,
    };
    (0..accounts.len()).map(account).collect()
}

//! The networks of coordination-network-toolkit.

use rayon::ThreadPool;
use zwerm_ingest::raw::{self, RawShape};
use zwerm_model::{NONE, Strings};
use zwerm_network::compat::Quirks;
use zwerm_network::compat::cnt::{self, CntConfig, Messages, Network};
use zwerm_report::Cells;

use super::{Counts, TableFile, columns, complete, names, seconds, switched, words};
use crate::config::Settings;
use crate::error::ScanError;

/// Which of its tables.
#[derive(Clone, Debug, PartialEq)]
pub struct CntOptions {
    /// The tool's name of the network, such as `co_link`.
    pub network: String,
    /// Messages at most this far apart match, in milliseconds.
    pub window_ms: i64,
    /// Edges of less weight are left out; the tool's default is 2.
    pub weight_min: u64,
    /// Whether edges of an account to itself are written.
    pub keep_loops: bool,
    /// The similarity from which `co_similar_tweet` matches; the tool's default is 0.8.
    pub similarity_min: f64,
    /// Messages of fewer words are like no other; the tool's default is 1.
    pub words_min: usize,
    /// Quirks switched on or off, by name.
    pub quirks: Vec<(String, bool)>,
}

/// See [`super::repeat`].
pub(super) fn write(
    settings: &Settings,
    options: &CntOptions,
    file: &TableFile<'_>,
    pool: &ThreadPool,
    stage: &mut dyn FnMut(&'static str),
) -> Result<Counts, ScanError> {
    let config = config(options)?;
    stage("ingest");
    let (messages, rows_skipped, rows_read) = read(settings, config.network)?;
    stage("network");
    let edges = pool.install(|| cnt::network(&messages, &config));
    stage("report");
    let name = |account: u32| messages.accounts.get(account as usize);
    file.write(&[
        ("user_1", Cells::Names(edges.iter().map(|edge| name(edge.from)).collect())),
        ("user_2", Cells::Names(edges.iter().map(|edge| name(edge.to)).collect())),
        ("weight", Cells::Counts(edges.iter().map(|edge| edge.weight).collect())),
    ])?;
    Ok(Counts { rows_read, rows_skipped, rows: edges.len() as u64 })
}

fn config(options: &CntOptions) -> Result<CntConfig, ScanError> {
    let Some(&(_, network)) = Network::TABLE.iter().find(|(name, _)| *name == options.network)
    else {
        let known: Vec<&str> = Network::TABLE.iter().map(|&(name, _)| name).collect();
        let problem =
            format!("expected one of {}, found \"{}\"", known.join(", "), options.network);
        return Err(ScanError::config("--network", problem));
    };
    if !(0.0..=1.0).contains(&options.similarity_min) {
        let problem = format!("expected a share from 0 to 1, found {}", options.similarity_min);
        return Err(ScanError::config("--similarity", problem));
    }
    if options.words_min == 0 {
        let problem = "expected 1 or more: two messages without words have no similarity";
        return Err(ScanError::config("--min-words", problem));
    }
    Ok(CntConfig {
        network,
        window_s: options.window_ms as f64 / 1_000.0,
        weight_min: options.weight_min,
        keep_loops: options.keep_loops,
        similarity_min: options.similarity_min,
        words_min: options.words_min,
        quirks: switched(Quirks::of(cnt::QUIRKS), &options.quirks)?,
    })
}

/// Reads what a network looks at. The tool's table always has all columns; the ones that it would
/// not look at may be missing here.
fn read(settings: &Settings, network: Network) -> Result<(Messages, u64, u64), ScanError> {
    let mut wanted = vec![
        ("message_id", RawShape::Names),
        ("user_id", RawShape::Names),
        ("timestamp", RawShape::Seconds),
    ];
    // `co_post` compares reposts too and needs nothing else.
    if network != Network::CoPost {
        wanted.push(("repost_id", RawShape::Names));
    }
    match network {
        Network::CoReply => wanted.push(("reply_id", RawShape::Names)),
        Network::CoLink => wanted.push(("urls", RawShape::Words)),
        _ if network.reads_texts() => wanted.push(("message", RawShape::Names)),
        _ => {}
    }
    let cells = raw::read_rows(&settings.inputs, &columns(&wanted, &settings.map)?)?;
    let mut cells = wanted.iter().map(|&(role, _)| role).zip(cells).collect::<Vec<_>>();
    let mut take = |role: &str| {
        let place = cells.iter().position(|(name, _)| *name == role)?;
        Some(cells.swap_remove(place).1)
    };
    let (message_names, message) = names(take("message_id").expect("asked for"));
    let (accounts, account) = names(take("user_id").expect("asked for"));
    let at_s = seconds(take("timestamp").expect("asked for"));
    let all = message.len();
    let mut optional = |role| match take(role) {
        Some(cells) => names(cells),
        None => (Strings::new(), vec![NONE; all]),
    };
    let (_, repost_of) = optional("repost_id");
    let (_, reply_to) = optional("reply_id");
    let (texts, text) = optional("message");
    let (links, ends, values) = match take("urls") {
        Some(cells) => words(cells),
        None => (Strings::new(), vec![0; all], Vec::new()),
    };
    let (rows, skipped) = complete(&[&message, &account]);
    let mut messages = Messages {
        accounts,
        texts,
        links,
        message_count: message_names.len(),
        message: rows.iter().map(|&row| message[row]).collect(),
        account: rows.iter().map(|&row| account[row]).collect(),
        at_s: rows.iter().map(|&row| at_s[row]).collect(),
        repost_of: rows.iter().map(|&row| repost_of[row]).collect(),
        reply_to: rows.iter().map(|&row| reply_to[row]).collect(),
        text: rows.iter().map(|&row| text[row]).collect(),
        link_ends: Vec::with_capacity(rows.len()),
        link: Vec::new(),
    };
    for &row in &rows {
        let start = if row == 0 { 0 } else { ends[row - 1] };
        messages.link.extend(&values[start as usize..ends[row] as usize]);
        messages.link_ends.push(messages.link.len() as u32);
    }
    Ok((messages, skipped, all as u64))
}

//! Which rows of an input are compared, and by what.

use zwerm_model::NONE;
use zwerm_model::hash::{Map, Set};
use zwerm_model::names::Interner;

use super::{CntConfig, EMPTY_LINK, EMPTY_TEXT, Messages, Network, REPEATED_LINKS, text};

/// What one message is compared by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Act {
    /// Only acts of one key are compared.
    pub(super) key: u32,
    /// In seconds.
    pub(super) at_s: f64,
    /// Whose.
    pub(super) account: u32,
    /// In which message.
    pub(super) message: u32,
}

/// The acts of a network by (key, time), and the words of messages where they are compared.
pub(super) struct Acts {
    pub(super) acts: Vec<Act>,
    /// By message; empty but for [`Network::SimilarText`].
    pub(super) words: Vec<Vec<u32>>,
}

impl Acts {
    pub(super) fn of(messages: &Messages, config: &CntConfig) -> Self {
        let mut words = Vec::new();
        let mut acts = match config.network {
            Network::CoLink => links(messages, config),
            Network::SameText => texts(messages, config),
            Network::SimilarText => {
                words = words_of(messages);
                with_key(messages, |row| (messages.repost_of[row] == NONE).then_some(0))
            }
            Network::CoPost => with_key(messages, |_| Some(0)),
            Network::CoRepost => with_key(messages, |row| some(messages.repost_of[row])),
            Network::CoReply => with_key(messages, |row| {
                some(messages.reply_to[row]).filter(|_| messages.repost_of[row] == NONE)
            }),
        };
        acts.retain(|act| !act.at_s.is_nan());
        let place = |act: &Act| (act.key, act.message, act.account);
        acts.sort_unstable_by(|a, b| {
            let times = a.key.cmp(&b.key).then(a.at_s.total_cmp(&b.at_s));
            times.then(place(a).cmp(&place(b)))
        });
        Acts { acts, words }
    }
}

fn some(number: u32) -> Option<u32> {
    (number != NONE).then_some(number)
}

/// The first row of each message: the others are ignored.
fn first_rows(messages: &Messages) -> impl Iterator<Item = usize> {
    let mut seen = vec![false; messages.message_count];
    (0..messages.message.len())
        .filter(move |&row| !std::mem::replace(&mut seen[messages.message[row] as usize], true))
}

fn with_key(messages: &Messages, key: impl Fn(usize) -> Option<u32>) -> Vec<Act> {
    first_rows(messages).filter_map(|row| Some(act(messages, row, key(row)?))).collect()
}

fn act(messages: &Messages, row: usize, key: u32) -> Act {
    Act {
        key,
        at_s: messages.at_s[row],
        account: messages.account[row],
        message: messages.message[row],
    }
}

/// One act per message and link, of rows that are no reposts.
fn links(messages: &Messages, config: &CntConfig) -> Vec<Act> {
    let repeats_count = config.quirks.has(REPEATED_LINKS);
    let empty_counts = config.quirks.has(EMPTY_LINK);
    let mut seen: Set<(u32, u32)> = Set::default();
    let mut acts = Vec::new();
    let rows: Vec<usize> = if repeats_count {
        (0..messages.message.len()).collect()
    } else {
        first_rows(messages).collect()
    };
    for row in rows.into_iter().filter(|&row| messages.repost_of[row] == NONE) {
        let start = if row == 0 { 0 } else { messages.link_ends[row - 1] };
        for &link in &messages.link[start as usize..messages.link_ends[row] as usize] {
            let is_empty = messages.links.get(link as usize).is_empty();
            if (empty_counts || !is_empty) && seen.insert((messages.message[row], link)) {
                acts.push(act(messages, row, link));
            }
        }
    }
    acts
}

/// The text of a row.
fn text_of(messages: &Messages, row: usize) -> &str {
    some(messages.text[row]).map_or("", |text| messages.texts.get(text as usize))
}

fn texts(messages: &Messages, config: &CntConfig) -> Vec<Act> {
    let empty_counts = config.quirks.has(EMPTY_TEXT);
    let mut keys = Interner::default();
    let mut acts = Vec::new();
    for row in first_rows(messages).filter(|&row| messages.repost_of[row] == NONE) {
        let text = text::normalised(text_of(messages, row));
        if empty_counts || !text.is_empty() {
            acts.push(act(messages, row, keys.number(&text)));
        }
    }
    acts
}

/// The words of each message by number, sorted.
fn words_of(messages: &Messages) -> Vec<Vec<u32>> {
    let mut numbers: Map<String, u32> = Map::default();
    let mut words_of = vec![Vec::new(); messages.message_count];
    for row in first_rows(messages).filter(|&row| messages.repost_of[row] == NONE) {
        let words = &mut words_of[messages.message[row] as usize];
        for word in text::words(text_of(messages, row)) {
            let next = numbers.len() as u32;
            words.push(*numbers.entry(word).or_insert(next));
        }
        words.sort_unstable();
    }
    words_of
}

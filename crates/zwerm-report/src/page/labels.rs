//! Names of the data in a reader's words. A name without a row here is shown as it is.

use std::borrow::Cow;

use zwerm_model::{PeriodKind, RunFacts, Tier};

use crate::words::decimal;

/// Kinds of behaviour, by name.
const KINDS: [(&str, &str); 12] = [
    ("domain", "same web domain"),
    ("fast_repost", "reposted the same author within a minute"),
    ("hashtag", "same hashtag"),
    ("hashtag_sequence", "same sequence of hashtags"),
    ("media", "same picture or video"),
    ("mention", "mentioned the same account"),
    ("near_meaning", "the same in other words"),
    ("near_text", "near-identical text"),
    ("quote", "quoted the same post"),
    ("reply", "answered the same post"),
    ("repost", "reposted the same post"),
    ("url", "same web address"),
];

/// Innocent explanations, by name.
const EXPLANATIONS: [(&str, &str); 6] = [
    ("allow_listed", "on the allow-list"),
    ("announced_event", "an announced event"),
    ("declared_automation", "accounts that declare themselves automated"),
    ("one_client", "one shared posting program"),
    ("own_domain_syndication", "an outlet spreading links to its own site"),
    ("share_button_headline", "a headline copied by a share button"),
];

/// Evasion marks, by name.
const EVASION: [(&str, &str); 4] = [
    ("homoglyph", "look-alike letters of another script"),
    ("invisible", "invisible characters inside words"),
    ("leet", "digits or $ for letters"),
    ("width", "full-width Latin letters"),
];

/// A behaviour in words.
pub(super) fn kind(name: &str) -> Cow<'_, str> {
    look_up(&KINDS, name)
}

/// An innocent explanation in words.
pub(super) fn explanation(name: &str) -> Cow<'_, str> {
    look_up(&EXPLANATIONS, name)
}

/// An evasion mark in words.
pub(super) fn evasion(name: &str) -> Cow<'_, str> {
    look_up(&EVASION, name)
}

/// Any other name in words.
pub(super) fn plain(name: &str) -> Cow<'_, str> {
    look_up(&[], name)
}

/// What a tier promises.
pub(super) fn tier(tier: Tier, facts: &RunFacts) -> Cow<'static, str> {
    match tier {
        Tier::Strict => format!("q ≤ {} and recurring", level(facts.q_strict)).into(),
        Tier::Discovery => format!("q ≤ {}", level(facts.q_discovery)).into(),
        Tier::None => "nothing above the stated error".into(),
    }
}

/// A false discovery rate.
pub(super) fn level(q: f64) -> String {
    decimal(q, 6)
}

/// A period's name on the timeline.
pub(super) fn period(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Baseline => "baseline",
        PeriodKind::Campaign => "election campaign",
        PeriodKind::Silence => "silence",
        PeriodKind::Polling => "polling",
    }
}

fn look_up<'a>(table: &[(&str, &'static str)], name: &'a str) -> Cow<'a, str> {
    match table.iter().find(|(known, _)| *known == name) {
        Some((_, words)) => Cow::Borrowed(words),
        None if name.contains('_') => Cow::Owned(name.replace('_', " ")),
        None => Cow::Borrowed(name),
    }
}

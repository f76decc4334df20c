//! How to read the page: what the figures mean, and what they do not.

use maud::{Markup, html};

use zwerm_model::RunFacts;

use super::Page;
use super::labels::level;

/// Terms and what they mean here; the levels of the run take the places in braces.
const TERMS: [(&str, &str); 11] = [
    (
        "co-action",
        "Two accounts act on one object (a text, a web address, a post …) within a window of \
      time. Once is nothing; the question is how often, and how close.",
    ),
    (
        "two nulls",
        "Rarity: how often does an ordinary account share this kind of object with anyone so \
      quickly? Own time: would this account still have met the others, had it acted at another \
      moment nearby, when as much was going on?",
    ),
    (
        "p and q",
        "p is the probability of meeting others this often by chance under those nulls. q is p \
      adjusted for the number of accounts looked at: among accounts with q ≤ {discovery}, about \
      {share} % are expected to be there by chance.",
    ),
    (
        "tier",
        "Strict: q ≤ {strict}, at least two objects from different posts, and partners that return. \
      Discovery: q ≤ {discovery}. Statistics only: no explanation, however innocent, changes it, \
      because a bot network can imitate each of them.",
    ),
    (
        "coordination, 0 to 100",
        "How strong the evidence of acting together is. It says nothing about \
      machines.",
    ),
    (
        "automation, 0 to 100",
        "How much each account posts as programs do: gaps, seconds, hours of the day, texts said \
      again, bursts that were soon deleted, each by how far it is above what is ordinary for \
      accounts of this run that post as much. In a run made of machines none of them stands out. \
      It does not ask who acted with whom. Below ten posts it is not assessable, which is not \
      “no”.",
    ),
    ("bot network", "The smaller of the two, because a bot network is both."),
    (
        "innocent explanations",
        "Reasons why honest accounts would look like this: a declared bot, one \
      shared program, a newsroom’s own links. Check them first.",
    ),
    (
        "evasion mark",
        "Spelling that can hide a word from a filter and not from a reader: letters of another \
      script, invisible characters, full-width letters, digits for letters. Counted in posts with \
      text that are no reposts, beside the same share in the whole run. It changes no score, tier \
      or rank, and honest texts have such marks too.",
    ),
    (
        "null check",
        "Each test run again on a decoy: the same data, in which its own null is made true. \
      Moments redrawn for “own time”, meetings redrawn for “rarity”, accounts exchanged for the \
      two tests of pairs, “sharing” (two share too many objects) and “synchrony” (what they share, \
      they share too close in time). If a test still finds more than its level allows, it would \
      find that anywhere.",
    ),
    (
        "reach",
        "Distinct accounts outside the networks that took an object up after the network did. It \
      does not show that they did so because of it.",
    ),
];

/// What a term means in this run.
fn with_levels(meaning: &str, facts: &RunFacts) -> String {
    meaning
        .replace("{strict}", &level(facts.q_strict))
        .replace("{discovery}", &level(facts.q_discovery))
        .replace("{share}", &level(100.0 * facts.q_discovery))
}

/// See the [module documentation](self).
pub(super) fn section(page: &Page<'_>) -> Markup {
    html! {
        section #method aria-labelledby="method-title" {
            h2 #method-title { "How to read this" }
            dl.terms {
                @for (term, meaning) in TERMS {
                    div { dt { (term) } dd { (with_levels(meaning, page.input.facts)) } }
                }
            }
            p {
                "Before anyone acts on a finding: open the posts, look for the innocent \
                 explanation, ask the accounts where that is possible, and have a second person \
                 decide. The tables beside this page hold every row ("
                @for (i, file) in tables().enumerate() {
                    @if i > 0 { ", " }
                    code { (file) }
                }
                "); " code { "zwerm explain" } " prints one finding with all its parts, and "
                code { "zwerm verify" } " checks that no file was changed."
            }
            @if !page.input.facts.checks_passed() {
                p { b { "This scan failed its null check." } " Do not quote from it." }
            }
        }
    }
}

fn tables() -> impl Iterator<Item = &'static str> {
    let files = crate::exporters::EXPORTERS.iter().map(|exporter| exporter.file);
    files.filter(|file| !file.ends_with(".html"))
}

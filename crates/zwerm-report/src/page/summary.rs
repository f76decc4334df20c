//! The first screen: what was found, whether it can be relied on, and how much was looked at.

use maud::{Markup, html};
use zwerm_model::{AccountFinding, DecoyCheck, Tier};

use super::labels::level;
use super::{Page, stranger};
use crate::words::{count, counted, day, duration, minute};

/// The finding in one line: only what has a tier, and nothing that a failed check forbids.
pub(super) fn headline(page: &Page<'_>) -> String {
    let findings = page.input.findings;
    if !page.input.facts.checks_passed() {
        return "This scan failed its own null check: nothing below can be relied on".to_owned();
    }
    let networks = findings.networks.iter().filter(|network| network.tier != Tier::None).count();
    let coordinated = || findings.accounts.iter().filter(|account| account.tier != Tier::None);
    let in_network = |account: &&AccountFinding| {
        let network = account.network.and_then(|place| findings.networks.get(place as usize));
        network.is_some_and(|network| network.tier != Tier::None)
    };
    let members = coordinated().filter(in_network).count();
    if members > 0 {
        return format!(
            "{} in {} acted together more often than chance explains",
            counted(members as u64, "account"),
            counted(networks as u64, "network"),
        );
    }
    match coordinated().count() {
        0 => "No accounts acted together more often than chance explains".to_owned(),
        n => format!(
            "{} met others more often than chance explains; no network among them",
            counted(n as u64, "account")
        ),
    }
}

/// The headline, and what the page says and refuses to say.
pub(super) fn header(page: &Page<'_>) -> Markup {
    let facts = page.input.facts;
    html! {
        header.top {
            p.kicker {
                "zwerm · coordination report"
                @if let Some(span) = facts.span {
                    " · " (day(span.first)) " – " (day(span.last))
                }
            }
            h1 { (headline(page)) }
            p.standfirst {
                "This page says which accounts acted "
                em { "together" }
                " above chance, under a stated null and at a stated rate of error, and shows the \
                 posts behind every figure. It does not say that anyone is inauthentic, who is \
                 behind an account, or what anyone thinks. Volunteers, fans and newsrooms \
                 coordinate too. People decide."
            }
        }
    }
}

/// The null check and the key counts.
pub(super) fn section(page: &Page<'_>) -> Markup {
    html! {
        section #summary aria-labelledby="summary-title" {
            h2 #summary-title.quiet { "Summary" }
            (checks(page))
            (tiles(page))
            nav.contents aria-label="Contents" {
                a href="#timeline" { "Timeline" }
                a href="#picture" { "Picture" }
                a href="#networks" { "Networks" }
                a href="#campaigns" { "Campaigns" }
                a href="#objects" { "What to check first" }
                a href="#limits" { "Not assessed" }
                a href="#method" { "How to read this" }
            }
        }
    }
}

fn checks(page: &Page<'_>) -> Markup {
    let facts = page.input.facts;
    if facts.checks.is_empty() {
        return html! {
            div.check.unchecked {
                p.verdict { "No null check ran" }
                p { "Nothing shows here how often these tests would find coordination in shuffled \
                     data. Read every tier with that in mind." }
            }
        };
    }
    let passed = facts.checks_passed();
    html! {
        div.check.passed[passed].failed[!passed] role=[(!passed).then_some("alert")] {
            @if passed {
                p.verdict { "✓ Null check passed" }
            } @else {
                p.verdict { "✗ Null check FAILED" }
                p { "The tests find too much in data from which coordination was removed. Every \
                     tier is therefore “none”: treat what follows as unexamined." }
            }
            @for (at, check) in facts.checks.iter().enumerate() {
                (one_check(check, at > 0 && facts.checks[at - 1].decoy == check.decoy))
            }
        }
    }
}

/// One test beside its decoy; how the decoy was made is not said twice in a row.
fn one_check(check: &DecoyCheck, decoy_is_known: bool) -> Markup {
    let test = stranger(&check.test.replace('_', " "), 40);
    html! {
        p {
            @if !check.passed { strong { "Failed: " } }
            "The test “" (test) "” found "
            b { (counted(check.found_in_data, &check.unit)) } " in the data and "
            b { (counted(check.found_in_decoy, &check.unit)) } " in "
            @if check.decoys == 1 { "a decoy" } @else { "the worst of " (check.decoys) " decoys" }
            " at q ≤ " (level(check.q)) "; up to " (count(check.allowed)) " would pass."
            @if !decoy_is_known {
                " " span.note { "Decoy “" (stranger(&check.decoy, 40)) "”: "
                    (stranger(&check.made_by, 400)) "." }
            }
        }
    }
}

fn tiles(page: &Page<'_>) -> Markup {
    let (facts, findings) = (page.input.facts, page.input.findings);
    let accounts = |tier| findings.accounts.iter().filter(|a| a.tier == tier).count() as u64;
    let networks = |tier| findings.networks.iter().filter(|n| n.tier == tier).count() as u64;
    let by_tier = |count_of: &dyn Fn(Tier) -> u64| {
        format!(
            "{} strict · {} discovery",
            count(count_of(Tier::Strict)),
            count(count_of(Tier::Discovery))
        )
    };
    let coordinated = accounts(Tier::Strict) + accounts(Tier::Discovery);
    let pushed: u64 = findings.campaigns.iter().map(crate::exporters::campaigns::posts).sum();
    let read = match facts.span {
        Some(span) => format!("{} – {} UTC", minute(span.first), minute(span.last)),
        None => "no moment in time".to_owned(),
    };
    html! {
        dl.tiles {
            (tile("Networks", findings.networks.len() as u64, &by_tier(&networks)))
            (tile("Coordinated accounts", coordinated, &by_tier(&accounts)))
            (tile("Campaigns", findings.campaigns.len() as u64,
                &format!("{} pushed", counted(pushed, "post"))))
            (tile("Accounts read", facts.accounts,
                &format!("{} left a trace", count(findings.accounts.len() as u64))))
            (tile("Posts read", facts.posts,
                &format!("times to the {}", step(facts.resolution.0))))
        }
        p.note.span-read { "Posts from " (read) "." }
    }
}

fn tile(name: &str, figure: u64, beside: &str) -> Markup {
    html! {
        div.tile {
            dt { (name) }
            dd.figure { (count(figure)) }
            dd.beside { (beside) }
        }
    }
}

fn step(resolution_ms: i64) -> String {
    match resolution_ms {
        1 => "millisecond".to_owned(),
        1_000 => "second".to_owned(),
        60_000 => "minute".to_owned(),
        3_600_000 => "hour".to_owned(),
        86_400_000 => "day".to_owned(),
        other => duration(other),
    }
}

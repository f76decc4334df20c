//! The networks, ranked: scores on separate axes, innocent explanations, members, evidence.

use maud::{Markup, html};
use zwerm_model::{AccountFinding, Network, RunFacts, Subject, Tier};

use super::{ID_CHARS_MAX, Page, and_more, evasion, evidence, labels, stranger, svg, tree};
use crate::words::{count, counted, decimal, duration, minute, probability};

/// Networks shown.
const NETWORKS_MAX: usize = 50;

/// Members shown per network.
const MEMBERS_MAX: usize = 60;

/// Once the networks take this many bytes, the rest stay in the files.
const BYTES_MAX: usize = 2_500_000;

/// Networks unfolded at the start.
const OPEN: usize = 1;

/// See the [module documentation](self).
pub(super) fn section(page: &Page<'_>) -> Markup {
    let networks = &page.input.findings.networks;
    let cards = cards(page, networks);
    html! {
        section #networks aria-labelledby="networks-title" {
            h2 #networks-title { "Networks" }
            @if networks.is_empty() {
                p { "No community of accounts acted together above chance." }
            } @else {
                p.lead { "Best supported first. Coordination, automation and their minimum are \
                    separate axes: people coordinate, and lone accounts are automated." }
            }
            @for card in &cards { (card) }
            (and_more(cards.len(), networks.len(), "in networks.parquet"))
        }
    }
}

/// The first cards, as many as the caps allow.
fn cards(page: &Page<'_>, networks: &[Network]) -> Vec<Markup> {
    let mut bytes = 0;
    networks
        .iter()
        .take(NETWORKS_MAX)
        .enumerate()
        .map(|(place, network)| card(page, place, network))
        .take_while(|card| {
            bytes += card.0.len();
            bytes <= BYTES_MAX
        })
        .collect()
}

fn card(page: &Page<'_>, place: usize, network: &Network) -> Markup {
    html! {
        article.card id=(format!("network-{}", place + 1)) {
            div.card-head {
                h3 {
                    "Network " (place + 1)
                    " " (tier_badge(network.tier, page.input.facts))
                }
                p.id { code { (stranger(&network.id, ID_CHARS_MAX)) } }
            }
            p.facts {
                b { (counted(network.members.len() as u64, "account")) }
                @if network.attached > 0 {
                    " (" (count(u64::from(network.attached)))
                    " attached: they met the others, and are not significant by themselves)"
                }
                " · "
                (counted(network.posts, "post")) " · "
                (counted(network.edges, "pair")) " that co-acted · from "
                (minute(network.first_at)) " to " (minute(network.last_at)) " UTC ("
                (duration(network.first_at.until(network.last_at))) ") · "
                span.whole { "q = " (probability(network.q)) }
                @if let Some(p) = network.p {
                    " · " span.whole { "p = " (probability(p)) " against decoys" }
                }
            }
            (scores(network))
            (why(page, network))
            details open[place < OPEN] {
                summary { "Evidence: what they did together" }
                (evidence::rows(page, Subject::Network(place as u32)))
            }
            details {
                summary { "Members" }
                (members(page, network))
            }
            details {
                summary { "Where the scores come from" }
                (tree::render(&network.explanation))
            }
        }
    }
}

fn scores(network: &Network) -> Markup {
    html! {
        dl.scores {
            (meter("Coordination", "coordination", Some(network.coordination_score)))
            (meter("Automation", "automation", network.automation_score))
            (meter("Bot network (the smaller of both)", "bot", network.bot_network_score))
        }
    }
}

/// A score from 0 to 100 as a bar with its figure.
pub(super) fn meter(name: &str, class: &str, score: Option<f64>) -> Markup {
    html! {
        div.score {
            dt { (name) }
            dd {
                @if let Some(score) = score {
                    svg.meter viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
                        rect.track width="100" height="8" {}
                        rect class=(class) width=(svg::px(score)) height="8" {}
                    }
                    span.number { (decimal(score, 0)) span.of { " / 100" } }
                } @else {
                    span.unknown { "not assessable" }
                }
            }
        }
    }
}

fn why(page: &Page<'_>, network: &Network) -> Markup {
    html! {
        div.why {
            div {
                h4 { "What joins them" }
                ul.chips {
                    @for kind in &network.kinds { li { (labels::kind(kind.0)) } }
                }
            }
            div {
                h4 { "Innocent explanations that fit" }
                @if network.explanations.is_empty() {
                    p.note { "None of those that this program knows. That is not a verdict." }
                } @else {
                    ul.chips.innocent {
                        @for name in &network.explanations {
                            li { (stranger(&labels::explanation(name), 80)) }
                        }
                    }
                }
            }
            (evasion::block(&network.evasion, &page.input.findings.evasion))
        }
    }
}

fn members(page: &Page<'_>, network: &Network) -> Markup {
    let ranked = ranked_members(page, network);
    html! {
        div.scroll {
            table {
                thead { tr {
                    th scope="col" { "Account" }
                    th.n scope="col" { "Posts" }
                    th.n scope="col" { "Coordination" }
                    th.n scope="col" { "q" }
                    th.n scope="col" { "Automation" }
                    th.n scope="col" { "Partners" }
                    th scope="col" { "Tier" }
                    th scope="col" { "Explanations that fit" }
                } }
                tbody {
                    @for account in ranked.iter().take(MEMBERS_MAX) { (member(page, account)) }
                }
            }
        }
        (and_more(MEMBERS_MAX, network.members.len(), "in accounts.parquet"))
    }
}

fn member(page: &Page<'_>, account: &AccountFinding) -> Markup {
    let explanations: Vec<_> =
        account.explanations.iter().map(|name| labels::explanation(name)).collect();
    html! {
        tr {
            td { code { (stranger(&page.input.account(account.account), ID_CHARS_MAX)) } }
            td.n { (count(account.posts)) }
            td.n { (decimal(account.coordination_score, 0)) }
            td.n { (probability(account.coordination_q)) }
            td.n { @match account.automation_score {
                Some(score) => (decimal(score, 0)),
                None => span.unknown { "–" },
            } }
            td.n { (account.partners) }
            td {
                (account.tier.name())
                @if is_attached(account) { ", attached" }
            }
            td {
                @if explanations.is_empty() { span.unknown { "–" } }
                @else { (stranger(&explanations.join(", "), 120)) }
            }
        }
    }
}

/// Whether it is listed for the company that it keeps.
fn is_attached(account: &AccountFinding) -> bool {
    account.channels.iter().any(|channel| channel.null == "company")
}

/// The members with the most evidence first.
pub(super) fn ranked_members<'a>(page: &Page<'a>, network: &Network) -> Vec<&'a AccountFinding> {
    let accounts = &page.input.findings.accounts;
    let found = |&member: &u32| {
        let place = accounts.binary_search_by_key(&member, |account| account.account).ok()?;
        Some(&accounts[place])
    };
    let mut members: Vec<&AccountFinding> = network.members.iter().filter_map(found).collect();
    members.sort_by(|x, y| {
        let evidence = y.coordination_evidence.total_cmp(&x.coordination_evidence);
        evidence.then(x.account.cmp(&y.account))
    });
    members
}

/// A tier as a small sign with its meaning.
pub(super) fn tier_badge(tier: Tier, facts: &RunFacts) -> Markup {
    html! {
        span.badge.strict[tier == Tier::Strict].discovery[tier == Tier::Discovery] {
            (tier.name())
            span.meaning { " " (labels::tier(tier, facts)) }
        }
    }
}

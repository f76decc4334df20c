//! Campaigns: what networks pushed, how far it went, and when in an election.

use maud::{Markup, html};
use zwerm_model::finding::TopObject;
use zwerm_model::{Campaign, Subject};

use super::networks::meter;
use super::{ID_CHARS_MAX, Page, and_more, evidence, stranger, tree};
use crate::exporters::campaigns::posts;
use crate::words::{count, counted, decimal, duration, minute};

/// Campaigns shown, objects of each, objects of all.
const CAMPAIGNS_MAX: usize = 30;
const OBJECTS_MAX: usize = 8;
const TOP_OBJECTS_MAX: usize = 40;

/// Networks and elections named per campaign.
const NAMES_MAX: usize = 10;

/// Once the campaigns take this many bytes, the rest stay in the files.
const BYTES_MAX: usize = 900_000;

/// See the [module documentation](self).
pub(super) fn section(page: &Page<'_>) -> Markup {
    let campaigns = &page.input.findings.campaigns;
    let cards = cards(page, campaigns);
    html! {
        section #campaigns aria-labelledby="campaigns-title" {
            h2 #campaigns-title { "Campaigns" }
            @if campaigns.is_empty() {
                p { "No network pushed content that makes a campaign." }
            } @else {
                p.lead { "A campaign is content that networks pushed. Its score weighs the \
                    strongest network, the number of behaviours, the uptake by outsiders and the \
                    timing; it reads neither words nor language nor party." }
            }
            @for card in &cards { (card) }
            (and_more(cards.len(), campaigns.len(), "in campaigns.parquet"))
        }
    }
}

/// The first cards, as many as the caps allow.
fn cards(page: &Page<'_>, campaigns: &[Campaign]) -> Vec<Markup> {
    let mut bytes = 0;
    campaigns
        .iter()
        .take(CAMPAIGNS_MAX)
        .enumerate()
        .map(|(place, campaign)| card(page, place, campaign))
        .take_while(|card| {
            bytes += card.0.len();
            bytes <= BYTES_MAX
        })
        .collect()
}

fn card(page: &Page<'_>, place: usize, campaign: &Campaign) -> Markup {
    html! {
        article.card {
            div.card-head {
                h3 { "Campaign " (place + 1) }
                p.id { code { (stranger(&campaign.id, ID_CHARS_MAX)) } }
            }
            p.facts {
                b { (counted(posts(campaign), "post")) } " by "
                (counted(u64::from(campaign.accounts), "account")) " of "
                (pushed_by(campaign)) " · taken up by "
                b { (counted(campaign.reach, "outside account")) } " · from "
                (minute(campaign.first_at)) " to " (minute(campaign.last_at)) " UTC ("
                (duration(campaign.first_at.until(campaign.last_at))) ")"
            }
            dl.scores { (meter("Campaign", "coordination", Some(campaign.campaign_score))) }
            (election(campaign))
            (tree::beside(&campaign.explanation))
            details open[place == 0] {
                summary { "Objects pushed by most of its accounts" }
                ol.evidence {
                    @for object in campaign.top_objects.iter().take(OBJECTS_MAX) {
                        li {
                            (evidence::object(page, object.kind.0, &object.object))
                            p.figures { (counted(u64::from(object.accounts), "account")) ", "
                                (counted(u64::from(object.posts), "post")) }
                        }
                    }
                }
                (and_more(OBJECTS_MAX, campaign.top_objects.len(), "in campaigns.parquet"))
            }
            details {
                summary { "Evidence" }
                (evidence::rows(page, Subject::Campaign(place as u32)))
            }
            details {
                summary { "Where the score comes from" }
                (tree::render(&campaign.explanation))
            }
        }
    }
}

fn pushed_by(campaign: &Campaign) -> Markup {
    html! {
        @for (i, network) in campaign.networks.iter().take(NAMES_MAX).enumerate() {
            @if i > 0 { ", " }
            "network " (network + 1)
        }
        @if campaign.networks.len() > NAMES_MAX { " and others" }
    }
}

fn election(campaign: &Campaign) -> Markup {
    html! {
        @if !campaign.election_ids.is_empty() {
            p.election {
                "During "
                @for (i, id) in campaign.election_ids.iter().take(NAMES_MAX).enumerate() {
                    @if i > 0 { ", " }
                    b { (stranger(id, 60)) }
                }
                ": " (count(campaign.posts_in_election_period)) " posts in an election period, "
                b { (count(campaign.posts_in_silence)) " in the silence" }
                ". That is a fact about times, not a legal finding."
            }
        }
    }
}

/// The objects of all campaigns that most accounts pushed: what a fact-checker opens first.
pub(super) fn top_objects(page: &Page<'_>) -> Markup {
    let campaigns = &page.input.findings.campaigns;
    let mut all: Vec<(&TopObject, usize)> = campaigns
        .iter()
        .enumerate()
        .flat_map(|(place, campaign)| campaign.top_objects.iter().map(move |o| (o, place)))
        .collect();
    all.sort_by_key(|&(object, place)| {
        (std::cmp::Reverse(object.accounts), object.kind, &object.object, place)
    });
    html! {
        section #objects aria-labelledby="objects-title" {
            h2 #objects-title { "What to check first" }
            @if all.is_empty() {
                p { "There is no campaign, so there is nothing to check first." }
            } @else {
                p.lead { "The objects that most campaign accounts pushed. Web addresses are text \
                    on purpose: open them only where you would open a stranger’s link." }
                (objects_table(page, &all))
                (and_more(TOP_OBJECTS_MAX, all.len(), "in top_objects.csv"))
            }
        }
    }
}

fn objects_table(page: &Page<'_>, all: &[(&TopObject, usize)]) -> Markup {
    html! {
        div.scroll {
            table {
                thead { tr {
                    th scope="col" { "Object" }
                    th.n scope="col" { "Accounts" }
                    th.n scope="col" { "Posts" }
                    th scope="col" { "Campaign" }
                } }
                tbody {
                    @for &(object, place) in all.iter().take(TOP_OBJECTS_MAX) {
                        tr {
                            td { (evidence::object(page, object.kind.0, &object.object)) }
                            td.n { (object.accounts) }
                            td.n { (object.posts) }
                            td { (place + 1) " (" (decimal(
                                page.input.findings.campaigns[place].campaign_score, 0)) ")" }
                        }
                    }
                }
            }
        }
    }
}

//! What was not assessed, and why; what was counted, capped, filtered and rejected.

use maud::{Markup, html};
use zwerm_model::{Election, RunFacts};

use super::{Page, and_more, labels, stranger};
use crate::words::{count, duration, minute};

/// Rows shown of each list here.
const ROWS_MAX: usize = 100;

/// See the [module documentation](self).
pub(super) fn section(page: &Page<'_>) -> Markup {
    let facts = page.input.facts;
    html! {
        section #limits aria-labelledby="limits-title" {
            h2 #limits-title { "What was not assessed, and why" }
            p.lead { "Absence of a finding is not a finding of absence." }
            (not_assessable(facts))
            (rungs(facts))
            (kinds(facts))
            (elections(&facts.elections))
            (tally(facts))
        }
    }
}

fn not_assessable(facts: &RunFacts) -> Markup {
    html! {
        @if facts.not_assessable.is_empty() {
            p { "Every signal had the columns that it needs." }
        } @else {
            dl.reasons {
                @for (what, why) in facts.not_assessable.iter().take(ROWS_MAX) {
                    dt { (stranger(&labels::plain(what), 80)) }
                    dd { (stranger(why, 400)) }
                }
            }
            (and_more(ROWS_MAX, facts.not_assessable.len(), "in manifest.json"))
        }
    }
}

fn rungs(facts: &RunFacts) -> Markup {
    html! {
        h3 { "Time scales" }
        div.scroll {
            table {
                thead { tr {
                    th scope="col" { "Together means within" }
                    th scope="col" { "compared with the surrounding" }
                    th scope="col" { "State" }
                } }
                tbody {
                    @for rung in facts.rungs.iter().take(ROWS_MAX) {
                        tr {
                            td { (duration(rung.window_ms)) }
                            td { "± " (duration(rung.context_ms)) }
                            td {
                                @match &rung.off_because {
                                    None => "used",
                                    Some(why) => { b { "off: " } (stranger(why, 300)) },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn kinds(facts: &RunFacts) -> Markup {
    html! {
        h3 { "Behaviours read" }
        @if facts.kinds.is_empty() {
            p { "None: no column of the input holds an object." }
        } @else {
            ul.chips {
                @for (kind, traces) in facts.kinds.iter().take(ROWS_MAX) {
                    li { (labels::kind(kind)) ": " (count(*traces)) }
                }
            }
        }
    }
}

fn elections(elections: &[Election]) -> Markup {
    let periods = elections.iter().flat_map(|e| e.periods.iter().map(move |p| (e, p)));
    html! {
        h3 { "Elections" }
        @if elections.is_empty() {
            p { "No election calendar was given, so timing within an election was not assessed." }
        } @else {
            div.scroll {
                table {
                    thead { tr {
                        th scope="col" { "Election" }
                        th scope="col" { "Period" }
                        th scope="col" { "From (UTC)" }
                        th scope="col" { "To (UTC)" }
                        th scope="col" { "Source" }
                    } }
                    tbody {
                        @for (election, period) in periods.take(ROWS_MAX) {
                            tr {
                                td { (stranger(&election.id, 60)) ", "
                                    (stranger(&election.jurisdiction, 60)) }
                                td { (labels::period(period.kind)) }
                                td.when { (minute(period.from)) }
                                td.when { (minute(period.to)) }
                                td { (stranger(&period.source, 200)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn tally(facts: &RunFacts) -> Markup {
    let all = facts.tally.iter().count();
    html! {
        h3 { "Everything that was counted" }
        details {
            summary {
                (count(all as u64))
                " counts: rows read, rows rejected, objects capped, posts left out"
            }
            div.scroll {
                table.tally {
                    thead { tr { th scope="col" { "Count" } th.n scope="col" { "Number" } } }
                    tbody {
                        @for (name, n) in facts.tally.iter().take(ROWS_MAX) {
                            tr { td { code { (stranger(name, 120)) } } td.n { (count(n)) } }
                        }
                    }
                }
            }
            (and_more(ROWS_MAX, all, "in manifest.json"))
        }
    }
}

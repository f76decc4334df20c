//! The objects that speak about a network or a campaign, with the posts that show them.

use maud::{Markup, html};
use zwerm_model::{EvidenceRow, Subject};

use super::{ID_CHARS_MAX, Page, and_more, labels, stranger};
use crate::objects::Quote;
use crate::words::{counted, decimal, duration, minute, probability, second};

/// Rows shown per subject.
const ROWS_MAX: usize = 20;

/// Posts shown per row.
const POSTS_MAX: usize = 5;

/// Characters shown of an object's name and of a text.
const OBJECT_CHARS_MAX: usize = 160;
const TEXT_CHARS_MAX: usize = 240;

/// The evidence about one subject, the objects with most accounts first.
pub(super) fn rows(page: &Page<'_>, subject: Subject) -> Markup {
    let all = &page.evidence;
    let start = all.partition_point(|row| row.subject < subject);
    let end = start + all[start..].partition_point(|row| row.subject == subject);
    let rows = &all[start..end];
    if rows.is_empty() {
        return html! { p.note { "No single object speaks about it." } };
    }
    html! {
        ol.evidence {
            @for row in rows.iter().take(ROWS_MAX) { li { (one(page, row)) } }
        }
        (and_more(ROWS_MAX, rows.len(), "in evidence.parquet"))
    }
}

fn one(page: &Page<'_>, row: &EvidenceRow) -> Markup {
    html! {
        (object(page, row.kind.0, &row.object))
        p.figures {
            b { (counted(u64::from(row.accounts), "account")) } ", "
            (counted(u64::from(row.posts), "post"))
            @if row.posts > 1 { " within " b { (duration(row.span_ms)) } }
            " · chance would bring " (decimal(row.expected, 2)) " others"
            " · " span.whole { "p = " (probability(row.p)) }
            @if let Some(&first) = row.posts_shown.first() {
                " · from " (minute(page.input.posts.at[first as usize]))
            }
        }
        details {
            summary { (first_of(row)) }
            (posts(page, row))
        }
    }
}

/// An object as a reader recognises it: a text by its words, all else by its name.
pub(super) fn object(page: &Page<'_>, kind: &str, name: &str) -> Markup {
    html! {
        p.object {
            span.kind { (labels::kind(kind)) }
            " "
            @if let Some(text) = page.objects.text(name, TEXT_CHARS_MAX) {
                (quote(&text))
            } @else {
                code { (stranger(name, OBJECT_CHARS_MAX)) }
            }
        }
    }
}

fn quote(text: &Quote) -> Markup {
    html! {
        @match text {
            Quote::Text(text) => q.text dir="auto" { (text) },
            Quote::Deleted => span.note { "deleted, and so not shown" },
        }
    }
}

fn first_of(row: &EvidenceRow) -> String {
    let shown = row.posts_shown.len().min(POSTS_MAX);
    if shown < row.posts as usize {
        format!("The first {shown} of {}", counted(u64::from(row.posts), "post"))
    } else {
        counted(u64::from(row.posts), "post")
    }
}

fn posts(page: &Page<'_>, row: &EvidenceRow) -> Markup {
    let is_text = page.objects.text(&row.object, 1).is_some();
    let first_text = row.posts_shown.first().map(|&post| page.objects.quote(post, TEXT_CHARS_MAX));
    let is_there = |text: &Quote| *text != Quote::Text(String::new());
    html! {
        @if let Some(text) = first_text.filter(is_there) && !is_text {
            p.object { span.kind { "first post" } " " (quote(&text)) }
        }
        div.scroll {
            table {
                thead { tr { th scope="col" { "Time (UTC)" } th scope="col" { "Account" }
                    th scope="col" { "Post" } } }
                tbody {
                    @for &post in row.posts_shown.iter().take(POSTS_MAX) { (post_row(page, post)) }
                }
            }
        }
        @if row.posts as usize > POSTS_MAX {
            p.more { "up to 50 post ids are in evidence.parquet" }
        }
    }
}

fn post_row(page: &Page<'_>, post: u32) -> Markup {
    let input = &page.input;
    let account = input.account(input.posts.account[post as usize]);
    html! {
        tr {
            td.when { (second(input.posts.at[post as usize])) }
            td { code { (stranger(&account, ID_CHARS_MAX)) } }
            td { code { (stranger(&input.post(post), ID_CHARS_MAX)) } }
        }
    }
}

//! The report page: one file, no script, nothing loaded, safe against what strangers wrote.
//!
//! Every text that is not ours goes through [`stranger`]: invisible characters shown, escaped by
//! `maud`, isolated from the direction of the words around it. The page's security policy allows
//! one thing, its own style sheet, by hash; so nothing here may use a `style` attribute.
//!
//! # Size
//!
//! Below 5 MB whatever the findings: every list is capped and says how many more there are, every
//! text is cut, and a part that grows past its budget stops and says so.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use zwerm_model::{EvidenceRow, Subject};

use crate::digest;
use crate::inert;
use crate::input::ReportInput;
use crate::objects::Objects;

mod campaigns;
mod evasion;
mod evidence;
mod labels;
mod limits;
mod method;
mod networks;
mod picture;
mod summary;
mod svg;
mod timeline;
mod tree;

/// The page's only style.
const STYLE: &str = include_str!("style.css");

/// Characters shown of an id.
const ID_CHARS_MAX: usize = 64;

/// What every part of the page reads.
pub(crate) struct Page<'a> {
    input: ReportInput<'a>,
    objects: Objects<'a>,
    /// What speaks about networks and campaigns, by subject.
    evidence: Vec<&'a EvidenceRow>,
}

impl<'a> Page<'a> {
    fn new(input: &ReportInput<'a>) -> Self {
        let evidence = input.findings.evidence.iter();
        let mut evidence: Vec<&EvidenceRow> =
            evidence.filter(|row| !matches!(row.subject, Subject::Account(_))).collect();
        evidence.sort_by_key(|row| row.subject);
        Page { input: *input, objects: Objects::new(input), evidence }
    }
}

/// The page.
pub(crate) fn render(input: &ReportInput<'_>) -> String {
    let page = Page::new(input);
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest::sha256_base64(STYLE)
    );
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { "zwerm report: " (summary::headline(&page)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#summary" { "Skip to the summary" }
                (body(&page))
            }
        }
    };
    let mut text = markup.into_string();
    text.push('\n');
    text
}

fn body(page: &Page<'_>) -> Markup {
    html! {
        (summary::header(page))
        main {
            (summary::section(page))
            (timeline::section(page))
            (picture::section(page))
            (networks::section(page))
            (campaigns::section(page))
            (campaigns::top_objects(page))
            (limits::section(page))
            (method::section(page))
        }
        footer {
            p {
                "Written by zwerm " (env!("CARGO_PKG_VERSION")) " from rows with digest "
                code { (stranger(&page.input.facts.row_digest, ID_CHARS_MAX)) }
                ". The digest does not depend on the order, the number or the names of the input \
                 files: equal rows give this page byte for byte."
            }
        }
    }
}

/// A text that somebody else wrote: cut, made visible, escaped and isolated.
fn stranger(text: &str, chars_max: usize) -> Markup {
    html! { bdi { (inert::excerpt(text, chars_max)) } }
}

/// A line under a list that was cut.
fn and_more(shown: usize, all: usize, of: &str) -> Markup {
    html! {
        @if all > shown {
            p.more { "and " (crate::words::count((all - shown) as u64)) " more " (of) }
        }
    }
}

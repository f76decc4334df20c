//! What strangers write stays text: in the page, in a spreadsheet, in a terminal.

use zwerm_model::TraceKind;

use super::fixture;
use crate::{page, write_results};

const HOSTILE: [&str; 9] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "]]><!--</style></title><iframe src=javascript:alert(1)>",
    "left \u{202e}thgir\u{202c} \u{2066}x\u{2069}",
    "nul\u{0}l \u{1b}[31m \u{7} \u{85}",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "&lt;script&gt; &#x202e; https://evil.example/?a=1&b=2",
];

/// The demo with every text, name and id replaced by hostile ones.
fn world() -> fixture::World {
    let mut world = fixture::demo();
    let text = |n: usize| HOSTILE[n % HOSTILE.len()];
    world.posts.text = (0..world.posts.len()).map(text).collect();
    world.posts.id = (0..world.posts.len()).map(|n| text(n + 1)).collect();
    world.posts.accounts.id = (0..world.posts.accounts.len()).map(text).collect();
    world.clusters.ids = (0..world.clusters.ids.len()).map(|n| text(n + 2)).collect();
    let findings = &mut world.findings;
    for (n, row) in findings.evidence.iter_mut().enumerate() {
        row.kind = TraceKind("url");
        row.object = format!("{}{n}", text(n));
    }
    for (n, campaign) in findings.campaigns.iter_mut().enumerate() {
        campaign.election_ids = vec![text(n).to_owned()];
        for (m, object) in campaign.top_objects.iter_mut().enumerate() {
            object.object = text(n + m).to_owned();
        }
    }
    for (n, network) in findings.networks.iter_mut().enumerate() {
        network.id = text(n).to_owned();
        network.explanations = vec![text(n + 3).to_owned()];
        network.explanation.because = text(n).to_owned();
    }
    let facts = &mut world.facts;
    facts.row_digest = text(0).to_owned();
    facts.not_assessable = HOSTILE.iter().map(|t| ((*t).to_owned(), (*t).to_owned())).collect();
    facts.tally.add(text(1), 1);
    facts.checks[0].made_by = text(2).to_owned();
    for election in &mut facts.elections {
        election.id = text(3).to_owned();
        election.periods.iter_mut().for_each(|period| period.source = text(4).to_owned());
    }
    world
}

/// The names of all tags of a page, and of their attributes.
fn tags(page: &str) -> Vec<(String, Vec<String>)> {
    let mut tags = Vec::new();
    for part in page.split('<').skip(1) {
        let Some((inside, _)) = part.split_once('>') else { continue };
        let mut attributes = Vec::new();
        let name = inside.split_whitespace().next().unwrap_or_default();
        // Outside quotes, what stands before `=` is an attribute's name.
        for (i, unquoted) in inside.split('"').enumerate() {
            if let (0, Some(attribute)) = (i % 2, unquoted.strip_suffix('=')) {
                attributes.push(attribute.split_whitespace().last().unwrap().to_owned());
            }
        }
        tags.push((name.to_owned(), attributes));
    }
    tags
}

#[test]
fn the_page_holds_no_tag_and_no_attribute_but_ours() {
    let page = super::page::render("hostile", &world());
    for (name, attributes) in tags(&page) {
        let forbidden =
            ["script", "img", "iframe", "object", "embed", "link", "form", "base", "use"];
        assert!(!forbidden.contains(&name.as_str()), "<{name}>");
        for attribute in attributes {
            assert!(!attribute.starts_with("on"), "<{name} {attribute}>");
            assert!(!["style", "src", "srcset", "action"].contains(&attribute.as_str()));
        }
    }
    // Links stay on the page.
    assert!(page.split("href=\"").skip(1).all(|link| link.starts_with('#')));
}

#[test]
fn the_page_holds_no_invisible_character() {
    let page = page::render(&world().input());
    let seen = page.chars().find(|&c| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    });
    assert_eq!(seen, None);
    assert!(page.contains("‹U+202E›") && page.contains("‹U+0000›"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn no_cell_of_a_spreadsheet_is_a_formula() {
    let world = world();
    let dir = tempfile::tempdir().unwrap();
    write_results(dir.path(), &world.input()).unwrap();
    for file in ["networks.csv", "top_objects.csv"] {
        let mut cells = 0;
        let mut reader = csv::Reader::from_path(dir.path().join(file)).unwrap();
        for row in reader.records() {
            for cell in row.unwrap().iter() {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{file}: {cell:?}");
                cells += 1;
            }
        }
        assert!(cells > 0, "{file}");
    }
    let objects = std::fs::read_to_string(dir.path().join("top_objects.csv")).unwrap();
    assert!(objects.contains("'=cmd|"), "the formula is guarded, not lost");
}

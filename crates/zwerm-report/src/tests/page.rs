//! The page: what it must say, how large it may be, and its parts.

use zwerm_model::{EvidenceRow, Explained, Subject};

use super::fixture::{self, World};
use crate::page;

/// Where `ZWERM_DEMO_REPORT` names a folder, the pages are left there to be looked at.
pub(super) fn render(name: &str, world: &World) -> String {
    let page = page::render(&world.input());
    if let Some(dir) = std::env::var_os("ZWERM_DEMO_REPORT") {
        std::fs::write(std::path::Path::new(&dir).join(format!("{name}.html")), &page).unwrap();
    }
    page
}

/// The page's text between tags, on one line.
fn text(page: &str) -> String {
    let after_head = page.split_once("<body>").unwrap().1;
    let parts = after_head.split('<').map(|part| part.split_once('>').map_or(part, |(_, t)| t));
    parts.collect::<String>()
}

#[test]
fn a_finding_is_told_with_its_check_first() {
    let page = render("demo", &fixture::demo());
    let text = text(&page);
    let order = [
        "104 accounts in 5 networks acted together more often than chance explains",
        "It does not say that anyone is inauthentic",
        "Null check passed",
        "Timeline",
        "Picture of the largest networks",
        "Network 1",
        "Innocent explanations that fit",
        "have an evasion mark (33.3 %); in the run as a whole, this network included, 31 of",
        "Not assessable: none of its posts has text",
        "Campaign 1",
        "What to check first",
        "What was not assessed, and why",
        "the input has no column reply_to",
        "the data span less than 12 h",
        "trace.object_over_cap",
        "How to read this",
    ];
    let mut rest = text.as_str();
    for sentence in order {
        let (_, after) = rest.split_once(sentence).unwrap_or_else(|| panic!("{sentence:?}"));
        rest = after;
    }
    assert!(text.contains("not assessable"), "a score without a value says so");
    assert!(text.contains("an outlet spreading links to its own site"));
}

#[test]
fn tiers_are_explained_by_the_levels_of_the_run() {
    let mut world = fixture::demo();
    (world.facts.q_strict, world.facts.q_discovery) = (0.002, 0.125);
    let text = text(&render("levels", &world));
    assert!(text.contains("q ≤ 0.002 and recurring"));
    assert!(text.contains("among accounts with q ≤ 0.125, about 12.5 % are expected"));
    assert!(text.contains("Strict: q ≤ 0.002, at least") && text.contains("Discovery: q ≤ 0.125."));
    assert!(!text.contains('{'), "every place in braces is taken");
}

#[test]
fn a_failed_check_takes_the_headline() {
    let mut world = fixture::demo();
    world.facts.checks[0].passed = false;
    world.facts.checks[0].found_in_decoy = 77;
    let text = text(&render("failed", &world));
    assert!(text.contains("failed its own null check"));
    assert!(text.contains("Null check FAILED") && text.contains("77 accounts"));
    assert!(!text.contains("acted together more often than chance explains"));
}

#[test]
fn a_text_that_was_deleted_is_not_shown_and_its_post_is() {
    let world = fixture::demo();
    let shown = text(&render("quoted", &world));
    let is_quoted = |page: &str, post: &u32| page.contains(world.posts.text_of(*post as usize));
    let named = world.findings.evidence.iter().flat_map(|row| &row.posts_shown).copied();
    let quoted: Vec<u32> = named.filter(|post| is_quoted(&shown, post)).collect();
    assert!(!quoted.is_empty());
    let gone = |deleted: &dyn Fn(usize) -> bool| {
        let at = world.posts.at.iter().enumerate();
        let deleted_at = at.map(|(post, &at)| deleted(post).then_some(at)).collect();
        text(&render("deleted", &fixture::with_deletions(fixture::demo(), deleted_at)))
    };
    let page = gone(&|_| true);
    assert!(page.contains("deleted, and so not shown"));
    for post in &quoted {
        assert!(!is_quoted(&page, post), "{post}");
    }
    assert!(page.contains(&*world.posts.id.get(quoted[0] as usize)));
    // A copy that is still there may be quoted.
    let texts = &world.posts.text;
    let first_of = |post: usize| texts.iter().position(|text| text == texts.get(post));
    let page = gone(&|post| first_of(post) == Some(post));
    assert!(quoted.iter().any(|post| is_quoted(&page, post)));
}

#[test]
fn a_run_without_a_check_says_so() {
    let mut world = fixture::demo();
    world.facts.checks.clear();
    assert!(text(&render("unchecked", &world)).contains("No null check ran"));
}

#[test]
fn nothing_found_is_a_page_too() {
    for (name, world) in [("quiet", fixture::quiet()), ("empty", fixture::empty())] {
        let text = text(&render(name, &world));
        assert!(text.contains("No accounts acted together more often than chance explains"));
        assert!(text.contains("There is no network to draw"));
    }
}

#[test]
fn the_style_is_the_one_that_the_policy_names() {
    let page = render("demo", &fixture::demo());
    let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let hash = crate::digest::sha256_base64(style);
    assert!(
        page.contains(&format!("style-src &#39;sha256-{hash}&#39;"))
            || page.contains(&format!("style-src 'sha256-{hash}'"))
    );
    assert!(!page.contains("style=\"") && !page.contains("@import") && !page.contains("url("));
}

#[test]
fn every_tag_is_closed_and_every_id_is_its_own() {
    const VOID: [&str; 2] = ["meta", "br"];
    for world in [fixture::demo(), fixture::quiet(), fixture::empty()] {
        let page = page::render(&world.input());
        let mut open = Vec::new();
        for part in page.split('<').skip(1) {
            let name: String =
                part.chars().take_while(|c| c.is_alphanumeric() || *c == '/').collect();
            match name.strip_prefix('/') {
                Some(closed) => assert_eq!(open.pop().as_deref(), Some(closed)),
                None if name.is_empty() || VOID.contains(&name.as_str()) => {}
                None => open.push(name),
            }
        }
        assert!(open.is_empty(), "{open:?}");
        let mut ids: Vec<&str> =
            page.split(" id=\"").skip(1).map(|part| part.split('"').next().unwrap()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}

#[test]
fn however_much_was_found_the_page_stays_below_five_megabytes() {
    let mut world = fixture::demo();
    let blot = "\u{202e}&<\"".repeat(2_000);
    let findings = &mut world.findings;
    let (network, campaign) = (findings.networks[0].clone(), findings.campaigns[0].clone());
    findings.evidence.clear();
    for place in 0..60 {
        let mut network = network.clone();
        network.id = format!("{place}{blot}");
        let parts = vec![Explained::given(&blot, 1.0, blot.clone()); 300];
        network.explanation = Explained::derived("sum", "sum", "", parts);
        network.explanations = vec![blot.clone(); 50];
        findings.networks.push(network);
        let mut campaign = campaign.clone();
        campaign.top_objects.iter_mut().for_each(|object| object.object.clone_from(&blot));
        campaign.election_ids = vec![blot.clone(); 100];
        findings.campaigns.push(campaign);
        for subject in [Subject::Network(place), Subject::Campaign(place)] {
            for n in 0..40_u32 {
                findings.evidence.push(EvidenceRow {
                    subject,
                    kind: zwerm_model::TraceKind("url"),
                    object: format!("{n}{blot}"),
                    accounts: 40 - n,
                    posts: 100,
                    span_ms: 1_000,
                    expected: 0.1,
                    p: 1e-9,
                    posts_shown: (0..50).collect(),
                });
            }
        }
    }
    let length = world.posts.len();
    world.posts.text = (0..length).map(|_| blot.as_str()).collect();
    world.posts.id = (0..length).map(|_| blot.as_str()).collect();
    let members = world.posts.accounts.len();
    world.posts.accounts.id = (0..members).map(|_| blot.as_str()).collect();
    (0..500).for_each(|n| world.facts.tally.add(&format!("{n}{blot}"), 1));
    world.facts.not_assessable = vec![(blot.clone(), blot.clone()); 500];
    let page = page::render(&world.input());
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    assert!(text(&page).contains("more in networks.parquet"));
}

#[test]
fn one_post_at_the_end_of_time_is_drawn() {
    let mut world = fixture::demo();
    for at in [i64::MIN, -1, 0, i64::MAX] {
        let last = world.posts.at.len() - 1;
        world.posts.at[last] = zwerm_model::UnixMillis(at);
        world.posts.at.sort_unstable();
        world.facts.span = world.posts.span();
        assert!(page::render(&world.input()).contains("class=\"timeline\""), "{at}");
    }
}

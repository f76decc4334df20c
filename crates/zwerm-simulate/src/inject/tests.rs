//! What is injected is what was asked for, and touches nothing else.

use zwerm_model::names::Interner;
use zwerm_model::{Accounts, Dictionary, Strings, UnixMillis};

use super::*;

/// A thousand posts by ten accounts, ten minutes apart, of different words.
fn background() -> Posts {
    let mut texts = Interner::default();
    let text = |n: u32| (0..9).map(|w| format!("w{} ", (n * 7 + w * 13) % 400)).collect::<String>();
    let numbers: Vec<u32> = (0..1_000).map(|n| texts.number(&text(n))).collect();
    let names = texts.into_names();
    let ids: Vec<String> = (0..1_000).map(|n| format!("p{n:04}")).collect();
    Posts {
        accounts: Accounts {
            platforms: ["example"].into_iter().collect(),
            platform: vec![0; 10],
            id: (0..10)
                .map(|n| format!("a{n}"))
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str)
                .collect(),
        },
        account: (0..1_000).map(|n| n % 10).collect(),
        at: (0..1_000).map(|n| UnixMillis(n * 600_000)).collect(),
        id: ids.iter().map(String::as_str).collect(),
        text: numbers.iter().map(|&n| names.get(n as usize)).collect::<Strings>(),
        lang: Dictionary::default(),
        ..Posts::default()
    }
}

fn cell(text: &str) -> Cell {
    text.parse().expect("a cell")
}

fn injected(cells: &[Cell], seed: u64) -> Injected {
    inject(&background(), Resolution(1_000), cells, Seed(seed)).expect("it fits")
}

#[test]
fn every_member_acts_once_on_every_object_within_the_jitter() {
    let cells = [cell("accounts=8,objects=5,jitter=60s,camouflage=2,manner=exact")];
    let found = injected(&cells, 1);
    assert_eq!(found.accounts.len(), 8);
    assert!(found.accounts.iter().all(|account| account.posts == 5 * 3));
    let mut by_text: std::collections::BTreeMap<&str, Vec<&SimPost>> = Default::default();
    for InjectedPost { post, .. } in &found.posts {
        by_text.entry(&post.text).or_default().push(post);
    }
    let shared: Vec<_> = by_text.values().filter(|posts| posts.len() > 1).collect();
    assert_eq!(shared.len(), 5);
    for posts in shared {
        let mut authors: Vec<&str> = posts.iter().map(|post| post.account_id.as_str()).collect();
        authors.sort_unstable();
        authors.dedup();
        assert_eq!((posts.len(), authors.len()), (8, 8));
        let times = || posts.iter().map(|post| post.created_at.0);
        assert!(times().max().unwrap() - times().min().unwrap() <= 60_000);
        assert!(times().all(|at| at % 1_000 == 0));
    }
}

#[test]
fn no_jitter_is_one_step_of_the_clock() {
    let cells = [cell("accounts=5,objects=3,jitter=0s,camouflage=0,manner=url")];
    let background = background();
    let found = inject(&background, Resolution(60_000), &cells, Seed(3)).expect("it fits");
    let mut moments: Vec<(i64, &str)> =
        found.posts.iter().map(|p| (p.post.created_at.0, p.post.urls[0].as_str())).collect();
    moments.sort_unstable();
    moments.dedup();
    assert_eq!(moments.len(), 3, "one moment and one address per object");
    assert!(moments.iter().all(|(at, _)| at % 60_000 == 0));
}

#[test]
fn groups_share_neither_accounts_nor_objects_with_anybody() {
    let repost = "accounts=6,objects=4,jitter=1h,camouflage=0,manner=repost";
    let exact = "accounts=6,objects=4,jitter=1h,camouflage=3,manner=exact";
    let cells = [cell(exact), cell(exact), cell(repost)];
    let found = injected(&cells, 1);
    let mut ids: Vec<&str> = found.accounts.iter().map(|a| a.account_id.as_str()).collect();
    ids.extend(found.posts.iter().map(|p| p.post.post_id.as_str()));
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "every id is new");
    let group_of = |post: &SimPost| {
        let mut accounts = found.accounts.iter();
        &accounts.find(|a| a.account_id == post.account_id).expect("an author").group
    };
    let texts = |group: &str| -> Vec<&str> {
        let own = found.posts.iter().filter(|p| group_of(&p.post) == group);
        own.map(|p| p.post.text.as_str()).collect()
    };
    let (first, second) = (texts(&format!("{}-1", cells[0])), texts(&format!("{}-2", cells[0])));
    assert!(!first.is_empty() && first.iter().all(|text| !second.contains(text)));
    let background = background();
    for InjectedPost { post, .. } in &found.posts {
        let Some(target) = &post.repost_of else { continue };
        let at =
            background.id.iter().position(|id| id == *target).expect("a post of the background");
        assert!(background.at[at] <= post.created_at, "nobody reposts what is not there yet");
    }
}

#[test]
fn a_rewording_keeps_names_and_little_else() {
    let found =
        injected(&[cell("accounts=5,objects=1,jitter=0s,camouflage=0,manner=paraphrase")], 1);
    let words = |n: usize| -> Vec<&str> { found.posts[n].post.text.split(' ').collect() };
    let shared = words(0).iter().filter(|word| words(1).contains(word)).count();
    assert!((3..8).contains(&shared), "{shared}");
}

#[test]
fn the_seed_decides() {
    let cells = [cell("accounts=5,objects=3,jitter=6h,camouflage=5,manner=edit")];
    assert_eq!(injected(&cells, 1), injected(&cells, 1));
    assert_ne!(injected(&cells, 1), injected(&cells, 2));
}

#[test]
fn a_background_that_cannot_hold_a_group_says_why() {
    let cells = [cell("accounts=5,objects=3,jitter=6h,camouflage=5,manner=edit")];
    let of = |posts: &Posts| inject(posts, Resolution(1), &cells, Seed(1)).expect_err("it cannot");
    assert!(of(&Posts::default()).contains("found none"));
    let silent = Posts { text: Strings::new(), ..background() };
    assert!(of(&silent).contains("different words"), "{}", of(&silent));
}

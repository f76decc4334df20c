//! Texts of a campaign that some posts disclose to be paid for, and others say are not.
//!
//! # What it counts
//!
//! Of each campaign's posts with text that are no reposts, the near-duplicate texts of which at
//! least one copy says that somebody paid for it, and at least one says that nobody did (column
//! `paid_disclosed`). Copies that say nothing count as neither. The posts are named.
//!
//! # Why it stands beside the score
//!
//! Hiding that a message is paid for is what rules on political advertising are about, and one text
//! with and without the label is how it shows. But the label is the platform's: a copy by somebody
//! who was not paid needs none, and platforms forget it. So the counts are made when all is scored
//! ([`beside`] takes finished findings), and change none of it.
//!
//! # Cost
//!
//! `O(p log p)` for the `p` posts of all campaigns.

use zwerm_model::{Campaign, Explained, Findings, Posts, TextClusters};

/// Texts described, and posts named of each side of one.
const TEXTS_MAX: usize = 5;
const POSTS_NAMED_MAX: usize = 5;

/// The innocent reasons, in the words of the explanation tree.
const INNOCENT: &str =
    "a copy by somebody who was not paid needs no label, and platforms forget labels";

/// Findings with what the copies of every campaign's texts disclose, where the input says so of
/// any post; all else is as it was.
#[must_use]
pub fn beside(mut findings: Findings, posts: &Posts, clusters: &TextClusters) -> Findings {
    if posts.paid_disclosed.iter().any(Option::is_some) {
        for campaign in &mut findings.campaigns {
            let fact = fact(&copies(campaign, posts, clusters), posts);
            campaign.explanation.beside.push(fact);
        }
    }
    findings
}

/// A post that says whether its text is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Labelled {
    /// The text's cluster.
    text: usize,
    is_paid: bool,
    post: u32,
}

/// The posts of a campaign that say whether their texts are paid for, text by text.
fn copies(campaign: &Campaign, posts: &Posts, clusters: &TextClusters) -> Vec<Labelled> {
    let copy = |&(_, post): &(u32, u32)| {
        let at = post as usize;
        let is_paid = (*posts.paid_disclosed.get(at)?)?;
        let text = clusters.of(at).filter(|_| !posts.is_repost(at))?;
        Some(Labelled { text, is_paid, post })
    };
    let mut copies: Vec<Labelled> = campaign.posts.iter().filter_map(copy).collect();
    copies.sort_unstable();
    // A post may be pushed by several networks.
    copies.dedup();
    copies
}

/// How many texts differ, with the posts of some.
fn fact(copies: &[Labelled], posts: &Posts) -> Explained {
    const NAME: &str = "texts_paid_in_some_copies";
    if copies.is_empty() {
        let because = "not assessable: no post of this campaign says whether it is paid for";
        return Explained::given(NAME, 0.0, because);
    }
    let differing: Vec<Explained> = copies
        .chunk_by(|a, b| a.text == b.text)
        .filter_map(|of_text| {
            let paid = of_text.partition_point(|copy| !copy.is_paid);
            let (without, with) = of_text.split_at(paid);
            let is_both = !with.is_empty() && !without.is_empty();
            is_both.then(|| text((with, without), posts))
        })
        .collect();
    let because = format!(
        "texts of this campaign of which some copies disclose that they are paid for and others \
         say that they are not; {INNOCENT}"
    );
    let found = differing.len() as f64;
    Explained::given(NAME, found, because)
        .with_beside(differing.into_iter().take(TEXTS_MAX).collect())
}

/// One text: how many copies disclose that they are paid for, of those that say anything.
fn text((with, without): (&[Labelled], &[Labelled]), posts: &Posts) -> Explained {
    let named = |copies: &[Labelled]| {
        let ids = copies.iter().take(POSTS_NAMED_MAX).map(|copy| posts.id.get(copy.post as usize));
        let more = if copies.len() > POSTS_NAMED_MAX { ", …" } else { "" };
        format!("{}{more}", ids.collect::<Vec<_>>().join(", "))
    };
    let because = format!("of one text, paid for: {}; not: {}", named(with), named(without));
    let (paid, said) = (with.len() as f64, (with.len() + without.len()) as f64);
    let parts = vec![
        Explained::given("posts_paid", paid, "disclose that they are paid for"),
        Explained::given("posts_that_say", said, "say whether they are paid for"),
    ];
    Explained::derived("paid_percent", "percent_of", because, parts)
}

#[cfg(test)]
mod tests {
    use zwerm_model::names::{Dictionary, Strings};
    use zwerm_model::{NONE, UnixMillis};

    use super::*;

    /// A campaign of all posts: each by its text, whether it says that it is paid for, and whether
    /// it is a repost.
    fn found(rows: &[(u32, Option<bool>, bool)]) -> Findings {
        let repost = |row: &(u32, Option<bool>, bool)| if row.2 { 0 } else { NONE };
        let posts = Posts {
            account: vec![0; rows.len()],
            id: (0..rows.len())
                .map(|n| format!("p{n}"))
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str)
                .collect(),
            paid_disclosed: rows.iter().map(|row| row.1).collect(),
            repost_of: Dictionary {
                names: Strings::from_iter(["x"]),
                of: rows.iter().map(repost).collect(),
            },
            ..Posts::default()
        };
        let cluster = rows.iter().map(|row| row.0).collect();
        let clusters = TextClusters { cluster, ..TextClusters::default() };
        let campaign = Campaign {
            id: "c".to_owned(),
            networks: vec![0, 1],
            posts: (0..2).flat_map(|n| (0..rows.len() as u32).map(move |p| (n, p))).collect(),
            accounts: 1,
            reach: 0,
            first_at: UnixMillis(0),
            last_at: UnixMillis(0),
            campaign_score: 7.0,
            election_ids: Vec::new(),
            posts_in_election_period: 0,
            posts_in_silence: 0,
            top_objects: Vec::new(),
            explanation: Explained::given("campaign_score", 7.0, "given"),
        };
        let findings = Findings { campaigns: vec![campaign], ..Findings::default() };
        beside(findings, &posts, &clusters)
    }

    #[test]
    fn one_text_with_and_without_the_label_is_told_with_its_posts() {
        // Ten copies, three of them labelled; another text is paid for throughout, another by
        // nobody who says so, and a repost carries somebody else's label.
        let mut rows = vec![(4, Some(false), false); 7];
        rows.extend([(4, Some(true), false); 3]);
        rows.extend([(5, Some(true), false), (5, None, false), (5, Some(false), true)]);
        rows.extend([(6, Some(false), false), (NONE, Some(true), false)]);
        let found = found(&rows);
        let explanation = &found.campaigns[0].explanation;
        assert_eq!(explanation.value, 7.0);
        let [fact] = explanation.beside.as_slice() else { panic!("one fact: {explanation:?}") };
        assert_eq!((fact.name.as_str(), fact.value), ("texts_paid_in_some_copies", 1.0));
        assert!(fact.because.contains("not paid needs no label"), "{}", fact.because);
        let [text] = fact.beside.as_slice() else { panic!("one text: {fact:?}") };
        assert_eq!((text.value, text.recompute()), (30.0, Some(30.0)));
        let because = "of one text, paid for: p7, p8, p9; not: p0, p1, p2, p3, p4, …";
        assert_eq!(text.because, because);
    }

    #[test]
    fn no_difference_is_a_fact_and_no_label_at_all_is_none() {
        let fact = |found: &Findings| found.campaigns[0].explanation.beside.first().cloned();
        let same = found(&[(4, Some(true), false), (4, Some(true), false), (4, None, false)]);
        assert_eq!(fact(&same).map(|fact| fact.value), Some(0.0));
        // The only post that says anything has no text of its own.
        let silent = found(&[(4, None, false), (4, Some(true), true)]);
        let because = fact(&silent).expect("a fact").because;
        assert!(because.starts_with("not assessable"), "{because}");
        // Nobody says anything: the run's own list of what could not be looked at says so.
        assert_eq!(fact(&found(&[(4, None, false), (4, None, false)])), None);
    }
}

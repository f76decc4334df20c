//! Evasion marks in the posts of networks, beside those in all posts of the run.
//!
//! # What it counts
//!
//! Of the posts with text that are no reposts, those whose text has an evasion mark
//! ([`EvasionMarks`]): for the members of each network, and for the run
//! as a whole. A repost carries the text of somebody else, so it is left out.
//!
//! # Why it stands beside the scores
//!
//! Who hides a word from a filter has a reason to, but not always a bad one: decorative lettering,
//! languages mixed in one word, slang and names spelled with digits, invisible characters that came
//! with a copied text. And a coordinated network need not hide anything. So the counts are made
//! after everything is scored and ranked ([`beside`] takes finished findings), and change none of
//! it.
//!
//! # Cost
//!
//! `O(posts + accounts)`; four bytes per account.

use zwerm_model::{
    EvasionCounts, EvasionMarks, Explained, Findings, NONE, Network, Posts, TextClusters,
};

/// The innocent reasons, in the words of the explanation tree.
const INNOCENT: &str = "decorative lettering, mixed languages, names with digits and copied \
    invisible characters are marked too";

/// Findings with the evasion marks of every network and of the run; all else is as it was.
#[must_use]
pub fn beside(mut findings: Findings, posts: &Posts, clusters: &TextClusters) -> Findings {
    let (networks, run) = count(&findings.networks, posts, &clusters.evasion);
    for (network, counts) in findings.networks.iter_mut().zip(networks) {
        network.evasion = counts;
        network.explanation.beside = explained(&counts, &run);
    }
    findings.evasion = run;
    findings
}

/// The counts of each network, and of all posts.
fn count(
    networks: &[Network],
    posts: &Posts,
    marks: &[EvasionMarks],
) -> (Vec<EvasionCounts>, EvasionCounts) {
    let mut network_of = vec![NONE; posts.accounts.len()];
    for (place, network) in networks.iter().enumerate() {
        for &member in &network.members {
            network_of[member as usize] = place as u32;
        }
    }
    let mut of = vec![EvasionCounts::default(); networks.len()];
    let mut run = EvasionCounts::default();
    for (post, &account) in posts.account.iter().enumerate() {
        // The posts that the text stage looks at.
        if posts.text_of(post).is_empty() || posts.is_repost(post) {
            continue;
        }
        let marks = marks[post];
        run.add(marks);
        if let Some(counts) = of.get_mut(network_of[account as usize] as usize) {
            counts.add(marks);
        }
    }
    (of, run)
}

/// A network's share and the run's, or why there is none.
fn explained(network: &EvasionCounts, run: &EvasionCounts) -> Vec<Explained> {
    if network.posts == 0 {
        let because = "not assessable: no post of this network has text and is no repost";
        return vec![Explained::given("evasion_posts_with_text", 0.0, because)];
    }
    let because = format!("posts of this network whose text has an evasion mark; {INNOCENT}");
    vec![
        share("evasion_percent", because, network),
        share(
            "evasion_percent_of_run",
            "the same over all posts of the run, this network's included",
            run,
        ),
    ]
}

/// The marked posts as a percentage, with each mark's count beside it.
fn share(name: &str, because: impl Into<String>, counts: &EvasionCounts) -> Explained {
    let by_mark = counts.by_mark.iter().zip(EvasionMarks::TABLE);
    let by_mark = by_mark.filter(|&(&count, _)| count > 0).map(|(&count, (_, mark))| {
        Explained::given(mark, count as f64, "posts with this mark; a post may have several")
    });
    let marked = Explained::given("posts_marked", counts.marked as f64, "with at least one mark");
    let posts =
        Explained::given("posts_with_text", counts.posts as f64, "with text; no repost counts");
    Explained::derived(name, "percent_of", because, vec![marked, posts])
        .with_beside(by_mark.collect())
}

#[cfg(test)]
mod tests {
    use zwerm_model::names::Interner;
    use zwerm_model::posts::Accounts;
    use zwerm_model::{Tier, UnixMillis};

    use super::*;

    const MARKED: EvasionMarks = EvasionMarks::HOMOGLYPH;

    /// Posts by account, text, whether they are reposts, and the marks of their texts.
    type Row<'a> = (u32, &'a str, bool, EvasionMarks);

    fn world(rows: &[Row<'_>]) -> (Posts, TextClusters) {
        let mut platforms = Interner::default();
        let platform = (0..4).map(|_| platforms.number("x")).collect();
        let (platforms, _) = platforms.into_sorted();
        let id = ["a", "b", "c", "d"].into_iter().collect();
        let mut names = Interner::default();
        let original = names.number("original");
        let mut posts = Posts {
            accounts: Accounts { platforms, platform, id },
            account: rows.iter().map(|row| row.0).collect(),
            at: (0..rows.len() as i64).map(UnixMillis).collect(),
            text: rows.iter().map(|row| row.1).collect(),
            ..Posts::default()
        };
        posts.repost_of.names = names.into_sorted().0;
        posts.repost_of.of = rows.iter().map(|row| if row.2 { original } else { NONE }).collect();
        let evasion = rows.iter().map(|row| row.3).collect();
        (posts, TextClusters { evasion, ..TextClusters::default() })
    }

    fn network(members: &[u32]) -> Network {
        Network {
            id: format!("n{members:?}"),
            tier: Tier::Strict,
            members: members.to_vec(),
            attached: 0,
            edges: 1,
            posts: 9,
            first_at: UnixMillis(0),
            last_at: UnixMillis(9),
            p: None,
            q: 0.01,
            coordination_score: 70.0,
            automation_score: None,
            bot_network_score: None,
            kinds: Vec::new(),
            explanations: Vec::new(),
            evasion: EvasionCounts::default(),
            explanation: Explained::given("coordination_score", 70.0, "given"),
        }
    }

    #[test]
    fn a_network_has_the_share_of_its_own_posts_and_the_run_that_of_all() {
        let both = MARKED.with(EvasionMarks::LEET, true);
        let (posts, clusters) = world(&[
            (0, "vаccine", false, MARKED),
            (0, "v4ccine and vаccine", false, both),
            (1, "plain", false, EvasionMarks::NONE),
            (1, "", false, EvasionMarks::NONE),
            (1, "somebody else's vаccine", true, EvasionMarks::NONE),
            (2, "plain too", false, EvasionMarks::NONE),
            (3, "an outsider", false, EvasionMarks::NONE),
            (3, "ca$h", false, EvasionMarks::LEET),
        ]);
        let found = Findings { networks: vec![network(&[0, 1, 2])], ..Findings::default() };
        let found = beside(found, &posts, &clusters);
        let own = EvasionCounts { posts: 4, marked: 2, by_mark: [2, 0, 0, 1] };
        let run = EvasionCounts { posts: 6, marked: 3, by_mark: [2, 0, 0, 2] };
        assert_eq!((found.networks[0].evasion, found.evasion), (own, run));

        let [share, baseline] = found.networks[0].explanation.beside.as_slice() else {
            panic!("the network's share and the run's");
        };
        assert_eq!((share.name.as_str(), share.value), ("evasion_percent", 50.0));
        assert_eq!((baseline.name.as_str(), baseline.value), ("evasion_percent_of_run", 50.0));
        assert_eq!(share.recompute(), Some(share.value));
        let marks: Vec<(&str, f64)> =
            share.beside.iter().map(|m| (m.name.as_str(), m.value)).collect();
        assert_eq!(marks, [("homoglyph", 2.0), ("leet", 1.0)]);
        assert!(share.because.contains("mixed languages"), "{}", share.because);
    }

    #[test]
    fn a_network_without_text_cannot_be_assessed() {
        let (posts, clusters) = world(&[
            (0, "", false, EvasionMarks::NONE),
            (1, "somebody else's vаccine", true, EvasionMarks::NONE),
            (3, "ca$h", false, EvasionMarks::LEET),
        ]);
        let found = Findings { networks: vec![network(&[0, 1, 2])], ..Findings::default() };
        let found = beside(found, &posts, &clusters);
        assert_eq!(found.networks[0].evasion, EvasionCounts::default());
        assert_eq!(found.evasion.marked, 1);
        let [only] = found.networks[0].explanation.beside.as_slice() else { panic!("one line") };
        assert!(only.because.starts_with("not assessable"), "{}", only.because);

        let (_, no_marks) = world(&[]);
        let without_text = Posts { text: Default::default(), ..posts };
        let found = beside(found, &without_text, &no_marks);
        assert_eq!(found.evasion, EvasionCounts::default());
    }

    #[test]
    fn marks_change_no_score_tier_or_rank() {
        let (posts, clusters) =
            world(&[(0, "plain", false, EvasionMarks::NONE), (3, "vаccine", false, MARKED)]);
        let networks = vec![network(&[0, 1, 2]), network(&[3])];
        let before = Findings { networks, ..Findings::default() };
        let mut after = beside(before.clone(), &posts, &clusters);
        assert_eq!(after.networks[1].evasion.marked, 1);
        for network in &mut after.networks {
            network.evasion = EvasionCounts::default();
            network.explanation.beside.clear();
        }
        after.evasion = EvasionCounts::default();
        assert_eq!(after, before);
    }
}

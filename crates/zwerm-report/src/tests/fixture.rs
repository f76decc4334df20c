//! An invented world with its findings: what the tests of this crate write.
//!
//! No stage made these findings; only their shape is real.

use zwerm_model::finding::TopObject;
use zwerm_model::names::Interner;
use zwerm_model::posts::Accounts;
use zwerm_model::*;

use crate::ReportInput;

/// The first moment: 2027-05-03, a Monday.
pub(super) const START: i64 = 1_809_302_400_000;
pub(super) const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// All that a [`ReportInput`] borrows.
pub(super) struct World {
    pub(super) posts: Posts,
    pub(super) clusters: TextClusters,
    pub(super) findings: Findings,
    pub(super) facts: RunFacts,
}

impl World {
    pub(super) fn input(&self) -> ReportInput<'_> {
        ReportInput {
            posts: &self.posts,
            clusters: &self.clusters,
            findings: &self.findings,
            facts: &self.facts,
        }
    }
}

/// A post to be: time, account, text, cluster (0 = none).
#[derive(Clone)]
struct Draft {
    at: i64,
    account: u32,
    text: String,
    cluster: u32,
}

/// What a planted group looks like: name, members, texts, tier, automation, explanation.
type Plan = (&'static str, u32, u32, Tier, Option<f64>, Option<&'static str>);

const PLANS: [Plan; 6] = [
    ("ring", 40, 9, Tier::Strict, Some(91.0), None),
    ("copypasta", 24, 7, Tier::Strict, Some(38.0), None),
    ("press", 12, 6, Tier::Strict, Some(77.0), Some("own_domain_syndication")),
    ("volunteers", 18, 5, Tier::Discovery, Some(9.0), Some("announced_event")),
    ("drip", 10, 6, Tier::Discovery, Some(64.0), None),
    ("flood", 8, 3, Tier::None, None, None),
];

const SENTENCES: [&str; 5] = [
    "They are moving the polling station again and nobody tells you why. Share before it is gone",
    "Wij staan zaterdag op de markt, kom langs en neem je buren mee naar de stembus",
    "لا تصدقوا ما يقال عن مراكز الاقتراع، شاركوا هذا المنشور مع الجميع قبل حذفه",
    "投票所の場所が変わったという話は本当なのか、みんなに知らせてください",
    "Новость дня: очереди на участках, а официальные лица молчат. Расскажите друзьям",
];

/// A world with six networks, campaigns, an election and a passed check.
pub(super) fn demo() -> World {
    let mut seed = Seed(7);
    let mut drafts = organic(&mut seed);
    let mut first = 300;
    for (group, &(_, members, texts, ..)) in PLANS.iter().enumerate() {
        for text in 0..texts {
            let cluster = group as u32 * 20 + text + 1;
            let at = START + seed.below(26) as i64 * DAY + (7 + seed.below(14) as i64) * HOUR;
            for member in 0..members {
                drafts.push(Draft {
                    at: at + (member as i64 * 1_700) + seed.below(900) as i64,
                    account: first + member,
                    text: format!("{} #{}{text}", SENTENCES[cluster as usize % 5], PLANS[group].0),
                    cluster,
                });
            }
        }
        first += members;
    }
    world(drafts)
}

/// A world where nothing was found.
pub(super) fn quiet() -> World {
    let mut world = demo();
    world.findings = Findings::default();
    world
}

/// No posts at all.
pub(super) fn empty() -> World {
    World {
        posts: Posts::default(),
        clusters: TextClusters::default(),
        findings: Findings::default(),
        facts: RunFacts { posts: 0, accounts: 0, span: None, ..facts(&Posts::default()) },
    }
}

fn organic(seed: &mut Seed) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for _ in 0..9_000 {
        let (day, hour) = (seed.below(28) as i64, seed.below(24).max(seed.below(24)) as i64);
        drafts.push(Draft {
            at: START + day * DAY + hour * HOUR + seed.below(3_600_000) as i64,
            account: seed.below(412) as u32,
            text: "just an ordinary day".to_owned(),
            cluster: 0,
        });
    }
    drafts
}

fn world(mut drafts: Vec<Draft>) -> World {
    drafts.sort_by_key(|draft| (draft.at, draft.account));
    let posts = posts(&drafts);
    let clusters = clusters(&drafts);
    let facts = facts(&posts);
    let findings = findings(&drafts);
    World { posts, clusters, findings, facts }
}

/// The same world, in which some posts are known to be deleted.
pub(super) fn with_deletions(world: World, deleted_at: Vec<Option<UnixMillis>>) -> World {
    World { posts: Posts { deleted_at, ..world.posts }, ..world }
}

fn posts(drafts: &[Draft]) -> Posts {
    let accounts = drafts.iter().map(|draft| draft.account).max().unwrap_or(0) + 1;
    let mut platforms = Interner::default();
    let platform = (0..accounts).map(|_| platforms.number("x")).collect();
    let names: Vec<String> = (0..accounts).map(|n| format!("account_{n:04}")).collect();
    Posts {
        accounts: Accounts {
            platforms: platforms.into_sorted().0,
            platform,
            id: names.iter().map(String::as_str).collect(),
        },
        account: drafts.iter().map(|draft| draft.account).collect(),
        at: drafts.iter().map(|draft| UnixMillis(draft.at)).collect(),
        id: {
            let ids: Vec<String> = (0..drafts.len()).map(|n| format!("17870{n:014}")).collect();
            ids.iter().map(String::as_str).collect()
        },
        text: drafts.iter().map(|draft| draft.text.as_str()).collect(),
        ..Posts::default()
    }
}

fn clusters(drafts: &[Draft]) -> TextClusters {
    let most = drafts.iter().map(|draft| draft.cluster).max().unwrap_or(0) as usize;
    let mut posts = vec![0; most];
    for draft in drafts.iter().filter(|draft| draft.cluster > 0) {
        posts[draft.cluster as usize - 1] += 1;
    }
    let ids: Vec<String> = (1..=most).map(cluster_id).collect();
    TextClusters {
        ids: ids.iter().map(String::as_str).collect(),
        posts,
        cluster: drafts.iter().map(|d| d.cluster.checked_sub(1).unwrap_or(NONE)).collect(),
        similarity: drafts.iter().map(|d| if d.cluster > 0 { 0.93 } else { 0.0 }).collect(),
        medoid: drafts.iter().map(|d| d.cluster > 0).collect(),
        evasion: vec![EvasionMarks::NONE; drafts.len()],
    }
}

/// The first network disguises a third of its posts; the last has no text.
fn evasion(posts: u64, place: u32) -> EvasionCounts {
    match place {
        0 => EvasionCounts { posts, marked: posts / 3, by_mark: [posts / 4, 0, 0, posts / 5] },
        5 => EvasionCounts::default(),
        _ => EvasionCounts { posts, ..EvasionCounts::default() },
    }
}

fn cluster_id(cluster: usize) -> String {
    hash::content_id("t", [cluster.to_string().as_str()])
}

fn findings(drafts: &[Draft]) -> Findings {
    let mut findings = Findings::default();
    let mut first = 300;
    for (place, plan) in PLANS.iter().enumerate() {
        let members: Vec<u32> = (first..first + plan.1).collect();
        push_network(&mut findings, drafts, place as u32, &members);
        first += plan.1;
    }
    let organic = (0..300).map(|account| account_finding(drafts, account, None, 0));
    let members = std::mem::take(&mut findings.accounts);
    findings.accounts = organic.chain(members).collect();
    findings.evasion = EvasionCounts { posts: 9_500, marked: 31, by_mark: [18, 0, 2, 14] };
    findings.edges.sort_by_key(|edge| (edge.kind, edge.window_ms, edge.a, edge.b));
    findings.evidence.sort_by(|x, y| {
        (x.subject, y.accounts, x.kind, &x.object).cmp(&(y.subject, x.accounts, y.kind, &y.object))
    });
    findings
}

fn push_network(findings: &mut Findings, drafts: &[Draft], place: u32, members: &[u32]) {
    let (name, _, texts, tier, automation, explanation) = PLANS[place as usize];
    let score = [97.0, 88.4, 81.0, 63.2, 55.0, 31.0][place as usize];
    let explanations: Vec<String> = explanation.into_iter().map(str::to_owned).collect();
    for (rank, &member) in members.iter().enumerate() {
        let mut account = account_finding(drafts, member, Some(place), rank);
        account.explanations.clone_from(&explanations);
        findings.accounts.push(account);
        for &other in &members[rank + 1..] {
            if (member * 7 + other * 13) % 5 < 3 {
                findings.edges.push(edge(member, other, 1 + (member * other) % texts));
            }
        }
    }
    let clusters: Vec<usize> = (0..texts).map(|t| (place * 20 + t + 1) as usize).collect();
    for &cluster in &clusters {
        let row = evidence(drafts, Subject::Network(place), cluster);
        findings.evidence.push(EvidenceRow { subject: Subject::Campaign(place), ..row.clone() });
        findings.evidence.push(row);
    }
    let posts: Vec<u32> = (0..drafts.len() as u32)
        .filter(|&post| clusters.contains(&(drafts[post as usize].cluster as usize)))
        .collect();
    let at = |post: &u32| UnixMillis(drafts[*post as usize].at);
    let (first_at, last_at) = (at(&posts[0]), at(posts.last().unwrap()));
    findings.networks.push(Network {
        id: hash::content_id("n", [name]),
        tier,
        members: members.to_vec(),
        attached: 0,
        edges: findings.edges.len() as u64,
        posts: posts.len() as u64 * 2,
        first_at,
        last_at,
        p: (tier == Tier::Strict).then_some(0.05),
        q: if tier == Tier::Strict { 3.1e-9 } else { 0.021 },
        coordination_score: score,
        automation_score: automation,
        bot_network_score: automation.map(|a: f64| a.min(score)),
        kinds: vec![TraceKind("hashtag"), TraceKind("near_text")],
        explanations,
        evasion: evasion(posts.len() as u64, place),
        explanation: network_tree(score, automation),
    });
    findings.campaigns.push(campaign(name, place, members, &posts, &clusters, drafts));
}

fn campaign(
    name: &str,
    place: u32,
    members: &[u32],
    posts: &[u32],
    clusters: &[usize],
    drafts: &[Draft],
) -> Campaign {
    let in_silence = |post: &&u32| drafts[**post as usize].at >= START + 24 * DAY;
    Campaign {
        id: hash::content_id("c", [name]),
        networks: vec![place],
        posts: posts.iter().map(|&post| (place, post)).collect(),
        accounts: members.len() as u32,
        reach: 37 * u64::from(place + 1),
        first_at: UnixMillis(drafts[posts[0] as usize].at),
        last_at: UnixMillis(drafts[*posts.last().unwrap() as usize].at),
        campaign_score: 72.5 - f64::from(place) * 9.0,
        election_ids: vec!["parliament-2027".to_owned()],
        posts_in_election_period: posts.len() as u64,
        posts_in_silence: posts.iter().filter(in_silence).count() as u64,
        top_objects: clusters
            .iter()
            .map(|&cluster| TopObject {
                kind: TraceKind("near_text"),
                object: cluster_id(cluster),
                accounts: members.len() as u32,
                posts: members.len() as u32,
            })
            .chain([TopObject {
                kind: TraceKind("url"),
                object: format!("https://example.org/{name}/the-story?id=1"),
                accounts: 6,
                posts: 9,
            }])
            .collect(),
        explanation: Explained::derived(
            "campaign_score",
            "hundredfold_product",
            "strength of the strongest network times what else speaks for a campaign",
            vec![
                Explained::given(
                    "strength",
                    0.9,
                    "coordination score of the strongest network / 100",
                ),
                Explained::given(
                    "breadth_reach_timing",
                    0.8,
                    "behaviours, uptake and timing together",
                ),
            ],
        ),
    }
}

fn network_tree(score: f64, automation: Option<f64>) -> Explained {
    let half = Explained::given("half", 12.0, "evidence at which the score is 50");
    let evidence =
        Explained::given("median_evidence", 12.0 * score / (100.0 - score), "over its members");
    let coordination = Explained::derived(
        "coordination_score",
        "saturate",
        "grows with the members' evidence and never reaches 100",
        vec![evidence, half],
    );
    match automation {
        None => coordination,
        Some(value) => {
            let periodicity = Explained::given("periodicity", value, "of the gaps between posts");
            let second = Explained::given("second_of_minute", value / 2.0, "concentration");
            let parts = vec![periodicity, second];
            let automation = Explained::derived("automation_score", "max", "", parts);
            let because = "a bot network is coordinated and automated";
            Explained::derived("bot_network_score", "min", because, vec![coordination, automation])
        }
    }
}

fn account_finding(
    drafts: &[Draft],
    account: u32,
    network: Option<u32>,
    rank: usize,
) -> AccountFinding {
    let own: Vec<i64> = drafts.iter().filter(|d| d.account == account).map(|d| d.at).collect();
    let plan = network.map(|network| PLANS[network as usize]);
    let evidence = plan.map_or(0.2, |_| 60.0 - rank as f64);
    AccountFinding {
        account,
        posts: own.len() as u64,
        first_at: UnixMillis(own.first().copied().unwrap_or(START)),
        last_at: UnixMillis(own.last().copied().unwrap_or(START)),
        coordination_p: plan.map_or(0.4, |_| 1e-11),
        coordination_q: plan.map_or(0.9, |_| 4e-9),
        own_evidence: evidence,
        coordination_evidence: evidence,
        coordination_score: 100.0 * evidence / (evidence + 12.0),
        automation_score: plan.and_then(|plan| plan.4),
        tier: match plan {
            Some(plan) if rank % 5 == 4 => plan.3.min(Tier::Discovery),
            Some(plan) => plan.3,
            None => Tier::None,
        },
        network,
        partners: plan.map_or(0, |plan| plan.1 - 1),
        explanations: Vec::new(),
        channels: vec![Channel {
            kind: TraceKind("near_text"),
            null: "rarity",
            window_ms: 60_000,
            context_ms: HOUR,
            objects: 4,
            statistic: 3.0,
            p: 1e-12,
        }],
    }
}

fn edge(a: u32, b: u32, objects: u32) -> Edge {
    Edge {
        a,
        b,
        kind: TraceKind("near_text"),
        window_ms: 60_000,
        objects,
        weight: 1_024 * u64::from(objects),
        co_actions: u64::from(objects),
        expected: 0.01,
        p: 1e-8,
        q: 1e-6,
        tier: Tier::Strict,
        gap_ms_min: 900,
        gap_ms_mean: 1_234.5,
    }
}

fn evidence(drafts: &[Draft], subject: Subject, cluster: usize) -> EvidenceRow {
    let posts: Vec<u32> = (0..drafts.len() as u32)
        .filter(|&post| drafts[post as usize].cluster as usize == cluster)
        .collect();
    let at = |post: u32| drafts[post as usize].at;
    EvidenceRow {
        subject,
        kind: TraceKind("near_text"),
        object: cluster_id(cluster),
        accounts: posts.len() as u32,
        posts: posts.len() as u32,
        span_ms: at(*posts.last().unwrap()) - at(posts[0]),
        expected: 0.02,
        p: 3.4e-12,
        posts_shown: posts.into_iter().take(50).collect(),
    }
}

fn facts(posts: &Posts) -> RunFacts {
    let mut tally = Tally::default();
    for (name, n) in [
        ("ingest.rows", 9_777),
        ("ingest.rejected.no_time", 3),
        ("trace.object_over_cap", 1),
        ("text.too_short_for_near_match", 412),
    ] {
        tally.add(name, n);
    }
    RunFacts {
        q_strict: 0.01,
        q_discovery: 0.05,
        posts: posts.len() as u64,
        accounts: posts.accounts.len() as u64,
        span: posts.span(),
        resolution: Resolution(1),
        rungs: vec![
            RungState { window_ms: 60_000, context_ms: HOUR, off_because: None },
            RungState { window_ms: 600_000, context_ms: HOUR, off_because: None },
            RungState {
                window_ms: HOUR,
                context_ms: 6 * HOUR,
                off_because: Some("the data span less than 12 h".to_owned()),
            },
        ],
        kinds: vec![("hashtag".to_owned(), 4_312), ("near_text".to_owned(), 8_901)],
        not_assessable: vec![
            ("reply".to_owned(), "the input has no column reply_to".to_owned()),
            ("declared_automation".to_owned(), "no account states whether it is one".to_owned()),
        ],
        checks: vec![DecoyCheck {
            decoy: "timing".to_owned(),
            made_by: "every trace's time redrawn within its bin of 2H; authors and objects kept"
                .to_owned(),
            test: "own_time".to_owned(),
            unit: "account".to_owned(),
            decoys: 1,
            found_in_data: 108,
            found_in_decoy: 2,
            allowed: 9,
            q: 0.05,
            passed: true,
        }],
        elections: vec![election()],
        tally,
        row_digest: "3f1a6c0be2f79d04".repeat(2),
    }
}

fn election() -> Election {
    let period = |kind, from: i64, to: i64| Period {
        kind,
        from: UnixMillis(START + from * HOUR),
        to: UnixMillis(START + to * HOUR),
        source: "Electoral calendar 2027, article 12".to_owned(),
    };
    Election {
        id: "parliament-2027".to_owned(),
        jurisdiction: "Freedonia".to_owned(),
        time_zone: "Europe/Amsterdam".to_owned(),
        periods: vec![
            period(PeriodKind::Baseline, -2_000, 240),
            period(PeriodKind::Campaign, 240, 24 * 24),
            period(PeriodKind::Silence, 24 * 24, 26 * 24),
            period(PeriodKind::Polling, 26 * 24 + 7, 26 * 24 + 21),
        ],
    }
}

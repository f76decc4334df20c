//! Campaigns: the content that networks push, how far it got, and when.
//!
//! A network *pushes* an object that at least three of its accounts touched within the window of
//! each other. Networks that push one object push one campaign. `campaign_score` = 100 · s · (1 −
//! (1 − b)(1 − u)(1 − e)): s the strongest network's coordination over 100, b = 1 − 2^(1 − kinds),
//! u the rank of its reach among the run's objects of the same age, e the excess of its posts
//! inside election periods over the networks' own baseline. None of them reads content, language,
//! party or country.

use petgraph::unionfind::UnionFind;
use zwerm_model::finding::TopObject;
use zwerm_model::hash::{Set, content_id};
use zwerm_model::{Campaign, Election, Explained, Network, PeriodKind, UnixMillis};

use crate::Inputs;
use crate::acts::PostsOf;
use crate::joint::JointObject;
use crate::networks::joint_posts;

/// An object is pushed by at least this many accounts of a network.
pub const PUSHING_ACCOUNTS_MIN: u32 = 3;
/// Objects named per campaign.
const TOP_OBJECTS_MAX: usize = 20;
/// Objects first seen within this of a campaign are of its age: a week.
const SAME_AGE_MS: i64 = 7 * 86_400_000;
const DAY_MS: f64 = 86_400_000.0;

/// The campaigns of all networks, best first.
#[must_use]
pub fn campaigns(
    inputs: &Inputs<'_>,
    networks: &[Network],
    joint: &[JointObject],
    posts_of: &PostsOf,
) -> Vec<Campaign> {
    let pushed: Vec<&JointObject> =
        joint.iter().filter(|j| j.accounts >= PUSHING_ACCOUNTS_MIN).collect();
    let mut campaigns: Vec<Campaign> = group(networks.len(), &pushed)
        .into_iter()
        .map(|of_campaign| campaign(inputs, networks, &of_campaign, posts_of))
        .collect();
    campaigns.sort_by(|a, b| {
        b.campaign_score.total_cmp(&a.campaign_score).then_with(|| a.id.cmp(&b.id))
    });
    campaigns
}

/// Pushed objects by campaign: networks that push one object belong together.
fn group<'a>(networks: usize, pushed: &[&'a JointObject]) -> Vec<Vec<&'a JointObject>> {
    let mut same = UnionFind::<usize>::new(networks);
    let mut by_object = pushed.to_vec();
    by_object.sort_by_key(|j| (j.kind, j.object, j.network));
    for pair in by_object.windows(2) {
        if (pair[0].kind, pair[0].object) == (pair[1].kind, pair[1].object) {
            same.union(pair[0].network as usize, pair[1].network as usize);
        }
    }
    let label = same.into_labeling();
    let mut of: Vec<Vec<&JointObject>> = vec![Vec::new(); networks];
    for joint in pushed {
        of[label[joint.network as usize]].push(joint);
    }
    of.retain(|objects| !objects.is_empty());
    of
}

fn campaign(
    inputs: &Inputs<'_>,
    networks: &[Network],
    pushed: &[&JointObject],
    posts_of: &PostsOf,
) -> Campaign {
    let mut pushing: Vec<u32> = pushed.iter().map(|j| j.network).collect();
    pushing.sort_unstable();
    pushing.dedup();
    let mut posts: Vec<(u32, u32)> = Vec::new();
    for &network in &pushing {
        let own: Vec<JointObject> =
            pushed.iter().filter(|j| j.network == network).map(|&j| j.clone()).collect();
        posts.extend(joint_posts(inputs, &own).into_iter().map(|post| (network, post)));
    }
    let at = |&(_, post): &(u32, u32)| inputs.posts.at[post as usize];
    let first_at = posts.iter().map(at).min().unwrap_or_default();
    let last_at = posts.iter().map(at).max().unwrap_or_default();
    let mut accounts: Vec<u32> =
        posts.iter().map(|&(_, post)| inputs.posts.account[post as usize]).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let reach = reach(inputs, networks, &pushing, pushed);
    let explanation = score(inputs, networks, &pushing, pushed, (reach, first_at, posts_of));
    let during = |wanted: &dyn Fn(&Election, UnixMillis) -> bool| {
        let is_in = |post: &&(u32, u32)| inputs.elections.iter().any(|e| wanted(e, at(post)));
        posts.iter().filter(is_in).count() as u64
    };
    let top_objects = top_objects(inputs, pushed);
    let ids = pushing.iter().map(|&n| networks[n as usize].id.as_str());
    let objects = top_objects.iter().flat_map(|o| [o.kind.0, o.object.as_str()]);
    Campaign {
        id: content_id("c", ids.chain(objects)),
        accounts: accounts.len() as u32,
        reach,
        first_at,
        last_at,
        campaign_score: explanation.value,
        election_ids: inputs
            .elections
            .iter()
            .filter(|e| posts.iter().any(|post| e.is_election_time(at(post))))
            .map(|e| e.id.clone())
            .collect(),
        posts_in_election_period: during(&|e, at| e.is_election_time(at)),
        posts_in_silence: during(&|e, at| e.is_in(PeriodKind::Silence, at)),
        networks: pushing,
        posts,
        top_objects,
        explanation,
    }
}

/// Distinct accounts outside the networks that took up a pushed object after the network did.
fn reach(
    inputs: &Inputs<'_>,
    networks: &[Network],
    pushing: &[u32],
    pushed: &[&JointObject],
) -> u64 {
    let inside = |account: u32| {
        pushing.iter().any(|&n| networks[n as usize].members.binary_search(&account).is_ok())
    };
    let mut outside: Vec<u32> = Vec::new();
    for joint in pushed {
        let (Some(table), Some(&first)) = (inputs.table(joint.kind), joint.traces.first()) else {
            continue;
        };
        let from = table.at[first as usize];
        let later = table.range(joint.object as usize).filter(|&trace| table.at[trace] > from);
        outside.extend(later.map(|trace| table.account[trace]).filter(|&a| !inside(a)));
    }
    outside.sort_unstable();
    outside.dedup();
    outside.len() as u64
}

/// The share of objects of the same kinds and age that fewer accounts took up after the first.
fn reach_rank(inputs: &Inputs<'_>, pushed: &[&JointObject], reach: u64, first: UnixMillis) -> f64 {
    let kinds: Set<_> = pushed.iter().map(|j| j.kind).collect();
    let (mut below, mut all) = (0_u64, 0_u64);
    for table in inputs.tables.iter().filter(|table| kinds.contains(&table.kind)) {
        for object in 0..table.object_count() {
            let range = table.range(object);
            if (table.at[range.start] - first.0).abs() > SAME_AGE_MS {
                continue;
            }
            let mut accounts = table.account[range].to_vec();
            accounts.sort_unstable();
            accounts.dedup();
            all += 1;
            below += u64::from((accounts.len() as u64 - 1) < reach);
        }
    }
    if all == 0 { 0.0 } else { below as f64 / all as f64 }
}

fn score(
    inputs: &Inputs<'_>,
    networks: &[Network],
    pushing: &[u32],
    pushed: &[&JointObject],
    (reach, first_at, posts_of): (u64, UnixMillis, &PostsOf),
) -> Explained {
    let strongest =
        pushing.iter().map(|&n| networks[n as usize].coordination_score).fold(0.0, f64::max);
    let strength = Explained::given(
        "strength",
        strongest / 100.0,
        "the strongest pushing network's coordination score, over 100",
    );
    let mut kinds: Vec<_> = pushed.iter().map(|j| j.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let kinds = Explained::given("kinds", kinds.len() as f64, "kinds of trace it was pushed by");
    let breadth = Explained::derived("breadth", "diversity", "more kinds, broader", vec![kinds]);
    let rank = Explained::given(
        "reach_rank",
        reach_rank(inputs, pushed, reach, first_at),
        format!("{reach} outside accounts took it up: the share of objects of its age with fewer"),
    );
    let mut parts = vec![breadth, rank];
    parts.extend(excess(inputs, networks, pushing, posts_of));
    let impact = Explained::derived(
        "impact",
        "noisy_or",
        "breadth, reach and election timing; each is enough",
        parts,
    );
    Explained::derived(
        "campaign_score",
        "hundredfold_product",
        "how coordinated its strongest network is, times its impact",
        vec![strength, impact],
    )
}

/// The excess of the networks' posts per day inside election periods over their posts per day in
/// the baseline; `None` if no election or no baseline was given.
fn excess(
    inputs: &Inputs<'_>,
    networks: &[Network],
    pushing: &[u32],
    posts_of: &PostsOf,
) -> Option<Explained> {
    let span = inputs.posts.span()?;
    let members = pushing.iter().flat_map(|&n| &networks[n as usize].members);
    let at: Vec<UnixMillis> = members
        .flat_map(|&member| posts_of.of(member))
        .map(|&post| inputs.posts.at[post as usize])
        .collect();
    let per_day = |wanted: fn(PeriodKind) -> bool| {
        let periods =
            || inputs.elections.iter().flat_map(|e| &e.periods).filter(|p| wanted(p.kind));
        let days = periods()
            .map(|p| (p.to.0.min(span.last.0 + 1) - p.from.0.max(span.first.0)).max(0))
            .sum::<i64>() as f64
            / DAY_MS;
        let inside = at.iter().filter(|&&at| periods().any(|p| p.contains(at))).count() as f64;
        (days > 0.0).then(|| inside / days)
    };
    let election = per_day(|kind| kind != PeriodKind::Baseline)?;
    let baseline = per_day(|kind| kind == PeriodKind::Baseline)?;
    let parts = vec![
        Explained::given("posts_per_day_in_election", election, "of its networks' accounts"),
        Explained::given("posts_per_day_in_baseline", baseline, "of the same accounts"),
    ];
    Some(Explained::derived("election_excess", "excess", "busier than its own baseline", parts))
}

fn top_objects(inputs: &Inputs<'_>, pushed: &[&JointObject]) -> Vec<TopObject> {
    let mut by_object = pushed.to_vec();
    by_object.sort_by_key(|j| (j.kind, j.object, j.network));
    let mut objects: Vec<TopObject> = by_object
        .chunk_by(|a, b| (a.kind, a.object) == (b.kind, b.object))
        .filter_map(|of_object| {
            let table = inputs.table(of_object[0].kind)?;
            Some(TopObject {
                kind: of_object[0].kind,
                object: table.objects.get(of_object[0].object as usize).to_owned(),
                accounts: of_object.iter().map(|j| j.accounts).sum(),
                posts: of_object.iter().map(|j| j.traces.len() as u32).sum(),
            })
        })
        .collect();
    objects.sort_by(|a, b| {
        let key = |o: &TopObject| (std::cmp::Reverse(o.accounts), o.kind);
        key(a).cmp(&key(b)).then_with(|| a.object.cmp(&b.object))
    });
    objects.truncate(TOP_OBJECTS_MAX);
    objects
}

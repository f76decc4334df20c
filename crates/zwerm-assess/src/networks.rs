//! Networks: communities with their scores, and why.

use zwerm_model::hash::content_id;
use zwerm_model::{
    AccountFinding, EvasionCounts, Explained, NONE, Network, Posts, Span, Tier, TraceKind,
    UnixMillis,
};

use crate::acts::PostsOf;
use crate::explanations::announced_event::Hours;
use crate::explanations::{self, Case};
use crate::joint::{JointObject, joint_objects};
use crate::{EVIDENCE_HALF, Inputs};

/// A network needs this many strict accounts to be strict.
const STRICT_ACCOUNTS_MIN: usize = 3;

/// Scores the communities; also says in each account which network it belongs to, as a place in the
/// result. Networks come best first: by tier, then `coordination_score`, then id.
pub fn networks(
    inputs: &Inputs<'_>,
    accounts: &mut [AccountFinding],
    automation: &[Option<Explained>],
    posts_of: &PostsOf,
) -> (Vec<Network>, Vec<JointObject>) {
    let cores = &inputs.coordination.communities;
    let communities = with_attached(cores, &inputs.coordination.attached);
    let joint = joint_objects(inputs, &network_of(&communities, inputs.posts.accounts.len()));
    let hours = Hours::of(inputs.posts);
    let mut ranked: Vec<(usize, Network)> = cores
        .iter()
        .zip(&communities)
        .enumerate()
        .map(|(place, (core, members))| {
            let from = joint.partition_point(|j| j.network < place as u32);
            let to = joint.partition_point(|j| j.network <= place as u32);
            let context = Context { inputs, accounts, automation, posts_of, hours: &hours };
            let p = inputs.coordination.community_p.get(place).copied().flatten();
            (place, Network { p, ..network(&context, (core, members), &joint[from..to]) })
        })
        .collect();
    ranked.sort_by(|(_, a), (_, b)| {
        let by_score = b.coordination_score.total_cmp(&a.coordination_score);
        b.tier.cmp(&a.tier).then(by_score).then_with(|| a.id.cmp(&b.id))
    });
    let mut rank = vec![0_u32; communities.len()];
    for (new, (old, _)) in ranked.iter().enumerate() {
        rank[*old] = new as u32;
    }
    for (place, members) in communities.iter().enumerate() {
        for &member in members {
            if let Ok(at) = accounts.binary_search_by_key(&member, |a| a.account) {
                accounts[at].network = Some(rank[place]);
            }
        }
    }
    let mut joint: Vec<JointObject> =
        joint.into_iter().map(|j| JointObject { network: rank[j.network as usize], ..j }).collect();
    joint.sort_by_key(|j| j.network);
    (ranked.into_iter().map(|(_, network)| network).collect(), joint)
}

/// The communities with the accounts that are attached to them, each sorted.
fn with_attached(communities: &[Vec<u32>], attached: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut all = communities.to_vec();
    for &(account, community) in attached {
        all[community as usize].push(account);
    }
    all.iter_mut().for_each(|members| members.sort_unstable());
    all
}

/// Each account's community, or [`NONE`].
fn network_of(communities: &[Vec<u32>], accounts: usize) -> Vec<u32> {
    let mut of = vec![NONE; accounts];
    for (place, members) in communities.iter().enumerate() {
        for &member in members {
            of[member as usize] = place as u32;
        }
    }
    of
}

/// What scoring one network reads.
struct Context<'a> {
    inputs: &'a Inputs<'a>,
    accounts: &'a [AccountFinding],
    automation: &'a [Option<Explained>],
    posts_of: &'a PostsOf,
    hours: &'a Hours,
}

impl Context<'_> {
    fn finding(&self, account: u32) -> &AccountFinding {
        let at = self.accounts.binary_search_by_key(&account, |a| a.account);
        &self.accounts[at.expect("a member has an edge, so a trace, so a finding")]
    }
}

/// Tier, scores and explanations come from the core, which is significant by itself; what was done
/// together is what all members did.
fn network(
    context: &Context<'_>,
    (core, members): (&[u32], &[u32]),
    joint: &[JointObject],
) -> Network {
    let posts = context.inputs.posts;
    let findings: Vec<&AccountFinding> = core.iter().map(|&m| context.finding(m)).collect();
    let joint_posts = joint_posts(context.inputs, joint);
    let span = Span::of(joint_posts.iter().map(|&post| posts.at[post as usize]))
        .unwrap_or(Span { first: UnixMillis(0), last: UnixMillis(0) });
    let attached = (members.len() - core.len()) as u32;
    let coordination = coordination(posts, &findings, attached);
    let automation = automation(context, core);
    let bot_network = automation.as_ref().map(|automation| {
        let because = "the smaller of the two axes: both must speak";
        let parts = vec![coordination.clone(), automation.clone()];
        Explained::derived("bot_network_score", "min", because, parts)
    });
    let case = Case {
        inputs: context.inputs,
        posts_of: context.posts_of,
        hours: context.hours,
        members: core,
        joint,
        joint_posts: &joint_posts,
    };
    let keys: Vec<String> = members.iter().map(|&m| posts.accounts.printed(m)).collect();
    let mut kinds: Vec<TraceKind> = joint.iter().map(|j| j.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    Network {
        id: content_id("n", keys.iter().map(String::as_str)),
        tier: tier(&findings),
        members: members.to_vec(),
        attached,
        edges: pairs_inside(context.inputs, members),
        posts: members.iter().map(|&member| context.finding(member).posts).sum(),
        first_at: span.first,
        last_at: span.last,
        p: None,
        q: third_best_q(&findings),
        coordination_score: coordination.value,
        automation_score: automation.as_ref().map(|a| a.value),
        bot_network_score: bot_network.as_ref().map(|b| b.value),
        kinds,
        explanations: explanations::that_fit(&case),
        evasion: EvasionCounts::default(),
        explanation: bot_network.unwrap_or(coordination),
    }
}

fn tier(findings: &[&AccountFinding]) -> Tier {
    let strict = findings.iter().filter(|f| f.tier == Tier::Strict).count();
    let raised = findings.iter().filter(|f| f.tier >= Tier::Discovery).count();
    if strict >= STRICT_ACCOUNTS_MIN {
        Tier::Strict
    } else if raised >= STRICT_ACCOUNTS_MIN {
        Tier::Discovery
    } else {
        Tier::None
    }
}

/// The q at which three accounts of the network are still called coordinated.
fn third_best_q(findings: &[&AccountFinding]) -> f64 {
    let mut q: Vec<f64> = findings.iter().map(|f| f.coordination_q).collect();
    q.sort_unstable_by(f64::total_cmp);
    q.get(STRICT_ACCOUNTS_MIN - 1).copied().unwrap_or(1.0)
}

/// The median over the core of their coordination scores, each from its evidence.
fn coordination(posts: &Posts, findings: &[&AccountFinding], attached: u32) -> Explained {
    let parts = findings
        .iter()
        .map(|finding| {
            let because = format!("account {}", posts.accounts.printed(finding.account));
            let evidence = Explained::given(
                "own_evidence",
                finding.own_evidence,
                format!("q = {:.2e}, {} partners", finding.coordination_q, finding.partners),
            );
            let half = Explained::given("evidence_half", EVIDENCE_HALF, "scale: this gives 50");
            Explained::derived("coordination_score", "saturate", because, vec![evidence, half])
        })
        .collect();
    let because = match attached {
        0 => "the median over its accounts".to_owned(),
        n => format!("the median over its accounts but {n} that are attached to them"),
    };
    Explained::derived("coordination_score", "median", because, parts)
}

/// The median over the core's accounts that can be assessed, if they are at least half.
fn automation(context: &Context<'_>, members: &[u32]) -> Option<Explained> {
    let parts: Vec<Explained> = members
        .iter()
        .filter_map(|&member| {
            let mut score = context.automation[member as usize].clone()?;
            let id = context.inputs.posts.accounts.printed(member);
            score.because = format!("account {id}: {}", score.because);
            Some(score)
        })
        .collect();
    (2 * parts.len() >= members.len()).then(|| {
        let because = format!("the median over {} assessable accounts", parts.len());
        Explained::derived("automation_score", "median", because, parts)
    })
}

fn pairs_inside(inputs: &Inputs<'_>, members: &[u32]) -> u64 {
    let inside = |account: u32| members.binary_search(&account).is_ok();
    let edges = inputs.coordination.edges.iter().filter(|e| e.objects > 0);
    let mut pairs: Vec<(u32, u32)> =
        edges.filter(|e| inside(e.a) && inside(e.b)).map(|e| (e.a, e.b)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.len() as u64
}

/// The members' posts on some joint objects, rising.
#[must_use]
pub fn joint_posts(inputs: &Inputs<'_>, joint: &[JointObject]) -> Vec<u32> {
    let mut posts: Vec<u32> = joint
        .iter()
        .filter_map(|j| Some((j, inputs.table(j.kind)?)))
        .flat_map(|(j, table)| j.traces.iter().map(|&trace| table.post[trace as usize]))
        .collect();
    posts.sort_unstable();
    posts.dedup();
    posts
}

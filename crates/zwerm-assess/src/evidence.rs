//! Evidence: the objects and posts behind every account, network and campaign.

use rayon::prelude::*;
use zwerm_model::{
    AccountFinding, Campaign, EvidenceRow, Posts, Subject, Tally, Tier, TraceKind, TraceTable,
};

use crate::Inputs;
use crate::acts::{Reach, most_surprising};
use crate::campaigns::PUSHING_ACCOUNTS_MIN;
use crate::joint::JointObject;

/// Objects shown per subject; what is left out is in the tally.
const OBJECTS_MAX: usize = 50;
/// Posts shown per object.
const POSTS_MAX: usize = 50;
/// A kind speaks for an account if one of its channels is at most this.
const CHANNEL_P_MAX: f64 = 0.01;

/// The evidence of all accounts with a tier, networks and campaigns.
#[must_use]
pub fn evidence(
    inputs: &Inputs<'_>,
    accounts: &[AccountFinding],
    joint: &[JointObject],
    campaigns: &[Campaign],
    tally: &mut Tally,
) -> Vec<EvidenceRow> {
    let mut rows = of_accounts(inputs, accounts);
    rows.extend(
        joint.iter().filter_map(|j| row_of_joint(inputs, Subject::Network(j.network), &[j])),
    );
    for (place, campaign) in campaigns.iter().enumerate() {
        let subject = Subject::Campaign(place as u32);
        let mut pushed: Vec<&JointObject> = joint
            .iter()
            .filter(|j| {
                j.accounts >= PUSHING_ACCOUNTS_MIN && campaign.networks.contains(&j.network)
            })
            .collect();
        pushed.sort_by_key(|j| (j.kind, j.object, j.network));
        let of_objects = pushed.chunk_by(|a, b| (a.kind, a.object) == (b.kind, b.object));
        rows.extend(of_objects.filter_map(|of_object| row_of_joint(inputs, subject, of_object)));
    }
    rows.sort_by(|a, b| {
        let key = |r: &EvidenceRow| (r.subject, std::cmp::Reverse(r.accounts), r.kind);
        key(a).cmp(&key(b)).then_with(|| a.object.cmp(&b.object))
    });
    let all = rows.len();
    let mut shown = Vec::with_capacity(all);
    for of_subject in rows.chunk_by(|a, b| a.subject == b.subject) {
        shown.extend_from_slice(&of_subject[..of_subject.len().min(OBJECTS_MAX)]);
    }
    tally.add("assess.evidence_objects_not_shown", (all - shown.len()) as u64);
    shown
}

/// One object of a network, or of all networks of a campaign.
fn row_of_joint(
    inputs: &Inputs<'_>,
    subject: Subject,
    of_object: &[&JointObject],
) -> Option<EvidenceRow> {
    let first = of_object.first()?;
    let table = inputs.table(first.kind)?;
    let most = of_object.iter().min_by(|a, b| a.p.total_cmp(&b.p))?;
    let traces: Vec<u32> = of_object.iter().flat_map(|j| j.traces.iter().copied()).collect();
    Some(EvidenceRow {
        accounts: of_object.iter().map(|j| j.accounts).sum(),
        expected: most.expected,
        p: most.p,
        ..row(inputs.posts, table, (subject, first.object as usize), traces)
    })
}

/// A row over some traces on one object, without its statistics.
fn row(
    posts: &Posts,
    table: &TraceTable,
    (subject, object): (Subject, usize),
    traces: Vec<u32>,
) -> EvidenceRow {
    let mut shown: Vec<u32> = traces.iter().map(|&trace| table.post[trace as usize]).collect();
    // Posts are numbered by time, then id.
    shown.sort_unstable();
    shown.dedup();
    let at = |post: &u32| posts.at[*post as usize];
    let span_ms = match (shown.first(), shown.last()) {
        (Some(first), Some(last)) => at(first).until(at(last)),
        _ => 0,
    };
    let count = shown.len() as u32;
    shown.truncate(POSTS_MAX);
    EvidenceRow {
        subject,
        kind: table.kind,
        object: table.objects.get(object).to_owned(),
        accounts: 0,
        posts: count,
        span_ms,
        expected: 0.0,
        p: 1.0,
        posts_shown: shown,
    }
}

/// The objects on which accounts with a tier met others, in the kinds that speak for them.
fn of_accounts(inputs: &Inputs<'_>, accounts: &[AccountFinding]) -> Vec<EvidenceRow> {
    let raised: Vec<&AccountFinding> =
        accounts.iter().filter(|account| account.tier > Tier::None).collect();
    inputs
        .tables
        .par_iter()
        .flat_map_iter(|table| {
            let reaches: Vec<(u32, Reach)> = raised
                .iter()
                .filter_map(|account| Some((account.account, reach_of(account, table.kind)?)))
                .collect();
            of_table(inputs, table, &reaches)
        })
        .collect()
}

/// The window and context of the channel of a kind that speaks loudest for an account.
fn reach_of(account: &AccountFinding, kind: TraceKind) -> Option<Reach> {
    let loudest = account
        .channels
        .iter()
        .filter(|c| {
            c.kind == kind && ["own_time", "rarity"].contains(&c.null) && c.p <= CHANNEL_P_MAX
        })
        .min_by(|a, b| a.p.total_cmp(&b.p).then(a.window_ms.cmp(&b.window_ms)))?;
    Some(Reach { window_ms: loudest.window_ms, context_ms: loudest.context_ms })
}

fn of_table(inputs: &Inputs<'_>, table: &TraceTable, reaches: &[(u32, Reach)]) -> Vec<EvidenceRow> {
    let mut reach_of: Vec<Option<Reach>> = vec![None; inputs.posts.accounts.len()];
    for &(account, reach) in reaches {
        reach_of[account as usize] = Some(reach);
    }
    let mut rows = Vec::new();
    for object in 0..table.object_count() {
        let range = table.range(object);
        let first = table.account[range.start];
        if table.account[range.clone()].iter().all(|&account| account == first) {
            continue;
        }
        let raised: Vec<usize> =
            range.filter(|&trace| reach_of[table.account[trace] as usize].is_some()).collect();
        let mut by_account: Vec<(u32, usize)> =
            raised.iter().map(|&trace| (table.account[trace], trace)).collect();
        by_account.sort_unstable();
        for own in by_account.chunk_by(|a, b| a.0 == b.0) {
            let Some(reach) = reach_of[own[0].0 as usize] else { continue };
            rows.extend(of_account(inputs, table, object, own, (reach, &raised)));
        }
    }
    rows
}

/// One account on one object: its most surprising act, and the raised accounts' posts around it.
fn of_account(
    inputs: &Inputs<'_>,
    table: &TraceTable,
    object: usize,
    own: &[(u32, usize)],
    (reach, raised): (Reach, &[usize]),
) -> Option<EvidenceRow> {
    let places: Vec<usize> = own.iter().map(|&(_, trace)| trace).collect();
    let (most, act) = most_surprising(table, object, &places, reach, inputs.resolution)?;
    if most.met == 0 {
        return None;
    }
    let near: Vec<u32> = raised
        .iter()
        .filter(|&&t| (table.at[t] - table.at[act]).abs() <= reach.window_ms)
        .map(|&t| t as u32)
        .collect();
    let mut accounts: Vec<u32> = near.iter().map(|&t| table.account[t as usize]).collect();
    accounts.sort_unstable();
    accounts.dedup();
    Some(EvidenceRow {
        accounts: accounts.len() as u32,
        expected: most.expected,
        p: (libm::exp(most.ln_p) * own.len() as f64).min(1.0),
        ..row(inputs.posts, table, (Subject::Account(own[0].0), object), near)
    })
}

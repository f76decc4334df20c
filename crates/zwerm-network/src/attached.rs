//! Level C, second half: who keeps company with a network, and is attached to it.
//!
//! # What it measures
//!
//! The members of a network are raised each by itself. Whoever took part two or three times only is
//! not, though it did so beside the same members. A *joint object* is one on which two members met
//! within the window; an account that is no member meets the network there if it acts within the
//! window of one of them. Of the n objects of a kind that it touched it met networks on h: how
//! often do ordinary accounts? That is the question of [`nulls::rarity`](crate::nulls::rarity) with
//! another meaning of a hit, and its beta-binomial answers, fitted to the bulk of all accounts that
//! are no members. Channels are combined and adjusted over those accounts as in
//! [`accounts`]; at `q_discovery` an account is attached to the network that it
//! met on most objects.
//!
//! To be attached is to be listed with a network and no more: no probability, tier or evidence of
//! an account follows from it, and neither tier nor scores of the network read it. Who is attached
//! makes nobody else so.
//!
//! # Assumptions
//!
//! Those of [`nulls::rarity`](crate::nulls::rarity). Whom it meets is settled without the account:
//! on a joint object two members met each other, whether it was there or not, and the account that
//! gave birth to an object does not meet those who took it up.
//!
//! # When it misleads
//!
//! People who like what a network likes meet it often, which is taste and no coordination. So only
//! kinds and windows count at which ordinary accounts hardly ever meet anybody
//! ([`QUIET_RATE_MAX`]): where a meeting is ordinary, nobody is attached. Who copies headlines
//! within the window of a newsroom's accounts is attached to the newsroom.
//!
//! # Cost
//!
//! One pass over the acts of quiet kinds, `O(log m)` for each beside `m` members' acts, and one
//! count of activity; nothing without a network.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use zwerm_model::{NONE, TraceTable};

use crate::accounts::{self, reading_of};
use crate::acts::{Act, SharedActs};
use crate::ages;
use crate::channels::{Activity, Channel, Null, Reading};
use crate::clock::Rung;
use crate::evidence::QUIET_RATE_MAX;
use crate::nulls::rarity::{self, Count, HITS_MIN};
use crate::observe::{activity, partitions};

/// An account that is attached to a community.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Attached {
    pub(crate) account: u32,
    /// A place among the communities.
    pub(crate) community: u32,
    /// What speaks for it, in the order of the channels.
    pub(crate) spoken: Vec<zwerm_model::Channel>,
}

/// Who is looked at.
pub(crate) struct Crowd<'a> {
    /// Each account's community, or [`NONE`].
    pub(crate) community_of: &'a [u32],
    /// Accounts with a trace that are no members.
    pub(crate) outsiders: u64,
}

/// One meeting of an outsider with a community.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Meeting {
    account: u32,
    community: u32,
    object: u32,
    post: u32,
}

/// The accounts that are attached at `q`, by account. `kinds` are tables and the shared acts of
/// each; `channels` say which rungs of a kind are quiet.
pub(crate) fn attached(
    kinds: &[(&TraceTable, &SharedActs)],
    channels: &[Channel],
    crowd: &Crowd<'_>,
    q: f64,
) -> Vec<Attached> {
    let asked: Vec<(Channel, Vec<Meeting>)> = kinds
        .iter()
        .flat_map(|&(table, acts)| of_kind(table, acts, &quiet_rungs(acts, channels), crowd))
        .collect();
    let (channels, meetings): (Vec<Channel>, Vec<Vec<Meeting>>) = asked.into_iter().unzip();
    let verdicts = accounts::verdicts(&channels, crowd.outsiders, |_| true);
    let mut found: Vec<Attached> = verdicts
        .iter()
        .filter(|verdict| verdict.ln_q <= libm::log(q))
        .filter_map(|verdict| attach(verdict.account, &channels, &meetings))
        .collect();
    found.sort_unstable_by_key(|attached| attached.account);
    found
}

/// The rungs at which ordinary accounts hardly ever meet anybody on a kind.
fn quiet_rungs(acts: &SharedActs, channels: &[Channel]) -> Vec<Rung> {
    let quiet = channels.iter().filter(|channel| {
        channel.kind == acts.kind && channel.null == Null::Burst && channel.rate <= QUIET_RATE_MAX
    });
    quiet.map(|channel| channel.rung).collect()
}

/// One channel for each quiet rung, with the meetings that it counts.
fn of_kind(
    table: &TraceTable,
    acts: &SharedActs,
    rungs: &[Rung],
    crowd: &Crowd<'_>,
) -> Vec<(Channel, Vec<Meeting>)> {
    if rungs.is_empty() {
        return Vec::new();
    }
    let mut counts = activity(table, crowd.community_of.len());
    for (count, &community) in counts.iter_mut().zip(crowd.community_of) {
        if community != NONE {
            *count = (0, 0);
        }
    }
    let activity = Activity::of(counts);
    let of_rung = |&rung: &Rung| {
        let window = rung.window_ticks(acts.resolution);
        let meetings = meetings(acts, window, crowd.community_of);
        Some((channel(acts, rung, &activity, &meetings)?, meetings))
    };
    rungs.iter().filter_map(of_rung).collect()
}

/// How unusual each outsider's meetings are.
fn channel(
    acts: &SharedActs,
    rung: Rung,
    activity: &Activity,
    meetings: &[Meeting],
) -> Option<Channel> {
    let mut counts: Vec<Count> = activity.objects().collect();
    for own in meetings.chunk_by(|a, b| a.account == b.account) {
        counts[own[0].account as usize].hits = hits(own);
    }
    let fit = rarity::fit(&counts)?;
    let met = meetings.chunk_by(|a, b| a.account == b.account).map(|own| own[0].account);
    let met = met.map(|account| (account, counts[account as usize]));
    let readings = met.filter(|(_, count)| count.hits >= HITS_MIN).map(|(account, count)| {
        let statistic = f64::from(count.hits);
        Reading { account, objects: count.objects, statistic, ln_p: rarity::ln_p(count, fit) }
    });
    Some(Channel {
        kind: acts.kind,
        null: Null::Company,
        rung,
        rate: fit.rate,
        asked: Arc::clone(activity.enough()),
        readings: readings.collect(),
    })
}

/// One count for several objects of one post, or several posts on one object.
fn hits(meetings: &[Meeting]) -> u32 {
    let distinct = |of: fn(&Meeting) -> u32| {
        let mut all: Vec<u32> = meetings.iter().map(of).collect();
        all.sort_unstable();
        all.dedup();
        all.len() as u32
    };
    distinct(|meeting| meeting.object).min(distinct(|meeting| meeting.post))
}

/// All meetings of outsiders with communities on joint objects, sorted.
fn meetings(acts: &SharedActs, window: i64, community_of: &[u32]) -> Vec<Meeting> {
    let of_objects = |objects: Range<usize>| {
        let mut found = Vec::new();
        for object in objects {
            on_object(acts, object, window, community_of, &mut found);
        }
        found
    };
    let parts: Vec<Vec<Meeting>> = partitions(acts).into_par_iter().map(of_objects).collect();
    let mut meetings: Vec<Meeting> = parts.into_iter().flatten().collect();
    meetings.sort_unstable();
    meetings.dedup();
    meetings
}

fn on_object(
    acts: &SharedActs,
    object: usize,
    window: i64,
    community_of: &[u32],
    found: &mut Vec<Meeting>,
) {
    let on = acts.on(object);
    let community = |act: &Act| community_of[act.account as usize];
    let mut members: Vec<(u32, i64, u32)> = on
        .iter()
        .filter(|act| community(act) != NONE)
        .map(|act| (community(act), act.tick, act.account))
        .collect();
    members.sort_unstable();
    for own in members.chunk_by(|a, b| a.0 == b.0) {
        let joint = joint_moments(own, window);
        if joint.is_empty() {
            continue;
        }
        let (born, parent) = ages::birth(on);
        let is_birth = |act: &Act| act.tick == born && parent == Some(act.account);
        for act in on.iter().filter(|act| community(act) == NONE && !is_birth(act)) {
            let next = joint.partition_point(|&tick| tick < act.tick - window);
            if joint.get(next).is_some_and(|&tick| tick <= act.tick + window) {
                let (account, post) = acts.slots[act.slot as usize];
                let meeting = Meeting { account, community: own[0].0, object: object as u32, post };
                found.push(meeting);
            }
        }
    }
}

/// When members of one community were within the window of another one, rising; `own` is by tick.
fn joint_moments(own: &[(u32, i64, u32)], window: i64) -> Vec<i64> {
    let is_near = |a: &(u32, i64, u32), b: &&(u32, i64, u32)| (a.1 - b.1).abs() <= window;
    let is_joint = |&(place, act): &(usize, &(u32, i64, u32))| {
        let after = own[place + 1..].iter().take_while(|other| is_near(act, other));
        let before = own[..place].iter().rev().take_while(|other| is_near(act, other));
        after.chain(before).any(|other| other.2 != act.2)
    };
    own.iter().enumerate().filter(is_joint).map(|(_, act)| act.1).collect()
}

/// The community that an account met on most objects in the channel that speaks loudest for it.
fn attach(account: u32, channels: &[Channel], meetings: &[Vec<Meeting>]) -> Option<Attached> {
    let spoken: Vec<(&Channel, &Reading, &Vec<Meeting>)> = channels
        .iter()
        .zip(meetings)
        .filter_map(|(channel, meetings)| Some((channel, reading_of(channel, account)?, meetings)))
        .collect();
    let (_, _, meetings) = spoken.iter().min_by(|a, b| a.1.ln_p.total_cmp(&b.1.ln_p))?;
    let from = meetings.partition_point(|meeting| meeting.account < account);
    let to = meetings.partition_point(|meeting| meeting.account <= account);
    let of_communities = meetings[from..to].chunk_by(|a, b| a.community == b.community);
    let most = of_communities.map(|of| (hits(of), std::cmp::Reverse(of[0].community))).max()?;
    let spoken = spoken.iter().map(|(channel, reading, _)| channel.row(reading)).collect();
    Some(Attached { account, community: most.1.0, spoken })
}

#[cfg(test)]
mod tests {
    use zwerm_model::{Resolution, Strings, TraceKind};

    use super::*;

    const RUNG: Rung = Rung { window_ms: 60_000, context_ms: 3_600_000 };

    /// Traces (object, second, account), each a post of its own.
    fn table(mut rows: Vec<(u32, i64, u32)>) -> TraceTable {
        rows.sort_unstable();
        let objects = rows.last().map_or(0, |row| row.0 + 1);
        let starts = (0..=objects).map(|o| rows.partition_point(|row| row.0 < o) as u32);
        TraceTable {
            kind: TraceKind("near_text"),
            objects: (0..objects).map(|_| "o").collect::<Strings>(),
            starts: starts.collect(),
            account: rows.iter().map(|row| row.2).collect(),
            at: rows.iter().map(|row| row.1 * 1_000).collect(),
            post: (0..rows.len() as u32).collect(),
        }
    }

    /// Members 0, 1 and 2 meet on objects 0, 1 and 2; 400 others have three objects each of which
    /// nobody else knows. `more` are further traces.
    fn found(more: &[(u32, i64, u32)], rate: f64) -> Vec<Attached> {
        let mut rows: Vec<(u32, i64, u32)> = more.to_vec();
        for object in 0..3 {
            rows.extend([(object, 100, 0), (object, 110, 1), (object, 120, 2)]);
        }
        for other in 0..400 {
            rows.extend((0..3).map(|n| (100 + 3 * other + n, i64::from(other) * 50, 10 + other)));
        }
        let table = table(rows);
        let acts = SharedActs::of(&table, Resolution(1_000));
        let channel = Channel {
            kind: table.kind,
            null: Null::Burst,
            rung: RUNG,
            rate,
            asked: Arc::default(),
            readings: Vec::new(),
        };
        let mut community_of = vec![NONE; 410];
        community_of[..3].fill(0);
        let crowd = Crowd { community_of: &community_of, outsiders: 400 };
        attached(&[(&table, &acts)], &[channel], &crowd, 0.05)
    }

    fn accounts(found: &[Attached]) -> Vec<u32> {
        found.iter().map(|attached| attached.account).collect()
    }

    #[test]
    fn who_meets_members_twice_is_attached_and_who_meets_them_once_is_not() {
        let found = found(&[(0, 130, 20), (1, 130, 20), (0, 131, 21)], 0.01);
        assert_eq!(accounts(&found), [20]);
        assert_eq!(found[0].community, 0);
        let channel = &found[0].spoken[0];
        assert_eq!((channel.null, channel.statistic, channel.objects), ("company", 2.0, 5));
    }

    #[test]
    fn an_origin_a_latecomer_and_a_loud_kind_attach_nobody() {
        // 20 was first on both objects, 21 is an hour late on both.
        let late = [(0, 10, 20), (1, 10, 20), (0, 3_900, 21), (1, 3_900, 21)];
        assert_eq!(accounts(&found(&late, 0.01)), [0_u32; 0]);
        assert_eq!(accounts(&found(&[(0, 130, 20), (1, 130, 20)], 0.1)), [0_u32; 0]);
    }

    #[test]
    fn one_member_alone_on_an_object_is_no_company() {
        // Objects 50 and 51: member 0 and account 20, within the window.
        let pair = [(50, 100, 0), (50, 110, 20), (51, 100, 0), (51, 110, 20)];
        assert_eq!(accounts(&found(&pair, 0.01)), [0_u32; 0]);
    }

    #[test]
    fn joint_moments_are_those_with_another_member_in_reach() {
        let own = [(0, 0, 7), (0, 10, 8), (0, 11, 8), (0, 40, 7), (0, 41, 7)];
        assert_eq!(joint_moments(&own, 10), [0, 10]);
        assert_eq!(joint_moments(&own, 11), [0, 10, 11]);
    }
}

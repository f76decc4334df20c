//! The whole world in one call, days outermost.

use crate::episode;
use crate::groups;
use crate::out::Out;
use crate::post::{Role, SimPost, TruthRow};
use crate::setting::Setting;
use crate::world::World;

/// Streams the posts of a world to `emit`, then one row per account that posted to `truth`.
///
/// Exactly `world.posts` posts come, roughly by day. The first error of a callback ends it.
///
/// # Errors
///
/// Whatever a callback returns.
///
/// # Panics
///
/// If [`World::check`] objects to the world.
pub fn generate<E>(
    world: &World,
    emit: &mut dyn FnMut(&SimPost) -> Result<(), E>,
    truth: &mut dyn FnMut(&TruthRow) -> Result<(), E>,
) -> Result<(), E> {
    assert_eq!(world.check(), Ok(()));
    let setting = Setting::new(world);
    let mut out = Out::new(&setting, emit);
    let mut cascade = episode::Cascade::default();
    for day in 0..world.days {
        for group in &setting.groups {
            groups::tell(&setting, group, day, &mut out)?;
        }
        let mut left = setting.organic_on(day);
        let mut number = 0;
        while left > 0 {
            left -= episode::tell(&setting, (day, number), left, &mut cascade, &mut out)?;
            number += 1;
        }
    }
    tell_truth(&setting, &out.posts_of, truth)
}

fn tell_truth<E>(
    setting: &Setting<'_>,
    posts_of: &[u32],
    truth: &mut dyn FnMut(&TruthRow) -> Result<(), E>,
) -> Result<(), E> {
    let mut row = TruthRow {
        account_id: String::new(),
        group: String::new(),
        role: Role::Organic,
        coordinated: false,
        posts: 0,
    };
    let mut groups = setting.groups.iter().peekable();
    for (account, &posts) in (0..).zip(posts_of) {
        if posts == 0 {
            continue;
        }
        while groups.next_if(|group| account >= group.first + group.accounts).is_some() {}
        row.group.clear();
        (row.role, row.coordinated) = (Role::Organic, false);
        if let Some(group) = groups.peek() {
            (row.role, row.coordinated) = group.truth_of(account - group.first);
            if row.role != Role::Organic {
                group.push_name(&mut row.group);
            }
        }
        row.account_id.clear();
        setting.ids.push_account(account, &mut row.account_id);
        row.posts = u64::from(posts);
        truth(&row)?;
    }
    Ok(())
}

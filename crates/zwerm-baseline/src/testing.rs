//! Small tables for tests.

use zwerm_model::{Posts, Strings, TraceKind, TraceTable, UnixMillis};

use crate::{Inputs, Ranked, Recipe, Variant};

/// A table of rows (object, account, moment in ms), in any order.
pub(crate) fn table(kind: &'static str, rows: &[(&str, u32, i64)]) -> TraceTable {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|&(object, account, at)| (object, at, account));
    let mut table = TraceTable {
        kind: TraceKind(kind),
        objects: Strings::new(),
        starts: vec![0],
        account: Vec::new(),
        at: Vec::new(),
        post: Vec::new(),
    };
    for (post, &(object, account, at)) in rows.iter().enumerate() {
        if table.objects.iter().last() != Some(object) {
            if !table.objects.is_empty() {
                table.starts.push(post as u32);
            }
            table.objects.push(object);
        }
        table.account.push(account);
        table.at.push(at);
        table.post.push(post as u32);
    }
    if !rows.is_empty() {
        table.starts.push(rows.len() as u32);
    }
    table
}

/// Posts of so many accounts, each post (account, moment in ms, text, the post that it repeats).
/// They are sorted by moment, and a post's id is its place in `rows`.
pub(crate) fn posts(account_count: u32, rows: &[(u32, i64, &str, &str)]) -> Posts {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&row| (rows[row].1, row));
    let mut posts = Posts::default();
    posts.accounts.platforms.push("test");
    for account in 0..account_count {
        posts.accounts.platform.push(0);
        posts.accounts.id.push(&format!("a{account:03}"));
    }
    let mut of: Vec<&str> = rows.iter().map(|row| row.3).filter(|id| !id.is_empty()).collect();
    of.sort_unstable();
    of.dedup();
    for row in order {
        let (account, at, text, repost_of) = rows[row];
        posts.account.push(account);
        posts.at.push(UnixMillis(at));
        posts.id.push(&format!("p{row}"));
        posts.text.push(text);
        let number = of.binary_search(&repost_of).map_or(zwerm_model::NONE, |at| at as u32);
        posts.repost_of.of.push(number);
    }
    posts.repost_of.names = of.into_iter().collect();
    posts
}

/// Runs a recipe on posts and tables.
#[track_caller]
pub(crate) fn run(
    recipe: &Recipe,
    variant: Variant,
    posts: &Posts,
    tables: &[TraceTable],
) -> Ranked {
    (recipe.run)(&Inputs { posts, tables }, variant).expect("few pairs")
}

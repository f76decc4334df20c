//! The exact split: the text that reaches the most posts takes all that it reaches, then the next.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The medoid of each text, itself if it is alone.
///
/// `posts` says how many posts have a text, `pairs` who reaches whom. Equal reach goes to the text
/// with more posts, then to the smaller number.
pub(crate) fn medoids(posts: &[u32], pairs: &[(u32, u32)]) -> Vec<u32> {
    let mut reached: Vec<Vec<u32>> = (0..posts.len() as u32).map(|text| vec![text]).collect();
    for &(a, b) in pairs {
        reached[a as usize].push(b);
        reached[b as usize].push(a);
    }
    let mut medoid: Vec<Option<u32>> = vec![None; posts.len()];
    let reach = |text: u32, medoid: &[Option<u32>]| -> u64 {
        let left = reached[text as usize].iter().filter(|&&b| medoid[b as usize].is_none());
        left.map(|&b| u64::from(posts[b as usize])).sum()
    };
    let rank = |text: u32, reach: u64| (reach, posts[text as usize], Reverse(text));
    let mut queue: BinaryHeap<(u64, u32, Reverse<u32>)> =
        (0..posts.len() as u32).map(|text| rank(text, reach(text, &medoid))).collect();
    while let Some(best) = queue.pop() {
        let Reverse(text) = best.2;
        if medoid[text as usize].is_some() {
            continue;
        }
        // What a text reaches becomes less as others take of it, never more: whoever still reaches
        // what it was queued with is ahead of all others.
        let now = rank(text, reach(text, &medoid));
        if now != best {
            queue.push(now);
            continue;
        }
        for &b in &reached[text as usize] {
            medoid[b as usize].get_or_insert(text);
        }
    }
    medoid.into_iter().map(|medoid| medoid.expect("every text was taken")).collect()
}

#[test]
fn the_text_that_reaches_the_most_posts_comes_first() {
    // 0 – 1 – 2 – 3 – 4: with equal posts the smallest of the inner ones, then what is left.
    let chain = [(0, 1), (1, 2), (2, 3), (3, 4)];
    assert_eq!(medoids(&[1; 5], &chain), [1, 1, 1, 3, 3]);
    assert_eq!(medoids(&[1, 1, 1, 1, 9], &chain), [0, 0, 3, 3, 3]);
    assert_eq!(medoids(&[1, 1, 3, 1, 1], &chain), [0, 2, 2, 2, 4]);
    assert_eq!(medoids(&[2, 7], &[]), [0, 1]);
}

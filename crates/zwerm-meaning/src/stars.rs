//! Related pairs as clusters that no chain holds together.
//!
//! # What it computes
//!
//! Along chains of pairs, everybody who writes about a topic ends in one cluster. Here a cluster is
//! a star: a centre and those that are related to it directly. The text with the most posts among
//! itself and its partners takes those of them that are left, then the next one, until nobody is;
//! ties go to the text with more posts, then to the smaller number. The longest lists of neighbours
//! are cut, so a group of more than a few dozen rewordings may become several stars.
//!
//! # Cost
//!
//! A sort of the texts, and a look at each pair.

use core::cmp::Reverse;

/// The centre of each text's star, by number; its own where it has no partner.
pub(crate) fn stars(weight: &[u32], pairs: impl Iterator<Item = (u32, u32)>) -> Vec<u32> {
    let mut partners: Vec<Vec<u32>> = vec![Vec::new(); weight.len()];
    for (a, b) in pairs {
        partners[a as usize].push(b);
        partners[b as usize].push(a);
    }
    let promise = |text: u32| {
        let around = partners[text as usize].iter().chain([&text]);
        around.map(|&other| u64::from(weight[other as usize])).sum::<u64>()
    };
    let mut order: Vec<u32> = (0..weight.len() as u32).collect();
    order
        .sort_by_cached_key(|&text| Reverse((promise(text), weight[text as usize], Reverse(text))));
    let mut star: Vec<Option<u32>> = vec![None; weight.len()];
    for centre in order {
        if star[centre as usize].is_none() {
            star[centre as usize] = Some(centre);
            for &partner in &partners[centre as usize] {
                star[partner as usize].get_or_insert(centre);
            }
        }
    }
    star.into_iter().zip(0..).map(|(centre, own)| centre.unwrap_or(own)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_cut() {
        // 0 - 1 - 2 - 3 - 4: the ends of a chain are not related.
        let chain = [(0, 1), (1, 2), (2, 3), (3, 4)];
        assert_eq!(stars(&[1; 5], chain.into_iter()), [1, 1, 1, 3, 3]);
        assert_eq!(stars(&[1, 1, 1, 9, 1], chain.into_iter()), [1, 1, 3, 3, 3]);
    }

    #[test]
    fn pairs_in_any_order_give_the_same() {
        let mut pairs = vec![(0, 4), (1, 4), (2, 3), (3, 4)];
        let forward = stars(&[1; 5], pairs.iter().copied());
        pairs.reverse();
        assert_eq!(forward, stars(&[1; 5], pairs.into_iter()));
        assert_eq!(forward, [4, 4, 2, 4, 4]);
    }
}

//! Ids that say nothing: a bijection from what a post *is* to 18 digits.
//!
//! A post is known by its place (which episode of which day, or which act of which group), packed
//! into less than 59 bits. Scrambling is a bijection of 59 bits, so ids are unique by construction
//! and any unit can compute the id of another unit's post; what is left shows neither group nor
//! time, so no detector can learn the truth from the spelling of an id.

use zwerm_model::Seed;

/// Bits of an id.
const BITS: u32 = 59;
/// The numbers that are scrambled.
const MASK: u64 = (1 << BITS) - 1;
/// Added to every id, so that all have 18 digits: 2⁵⁹ + 10¹⁷ is below 10¹⁸.
const FIRST: u64 = 100_000_000_000_000_000;

/// The place of a post in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Post `index` of an organic episode; the root is 0.
    Episode { day: u32, episode: u64, index: u32 },
    /// What one member did in one act of a group.
    Act { group: u32, act: u32, part: u32 },
}

impl Place {
    /// The place as a number below 2⁵⁷.
    fn packed(self) -> u64 {
        match self {
            Place::Episode { day, episode, index } => {
                assert!(day < 1 << 10 && episode < 1 << 26 && index < 1 << 20);
                u64::from(day) << 46 | episode << 20 | u64::from(index)
            }
            Place::Act { group, act, part } => {
                assert!(group < 1 << 24 && act < 1 << 20 && part < 1 << 12);
                1 << 56 | u64::from(group) << 32 | u64::from(act) << 12 | u64::from(part)
            }
        }
    }
}

/// Writes the ids of one world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ids {
    posts: u64,
    accounts: u64,
}

impl Ids {
    /// The ids of the world with this seed.
    pub(crate) fn new(mut seed: Seed) -> Self {
        Ids { posts: seed.next_u64(), accounts: seed.next_u64() }
    }

    /// Appends the id of the post at a place.
    pub(crate) fn push_post(&self, place: Place, to: &mut String) {
        push_decimal(FIRST + scramble(place.packed(), self.posts), to);
    }

    /// Appends the id of an account.
    pub(crate) fn push_account(&self, account: u32, to: &mut String) {
        push_decimal(FIRST + scramble(u64::from(account), self.accounts), to);
    }
}

/// A bijection of 59-bit numbers: adding, odd factors and shifted exclusive-ors can all be undone.
fn scramble(number: u64, salt: u64) -> u64 {
    let mut z = number.wrapping_add(salt) & MASK;
    for factor in [0xbf58_476d_1ce4_e5b9_u64, 0x94d0_49bb_1331_11eb] {
        z ^= z >> 30;
        z = z.wrapping_mul(factor) & MASK;
    }
    z ^= z >> 31;
    z = z.wrapping_add(salt.rotate_left(32)) & MASK;
    z ^= z >> 29;
    z.wrapping_mul(0x9e37_79b9_7f4a_7c15) & MASK
}

/// Appends a number in decimal digits.
pub(crate) fn push_decimal(mut number: u64, to: &mut String) {
    let mut digits = [0_u8; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    to.extend(digits[first..].iter().map(|&digit| char::from(digit)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use zwerm_model::hash::Set;

    #[test]
    fn accounts_have_different_ids_of_eighteen_digits() {
        let ids = Ids::new(Seed(1));
        let mut seen: Set<String> = Set::default();
        for account in 0..100_000 {
            let mut id = String::new();
            ids.push_account(account, &mut id);
            assert_eq!(id.len(), 18);
            assert!(seen.insert(id));
        }
    }

    #[test]
    fn neighbouring_accounts_are_scattered() {
        let ids = Ids::new(Seed(1));
        let number = |account: u32| {
            let mut id = String::new();
            ids.push_account(account, &mut id);
            id.parse::<u64>().expect("digits")
        };
        // A quarter of a random permutation's neighbours lie within an eighth of the range.
        let near =
            (0..10_000).filter(|&a| number(a).abs_diff(number(a + 1)) < 1 << (BITS - 3)).count();
        assert!((2_100..2_600).contains(&near), "{near}");
    }

    #[test]
    fn numbers_are_written_in_decimal() {
        let mut text = String::new();
        for number in [0, 7, 10, u64::MAX] {
            push_decimal(number, &mut text);
            text.push(' ');
        }
        assert_eq!(text, "0 7 10 18446744073709551615 ");
    }
}

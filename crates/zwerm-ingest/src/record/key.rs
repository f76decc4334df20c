//! Names of keys, quick to compare: every record of a file is asked for the same few.

use std::fmt;

/// The name of a key. Most have at most sixteen bytes, which is a comparison of two numbers.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Key<T> {
    /// First, so that unequal keys are told apart by it.
    mark: [u64; 2],
    pub(crate) name: T,
}

impl<T: fmt::Debug> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

/// Names of this length and below are all in the mark, but for their length.
const MARKED: usize = 16;

impl<T: AsRef<str>> Key<T> {
    #[inline]
    pub(crate) fn of(name: T) -> Self {
        Key { mark: mark(name.as_ref().as_bytes()), name }
    }

    /// The same key, for as long as this one lives.
    #[inline]
    pub(crate) fn borrowed(&self) -> Key<&str> {
        Key { mark: self.mark, name: self.name.as_ref() }
    }

    /// Whether it is the same key.
    #[inline]
    pub(crate) fn is<U: AsRef<str>>(&self, other: &Key<U>) -> bool {
        let (name, other_name) = (self.name.as_ref(), other.name.as_ref());
        self.mark == other.mark
            && name.len() == other_name.len()
            && (name.len() <= MARKED || name == other_name)
    }

    /// A number that few keys share.
    #[inline]
    pub(crate) fn hash(&self) -> u64 {
        // Two odd numbers without a pattern; the upper bits of a product depend on all lower ones.
        let [first, last] = self.mark;
        let product = first.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ last;
        product.wrapping_mul(0xd1b5_4a32_d192_ed03) >> 32
    }
}

/// The first eight bytes and the last eight, be they in part the same; of a shorter name its
/// halves.
#[inline]
fn mark(name: &[u8]) -> [u64; 2] {
    match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(first), Some(last)) => [u64::from_le_bytes(*first), u64::from_le_bytes(*last)],
        _ => match (name.first_chunk::<4>(), name.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                [u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()]
            }
            _ => [name.iter().fold(0, |mark, &byte| mark << 8 | u64::from(byte)), 0],
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_are_the_same_if_their_names_are(a in "[ab\0é]{0,18}", b in "[ab\0é]{0,18}") {
            prop_assert_eq!(Key::of(a.as_str()).is(&Key::of(b.clone())), a == b);
            prop_assert!(Key::of(a.as_str()).is(&Key::of(a.clone())));
        }
    }
}

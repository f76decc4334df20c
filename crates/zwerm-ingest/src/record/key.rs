//! Names of keys, quick to compare: every record of a file is asked for the same few.

use std::fmt;

/// The name of a key. Most differ in their length or first seven bytes, which is one comparison of
/// numbers.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Key<T> {
    /// First, so that unequal keys are told apart by it.
    pub(crate) mark: u64,
    pub(crate) name: T,
}

impl<T: fmt::Debug> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

/// Names of this length and below are all in the mark.
const MARKED: usize = 7;

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
        self.mark == other.mark && (name.len() <= MARKED || name == other_name)
    }
}

/// The first seven bytes, and the length (255 stands for all that are longer).
#[inline]
fn mark(name: &[u8]) -> u64 {
    let first = match name.first_chunk::<8>() {
        Some(chunk) => u64::from_le_bytes(*chunk) & 0x00ff_ffff_ffff_ffff,
        None => name.iter().take(MARKED).rev().fold(0, |mark, &b| mark << 8 | u64::from(b)),
    };
    first | (name.len().min(255) as u64) << 56
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_are_the_same_if_their_names_are(a in "[ab\0é]{0,12}", b in "[ab\0é]{0,12}") {
            prop_assert_eq!(Key::of(a.as_str()).is(&Key::of(b.clone())), a == b);
            prop_assert!(Key::of(a.as_str()).is(&Key::of(a.clone())));
        }
    }
}

//! Hashing that gives the same value on every machine and in every run.
//!
//! [`Map`] and [`Set`] carry a fixed seed and are for looking up, never for walking: their order is
//! no order. [`content_id`] names things by what they are made of (XXH3, 128 bits: among 10⁹ names
//! the chance of one collision is below 10⁻²⁰).

use core::hash::BuildHasher;

use twox_hash::XxHash3_128;

/// The seed of every look-up table. Any constant does; it must only never change with the run.
const TABLE_SEED: u64 = 0x7a77_6572_6d00_0001;

/// Builds the hashers of [`Map`] and [`Set`].
#[derive(Clone, Copy, Debug, Default)]
pub struct FixedState;

impl BuildHasher for FixedState {
    type Hasher = foldhash::fast::FoldHasher<'static>;

    fn build_hasher(&self) -> Self::Hasher {
        foldhash::fast::FixedState::with_seed(TABLE_SEED).build_hasher()
    }
}

/// A hash map for looking up, with a fixed seed.
pub type Map<K, V> = hashbrown::HashMap<K, V, FixedState>;

/// A hash set for looking up, with a fixed seed.
pub type Set<K> = hashbrown::HashSet<K, FixedState>;

/// The 128-bit content hash of some bytes.
#[must_use]
pub fn hash128(bytes: &[u8]) -> u128 {
    XxHash3_128::oneshot(bytes)
}

/// A stable identifier for a sequence of parts: `prefix` and 20 hexadecimal digits (80 bits).
///
/// Parts are length-prefixed, so `["ab", "c"]` and `["a", "bc"]` differ.
#[must_use]
pub fn content_id<'a>(prefix: &str, parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    hash_id(prefix, hash128(&bytes))
}

/// The identifier that a content hash gives: `prefix` and its first 80 bits, in 20 hexadecimal
/// digits.
#[must_use]
pub fn hash_id(prefix: &str, hash: u128) -> String {
    format!("{prefix}{:020x}", hash >> 48)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_depends_on_where_its_parts_end() {
        assert_ne!(content_id("n", ["ab", "c"]), content_id("n", ["a", "bc"]));
        assert_eq!(content_id("n", ["ab"]).len(), 21);
    }

    #[test]
    fn a_hash_is_the_published_one() {
        // XXH3-128 of the empty input with seed 0, from the reference implementation.
        assert_eq!(hash128(b""), 0x99aa_06d3_0147_98d8_6001_c324_468d_497f);
    }
}

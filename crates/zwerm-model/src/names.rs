//! Columns of names: many strings in one allocation, and columns that refer to them by number.

use core::hash::BuildHasher as _;

use hashbrown::HashTable;

use crate::hash::FixedState;

/// The number that stands for "no value" in a column of `u32`.
pub const NONE: u32 = u32::MAX;

/// Strings laid end to end in one buffer. 8 bytes and the text itself per string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strings {
    ends: Vec<u64>,
    bytes: String,
}

impl Strings {
    /// An empty column.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes room for some more strings of some bytes in all.
    pub fn reserve(&mut self, strings: usize, bytes: usize) {
        self.ends.reserve(strings);
        self.bytes.reserve(bytes);
    }

    /// Appends one string.
    #[inline]
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u64);
    }

    /// Appends all strings of another column.
    pub fn append(&mut self, others: &Strings) {
        let before = self.bytes.len() as u64;
        self.bytes.push_str(&others.bytes);
        self.ends.extend(others.ends.iter().map(|end| before + end));
    }

    /// How many strings there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no string.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All strings end to end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.bytes
    }

    /// All strings end to end, and where each of them ends.
    #[must_use]
    pub fn into_parts(self) -> (String, Vec<u64>) {
        (self.bytes, self.ends)
    }

    /// String number `index`.
    ///
    /// # Panics
    ///
    /// If `index` is not below [`Strings::len`].
    #[must_use]
    #[inline]
    pub fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.bytes[start..self.ends[index] as usize]
    }

    /// The place of each string when all are sorted; equal strings keep their order.
    #[must_use]
    pub fn ranks(&self) -> Vec<u32> {
        inverse(&self.order())
    }

    /// The numbers of the strings, sorted by the strings.
    fn order(&self) -> Vec<u32> {
        let leading = self.leading();
        // One number sorts several times as fast as a text that stands elsewhere.
        let key = |number: usize| u128::from(leading.of(number)) << 32 | number as u128;
        let mut order: Vec<u128> = (0..self.len()).map(key).collect();
        order.sort_unstable();
        let undecided = |a: &u128, b: &u128| a >> 32 == b >> 32;
        for run in order.chunk_by_mut(undecided).filter(|run| run.len() > 1) {
            run.sort_by_key(|&key| self.get(key as u32 as usize));
        }
        order.into_iter().map(|key| key as u32).collect()
    }

    /// What decides most comparisons of these strings without a look at them.
    #[must_use]
    pub fn leading(&self) -> Leading<'_> {
        Leading { strings: self, common: self.common_bytes() }
    }

    /// How many bytes all strings begin with.
    fn common_bytes(&self) -> usize {
        let Some(first) = self.iter().next() else { return 0 };
        let mut common = first.len();
        for text in self.iter() {
            let pairs = first.as_bytes()[..common].iter().zip(text.as_bytes());
            common = pairs.take_while(|(a, b)| a == b).count();
            if common == 0 {
                break;
            }
        }
        common
    }

    /// All strings in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }
}

/// The first bytes of strings that do not all begin with them (`https://` and the first digits of
/// ids decide nothing), as numbers that sort as they do.
#[derive(Clone, Copy, Debug)]
pub struct Leading<'a> {
    strings: &'a Strings,
    common: usize,
}

impl Leading<'_> {
    /// The number of a string. A string with a smaller number is a smaller string; equal numbers
    /// decide nothing.
    #[must_use]
    #[inline]
    pub fn of(&self, index: usize) -> u64 {
        first_bytes(&self.strings.get(index).as_bytes()[self.common..])
    }
}

impl<'a> FromIterator<&'a str> for Strings {
    fn from_iter<I: IntoIterator<Item = &'a str>>(strings: I) -> Self {
        let mut column = Strings::new();
        for text in strings {
            column.push(text);
        }
        column
    }
}

/// Gives equal strings equal numbers, in the order in which they first appear.
///
/// Each name is held once; 5 to 10 bytes more for its number.
#[derive(Debug, Default)]
pub struct Interner {
    numbers: HashTable<u32>,
    names: Strings,
}

impl Interner {
    /// The number of a name, a new one if it was not seen before.
    ///
    /// # Panics
    ///
    /// If there are more than `u32::MAX - 1` different names.
    #[inline]
    pub fn number(&mut self, name: &str) -> u32 {
        let hash = FixedState.hash_one(name);
        let is_it = |&number: &u32| self.names.get(number as usize) == name;
        if let Some(&number) = self.numbers.find(hash, is_it) {
            return number;
        }
        let number = u32::try_from(self.names.len()).expect("fewer than 2^32 - 1 names");
        assert!(number != NONE, "more names than a u32 can number");
        let Interner { numbers, names } = self;
        names.push(name);
        numbers.insert_unique(hash, number, |&n| FixedState.hash_one(names.get(n as usize)));
        number
    }

    /// The names so far, by number.
    #[must_use]
    pub fn names(&self) -> &Strings {
        &self.names
    }

    /// Sorts the names and says where each number went: `(sorted names, new number of each old
    /// one)`.
    #[must_use]
    pub fn into_sorted(self) -> (Strings, Vec<u32>) {
        let order = self.names.order();
        (order.iter().map(|&old| self.names.get(old as usize)).collect(), inverse(&order))
    }

    /// The names by number, in the order in which they first appeared.
    #[must_use]
    pub fn into_names(self) -> Strings {
        self.names
    }
}

/// Where each number is in an order.
fn inverse(order: &[u32]) -> Vec<u32> {
    let mut places = vec![0; order.len()];
    for (place, &number) in order.iter().enumerate() {
        places[number as usize] = place as u32;
    }
    places
}

/// The first eight bytes of a name as a number that sorts as they do.
fn first_bytes(name: &[u8]) -> u64 {
    if let Some(bytes) = name.first_chunk() {
        return u64::from_be_bytes(*bytes);
    }
    let mut bytes = [0; 8];
    bytes[..name.len()].copy_from_slice(name);
    u64::from_be_bytes(bytes)
}

/// A column with at most one name per row; equal names have equal numbers, in sorted order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    /// The distinct names, sorted.
    pub names: Strings,
    /// The number of each row's name, or [`NONE`].
    pub of: Vec<u32>,
}

impl Dictionary {
    /// The name in a row, if it has one.
    #[must_use]
    #[inline]
    pub fn get(&self, row: usize) -> Option<&str> {
        self.number(row).map(|number| self.names.get(number as usize))
    }

    /// The number of the name in a row, if it has one.
    #[must_use]
    #[inline]
    pub fn number(&self, row: usize) -> Option<u32> {
        self.of.get(row).copied().filter(|&number| number != NONE)
    }
}

/// A column with any number of names per row; numbers as in [`Dictionary`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// The distinct names, sorted.
    pub names: Strings,
    /// Where each row's numbers start; one more entry than rows.
    pub starts: Vec<u32>,
    /// The numbers of all rows, in the order in which each row lists them.
    pub values: Vec<u32>,
}

impl Lists {
    /// The numbers in a row.
    #[must_use]
    #[inline]
    pub fn row(&self, row: usize) -> &[u32] {
        match self.starts.get(row..row + 2) {
            Some(bounds) => &self.values[bounds[0] as usize..bounds[1] as usize],
            None => &[],
        }
    }

    /// The names in a row.
    pub fn names_of(&self, row: usize) -> impl Iterator<Item = &str> {
        self.row(row).iter().map(|&number| self.names.get(number as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_sorted_names() {
        let mut interner = Interner::default();
        let old: Vec<u32> = ["b", "a", "b", "c"].iter().map(|n| interner.number(n)).collect();
        let (names, rank) = interner.into_sorted();
        let new: Vec<u32> = old.iter().map(|&n| rank[n as usize]).collect();
        assert_eq!(names.iter().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(new, [1, 0, 1, 2]);
    }

    #[test]
    fn names_that_begin_alike_are_sorted_by_the_rest() {
        let mut interner = Interner::default();
        for name in ["prefix-long-b", "prefix-l", "prefix-long-a", "", "é", "prefix-l\0"] {
            interner.number(name);
        }
        let (names, _) = interner.into_sorted();
        assert!(names.iter().collect::<Vec<_>>().is_sorted());
    }

    #[test]
    fn what_all_names_begin_with_decides_nothing() {
        let sorted = |names: &[&str]| {
            let mut interner = Interner::default();
            for name in names {
                interner.number(name);
            }
            let (names, _) = interner.into_sorted();
            names.iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let pages = ["https://a/long/page/2", "https://a/long/page/10", "https://a/long/page/"];
        assert_eq!(sorted(&pages), [pages[2], pages[1], pages[0]]);
        assert_eq!(sorted(&["éa", "é", "è"]), ["è", "é", "éa"]);
        assert_eq!(sorted(&["", "a"]), ["", "a"]);
    }

    #[test]
    fn ranks_are_places_in_sorted_order() {
        let names: Strings =
            ["b", "prefix-long-b", "a", "b", "prefix-long-a"].into_iter().collect();
        assert_eq!(names.ranks(), [1, 4, 0, 2, 3]);
    }

    #[test]
    fn an_empty_column_has_no_value_anywhere() {
        assert_eq!(Dictionary::default().get(7), None);
        assert!(Lists::default().row(7).is_empty());
    }
}

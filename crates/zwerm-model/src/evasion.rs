//! Evasion marks: which disguises a post's text wears, and how many posts wear one.

/// The evasion marks of one text: a set in one byte.
///
/// What counts as a mark, and what does not, is written where they are looked for: `evasion.rs` of
/// `zwerm-text`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EvasionMarks(u8);

impl EvasionMarks {
    /// No mark.
    pub const NONE: Self = EvasionMarks(0);
    /// A word with letters of another script that look like its own.
    pub const HOMOGLYPH: Self = EvasionMarks(1);
    /// An invisible character inside a word that has no use for it.
    pub const INVISIBLE: Self = EvasionMarks(1 << 1);
    /// Full-width Latin letters in a text without East Asian ones.
    pub const WIDTH: Self = EvasionMarks(1 << 2);
    /// A word that is spelled with digits or `$` in the place of letters.
    pub const LEET: Self = EvasionMarks(1 << 3);

    /// Every mark with its name in files; the order of [`EvasionCounts::by_mark`].
    pub const TABLE: [(EvasionMarks, &'static str); 4] = [
        (Self::HOMOGLYPH, "homoglyph"),
        (Self::INVISIBLE, "invisible"),
        (Self::WIDTH, "width"),
        (Self::LEET, "leet"),
    ];

    /// These marks, and `mark` if it was found.
    #[must_use]
    pub fn with(self, mark: EvasionMarks, is_found: bool) -> Self {
        if is_found { EvasionMarks(self.0 | mark.0) } else { self }
    }

    /// Whether there is any mark.
    #[must_use]
    pub fn any(self) -> bool {
        self != Self::NONE
    }

    /// Whether all marks of `marks` are among these.
    #[must_use]
    pub fn has(self, marks: EvasionMarks) -> bool {
        self.0 & marks.0 == marks.0
    }
}

/// How many of some posts have evasion marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EvasionCounts {
    /// Posts that could have one: those with text that are no reposts.
    pub posts: u64,
    /// Those with at least one mark.
    pub marked: u64,
    /// Those with each mark, in the order of [`EvasionMarks::TABLE`]; a post may have several.
    pub by_mark: [u64; EvasionMarks::TABLE.len()],
}

impl EvasionCounts {
    /// Counts one more post.
    pub fn add(&mut self, marks: EvasionMarks) {
        self.posts += 1;
        self.marked += u64::from(marks.any());
        for (count, (mark, _)) in self.by_mark.iter_mut().zip(EvasionMarks::TABLE) {
            *count += u64::from(marks.has(mark));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_with_two_marks_is_one_marked_post() {
        let both = EvasionMarks::NONE
            .with(EvasionMarks::HOMOGLYPH, true)
            .with(EvasionMarks::WIDTH, false)
            .with(EvasionMarks::LEET, true);
        assert!(both.any() && both.has(EvasionMarks::LEET) && !both.has(EvasionMarks::WIDTH));
        let mut counts = EvasionCounts::default();
        for marks in [both, EvasionMarks::NONE, EvasionMarks::LEET] {
            counts.add(marks);
        }
        assert_eq!(counts, EvasionCounts { posts: 3, marked: 2, by_mark: [1, 0, 0, 2] });
    }

    #[test]
    fn marks_take_one_byte_and_do_not_overlap() {
        assert_eq!(size_of::<EvasionMarks>(), 1);
        let bits: u32 = EvasionMarks::TABLE.iter().map(|(mark, _)| mark.0.count_ones()).sum();
        let all = EvasionMarks::TABLE.iter().fold(0, |all, (mark, _)| all | mark.0);
        assert_eq!((bits, all.count_ones()), (4, 4));
    }
}

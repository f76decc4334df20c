//! The ids of posts: most platforms count them, some spell them.

use std::borrow::Cow;

use crate::names::Strings;

/// The ids of posts, which are integers if all of them are. Two columns are equal if they read the
/// same.
///
/// 8 bytes per integer; no text of it is kept.
#[derive(Clone, Debug)]
pub enum PostIds {
    /// Ids that read as these integers do.
    Integers(Vec<i64>),
    /// Ids as they are spelled.
    Texts(Strings),
}

impl PostIds {
    /// How many ids there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            PostIds::Integers(integers) => integers.len(),
            PostIds::Texts(texts) => texts.len(),
        }
    }

    /// Whether there is no id.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of a post, as it reads; of an integer the text is made.
    ///
    /// # Panics
    ///
    /// If `post` is not below [`PostIds::len`].
    #[must_use]
    #[inline]
    pub fn get(&self, post: usize) -> Cow<'_, str> {
        match self {
            PostIds::Integers(integers) => Cow::Owned(integers[post].to_string()),
            PostIds::Texts(texts) => Cow::Borrowed(texts.get(post)),
        }
    }

    /// Appends one id. Integers become texts.
    pub fn push(&mut self, id: &str) {
        self.texts_mut().push(id);
    }

    /// All ids in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Cow<'_, str>> {
        (0..self.len()).map(|post| self.get(post))
    }

    /// The ids as texts, which integers become.
    pub fn texts_mut(&mut self) -> &mut Strings {
        if let PostIds::Integers(_) = self {
            let mut texts = Strings::new();
            self.iter().for_each(|id| texts.push(&id));
            *self = PostIds::Texts(texts);
        }
        match self {
            PostIds::Texts(texts) => texts,
            PostIds::Integers(_) => unreachable!("they are texts now"),
        }
    }
}

/// The integer that reads as an id does, if there is one: `007` and `+7` read otherwise than 7.
#[must_use]
pub fn integer(id: &str) -> Option<i64> {
    let digits = id.strip_prefix('-').unwrap_or(id);
    let is_written = !digits.starts_with(['+', '0']) || id == "0";
    id.parse().ok().filter(|_| is_written)
}

impl Default for PostIds {
    fn default() -> Self {
        PostIds::Texts(Strings::new())
    }
}

impl PartialEq for PostIds {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for PostIds {}

impl<'a> FromIterator<&'a str> for PostIds {
    fn from_iter<I: IntoIterator<Item = &'a str>>(ids: I) -> Self {
        PostIds::Texts(ids.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_equal_to_what_they_read_as() {
        let mut ids = PostIds::Integers(vec![i64::MIN, 0, 7]);
        let texts: PostIds = ["-9223372036854775808", "0", "7"].into_iter().collect();
        assert_eq!(ids, texts);
        ids.push("p8");
        assert_ne!(ids, texts);
        assert_eq!(ids.get(2), "7");
        assert_eq!(ids.get(3), "p8");
    }

    #[test]
    fn only_what_reads_as_an_integer_is_one() {
        for number in [i64::MIN, -10, -1, 0, 1, 10, i64::MAX] {
            assert_eq!(integer(&number.to_string()), Some(number));
        }
        for id in
            ["", "-", "+1", "01", "-0", "-01", "00", "1 ", "1.0", "9223372036854775808", "-+1"]
        {
            assert_eq!(integer(id), None, "{id:?}");
        }
    }
}

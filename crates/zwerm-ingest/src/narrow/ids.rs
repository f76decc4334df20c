//! The ids of posts: integers stay integers until their text is wanted.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use rayon::prelude::*;
use zwerm_model::Strings;
use zwerm_model::hash::hash128;

use super::{is_id, name_in};
use crate::decode::{self, INTEGER_BYTES_MAX, Mismatch};

/// How ids go from row to row over all parts. None that rises can have come twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rising {
    /// As texts sort.
    AsTexts,
    /// As numbers do: the longer is the larger.
    AsNumbers,
    /// Somewhere they do not.
    No,
}

/// The ids of some posts.
pub(super) enum Ids {
    Numbers(Vec<i64>),
    Texts(Strings),
}

impl Default for Ids {
    fn default() -> Self {
        Ids::Texts(Strings::new())
    }
}

impl Ids {
    pub(super) fn len(&self) -> usize {
        match self {
            Ids::Numbers(numbers) => numbers.len(),
            Ids::Texts(texts) => texts.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// No more bytes than this have all of them as text.
    pub(super) fn bytes_max(&self) -> usize {
        match self {
            Ids::Numbers(numbers) => numbers.len() * INTEGER_BYTES_MAX,
            Ids::Texts(texts) => texts.as_str().len(),
        }
    }

    /// Appends the ids of a batch; says whether all of them can be taken as they stand.
    pub(super) fn push(&mut self, array: &ArrayRef) -> Result<bool, Mismatch> {
        if *array.data_type() == DataType::Int64 && (self.is_empty() || self.are_numbers()) {
            let cells = array.as_primitive::<Int64Type>();
            match self {
                Ids::Numbers(numbers) => numbers.extend_from_slice(cells.values()),
                Ids::Texts(_) => *self = Ids::Numbers(cells.values().to_vec()),
            }
            return Ok(cells.null_count() == 0);
        }
        let cells = decode::as_ids(array)?;
        // Integers are written without a point.
        let are_integers = cells.are_integers();
        let mut texts = std::mem::take(self).into_texts();
        for row in 0..array.len() {
            let id = name_in(&cells, row).filter(|id| are_integers || is_id(id));
            let Some(id) = id else { return Ok(false) };
            texts.push(id);
        }
        *self = Ids::Texts(texts);
        Ok(true)
    }

    fn are_numbers(&self) -> bool {
        self.numbers().is_some()
    }

    fn numbers(&self) -> Option<&[i64]> {
        match self {
            Ids::Numbers(numbers) => Some(numbers),
            Ids::Texts(_) => None,
        }
    }

    fn texts(&self) -> Option<&Strings> {
        match self {
            Ids::Texts(texts) => Some(texts),
            Ids::Numbers(_) => None,
        }
    }

    /// A number for each id: different ids have different numbers but by rare chance.
    pub(super) fn hashes(&self) -> Vec<u64> {
        match self {
            Ids::Numbers(numbers) => numbers.iter().map(|&number| number as u64).collect(),
            Ids::Texts(texts) => texts.iter().map(|id| hash128(id.as_bytes()) as u64).collect(),
        }
    }

    /// The ids as text.
    fn into_texts(self) -> Strings {
        let mut texts = Strings::new();
        match self {
            Ids::Texts(texts) => return texts,
            Ids::Numbers(_) => (0..self.len()).for_each(|row| self.write(row, &mut texts)),
        }
        texts
    }

    /// Appends the text of an id.
    #[inline]
    pub(super) fn write(&self, row: usize, texts: &mut Strings) {
        match self {
            Ids::Numbers(numbers) => texts.push(itoa::Buffer::new().format(numbers[row])),
            Ids::Texts(ids) => texts.push(ids.get(row)),
        }
    }

    /// How two ids sort as text.
    pub(super) fn compare((ids, row): (&Ids, usize), (others, other): (&Ids, usize)) -> Ordering {
        match (ids, others) {
            (Ids::Texts(ids), Ids::Texts(others)) => return ids.get(row).cmp(others.get(other)),
            (Ids::Numbers(ids), Ids::Numbers(others)) if are_as_long(ids[row], others[other]) => {
                return ids[row].cmp(&others[other]);
            }
            _ => {}
        }
        let text = |ids: &Ids, row| {
            let mut texts = Strings::new();
            ids.write(row, &mut texts);
            texts
        };
        text(ids, row).as_str().cmp(text(others, other).as_str())
    }
}

/// Gives the ids of all parts one form: that of texts unless all are integers.
pub(super) fn agree<'a>(parts: impl Iterator<Item = &'a mut Ids>) {
    let parts: Vec<&mut Ids> = parts.collect();
    if !parts.iter().all(|part| part.are_numbers()) {
        parts.into_iter().for_each(|part| *part = Ids::Texts(std::mem::take(part).into_texts()));
    }
}

/// How the ids of parts rise; none of these is empty, and all [agree].
pub(super) fn rising(parts: &[&Ids]) -> Rising {
    let numbers: Option<Vec<&[i64]>> = parts.iter().map(|part| part.numbers()).collect();
    if let Some(parts) = numbers {
        let ends =
            parts.first().and_then(|part| part.first()).zip(parts.last().and_then(|p| p.last()));
        return match rise(&parts, |part| part.len(), |part, row| part[row]) {
            true if ends.is_some_and(|(&first, &last)| are_as_long(first, last)) => Rising::AsTexts,
            true => Rising::AsNumbers,
            false => Rising::No,
        };
    }
    let texts: Vec<&Strings> = parts.iter().filter_map(|part| part.texts()).collect();
    if rise(&texts, |part| part.len(), |part, row| part.get(row)) {
        Rising::AsTexts
    } else if rise(&texts, |part| part.len(), |part, row| (part.get(row).len(), part.get(row))) {
        Rising::AsNumbers
    } else {
        Rising::No
    }
}

/// Whether keys rise from row to row and from part to part.
fn rise<'a, T: ?Sized + Sync, K: Ord>(
    parts: &[&'a T],
    len: impl Fn(&'a T) -> usize + Sync,
    key: impl Fn(&'a T, usize) -> K + Sync,
) -> bool {
    let rises = |part: &&'a T| (1..len(part)).all(|row| key(part, row - 1) < key(part, row));
    let follows = |two: &[&'a T]| key(two[0], len(two[0]) - 1) < key(two[1], 0);
    parts.windows(2).all(follows) && parts.par_iter().all(rises)
}

/// Whether two numbers sort as their texts do.
fn are_as_long(a: i64, b: i64) -> bool {
    a >= 0 && b >= 0 && a.checked_ilog10() == b.checked_ilog10()
}

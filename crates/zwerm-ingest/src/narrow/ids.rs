//! The ids of posts, part by part: integers stay integers.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use rayon::prelude::*;
use zwerm_model::hash::hash128;
use zwerm_model::{PostIds, Strings};

use super::{Order, Part, is_id, name_in};
use crate::decode::{self, Mismatch};

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

/// Appends the ids of a batch; says whether all of them can be taken as they stand.
pub(super) fn push(ids: &mut PostIds, array: &ArrayRef) -> Result<bool, Mismatch> {
    if *array.data_type() == DataType::Int64 && (ids.is_empty() || integers(ids).is_some()) {
        let cells = array.as_primitive::<Int64Type>();
        match ids {
            PostIds::Integers(integers) => integers.extend_from_slice(cells.values()),
            PostIds::Texts(_) => *ids = PostIds::Integers(cells.values().to_vec()),
        }
        return Ok(cells.null_count() == 0);
    }
    let cells = decode::as_ids(array)?;
    // Integers are written without a point.
    let are_integers = cells.are_integers();
    let texts = ids.texts_mut();
    for row in 0..array.len() {
        let id = name_in(&cells, row).filter(|id| are_integers || is_id(id));
        let Some(id) = id else { return Ok(false) };
        texts.push(id);
    }
    Ok(true)
}

fn integers(ids: &PostIds) -> Option<&[i64]> {
    match ids {
        PostIds::Integers(integers) => Some(integers),
        PostIds::Texts(_) => None,
    }
}

fn texts(ids: &PostIds) -> Option<&Strings> {
    match ids {
        PostIds::Texts(texts) => Some(texts),
        PostIds::Integers(_) => None,
    }
}

/// A number for each id: different ids have different numbers but by rare chance.
pub(super) fn hashes(ids: &PostIds) -> Vec<u64> {
    match ids {
        PostIds::Integers(integers) => integers.iter().map(|&integer| integer as u64).collect(),
        PostIds::Texts(texts) => texts.iter().map(|id| hash128(id.as_bytes()) as u64).collect(),
    }
}

/// How two ids sort as text.
pub(super) fn compare(
    (ids, row): (&PostIds, usize),
    (others, other): (&PostIds, usize),
) -> Ordering {
    match (ids, others) {
        (PostIds::Texts(ids), PostIds::Texts(others)) => ids.get(row).cmp(others.get(other)),
        (PostIds::Integers(ids), PostIds::Integers(others))
            if are_as_long(ids[row], others[other]) =>
        {
            ids[row].cmp(&others[other])
        }
        _ => ids.get(row).cmp(&others.get(other)),
    }
}

/// The ids of all parts in an order; all of them [agree].
pub(super) fn ordered(parts: &[Part], order: &Order) -> PostIds {
    let count = parts.iter().map(|part| part.ids.len()).sum();
    let of_parts: Option<Vec<&[i64]>> = parts.iter().map(|part| integers(&part.ids)).collect();
    if let Some(of_parts) = of_parts {
        let mut integers = Vec::with_capacity(count);
        order.each(parts, |part, row| integers.push(of_parts[part][row]));
        return PostIds::Integers(integers);
    }
    let of_parts: Vec<&Strings> = parts.iter().filter_map(|part| texts(&part.ids)).collect();
    let mut ids = Strings::new();
    ids.reserve(count, of_parts.iter().map(|ids| ids.as_str().len()).sum());
    order.each(parts, |part, row| ids.push(of_parts[part].get(row)));
    PostIds::Texts(ids)
}

/// Gives the ids of all parts one form: that of texts unless all are integers.
pub(super) fn agree<'a>(parts: impl Iterator<Item = &'a mut PostIds>) {
    let parts: Vec<&mut PostIds> = parts.collect();
    if !parts.iter().all(|part| integers(part).is_some()) {
        parts.into_iter().for_each(|part| {
            part.texts_mut();
        });
    }
}

/// How the ids of parts rise; none of these is empty, and all [agree].
pub(super) fn rising(parts: &[&PostIds]) -> Rising {
    let integers: Option<Vec<&[i64]>> = parts.iter().map(|part| integers(part)).collect();
    if let Some(parts) = integers {
        let ends =
            parts.first().and_then(|part| part.first()).zip(parts.last().and_then(|p| p.last()));
        return match rise(&parts, |part| part.len(), |part, row| part[row]) {
            true if ends.is_some_and(|(&first, &last)| are_as_long(first, last)) => Rising::AsTexts,
            true => Rising::AsNumbers,
            false => Rising::No,
        };
    }
    let texts: Vec<&Strings> = parts.iter().filter_map(|part| texts(part)).collect();
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

//! Arrow arrays as text, lists and flags, whatever their physical type.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, GenericListArray, LargeStringArray};
use arrow_buffer::OffsetBuffer;
use arrow_cast::cast;
use arrow_schema::{DataType, Field};

use std::sync::Arc;

/// What a column that names things must be.
const ID_TYPES: &str = "text or integers (floating point cannot hold an id)";
/// What a text column must be.
const TEXT_TYPES: &str = "text";
/// What a list column must be.
const LIST_TYPES: &str = "a list of text or integers, or one delimited text";
/// What a flag must be.
const FLAG_TYPES: &str = "true or false";

/// A type that does not fit: (expected, found).
pub(crate) type Mismatch = (&'static str, String);

/// A column of names as text. Integers are written out in full.
pub(crate) fn as_ids(array: &ArrayRef) -> Result<LargeStringArray, Mismatch> {
    if !is_text(array.data_type()) && !is_integer(array.data_type()) {
        return Err(mismatch(array, ID_TYPES));
    }
    to_text(array, ID_TYPES)
}

/// A column of free text.
pub(crate) fn as_text(array: &ArrayRef) -> Result<LargeStringArray, Mismatch> {
    if !is_text(array.data_type()) {
        return Err(mismatch(array, TEXT_TYPES));
    }
    to_text(array, TEXT_TYPES)
}

/// A column of yes, no and not stated.
pub(crate) fn as_flags(array: &ArrayRef) -> Result<BooleanArray, Mismatch> {
    match array.data_type() {
        DataType::Boolean => Ok(array.as_boolean().clone()),
        DataType::Null => Ok(BooleanArray::new_null(array.len())),
        _ => Err(mismatch(array, FLAG_TYPES)),
    }
}

/// A column of lists: where each row's entries end, and the entries.
pub(crate) enum ListCells {
    /// Real lists.
    Lists(GenericListArray<i64>),
    /// One string per row, to be split.
    Delimited(LargeStringArray),
}

/// A column of several names per row.
pub(crate) fn as_lists(array: &ArrayRef) -> Result<ListCells, Mismatch> {
    let inner = match array.data_type() {
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::FixedSizeList(field, _)
        | DataType::ListView(field)
        | DataType::LargeListView(field) => field.data_type().clone(),
        _ => return as_ids(array).map(ListCells::Delimited).map_err(|(_, f)| (LIST_TYPES, f)),
    };
    if inner.is_null() {
        let empty = LargeStringArray::new_null(0);
        let field = Arc::new(Field::new("item", DataType::LargeUtf8, true));
        let offsets = OffsetBuffer::new_zeroed(array.len());
        return Ok(ListCells::Lists(GenericListArray::new(field, offsets, Arc::new(empty), None)));
    }
    if !is_text(&inner) && !is_integer(&inner) {
        return Err(mismatch(array, LIST_TYPES));
    }
    let target = DataType::LargeList(Arc::new(Field::new("item", DataType::LargeUtf8, true)));
    let lists = cast(array, &target).map_err(|_| mismatch(array, LIST_TYPES))?;
    Ok(ListCells::Lists(lists.as_list::<i64>().clone()))
}

fn to_text(array: &ArrayRef, expected: &'static str) -> Result<LargeStringArray, Mismatch> {
    if array.data_type().is_null() {
        return Ok(LargeStringArray::new_null(array.len()));
    }
    let text = cast(array, &DataType::LargeUtf8).map_err(|_| mismatch(array, expected))?;
    Ok(text.as_string::<i64>().clone())
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => true,
        DataType::Dictionary(_, value) => is_text(value),
        _ => false,
    }
}

fn is_integer(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => is_integer(value),
        other => other.is_integer(),
    }
}

fn mismatch(array: &ArrayRef, expected: &'static str) -> Mismatch {
    (expected, array.data_type().to_string())
}

//! Arrow arrays as text, lists and flags, whatever their physical type.
//!
//! Nothing is copied that need not be: a cell is looked up in the array that the reader decoded.
//! The general conversions between all pairs of types (`arrow-cast`) are among the slowest packages
//! to build, for a handful of them.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, LargeStringArray, OffsetSizeTrait, StringArray, StringViewArray,
};
use arrow_schema::DataType;
use zwerm_model::Strings;

use crate::record::Table;

/// What a column that names things must be.
const ID_TYPES: &str = "text or integers (floating point cannot hold an id)";
/// What a text column must be.
const TEXT_TYPES: &str = "text";
/// What a list column must be.
const LIST_TYPES: &str = "a list of text or integers, or one delimited text";
/// What a flag must be.
const FLAG_TYPES: &str = "true or false";

/// The longest integer of 64 bits, written out: 20 digits, or 19 and a sign.
const INTEGER_BYTES_MAX: usize = 20;

/// A type that does not fit: (expected, found).
pub(crate) type Mismatch = (&'static str, String);

/// A column of text, as it was decoded.
pub(crate) enum TextCells<'b> {
    /// No row has a value.
    Missing,
    /// 32-bit offsets.
    Small(StringArray),
    /// 64-bit offsets.
    Large(LargeStringArray),
    /// Views.
    View(StringViewArray),
    /// Integers, written out in full; an empty one is missing.
    Integers(Strings),
    /// Cells of records as they were written; an empty one is missing.
    Written(Strings),
    /// Each row's place among some values; `None` is missing.
    Dictionary(Vec<Option<usize>>, Box<TextCells<'b>>),
    /// A column of a table; an empty cell is missing.
    Table(&'b Table<'b>, usize),
}

impl TextCells<'_> {
    /// The text in a row, if it has one.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        match self {
            TextCells::Missing => None,
            TextCells::Small(array) => array.is_valid(row).then(|| array.value(row)),
            TextCells::Large(array) => array.is_valid(row).then(|| array.value(row)),
            TextCells::View(array) => array.is_valid(row).then(|| array.value(row)),
            TextCells::Integers(texts) | TextCells::Written(texts) => {
                Some(texts.get(row)).filter(|text| !text.is_empty())
            }
            TextCells::Dictionary(places, values) => values.get(places[row]?),
            TextCells::Table(table, column) => {
                Some(table.get(row, *column)).filter(|text| !text.is_empty())
            }
        }
    }

    /// Whether all of them are integers: nothing stands around one, none is a way to write
    /// "nothing" and none is rounded.
    pub(crate) fn are_integers(&self) -> bool {
        matches!(self, TextCells::Integers(_))
    }

    /// How many bytes all texts have, where that is known at once; else 0.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            TextCells::Small(array) => array.values().len(),
            TextCells::Large(array) => array.values().len(),
            TextCells::Integers(texts) | TextCells::Written(texts) => texts.as_str().len(),
            _ => 0,
        }
    }

    /// Calls `each` for some rows with the text, if there is one. Of which kind the column is, is
    /// asked once and not for every row.
    #[inline]
    pub(crate) fn each<'c>(
        &'c self,
        rows: impl Iterator<Item = usize>,
        mut each: impl FnMut(usize, Option<&'c str>),
    ) {
        match self {
            TextCells::Small(array) => {
                rows.for_each(|row| each(row, array.is_valid(row).then(|| array.value(row))));
            }
            TextCells::Integers(texts) | TextCells::Written(texts) => rows.for_each(|row| {
                each(row, Some(texts.get(row)).filter(|text| !text.is_empty()));
            }),
            TextCells::Table(table, column) => rows.for_each(|row| {
                each(row, Some(table.get(row, *column)).filter(|text| !text.is_empty()));
            }),
            _ => rows.for_each(|row| each(row, self.get(row))),
        }
    }
}

/// A column of names as text.
pub(crate) fn as_ids(array: &ArrayRef) -> Result<TextCells<'static>, Mismatch> {
    to_text(array).ok_or_else(|| mismatch(array, ID_TYPES))
}

/// A column of free text.
pub(crate) fn as_text(array: &ArrayRef) -> Result<TextCells<'static>, Mismatch> {
    match is_text(array.data_type()) {
        true => as_ids(array),
        false => Err(mismatch(array, TEXT_TYPES)),
    }
}

/// A column of yes, no and not stated.
pub(crate) fn as_flags(array: &ArrayRef) -> Result<BooleanArray, Mismatch> {
    match array.data_type() {
        DataType::Boolean => Ok(array.as_boolean().clone()),
        DataType::Null => Ok(BooleanArray::new_null(array.len())),
        _ => Err(mismatch(array, FLAG_TYPES)),
    }
}

/// A column of several names per row.
pub(crate) enum ListCells<'b> {
    /// Real lists: where each row's entries lie (nowhere where it has none), and the entries.
    Lists(Vec<Range<usize>>, TextCells<'b>),
    /// One string per row, to be split.
    Delimited(TextCells<'b>),
}

/// A column of several names per row.
pub(crate) fn as_lists(array: &ArrayRef) -> Result<ListCells<'static>, Mismatch> {
    let mismatch = || mismatch(array, LIST_TYPES);
    let (mut ranges, entries) = match array.data_type() {
        DataType::List(_) => lists::<i32>(array),
        DataType::LargeList(_) => lists::<i64>(array),
        DataType::ListView(_) => list_views::<i32>(array),
        DataType::LargeListView(_) => list_views::<i64>(array),
        DataType::FixedSizeList(_, _) => {
            let lists = array.as_fixed_size_list();
            let size = lists.value_length() as usize;
            let ranges = (0..lists.len()).map(|row| row * size..(row + 1) * size).collect();
            (ranges, lists.values().clone())
        }
        _ => return to_text(array).map(ListCells::Delimited).ok_or_else(mismatch),
    };
    for row in (0..array.len()).filter(|&row| array.is_null(row)) {
        ranges[row] = 0..0;
    }
    to_text(&entries).map(|entries| ListCells::Lists(ranges, entries)).ok_or_else(mismatch)
}

fn lists<O: OffsetSizeTrait>(array: &ArrayRef) -> (Vec<Range<usize>>, ArrayRef) {
    let lists = array.as_list::<O>();
    let ranges = lists.offsets().windows(2).map(|ends| ends[0].as_usize()..ends[1].as_usize());
    (ranges.collect(), lists.values().clone())
}

fn list_views<O: OffsetSizeTrait>(array: &ArrayRef) -> (Vec<Range<usize>>, ArrayRef) {
    let lists = array.as_list_view::<O>();
    let starts = lists.offsets().iter().map(|start| start.as_usize());
    let sizes = lists.sizes().iter().map(|size| size.as_usize());
    (starts.zip(sizes).map(|(start, size)| start..start + size).collect(), lists.values().clone())
}

/// Text and integers as text; `None` for any other type.
fn to_text(array: &ArrayRef) -> Option<TextCells<'static>> {
    Some(match array.data_type() {
        DataType::Null => TextCells::Missing,
        DataType::Utf8 => TextCells::Small(array.as_string::<i32>().clone()),
        DataType::LargeUtf8 => TextCells::Large(array.as_string::<i64>().clone()),
        DataType::Utf8View => TextCells::View(array.as_string_view().clone()),
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_any_dictionary();
            let values = to_text(dictionary.values())?;
            if dictionary.values().is_empty() {
                return Some(TextCells::Missing);
            }
            let places = dictionary.normalized_keys().into_iter().enumerate();
            let places = places.map(|(row, place)| dictionary.is_valid(row).then_some(place));
            TextCells::Dictionary(places.collect(), Box::new(values))
        }
        _ => {
            let mut buffer = itoa::Buffer::new();
            let mut texts = Strings::new();
            texts.reserve(array.len(), array.len() * INTEGER_BYTES_MAX);
            let are_integers = each_integer(array, |integer| {
                texts.push(integer.map_or("", |integer| match i64::try_from(integer) {
                    Ok(integer) => buffer.format(integer),
                    Err(_) => buffer.format(integer),
                }));
            });
            return are_integers.then_some(TextCells::Integers(texts));
        }
    })
}

/// A column of integers of any width; `None` for any other type.
pub(crate) fn integers(array: &ArrayRef) -> Option<Vec<Option<i128>>> {
    let mut all = Vec::with_capacity(array.len());
    each_integer(array, |integer| all.push(integer)).then_some(all)
}

/// Hands over the integers of a column one by one; whether it is a column of integers.
fn each_integer(array: &ArrayRef, each: impl FnMut(Option<i128>)) -> bool {
    fn widened<T: ArrowPrimitiveType<Native: Into<i128>>>(
        array: &ArrayRef,
        each: impl FnMut(Option<i128>),
    ) {
        array.as_primitive::<T>().iter().map(|value| value.map(Into::into)).for_each(each);
    }
    match array.data_type() {
        DataType::Int8 => widened::<Int8Type>(array, each),
        DataType::Int16 => widened::<Int16Type>(array, each),
        DataType::Int32 => widened::<Int32Type>(array, each),
        DataType::Int64 => widened::<Int64Type>(array, each),
        DataType::UInt8 => widened::<UInt8Type>(array, each),
        DataType::UInt16 => widened::<UInt16Type>(array, each),
        DataType::UInt32 => widened::<UInt32Type>(array, each),
        DataType::UInt64 => widened::<UInt64Type>(array, each),
        _ => return false,
    }
    true
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => true,
        DataType::Dictionary(_, value) => is_text(value),
        _ => false,
    }
}

fn mismatch(array: &ArrayRef, expected: &'static str) -> Mismatch {
    (expected, array.data_type().to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::builder::{
        FixedSizeListBuilder, Int32Builder, LargeListBuilder, ListBuilder, ListViewBuilder,
        StringBuilder, StringDictionaryBuilder, StringViewBuilder,
    };
    use arrow_array::{Float64Array, Int8Array, NullArray, UInt64Array};

    use super::*;

    #[track_caller]
    fn check_ids(array: impl Array + 'static, expected: &[Option<&str>]) {
        let array: ArrayRef = Arc::new(array);
        let cells = as_ids(&array).expect("ids");
        let found: Vec<Option<&str>> = (0..array.len()).map(|row| cells.get(row)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_of_every_physical_type() {
        let expected = [Some("a"), None, Some("é"), Some("a")];
        check_ids(StringArray::from(expected.to_vec()), &expected);
        check_ids(LargeStringArray::from(expected.to_vec()), &expected);
        let mut views = StringViewBuilder::new();
        expected.iter().for_each(|cell| views.append_option(*cell));
        check_ids(views.finish(), &expected);
        let mut dictionary = StringDictionaryBuilder::<arrow_array::types::Int16Type>::new();
        expected.iter().for_each(|cell| dictionary.append_option(*cell));
        check_ids(dictionary.finish(), &expected);
        check_ids(Int8Array::from(vec![Some(-7), None]), &[Some("-7"), None]);
        check_ids(UInt64Array::from(vec![u64::MAX]), &[Some("18446744073709551615")]);
        check_ids(NullArray::new(2), &[None, None]);
        let floats: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
        assert!(as_ids(&floats).is_err());
    }

    #[test]
    fn an_empty_dictionary_names_nothing() {
        let mut dictionary = StringDictionaryBuilder::<arrow_array::types::Int8Type>::new();
        dictionary.append_null();
        check_ids(dictionary.finish(), &[None]);
    }

    #[track_caller]
    fn check_lists(array: impl Array + 'static, expected: &[&[&str]]) {
        let array: ArrayRef = Arc::new(array);
        let Ok(ListCells::Lists(ranges, entries)) = as_lists(&array) else {
            panic!("no lists: {}", array.data_type());
        };
        let found: Vec<Vec<&str>> = ranges
            .into_iter()
            .map(|range| range.filter_map(|place| entries.get(place)).collect())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn lists_of_every_physical_type() {
        macro_rules! filled {
            ($builder:expr) => {{
                let mut builder = $builder;
                builder.values().append_value("a");
                builder.values().append_value("b");
                builder.append(true);
                builder.append(false);
                builder.values().append_value("c");
                builder.append(true);
                builder.finish()
            }};
        }
        let expected: &[&[&str]] = &[&["a", "b"], &[], &["c"]];
        check_lists(filled!(ListBuilder::new(StringBuilder::new())), expected);
        check_lists(filled!(LargeListBuilder::new(StringBuilder::new())), expected);
        check_lists(filled!(ListViewBuilder::new(StringBuilder::new())), expected);
        let mut fixed = FixedSizeListBuilder::new(Int32Builder::new(), 2);
        for number in [Some(1), Some(2), None, None] {
            fixed.values().append_option(number);
        }
        fixed.append(true);
        fixed.append(false);
        check_lists(fixed.finish(), &[&["1", "2"], &[]]);
    }

    #[test]
    fn a_slice_is_read_where_it_lies() {
        let whole = StringArray::from(vec!["a", "b", "c"]);
        check_ids(whole.slice(1, 2), &[Some("b"), Some("c")]);
        let mut lists = ListBuilder::new(StringBuilder::new());
        for name in ["a", "b", "c"] {
            lists.values().append_value(name);
            lists.append(true);
        }
        check_lists(lists.finish().slice(1, 2), &[&["b"], &["c"]]);
    }
}

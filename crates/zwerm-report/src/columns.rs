//! Columns: from our rows to Arrow arrays, one constructor per type of the contract.
//!
//! A field is nullable only where the contract says so. Times are milliseconds in UTC. Numbers are
//! finite and never −0, so that equal findings are equal bytes.

use std::sync::Arc;

use arrow_array::builder::{FixedSizeListBuilder, Float32Builder, ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float32Array, Float64Array, Int64Array,
    LargeStringArray, ListArray, StringArray, StructArray, TimestampMillisecondArray, UInt32Array,
    UInt64Array,
};
use arrow_buffer::{Buffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields, Schema, TimeUnit};

use zwerm_model::{Strings, UnixMillis};

/// The zone in which every time is written.
const ZONE: &str = "UTC";

/// The name that the Parquet specification gives to what a list holds.
const ELEMENT: &str = "element";

/// The type of a column, in the contract's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// utf8
    Utf8,
    /// utf8, held as numbers of names that many rows share
    Named,
    /// bool
    Bool,
    /// u32
    U32,
    /// u64
    U64,
    /// i64
    I64,
    /// f32
    F32,
    /// f64
    F64,
    /// timestamp\[ms, UTC\]
    Time,
    /// list\<utf8\>
    Utf8List,
    /// fixed_size_list\<f32\> of this length
    Vector(i32),
    /// list\<struct\<…\>\>
    StructList(&'static [(&'static str, Kind)]),
}

impl Kind {
    fn data_type(self) -> DataType {
        match self {
            Kind::Utf8 => DataType::Utf8,
            Kind::Named => {
                DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::LargeUtf8))
            }
            Kind::Bool => DataType::Boolean,
            Kind::U32 => DataType::UInt32,
            Kind::U64 => DataType::UInt64,
            Kind::I64 => DataType::Int64,
            Kind::F32 => DataType::Float32,
            Kind::F64 => DataType::Float64,
            Kind::Time => DataType::Timestamp(TimeUnit::Millisecond, Some(ZONE.into())),
            Kind::Utf8List => DataType::List(element(DataType::Utf8)),
            Kind::Vector(length) => DataType::FixedSizeList(element(DataType::Float32), length),
            Kind::StructList(of) => DataType::List(element(DataType::Struct(fields(of)))),
        }
    }
}

fn element(data_type: DataType) -> Arc<Field> {
    Arc::new(Field::new(ELEMENT, data_type, false))
}

fn fields(of: &[(&str, Kind)]) -> Fields {
    of.iter().map(|&(name, kind)| Field::new(name, kind.data_type(), false)).collect()
}

/// Builds a column of vectors of one length.
pub(crate) fn vectors_builder(length: i32) -> FixedSizeListBuilder<Float32Builder> {
    FixedSizeListBuilder::new(Float32Builder::new(), length).with_field(element(DataType::Float32))
}

/// A table's columns: name and type; a name that ends in `?` may be null.
pub(crate) fn schema(columns: &[(&str, Kind)]) -> Arc<Schema> {
    let field = |&(name, kind): &(&str, Kind)| match name.strip_suffix('?') {
        Some(name) => Field::new(name, kind.data_type(), true),
        None => Field::new(name, kind.data_type(), false),
    };
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

/// A number as it may be written: finite, and never −0.
///
/// # Panics
///
/// If it is not finite: no stage may hand that on.
fn written(value: f64) -> f64 {
    assert!(value.is_finite(), "a finding holds {value}, which no file may");
    value + 0.0
}

/// A column of names.
pub(crate) fn utf8<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

/// Names that many rows share, by number.
pub(crate) fn names(names: Strings) -> Arc<LargeStringArray> {
    let (bytes, ends) = names.into_parts();
    let offsets: Vec<i64> = [0].into_iter().chain(ends.into_iter().map(|end| end as i64)).collect();
    let offsets = OffsetBuffer::new(offsets.into());
    Arc::new(LargeStringArray::new(offsets, Buffer::from_vec(bytes.into_bytes()), None))
}

/// A column of such names.
pub(crate) fn named(numbers: Vec<u32>, names: &Arc<LargeStringArray>) -> ArrayRef {
    let numbers = UInt32Array::from(numbers);
    Arc::new(DictionaryArray::new(numbers, Arc::clone(names) as ArrayRef))
}

/// A column of names that may be missing.
pub(crate) fn utf8_or_null<S: AsRef<str>>(values: impl IntoIterator<Item = Option<S>>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<StringArray>())
}

/// A column of yes and no.
pub(crate) fn bools(values: impl IntoIterator<Item = bool>) -> ArrayRef {
    Arc::new(BooleanArray::from(values.into_iter().collect::<Vec<_>>()))
}

/// A column of small counts.
pub(crate) fn u32s(values: impl IntoIterator<Item = u32>) -> ArrayRef {
    Arc::new(UInt32Array::from_iter_values(values))
}

/// A column of counts.
pub(crate) fn u64s(values: impl IntoIterator<Item = u64>) -> ArrayRef {
    Arc::new(UInt64Array::from_iter_values(values))
}

/// A column of durations in milliseconds.
pub(crate) fn i64s(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

/// A column of similarities.
pub(crate) fn f32s(values: impl IntoIterator<Item = f32>) -> ArrayRef {
    let finite = |value: f32| {
        assert!(value.is_finite(), "a cluster holds {value}, which no file may");
        value + 0.0
    };
    Arc::new(Float32Array::from_iter_values(values.into_iter().map(finite)))
}

/// A column of measurements.
pub(crate) fn f64s(values: impl IntoIterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values.into_iter().map(written)))
}

/// A column of measurements that may be missing.
pub(crate) fn f64s_or_null(values: impl IntoIterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.into_iter().map(|value| value.map(written)).collect::<Float64Array>())
}

/// A column of moments.
pub(crate) fn times(values: impl IntoIterator<Item = UnixMillis>) -> ArrayRef {
    let millis = values.into_iter().map(|at| at.0);
    Arc::new(TimestampMillisecondArray::from_iter_values(millis).with_timezone(ZONE))
}

/// A builder of a column of lists of names.
pub(crate) fn utf8_lists_builder() -> ListBuilder<StringBuilder> {
    ListBuilder::new(StringBuilder::new()).with_field(element(DataType::Utf8))
}

/// A column of lists of names.
pub(crate) fn utf8_lists<S: AsRef<str>, L: IntoIterator<Item = S>>(
    rows: impl IntoIterator<Item = L>,
) -> ArrayRef {
    let mut lists = utf8_lists_builder();
    for row in rows {
        for name in row {
            lists.values().append_value(name);
        }
        lists.append(true);
    }
    Arc::new(lists.finish())
}

/// A column of lists of records: the length of each list, and the columns of all records together.
pub(crate) fn struct_lists(
    of: &[(&str, Kind)],
    lengths: impl IntoIterator<Item = usize>,
    columns: Vec<ArrayRef>,
) -> ArrayRef {
    let item = element(DataType::Struct(fields(of)));
    let records = StructArray::new(fields(of), columns, None);
    let offsets = OffsetBuffer::from_lengths(lengths);
    Arc::new(ListArray::new(item, offsets, Arc::new(records), None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Float64Type;

    #[test]
    fn minus_zero_becomes_zero() {
        let column = f64s([-0.0, 1.5]);
        let bits: Vec<u64> =
            column.as_primitive::<Float64Type>().values().iter().map(|v| v.to_bits()).collect();
        assert_eq!(bits, [0, 1.5_f64.to_bits()]);
    }

    #[test]
    #[should_panic(expected = "which no file may")]
    fn what_is_not_a_number_is_not_written() {
        f64s([f64::NAN]);
    }
}

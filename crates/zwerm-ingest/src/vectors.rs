//! Vectors of posts: the column `embedding`, row by row and over a whole run.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, OffsetSizeTrait};
use arrow_schema::DataType;
use zwerm_model::Embeddings;

use crate::Source;
use crate::decode::Mismatch;
use crate::error::{ErrorKind, IngestError};

/// The count of posts whose vector holds what is no number: they are posts without a vector.
pub(crate) const NOT_FINITE: &str = "ingest.embeddings_not_finite";

/// The key of a Parquet file's metadata that names what made its vectors.
pub const MODEL_KEY: &str = "embedding_model";

/// Longer names of models are cut.
pub(crate) const MODEL_CHARS_MAX: usize = 80;

/// What a column of vectors must be.
const VECTOR_TYPES: &str = "a list of 32-bit or 64-bit floats";

/// What all vectors of a run must be.
const ONE_LENGTH: &str = "vectors of one length";

/// What the files of a run must be.
const ONE_MODEL: &str = "vectors of one model";

/// A decoded column of vectors.
pub(crate) struct VectorCells {
    /// Where the vector of each row lies; nowhere where it has none.
    pub(crate) ranges: Vec<Range<usize>>,
    pub(crate) values: Vec<f32>,
}

impl VectorCells {
    /// The vector in a row, empty if it has none.
    pub(crate) fn get(&self, row: usize) -> &[f32] {
        self.values.get(self.ranges[row].clone()).unwrap_or_default()
    }
}

/// A column of vectors: lists of floats, of fixed or variable size.
pub(crate) fn as_vectors(array: &ArrayRef) -> Result<VectorCells, Mismatch> {
    let mismatch = || (VECTOR_TYPES, array.data_type().to_string());
    let (mut ranges, entries) = match array.data_type() {
        DataType::List(_) => lists::<i32>(array),
        DataType::LargeList(_) => lists::<i64>(array),
        DataType::FixedSizeList(_, _) => {
            let lists = array.as_fixed_size_list();
            let size = lists.value_length() as usize;
            let ranges = (0..lists.len()).map(|row| row * size..(row + 1) * size).collect();
            (ranges, lists.values().clone())
        }
        _ => return Err(mismatch()),
    };
    for row in (0..array.len()).filter(|&row| array.is_null(row)) {
        ranges[row] = 0..0;
    }
    let values = floats(&entries).ok_or_else(mismatch)?;
    Ok(VectorCells { ranges, values })
}

fn lists<O: OffsetSizeTrait>(array: &ArrayRef) -> (Vec<Range<usize>>, ArrayRef) {
    let lists = array.as_list::<O>();
    let ranges = lists.offsets().windows(2).map(|ends| ends[0].as_usize()..ends[1].as_usize());
    (ranges.collect(), lists.values().clone())
}

/// Floats as they are, doubles rounded; what is missing is no number.
fn floats(array: &ArrayRef) -> Option<Vec<f32>> {
    Some(match array.data_type() {
        DataType::Float32 => {
            let values = array.as_primitive::<Float32Type>().iter();
            values.map(|value| value.unwrap_or(f32::NAN)).collect()
        }
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>().iter();
            values.map(|value| value.map_or(f32::NAN, |value| value as f32)).collect()
        }
        _ => return None,
    })
}

/// The vectors of one partition.
#[derive(Debug, Default)]
pub(crate) struct Vectors {
    values: Vec<f32>,
    /// Where each row's vector ends.
    ends: Vec<usize>,
}

impl Vectors {
    /// Appends the vector of a row; none, and `false`, if a number in it is not finite.
    pub(crate) fn push(&mut self, vector: &[f32]) -> bool {
        let is_finite = vector.iter().all(|value| value.is_finite());
        if is_finite {
            // Adding zero makes the negative zero a plain one: equal vectors have equal bits.
            self.values.extend(vector.iter().map(|value| value + 0.0));
        }
        self.ends.push(self.values.len());
        is_finite
    }

    /// The vector of a row, empty if it has none.
    pub(crate) fn get(&self, row: usize) -> &[f32] {
        let Some(&end) = self.ends.get(row) else { return &[] };
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.values[start..end]
    }

    /// Whether no row has a vector.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// The vectors of all posts, in their order.
///
/// # Errors
///
/// If two have different lengths, or two files name different models: their cosines say nothing.
pub(crate) fn gather<'a>(
    vectors: impl Iterator<Item = &'a [f32]> + Clone,
    sources: &[Source],
) -> Result<Embeddings, IngestError> {
    let lengths = vectors.clone().map(<[f32]>::len).filter(|&length| length > 0);
    let Some(shortest) = lengths.clone().min() else { return Ok(Embeddings::default()) };
    let longest = lengths.max().unwrap_or(shortest);
    let mut models: Vec<&String> = sources.iter().flat_map(|s| &s.embedding_model).collect();
    models.sort_unstable();
    models.dedup();
    if shortest != longest {
        return Err(different_lengths(shortest, longest));
    }
    if let [first, second, ..] = models[..] {
        return Err(not_alike(ONE_MODEL, format!("files made by \"{first}\" and by \"{second}\"")));
    }
    let model = models.first().map(|&name| name.clone());
    let mut all = Embeddings { model, dimension: shortest, ..Embeddings::default() };
    vectors.for_each(|vector| all.push(vector));
    Ok(all)
}

/// That two posts have vectors of different lengths.
pub(crate) fn different_lengths(shortest: usize, longest: usize) -> IngestError {
    not_alike(ONE_LENGTH, format!("lengths from {shortest} to {longest}"))
}

fn not_alike(expected: &'static str, found: String) -> IngestError {
    IngestError::new("column \"embedding\"", ErrorKind::WrongType { expected, found })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::builder::{
        FixedSizeListBuilder, Float32Builder, Float64Builder, Int32Builder, ListBuilder,
    };

    use super::*;

    #[track_caller]
    fn check(array: impl Array + 'static, expected: &[&[f32]]) {
        let array: ArrayRef = Arc::new(array);
        let cells = as_vectors(&array).expect("vectors");
        let found: Vec<&[f32]> = (0..array.len()).map(|row| cells.get(row)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn vectors_of_every_physical_type() {
        let mut fixed = FixedSizeListBuilder::new(Float32Builder::new(), 2);
        let mut lists = ListBuilder::new(Float64Builder::new());
        for (row, is_there) in [(1.0, true), (2.0, false), (3.0, true)] {
            fixed.values().append_slice(&[row, 0.5]);
            fixed.append(is_there);
            if is_there {
                lists.values().append_slice(&[f64::from(row), 0.5]);
            }
            lists.append(is_there);
        }
        let expected: &[&[f32]] = &[&[1.0, 0.5], &[], &[3.0, 0.5]];
        check(fixed.finish(), expected);
        let lists = lists.finish();
        check(lists.slice(1, 2), &expected[1..]);
        check(lists, expected);
        let mut integers = ListBuilder::new(Int32Builder::new());
        integers.append(true);
        let integers: ArrayRef = Arc::new(integers.finish());
        assert!(as_vectors(&integers).is_err());
    }

    #[test]
    fn what_is_no_number_is_no_vector() {
        let mut vectors = Vectors::default();
        let pushed: Vec<bool> = [&[1.0, -0.0][..], &[f32::NAN, 1.0], &[], &[f32::INFINITY]]
            .iter()
            .map(|vector| vectors.push(vector))
            .collect();
        assert_eq!(pushed, [true, false, true, false]);
        assert_eq!(vectors.get(0)[1].to_bits(), 0);
        assert!((1..5).all(|row| vectors.get(row).is_empty()));
    }

    #[test]
    fn different_lengths_are_refused() {
        let vectors = |rows: &[&'static [f32]]| gather(rows.iter().copied(), &[]);
        let all = vectors(&[&[], &[1.0, 2.0]]).expect("one length");
        assert_eq!((all.dimension, all.place.len()), (2, 2));
        let error = vectors(&[&[1.0], &[1.0, 2.0]]).expect_err("two lengths").to_string();
        assert!(error.contains("one length") && error.contains("from 1 to 2"), "{error}");
        assert!(vectors(&[&[], &[]]).expect("none").is_empty());
    }
}

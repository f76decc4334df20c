//! The numbers of a file of weights (safetensors), read where they lie.

use core::ops::Range;

use half::{bf16, f16};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

/// A matrix inside a file's bytes.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    place: Range<usize>,
    number: Number,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

/// What a number is in a file; all are little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    F64,
    F32,
    F16,
    Bf16,
    I8,
}

impl Number {
    fn of(dtype: Dtype) -> Option<Self> {
        match dtype {
            Dtype::F64 => Some(Number::F64),
            Dtype::F32 => Some(Number::F32),
            Dtype::F16 => Some(Number::F16),
            Dtype::BF16 => Some(Number::Bf16),
            Dtype::I8 => Some(Number::I8),
            _ => None,
        }
    }

    fn bytes(self) -> usize {
        match self {
            Number::F64 => 8,
            Number::F32 => 4,
            Number::F16 | Number::Bf16 => 2,
            Number::I8 => 1,
        }
    }

    fn read(self, bytes: &[u8]) -> f64 {
        match (self, bytes) {
            (Number::F64, &[a, b, c, d, e, f, g, h]) => {
                f64::from_le_bytes([a, b, c, d, e, f, g, h])
            }
            (Number::F32, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]).into(),
            (Number::F16, &[a, b]) => f16::from_le_bytes([a, b]).into(),
            (Number::Bf16, &[a, b]) => bf16::from_le_bytes([a, b]).into(),
            (Number::I8, &[a]) => i8::from_le_bytes([a]).into(),
            _ => f64::NAN,
        }
    }
}

impl Matrix {
    /// The matrix under the first of some names that is there.
    pub(crate) fn find(file: &[u8], tensors: &SafeTensors<'_>, names: &[&str]) -> Found<Self> {
        let Some(view) = names.iter().find_map(|name| tensors.tensor(name).ok()) else {
            let there = tensors.names().join(", ");
            return Err(format!("expected a tensor \"{}\", found {there}", names.join("\" or \"")));
        };
        let (dtype, shape) = (view.dtype(), view.shape());
        let wrong = || format!("expected a matrix of floats or bytes, found {dtype:?} {shape:?}");
        let number = Number::of(dtype).ok_or_else(wrong)?;
        let &[rows, columns] = shape else { return Err(wrong()) };
        if rows == 0 || columns == 0 {
            return Err(wrong());
        }
        // The view lies inside the file: what it was read from.
        let start = view.data().as_ptr() as usize - file.as_ptr() as usize;
        Ok(Matrix { place: start..start + view.data().len(), number, rows, columns })
    }

    /// Adds a row, each number times a factor, to a sum.
    pub(crate) fn add_row(&self, file: &[u8], row: usize, factor: f64, sum: &mut [f64]) {
        let width = self.columns * self.number.bytes();
        let numbers = &file[self.place.clone()][row * width..(row + 1) * width];
        for (sum, bytes) in sum.iter_mut().zip(numbers.chunks_exact(self.number.bytes())) {
            *sum += factor * self.number.read(bytes);
        }
    }
}

/// A value, or what was expected and what was found.
pub(crate) type Found<T> = Result<T, String>;

/// A list of floats, if the file has one of that name.
pub(crate) fn floats(tensors: &SafeTensors<'_>, name: &str) -> Found<Option<Vec<f64>>> {
    let Ok(view) = tensors.tensor(name) else { return Ok(None) };
    let number = Number::of(view.dtype()).ok_or_else(|| wrong_list(name, "floats", &view))?;
    let cells = view.data().chunks_exact(number.bytes());
    Ok(Some(cells.map(|bytes| number.read(bytes)).collect()))
}

/// A list of places, if the file has one of that name.
pub(crate) fn places(tensors: &SafeTensors<'_>, name: &str) -> Found<Option<Vec<usize>>> {
    let Ok(view) = tensors.tensor(name) else { return Ok(None) };
    let wrong = || wrong_list(name, "integers from 0", &view);
    let width = match view.dtype() {
        Dtype::I64 | Dtype::U64 => 8,
        Dtype::I32 | Dtype::U32 => 4,
        _ => return Err(wrong()),
    };
    let place = |bytes: &[u8]| {
        // A negative number is beyond every place.
        let value = bytes.iter().rev().fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
        usize::try_from(value).map_err(|_| wrong())
    };
    view.data().chunks_exact(width).map(place).collect::<Found<Vec<usize>>>().map(Some)
}

fn wrong_list(name: &str, of: &str, view: &TensorView<'_>) -> String {
    format!("expected \"{name}\" to be a list of {of}, found {:?}", view.dtype())
}

//! Unit vectors and their cosines, the same bits on every machine.
//!
//! A sum of floats depends on its order. Here it is fixed: sixteen sums side by side, which a
//! processor of any width computes alike, then halved. No multiplication is fused with an addition.

/// Sums side by side; vectors are padded with zeros to a multiple of it.
pub(crate) const LANES: usize = 16;

/// The length of a padded vector.
pub(crate) const fn padded(dimension: usize) -> usize {
    dimension.div_ceil(LANES) * LANES
}

/// Writes `vector` at length one into `out`, padded; `false` if it has no direction.
pub(crate) fn write(vector: &[f32], out: &mut [f32]) -> bool {
    let square: f64 = vector.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
    let length = square.sqrt();
    if !(length > 0.0 && length.is_finite()) {
        return false;
    }
    for (out, &value) in out.iter_mut().zip(vector) {
        // Adding zero makes the negative zero a plain one: equal directions have equal bits.
        *out = (f64::from(value) / length) as f32 + 0.0;
    }
    true
}

/// The cosine of two padded unit vectors; rounding may carry it a little beyond one.
#[inline(always)]
pub(crate) fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    for (a, b) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cosine_is_that_of_the_directions() {
        let unit = |vector: &[f32]| {
            let mut out = vec![0.0; padded(vector.len())];
            assert!(write(vector, &mut out));
            out
        };
        let (a, b) = (unit(&[3.0, 4.0, 0.0]), unit(&[4.0, 3.0, 0.0]));
        assert!((cosine(&a, &b) - 0.96).abs() < 1e-6);
        assert!((cosine(&a, &unit(&[6.0, 8.0, 0.0])) - 1.0).abs() < 1e-6);
        assert_eq!(unit(&[1.0; 17]).len(), 32);
    }

    #[test]
    fn zeros_have_no_direction() {
        let mut out = [0.0; LANES];
        assert!(!write(&[0.0, -0.0], &mut out));
        assert!(!write(&[f32::NAN], &mut out));
        assert!(write(&[f32::MAX, f32::MAX], &mut out));
    }
}

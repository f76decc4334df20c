//! Drawing without a mathematics library, so that every machine draws the same.

use crate::words::decimal;

/// A length or place in a drawing: one decimal is finer than a screen shows.
pub(super) fn px(value: f64) -> String {
    decimal(value, 1)
}

/// The point at a share of a full turn on the unit circle, clockwise from the top of a screen.
///
/// Sines from a library may differ in the last bit between machines; Taylor's series in plain
/// arithmetic does not. Eight terms after reduction to an eighth of a turn are exact to 10⁻¹².
pub(super) fn on_circle(share: f64) -> (f64, f64) {
    let quarters = (share * 4.0 + 0.5) as i64;
    let angle = (share - quarters as f64 / 4.0) * std::f64::consts::TAU;
    let square = angle * angle;
    let (mut sine, mut cosine) = (0.0, 0.0);
    let (mut sine_term, mut cosine_term) = (angle, 1.0);
    for n in 1..=8 {
        sine += sine_term;
        cosine += cosine_term;
        let even = f64::from(2 * n);
        sine_term *= -square / (even * (even + 1.0));
        cosine_term *= -square / (even * (even - 1.0));
    }
    match quarters.rem_euclid(4) {
        0 => (sine, -cosine),
        1 => (cosine, sine),
        2 => (-sine, cosine),
        _ => (-cosine, -sine),
    }
}

#[cfg(test)]
mod tests {
    use super::on_circle;

    #[test]
    fn the_circle_is_round_and_starts_at_the_top() {
        for step in 0..360 {
            let share = f64::from(step) / 360.0;
            let (sine, cosine) = (share * std::f64::consts::TAU).sin_cos();
            let (x, y) = on_circle(share);
            assert!((x - sine).abs() < 1e-9 && (y + cosine).abs() < 1e-9, "step {step}");
        }
    }
}

//! The statistics kit: tails in log space, their combination, control of the false discovery rate.
//!
//! Knows numbers only: no account, no post, no file.

pub mod combine;
pub mod fdr;
pub mod tails;

/// Log-probabilities are summed as integers, so that no order of summation can show in the result.
///
/// One unit is 2⁻³² nats: the rounding of a million terms stays below 10⁻³ nats.
pub const NATS: f64 = 4_294_967_296.0;

/// A log-probability (in nats) as an integer number of 2⁻³² nats.
#[must_use]
pub fn to_fixed(nats: f64) -> i64 {
    libm::round(nats * NATS) as i64
}

/// The nats that an integer stands for.
#[must_use]
pub fn from_fixed(fixed: i64) -> f64 {
    fixed as f64 / NATS
}

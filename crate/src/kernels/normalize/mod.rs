//! Normalization to mean 0 and variance 1, with a scale and a shift for each column. What has a number for each column is a
//! [line](super::lines).
//!
//! Means and variances take two passes, one after the other, so that a mean far from 0 costs no digits of the variance. They are summed in
//! single precision: over the rows of a batch, however many, the mean is off by at most about 34 · 2⁻²⁴ (2e-6) of the mean magnitude, and the
//! variance by as much of itself, besides the square of the mean's error; over the n columns of a row by n / 4 · 2⁻²⁴.

pub mod batch;
pub mod layer;
#[cfg(test)]
mod tests;

use crate::simd::F32x4;

/// `1 / √(variance + ε)`.
#[inline(always)]
fn inverse_deviation(variance: F32x4, epsilon: F32x4) -> F32x4 {
    F32x4::splat(1.0) / (variance + epsilon).sqrt()
}

/// ε as a float that is not 0: a constant column becomes 0 and not 0/0.
fn positive(epsilon: f64) -> F32x4 {
    F32x4::splat((epsilon as f32).max(f32::MIN_POSITIVE))
}

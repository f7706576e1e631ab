//! Normalization of each row over its columns (Ba, Kiros, Hinton, "Layer normalization", 2016).

use super::{inverse_deviation, positive};
use crate::kernels::columns::{load, row, sum_rows, zip};
use crate::simd::{F32x4, LANES};

/// Floats kept of each row from the forward to the backward pass: mean and inverse deviation.
pub const SAVED: usize = 2;

/// The sum over a row of `f` of its elements; `fill` stands past its end and must give 0.
#[inline(always)]
fn sum<const N: usize>(rows: [&[f32]; N], fill: [f32; N], f: impl Fn([F32x4; N]) -> F32x4) -> f32 {
    let width = rows[0].len();
    let mut total = F32x4::zero();
    for first in (0..width).step_by(LANES) {
        let there = first..width.min(first + LANES);
        total += f(std::array::from_fn(|i| load(&rows[i][there.clone()], fill[i])));
    }
    total.sum()
}

/// `y = (x − mean) / √(variance + ε) · gamma + beta` with the row's mean and biased variance; `saved` takes [`SAVED`] floats a row.
///
/// # Panics
/// When the lengths differ.
pub fn forward(x: &[f32], epsilon: f64, gamma: &[f32], beta: &[f32], y: &mut [f32], saved: &mut [f32]) {
    let width = gamma.len();
    let share = 1.0 / width as f32;
    let rows = x.chunks_exact(width).zip(y.chunks_exact_mut(width));
    for ((x, y), saved) in rows.zip(saved.chunks_exact_mut(SAVED)) {
        let mean = sum([x], [0.0], |[x]| x) * share;
        let center = F32x4::splat(mean);
        let variance = sum([x], [mean], |[x]| (x - center) * (x - center)) * share;
        let inverse = inverse_deviation(F32x4::splat(variance), positive(epsilon));
        zip(y, [x, gamma, beta], |_, [x, gamma, beta]| (x - center) * inverse * gamma + beta);
        saved[0] = mean;
        saved[1] = inverse.to_array()[0];
    }
}

/// The gradients of beta, `Σ dy`, and of gamma, `Σ dy · x̂`, over the rows. `block` is as long as they are.
///
/// # Panics
/// When the lengths differ.
pub fn parameter_gradients(x: &[f32], saved: &[f32], dy: &[f32], [dbeta, dgamma, block]: [&mut [f32]; 3]) {
    let width = dbeta.len();
    let rows = x.len() / width;
    sum_rows(rows, dbeta, block, |index, sum| zip(sum, [row(dy, width, index)], |sum, [dy]| sum + dy));
    sum_rows(rows, dgamma, block, |index, sum| {
        let [mean, inverse] = [0, 1].map(|i| F32x4::splat(saved[SAVED * index + i]));
        zip(sum, [row(x, width, index), row(dy, width, index)], |sum, [x, dy]| sum + dy * ((x - mean) * inverse));
    });
}

/// `dx = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + ε)` with `g = dy · gamma` and means over the row, added to what `dx` holds when
/// `accumulate`.
///
/// # Panics
/// When the lengths differ.
pub fn backward(x: &[f32], saved: &[f32], gamma: &[f32], dy: &[f32], dx: &mut [f32], accumulate: bool) {
    let width = gamma.len();
    let share = 1.0 / width as f32;
    for (index, dx) in dx.chunks_exact_mut(width).enumerate() {
        let (x, dy) = (row(x, width, index), row(dy, width, index));
        let [mean, inverse] = [0, 1].map(|i| F32x4::splat(saved[SAVED * index + i]));
        let shift = F32x4::splat(sum([dy, gamma], [0.0; 2], |[dy, gamma]| dy * gamma) * share);
        let slope = sum([x, dy, gamma], [0.0; 3], |[x, dy, gamma]| dy * gamma * ((x - mean) * inverse)) * share;
        let slope = F32x4::splat(slope);
        zip(dx, [x, dy, gamma], |old, [x, dy, gamma]| {
            let dx = inverse * (dy * gamma - shift - (x - mean) * inverse * slope);
            if accumulate { old + dx } else { dx }
        });
    }
}

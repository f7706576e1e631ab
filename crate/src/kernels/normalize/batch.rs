//! Normalization of each column over the rows of a batch (Ioffe and Szegedy, "Batch normalization", 2015).

use super::{inverse_deviation, positive};
use crate::kernels::lines::{map, repeat, sum, sum_products};
use crate::kernels::reduce::column_sums;
use crate::simd::F32x4;

/// Mean and biased variance (divided by the number of rows) of each column. `part` is another line.
///
/// # Panics
/// When the lengths differ.
pub fn moments(width: usize, x: &[f32], [mean, variance, part]: [&mut [f32]; 3]) {
    let share = width as f32 / x.len() as f32;
    sum(width, x, [mean, part]);
    scale(mean, share);
    sum_products(width, [x, x], [mean, mean], false, [variance, part]);
    scale(variance, share);
}

#[inline(never)]
fn scale(line: &mut [f32], factor: f32) {
    map(1, line, [], [], |x, [], []| x * F32x4::splat(factor));
}

/// `running ← momentum · running + (1 − momentum) · value`; `running` has no more than its columns.
///
/// # Panics
/// When `value` is shorter.
#[inline(never)]
pub fn average(momentum: f64, running: &mut [f32], value: &[f32]) {
    let (keep, take) = (F32x4::splat(momentum as f32), F32x4::splat((1.0 - momentum) as f32));
    map(1, running, [value], [], |running, [value], []| running * keep + value * take);
}

/// `factors ← factors / √(variance + ε)`: of gamma, what a column is multiplied by.
///
/// # Panics
/// When the lengths differ.
#[inline(never)]
pub fn divide(factors: &mut [f32], variance: &[f32], epsilon: f64) {
    let epsilon = positive(epsilon);
    map(1, factors, [variance], [], |factor, [variance], []| factor * inverse_deviation(variance, epsilon));
}

/// `y = (x − mean) · factor + beta`.
///
/// # Panics
/// When the lengths differ.
pub fn forward(width: usize, x: &[f32], [mean, factor, beta]: [&[f32]; 3], y: &mut [f32]) {
    map(width, y, [x], [mean, factor, beta], |_, [x], [mean, factor, beta]| (x - mean) * factor + beta);
}

/// The gradients of beta, `Σ dy`, and of gamma, `Σ dy · (x − mean) / √(variance + ε)`. `part` and `zeros` are lines besides.
///
/// # Panics
/// When the lengths differ.
pub fn parameter_gradients(
    width: usize,
    [x, dy]: [&[f32]; 2],
    [mean, variance]: [&[f32]; 2],
    epsilon: f64,
    [dbeta, dgamma, part, zeros]: [&mut [f32]; 4],
) {
    column_sums(dy, &mut dbeta[..width], false);
    repeat(width, dbeta);
    zeros.fill(0.0);
    sum_products(width, [dy, x], [zeros, mean], false, [dgamma, part]);
    divide(dgamma, variance, epsilon);
}

/// From the gradients of beta and gamma over so many rows, what [`backward`] needs of them: `Σdy / n` and `Σ(dy · x̂) / (n · √(variance + ε))`.
///
/// # Panics
/// When the lengths differ.
pub fn slopes(rows: usize, variance: &[f32], epsilon: f64, [dbeta, dgamma]: [&mut [f32]; 2]) {
    let share = 1.0 / rows as f32;
    scale(dbeta, share);
    scale(dgamma, share);
    divide(dgamma, variance, epsilon);
}

/// `dx = factor · (dy − shift − (x − mean) · slope)`, added to what `dx` holds when `accumulate`. With [`slopes`] that is
/// `factor · (dy − Σdy / n − x̂ · Σ(dy · x̂) / n)`, the gradient where mean and variance are the batch's own; with zeros for both, the gradient
/// where they are given numbers.
///
/// # Panics
/// When the lengths differ.
pub fn backward(
    width: usize,
    [x, dy]: [&[f32]; 2],
    [mean, factor, shift, slope]: [&[f32]; 4],
    dx: &mut [f32],
    accumulate: bool,
) {
    map(width, dx, [x, dy], [mean, factor, shift, slope], |old, [x, dy], [mean, factor, shift, slope]| {
        let dx = factor * (dy - shift - (x - mean) * slope);
        if accumulate { old + dx } else { dx }
    });
}
